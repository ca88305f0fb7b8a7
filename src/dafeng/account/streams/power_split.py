"""Heat and power split 供热比与供电量: from what a unit's meters say to what the intensities of the power guide need.

A unit 机组 gives what it has: steam out and into the turbine, boiler steam and feed water, standard coal, or a heat
ratio of its own. The guide (2021 edition, annex A.2) names the ways to the heat ratio 供热比 in an order of
preference; the first whose figures are there is taken, for each unit and month. The ratio is handed on as two
amounts, ``heat_part`` over ``heat_whole``, because amounts add up over months and units and ratios do not.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.streams.engine import Streams
from dafeng.base.provenance import STATUSES
from dafeng.base.units import GJ_PER_TCE

STREAM = "unit"  # the memo stream of the power methods that holds these figures
_KEY = ("subject_id", "scope", "period")
_MADE = ("power_supplied", "heat_supplied", "heat_part", "heat_whole", "capacity_hours")
_READ = (
    *("power_gross", "power_supplied", "own_use", "own_use_power", "own_use_shared"),
    *("heat_supplied", "heat_boiler", "heat_direct", "heat_indirect", "turbine_heat", "boiler_heat"),
    *("main_steam", "main_enthalpy", "feed_water", "feed_enthalpy", "gas_heat", "coal_per_heat", "standard_coal"),
    *("heat_ratio", "capacity", "hours", "steam_supplied", "steam_enthalpy", "water_supplied", "water_temperature"),
)
_HEAT = (
    "heat_supplied",
    "heat_boiler",
    "heat_direct",
    "heat_indirect",
    "heat_ratio",
    "steam_supplied",
    "water_supplied",
)
_WORDS = {
    "given": "供热比由企业给出 heat ratio given",
    "turbine": "供热比=汽轮机供热量/汽轮机耗热量(式A.11) turbine heat out over turbine heat used",
    "boiler": "供热比=供热量/锅炉产出热量(式A.12、A.13) heat supplied over boiler heat",
    "gas": "供热比=供热量/燃气热量(式A.15) heat supplied over heat of the gas",
    "coal": "供热比=供热标准煤耗×供热量/总标准煤量(式A.14) standard coal for heat over all",
    "none": "无供热量,按纯凝机组 no heat supplied: a condensing unit",
}


def prepared(given: pl.DataFrame, streams: Streams) -> pl.DataFrame:
    """The given rows, and for every unit and month the amounts the ratios need, as rows of the stream ``unit``.

    given : GIVEN rows of one method; without the stream they come back as they are. What a works gave itself (power
    supplied, heat supplied) is kept and not made again. Where heat was supplied but no way to the ratio is open,
    heat_part and heat_whole are null: the ratio is missing, not zero. Raises BadRequest for a unit that does not fit.
    """
    if STREAM not in streams.method.streams:
        return given
    rows = given.filter((pl.col("stream") == STREAM) & pl.col("value").is_not_null())
    if rows.is_empty():
        return given
    rows = _together(rows.with_columns(streams.amounts(rows)["value"]))
    split = _weighed(split_rows(rows))
    there = rows.select(*_KEY, "input").with_columns(pl.lit(True).alias("there"))
    units = {name: form.unit for name, form in streams.method.stream(STREAM).inputs.items()}
    made = split.unpivot(
        on=list(_MADE), index=[*_KEY, "way", "status"], variable_name="input", value_name="value"
    ).join(there, on=[*_KEY, "input"], how="left")
    wanted = pl.col("value").is_not_null() | pl.col("input").is_in(["heat_part", "heat_whole"])
    made = made.filter(pl.col("there").is_null() & wanted)
    made = made.select(
        *_KEY, "input", "value", "status", pl.lit(STREAM).alias("stream"), pl.lit("").alias("item"),
        unit=pl.col("input").replace_strict(units, return_dtype=pl.String),
        evidence=pl.col("way").replace_strict(_WORDS, default=None, return_dtype=pl.String),
    )  # fmt: skip
    typed = made.cast({c: t for c, t in given.schema.items() if c in made.columns})
    return pl.concat([given, typed], how="diagonal")


def _together(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of one unit and month that a case gave in several pieces (lots ``part|unit|n``), as one; kept apart where
    they say the same input twice, for then they are several units without names."""
    whole = rows.with_columns(pl.col("subject_id").cast(pl.String).str.replace(r"\|\d+$", "|0").alias("one"))
    twice = whole.select(pl.struct("one", "scope", "period", "input").is_duplicated().any()).item()
    return rows if twice else whole.with_columns(pl.col("one").cast(rows.schema["subject_id"]).alias("subject_id"))


