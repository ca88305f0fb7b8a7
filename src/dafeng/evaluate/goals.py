"""What a target demands, as a level 目标值: final level, which side counts as met, and the path that leads there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dafeng.evaluate.formulas import convert
from dafeng.evaluate.indicators import Indicator
from dafeng.plan.records import Target

Side = Literal["up", "down", "band"]
_RELATIVE = ("reduce_by", "increase_by")
_POINTS = ("百分点", "个百分点")
_PLANS = {"十二五": 2010, "十三五": 2015, "十四五": 2020, "十五五": 2025, "十六五": 2030}
_NOISE = 1e-9  # relative: what binary fractions of a decimal figure may differ by


@dataclass(frozen=True)
class Goal:
    """final in the unit of the indicator; side up: at least, down: at most, band: within low..high.

    tolerance (of 左右, 约) counts in favour: a value short of final by no more than it is met.
    """

    final: float
    side: Side
    strict: bool = False
    tolerance: float = 0.0
    low: float = 0.0
    high: float = 0.0
    relative: bool = False

    def met(self, value: float) -> bool:
        """Whether a value fulfils the goal; equality counts unless the plan says more than / less than."""
        noise = _NOISE * max(abs(value), abs(self.final))
        if self.side == "band":
            return self.low - self.tolerance - noise <= value <= self.high + self.tolerance + noise
        over = (value - self.final if self.side == "up" else self.final - value) + self.tolerance
        return over > noise if self.strict else over >= -noise


def is_relative(target: Target, indicator: Indicator) -> bool:
    """A change against a baseline, not a level (a gain or a growth rate is itself the change)."""
    return target.comparator in _RELATIVE and indicator.kind not in ("gain", "growth", "change")


def baseline_year(target: Target) -> int | None:
    """The baseline the plan names: a year, or the last year before the five-year plan it speaks of."""
    if target.baseline_year is not None:
        return target.baseline_year
    found = re.search("|".join(_PLANS), target.period or "")
    return _PLANS[found.group()] if found else None


def relative_goal(target: Target, indicator: Indicator, base: float, base_year: int, index: bool = False) -> Goal:
    """The level that a change of so much against the baseline leads to. index: the base is an index of 100."""
    final = _changed(target, indicator, base, base_year, index)
    falls = target.comparator == "reduce_by"
    at_most = target.bound in ("<=", "<")
    side: Side = "down" if falls != at_most else "up"
    return Goal(final, side, strict=target.bound in (">", "<"), relative=target.unit not in _POINTS)


def _changed(target: Target, indicator: Indicator, base: float, base_year: int, index: bool) -> float:
    sign = -1.0 if target.comparator == "reduce_by" else 1.0
    value = float(target.value or 0.0)
    if target.unit in ("%", None, ""):
        if target.per == "year" and target.target_year:
            return float(base * (1.0 + sign * value / 100.0) ** (target.target_year - base_year))
        return base * (1.0 + sign * value / 100.0)
    if target.unit in _POINTS:
        return base + sign * value
    if target.unit == "倍":
        return base * (1.0 + sign * value)
    return base + sign * (value if index else convert(value, target.unit or "", indicator.unit))


def level_goal(target: Target, indicator: Indicator, about_pct: float) -> Goal:
    """The level that a plan states: at least, at most, about, a range; a bare 达到 takes the indicator's direction."""
    low = _in_unit(float(target.value or 0.0), target, indicator)
    high = _in_unit(float(target.value_high), target, indicator) if target.value_high is not None else low
    low, high = min(low, high), max(low, high)
    side = _side(target, indicator)
    spread = about_pct / 100.0 * max(abs(low), abs(high)) if _is_loose(target, side) else 0.0
    if side == "band":
        return Goal((low + high) / 2, "band", low=low, high=high, tolerance=spread)
    strict = target.comparator in (">", "<") or target.bound in (">", "<")
    return Goal(low if side == "up" else high, side, strict=strict, tolerance=spread)


def _is_loose(target: Target, side: Side) -> bool:
    about = target.comparator == "about" or target.bound == "about"
    return about or (side == "band" and target.value_high is None)


def _side(target: Target, indicator: Indicator) -> Side:
    if target.comparator in (">=", ">") or (target.comparator == "increase_by" and target.bound not in ("<=", "<")):
        return "up"
    if target.comparator in ("<=", "<") or target.bound in ("<=", "<"):
        return "down"
    return {"higher": "up", "lower": "down", "none": "band"}[indicator.direction]  # type: ignore[return-value]


def _in_unit(value: float, target: Target, indicator: Indicator) -> float:
    if target.unit is None or target.unit == indicator.unit or target.comparator in _RELATIVE:
        return value
    if indicator.kind == "count":
        return convert(value, target.unit, "个")
    return convert(value, target.unit, indicator.unit)
