"""``dafeng account``: lines of the programme's account, methods, and cases that need no programme.

What opens a programme is imported by the commands that do: it takes longer to read than a case to compute.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from typer.core import TyperGroup

from dafeng.account.cases.explain import derivation
from dafeng.account.cases.reading import MOST_BYTES, CaseForm, read_case, wants
from dafeng.account.cases.recognise import Check, checks
from dafeng.account.cases.result import CaseResult, Line, Total, run_case
from dafeng.account.cases.rule import rule_of
from dafeng.account.compared import compared
from dafeng.account.explain_text import as_text
from dafeng.account.streams.engine import Streams
from dafeng.base.errors import NotFound, UnreadableFile
from dafeng.base.numbers import plain as number
from dafeng.base.periods import LAST_YEAR, Period
from dafeng.cli import energy, shown
from dafeng.cli.options import HERE, Json, Programme
from dafeng.rules.methods import GROUP_ZH, IN_TOTAL, Method, packaged_methods
from dafeng.rules.records import Name
from dafeng.rules.rulebook import packaged_rulebook

if TYPE_CHECKING:
    from dafeng.app.accounts.surety import Surety
    from dafeng.app.pages.shapes import Words

if TYPE_CHECKING:
    pass

OFF = {
    "left_out": "未列入 left out",
    "added": "多出 added",
    "figure": "数值不符 another figure",
    "words": "规则、投入、状态或说明不符 another rule, input, status or note",
}
NOT_PROVED = 9  # exit code: an exported account did not come out the same

File = Annotated[str, typer.Argument(help="A case as JSON 算例; - reads standard input.", metavar="FILE.json")]
English = Annotated[bool, typer.Option("--en", help="Words in English.")]


class _Lines(TyperGroup):
    """Without a word of its own, or with a subject first, it lists lines."""

    def parse_args(self, ctx, args):  # type: ignore[no-untyped-def]
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["lines", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_Lines, no_args_is_help=False, help="Accounts 核算: lines, methods, and cases of their own.")
app.command("quality")(energy.quality_of)
app.command("uncertainty")(energy.uncertainty_of)


@app.command("lines")
def lines(
    subject: Annotated[
        str, typer.Argument(help="Area code, area|industry, or enterprise id; the whole area when left out.")
    ] = "",
    period: Annotated[str, typer.Option(help="2025 or 2025-06; the last year when left out.")] = "",
    item: Annotated[str, typer.Option(help="total, or an energy item, or all")] = "total",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Lines of the account 核算: energy and CO2, with the ids that explain them."""
    from dafeng.cli.results import lines_of

    lines_of(subject, period, item, programme_dir, as_json=as_json)


@app.command("methods")
def methods(
    method: Annotated[str, typer.Argument(help="A method; all are listed when left out.")] = "",
    family: Annotated[str, typer.Argument(help="A rule family; the one now in force when left out.")] = "",
    industry: Annotated[str, typer.Option(help="GB/T 4754 code: the methods for it, with the reason.")] = "",
    as_json: Json = False,
) -> None:
    """Methods 核算方法 and what each wants: streams, items, inputs, units, defaults."""
    from dafeng.app.accounts.methods import NO_GUIDE, OTHERWISE

    held = packaged_methods()
    if method:
        found = rule_of(held, packaged_rulebook(), method, family, Period.year(LAST_YEAR))
        _show_wants(found, as_json=as_json)
        return
    chosen = [(m, None) for m in held.held.values()] if not industry else list(held.for_industry(industry))
    if not chosen:
        chosen = [(held.held[OTHERWISE, f], NO_GUIDE) for f in held.families(OTHERWISE)]
    rows = [
        {"method": m.id, "family": m.family, "zh": m.name.zh, "en": m.name.en, "since": m.since, "until": m.until,
         "status": m.status, "why": None if why is None else why.zh} for m, why in chosen
    ]  # fmt: skip
    if as_json:
        shown.as_json(rows)
        return
    for id in dict.fromkeys(str(r["method"]) for r in rows):
        own = [r for r in rows if r["method"] == id]
        plainest = min(own, key=lambda r: len(str(r["zh"])))
        shown.say(f"{id}  {plainest['zh']} · {plainest['en']}")
        for r in own:
            why = f" · {r['why']}" if r["why"] else ""
            shown.say(f"  {r['family']}  {r['since']}–{r['until'] or ''} [{r['status']}]{why}")


