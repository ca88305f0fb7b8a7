"""Errors in a published calculation 公布结果核对: which known slip would turn our figure into the printed one.

Each suspicion is a rule of its own that recomputes: unit, carbon for CO2, GWP set, oxidation, clipped exports, the grid
factor of another year, rows that moved by one. What fits is a suspicion in words, never a verdict.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from dafeng.account.cases.aliases import ITEMS, STREAMS
from dafeng.account.cases.reading import CaseForm, GivenForm, Pair
from dafeng.account.cases.result import CaseResult, Line
from dafeng.account.cases.words import gas_unit, group_called, is_called, number
from dafeng.base.errors import BadRequest, DafengError
from dafeng.base.numbers import plain
from dafeng.base.periods import Period
from dafeng.base.units import factor
from dafeng.rules.methods import GIVEN, GROUP_ZH, Group
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook

NEAR = 5e-4  # relative: printed figures are rounded
AGREES = 1e-3
_COARSE = 0.05  # a figure printed in one digit: rounding explains no more than this share
_ALSO: Mapping[str, tuple[str, ...]] = {  # a term as given is also called what it is the emission of
    "combustion": ("fuel",), "electricity": ("electricity",), "heat": ("heat",), "process": ("process",),
}  # fmt: skip
_DIGITS = re.compile(r"\d[\d,]*(?:\.(?P<decimals>\d+))?")
_POWERS = (1e1, 1e2, 1e3, 1e4, 1e6, 1e8)
_MOST_LINES = 400
Printed = float | str | Pair | GivenForm


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody printed: the total, named totals, groups, units of works, lines by stream/item, ratios by id.

    A bare number is in t CO2e (a ratio's in its own unit); else [771.85, "10^4 tCO2"], "771.85 万吨CO2".
    """

    total: Printed | None = None
    totals: Mapping[str, Printed] = {}
    groups: Mapping[str, Printed] = {}
    units: Mapping[str, Printed] = {}
    lines: Mapping[str, Printed] = {}
    ratios: Mapping[str, Printed] = {}


class Check(msgspec.Struct, frozen=True):
    """One printed figure against ours. suspicions: slips that would explain the difference, the likeliest first."""

    what: str
    published: float
    ours: float | None
    agrees: bool
    relative: float | None
    suspicions: tuple[Name, ...]


def checks(case: CaseForm, result: CaseResult, rulebook: Rulebook) -> tuple[Check, ...]:
    """Every printed figure of the case. Raises BadRequest where ``published`` does not fit its form."""
    try:
        printed = msgspec.convert(dict(case.published), Published)
    except msgspec.ValidationError as error:
        raise BadRequest(
            f"published does not fit its form: {error}", where="published",
            mend="Give total, totals, groups, units, lines (stream/item) and ratios.",
            zh=f"published 不符合格式：{error}",
            mend_zh="可给 total、totals、groups、units、lines（排放源/品种）、ratios。",
        ) from error  # fmt: skip
    if len(printed.lines) > _MOST_LINES:
        raise BadRequest(f"more than {_MOST_LINES} printed lines", where="published.lines", mend="Give fewer.")
    counted = [x for x in result.lines if x.internal is None and x.value is not None]
    found = []
    if printed.total is not None:
        said = _tonnes(printed.total, "total")
        found.append(_check("total", said, result.total.value, _in_total(counted, result), case, rulebook))
    named = _named(result)
    for id, given in printed.totals.items():
        found.append(_check(f"totals.{id}", _tonnes(given, id), named.get(id), [], case, rulebook))
    sums = {"groups": result.groups, "units": result.by_unit}
    for kind, held in (("groups", printed.groups), ("units", printed.units)):
        for name, given in held.items():
            id = group_called(name) if kind == "groups" else name
            one = next((g for g in sums[kind] if id in (g.id, g.name.zh, g.name.en)), None)
            own = [x for x in counted if one and (x.group if kind == "groups" else x.unit_of_works) == one.id]
            ours = None if one is None else one.value
            found.append(_check(f"{kind}.{name}", _tonnes(given, name), ours, own, case, rulebook))
    found += _lines({k: _tonnes(v, k) for k, v in printed.lines.items()}, counted, case, rulebook)
    ratios = {r.id: r for r in (*(r for p in result.parts for r in p.ratios), *result.ratios)}
    for id, given in printed.ratios.items():
        ratio = ratios.get(id)
        said = _tonnes(given, id, ratio.unit if ratio else None)
        found.append(_check(f"ratios.{id}", said, ratio.value if ratio else None, [], case, rulebook))
    there = {"totals": named, "groups": [g.id for g in result.groups], "units": [u.id for u in result.by_unit],
             "ratios": ratios}  # fmt: skip
    return tuple(_absent(one, there.get(one.what.partition(".")[0], ())) for one in found)


