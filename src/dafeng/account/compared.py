"""The same figures under another rule 换规则重算: what differs, line by line, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container

import msgspec

from dafeng.account.cases.reading import CaseForm, PartForm, by_ids
from dafeng.account.cases.result import CaseResult, Line, run_case
from dafeng.base.errors import BadRequest
from dafeng.base.numbers import plain
from dafeng.rules.methods import Methods
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook

Key = tuple[str, str, str, str, str, int]

_SAME = 1e-9  # a relative difference below it is the order of adding, not the rule


class Difference(msgspec.Struct, frozen=True):
    """One source under both rules, in ``unit``; None where it is not counted or cannot be computed there.

    period, unit_of_works, part: of which month, unit (机组、工序) and part of the works; "" where there is none.
    """

    name: Name
    one: float | None
    other: float | None
    difference: float | None
    why: tuple[Name, ...]
    period: str = ""
    unit_of_works: str = ""
    part: str = ""
    unit: str = "tCO2e"


class Comparison(msgspec.Struct, frozen=True):
    """one, other: method/family. notes: what had to be left out or was tried outside its dates."""

    one: str
    other: str
    rows: tuple[Difference, ...]
    total: Difference
    notes: tuple[Name, ...]


def compared(
    case: CaseForm, family: str, methods: Methods, rulebook: Rulebook, *, method: str | None = None
) -> Comparison:
    """A case under its own rule and under ``family``. Sources the other rule does not know are left out there and said.

    Raises BadRequest for a case of several parts, RuleUnknown where the method does not stand under the family.
    """
    parts = case.all_parts()
    if len(parts) != 1:
        raise BadRequest("a comparison takes a case of one part", where="parts", mend="Compare the parts one by one.")
    return between(case, *_other(case, parts[0], family, method, methods, rulebook), methods, rulebook)


def between(
    case: CaseForm, other: CaseForm, notes: tuple[Name, ...], methods: Methods, rulebook: Rulebook
) -> Comparison:
    """Two cases of one part each, source by source: another rule, other data, or another day of knowledge."""
    ours, theirs = run_case(case, methods, rulebook), run_case(other, methods, rulebook)
    left, right = _keyed(ours, methods), _keyed(theirs, methods)
    rows = tuple(_row(left.get(k), right.get(k)) for k in dict.fromkeys([*left, *right]))
    total = _difference(ours.total.name, ours.total.value, theirs.total.value, ())
    total = msgspec.structs.replace(total, period=ours.period, unit=ours.total.unit)
    one, two = (f"{r.parts[0].method}/{r.parts[0].family}" for r in (ours, theirs))
    return Comparison(one, two, rows, total, notes)


def _other(
    case: CaseForm, part: PartForm, family: str, method: str | None, methods: Methods, rulebook: Rulebook
) -> tuple[CaseForm, tuple[Name, ...]]:
    """The case under the other rule, without what that does not know; and what is to be said of it."""
    part = by_ids(part, methods, rulebook, case.span)
    target, notes, kept = methods.method(method or part.method, family), [], []
    for row in part.activity:
        form = target.streams.get(row.stream)
        items: Container[str] = ("",) if form is None or form.items is None else form.items
        only = not row.item and len(items) == 1  # type: ignore[arg-type]
        there = form is not None and (isinstance(form.items, str) or row.item in items or only)
        if form is None or not there:
            what = f"{row.stream}/{row.item}".rstrip("/")
            notes.append(Name(f"{what} 不在{target.name.zh}（{family}）的边界内", f"{what} is not counted by {family}"))
            continue
        inputs = {n: v for n, v in row.inputs.items() if n in form.inputs}
        notes += [
            Name(f"{row.stream} 的 {n} 在{family}下不用", f"{n} of {row.stream} is not used by {family}")
            for n in row.inputs
            if n not in form.inputs
        ]
        kept.append(msgspec.structs.replace(row, inputs=inputs))
    span = case.span
    if not target.covers(span.first, span.last):
        since, until = target.since, target.until or "…"
        notes.append(
            Name(
                f"{family}在{span.code}不在有效期内（{since}～{until}），按试算",
                f"{family} is not in force in {span.code}: a trial",
            )
        )
    changed = msgspec.structs.replace(
        case, method=target.id, family=family, activity=tuple(kept), parts=(), trial=True, published={}
    )
    return changed, tuple(dict.fromkeys(notes))


def _keyed(result: CaseResult, methods: Methods) -> dict[Key, Line]:
    """Lines that count in the rule's total, by what they are of; lots in their order."""
    part = result.parts[0]
    total = methods.method(part.method, part.family).totals["total"]
    seen: Counter[tuple[str, ...]] = Counter()
    held: dict[Key, Line] = {}
    for line in result.lines:
        counts = line.stream in total.only if total.only else line.group in total.groups
        if not counts or line.stream in total.without:
            continue
        key = (line.unit_of_works, line.stream, line.item, line.gas, line.period)
        held[(*key, seen[key])] = line
        seen[key] += 1
    return held


def _row(one: Line | None, other: Line | None) -> Difference:
    line = one or other
    assert line is not None
    name = line.stream_name if not line.item else Name(
        f"{line.stream_name.zh} {line.item_name.zh}", f"{line.stream_name.en}: {line.item_name.en}"
    )  # fmt: skip
    if one is None or other is None:
        why: tuple[Name, ...] = (Name("边界不同：一方不计", "boundary: one of the two does not count it"),)
        row = _difference(name, _value(one), _value(other), why, absent=True)
    else:
        row = _difference(name, one.value, other.value, _why(one, other))
    return msgspec.structs.replace(row, period=line.period, unit_of_works=line.unit_of_works, part=line.part)


def _value(line: Line | None) -> float | None:
    return None if line is None else line.value


def _difference(
    name: Name, one: float | None, other: float | None, why: tuple[Name, ...], *, absent: bool = False
) -> Difference:
    """absent: one side does not count it; the difference is then what the other has, unknown where that is missing."""
    unknown = one is None and other is None if absent else one is None or other is None
    gap = None if unknown else (other or 0.0) - (one or 0.0)
    if gap is not None and abs(gap) <= _SAME * max(abs(one or 0.0), abs(other or 0.0)):
        gap = 0.0
    return Difference(name, one, other, gap, why)


def _why(one: Line, other: Line) -> tuple[Name, ...]:
    found = []
    if one.formula != other.formula:
        before, after = (x.operation or Name("缺", "missing") for x in (one, other))
        found.append(Name(f"算法：{before.zh} → {after.zh}", f"formula: {before.en} → {after.en}"))
    right = {f.input: f for f in other.figures}
    for figure in one.figures:
        held = right.get(figure.input)
        if held is not None and held.value != figure.value:
            change = f"{plain(figure.value)} → {plain(held.value)} {figure.unit}".removesuffix(" 1")
            found.append(Name(f"{figure.name.zh}：{change}", f"{figure.name.en}: {change}"))
    if one.gwp != other.gwp:
        found.append(Name(f"GWP：{one.gwp:g} → {other.gwp:g}", f"GWP: {one.gwp:g} → {other.gwp:g}"))
    if not found and _difference(one.stream_name, one.value, other.value, ()).difference != 0.0:
        found.append(Name("修约不同", "rounding"))
    if one.note != other.note and other.value is None:
        found.append(Name(other.note or "缺", other.note or "missing"))
    return tuple(found)