def _show_wants(method: Method, *, as_json: bool) -> None:
    rulebook = packaged_rulebook()
    asked = wants(method, Streams(method, rulebook.family(method.family), rulebook))
    if as_json:
        whole = {
            "method": method.id, "family": method.family, "name": method.name, "boundary": method.boundary,
            "since": method.since, "until": method.until, "source": method.source, "status": method.status,
            "totals": method.totals, "ratios": method.ratios, "notes": method.notes, "streams": asked,
        }  # fmt: skip
        shown.as_json(msgspec.to_builtins(whole))
        return
    shown.say(f"{method.name.zh} · {method.family}\n{method.boundary.zh}\n{method.source} [{method.status}]\n")
    for stream in asked:
        _show_stream(stream)
    for note in method.notes:
        shown.say(f"! {note.zh}")


def _show_stream(stream: dict[str, Any]) -> None:
    """A stream as a case names it: its items with their unit, then each figure with unit and default."""
    group = GROUP_ZH[stream["group"]]
    shown.say(f"{stream['stream']}  {stream['name'].zh} · {stream['name'].en} [{group}, {stream['gas']}]")
    kinds = [f"{i['item']} {i['name'].zh} [{i['unit']}]" if i["unit"] != "item" else f"{i['item']} {i['name'].zh}"
             for i in stream["items"] if i["item"]]  # fmt: skip
    if stream["own_items"]:
        shown.say("  item: 任意名称 any name")
    elif kinds:
        shown.say(f"  item: {', '.join(kinds)}")
    for one in stream["inputs"]:
        rule = {"no": "，规则规定，不取自有值 set by the rule", "prefer": "，应实测 to be measured", "yes": ""}[
            one["own"]
        ]
        unit = one["unit"].replace("item", "品种单位")
        shown.say(f"  {one['input']}  {one['name'].zh} [{unit}]{_default(one)}{rule}")


def _default(one: dict[str, Any]) -> str:
    values = {f"{v['value']:g} {v['unit']}".removesuffix(" 1") for v in one["values"].values()}
    if len(values) == 1:
        return f"，缺省 default {values.pop()}"
    return "，有缺省 default by item, year or place" if one["default"] else ""


@app.command("case")
def case(
    file: File,
    explain: Annotated[bool, typer.Option("--explain", help="The whole derivation.")] = False,
    english: English = False,
    as_json: Json = False,
) -> None:
    """Compute one case 算例 without a programme: every source, the total, the derivation."""
    asked = read_case(_read(file))
    result = run_case(asked, packaged_methods(), packaged_rulebook())
    found = checks(asked, result, packaged_rulebook())
    if as_json:
        from dafeng.app.pages.shapes import Words

        sure = _surety(asked)
        known, unknown = (None, sure) if isinstance(sure, Words) else (sure, None)
        beside = {"checks": found, "surety": known, "unsure": unknown, "derivation": derivation(result)}
        shown.as_json(msgspec.to_builtins(result) | msgspec.to_builtins(beside))
        return
    told: dict[str, str] = {}
    if english:
        from dafeng.app.accounts.case_english import case_english, derivation_english

        told = case_english(result, packaged_methods())
    if explain:
        tree = derivation(result)
        shown.say(as_text(derivation_english(tree, told), "en") if english else as_text(tree, "zh"))
        return
    _show(result, found, told, english=english)
    _show_surety(_surety(asked), english=english)


def _surety(asked: CaseForm) -> Surety | Words:
    from dafeng.app.accounts.surety import surety  # draws and tables of evidence: only a computed case asks for them

    return surety(asked, packaged_methods(), packaged_rulebook())


