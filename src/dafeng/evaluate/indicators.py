"""The indicator library 指标库: definitions as data, read from ``rules/data/indicators``.

An indicator says what it measures, in which unit, which way is better, how it adds up over areas, and by which formulas
it follows from accounts, delivered facts and the registry. Where there is no formula, it names the data it wants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import msgspec

from dafeng.account.lines import MEASURES
from dafeng.base.errors import NotFound, RuleConflict, RuleNotInForce, RuleUnknown
from dafeng.base.units import known
from dafeng.collect.codelists import measures as delivered
from dafeng.rules.packaged import read_folder

Direction = Literal["lower", "higher", "none"]
Kind = Literal["level", "intensity", "share", "rate", "count", "peak", "change", "growth", "gain"]
Operation = Literal["value", "ratio", "share", "reuse", "weighted_mean", "count", "above_benchmark", "below_baseline"]


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the records below: frozen, unknown keys refused."""


class Term(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sum in a formula: which measure and items, of whom.

    at "members" sums enterprises of the registry in the subject; "subject" takes the subject's own row. items and
    industries are lists of codes or the name of a set; industries match by prefix; no items means any
    item. unit is that of the items where the measure has no one unit (electricity used: MWh).
    """

    of: Literal["line", "fact"]
    measure: str
    items: str | tuple[str, ...] = ()
    at: Literal["members", "subject"] = "members"
    industries: str | tuple[str, ...] = ()
    above_scale: bool = False
    unit: str | None = None


class Formula(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way to compute an indicator 算法. pair: only members that have both top and bottom enter."""

    id: str
    op: Operation
    top: Term | None = None
    bottom: Term | None = None
    pair: bool = False
    products: tuple[str, ...] = ()


class Indicator(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One definition 指标.

    kind: level 总量 · intensity 强度 · share 占比 · rate 率 · count 数量 · peak 达峰量 · change 同比变化率 (yearly,
    signed) · growth 增速 (yearly) · gain 提升幅度 (the value is itself a change). adds_up: how an area follows from its
    parts: sum, ratio (of summed tops and bottoms), none. prefer: which of a computed and a reported value is used
    where both exist.
    """

    id: str
    zh: str
    en: str
    unit: str
    direction: Direction
    kind: Kind
    adds_up: Literal["sum", "ratio", "none"]
    source: str
    aliases: tuple[str, ...] = ()
    by_industry: bool = False
    prefer: Literal["reported", "computed"] = "reported"
    change_indicator: str | None = None
    formulas: tuple[Formula, ...] = ()
    wants: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The Chinese name and all others that plans use."""
        return (self.zh, *self.aliases)


class Measure(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A measure that formulas read: Chinese name, canonical unit, how a year is made of what is delivered.

    zh and unit are those of the room that makes it (accounts, deliveries); a unit is said here only where it is the
    item's own there.
    """

    over_year: Literal["flow", "stock", "standing"]
    everyone: bool = False
    zh: str = ""
    unit: str = ""


class DatedValue(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A parameter's value from a day on, with status and source."""

    since: date
    value: float | str
    status: str
    source: str


class Parameter(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A dated parameter 参数."""

    zh: str
    unit: str
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue:
        """The value in force on the day. Raises RuleNotInForce before the first."""
        found = [v for v in self.values if v.since <= day]
        if not found:
            raise RuleNotInForce(
                f"{self.zh} has no value in force on {day}",
                where="rules/data/indicators",
                mend="Add the dated value with its source, or choose a later period.",
            )
        return max(found, key=lambda v: v.since)


class Benchmark(_Data, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Energy benchmark 标杆水平 and baseline 基准水平 of one product; lower is better, negative is net recovery."""

    product: str
    zh: str
    unit: str
    since: date
    benchmark: float
    baseline: float
    status: str
    source: str
    region: str | None = None


@dataclass(frozen=True)
class Library:
    """All of the folder: indicators, measures, named sets, parameters, benchmarks, words for linking."""

    indicators: dict[str, Indicator]
    measures: dict[str, Measure]
    industry_sets: dict[str, tuple[str, ...]]
    item_sets: dict[str, tuple[str, ...]]
    sectors: dict[str, tuple[str, ...]]
    reference_indicators: dict[str, str]
    counterparts: dict[str, str]
    parameters: dict[str, Parameter]
    benchmarks: tuple[Benchmark, ...]
    replace: tuple[tuple[str, str], ...]
    drop: tuple[str, ...]
    critical: tuple[str, ...]
    plain_units: tuple[str, ...] = ()

    def indicator(self, indicator_id: str) -> Indicator:
        if indicator_id not in self.indicators:
            raise NotFound(f"no indicator {indicator_id!r}", mend="List them with indicator_library().indicators.")
        return self.indicators[indicator_id]

    def parameter(self, name: str, day: date) -> DatedValue:
        """A dated parameter's value on the day. Raises RuleUnknown, RuleNotInForce."""
        if name not in self.parameters:
            raise RuleUnknown(f"no parameter {name!r}", where="rules/data/indicators/01_progress_rules.yaml")
        return self.parameters[name].on(day)

    def number(self, name: str, day: date) -> float:
        return float(self.parameter(name, day).value)

    def industries(self, chosen: str | tuple[str, ...]) -> tuple[str, ...]:
        return self.industry_sets[chosen] if isinstance(chosen, str) else chosen

    def items(self, chosen: str | tuple[str, ...]) -> tuple[str, ...]:
        return self.item_sets[chosen] if isinstance(chosen, str) else chosen

    def benchmark(self, product: str, area_code: str, day: date) -> Benchmark | None:
        """The benchmark in force: the latest edition; among national and regional the strictest baseline."""
        found = [
            b
            for b in self.benchmarks
            if b.product == product and b.since <= day and (b.region is None or _inside(area_code, b.region))
        ]
        latest = [b for b in found if b.since == max(f.since for f in found if f.region == b.region)]
        return min(latest, key=lambda b: (b.baseline, b.benchmark), default=None)


def _inside(area_code: str, region: str) -> bool:
    return area_code.startswith(region.rstrip("0").ljust(2, "0"))


@cache
def indicator_library() -> Library:
    """The packaged library, read once and checked."""
    return build_library([content for _, content in read_folder("indicators")])


def build_library(contents: list[Any]) -> Library:
    """Join YAML contents to one library. Raises RuleConflict (an id twice), RuleUnknown (a name leading nowhere)."""
    merged: dict[str, Any] = {}
    for content in contents:
        for key, value in content.items():
            if isinstance(value, dict):
                merged.setdefault(key, {}).update(value)
            else:
                merged.setdefault(key, []).extend(value)
    indicators = [msgspec.convert(i, Indicator) for i in merged.get("indicators", [])]
    library = Library(
        indicators={i.id: i for i in indicators},
        measures=_measures(msgspec.convert(merged.get("measures", {}), dict[str, Measure])),
        industry_sets=msgspec.convert(merged.get("industry_sets", {}), dict[str, tuple[str, ...]]),
        item_sets=msgspec.convert(merged.get("item_sets", {}), dict[str, tuple[str, ...]]),
        sectors=msgspec.convert(merged.get("sectors", {}), dict[str, tuple[str, ...]]),
        reference_indicators=msgspec.convert(merged.get("reference_indicators", {}), dict[str, str]),
        counterparts=msgspec.convert(merged.get("counterparts", {}), dict[str, str]),
        parameters=msgspec.convert(merged.get("parameters", {}), dict[str, Parameter]),
        benchmarks=msgspec.convert(merged.get("benchmarks", []), tuple[Benchmark, ...]),
        replace=msgspec.convert(merged.get("replace", []), tuple[tuple[str, str], ...]),
        drop=msgspec.convert(merged.get("drop", []), tuple[str, ...]),
        critical=msgspec.convert(merged.get("critical", []), tuple[str, ...]),
        plain_units=msgspec.convert(merged.get("plain_units", []), tuple[str, ...]),
    )
    _check(indicators, library)
    return library


def _measures(stated: dict[str, Measure]) -> dict[str, Measure]:
    """The measures with the name and unit of the room that makes them. Raises RuleUnknown for one that none makes."""
    made = {name: (zh, unit) for name, (zh, _, unit) in MEASURES.items()}
    made |= {name: (zh, unit) for name, zh, unit in delivered().select("measure", "zh", "unit").iter_rows()}
    if strange := sorted(set(stated) - set(made)):
        raise RuleUnknown(
            f"no account and no delivered table gives {', '.join(strange)}",
            where="rules/data/indicators/00_measures.yaml",
            mend="Add the measure to collect/data/measures.yaml, or name one that is there.",
        )
    return {
        name: msgspec.structs.replace(m, zh=m.zh or made[name][0], unit=m.unit or made[name][1] or "")
        for name, m in stated.items()
    }


def _check(indicators: list[Indicator], library: Library) -> None:
    ids = [i.id for i in indicators]
    if doubled := sorted({i for i in ids if ids.count(i) > 1}):
        raise RuleConflict(f"indicator defined twice: {', '.join(doubled)}", where="rules/data/indicators")
    for indicator in indicators:
        faults = list(_faults(indicator, library))
        if faults:
            raise RuleUnknown(
                f"indicator {indicator.id}: {'; '.join(faults)}",
                where="rules/data/indicators",
                mend="Name a measure, set, indicator or unit that is defined.",
            )


def _faults(indicator: Indicator, library: Library) -> list[str]:
    plain = indicator.unit in library.plain_units
    faults = [] if plain or known(indicator.unit) else [f"unit {indicator.unit!r} is unknown"]
    if indicator.change_indicator and indicator.change_indicator not in library.indicators:
        faults.append(f"change_indicator {indicator.change_indicator!r} is not defined")
    if not indicator.formulas and not indicator.wants:
        faults.append("it has neither a formula nor a list of the data it wants")
    for term in (t for f in indicator.formulas for t in (f.top, f.bottom) if t):
        if term.measure not in library.measures:
            faults.append(f"measure {term.measure!r} is not defined")
        if isinstance(term.industries, str) and term.industries not in library.industry_sets:
            faults.append(f"industry set {term.industries!r} is not defined")
        if isinstance(term.items, str) and term.items not in library.item_sets:
            faults.append(f"item set {term.items!r} is not defined")
    return faults
