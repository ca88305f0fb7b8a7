"""Dual control 双控 of energy and carbon: totals and intensities by area, industry and both, by month and year.

Totals are the roll-ups of the firms (and, for a whole area, what statistics publish). An intensity sets a sum against
value added; a firm enters with both sides or not at all. At constant prices intensities of two years compare; at
current prices the change holds prices too, and says so.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.lines import keyed, status_rank
from dafeng.account.rollup import roll_up
from dafeng.account.subjects import Subjects

TOTALS = {
    "energy_tce_equivalent": ("能源消费总量(等价值)", "energy, primary equivalent", "tce"),
    "energy_tce_calorific": ("能源消费总量(当量值)", "energy, calorific", "tce"),
    "co2_total_t": ("二氧化碳排放总量", "total CO2", "tCO2"),
}
PRICES = {"constant": ("2020年价", "2020 prices"), "current": ("现价", "current prices")}
PUBLISHED = {"energy_tce_equivalent": "energy_reported_tce", "co2_total_t": "co2_reported_t"}
CONTROL_SCHEMA: dict[str, pl.DataType] = {
    "subject_kind": pl.String(),  # area | industry | area_industry
    "subject_id": pl.String(),
    "period": pl.String(),
    "source": pl.String(),  # firms | published
    "measure": pl.String(),
    "total": pl.Float64(),
    "partial": pl.Float64(),
    "unit": pl.String(),
    "price": pl.String(),  # constant | current | "" (the total alone)
    "denominator": pl.String(),  # value_added | gdp | ""
    "denominator_value": pl.Float64(),  # of the firms that enter, 万元 (GDP: 亿元)
    "intensity": pl.Float64(),
    "intensity_unit": pl.String(),
    "expected": pl.Int32(),
    "present": pl.Int32(),  # firms that enter with both sides
    "before": pl.Float64(),  # the intensity (the total, where there is no price) a year before
    "change": pl.Float64(),  # share; null where either year is missing
    "comparable": pl.Boolean(),  # false: prices differ between the two years
    "status": pl.String(),
    "note": pl.String(),
}
_NODE = ["subject_kind", "subject_id", "period"]
_MONTHS = 12


def control(lines: pl.DataFrame, facts: pl.DataFrame, subjects: Subjects, *, least: float = 0.95) -> pl.DataFrame:
    """CONTROL rows from finished account lines (enterprises and roll-ups), current facts and the registry.

    least : the share of firms due that must enter for an intensity to stand (0..1); below it is null, with a note.
    """
    parts = [_totals(lines), _intensities(lines, facts, subjects, least), _published(facts)]
    return _with_change(pl.concat([_shaped(p) for p in parts])).sort(*_NODE, "source", "measure", "price")


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    lacking = [pl.lit(None, d).alias(n) for n, d in CONTROL_SCHEMA.items() if n not in rows.columns]
    return rows.with_columns(lacking).select(pl.col(n).cast(d) for n, d in CONTROL_SCHEMA.items())


def _totals(lines: pl.DataFrame) -> pl.DataFrame:
    above = pl.col("subject_kind").is_in(["area", "industry", "area_industry"])
    own = lines.filter(above & pl.col("measure").is_in(list(TOTALS)) & (pl.col("item") == "total"))
    return own.with_columns(
        total="value", source=pl.lit("firms"), price=pl.lit(""), denominator=pl.lit(""), comparable=pl.lit(value=True)
    )


def value_added(facts: pl.DataFrame) -> pl.DataFrame:
    """Value added of firms by period and price: subject_id, period, price, worth (万元), rank, fact_id.

    A year that was not delivered is the sum of its twelve months; eleven months make no year.
    """
    names = {f"value_added_{price}": price for price in PRICES}
    own = facts.filter((pl.col("subject_kind") == "enterprise") & pl.col("measure").is_in(list(names)))
    rows = own.select(
        "subject_id", "period", price=pl.col("measure").replace_strict(names, return_dtype=pl.String), worth="value",
        rank=status_rank(), fact_id="fact_id",
    )  # fmt: skip
    months = rows.filter(pl.col("period").str.contains(r"^\d{4}-\d{2}$"))
    years = rows.filter(pl.col("period").str.contains(r"^\d{4}$"))
    whole = (pl.len() == _MONTHS) & pl.col("worth").is_not_null().all()
    made = (
        months.with_columns(period=pl.col("period").str.head(4))
        .group_by("subject_id", "period", "price", maintain_order=True)
        .agg(
            worth=pl.when(whole).then(pl.col("worth").sum()),
            rank=pl.col("rank").max(),
            fact_id=pl.col("fact_id").first(),
        )
        .join(years, on=["subject_id", "period", "price"], how="anti")
    )
    return pl.concat([months, years, made.select(rows.columns)])


def _intensities(lines: pl.DataFrame, facts: pl.DataFrame, subjects: Subjects, least: float) -> pl.DataFrame:
    own = lines.filter(
        (pl.col("subject_kind") == "enterprise") & pl.col("measure").is_in(list(TOTALS)) & (pl.col("item") == "total")
    )
    crossed = own.join(pl.DataFrame({"price": list(PRICES)}), how="cross")
    joined = crossed.join(value_added(facts), on=["subject_id", "period", "price"], how="left", maintain_order="left")
    if joined.is_empty():
        return pl.DataFrame(schema=CONTROL_SCHEMA)
    both = pl.col("value").is_not_null() & pl.col("worth").is_not_null()
    entering = joined.with_columns(
        rank=pl.max_horizontal(status_rank(), pl.col("rank").fill_null(0)),
        measure=pl.format("{}|{}", "measure", "price"),
        value=pl.when(both).then("value"),
        worth=pl.when(both).then("worth"),
        coverage=both.cast(pl.Float64),
        partial=pl.lit(None, pl.Float64),
    )
    numbered = keyed(entering, "line_id").rename({"input_key": "line_key"})
    top, _ = roll_up(numbered, subjects)
    bottom, _ = roll_up(numbered.with_columns(value="worth", unit=pl.lit("万元")), subjects)
    key = [*_NODE, "measure"]
    under = bottom.select(*key, denominator_value=pl.coalesce("value", "partial"))
    divided = top.with_columns(over=pl.coalesce("value", "partial")).join(under, on=key, maintain_order="left")
    return _divided(divided, least)


def _divided(rows: pl.DataFrame, least: float) -> pl.DataFrame:
    enough = (pl.col("present") >= least * pl.col("expected")) & (pl.col("denominator_value") > 0)
    said = pl.format("能耗(排放)与增加值俱全的企业{}/{}家", "present", "expected")
    return rows.with_columns(
        price=pl.col("measure").str.split("|").list.last(),
        measure=pl.col("measure").str.split("|").list.first(),
        source=pl.lit("firms"),
        denominator=pl.lit("value_added"),
        total="over",
        partial=pl.lit(None, pl.Float64),
        intensity=pl.when(enough).then(pl.col("over") / pl.col("denominator_value")),
        intensity_unit=pl.format("{}/万元", "unit"),
        comparable=pl.col("measure").str.ends_with("constant"),
        note=pl.when(pl.col("present") < pl.col("expected")).then(said),
    )


def _published(facts: pl.DataFrame) -> pl.DataFrame:
    """What statistics publish of whole areas: totals, and intensities by GDP."""
    own = facts.filter(pl.col("subject_kind") == "area").select(
        "subject_id", "period", "measure", "value", "unit", "status"
    )
    named = pl.DataFrame({"own": list(PUBLISHED.values()), "named": list(PUBLISHED)})
    total = own.join(named, left_on="measure", right_on="own", how="inner").drop_nulls("value")
    base = total.select(
        "subject_id", "period", "unit", "status", measure="named", total="value", subject_kind=pl.lit("area"),
        source=pl.lit("published"), price=pl.lit(""), denominator=pl.lit(""), comparable=pl.lit(value=True),
    )  # fmt: skip
    parts = [base]
    for price in PRICES:
        gdp = own.filter(pl.col("measure") == f"gdp_{price}").select(
            "subject_id", "period", denominator_value="value", gdp_status="status"
        )
        joined = base.join(gdp, on=["subject_id", "period"], how="inner").filter(pl.col("denominator_value") > 0)
        parts.append(
            joined.with_columns(
                price=pl.lit(price), denominator=pl.lit("gdp"), comparable=pl.lit(price == "constant"),
                intensity=pl.col("total") / (pl.col("denominator_value") * 1e4),
                intensity_unit=pl.format("{}/万元", "unit"),
            ).drop("gdp_status")
        )  # fmt: skip
    return pl.concat([_shaped(p) for p in parts])


def _with_change(rows: pl.DataFrame) -> pl.DataFrame:
    """Against the same period of the year before 同比."""
    shown = pl.when(pl.col("price") == "").then("total").otherwise("intensity")
    key = ["subject_kind", "subject_id", "source", "measure", "price"]
    year = pl.col("period").str.head(4).cast(pl.Int32)
    before = rows.select(
        *key, before=shown, period=pl.concat_str((year + 1).cast(pl.String), pl.col("period").str.slice(4))
    )
    joined = rows.drop("before", "change").join(before, on=[*key, "period"], how="left", maintain_order="left")
    change = pl.when(pl.col("before") != 0).then(shown / pl.col("before") - 1)
    return joined.with_columns(change=change).select(list(CONTROL_SCHEMA))


def small_share(facts: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """The share of an area's industrial value added that is not the registered firms': area_code, period, share.

    From the area's industrial_value_added_current (亿元) and the firms' own; null where either is missing.
    """
    area = facts.filter(
        (pl.col("subject_kind") == "area") & (pl.col("measure") == "industrial_value_added_current")
    ).select(area_code="subject_id", period="period", whole="value")
    firms = value_added(facts).filter(pl.col("price") == "current")
    if firms.is_empty() or area.is_empty():
        return pl.DataFrame(schema={"area_code": pl.String, "period": pl.String, "share": pl.Float64})
    lines = keyed(
        firms.with_columns(
            measure=pl.lit("worth"), item=pl.lit("total"), unit=pl.lit("万元"), value="worth",
            partial=pl.lit(None, pl.Float64), coverage=pl.col("worth").is_not_null().cast(pl.Float64),
        ),
        "fact_id",
    ).rename({"input_key": "line_key"})  # fmt: skip
    nodes, _ = roll_up(lines, subjects)
    summed = nodes.filter(pl.col("subject_kind") == "area").select(
        area_code="subject_id", period="period", own=pl.col("value") / 1e4
    )
    joined = area.join(summed, on=["area_code", "period"], how="left")
    share = pl.when((pl.col("whole") > 0) & (pl.col("own") <= pl.col("whole"))).then(
        1 - pl.col("own") / pl.col("whole")
    )
    return joined.select("area_code", "period", share=share)
