"""Activity 活动水平: delivered energy facts, side by side, turned into net use by enterprise, item and period.

Three rules stand here:
- A stream (bought, used, sold …) that a works delivers in any period of a year for an item is due in all its periods of
  that year; one it never delivers does not exist for it. Due and absent is missing, never zero.
- Net use 净消费量. Fuel: used, or opening + bought − sold − closing where ``used`` is not delivered. Electricity and
  heat: bought − sold (negative for a net exporter), or used − own generation.
- Nothing twice. Own output of secondary energy (power, heat, coke, gas) made from fuel that is counted already is taken
  off what is used; own extraction of primary energy (a mine's coal) is an input.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dafeng.account.findings import finding
from dafeng.account.lines import keyed, status_rank
from dafeng.base.errors import BadRequest
from dafeng.base.units import factor as unit_factor
from dafeng.rules.rulebook import Rulebook

STREAMS = {
    "energy_opening_stock": "opening",
    "energy_bought": "bought",
    "energy_used": "used",
    "energy_sold": "sold",
    "energy_closing_stock": "closing",
    "energy_produced": "produced",
    "energy_feedstock": "feedstock",
}
STREAM_ZH = {
    "opening": "期初库存",
    "bought": "购进量",
    "used": "消费量",
    "sold": "外供量",
    "closing": "期末库存",
    "produced": "产出量",
    "feedstock": "原料用能",
}
PROCESS = "process_emissions_t_co2"
KEY = ["subject_id", "item", "period"]
ROW = [
    *KEY,
    "year",
    "monthly",
    "amount",
    "balance",
    "material",
    "klass",
    "carbon",
    "rank",
    "inputs",
    "inputs_key",
    "note",
]
_BIT = {name: 1 << i for i, name in enumerate(STREAMS.values())}
_BALANCE_TOLERANCE = 0.01  # stock and use that differ by more than 1 % are worth a question


@dataclass(frozen=True, slots=True)
class Activity:
    """rows: ROW, amount being net use (null = missing) and material the part used as feedstock 原料用能,
    with the reason in note. process: the delivered process emissions in the same form. findings: what was seen."""

    rows: pl.DataFrame
    process: pl.DataFrame
    findings: pl.DataFrame


def activity(facts: pl.DataFrame, rulebook: Rulebook) -> Activity:
    """Net use of each enterprise, item and period, from current FACT rows (one per key).

    Raises BadRequest where a key stands twice: the caller chooses the current version first.
    """
    chosen = _chosen(facts)
    energy, found = _energy_facts(chosen.filter(pl.col("measure") != PROCESS), rulebook)
    wide = _grid(_wide(energy))
    rows = _net(wide.join(_items(rulebook), on="item", how="left"))
    of_sites = facts.filter((pl.col("subject_kind") == "site") & pl.col("measure").is_in([*STREAMS, PROCESS]))
    sites = finding(of_sites, "site", "场所数据未并入企业核算，请按企业报送")
    return Activity(rows, _process(chosen), pl.concat([*found, sites, _unbalanced(rows)]))


def _chosen(facts: pl.DataFrame) -> pl.DataFrame:
    columns = ["fact_id", "subject_id", "measure", "item", "period", "value", "unit", "status"]
    wanted = (pl.col("subject_kind") == "enterprise") & pl.col("measure").is_in([*STREAMS, PROCESS])
    chosen = facts.filter(wanted).select(columns).with_columns(pl.col("item").fill_null(""))
    key = ["subject_id", "item", "period", "measure"]
    chosen = chosen.sort(key)
    twice = chosen.filter(pl.struct(key) == pl.struct(key).shift())
    if twice.height:
        row = twice.row(0, named=True)
        raise BadRequest(
            f"{twice.height} facts stand twice, first {row['measure']} {row['item']} of {row['subject_id']} in "
            f"{row['period']}",
            mend="Give the current facts only (collect.facts.current).",
        )
    return keyed(_dated(chosen), "fact_id").with_columns(status_rank().alias("rank"))


def _dated(facts: pl.DataFrame) -> pl.DataFrame:
    """Add year and monthly; rows of other periods (quarters, plans) carry null there."""
    month = pl.col("period").str.contains(r"^\d{4}-\d{2}$")
    annual = pl.col("period").str.contains(r"^\d{4}$")
    return facts.with_columns(
        pl.when(month | annual).then(pl.col("period").str.head(4).cast(pl.Int32, strict=False)).alias("year"),
        pl.when(month).then(True).when(annual).then(False).alias("monthly"),
    )


def _items(rulebook: Rulebook) -> pl.DataFrame:
    rows = [(i.code, i.unit, i.klass, i.origin == "primary", i.carbon) for i in rulebook.items.values()]
    schema = {"item": pl.String, "item_unit": pl.String, "klass": pl.String, "primary": pl.Boolean, "carbon": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _energy_facts(facts: pl.DataFrame, rulebook: Rulebook) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Facts of known items and periods, in the item's own unit; the rest become findings, none is dropped unseen."""
    joined = facts.join(_items(rulebook), on="item", how="left")
    unknown = pl.col("item_unit").is_null()
    other_period = pl.col("monthly").is_null()
    scales = [
        (unit, own, _scale(unit, own))
        for unit, own in joined.filter(~unknown).select("unit", "item_unit").unique().sort("unit").iter_rows()
    ]
    schema = {"unit": pl.String, "item_unit": pl.String, "scale": pl.Float64}
    table = pl.DataFrame(scales, schema=schema, orient="row")
    scaled = joined.join(table, on=["unit", "item_unit"], how="left")
    bad_unit = ~unknown & pl.col("scale").is_null() & pl.col("value").is_not_null()
    found = [
        finding(scaled.filter(unknown), "unknown_item", "能源品种代码不在目录中，未计入"),
        finding(scaled.filter(~unknown & other_period), "unused_period", "只按月、按年核算，此时期未计入"),
        finding(scaled.filter(bad_unit), "unit", "计量单位不能换算为该品种单位，按缺失处理"),
    ]
    kept = scaled.filter(~unknown & ~other_period).with_columns(pl.col("value") * pl.col("scale"))
    return kept, found


