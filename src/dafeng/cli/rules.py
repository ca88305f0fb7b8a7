"""``dafeng rules``: the rulebook listed and filtered, one entry in full, and whether it is sound 规则库."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dafeng.account import formulas as _formulas  # noqa: F401 (enrols them)
from dafeng.base.errors import BadRequest, NotFound, Problem
from dafeng.base.provenance import STATUSES
from dafeng.cli import shown
from dafeng.cli.options import Json
from dafeng.rules.checks import check as checked
from dafeng.rules.checks import range_of
from dafeng.rules.listing import Listed, listed
from dafeng.rules.method_checks import late_streams, not_printed
from dafeng.rules.methods import packaged_methods
from dafeng.rules.printed import kept_as_printed
from dafeng.rules.rulebook import Rulebook, packaged_rulebook
from dafeng.rules.usage import formula_entries, uses_of

_FIRST = 40  # rows of a list on a terminal
_MOST = 400
_FAULTS = 4  # the exit code of RuleError: a rulebook that is not sound


class _ListsByDefault(TyperGroup):
    """``dafeng rules WORD`` lists what holds the word, as before there were commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ListsByDefault,
    help="The rulebook 规则库: every dated value and formula with its source. `rules WORD` lists what holds the word.",
)


@app.command("list")
def rules(
    find: Annotated[str, typer.Argument(help="Only parameters whose id or name holds this.")] = "",
    family: Annotated[str, typer.Option(help="Only a rule family or folder: the first part of the id.")] = "",
    kind: Annotated[str, typer.Option(help="Only a kind: the last part of the id (ncv, grid_co2 …).")] = "",
    status: Annotated[str, typer.Option(help=f"Only a status: {', '.join(STATUSES)}.")] = "",
    unit: Annotated[str, typer.Option(help="Only values in this unit.")] = "",
    scope: Annotated[str, typer.Option(help="Only values of this scope: CN, an area code, a grid region.")] = "",
    on: Annotated[str, typer.Option("--on", help="Only the value in force on this day (2024-05-01) 当日有效.")] = "",
    known_on: Annotated[
        str, typer.Option("--known-on", help="Only what was published by this day: what was known then 当日已知.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help=f"All rows; else the first {_FIRST}.")] = False,
    as_json: Json = False,
) -> None:
    """The rulebook 规则库: every value with its dates, status and source; the first 40 rows unless --all or --json.

    Filters may be combined: `dafeng rules list coke --family ndrc_general --kind ncv --on 2020-06-01`.
    """
    book = packaged_rulebook()
    if status and status not in STATUSES:
        raise BadRequest(
            f"no status is called {status}", where="--status", mend=f"Choose one of: {', '.join(STATUSES)}.",
            zh=f"没有名为 {status} 的状态", mend_zh=f"可选：{'、'.join(STATUSES)}。",
        )  # fmt: skip
    heads = sorted({id.partition(".")[0] for id, _ in book.parameters})
    if family and family not in heads:
        raise BadRequest(
            f"no family or folder is called {family}", where="--family", mend=f"Choose one of: {', '.join(heads)}.",
            zh=f"没有名为 {family} 的规则族", mend_zh=f"可选：{'、'.join(heads)}。",
        )  # fmt: skip
    word = find.casefold()
    rows = [r for r in listed(book) if word in r["id"].casefold() or word in r["zh"] or word in r["en"].casefold()]
    rows = [r for r in rows if not family or r["id"].partition(".")[0] == family]
    rows = [r for r in rows if not kind or r["id"].rpartition(".")[2] == kind]
    for name, wanted in (("status", status), ("unit", unit), ("scope", scope)):
        rows = [r for r in rows if not wanted or r[name] == wanted]  # type: ignore[literal-required]
    if known_on:
        known = _day(known_on, "--known-on")
        rows = [r for r in rows if r["published"] is None or r["published"] <= known]
    if on:
        rows = _in_force(rows, _day(on, "--on"))
    if as_json:
        shown.as_json({"version": book.version, "values": rows})
        return
    _show_values(book, rows, every=every)


def _show_values(book: Rulebook, rows: list[Listed], *, every: bool) -> None:
    if not rows:
        shown.say("0 values: no parameter matches 没有符合条件的参数. `dafeng rules list` lists all.")
        return
    first = rows if every else rows[:_FIRST]
    shown.table(
        f"rulebook {book.version[:12]}: {len(rows)} values",
        ("id", "name", "scope", "since", "value", "unit", "status", "source"),
        [(r["id"], r["zh"], r["scope"], r["since"], r["value"], r["unit"], r["status"], r["source"]) for r in first],
        right=(4,),
    )
    if more := len(rows) - len(first):
        shown.say(
            f"… {more} more 另有 {more} 行: --all, --json; or narrower 或缩小范围: "
            "a word 关键词, --family, --kind, --status, --scope, --on"
        )


def _day(word: str, where: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise BadRequest(
            f"{word!r} is no day", where=where, mend="Write 2024-05-01.", zh=f"“{word}”不是日期",
            mend_zh="请写成 2024-05-01。",
        ) from error  # fmt: skip


def _in_force(rows: list[Listed], day: date) -> list[Listed]:
    """Of each parameter and scope the value that holds on the day (the last that began, if it has not ended)."""
    begun = [r for r in rows if r["since"] <= day]
    last = {(r["id"], r["scope"]): r for r in sorted(begun, key=lambda r: r["since"])}
    return [r for r in begun if last[r["id"], r["scope"]] is r and (r["until"] is None or r["until"] >= day)]


@app.command("show")
def show(
    id: Annotated[str, typer.Argument(help="A parameter (ndrc_general.coke.ncv) or a formula (stream.fuel).")],
    as_json: Json = False,
) -> None:
    """One parameter or formula 规则条目: all its dated values, its plausible range, its source, and who uses it."""
    book = packaged_rulebook()
    found = next((e for e in formula_entries() if id in (e["id"], e["key"])), None)
    entry = _parameter(book, id) or (None if found is None else dict[str, Any](found))
    if entry is None:
        near = [i for i in dict.fromkeys(i for i, _ in book.parameters) if id in i][:6]
        raise NotFound(
            f"the rulebook has no {id!r}",
            where="rules",
            mend=f"Perhaps {', '.join(near)}." if near else "Ids stand in `dafeng rules` and `dafeng rules formulas`.",
            zh=f"规则库中没有 {id}",
            mend_zh=f"或许是：{'、'.join(near)}。" if near else "编号见 dafeng rules 和 dafeng rules formulas。",
        )
    uses = uses_of(packaged_methods(), book, id)
    if as_json:
        shown.as_json({**entry, "used_by": uses})
        return
    for name, value in entry.items():
        if name != "values" and value not in (None, ""):
            shown.say(f"{name}: {value}")
    if "values" in entry:
        heads = ("scope", "since", "until", "published", "value", "status", "source", "note")
        rows = [tuple(v[h] for h in heads) for v in entry["values"]]
        shown.table(f"{len(rows)} value{'' if len(rows) == 1 else 's'}", heads, rows, right=(4,))
    shown.table(f"used by {len(uses)} inputs of methods", ("method", "family", "stream", "input"), uses[:_MOST])


def _parameter(book: Rulebook, id: str) -> dict[str, Any] | None:
    values = [v for (held, _), p in sorted(book.parameters.items()) if held == id for v in p.values]
    if not values:
        return None
    first = values[0]
    band = range_of(first, book.ranges.ranges)
    return {
        "id": id, "zh": first.name_zh, "en": first.name_en, "unit": first.unit, "file": first.file,
        "plausible": None if band is None else f"{band.low:g}–{band.high:g}",
        "values": [
            {"scope": v.scope, "since": v.since, "until": v.until, "published": v.published, "value": v.value,
             "status": v.status, "source": v.source, "note": v.note}
            for v in values
        ],
    }  # fmt: skip


@app.command("formulas")
def formulas(
    find: Annotated[str, typer.Argument(help="Only formulas whose id or words hold this.")] = "",
    as_json: Json = False,
) -> None:
    """The formulas 公式: the arithmetic in words, the day it holds from, its inputs and its source."""
    rows = [e for e in formula_entries() if find in e["id"] or find in e["zh"] or find in e["en"]]
    if as_json:
        shown.as_json(rows)
        return
    heads = ("id", "since", "zh", "inputs", "source")
    shown.table(
        f"{len(rows)} formulas", heads, [(e["id"], e["since"], e["zh"], e["inputs"], e["source"]) for e in rows]
    )


@app.command("families")
def families(as_json: Json = False) -> None:
    """The rule families 规则族: their days, GWP set, fuel table, electricity rule, rounding."""
    held = packaged_rulebook().families.values()
    if as_json:
        shown.as_json(list(held))
        return
    rows = [
        (
            f.id,
            f.name.zh,
            f.since,
            f.until,
            f.gwp,
            f.fuels,
            "; ".join(f"{s.since} {s.parameter}" for s in f.electricity),
        )
        for f in held
    ]
    shown.table(f"{len(rows)} families", ("id", "名称", "since", "until", "GWP", "fuels", "electricity"), rows)


@app.command("check")
def check(
    notes: Annotated[
        bool, typer.Option("--notes", help="Also what is no fault: printed errors kept, defaults no rule prints.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Prove the rulebook 规则库校验: dates, units, stoichiometry, ranges, known published errors, methods.

    Exit code 0: sound; 4: errors were found.
    """
    book, methods = packaged_rulebook(), packaged_methods()
    found = checked(book, methods)
    beside = (*_kept(book), *not_printed(book, methods), *late_streams(book, methods)) if notes else ()
    errors = [p for p in found if p.severity == "error"]
    if as_json:
        counts = {"parameters": len(book.parameters), "methods": len(methods.held), "formulas": len(formula_entries())}
        shown.as_json({"version": book.version, "sound": not errors, **counts, "problems": [*found, *beside]})
    else:
        _tell(book, (*found, *beside))
    raise typer.Exit(_FAULTS if errors else 0)


def _kept(book: Rulebook) -> list[Problem]:
    return [
        Problem(
            f"rules/data/parameters/{value.file}", value.id,
            f"{value.value:g} {value.unit}, kept as printed: {error.en}", "", "note",
            what_zh=f"{value.value:g} {value.unit}，按印刷值采用:{error.zh}",
        )
        for error, value in kept_as_printed(book)
    ]  # fmt: skip


def _tell(book: Rulebook, found: tuple[Problem, ...]) -> None:
    values = sum(len(p.values) for p in book.parameters.values())
    wrong = sum(p.severity == "error" for p in found)
    shown.say(
        f"rulebook {book.version[:12]}: {values} values, {len(formula_entries())} formulas,"
        f" {len(packaged_methods().held)} methods: {'sound 无误' if not wrong else f'{wrong} errors 处错误'}"
    )
    if found:
        heads = ("", "where 位置", "what 问题", "mend 办法")
        rows = [(p.severity, f"{p.where} › {p.column}", p.what, p.mend) for p in found]
        shown.table(f"{len(found)} problems", heads, rows)
