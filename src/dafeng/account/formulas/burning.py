"""Burning and bought energy 燃烧与外购能源: from a frame with the columns named to the mass of gas [t]."""

from __future__ import annotations

import polars as pl

from dafeng.account.formulas.heat_content import alone, steam_heat
from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule

_NDRC = "NDRC enterprise guides 2013-2015 (own words)"


@rule(
    "stream.fuel",
    since="2013-01-01",
    source=_NDRC + ", fossil combustion",
    zh="净消费量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12",
    en="net use × net calorific value × carbon per heat × share oxidised × 44/12",
    inputs=("amount", "ncv", "carbon_content", "oxidation_rate"),
)
def fuel(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of fuel burnt 燃料燃烧: amount [t, 10^4 Nm3], ncv [GJ per that], carbon_content [tC/GJ], oxidation_rate.

    carbon_decimals (optional) rounds ncv × carbon_content first, where the rule family says so.
    """
    carbon = rows["ncv"] * rows["carbon_content"]
    if "carbon_decimals" in rows.columns and (stated := rows["carbon_decimals"].drop_nulls()).len():
        carbon = carbon.round(int(stated[0]), mode="half_away_from_zero")
    return rows["amount"] * carbon * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule(
    "stream.fuel_carbon",
    since="2013-01-01",
    source=_NDRC + ", fossil combustion by measured carbon",
    zh="净消费量 × 收到基元素碳含量 × 碳氧化率 × 44/12",
    en="net use × carbon as received × share oxidised × 44/12",
    inputs=("amount", "carbon", "oxidation_rate"),
)
def fuel_carbon(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of fuel whose carbon was measured: amount [t or 10^4 Nm3], carbon [tC per that], oxidation_rate."""
    return rows["amount"] * rows["carbon"] * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule(
    "stream.alternative_fuel",
    since="2013-01-01",
    source="NDRC cement guide 2013; GB/T 32151.8-2015 (own words)",
    zh="用量 × 热值 × 排放因子 × 化石碳比例",
    en="amount × calorific value × factor × fossil share",
    inputs=("amount", "ncv", "factor", "fossil_share"),
)
def alternative_fuel(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of the fossil part of waste burnt 替代燃料: amount [t], ncv [GJ/t], factor [tCO2/GJ], fossil_share."""
    return rows["amount"] * rows["ncv"] * rows["factor"] * rows["fossil_share"]


@rule(
    "stream.electricity",
    since="2013-01-01",
    source=_NDRC + ", net purchased electricity",
    zh="(购入电量 − 外供电量) × 电力排放因子",
    en="(bought − sold) × grid factor",
    inputs=("bought", "factor"),
)
def electricity(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of net purchased electricity 净购入电力; never clipped. bought, sold [MWh; no sold = none], factor."""
    return (rows["bought"] - _or_none(rows, "sold")) * rows["factor"]


@rule(
    "stream.electricity_sold",
    since="2013-01-01",
    source=_NDRC + ", net purchased electricity",
    zh="− 外供电量 × 电力排放因子",
    en="− sold × grid factor",
    inputs=("sold", "factor"),
)
def electricity_sold(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a works that only sells power (negative)."""
    return -rows["sold"] * rows["factor"]


@rule(
    "stream.heat",
    since="2013-01-01",
    source=_NDRC + ", net purchased heat",
    zh="(购入热量 − 外供热量) × 热力排放因子",
    en="(bought − sold) × heat factor",
    inputs=("bought", "factor"),
)
def heat(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of net purchased heat 净购入热力: bought, sold [GJ], factor [tCO2/GJ]. Null where steam or hot water
    stands in the same row: each form of heat has a row of its own."""
    return alone(rows, (rows["bought"] - _or_none(rows, "sold")) * rows["factor"], "steam", "water")


@rule(
    "stream.steam",
    since="2013-01-01",
    source=_NDRC + ", heat of steam above water of 20 °C",
    zh="[蒸汽净量 × (焓 − 83.74)/1000 − 外供热量] × 热力排放因子",
    en="[net steam × (enthalpy − 83.74)/1000 − heat sold] × heat factor",
    inputs=("steam", "enthalpy", "factor"),
)
def steam(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of net bought steam 外购蒸汽: steam [t], enthalpy [kJ/kg], factor [tCO2/GJ]; steam_sold [t of the same
    state], sold [GJ] and feed [kJ/kg, 83.74] may be given."""
    return alone(rows, steam_heat(rows, rows["enthalpy"]) * rows["factor"], "bought", "water")


@rule(
    "stream.hot_water",
    since="2013-01-01",
    source=_NDRC + ", heat of water above 20 °C",
    zh="[热水质量 × (温度 − 20) × 4.1868/1000 − 外供热量] × 热力排放因子",
    en="[water × (temperature − 20) × 4.1868/1000 − heat sold] × heat factor",
    inputs=("water", "temperature", "factor"),
)
def hot_water(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of bought hot water 外购热水: water [t], temperature [°C], factor [tCO2/GJ]; sold [GJ] is taken off."""
    heat_gj = rows["water"] * (rows["temperature"] - 20) * 4.1868 / 1000
    return alone(rows, (heat_gj - _or_none(rows, "sold")) * rows["factor"], "bought", "steam")


def _or_none(rows: pl.DataFrame, name: str) -> pl.Series:
    """A stream that a works need not have: what was not delivered at all is no part of the balance."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
