"""``dafeng period``: close a year, restate it, see its versions."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from dafeng.app.accounts import closing
from dafeng.app.accounts.closing import CAUSE_ZH
from dafeng.app.pages.restatements import restatement_page
from dafeng.base.errors import BadRequest
from dafeng.base.numbers import plain
from dafeng.cli import shown
from dafeng.cli.options import HERE, Json, Programme, Why
from dafeng.wiring import local_caller, programme

_MOST = 200  # lines shown on a terminal
_LINE_CAUSES = {c: f"{zh} {c}" for c, zh in {**CAUSE_ZH, "sum": "汇总随之变化"}.items()}
Year = Annotated[int, typer.Argument(help="The year 年份.")]
app = typer.Typer(no_args_is_help=True, help="Closed years 封账: close, restate, versions.")


@app.command("close")
def close(year: Year, why: Why, programme_dir: Programme = HERE) -> None:
    """Close a year: from now on its lines never change 封账."""
    with programme(programme_dir, writing=True) as services:
        made = closing.close_year(services, local_caller(), year, why)
    shown.say(f"{made.year} v{made.version} closed 已封账, as of run 依据 {made.run_id}")


@app.command("restate")
def restate(
    year: Year,
    why: Why,
    cause: Annotated[str, typer.Option(help="What moved it 原因: data 数据更正, factor 因子更新, rule 规则变化.")],
    programme_dir: Programme = HERE,
) -> None:
    """A new version of a closed year 重述, as the last run would have it; run again afterwards."""
    if cause not in CAUSE_ZH:
        raise BadRequest(
            f"no cause {cause!r}", where="--cause", mend=f"One of: {', '.join(CAUSE_ZH)}.",
            zh=f"没有名为 {cause} 的原因", mend_zh=f"可选：{'、'.join(f'{c}({zh})' for c, zh in CAUSE_ZH.items())}。",
        )  # fmt: skip
    with programme(programme_dir, writing=True) as services:
        made = closing.restate_year(services, local_caller(), year, cause, why)  # type: ignore[arg-type]
    also = "" if not made.also else f" (also 另有 {'、'.join(CAUSE_ZH[c] for c in made.also)})"
    shown.say(f"{made.year} v{made.version} restated 已重述: {CAUSE_ZH[cause]} {cause}{also}")
    shown.say("It stands from the next run on 下次运行起生效: dafeng run")
    shown.say(f"What changed 变化: dafeng period difference {made.year} {made.version}")


@app.command("list")
def versions(programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """All versions of closed years, and what waits to be restated."""
    with programme(programme_dir) as services:
        acts, waiting = closing.closings(services, local_caller()), closing.pending(services, local_caller())
    if as_json:
        shown.as_json({"closings": msgspec.to_builtins(acts), "pending": msgspec.to_builtins(waiting)})
        return
    if not acts:
        shown.say("no year is closed 尚无封账的年份: dafeng period close YEAR --why REASON")
        return
    rows = [(a.year, f"v{a.version}", _act(a), a.who, a.at.date(), a.why) for a in acts]
    shown.table("closed years 封账", ("year", "version", "cause", "who", "at", "why"), rows)
    for p in waiting:
        shown.say(_waits(p))


@app.command("difference")
def difference(
    year: Year,
    version: Annotated[int, typer.Argument(help="A version of the list 版本; 2 is the first restatement.")],
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """What a restatement changed, line by line 差异表, with names; all of it as JSON."""
    with programme(programme_dir) as services:
        if as_json:
            shown.as_json(closing.restated(services, local_caller(), year, version).to_dicts())
            return
        page = restatement_page(services, local_caller(), year, version)
    rows = [
        (
            r.name.zh, r.measure, r.item_name.zh, r.period, *map(_n, (r.before, r.after, r.difference)), r.unit or "",
            _LINE_CAUSES.get(r.cause, r.cause),
        )
        for r in page.rows[:_MOST]
    ]  # fmt: skip
    heads = ("subject", "measure", "item", "period", "before", "after", "difference", "unit", "cause")
    shown.table(f"{year} v{version}", heads, rows, right=(4, 5, 6))
    if more := len(page.rows) - len(rows) + page.more:
        shown.say(f"… {more} more 另有 {more} 行: --json")


def _waits(p: closing.Pending) -> str:
    """What a restatement of a year would change, in words, and the command that would do it."""
    one, other = ("—" if v is None else plain(v) for v in (p.before, p.after))
    counts = ", ".join(f"{_LINE_CAUSES[c]} {n}" for c, n in p.causes.items())
    how = f"dafeng period restate {p.year} --cause {' | '.join(p.moved_by)} --why REASON"
    return (
        f"! {p.year} v{p.version}: {p.lines} lines would change 行将变化 ({counts}); "
        f"total 总量 {one} → {other} {p.unit}\n  {how}"
    )


def _act(act: closing.Closing) -> str:
    named = [CAUSE_ZH[c] for c in ((act.cause, *act.also) if act.cause else ())]
    return "；另有 also ".join((named[0], "、".join(named[1:]))) if len(named) > 1 else "".join(named) or "封账"


def _n(value: float | None) -> str:
    return "—" if value is None else plain(value)
