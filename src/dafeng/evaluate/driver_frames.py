"""From accounts to drivers 变动因素的数据: value added and energy and CO2 by item, per industry and county.

Like is compared with like: an enterprise of which one of the two years is not whole (a month of energy missing, no
value added yet) is left out of both years, value added and energy alike, and named with what is known of it. Left in,
its eleven months would pass for a fall of intensity, or its missing value added for a rise. One that was not there or
did not work in a year has nothing in that year, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from dafeng.evaluate.drivers import FIRM_LEFT_OUT, Decomposition, decompose
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.observations import Subject, idle, in_force, members, observations

_ENERGY = "energy_tce_calorific"
_ITEMS = {"co2_electricity_t": "electricity", "co2_heat_t": "heat", "co2_process_t": "process"}
_SAME_ITEM = {"steam": "heat"}
_TOTAL = "total"
_ACCOUNT = (_ENERGY, "co2_combustion_t", *_ITEMS)
_WHOLE = 1.0 - 1e-9


def drivers_of_change(
    lines: pl.DataFrame,
    facts: pl.DataFrame,
    registry: pl.DataFrame,
    base: int,
    end: int,
    area_code: str,
    *,
    by_county: bool = False,
    tree: Mapping[str, str | None] | None = None,
) -> Decomposition:
    """Decomposition of industrial CO2 of an area, by 2-digit industry (and by county).

    Energy is counted in 当量值, so that no factor of electricity conversion enters intensity; value added at constant
    prices. Enterprises stand where the registry placed them in each year; those whose data are not whole in one of the
    years are left out of both (firms_left_out). Raises BadRequest as ``decompose``.
    """
    years = (base, end)
    keys = ("area_code", "industry_code") if by_county else ("industry_code",)
    placed = _placed(registry, area_code, years, tree)
    observed = observations(lines, facts, years, indicator_library().measures)
    left = _left_out(lines, observed, placed, idle(registry, years), years)
    placed = placed.join(left, on="enterprise_id", how="anti")
    activity = _activity(observed, placed, keys)
    made = decompose(activity, _use(observed, placed, keys), str(base), str(end), keys=keys)
    return replace(made, firms_left_out=left)


def _left_out(
    lines: pl.DataFrame, observed: pl.DataFrame, placed: pl.DataFrame, resting: pl.DataFrame, years: Sequence[int]
) -> pl.DataFrame:
    """FIRM_LEFT_OUT: who stands in the area in a year, is not idle, and lacks value added or a whole account of it."""
    own = observed.filter(pl.col("subject_kind") == "enterprise").rename({"subject_id": "enterprise_id"})
    key = ["enterprise_id", "period"]
    worth = own.filter((pl.col("measure") == "value_added_constant") & pl.col("value").is_not_null())
    account = own.filter((pl.col("of") == "line") & pl.col("measure").is_in(_ACCOUNT))
    whole = (pl.col("value").is_not_null() & (pl.col("coverage") >= _WHOLE)).all().alias("whole")
    seen = placed.select(key).join(resting, on=key, how="anti")
    seen = seen.join(account.group_by(key).agg(whole), on=key, how="left")
    seen = seen.join(worth.select(key).unique().with_columns(worth=True), on=key, how="left")
    why = (
        pl.when(pl.col("whole").is_null())
        .then(pl.lit("无能源数据"))
        .when(~pl.col("whole"))
        .then(pl.lit("能源数据不全"))
        .when(pl.col("worth").is_null())
        .then(pl.lit("缺增加值"))
    )
    told = seen.with_columns(pl.concat_str("period", pl.lit("年"), why).alias("reason")).drop_nulls("reason")
    named = told.sort(key).group_by("enterprise_id", maintain_order=True).agg(pl.col("reason").str.join("；"))
    for side, period in zip(("start", "end"), years, strict=True):
        known = _known_co2(lines, str(period)).rename({"known": side})
        named = named.join(known, on="enterprise_id", how="left")
    return named.select(list(FIRM_LEFT_OUT))


def _known_co2(lines: pl.DataFrame, period: str) -> pl.DataFrame:
    """What is known of each enterprise's CO2 in a year, partial sums too: enterprise_id, known."""
    total = (pl.col("measure") == "co2_total_t") & (pl.col("item") == _TOTAL)
    rows = lines.filter(total & (pl.col("subject_kind") == "enterprise") & (pl.col("period") == period))
    known = pl.coalesce("value", "partial") if "partial" in lines.columns else pl.col("value")
    return rows.select(pl.col("subject_id").alias("enterprise_id"), known.alias("known"))


