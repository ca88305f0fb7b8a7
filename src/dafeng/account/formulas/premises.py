"""Data centres, buildings, vehicles, incineration 数据中心、建筑、车辆、焚烧.

Power by devices and by distance, refrigerants, exhaust gases, urea, waste burnt and its biogenic rest.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule

_PUE = "PUE as in GB 40879-2021 (recalled) and GB/T 32910.3 (own words)"


@rule(
    "stream.it_electricity",
    since="2013-01-01",
    source=_PUE,
    zh="IT设备用电量 × PUE × 电力排放因子",
    en="IT power × PUE × grid factor",
    inputs=("it_power", "pue", "factor"),
)
def it_electricity(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a data centre by its IT load: it_power [MWh], pue [≥ 1], factor [tCO2/MWh]."""
    return rows["it_power"] * rows["pue"] * rows["factor"]


@rule(
    "stream.device_electricity",
    since="2013-01-01",
    source=_PUE,
    zh="设备机时 × 单机功率 × 负载率 × PUE/1000 × 电力排放因子",
    en="device hours × power of one × load × PUE / 1000 × grid factor",
    inputs=("device_hours", "power", "pue", "factor"),
)
def device_electricity(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of computing by device hours 机时: device_hours [h], power of one device [kW], load [0..1; full where not
    given], pue, factor [tCO2/MWh]."""
    load = rows["load"].fill_null(1.0) if "load" in rows.columns else 1.0
    return rows["device_hours"] * rows["power"] * load * rows["pue"] / 1000 * rows["factor"]


@rule(
    "stream.distance_electricity",
    since="2015-01-01",
    source="NDRC land transport guide 2015 (own words)",
    zh="行驶里程 × 单位里程电耗/1000 × 电力排放因子",
    en="distance × power per km / 1000 × grid factor",
    inputs=("distance", "power_per_km", "factor"),
)
def distance_electricity(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of electric traction 电力牵引: distance [km], power_per_km [kWh/km], factor [tCO2/MWh]."""
    return rows["distance"] * rows["power_per_km"] / 1000 * rows["factor"]


@rule(
    "stream.distance_factor",
    since="2015-01-01",
    source="NDRC land transport guide 2015 (own words)",
    zh="行驶里程 × 单位里程排放因子(mg/km) / 10^9",
    en="distance × factor in mg/km / 10^9",
    inputs=("distance", "factor"),
)
def distance_factor(rows: pl.DataFrame) -> pl.Series:
    """CH4 or N2O [t] in the exhaust 运输车辆: distance of all vehicles of a kind [km], factor [mg/km]."""
    return rows["distance"] * rows["factor"] / 1e9


@rule(
    "stream.urea",
    since="2015-01-01",
    source="NDRC land transport guide 2015; IPCC 2006 V2 eq. 3.2.2 (own words)",
    zh="尿素溶液用量 × 尿素质量分数 × 12/60 × 44/12",
    en="urea solution × urea share × 12/60 × 44/12",
    inputs=("amount", "purity"),
)
def urea(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of urea that cleans exhaust 尾气净化: amount [t], purity = urea by mass [0..1]; 12/60 is its carbon."""
    return rows["amount"] * rows["purity"] * 12 / 60 * T_CO2_PER_T_C


@rule(
    "stream.refilled",
    since="2006-01-01",
    source="IPCC 2006 V3 ch7: what is topped up was lost (own words)",
    zh="补充(逃逸)量",
    en="topped up = lost",
    inputs=("refilled",),
)
def refilled(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] lost from refrigeration and fire equipment, by what was topped up 补充量 [t], less what was recovered."""
    return rows["refilled"] - _given(rows, "recovered")


@rule(
    "stream.leak",
    since="2006-01-01",
    source="IPCC 2006 V3 eq. 7.13 (own words)",
    zh="设备充注量 × 年泄漏率",
    en="charge × loss a year",
    inputs=("charge", "leak"),
)
def leak(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] lost in a year by a rate: charge of the equipment [t], leak [0..1 of the charge a year]."""
    return rows["charge"] * rows["leak"]


@rule(
    "stream.waste_burnt_biogenic",
    since="2006-01-01",
    source="IPCC 2006 V5 ch5, the rest of eq. 5.1 (own words)",
    zh="焚烧量 × 含碳比例 × (1 − 化石碳比例) × 燃烧效率 × 44/12",
    en="waste × carbon × (1 − fossil share) × efficiency × 44/12",
    inputs=("amount", "carbon", "fossil_share", "efficiency"),
)
def waste_burnt_biogenic(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of the biogenic part of waste burnt 生物源部分, reported apart: as stream.waste_burnt."""
    biogenic = rows["carbon"] * (1 - rows["fossil_share"])
    return rows["amount"] * biogenic * rows["efficiency"] * T_CO2_PER_T_C


@rule(
    "stream.waste_burnt_dry",
    since="2006-01-01",
    source="IPCC 2006 V5 eq. 5.1 (own words)",
    zh="焚烧量 × 干物质比例 × 干基含碳 × 化石碳比例 × 燃烧效率 × 44/12",
    en="waste × dry matter × carbon in dry matter × fossil share × efficiency × 44/12",
    inputs=("amount", "dry", "carbon_in_dry", "fossil_share", "efficiency"),
)
def waste_burnt_dry(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of waste whose carbon is known of its dry matter 干基: amount [t wet], dry, carbon_in_dry and the rest as
    shares. Dry-matter carbon on wet tonnes without ``dry`` doubles the result: a known published error."""
    carbon = rows["amount"] * rows["dry"] * rows["carbon_in_dry"] * rows["fossil_share"]
    return carbon * rows["efficiency"] * T_CO2_PER_T_C


@rule(
    "stream.open_burning",
    since="2006-01-01",
    source="IPCC 2006 V5 eq. 5.7 (own words)",
    zh="人口 × 焚烧人口比例 × 人均日产生量 × 焚烧比例 × 天数/1000 × 含碳比例 × 化石碳比例 × 燃烧效率 × 44/12",
    en="people × share that burns × kg a day × share burnt × days / 1000 × carbon × fossil share × efficiency × 44/12",
    inputs=("people", "people_share", "waste_per_day", "burnt_share", "days", "carbon", "fossil_share", "efficiency"),
)
def open_burning(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of waste burnt in the open 露天焚烧: people, waste_per_day [kg/head], days, the rest as shares."""
    burnt = rows["people"] * rows["people_share"] * rows["waste_per_day"] * rows["burnt_share"] * rows["days"] / 1000
    return burnt * rows["carbon"] * rows["fossil_share"] * rows["efficiency"] * T_CO2_PER_T_C


@rule(
    "stream.volume_factor",
    since="2023-01-01",
    source="JS/T 303-2026 table A.1 (second hand, own words)",
    zh="体积 × 单位体积排放因子",
    en="volume × factor per volume",
    inputs=("volume", "volume_factor"),
)
def volume_factor(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of liquid fuel by litres: volume [m3], volume_factor [tCO2/m3]."""
    return rows["volume"] * rows["volume_factor"]


@rule(
    "stream.mass",
    since="2005-01-01",
    source="a mass of gas that was measured or taken from a report",
    zh="气体排放量",
    en="mass of gas let out",
    inputs=("amount",),
)
def mass(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] that is given as such 直接给出的气体量: amount [t]."""
    return rows["amount"]


@rule(
    "stream.fuel_blend",
    since="2013-01-01",
    source="NDRC civil aviation guide 2013: blended biofuel (own words)",
    zh="混合燃料消耗量 × 低位发热量 × 单位热值含碳量 × (1 − 生物质混合比例) × 碳氧化率 × 44/12",
    en="blend burnt × net calorific value × carbon per heat × (1 − share of biofuel) × share oxidised × 44/12",
    inputs=("amount", "ncv", "carbon_content", "bio_share", "oxidation_rate"),
)
def fuel_blend(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of the fossil part of a blend 混合生物质燃料: as stream.fuel, bio_share [0..1 of the mass]."""
    fossil = rows["amount"] * rows["ncv"] * rows["carbon_content"] * (1 - rows["bio_share"])
    return fossil * rows["oxidation_rate"] * T_CO2_PER_T_C


def _given(rows: pl.DataFrame, name: str) -> pl.Series:
    """What a works need not have; none was given, none is counted."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
