"""Power, grid and measured coal 发电、电网与入炉煤: carbon on other bases, residues, line losses, energy by factor."""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule

_MEE = "MEE power guide 2021 §6.2.3.3, GB/T 35985 (own words)"


@rule(
    "stream.fuel_carbon_ad",
    since="2013-01-01",
    source=_MEE,
    zh="消耗量 × 空气干燥基元素碳 × (1 − 收到基全水分)/(1 − 空气干燥基水分) × 碳氧化率 × 44/12",
    en="fuel × carbon air-dried × (1 − moisture as received)/(1 − moisture air-dried) × share oxidised × 44/12",
    inputs=("amount", "carbon_ad", "moisture_ar", "moisture_ad", "oxidation_rate"),
)
def fuel_carbon_ad(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of coal with carbon measured air-dried 空气干燥基: amount [t], carbon_ad [tC/t], moistures as shares."""
    carbon = rows["carbon_ad"] * (1 - rows["moisture_ar"]) / (1 - rows["moisture_ad"])
    return rows["amount"] * carbon * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule(
    "stream.fuel_carbon_dry",
    since="2013-01-01",
    source=_MEE,
    zh="消耗量 × 干燥基元素碳 × (1 − 收到基全水分) × 碳氧化率 × 44/12",
    en="fuel × carbon dry × (1 − moisture as received) × share oxidised × 44/12",
    inputs=("amount", "carbon_dry", "moisture_ar", "oxidation_rate"),
)
def fuel_carbon_dry(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of coal whose carbon was measured dry 干燥基: amount [t], carbon_dry [tC/t], moisture_ar as a share."""
    return rows["amount"] * rows["carbon_dry"] * (1 - rows["moisture_ar"]) * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule(
    "stream.fuel_residue",
    since="2013-01-01",
    source="NDRC power guide 2013 eq. 6 (own words)",
    zh="(消耗量 × 元素碳 − 炉渣量 × 炉渣含碳 − 飞灰量 × 飞灰含碳/除尘效率) × 44/12",
    en="(fuel × carbon − slag × its carbon − fly ash × its carbon / dust removal) × 44/12",
    inputs=("amount", "carbon", "slag", "slag_carbon", "ash", "ash_carbon", "dust_efficiency"),
)
def fuel_residue(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of coal with the carbon left in slag and fly ash weighed 实测氧化率: amount, slag, ash [t],
    carbon [tC/t], slag_carbon, ash_carbon, dust_efficiency as shares."""
    left = rows["slag"] * rows["slag_carbon"] + rows["ash"] * rows["ash_carbon"] / rows["dust_efficiency"]
    return (rows["amount"] * rows["carbon"] - left) * T_CO2_PER_T_C


@rule(
    "stream.fuel_energy_factor",
    since="2006-01-01",
    source="IPCC 2006 V2 eq. 2.1 (own words)",
    zh="消耗量 × 热值 × 单位热值排放因子",
    en="fuel × calorific value × factor per heat",
    inputs=("amount", "ncv", "energy_factor"),
)
def fuel_energy_factor(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] of fuel by its heat: amount [t or 10^4 Nm3], ncv [GJ per that], energy_factor [t gas/GJ]."""
    return rows["amount"] * rows["ncv"] * rows["energy_factor"]


@rule(
    "stream.heat_energy_factor",
    since="2006-01-01",
    source="IPCC 2006 V2 eq. 2.1 (own words)",
    zh="燃料热量 × 单位热值排放因子",
    en="heat of the fuel × factor per heat",
    inputs=("heat", "energy_factor"),
)
def heat_energy_factor(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] of fuel given as heat: heat [GJ], energy_factor [t gas/GJ] on the same heating value (net or gross)."""
    return rows["heat"] * rows["energy_factor"]


@rule(
    "stream.fuel_volume",
    since="2013-01-01",
    source="density to mass, then NDRC fossil combustion (own words)",
    zh="体积 × 密度 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12",
    en="volume × density × net calorific value × carbon per heat × share oxidised × 44/12",
    inputs=("volume", "density", "ncv", "carbon_content", "oxidation_rate"),
)
def fuel_volume(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of liquid fuel by volume 按体积计量的液体燃料: volume [m3], density [t/m3], then as stream.fuel."""
    carbon = rows["volume"] * rows["density"] * rows["ncv"] * rows["carbon_content"]
    return carbon * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule(
    "stream.grid_loss",
    since="2013-01-01",
    source="NDRC grid guide 2013 eq. 3-5 (own words)",
    zh="(电厂上网电量 + 外省输入 − 向外省输出 − 售电量) × 电网排放因子",
    en="(fed in by plants + imported − exported − sold) × grid factor",
    inputs=("fed_in", "sold", "factor"),
)
def grid_loss(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of transmission and distribution losses 输配电损失: fed_in, imported, exported, sold [MWh; imports and
    exports that were not delivered are none], factor [tCO2/MWh]."""
    lost = rows["fed_in"] + _given(rows, "imported") - _given(rows, "exported") - rows["sold"]
    return lost * rows["factor"]


@rule(
    "stream.grid_loss_metered",
    since="2013-01-01",
    source="NDRC grid guide 2013 eq. 3 (own words)",
    zh="输配电损失电量 × 电网排放因子",
    en="power lost × grid factor",
    inputs=("lost", "factor"),
)
def grid_loss_metered(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of losses that are known as such: lost [MWh], factor [tCO2/MWh]."""
    return rows["lost"] * rows["factor"]


def _given(rows: pl.DataFrame, name: str) -> pl.Series:
    """A flow that a works need not have; none was given, none is counted."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
