"""Product footprints 产品碳足迹: inputs of a life cycle times their factors, shared among co-products by allocation."""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule

_ISO = "ISO 14067:2018; GB/T 24067-2024 (structure, own words)"
N2O_PER_N = 44 / 28  # t N2O per t of N in N2O


@rule(
    "stream.life_cycle",
    since="2000-01-01",
    source=_ISO,
    zh="用量 × 生命周期排放因子/1000（× 分配系数）",
    en="amount × life-cycle factor / 1000 (× allocation)",
    inputs=("amount", "factor"),
)
def life_cycle(rows: pl.DataFrame) -> pl.Series:
    """CO2e [t] of an input of a life cycle: amount [its own unit], factor [kg CO2e per that], allocation [0..1; all of
    it where none is given]."""
    return rows["amount"] * rows["factor"] / 1000 * _share(rows)


@rule(
    "stream.life_cycle_freight",
    since="2000-01-01",
    source=_ISO,
    zh="货物质量 × 运距 × 吨公里因子/1000（× 分配系数）",
    en="mass carried × distance × factor per t·km / 1000 (× allocation)",
    inputs=("mass", "distance", "factor"),
)
def life_cycle_freight(rows: pl.DataFrame) -> pl.Series:
    """CO2e [t] of goods carried 运输: mass [t], distance [km], factor [kg CO2e per t·km], allocation."""
    return rows["mass"] * rows["distance"] * rows["factor"] / 1000 * _share(rows)


@rule(
    "stream.life_cycle_burnt",
    since="2000-01-01",
    source=_ISO + ", combustion as IPCC 2006",
    zh="净消费量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12（× 分配系数）",
    en="net use × net calorific value × carbon per heat × share oxidised × 44/12 (× allocation)",
    inputs=("amount", "ncv", "carbon_content", "oxidation_rate"),
)
def life_cycle_burnt(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of fuel burnt for a product: amount, ncv [GJ per that], carbon_content [tC/GJ], oxidation_rate,
    allocation."""
    carbon = rows["amount"] * rows["ncv"] * rows["carbon_content"] * rows["oxidation_rate"]
    return carbon * T_CO2_PER_T_C * _share(rows)


@rule(
    "stream.life_cycle_gas",
    since="2000-01-01",
    source=_ISO,
    zh="气体质量（× 分配系数）",
    en="mass of the gas (× allocation)",
    inputs=("amount",),
)
def life_cycle_gas(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] let out directly: amount [t of the gas], allocation."""
    return rows["amount"] * _share(rows)


@rule(
    "stream.n2o_of_nitrogen",
    since="2000-01-01",
    source="IPCC 2006 Guidelines V4 ch11, equations 11.1 and 11.9 (own words)",
    zh="施氮量 × N2O-N排放因子 × 44/28（× 分配系数）",
    en="nitrogen applied × factor as N2O-N × 44/28 (× allocation)",
    inputs=("nitrogen", "factor"),
)
def n2o_of_nitrogen(rows: pl.DataFrame) -> pl.Series:
    """N2O [t] of nitrogen put on land: nitrogen [t N], factor [t N2O-N per t N], allocation."""
    return rows["nitrogen"] * rows["factor"] * N2O_PER_N * _share(rows)


@rule(
    "stream.n2o_of_n2o_n",
    since="2000-01-01",
    source="IPCC 2006 Guidelines V4 ch11 (own words)",
    zh="N2O-N量 × 44/28（× 分配系数）",
    en="N2O-N × 44/28 (× allocation)",
    inputs=("n2o_n",),
)
def n2o_of_n2o_n(rows: pl.DataFrame) -> pl.Series:
    """N2O [t] of emissions stated as nitrogen: n2o_n [t N], allocation."""
    return rows["n2o_n"] * N2O_PER_N * _share(rows)


def _share(rows: pl.DataFrame) -> pl.Series | float:
    """Of a row without allocation the product carries all."""
    return rows["allocation"].fill_null(1.0) if "allocation" in rows.columns else 1.0
