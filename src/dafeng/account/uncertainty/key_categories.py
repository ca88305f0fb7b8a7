"""Key categories 关键类别: which sources make up 95 % of the level, or of the change, of an inventory.

Source: IPCC 2006 Guidelines vol. 1 ch. 4, equations 4.1–4.3, tables 4.5 and 4.6; with uncertainty (Approach 2): each
share times the category's own uncertainty.
"""

from __future__ import annotations

import polars as pl

from dafeng.base.errors import BadRequest

ENOUGH = 0.95  # Approach 1; Approach 2 (weighted by uncertainty) asks 0.90


def by_level(rows: pl.DataFrame, enough: float = ENOUGH) -> pl.DataFrame:
    """Level assessment of rows category, value (and uncertainty [%], optional): equation 4.1.

    Removals count by their size: the denominator is the sum of absolute values, not the net total. Returns the rows,
    greatest first, with share, cumulative and key (those that together reach ``enough``, the one that crosses it
    included).
    """
    size = pl.col("value").abs()
    weight = size * pl.col("uncertainty") / 100 if "uncertainty" in rows.columns else size
    return _ranked(_whole(rows, "value").with_columns(weight=weight), enough)


def by_trend(rows: pl.DataFrame, enough: float = ENOUGH) -> pl.DataFrame:
    """Trend assessment of rows category, base, value (and uncertainty): equations 4.2 and 4.3 (no base: 4.3).

    The equation leaves open which total stands where; as in the printed table 4.6, the share of the base year is of the
    sum of absolute values, the trend inside is of the net totals. Returns the rows with trend, share, cumulative, key.
    """
    rows = _whole(_whole(rows, "value"), "base")
    base, value = pl.col("base"), pl.col("value")
    all_base, net_base, net = (float(x) for x in rows.select(base.abs().sum(), b=base.sum(), v=value.sum()).row(0))
    if not all_base or not net_base:
        raise BadRequest(
            "the base year adds up to 0: a trend has no meaning", mend="Choose another base year.",
            zh="基年合计为零，无法评估趋势", mend_zh="请另选基年。",
        )  # fmt: skip
    whole = (net - net_base) / abs(net_base)
    moved = base.abs() / all_base * ((value - base) / base.abs() - whole).abs()
    trend = pl.when(base == 0).then(value.abs() / all_base).otherwise(moved)
    weight = trend * pl.col("uncertainty") / 100 if "uncertainty" in rows.columns else trend
    return _ranked(rows.with_columns(trend=trend).with_columns(weight=weight), enough)


def _whole(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    lacking = rows.filter(pl.col(column).is_null() | pl.col(column).is_nan())
    if lacking.height:
        name = lacking["category"][0]
        raise BadRequest(
            f"{lacking.height} categories have no {column}, first {name!r}", where=str(name),
            mend="Give it, or leave the category out and say so.",
            zh=f"{lacking.height}个类别缺少数值，首个为“{name}”", mend_zh="请补齐，或明确不计该类别。",
        )  # fmt: skip
    return rows


def _ranked(rows: pl.DataFrame, enough: float) -> pl.DataFrame:
    total = float(rows["weight"].sum())
    if not total:
        return rows.with_columns(share=pl.lit(0.0), cumulative=pl.lit(0.0), key=pl.lit(value=False)).drop("weight")
    ranked = rows.sort("weight", "category", descending=[True, False]).with_columns(share=pl.col("weight") / total)
    ranked = ranked.with_columns(cumulative=pl.col("share").cum_sum())
    before = pl.col("cumulative").shift(1).fill_null(0.0)
    return ranked.with_columns(key=(before < enough) & (pl.col("share") > 0)).drop("weight")
