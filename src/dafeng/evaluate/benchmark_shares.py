"""Share of capacity at or above the energy benchmark, and below the baseline 能效标杆水平以上、基准水平以下产能比例.

Lower is better and equality counts as reached; figures are compared signed, so net recovery (negative) is right.
Capacity whose unit energy is not known is "not assessed": it stays in the whole, lowers the coverage and is named.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.base.provenance import STATUSES
from dafeng.evaluate.formulas import KEY, Book, convert, minimum_coverage
from dafeng.evaluate.indicators import Formula

_HUNDRED = 100.0


def _by_product(measure: str, formula: Formula, book: Book) -> pl.DataFrame:
    rows = book.observed.filter(
        (pl.col("of") == "fact")
        & (pl.col("measure") == measure)
        & (pl.col("subject_kind") == "enterprise")
        & pl.col("item").is_in(formula.products)
    )
    return rows.select(
        pl.col("subject_id").alias("enterprise_id"), "item", "period", "value", "unit", "status_rank", "ids"
    )


def _limits(formula: Formula, book: Book) -> pl.DataFrame:
    """subject_id, period, item → benchmark, baseline, unit of the limit, its status; only what is in force."""
    found = []
    for subject, period in book.asked.select("subject_id", "period").unique().iter_rows():
        area, day = str(subject).split("|")[0], date(int(period), 12, 31)
        for product in formula.products:
            if limit := book.library.benchmark(product, area, day):
                rank = STATUSES.index(limit.status)
                found.append((subject, period, product, limit.benchmark, limit.baseline, limit.unit, rank))
    names = ("subject_id", "period", "item", "benchmark", "baseline", "limit_unit", "limit_rank")
    types = (pl.String, pl.String, pl.String, pl.Float64, pl.Float64, pl.String, pl.Int32)
    return pl.DataFrame(found, schema=dict(zip(names, types, strict=True)), orient="row")


def _consumption(formula: Formula, book: Book) -> pl.DataFrame:
    """Unit energy per enterprise and product, in the unit its limit is written in."""
    rows = _by_product("unit_energy_consumption", formula, book)
    units = {b.product: b.unit for b in book.library.benchmarks}
    pairs = rows.select("item", "unit").unique().iter_rows()
    scales = [(i, u, convert(1.0, u, units[i])) for i, u in pairs if i in units]
    scale = pl.DataFrame(scales, schema={"item": pl.String, "unit": pl.String, "scale": pl.Float64}, orient="row")
    return rows.join(scale, on=["item", "unit"]).select(
        "enterprise_id",
        "item",
        "period",
        (pl.col("value") * pl.col("scale")).alias("consumption"),
        pl.col("status_rank").alias("rank_c"),
        pl.col("ids").alias("ids_c"),
    )


def benchmark_share(formula: Formula, book: Book) -> pl.DataFrame:
    """RESULT in %: capacity with consumption ≤ benchmark (or > baseline) over all capacity."""
    capacity = _by_product("product_capacity", formula, book)
    rows = (
        book.members.join(capacity, on=["enterprise_id", "period"])
        .join(_consumption(formula, book), on=["enterprise_id", "item", "period"], how="left")
        .join(_limits(formula, book), on=["subject_id", "period", "item"], how="left")
    )
    assessed = pl.col("consumption").is_not_null() & pl.col("benchmark").is_not_null() & pl.col("value").is_not_null()
    met = pl.col("consumption") <= pl.col("benchmark")
    if formula.op == "below_baseline":
        met = pl.col("consumption") > pl.col("baseline")
    summed = rows.group_by(KEY).agg(
        pl.col("value").filter(assessed & met).sum().alias("met"),
        pl.col("value").filter(assessed).sum().alias("assessed"),
        pl.col("value").sum().alias("whole"),
        pl.col("value").is_null().any().alias("unknown_capacity"),
        pl.col("benchmark").is_null().all().alias("no_limit"),
        pl.max_horizontal("status_rank", "rank_c", "limit_rank").max().alias("status_rank"),
        pl.concat_list(pl.col("ids"), pl.col("ids_c").fill_null([]))
        .explode()
        .drop_nulls()
        .unique()
        .sort()
        .alias("inputs"),
    )
    return _share(summed, book)


def _share(summed: pl.DataFrame, book: Book) -> pl.DataFrame:
    minimum = minimum_coverage(summed, book.library)
    with_coverage = summed.with_columns(
        pl.when((pl.col("whole") > 0) & ~pl.col("unknown_capacity"))
        .then(pl.col("assessed") / pl.col("whole"))
        .otherwise(0.0)
        .alias("coverage")
    )
    left_out = pl.concat_str(((1 - pl.col("coverage")) * _HUNDRED).round(1).cast(pl.String), pl.lit("%的产能未评估"))
    reason = (
        pl.when(pl.col("no_limit"))
        .then(pl.lit("该年尚无生效的能效标杆水平"))
        .when(pl.col("unknown_capacity"))
        .then(pl.lit("有企业的产能已报为空,比例不能给出"))
        .when(pl.col("coverage") < minimum)
        .then(pl.concat_str(left_out, pl.lit("(缺单位产品综合能耗),比例不能给出")))
        .when(pl.col("coverage") < 1.0)
        .then(pl.concat_str(left_out, pl.lit(",所列比例为下限")))
    )
    return with_coverage.with_columns(
        reason.alias("reason"),
        pl.when(pl.col("coverage") >= minimum).then(pl.col("met") / pl.col("whole") * _HUNDRED).alias("value"),
    )