def _absent(check: Check, there: Iterable[str]) -> Check:
    """The check, saying what there is where it asks for something that is not there."""
    name, held = check.what.partition(".")[2], list(there)
    if check.ours is not None or not name or name in held or check.suspicions:
        return check
    words = ", ".join(held[:20]) or "—"
    said = Name(f"没有名为“{name}”的结果；有：{words}", f"nothing is called {name!r}; there are: {words}")
    return msgspec.structs.replace(check, suspicions=(said,))


def _named(result: CaseResult) -> dict[str, float | None]:
    """What a printed total may be: the method's own by id, a gas, a scope (scope1 …)."""
    gases = {t.id: t.value for t in result.gases}
    scopes = {f"scope{t.id}": t.value for t in result.by_scope}
    return gases | scopes | {t.id: t.value for p in result.parts for t in p.totals}


def _in_total(lines: list[Line], result: CaseResult) -> list[Line]:
    """Lines of groups that the total counts: what stands apart is no part of it."""
    groups = {g.id for g in result.groups}
    return [x for x in lines if x.group in groups]


class _Said(NamedTuple):
    """A printed figure, and half a unit of its last printed place: what rounding may hide."""

    value: float
    half: float


def _tonnes(said: Printed, name: str, to: str | None = "tCO2") -> _Said:
    """A printed figure in t CO2e, or in a ratio's unit. Raises BadRequest for what is no number or of another kind."""
    given = said.value if isinstance(said, GivenForm) else said
    value, unit = number(given, f"published › {name}")
    unit = (said.unit if isinstance(said, GivenForm) else None) or unit
    if value is None:
        raise BadRequest(
            f"the printed figure {name} is empty", where=f"published › {name}", mend="Leave it out.",
            zh=f"公布值“{name}”为空", mend_zh="请删去该项。",
        )  # fmt: skip
    half = _half_place(given[0] if isinstance(given, tuple | list) else given)
    if unit is None or to is None:
        return _Said(value, half)
    try:
        scale = factor(gas_unit(unit, to) or to, to)
    except BadRequest as error:
        if to == "tCO2" and _is_carbon(unit):
            scale = factor(unit, "tC") * 44 / 12
            return _Said(value * scale, half * scale)
        raise BadRequest(
            error.what, where=f"published › {name}", mend=f"Give it in {to}.", zh=error.zh,
            mend_zh=f"请以 {to} 或可换算的单位填写。",
        ) from error  # fmt: skip
    return _Said(value * scale, half * scale)


def _half_place(given: float | str | None) -> float:
    """Half a unit of the last place: 6.5 → 0.05, "1,833.20" → 0.005, 17 → 0.5; of a number in powers of ten none."""
    text = repr(given) if isinstance(given, float) and not given.is_integer() else f"{given}".removesuffix(".0")
    found = _DIGITS.search(text)
    if found is None or (found.end() < len(text) and text[found.end()] in "eE%‰"):
        return 0.0
    return 0.5 * 10.0 ** -len(found["decimals"] or "")


