"""Sums 汇总: months to a year, items to a total, parts to total CO2. A sum with a part missing is null, never short.

What is there stands beside it in ``partial`` with how many parts of how many, so that a face can write 部分(10/12月).
"""

from __future__ import annotations

import polars as pl

from dafeng.account.findings import finding
from dafeng.account.lines import (
    CO2,
    CO2_PARTS,
    MEASURES,
    SUM_ITEMS,
    SUM_MONTHS,
    SUM_PARTS,
    TOTAL,
    status_of,
    with_ids,
)

_SAME = 1e-6  # months and the year delivered for it agree to this share
_BY = ["subject_id", "measure", "item", "year"]
# columns of a line while it is made: LINE_SCHEMA without run_id, plus year, monthly, rank, inputs_key, line_key


def first_lines(items: pl.DataFrame) -> pl.DataFrame:
    """Lines of the item results as delivered, by month or year."""
    there = pl.col("value").is_not_null()
    return with_ids(
        items.with_columns(
            pl.lit("enterprise").alias("subject_kind"),
            pl.lit(None, dtype=pl.Float64).alias("partial"),
            there.cast(pl.Float64).alias("coverage"),
            pl.lit(1, dtype=pl.Int32).alias("expected"),
            there.cast(pl.Int32).alias("present"),
            status_of(),
        )
    )


