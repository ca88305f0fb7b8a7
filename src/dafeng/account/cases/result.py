"""What a case comes to 算例结果: lines with all their figures, named totals, ratios, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
import polars as pl

from dafeng.account.cases.beside import own_rows
from dafeng.account.cases.doubts import doubts
from dafeng.account.cases.gaps import Gap, gaps
from dafeng.account.cases.own_ratios import derived, own_ratios, per_output
from dafeng.account.cases.ratios import Ratio, ratios
from dafeng.account.cases.reading import BESIDE, CaseForm, PartForm, prepared
from dafeng.account.cases.transfers import transfers
from dafeng.account.cases.twofold import below_zero, negative, odd_ratios, two_ways, unproved, water_not_steam
from dafeng.account.streams.engine import Streams
from dafeng.base.provenance import Status, worst
from dafeng.rules.formulas import by_key, formula
from dafeng.rules.methods import IN_TOTAL, Method, Methods, TotalForm
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook

VERSION = "case-1"  # raised when a result's arithmetic or meaning changes
OUTSIDE = 3  # the scope of what happens outside the boundary: such a row stands in the value chain


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One input of a line. ``of``: given by the works, a rulebook default, or an own factor of the case."""

    input: str
    name: Name
    value: float
    unit: str
    of: str
    status: Status
    source: str | None = None
    parameter: str | None = None


class Line(msgspec.Struct, frozen=True):
    """One result: mass_t of the gas, value in t CO2e with the sign it has in the total; null where something lacks."""

    part: str
    unit_of_works: str
    period: str
    stream: str
    stream_name: Name
    item: str
    item_name: Name
    group: str
    ghg_scope: int
    gas: str
    mass_t: float | None
    gwp: float | None
    value: float | None
    formula: str | None
    operation: Name | None
    status: Status
    note: str | None
    internal: str | None
    figures: tuple[Figure, ...]


class Total(msgspec.Struct, frozen=True):
    """A sum in t CO2e. value is null while a line lacks something; partial is the sum of what is there, null where
    nothing is. missing counts lines that lack, and sources and months that were not given at all: with these the value
    stands and is of what was given. status is null where there is nothing to sum."""

    id: str
    name: Name
    value: float | None
    partial: float | None
    status: Status | None
    missing: int
    unit: str = "tCO2e"


class PartResult(msgspec.Struct, frozen=True):
    """A part under its method. totals begin with the rule's own; groups, gases and scopes sum the same lines.

    rounding: what the rule rounds on the way.
    """

    part: str
    method: str
    family: str
    name: Name
    boundary: Name
    source: str
    status: Status
    totals: tuple[Total, ...]
    groups: tuple[Total, ...]
    ratios: tuple[Ratio, ...]
    notes: tuple[Name, ...]
    rounding: Name | None = None