def split_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a unit and month: the amounts of _MADE, the ``way`` by which the ratio came about (null: no way), status.

    rows : GIVEN rows of the stream ``unit`` in MWh, GJ, t, kJ/kg, tce, tce/GJ, MW, h.
    """
    wide = rows.pivot("input", index=list(_KEY), values="value", aggregate_function="first")
    lacking = [pl.lit(None, pl.Float64).alias(n) for n in _READ if n not in wide.columns]
    ranks = rows.group_by(_KEY).agg(
        status=pl.col("status").replace_strict({s: i for i, s in enumerate(STATUSES)}).max()
    )
    wide = wide.with_columns(lacking).join(ranks, on=list(_KEY), how="left")
    wide = wide.with_columns(pl.col("status").replace_strict(dict(enumerate(STATUSES)), return_dtype=pl.String))
    steam = pl.col("steam_supplied") * (pl.col("steam_enthalpy") - 83.74) / 1000  # A.9
    water = pl.col("water_supplied") * (pl.col("water_temperature") - 20) * 4.1868 / 1000  # A.10
    wide = wide.with_columns(by_steam=steam, by_water=water)
    delivered = pl.coalesce(_sum("heat_boiler", "heat_direct", "heat_indirect"), _sum("by_steam", "by_water"))
    wide = wide.with_columns(heat_supplied=pl.coalesce("heat_supplied", delivered))
    way, part, whole = _ways()
    wide = wide.with_columns(way=way, heat_part=part, heat_whole=whole)
    share = pl.col("heat_part") / pl.col("heat_whole")
    for_power = pl.col("own_use_power") + pl.col("own_use_shared").fill_null(0.0) * (1 - share)
    own = pl.coalesce(for_power, pl.when(pl.col("way") == "none").then("own_use"))
    return wide.with_columns(
        power_supplied=pl.coalesce("power_supplied", pl.col("power_gross") - own),
        capacity_hours=pl.col("capacity") * pl.col("hours"),
    ).select(*_KEY, "way", "status", *_MADE)


def _ways() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The way, heat_part and heat_whole [GJ] by the first way whose figures are there."""
    heat = pl.col("heat_supplied")
    turbine = _sum("heat_direct", "heat_indirect")
    no_boiler_steam = pl.col("heat_boiler").fill_null(0.0) == 0
    steam = pl.col("main_steam") * pl.col("main_enthalpy") - pl.col("feed_water") * pl.col("feed_enthalpy")
    boiler = pl.coalesce("boiler_heat", steam / 1000)
    coal = pl.col("coal_per_heat") * heat
    nothing = pl.all_horizontal(pl.col(n).fill_null(0.0) == 0 for n in _HEAT)
    given_ratio = pl.col("heat_ratio")
    weighed = (heat > 0) & (given_ratio > 0)
    ways = (
        ("given", given_ratio.is_not_null() & ~nothing, pl.when(weighed).then(heat).otherwise(given_ratio),
         pl.when(weighed).then(heat / given_ratio).otherwise(1.0)),
        ("turbine", no_boiler_steam & turbine.is_not_null() & pl.col("turbine_heat").is_not_null(), turbine,
         pl.col("turbine_heat")),
        ("boiler", heat.is_not_null() & boiler.is_not_null(), heat, boiler),
        ("gas", heat.is_not_null() & pl.col("gas_heat").is_not_null(), heat, pl.col("gas_heat")),
        ("coal", coal.is_not_null() & pl.col("standard_coal").is_not_null(), coal * GJ_PER_TCE,
         pl.col("standard_coal") * GJ_PER_TCE),
        ("none", nothing, pl.lit(0.0), pl.lit(1.0)),
    )  # fmt: skip

    def first(of: int) -> pl.Expr:
        return pl.coalesce([pl.when(w[1]).then(pl.lit(w[0]) if of == 0 else w[of]) for w in ways])

    return first(0), first(2), first(3)


def _weighed(split: pl.DataFrame) -> pl.DataFrame:
    """Without heat supplied, a month still has the weight of its heat in the year's ratio, and a unit in the works'.

    Where that heat is not known, the ratio over months with and without heat is missing rather than too high: the month
    gets no heat_whole. Over units with and without heat the works gets a row without one; each unit keeps its own.
    """
    idle = pl.col("way") == "none"
    mixed = (idle & (~idle).any().over("subject_id")).fill_null(False)
    held = split.with_columns(heat_whole=pl.when(mixed).then(None).otherwise("heat_whole"))
    works = pl.col("subject_id").cast(pl.String).str.split("|").list.first()
    of_works = held.with_columns(works=works, idle=idle.fill_null(False).all().over("subject_id"))
    both = of_works.group_by("works", "scope", "period", maintain_order=True).agg(
        pl.col("idle").any() & (~pl.col("idle")).any(), pl.col("status").first()
    )
    extra = both.filter("idle").select(
        pl.format("{}||0", "works").cast(split.schema["subject_id"]).alias("subject_id"), "scope", "period",
        pl.lit(None, pl.String).alias("way"), "status", heat_part=pl.lit(0.0), heat_whole=pl.lit(None, pl.Float64),
    )  # fmt: skip
    return pl.concat([held, extra], how="diagonal")


def _sum(*names: str) -> pl.Expr:
    """The sum of what is there; null where nothing is."""
    there = pl.any_horizontal(pl.col(n).is_not_null() for n in names)
    return pl.when(there).then(pl.sum_horizontal(pl.col(n).fill_null(0.0) for n in names))


def by_unit(emissions: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Heat and power of every unit and month 机组分摊: each with its own ratio, as the guide reports it.

    emissions : subject_id, period, value [tCO2] of the unit in the month.
    given : GIVEN rows in the inputs' own units.

    Returns subject_id, period, heat_ratio, power_t, heat_t [tCO2], power_intensity [tCO2/MWh of supply], heat_intensity
    [tCO2/GJ]; null where something lacks or the divisor is zero.
    """
    split = split_rows(given.filter((pl.col("stream") == STREAM) & pl.col("value").is_not_null()))
    ratio = pl.col("heat_part") / pl.col("heat_whole")
    held = emissions.join(split, on=["subject_id", "period"], how="left", maintain_order="left").with_columns(
        heat_ratio=ratio, power_t=pl.col("value") * (1 - ratio), heat_t=pl.col("value") * ratio
    )
    supply, heat = (pl.when(pl.col(n) > 0).then(pl.col(n)) for n in ("power_supplied", "heat_supplied"))
    return held.select(
        "subject_id", "period", "heat_ratio", "power_t", "heat_t",
        power_intensity=pl.col("power_t") / supply, heat_intensity=pl.col("heat_t") / heat,
    )  # fmt: skip
