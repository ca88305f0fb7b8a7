"""Yearly energy figures 能源年度数 as flows and totals need them: each stream and use of an item, with its two values.

Complete months win over the year as delivered; a year with a month missing is no year: null, never a short sum.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.account.activity import STREAMS
from dafeng.account.findings import finding
from dafeng.account.lines import status_rank
from dafeng.base.errors import BadRequest
from dafeng.base.units import factor as unit_factor
from dafeng.rules.energy_uses import PREFIX
from dafeng.rules.frames import resolve
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook

YEARLY: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "year": pl.Int32(),
    "item": pl.String(),
    "what": pl.String(),  # a stream (bought, used …) or the code of a use (to_coking, at_rolling …)
    "amount": pl.Float64(),  # in the item's unit; null = due and missing
    "rank": pl.UInt8(),  # of the least sure fact
    "facts": pl.List(pl.String()),
}
_BY = ["subject_id", "year", "item", "what"]


def yearly(facts: pl.DataFrame, rulebook: Rulebook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """YEARLY rows of enterprises from current FACT rows, and findings (an unknown item, a unit of another kind)."""
    held = facts.filter(
        (pl.col("subject_kind") == "enterprise")
        & (pl.col("measure").is_in(list(STREAMS)) | pl.col("measure").str.starts_with(PREFIX))
    )
    what = pl.col("measure").replace(STREAMS).str.strip_prefix(PREFIX)
    month = pl.col("period").str.contains(r"^\d{4}-\d{2}$")
    annual = pl.col("period").str.contains(r"^\d{4}$")
    dated = held.with_columns(
        what=what, monthly=pl.when(month).then(True).when(annual).then(False),
        year=pl.when(month | annual).then(pl.col("period").str.head(4).cast(pl.Int32, strict=False)),
        rank=status_rank(), item=pl.col("item").fill_null(""),
    ).drop_nulls("year")  # fmt: skip
    scaled, found = _in_item_units(dated, rulebook)
    return _years(scaled), found


def _in_item_units(rows: pl.DataFrame, rulebook: Rulebook) -> tuple[pl.DataFrame, pl.DataFrame]:
    units = {i.code: i.unit for i in rulebook.items.values()}
    pairs = rows.select("item", "unit").unique().sort("item", "unit")
    scales = [(i, u, _scale(u, units.get(i))) for i, u in pairs.iter_rows()]
    table = pl.DataFrame(scales, schema={"item": pl.String, "unit": pl.String, "scale": pl.Float64}, orient="row")
    joined = rows.join(table, on=["item", "unit"], how="left", nulls_equal=True, maintain_order="left")
    unknown = ~pl.col("item").is_in(list(units))
    wrong = ~unknown & pl.col("scale").is_null() & pl.col("value").is_not_null()
    found = [
        finding(joined.filter(unknown), "unknown_item", "能源品种代码不在目录中，未计入能流"),
        finding(joined.filter(wrong), "unit", "计量单位不能换算为该品种单位，按缺失处理"),
    ]
    return joined.filter(~unknown).with_columns(value=pl.col("value") * pl.col("scale")), pl.concat(found)


def _scale(unit: str | None, own: str | None) -> float | None:
    if own is None:
        return None
    if unit == own:
        return 1.0
    try:
        return unit_factor(unit or "", own)
    except BadRequest:
        return None


def _years(rows: pl.DataFrame) -> pl.DataFrame:
    """Months summed where every month the works reported in the year is there; else the year as delivered."""
    months = rows.filter("monthly")
    reported = months.group_by("subject_id", "year").agg(due=pl.col("period").n_unique())
    summed = (
        months.group_by(_BY, maintain_order=True)
        .agg(
            there=pl.col("value").sum(), present=pl.col("value").count(), rank=pl.col("rank").max(),
            facts=pl.col("fact_id"),
        )
        .join(reported, on=["subject_id", "year"], how="left")
        .with_columns(amount=pl.when(pl.col("present") == pl.col("due")).then("there"))
    )  # fmt: skip
    given = rows.filter(~pl.col("monthly")).select(
        *_BY, given="value", given_rank="rank", given_facts=pl.concat_list("fact_id")
    )
    joined = summed.join(given, on=_BY, how="full", coalesce=True, maintain_order="left_right")
    by_months = pl.col("amount").is_not_null() | pl.col("given").is_null() & pl.col("rank").is_not_null()
    return joined.select(
        *_BY,
        amount=pl.when(by_months).then("amount").otherwise("given"),
        rank=pl.when(by_months).then("rank").otherwise("given_rank"),
        facts=pl.when(by_months).then("facts").otherwise("given_facts"),
    ).select([pl.col(n).cast(t) for n, t in YEARLY.items()])


def coefficients(rows: pl.DataFrame, rulebook: Rulebook, family: Family, as_of: date | None = None) -> pl.DataFrame:
    """Standard coal per unit of each item in each year, both values: item, year, calorific, equivalent [tce per unit],
    factor_rank, note. Null where none is in force, with the reason."""
    keys = rows.select("item", "year").unique().sort("item", "year").with_columns(period=pl.col("year").cast(pl.String))
    primary = pl.col("item").is_in(["electricity", "heat"])
    made = keys
    for name, head in (
        ("calorific", pl.lit(family.energy)),
        ("equivalent", pl.when(primary).then(pl.lit(family.equivalent)).otherwise(pl.lit(family.energy))),
    ):
        asked = keys.with_columns(id=pl.concat_str(head, pl.lit("."), "item", pl.lit(".tce")), scope=pl.lit("CN"))
        found = resolve(rulebook, asked.select("id", "scope", "period"), as_of)
        told = asked.join(found, on=["id", "scope", "period"], how="left").select(
            "item", "year", pl.col("value").alias(name), status_rank().alias(f"{name}_rank"),
            pl.coalesce("reason", "note").alias(f"{name}_note"),
        )  # fmt: skip
        made = made.join(told, on=["item", "year"], how="left", maintain_order="left")
    notes = pl.concat_str("calorific_note", "equivalent_note", separator="；", ignore_nulls=True).replace("", None)
    return made.select(
        "item", "year", "calorific", "equivalent", note=notes,
        factor_rank=pl.max_horizontal("calorific_rank", "equivalent_rank"),
    )  # fmt: skip


def valued(rows: pl.DataFrame, rulebook: Rulebook, family: Family, as_of: date | None = None) -> pl.DataFrame:
    """YEARLY rows with tce_calorific, tce_equivalent, note, and the rank of facts and factors together."""
    priced = rows.join(coefficients(rows, rulebook, family, as_of), on=["item", "year"], how="left")
    return priced.with_columns(
        tce_calorific=pl.col("amount") * pl.col("calorific"),
        tce_equivalent=pl.col("amount") * pl.col("equivalent"),
        rank=pl.max_horizontal("rank", "factor_rank"),
    ).drop("calorific", "equivalent", "factor_rank")