def _is_carbon(unit: str) -> bool:
    try:
        return factor(unit, "tC") > 0
    except BadRequest:
        return False


def _check(what: str, said: _Said, ours: float | None, lines: list[Line], case: CaseForm, rulebook: Rulebook) -> Check:
    published = said.value
    agrees = ours is not None and (_same(ours, published, AGREES) or _rounds(ours, said))
    suspected: tuple[Name, ...] = ()
    if ours is not None and not agrees:
        suspected = tuple(_suspicions(published, ours, lines, case, rulebook)) or tuple(
            _implied(published, ours, lines)
        )
    relative = None if ours is None or published == 0 else ours / published - 1
    return Check(what, published, ours, agrees, relative, suspected)


def _implied(published: float, ours: float, lines: list[Line]) -> Iterator[Name]:
    """What the factor of the only line would have to be, where no slip is known to fit."""
    taken = next((f for f in lines[0].figures if f.input == "factor"), None) if len(lines) == 1 else None
    if taken is None or not ours or not _same(ours, lines[0].value or 0.0):
        return
    value = plain(float(f"{taken.value * published / ours:.5g}"))
    yield Name(
        f"公布值相当于因子{value} {taken.unit}，所用为{plain(taken.value)}",
        f"the printed figure would need a factor of {value} {taken.unit}; {plain(taken.value)} was given",
    )


def _rounds(ours: float, said: _Said) -> bool:
    """Whether ours, rounded as the printed figure is, would be that figure; not where rounding hides too much."""
    return abs(ours - said.value) <= min(said.half * (1 + 1e-9), _COARSE * abs(said.value))


def _same(one: float, other: float, within: float = NEAR) -> bool:
    return math.isclose(one, other, rel_tol=within, abs_tol=min(0.005, AGREES * abs(other)))


def _suspicions(published: float, ours: float, lines: list[Line], case: CaseForm, rulebook: Rulebook) -> Iterator[Name]:
    for power in _POWERS:
        for scale in (power, 1 / power):
            if _same(ours * scale, published):
                yield Name(f"单位相差{scale:g}倍", f"off by a unit: factor {scale:g}")
    if _same(ours * 12 / 44, published):
        yield Name("结果似为碳量（tC），未乘44/12", "looks like carbon (tC): 44/12 was not applied")
    if _same(ours * 44 / 12, published):
        yield Name("似重复乘以44/12", "44/12 seems to be applied twice")
    if _same(ours * 3.67 * 12 / 44, published, 2e-5) and not _same(ours, published, 2e-5):
        yield Name("44/12取了近似值3.67", "44/12 was taken as 3.67")
    if _same(-ours, published):
        yield Name("正负号相反", "the sign is turned round")
    yield from _of_lines(published, ours, lines, case, rulebook)


def _of_lines(published: float, ours: float, lines: list[Line], case: CaseForm, rulebook: Rulebook) -> Iterator[Name]:
    """Slips that touch some lines only; ``ours`` is what these lines and perhaps others add up to."""
    rest = ours - sum(x.value or 0.0 for x in lines)
    for set_ in _gwp_sets(rulebook):
        changed = sum(_with_gwp(x, set_, rulebook) for x in lines)
        if any((x.gwp or 1.0) != 1.0 for x in lines) and _same(rest + changed, published):
            yield Name(f"GWP取了{set_}的值", f"the GWP set of {set_} was used")
    whole = sum((x.value or 0.0) / _figure(x, "oxidation_rate") for x in lines)
    if not _same(whole + rest, ours) and _same(whole + rest, published):
        yield Name("未乘碳氧化率", "the share oxidised was left out")
    deducted: tuple[Group, ...] = ("fixed", "recovered")
    for group in deducted:
        taken = sum(x.value or 0.0 for x in lines if x.group == group)
        if taken and not _same(ours - 2 * taken, ours) and _same(ours - 2 * taken, published, 2e-5):
            yield Name(f"{GROUP_ZH[group]}应扣除而被加入", f"{group}: what is to be taken off was added")
    positive = sum(max(x.value or 0.0, 0.0) for x in lines)
    if not _same(positive + rest, ours) and _same(positive + rest, published):
        yield Name("净外供被截为零", "net exports were clipped at zero")
    both = sum(abs(x.value or 0.0) for x in lines)
    if not _same(both + rest, ours) and _same(both + rest, published):
        yield Name("扣除项被当作增加项", "what is taken off was added")
    for line in lines:
        if len(lines) > 1 and line.value and _same(ours - line.value, published):
            yield Name(f"漏计{_called(line).zh}", f"{_called(line).en} was left out")
        if len(lines) > 1 and line.value and _same(ours + line.value, published):
            yield Name(f"重复计{_called(line).zh}", f"{_called(line).en} was counted twice")
    yield from _one_off(published, ours, lines)
    yield from _grid(published, ours, lines, case, rulebook)
    yield from _siblings(published, ours, lines, rulebook)


