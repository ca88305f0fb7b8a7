"""Error propagation 误差传播: the IPCC's Approach 1 for a table of categories, level and trend.

Source: IPCC 2006 Guidelines vol. 1 ch. 3, equations 3.1–3.7 and table 3.2; 2019 Refinement, table 3.2 (updated), which
lets each row say whether its activity data or factor is correlated between the years.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from dafeng.base.errors import BadRequest

CATEGORY: dict[str, pl.DataType] = {
    "category": pl.String(),
    "base": pl.Float64(),  # emissions of the base year, with sign [any unit, one for all]
    "value": pl.Float64(),  # emissions of the year
    "activity_uncertainty": pl.Float64(),  # half of the 95 % interval [%]
    "factor_uncertainty": pl.Float64(),  # [%]
    "activity_correlated": pl.Boolean(),  # the same error in both years
    "factor_correlated": pl.Boolean(),
}
_ROOT_2 = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class Propagated:
    """rows: the categories with combined [%] (column G), variance_share (H), sensitivity_a and _b (I, J: of the trend
    to
    a change of both years, and of the year alone), trend_by_factor and _activity (K, L) [% points], trend_share (M).

    base, value: the sums; uncertainty [% of the sum], None where the sum is 0; trend [%]; trend_uncertainty [% points].
    """

    rows: pl.DataFrame
    base: float
    value: float
    uncertainty: float | None
    trend: float | None
    trend_uncertainty: float | None


def product_rule(*uncertainties: float) -> float:
    """Relative uncertainty [%] of a product of independent quantities: equation 3.1."""
    return math.sqrt(sum(u * u for u in uncertainties))


def sum_rule(values: list[float], uncertainties: list[float]) -> float:
    """Relative uncertainty [%] of a sum of independent quantities, each with its own [%]: equation 3.2.

    Negative values (removals, exports) enter the sum with their sign and the variance squared. Raises BadRequest where
    the sum is 0: its relative uncertainty has no meaning.
    """
    total = sum(values)
    if total == 0:
        raise BadRequest(
            "the values add up to 0, which has no relative uncertainty", mend="State the uncertainty as an amount.",
            zh="合计为零，没有相对不确定度", mend_zh="请用绝对量表示不确定度。",
        )  # fmt: skip
    return math.sqrt(sum((v * u) ** 2 for v, u in zip(values, uncertainties, strict=True))) / abs(total)


def propagated(categories: pl.DataFrame) -> Propagated:
    """Level and trend uncertainty of a table of categories (CATEGORY), by Approach 1.

    A category without a value in one of the years cannot be left out silently: raises BadRequest. Where no flags are
    given, activity data are taken as uncorrelated and factors as fully correlated between the years, as in 2006.
    """
    rows = _complete(categories)
    base, value = float(rows["base"].sum()), float(rows["value"].sum())
    ad, ef = pl.col("activity_uncertainty"), pl.col("factor_uncertainty")
    rows = rows.with_columns(combined=(ad**2 + ef**2).sqrt())
    rows = rows.with_columns(spread=pl.col("combined") * pl.col("value"))
    spread = math.sqrt(float((rows["spread"] ** 2).sum()))
    share = (pl.col("spread") / value) ** 2 if value else pl.lit(None, pl.Float64)
    rows = rows.with_columns(variance_share=share / 10_000).drop("spread")
    if not base:
        return Propagated(rows, base, value, spread / abs(value) if value else None, None, None)
    rows = _with_trend(rows, base, value)
    deviation = math.sqrt(float(rows["trend_share"].sum()))
    return Propagated(
        rows, base, value, spread / abs(value) if value else None, (value - base) / base * 100, deviation
    )  # fmt: skip


def _with_trend(rows: pl.DataFrame, base: float, value: float) -> pl.DataFrame:
    """Columns I to M: type A, a rise of 1 % of the category in both years; type B, of the year alone."""
    b, t = pl.col("base"), pl.col("value")
    trend = (value - base) / base * 100
    both = ((0.01 * t + value) - (0.01 * b + base)) / (0.01 * b + base) * 100
    ad, ef = pl.col("activity_uncertainty"), pl.col("factor_uncertainty")
    rows = rows.with_columns(sensitivity_a=(both - trend).abs(), sensitivity_b=(t / base).abs())
    alone = pl.col("sensitivity_b") * _ROOT_2
    return rows.with_columns(
        trend_by_factor=pl.when("factor_correlated").then("sensitivity_a").otherwise(alone) * ef,
        trend_by_activity=pl.when("activity_correlated").then("sensitivity_a").otherwise(alone) * ad,
    ).with_columns(trend_share=pl.col("trend_by_factor") ** 2 + pl.col("trend_by_activity") ** 2)


def _complete(categories: pl.DataFrame) -> pl.DataFrame:
    usual = {"activity_correlated": False, "factor_correlated": True}
    lacking = [pl.lit(v).alias(n) for n, v in usual.items() if n not in categories.columns]
    rows = categories.with_columns(lacking).cast({n: t for n, t in CATEGORY.items() if n in categories.columns})
    numbers = ["base", "value", "activity_uncertainty", "factor_uncertainty"]
    open_ones = rows.filter(pl.any_horizontal(pl.col(n).is_null() | pl.col(n).is_nan() for n in numbers))
    if open_ones.height:
        name = open_ones["category"][0]
        raise BadRequest(
            f"{open_ones.height} categories lack a figure, first {name!r}", where=str(name),
            mend="Give both years and both uncertainties, or leave the category out and say so.",
            zh=f"{open_ones.height}个类别缺少数据，首个为“{name}”",
            mend_zh="请补齐两个年份和两项不确定度，或明确不计该类别。",
        )  # fmt: skip
    return rows


def lognormal_interval(half: float) -> tuple[float, float]:
    """The 95 % interval [% below and above the mean] of a lognormal quantity whose half-range is ``half`` [%]:
    equations 3.5–3.7. For half-ranges over 30 % or quantities that cannot be negative."""
    variance = math.log(1 + (half / 200) ** 2)
    middle, sd = -variance / 2, math.sqrt(variance)
    return (math.exp(middle - 1.96 * sd) - 1) * 100, (math.exp(middle + 1.96 * sd) - 1) * 100


def corrected(half: float) -> float:
    """A half-range [%] from propagation, corrected for its error above 100 %: equations 3.3 and 3.4 (Frey).

    The correction factor is a squared ratio; equation 3.4 multiplies the half-range by it as it stands, and so do we.
    Above 230 % the equation was not fitted: it is held at that point. Up to 100 % nothing is changed.
    """
    return half * correction_factor(half) if half > 100 else half


def correction_factor(half: float) -> float:
    """Equation 3.3 for a half-range of 100 to 230 %."""
    u = min(half, 230.0)
    return ((-0.720 + 1.0921 * u - 1.63e-3 * u**2 + 1.11e-5 * u**3) / u) ** 2