def _placed(
    registry: pl.DataFrame, area_code: str, years: Sequence[int], tree: Mapping[str, str | None] | None
) -> pl.DataFrame:
    """enterprise_id, period, area_code, two-digit industry_code of those in the area."""
    inside = members(registry, [Subject(area_code)], years, tree).select("enterprise_id", "period")
    where = in_force(registry, years).select("enterprise_id", "period", "area_code", "industry_code")
    return inside.join(where, on=["enterprise_id", "period"]).with_columns(pl.col("industry_code").str.slice(0, 2))


def _sum() -> pl.Expr:
    return pl.when(pl.col("value").is_not_null().all()).then(pl.col("value").sum()).alias("value")


def _grouped(rows: pl.DataFrame, placed: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    joined = rows.filter(pl.col("subject_kind") == "enterprise").join(
        placed, left_on=["subject_id", "period"], right_on=["enterprise_id", "period"]
    )
    return joined.group_by(*keys, "period").agg(_sum()).sort(*keys, "period")


def _activity(observed: pl.DataFrame, placed: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """keys, period, value_added.

    A unit in which nobody worked in a year (its works closed, moved, changed industry) made none: who owed a figure and
    gave none has been left out before.
    """
    rows = observed.filter((pl.col("of") == "fact") & (pl.col("measure") == "value_added_constant"))
    made = _grouped(rows, placed, keys).rename({"value": "value_added"})
    grid = made.select(keys).unique(maintain_order=True).join(placed.select("period").unique(), how="cross")
    full = grid.join(made.with_columns(there=True), on=[*keys, "period"], how="left")
    return full.with_columns(pl.when("there").then("value_added").otherwise(0.0).alias("value_added")).drop("there")


def _use(observed: pl.DataFrame, placed: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """keys, item, period, energy, co2; a side without a row is none used, a side with a missing value is missing."""
    on_line = observed.filter(pl.col("of") == "line")
    energy = on_line.filter((pl.col("measure") == _ENERGY) & (pl.col("item") != _TOTAL))
    by_item = [*keys, "item"]
    used = _grouped(_one_item(energy), placed, by_item).rename({"value": "energy"}).with_columns(known=True)
    emitted = _grouped(_emissions(on_line), placed, by_item).rename({"value": "co2"}).with_columns(seen=True)
    both = used.join(emitted, on=[*by_item, "period"], how="full", coalesce=True)
    return both.select(
        *by_item,
        "period",
        pl.when(pl.col("known").is_null()).then(0.0).otherwise(pl.col("energy")).alias("energy"),
        pl.when(pl.col("seen").is_null()).then(0.0).otherwise(pl.col("co2")).alias("co2"),
    ).sort(*by_item, "period")


def _emissions(on_line: pl.DataFrame) -> pl.DataFrame:
    """Burning by fuel; electricity, heat and process each as one item (their totals, where items are also given)."""
    parts = [on_line.filter((pl.col("measure") == "co2_combustion_t") & (pl.col("item") != _TOTAL))]
    for measure, item in _ITEMS.items():
        rows = on_line.filter(pl.col("measure") == measure)
        totals = rows.filter(pl.col("item") == _TOTAL)
        parts.append((totals if totals.height else rows).with_columns(pl.lit(item).alias("item")))
    return _one_item(pl.concat(parts, how="vertical"))


def _one_item(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("item").replace(_SAME_ITEM))
