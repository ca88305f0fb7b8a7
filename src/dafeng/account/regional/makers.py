"""Where power and heat are made 发电、供热所在地: the registered makers of an area and what they made, as PROXY rows.

Emissions of power and heat stand where the fuel is burnt, so an area without a maker has none, however much of either
it uses. A maker is a registered firm of thermal power or heat supply (GB/T 4754 4411, 4412, 4419, 443; 44 and 441 with
no more said; not wind, water, sun, nuclear power or biomass), and any firm that reported fuel put into generation or
heat supply 加工转换投入 (a works with its own plant). An area with no registered firm at all is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from dafeng.account.lines import status_rank
from dafeng.account.subjects import placed

KINDS = {  # kind: industries, the use that is input of conversion, what is made
    "power": (r"^(44$|441$|4411|4412|4419)", "energy_use.to_power", "electricity"),
    "heat": (r"^(44$|4412|443)", "energy_use.to_heat", "heat"),
}
COUNT = {"power": "power_makers", "heat": "heat_makers"}
MADE = {"power": "firms_power_made_mwh", "heat": "firms_heat_made_gj"}
MAKER_SCHEMA: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "period": pl.String(),
    "kind": pl.String(),  # power | heat; of processes the measure of the sum (``works.py``)
    "subject_id": pl.String(),
    "maker": pl.Boolean(),
    "made": pl.Float64(),  # MWh of power, GJ of heat (t, tce); null: not known (never nought), 0 of who is no maker
    "status": pl.String(),
}
_MONTHS = 12


def makers(facts: pl.DataFrame, enterprises: pl.DataFrame, years: Sequence[str]) -> pl.DataFrame:
    """MAKER rows: each registered firm that is not shut, by year and kind, whether it is a maker and what it made.

    facts: current facts of firms (SUBJECT, measure, item, period, value, status); enterprises: dated registry rows.
    A year that was not delivered is the sum of its twelve months; eleven months make no year.
    """
    if not years or enterprises.is_empty():
        return pl.DataFrame(schema=MAKER_SCHEMA)
    where = placed(enterprises, pl.Series("period", list(years), dtype=pl.String)).filter(~pl.col("shut"))
    return pl.concat([_of_kind(kind, facts, where) for kind in KINDS])


def _of_kind(kind: str, facts: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    industries, use, item = KINDS[kind]
    of_year = pl.col("period").str.head(4)
    converts = facts.filter((pl.col("measure") == use) & (pl.col("value") > 0)).select(
        "subject_id", of_year, converts=pl.lit(value=True)
    )
    made = yearly(facts.filter((pl.col("measure") == "energy_produced") & (pl.col("item") == item)))
    key = ["subject_id", "period"]
    joined = where.join(converts.unique(), on=key, how="left", maintain_order="left").join(
        made, on=key, how="left", maintain_order="left"
    )
    of_industry = pl.col("industry_code").str.contains(industries).fill_null(value=False)
    rows = joined.with_columns(kind=pl.lit(kind), maker=of_industry | pl.col("converts").fill_null(value=False))
    none = pl.when(pl.col("maker")).then("made").otherwise(0.0)
    return rows.with_columns(made=none).select(pl.col(n).cast(d) for n, d in MAKER_SCHEMA.items())


def yearly(rows: pl.DataFrame) -> pl.DataFrame:
    """What was made by year: the year's own figure, else the sum of twelve months."""
    by = ["subject_id", "period"]
    years = rows.filter(pl.col("period").str.len_chars() == 4).select(*by, made="value", status="status")
    months = rows.filter(pl.col("period").str.len_chars() == 7).with_columns(pl.col("period").str.head(4))
    whole = (pl.col("value").count() == _MONTHS) & (pl.len() == _MONTHS)
    summed = months.group_by(by, maintain_order=True).agg(
        made=pl.when(whole).then(pl.col("value").sum()), status=_worst()
    )
    return pl.concat([years, summed.join(years, on=by, how="anti")]).unique(by, keep="first", maintain_order=True)


def _worst() -> pl.Expr:
    """The least sure status of several; who made nothing has none and says nothing."""
    return pl.col("status").sort_by(status_rank()).last()


def climbed(rows: pl.DataFrame, above: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """MAKER rows once for the firm's own area and once for each area above it (above: area → itself and those)."""
    pairs = [(a, b) for a, over in above.items() for b in over]
    table = pl.DataFrame(pairs, schema={"area_code": pl.String, "over": pl.String}, orient="row")
    joined = rows.join(table, on="area_code", how="inner", maintain_order="left")
    return joined.with_columns(area_code="over").select(list(MAKER_SCHEMA))


def maker_proxies(
    rows: pl.DataFrame, thin: pl.DataFrame, counts: Mapping[str, str] = COUNT, sums: Mapping[str, str] = MADE
) -> pl.DataFrame:
    """PROXY rows (without their status worsened) from climbed MAKER rows: how many makers an area has, and what they
    made where all of them are known.

    thin: area_code, period, kind of sums that would tell of a single firm; their amounts are left out. That there is
    a maker, and that there is none, is in the register and no secret. counts, sums: kind → measure.
    """
    key = ["area_code", "period", "kind"]
    summed = rows.group_by(key, maintain_order=True).agg(
        count=pl.col("maker").sum().cast(pl.Float64),
        made=pl.when(pl.col("made").is_not_null().all()).then(pl.col("made").sum()),
        status=_worst(),
    )
    open_ = summed.join(thin.select(key), on=key, how="anti", maintain_order="left")
    kind, state = pl.col("kind"), pl.col("status").fill_null("user")
    counted = summed.filter(kind.is_in(list(counts)))
    there = counted.select(*key[:2], measure=kind.replace_strict(counts), value="count", status=state)
    made = open_.select(*key[:2], measure=kind.replace_strict(sums), value="made", status=state).drop_nulls("value")
    both = pl.concat([there, made])
    return both.with_columns(input=pl.format("PX-{}-{}-{}-{}", "area_code", "period", "measure", "value"))