def _one_off(published: float, ours: float, lines: list[Line]) -> Iterator[Name]:
    """One line among others in another unit, as carbon, or with the sign turned."""
    if len(lines) < 2:
        return
    for line in lines:
        value, called = line.value or 0.0, _called(line)
        if abs(value) < AGREES * abs(ours):
            continue
        if _same(ours - value * (1 - 12 / 44), published):
            yield Name(f"{called.zh}似以碳量（tC）计入，未乘44/12", f"{called.en} seems to be in tonnes of carbon")
        if _same(ours - value * (1 - 44 / 12), published):
            yield Name(f"{called.zh}似重复乘以44/12", f"44/12 seems to be applied twice to {called.en}")
        if line.group not in ("fixed", "recovered") and _same(ours - 2 * value, published):
            yield Name(f"{called.zh}的正负号相反", f"the sign of {called.en} is turned round")
        for power in (10.0, 100.0, 1e3, 1e4):
            for scale in (power, 1 / power):
                seen = min(abs(value * scale), abs(value * (scale - 1))) > AGREES * abs(published)
                if _same(ours + value * (scale - 1), published) and seen:
                    yield Name(f"{called.zh}的单位相差{scale:g}倍", f"{called.en} is off by a unit: factor {scale:g}")


def _siblings(published: float, ours: float, lines: list[Line], rulebook: Rulebook) -> Iterator[Name]:
    """A factor of the same kind but of another rule or material: clinker at 0.525 or 0.538 for 0.535."""
    for line in lines:
        taken = next((f for f in line.figures if f.input == "factor" and f.parameter and f.value), None)
        if taken is None or not line.value or taken.parameter is None:
            continue
        kind = taken.parameter.rpartition(".")[0]
        for (id, _), parameter in rulebook.parameters.items():
            other = parameter.values[-1]
            alike = id != taken.parameter and id.rpartition(".")[0] == kind and parameter.unit == taken.unit
            if alike and _same(ours + line.value * (other.value / taken.value - 1), published, 2e-5):
                yield Name(
                    f"{_called(line).zh}的因子似取了“{other.name_zh}”{plain(other.value)}",
                    f"the factor of {_called(line).en} seems to be {plain(other.value)} ({other.name_en})",
                )


