"""Paths from a baseline to a target 目标路径: what is required in a year, and what is still needed. Pure numbers.

linear: equal yearly steps, L0 + (LT − L0)·(y − y0)/(T − y0). compound: equal yearly rates,
L0·(LT/L0)^((y − y0)/(T − y0)), only between two positive levels. Both meet the baseline in y0 and the target in T, and
are monotone between.
"""

from __future__ import annotations

from collections.abc import Mapping

from dafeng.base.errors import BadRequest


def required_level(base: float, final: float, base_year: int, target_year: int, year: int, method: str) -> float:
    """The level required in a year on the path: up to the baseline year the baseline, from the target year the target.

    Raises BadRequest for an unknown method. compound falls back to linear where a level is not positive.
    """
    if method not in ("linear", "compound"):
        raise BadRequest(f"unknown path {method!r}", mend="Write linear or compound.")
    if year >= target_year:
        return final
    if year <= base_year:
        return base
    part = (year - base_year) / (target_year - base_year)
    if method == "compound" and base > 0 and final > 0:
        return float(base * (final / base) ** part)
    return base + (final - base) * part


def completion(base: float, required: float, actual: float) -> float | None:
    """Share of the required change that has been made; None where no change was required."""
    if required == base:
        return None
    return (actual - base) / (required - base)


def needed_rate(actual: float, final: float, years: int) -> float | None:
    """The mean yearly rate in % (negative is a fall) that still leads to the target; None where there is none."""
    if years <= 0 or actual <= 0 or final <= 0:
        return None
    return float(((final / actual) ** (1 / years) - 1.0) * 100.0)


def needed_step(actual: float, final: float, years: int) -> float | None:
    """The mean yearly step in the unit that still leads to the target."""
    return (final - actual) / years if years > 0 else None


def chained(changes: Mapping[int, float], base_year: int, year: int) -> float | None:
    """Index of a year (baseline 100) from yearly changes in %; None where a year between is missing."""
    index = 100.0
    for y in range(base_year + 1, year + 1):
        if y not in changes:
            return None
        index *= 1.0 + changes[y] / 100.0
    return index


def mean_growth(rates: Mapping[int, float], first: int, last: int) -> float | None:
    """Mean yearly growth in % over first..last, geometric; None where a year is missing or a rate is −100 % or less."""
    if last < first:
        return None
    product = 1.0
    for year in range(first, last + 1):
        if year not in rates or rates[year] <= -100.0:
            return None
        product *= 1.0 + rates[year] / 100.0
    return float((product ** (1 / (last - first + 1)) - 1.0) * 100.0)