def _show_surety(sure: Surety | Words, *, english: bool) -> None:
    """Uncertainty and data quality beside the result; the figures that matter most."""
    from dafeng.app.pages.shapes import Words

    if isinstance(sure, Words):
        shown.say(sure.en if english else sure.zh)
        return
    half = "—" if sure.propagated is None else f"±{sure.propagated:.1f} %"
    drawn = f"{_n(sure.low)} – {_n(sure.high)} tCO2e"
    if english:
        head = f"uncertainty (95 %): {half}, Monte Carlo {drawn} ({sure.draws} draws, seed {sure.seed}) [{sure.status}]"
    else:
        head = f"不确定度(95%)：{half}，蒙特卡罗 {drawn}（{sure.draws}次，种子{sure.seed}）[{sure.status}]"
    shown.say(head)
    if sure.left_out:
        n = sure.left_out
        shown.say(f"  without {n} lines that have no value" if english else f"  未含缺数的{n}行")
    for one in sure.most:
        name, klass = (one.name.en, one.klass.en) if english else (one.name.zh, one.klass.zh)
        shown.say(f"  {one.share:.0%}  {name} -{one.low:g}% +{one.high:g}% · {klass} [{one.status}]")
    if sure.score is not None and sure.grade is not None:
        grade = sure.grade.en if english else sure.grade.zh
        shown.say(f"{'data quality' if english else '数据质量'}: {sure.score:.0f}/100 {grade}")


@app.command("compare")
def compare(
    file: File,
    family: Annotated[str, typer.Argument(help="The other rule family.")],
    method: Annotated[str, typer.Option(help="The method there, where it is called otherwise.")] = "",
    english: English = False,
    as_json: Json = False,
) -> None:
    """The same figures under another rule 换规则重算, and the difference line by line."""
    made = compared(read_case(_read(file)), family, packaged_methods(), packaged_rulebook(), method=method or None)
    if as_json:
        shown.as_json(msgspec.to_builtins(made))
        return
    if english:
        from dafeng.app.accounts.case_english import comparison_english

        made = comparison_english(made, packaged_methods())
    heads = ("part", "period", "source", "one", "other", "difference", "unit", "why")
    rows = [
        (f"{r.part} {r.unit_of_works}".strip(), r.period, r.name.en if english else r.name.zh, _n(r.one), _n(r.other),
         _n(r.difference), r.unit, "; ".join(w.en if english else w.zh for w in r.why))
        for r in (*made.rows, made.total)
    ]  # fmt: skip
    shown.table(f"{made.one} → {made.other}", heads, rows, right=(3, 4, 5))
    for note in made.notes:
        shown.say(note.en if english else note.zh)


@app.command("export")
def export(
    subject: Annotated[str, typer.Argument(help="Area code or enterprise id; the whole area when left out.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file; named after the account if not.")] = None,
    programme_dir: Programme = HERE,
) -> None:
    """Take an account away with all it rests on 导出: `dafeng recompute` proves it without the programme."""
    from dafeng.app.accounts import recomputing
    from dafeng.wiring import local_caller, programme

    with programme(programme_dir) as services:
        made = recomputing.account_export(services, local_caller(), subject)
    path = out or Path(made.name)
    path.write_bytes(made.data)
    shown.say(str(path))
    shown.say(f"SHA-256 (manifest) {recomputing.seal(made.data)}")


def recompute(
    file: Annotated[Path, typer.Argument(help="What `dafeng account export` wrote.", metavar="EXPORT.zip")],
    as_json: Json = False,
) -> None:
    """Compute an exported account again 复算 and hold every line against it; needs no programme."""
    from dafeng.app.accounts import recomputing

    if not file.is_file():
        raise NotFound(f"no file {file}", mend="Give the path of an exported account.")
    if file.stat().st_size > recomputing.MOST_BYTES:
        raise UnreadableFile(f"{file} is too large", mend="Export a part of the area.")
    made = recomputing.recompute_export(file.read_bytes())
    if as_json:
        shown.as_json(msgspec.to_builtins(made) | {"proved": made.proved})
    else:
        verdict = "一致 proved" if made.proved else "不一致 NOT proved"
        shown.say(f"{made.subject} · {made.run_id}: {made.agree}/{made.lines} {verdict} (exact {made.exact})")
        for part in made.sections:
            shown.say(f"  {part.zh} {part.en}: {part.agree}/{part.figures} (exact {part.exact})")
        shown.say(f"  SHA-256 (manifest) {made.digest} 请与出具方所示核对 compare with what the issuer says")
        for name in made.altered:
            shown.say(f"! 文件被改动、缺失或多余 altered, missing or unlisted: {name}")
        if made.code_differs:
            shown.say(f"! 导出时的算法版本 made by {made.code_differs}")
        for off in made.off[:50]:
            figures = "" if off.what == "words" else f": {_or(off.exported)} ≠ {_or(off.recomputed)}"
            shown.say(f"! {off.subject} {off.measure} {off.item} {off.period} {OFF[off.what]}{figures}")
    if not made.proved:
        raise typer.Exit(NOT_PROVED)