def _grid(published: float, ours: float, lines: list[Line], case: CaseForm, rulebook: Rulebook) -> Iterator[Name]:
    """The grid factor of another year, or of another place: that of elsewhere only where one alone fits."""
    power = [x for x in lines if x.group == "electricity" and x.value and _figure(x, "factor") not in (0.0, 1.0)]
    if not power:
        return
    mwh = sum((x.value or 0.0) / _figure(x, "factor") for x in power)
    rest, own = ours - sum(x.value or 0.0 for x in power), rulebook.scopes.chain(case.scope, case.span.last)
    near, far = dict[tuple[float, int], Name](), dict[tuple[float, int], Name]()
    for (id, scope), parameter in rulebook.parameters.items():
        for value in parameter.values if id.endswith("grid_co2") else ():
            if _same(rest + mwh * value.value, published):
                (near if scope in own else far)[value.value, value.since.year] = Name(
                    f"电力因子似取了{value.name_zh} {value.since.year}年的{plain(value.value)}",
                    f"the grid factor seems to be {plain(value.value)} ({value.name_en}, {value.since.year})",
                )
    yield from (near or (far if len(far) == 1 else {})).values()


def _lines(printed: Mapping[str, _Said], lines: list[Line], case: CaseForm, rulebook: Rulebook) -> Iterator[Check]:
    """Printed lines; where several carry their neighbour's value the rows have moved."""
    own: dict[str, list[Line]] = {}
    for line in lines:
        own.setdefault(f"{line.stream}/{line.item}".rstrip("/"), []).append(line)
    keys = {name: _line_called(name, own) for name in printed}
    ours = {name: sum(x.value or 0.0 for x in own[key]) for name, key in keys.items() if key is not None}
    moved = _moved({k: v.value for k, v in printed.items()}, ours)
    for name, said in printed.items():
        made = _check(f"lines.{name}", said, ours.get(name), own.get(keys[name] or "", []), case, rulebook)
        if name not in ours:
            made = msgspec.structs.replace(made, suspicions=(_no_line(own),))
        yield made if name not in moved else msgspec.structs.replace(made, suspicions=(moved[name], *made.suspicions))


def _line_called(name: str, own: Mapping[str, list[Line]]) -> str | None:
    """The stream/item of a printed line, from ids, Chinese or English names, or what they are often called."""
    if name in own:
        return name
    stream, _, item = (w.strip() for w in name.partition("/"))
    for key, held in own.items():
        line = held[0]
        streams = [line.stream, *_ALSO.get(line.group, ())] if line.stream.startswith(GIVEN) else [line.stream]
        if any(is_called(stream, id, line.stream_name, STREAMS) for id in streams) and (
            is_called(item, line.item, line.item_name, ITEMS) if item else not line.item
        ):
            return key
    return None


def _no_line(own: Mapping[str, list[Line]]) -> Name:
    there = ", ".join([*own][:20])
    return Name(f"没有这一行；有：{there}", f"there is no such line; there are: {there}")


def _moved(printed: Mapping[str, float], ours: Mapping[str, float]) -> dict[str, Name]:
    names = [n for n in printed if n in ours]
    found: dict[str, Name] = {}
    for step in (1, -1):
        for i, name in enumerate(names):
            if 0 <= i + step < len(names):
                other = names[i + step]
                if _same(ours[other], printed[name]) and not _same(ours[name], printed[name]):
                    found[name] = Name(
                        f"数值与“{other}”一行相同：似乎错行", f"holds the value of {other}: rows seem shifted"
                    )
    return found


def _called(line: Line) -> Name:
    if not line.item:
        return line.stream_name
    return Name(f"{line.stream_name.zh}·{line.item_name.zh}", f"{line.stream_name.en}: {line.item_name.en}")


def _figure(line: Line, input: str) -> float:
    return next((f.value for f in line.figures if f.input == input and f.value), 1.0)


def _gwp_sets(rulebook: Rulebook) -> tuple[str, ...]:
    return tuple(sorted({id.split(".")[1] for id, _ in rulebook.parameters if id.startswith("gwp.")}))


def _with_gwp(line: Line, set_: str, rulebook: Rulebook) -> float:
    if line.gas == "CO2" or not line.gwp or line.value is None:
        return line.value or 0.0
    try:
        value: Any = rulebook.parameter(f"gwp.{set_}.{line.gas}").on(Period.parse(line.period).first).value
    except DafengError:
        return line.value
    return line.value / line.gwp * float(value)