class CaseResult(msgspec.Struct, frozen=True):
    """The whole: ``total`` of the works (internal transfers left out), its parts, and every line.

    by_unit: by unit of works (facility, process, life-cycle stage, sector) where the case names any; ratios: those the
    case asks for itself, over the whole works.
    """

    case: str
    period: str
    scope: str
    as_of: date | None
    total: Total
    groups: tuple[Total, ...]
    gases: tuple[Total, ...]
    by_scope: tuple[Total, ...]
    by_period: tuple[Total, ...]
    parts: tuple[PartResult, ...]
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    findings: tuple[Name, ...]
    rulebook: str
    by_unit: tuple[Total, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    code: str = VERSION
    name: Name | None = None


def run_case(case: CaseForm, methods: Methods, rulebook: Rulebook) -> CaseResult:
    """Compute a case. Raises what reading its parts raises (``prepared``); a figure that lacks costs its line only."""
    parts, lines, missing, version = [], [], [], rulebook.version
    asked: list[Name] = []
    lacks, told = 0, set[tuple[str, str]]()
    engines: list[tuple[Streams, pl.DataFrame]] = []
    for part in case.all_parts():
        streams, given = prepared(case, part, methods, rulebook)
        made = _lines(part, streams, given)
        asked += doubts(
            streams, given, chosen=not part.family, alone=len(case.all_parts()) == 1, period=case.span, scope=case.scope
        )
        own = own_rows(streams.method, given)
        open_ = gaps(streams, own, part.activity, case.span)
        amounts = streams.amounts(given.drop(list(BESIDE)))
        engines.append((streams, derived(amounts)))
        parts.append(_part(part, streams, amounts, made, open_))
        asked += _asked(streams, own, made, parts[-1], open_)
        told |= {(x.part, x.group) for x in below_zero(streams.method, made)}
        lacks += parts[-1].totals[0].missing - _total("", parts[-1].name, _inside(streams.method, made)).missing
        missing += _missing(part, made, open_)
        lines += made
        version = streams.rulebook.version
    whole = _whole(case, parts, lines, methods)
    total = _total("total", Name("温室气体排放总量", "total greenhouse-gas emissions"), whole, lacks)
    named = any(x.unit_of_works for x in whole)
    return CaseResult(
        case=case.case, name=case.name, period=case.span.code, scope=case.scope, as_of=case.as_of,
        total=total, by_unit=_by(whole, "unit_of_works") if named else (),
        ratios=own_ratios(case.ratios, _sums(total, whole, lines, parts), engines) if case.ratios else (),
        groups=_by(whole, "group"), gases=_by(whole, "gas"), by_scope=_by(whole, "ghg_scope"),
        by_period=_by(whole, "period"), parts=tuple(parts), lines=tuple(lines), missing=tuple(missing),
        findings=(*transfers(lines), *_carbon(parts, told), *dict.fromkeys(asked)), rulebook=version,
    )  # fmt: skip


# -- lines -------------------------------------------------------------------------------------------------------------


def _lines(part: PartForm, streams: Streams, given: pl.DataFrame) -> list[Line]:
    said = given.group_by("subject_id", "stream", "item", "period").agg(
        pl.col("said").drop_nulls().str.join("；"), pl.col("internal", "own_scope", "scope").first()
    )
    made = streams.lines(given.drop(list(BESIDE)), figures=True).join(
        said, on=["subject_id", "stream", "item", "period"], how="left", maintain_order="left"
    )
    return [_line(part, streams, row) for row in made.iter_rows(named=True)]


def _line(part: PartForm, streams: Streams, row: Mapping[str, object]) -> Line:
    form = streams.method.stream(str(row["stream"]))
    formula = by_key(str(row["formula"])) if row["formula"] else None
    notes = [str(n) for n in (row["note"], row["said"]) if n]
    own_scope = row["own_scope"]
    group = "value_chain" if own_scope == OUTSIDE and row["group"] in IN_TOTAL else str(row["group"])
    rest = {k: row[k] for k in ("period", "stream", "item", "gas", "mass_t", "gwp", "value", "formula",
                                "status", "internal")}  # fmt: skip
    return Line(
        part=part.part, unit_of_works=str(row["subject_id"]).split("|")[1], stream_name=form.name,
        item_name=streams.items(form)[str(row["item"])].name, note="；".join(notes) or None,
        operation=None if formula is None else Name(formula.zh, formula.en),
        ghg_scope=int(str(own_scope or row["ghg_scope"])), group=group,
        figures=tuple(_figure(streams, f, row) for f in row["figures"]),  # type: ignore[attr-defined]
        **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def _figure(streams: Streams, held: Mapping[str, object], row: Mapping[str, object]) -> Figure:
    form, id = streams.method.stream(str(row["stream"])), held["from"]
    inp, unit = form.inputs[str(held["input"])], streams.units(form)[str(held["input"]), str(row["item"])]
    found = streams.default_behind(str(id), str(row["scope"]), str(row["period"])) if id else None
    return Figure(
        input=str(held["input"]), name=inp.name, value=float(str(held["value"])), unit=unit,
        of="given" if found is None else ("case" if found.file == "(case)" else "rule"), status=str(held["status"]),  # type: ignore[arg-type]
        source=(None if id is None else str(id)) if found is None else found.source,
        parameter=None if found is None else found.id,
    )  # fmt: skip


def _asked(
    streams: Streams, own: pl.DataFrame, lines: list[Line], part: PartResult, open_: tuple[Gap, ...]
) -> list[Name]:  # fmt: skip
    """What is asked about a part beside its single figures: what it lacks, and what it contradicts."""
    return [
        *(gap.finding for gap in open_), *two_ways(streams, own), *negative(streams.method, lines),
        *odd_ratios(streams.method, part.ratios), *water_not_steam(streams, own), *unproved(streams, own),
    ]  # fmt: skip


def _missing(part: PartForm, lines: list[Line], open_: tuple[Gap, ...]) -> list[str]:
    head = f"{part.part} › " if part.part else ""
    absent = [f"{head}{gap.words.zh}" for gap in open_ if gap.streams]
    lacking = [
        f"{head}{line.stream_name.zh} {line.item_name.zh if line.item else ''} {line.period}：{line.note or '缺'}"
        for line in lines
        if line.value is None
    ]
    return lacking + absent


# -- sums --------------------------------------------------------------------------------------------------------------


def _sums(total: Total, whole: list[Line], lines: list[Line], parts: list[PartResult]) -> dict[str, float | None]:
    """Tonnes by every word a ratio may use: total, named total (of a case of one part), group, gas, scope, stream,
    stream/item, @unit; null where a line lacks."""
    words = (("group", whole, "{}"), ("gas", whole, "{}"), ("stream", lines, "{}"), ("unit_of_works", whole, "@{}"),
             ("ghg_scope", whole, "scope{}"))  # fmt: skip
    named = {t.id: t.value for t in parts[0].totals} if len(parts) == 1 else {}
    sums = named | {f.format(t.id): t.value for what, own, f in words for t in _by(own, what) if t.id}
    items: dict[str, list[Line]] = {}
    for line in lines:
        if line.item:
            items.setdefault(f"{line.stream}/{line.item}", []).append(line)
    return sums | {k: _total(k, Name(k, k), own).value for k, own in items.items()} | {"total": total.value}


def _part(
    part: PartForm, streams: Streams, amounts: pl.DataFrame, lines: list[Line], open_: tuple[Gap, ...]
) -> PartResult:
    method = streams.method
    totals = {
        id: _total(id, form.name, [x for x in lines if _in(form, x)], sum(_lacks(form, gap, method) for gap in open_))
        for id, form in method.totals.items()
    }
    return PartResult(
        part=part.part, method=method.id, family=method.family, name=method.name, boundary=method.boundary,
        source=method.source, status=method.status, totals=tuple(totals.values()),
        groups=_by([x for x in lines if _in(method.totals["total"], x)], "group"),
        ratios=(*_ratios(method, amounts, lines), *per_output(streams, amounts, totals["total"].value)),
        notes=method.notes, rounding=_rounding(streams),
    )  # fmt: skip


def _rounding(streams: Streams) -> Name:
    """How the rule rounds on the way; the result itself is never rounded. A method none of whose formulas rounds carbon
    content does not, though its family has a form that does (power)."""
    places, carbon = streams.method.line_decimals, streams.family.carbon_content_decimals
    ids = {id for form in streams.method.streams.values() for id in form.formulas}
    if not any("carbon_decimals" in formula(id, date.max).reads for id in ids):
        carbon = None
    zh, en = [], []
    if carbon is not None:
        zh.append(f"燃料含碳量按规则保留{carbon}位小数")
        en.append(f"carbon content of fuels rounded to {carbon} decimals, as the form does")
    if places is not None:
        zh.append(f"各行按规则保留{places}位小数（四舍五入）")
        en.append(f"each line rounded to {places} decimals, as the form does")
    return Name("；".join(zh) or "不修约", "; ".join(en) or "nothing is rounded on the way")


def _ratios(method: Method, amounts: pl.DataFrame, lines: list[Line]) -> tuple[Ratio, ...]:
    """The method's ratios for the part, then for each unit of the works 机组、工序 where it has several.

    The latter are called ``ratio@unit``; a unit's emissions are those of its own rows.
    """
    unit = pl.col("subject_id").str.split("|").list.get(1)
    units = sorted({x.unit_of_works for x in lines} - {""})
    made = list(_ratios_of(method, amounts, lines))
    for name in units if len(units) > 1 else ():
        own = _ratios_of(method, amounts.filter(unit == name), [x for x in lines if x.unit_of_works == name])
        made += [
            Ratio(f"{r.id}@{name}", Name(f"{r.name.zh}（{name}）", f"{r.name.en} ({name})"), r.value, r.unit)
            for r in own
            if r.value is not None
        ]
    return tuple(made)


def _ratios_of(method: Method, amounts: pl.DataFrame, lines: list[Line]) -> tuple[Ratio, ...]:
    totals = {id: _total(id, form.name, [x for x in lines if _in(form, x)]) for id, form in method.totals.items()}
    return ratios(method, amounts, totals, lines)


def _in(form: TotalForm, line: Line) -> bool:
    """Whether a line belongs to a named total."""
    return _holds(form, line.stream, line.group)


def _holds(form: TotalForm, stream: str, group: str) -> bool:
    if stream in form.without:
        return False
    return stream in form.only if form.only else group in form.groups


def _lacks(form: TotalForm, gap: Gap, method: Method) -> bool:
    """Whether what was not given would belong to a named total."""
    return any(_holds(form, id, method.streams[id].group) for id in gap.streams)


def _inside(method: Method, lines: list[Line]) -> list[Line]:
    return [x for x in lines if _in(method.totals["total"], x)]


def _whole(case: CaseForm, parts: list[PartResult], lines: list[Line], methods: Methods) -> list[Line]:
    """The lines of the works' total: what each part's rule counts, without transfers between the parts."""
    rules = {p.part: methods.method(p.method, p.family).totals["total"] for p in parts}
    return [x for x in lines if x.internal is None and _in(rules[x.part], x)]


def _total(id: str, name: Name, lines: list[Line], not_given: int = 0) -> Total:
    """not_given: sources and months the case does not give."""
    there = [x.value for x in lines if x.value is not None]
    missing = len(lines) - len(there)
    value = None if missing or not lines else sum(there)
    partial = sum(there) if there else None
    return Total(id, name, value, partial, worst(x.status for x in lines) if lines else None, missing + not_given)


_GROUPS = {
    "combustion": Name("化石燃料燃烧", "fossil combustion"),
    "process": Name("工业生产过程", "industrial processes"),
    "electricity": Name("净购入电力", "net purchased electricity"),
    "heat": Name("净购入热力", "net purchased heat"),
    "fixed": Name("固碳产品隐含（扣除）", "carbon fixed in products (taken off)"),
    "recovered": Name("回收利用（扣除）", "recovered (taken off)"),
    "value_chain": Name("价值链（上下游）", "value chain (upstream and downstream)"),
    "biogenic": Name("生物质（单列）", "biogenic (stands apart)"),
    "memo": Name("备查", "for reference"),
}


def _by(lines: list[Line], what: str) -> tuple[Total, ...]:
    held: dict[str, list[Line]] = {}
    for line in lines:
        held.setdefault(str(getattr(line, what)), []).append(line)
    return tuple(_total(k, _GROUPS.get(k, Name(k, k)), held[k]) for k in held)


def _carbon(parts: list[PartResult], told: set[tuple[str, str]]) -> tuple[Name, ...]:
    """Carbon balances from which more goes out than came in; what a rule takes off has a group of its own. told: part
    and group of lines that are below zero themselves, which is said of them."""
    return tuple(
        Name(
            f"{part.part}{group.name.zh}合计为负：产出、外供的碳多于投入的碳，请核对数量、含碳量和漏填的投入",
            f"{part.part} {group.name.en}".strip()
            + " is negative: more carbon goes out than came in; check amounts, carbon"
            " contents, and inputs that were left out",
        )
        for part in parts
        for group in part.groups
        if group.id in ("combustion", "process")
        and group.value is not None
        and group.value < 0
        and (part.part, group.id) not in told
    )