def _or(value: float | None) -> str:
    return "—" if value is None else str(value)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    path = Path(file)
    if not path.is_file():
        raise NotFound(f"no file {file}", mend="Give the path of a JSON file.")
    with path.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _n(value: float | None) -> str:
    return "" if value is None else number(value if abs(value) < 1 else round(value, 4))


def _show(result: CaseResult, found: tuple[Check, ...], told: Mapping[str, str], *, english: bool) -> None:
    """told: the English of notes and missing figures."""

    def say(name: Name) -> str:
        return name.en if english else name.zh

    heads = ("part", "period", "source", "item", "tCO2e", "gas", "status", "note")
    lines = [
        (f"{x.part} {x.unit_of_works}".strip(), x.period, say(x.stream_name), say(x.item_name) if x.item else "",
         _n(x.value), x.gas, x.status, ("; " if english else "；").join(
             w for w in (_beside(x, english=english), told.get(x.note or "", x.note)) if w))
        for x in result.lines
    ]  # fmt: skip
    shown.table(f"{result.case} · {result.period}", heads, lines, right=(4,))
    for total in (*result.groups, result.total):
        shown.say(f"{say(total.name)}: {_summed(total, english=english)}{_status(total)}")
    for part in result.parts:
        for other in part.totals[1:]:
            shown.say(f"{part.part} {say(other.name)}: {_summed(other, english=english)}".strip())
        for ratio in (r for r in part.ratios if r.value is not None):
            shown.say(f"{part.part} {say(ratio.name)}: {_n(ratio.value)} {ratio.unit}".strip())
    for total in result.by_unit:
        shown.say(f"@{total.id or ('no unit' if english else '未分单元')}: {_summed(total, english=english)}")
    for ratio in result.ratios:
        shown.say(f"{say(ratio.name)}: {_n(ratio.value) or '—'} {ratio.unit}")
    for words in (*(told.get(m, m) for m in result.missing), *map(say, result.findings)):
        shown.say(f"! {words}")
    if found:
        shown.table("published 公布值", ("figure", "published", "ours", "finding"), [
            (c.what, number(c.published), _n(c.ours), _verdict(c, say)) for c in found
        ], right=(1, 2))  # fmt: skip


def _beside(line: Line, *, english: bool) -> str:
    """Of a line that enters no total, that it does not."""
    if line.group in IN_TOTAL:
        return ""
    return "stands beside, in no total" if english else "单列，不计入总量"


def _status(total: Total) -> str:
    return "" if total.status is None else f" [{total.status}]"


def _summed(total: Total, *, english: bool) -> str:
    """The sum; where a line lacks something that there is none, and what is there so far; where a
    source or month was not given, that it is without it."""
    if total.value is not None and total.missing:
        more = f"; without {total.missing} not given" if english else f"；另有{total.missing}项未填报，未计入"
        return f"{_n(total.value)} {total.unit}{more}"
    if total.value is not None:
        return f"{_n(total.value)} {total.unit}"
    if total.partial is None:
        return "no data" if english else "无数据"
    part = f"{_n(total.partial)} {total.unit}"
    return f"not whole; so far {part}" if english else f"不全；已有部分 {part}"


def _verdict(check: Check, say: Callable[[Name], str]) -> str:
    if check.agrees:
        return "一致 agrees"
    return "; ".join(map(say, check.suspicions)) or "不一致 differs"