def years(lines: pl.DataFrame, months_due: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One yearly line per subject, measure and item, from the months or from the year as delivered; and findings.

    Complete months win (they are the finer evidence); a delivered year stands where months are missing; where both are
    there and differ, that is a finding.
    """
    months = _summed_months(lines.filter(pl.col("monthly")), months_due)
    delivered = lines.filter(~pl.col("monthly"))
    against = months.join(
        delivered.select(*_BY, pl.col("value").alias("given")), on=_BY, how="left", maintain_order="left"
    )
    keeps = pl.col("value").is_not_null() | pl.col("given").is_null()
    chosen = against.filter(keeps).drop("given")
    rest = delivered.join(chosen.select(_BY), on=_BY, how="anti", maintain_order="left")
    gap = (pl.col("value") - pl.col("given")).abs()
    found = finding(
        against.filter(gap > _SAME * pl.max_horizontal(pl.col("value").abs(), pl.col("given").abs())),
        "month_year",
        "各月合计与年度报送数不一致，采用各月合计",
        other="given",
    )
    return pl.concat([with_ids(chosen), rest], how="diagonal"), found


def _summed_months(months: pl.DataFrame, months_due: pl.DataFrame) -> pl.DataFrame:
    grouped = months.group_by(_BY, maintain_order=True).agg(
        pl.col("unit").first(),
        pl.col("subject_kind").first(),
        pl.col("value").sum().alias("there"),
        pl.col("value").count().cast(pl.Int32).alias("present"),
        pl.col("rank").max(),
        pl.col("line_id").alias("inputs"),
        pl.col("line_key").bitwise_xor().alias("inputs_key"),
        pl.len().cast(pl.Int32).alias("listed"),
    )
    said = _with_said(grouped, months, _BY)
    due = said.join(months_due, on=["subject_id", "year"], how="left", maintain_order="left").with_columns(
        pl.max_horizontal(pl.col("months_due").fill_null(12), "listed").alias("expected"),
        pl.col("year").cast(pl.String).alias("period"),
        pl.lit(False).alias("monthly"),
        pl.lit(SUM_MONTHS).alias("rule"),
    )
    return _whole_or_part(due, "月").drop("months_due", "listed")


def _with_said(grouped: pl.DataFrame, parts: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Add ``said``: what a whole figure must still tell (a factor carried, a proxy fuel), the first among its parts."""
    told = parts.filter(pl.col("value").is_not_null() & pl.col("note").is_not_null())
    said = told.group_by(by, maintain_order=True).agg(pl.col("note").first().alias("said"))
    return grouped.join(said, on=by, how="left", maintain_order="left")


def _with_lacking(grouped: pl.DataFrame, parts: pl.DataFrame, by: list[str], name: pl.Expr) -> pl.DataFrame:
    """Add ``lacking``: the names of the parts that have no value."""
    open_parts = parts.filter(pl.col("value").is_null()).with_columns(name.alias("lacking"))
    lacking = open_parts.group_by(by, maintain_order=True).agg(pl.col("lacking").str.join("、"))
    return grouped.join(lacking, on=by, how="left", maintain_order="left")


def _whole_or_part(rows: pl.DataFrame, counted: str) -> pl.DataFrame:
    """value, partial, coverage and note from ``there``, ``present`` and ``expected``."""
    whole = pl.col("present") == pl.col("expected")
    said = pl.format("部分（{}/{}{}）", "present", "expected", pl.lit(counted))
    return rows.with_columns(
        pl.when(whole).then("there").alias("value"),
        pl.when(~whole & (pl.col("present") > 0)).then("there").alias("partial"),
        (pl.col("present") / pl.col("expected")).alias("coverage"),
        pl.when(~whole).then(said).otherwise("said").alias("note"),
        pl.lit("[]").alias("factors"),
        status_of(),
    ).drop("there", "said")


def totals(lines: pl.DataFrame, months_due: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Totals over the items of each measure (process emissions are one figure already); ``names`` item → Chinese."""
    items = lines.filter(pl.col("item") != TOTAL)
    by = ["subject_id", "measure", "period", "year", "monthly"]
    name = pl.col("item").replace_strict(names, default=pl.col("item"), return_dtype=pl.String)
    grouped = items.group_by(by, maintain_order=True).agg(
        pl.col("unit").first(),
        pl.col("subject_kind").first(),
        pl.col("value").sum().alias("there"),
        pl.coalesce("value", "partial").count().alias("some"),
        pl.coalesce("value", "partial").sum().alias("pieces"),
        pl.len().cast(pl.Int32).alias("expected"),
        pl.col("value").count().cast(pl.Int32).alias("present"),
        pl.col("coverage").min(),
        (pl.col("rule") == SUM_MONTHS).any().alias("from_months"),
        pl.col("rank").max(),
        pl.col("line_id").alias("inputs"),
        pl.col("line_key").bitwise_xor().alias("inputs_key"),
    )
    worded = _with_lacking(_with_said(grouped, items, by), items, by, name)
    return with_ids(_total_lines(_with_months(worded, months_due), SUM_ITEMS))


def _with_months(grouped: pl.DataFrame, months_due: pl.DataFrame) -> pl.DataFrame:
    """For yearly totals: coverage is the share of months in which every item is there."""
    complete = (
        grouped.filter(pl.col("monthly") & (pl.col("present") == pl.col("expected")))
        .group_by("subject_id", "measure", "year")
        .agg(pl.len().cast(pl.Int32).alias("full_months"))
    )
    joined = grouped.join(complete, on=["subject_id", "measure", "year"], how="left", maintain_order="left").join(
        months_due, on=["subject_id", "year"], how="left", maintain_order="left"
    )
    return _covered(joined)


def _covered(joined: pl.DataFrame) -> pl.DataFrame:
    due = pl.col("months_due").fill_null(12)
    by_month = pl.col("full_months").fill_null(0) / due
    share = pl.when("from_months").then(pl.min_horizontal("coverage", by_month)).otherwise("coverage")
    whole = pl.col("present") == pl.col("expected")
    yearly = ~pl.col("monthly")
    return joined.with_columns(
        pl.when(whole).then(1.0).when(yearly).then(share).otherwise(0.0).alias("coverage"),
        pl.when(yearly).then(due).otherwise("expected").alias("parts"),
        pl.when(yearly & ~whole)
        .then((share * due).round(0).cast(pl.Int32))
        .when(yearly)
        .then(due)
        .otherwise("present")
        .alias("parts_there"),
        whole.alias("whole"),
    )


def _total_lines(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
    said = pl.format(
        "部分（{}/{}{}），缺{}",
        "parts_there",
        "parts",
        pl.when("monthly").then(pl.lit("项")).otherwise(pl.lit("月")),
        "lacking",
    )
    return rows.select(
        "subject_kind",
        "subject_id",
        "measure",
        pl.lit(TOTAL).alias("item"),
        "period",
        "year",
        "monthly",
        pl.when("whole").then("there").alias("value"),
        pl.when(~pl.col("whole") & (pl.col("some") > 0)).then("pieces").alias("partial"),
        "unit",
        pl.lit(rule).alias("rule"),
        pl.lit("[]").alias("factors"),
        "inputs",
        "inputs_key",
        "rank",
        "coverage",
        pl.when(~pl.col("whole")).then(said).otherwise("said").alias("note"),
        pl.col("parts").alias("expected"),
        pl.col("parts_there").alias("present"),
        status_of(),
    )


def total_co2(lines: pl.DataFrame) -> pl.DataFrame:
    """Total CO2 of each subject and period: combustion, electricity, heat and process, as far as the works has them."""
    parts = lines.filter((pl.col("item") == TOTAL) & pl.col("measure").is_in(CO2_PARTS))
    name = pl.col("measure").replace_strict({m: MEASURES[m][0] for m in CO2_PARTS}, return_dtype=pl.String)
    by = ["subject_id", "period", "year", "monthly"]
    grouped = parts.group_by(by, maintain_order=True).agg(
        pl.col("subject_kind").first(),
        pl.col("value").sum().alias("there"),
        pl.coalesce("value", "partial").count().alias("some"),
        pl.coalesce("value", "partial").sum().alias("pieces"),
        pl.col("coverage").min(),
        (pl.col("value").null_count() == 0).alias("whole"),
        pl.when(pl.col("monthly").first()).then(pl.len()).otherwise(pl.col("expected").max()).alias("parts"),
        pl.when(pl.col("monthly").first())
        .then(pl.col("value").count())
        .otherwise(pl.col("present").min())
        .alias("parts_there"),
        pl.col("rank").max(),
        pl.col("line_id").alias("inputs"),
        pl.col("line_key").bitwise_xor().alias("inputs_key"),
    )
    worded = _with_lacking(_with_said(grouped, parts, by), parts, by, name)
    named = worded.with_columns(
        pl.lit("co2_total_t").alias("measure"), pl.lit(CO2).alias("unit"), pl.col("parts", "parts_there").cast(pl.Int32)
    )
    return with_ids(_total_lines(named, SUM_PARTS))