def _scale(unit: str | None, own: str) -> float | None:
    if unit == own:
        return 1.0
    try:
        return unit_factor(unit or "", own)
    except BadRequest:
        return None


def _wide(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per KEY with a column for each stream and ``seen``, the bits of the streams delivered."""
    name = pl.col("measure").replace_strict(STREAMS, return_dtype=pl.String)
    bit = pl.col("measure").replace_strict({m: _BIT[s] for m, s in STREAMS.items()}, return_dtype=pl.Int32)
    named = facts.with_columns(name.alias("stream"), bit.alias("bit")).with_columns(
        [pl.when(pl.col("stream") == s).then(pl.col("value")).alias(s) for s in _BIT]
    )
    return named.group_by([*KEY, "year", "monthly"], maintain_order=True).agg(
        *[pl.col(s).max() for s in _BIT],
        pl.col("bit").sum().alias("seen"),
        pl.col("rank").max(),
        pl.col("fact_id").alias("inputs"),
        pl.col("input_key").bitwise_xor().alias("inputs_key"),
    )


def _grid(wide: pl.DataFrame) -> pl.DataFrame:
    """Add the rows that are due and absent (an item used in the year, in a month the works reported), and ``due``."""
    due = wide.group_by(["subject_id", "item", "year", "monthly"], maintain_order=True).agg(
        pl.col("seen").bitwise_or().alias("due")
    )
    months = wide.select("subject_id", "year", "monthly", "period").unique(maintain_order=True)
    grid = due.join(months, on=["subject_id", "year", "monthly"], how="inner", maintain_order="left")
    return grid.join(wide, on=[*KEY, "year", "monthly"], how="left", maintain_order="left").with_columns(
        pl.col("seen").fill_null(0),
        pl.col("rank").fill_null(0),
        pl.col("inputs_key").fill_null(0),
        pl.when(pl.col("inputs").is_null())
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise("inputs")
        .alias("inputs"),
    )


def _has(stream: str) -> pl.Expr:
    return (pl.col("due") & _BIT[stream]) != 0


def _part(stream: str) -> pl.Expr:
    """The stream's value; 0 where the works has no such stream; null where it is due and absent."""
    return pl.when(_has(stream)).then(pl.col(stream)).otherwise(0.0)


def _net(rows: pl.DataFrame) -> pl.DataFrame:
    """Net use by the rules at the top of this file, a second way to it (balance) where there is one, and why not."""
    fuel_used, fuel_balance = _fuel_routes()
    bought, made, exported = _grid_routes()
    grid = pl.col("klass").is_in(["electricity", "heat"])
    routes = rows.with_columns(
        pl.when(grid)
        .then(pl.coalesce(bought, made, exported))
        .otherwise(pl.coalesce(fuel_used, fuel_balance))
        .alias("amount"),
        pl.when(grid).then(made).otherwise(fuel_balance).alias("balance"),
        _part("feedstock").alias("material"),
    )
    return routes.with_columns(_note()).select(ROW)


def _fuel_routes() -> tuple[pl.Expr, pl.Expr]:
    """Net use of fuel from what was used, and from purchases and stocks."""
    used = pl.col("used") - pl.when("primary").then(0.0).otherwise(_part("produced"))
    extracted = pl.when("primary").then(_part("produced")).otherwise(0.0)
    flows = _has("bought") | _has("sold") | (_has("produced") & pl.col("primary"))
    stocks_pair = _has("opening") == _has("closing")
    balance = _part("opening") + _part("bought") + extracted - _part("sold") - _part("closing")
    return pl.when(_has("used")).then(used), pl.when(flows & stocks_pair).then(balance)


def _grid_routes() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Net purchased power or heat: bought − sold; used − own output; − sold for a works that only sells.

    Use and sales without purchases or own output leave open where the energy came from: no result.
    """
    bought = pl.when(_has("bought")).then(pl.col("bought") - _part("sold"))
    made = pl.when(_has("used") & (_has("produced") | ~_has("sold"))).then(pl.col("used") - _part("produced"))
    exported = pl.when(_has("sold") & ~_has("used") & ~_has("bought")).then(-pl.col("sold"))
    return bought, made, exported


def _note() -> pl.Expr:
    """Why there is no net use, in words; null where there is one."""
    missing = [pl.when(_has(s) & pl.col(s).is_null()).then(pl.lit(STREAM_ZH[s])) for s in _BIT]
    listed = pl.concat_str(missing, separator="、", ignore_nulls=True)
    why = pl.when(listed != "").then(pl.lit("缺") + listed).otherwise(pl.lit("所报项目不足以计算净消费量"))
    absent = pl.when(pl.col("seen") == 0).then(pl.lit("未报送")).otherwise(why)
    return pl.when(pl.col("amount").is_null()).then(absent).alias("note")


def _unbalanced(rows: pl.DataFrame) -> pl.DataFrame:
    gap = (pl.col("amount") - pl.col("balance")).abs()
    size = pl.max_horizontal(pl.col("amount").abs(), pl.col("balance").abs())
    odd = rows.filter(gap > _BALANCE_TOLERANCE * size)
    return finding(
        odd.with_columns(pl.lit("energy_used").alias("measure"), pl.col("amount").alias("value")),
        "balance",
        "消费量与购进、外供、库存的平衡相差超过1%",
        other="balance",
    )


def _process(facts: pl.DataFrame) -> pl.DataFrame:
    rows = facts.filter((pl.col("measure") == PROCESS) & pl.col("monthly").is_not_null())
    return rows.select(
        "subject_id",
        pl.lit("total").alias("item"),
        "period",
        "year",
        "monthly",
        pl.col("value").alias("amount"),
        "rank",
        pl.concat_list("fact_id").alias("inputs"),
        pl.col("input_key").alias("inputs_key"),
        pl.when(pl.col("value").is_null()).then(pl.lit("缺过程排放量")).alias("note"),
    )
