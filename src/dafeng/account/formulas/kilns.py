"""Kilns by output 窑炉产品法: clinker, lime and glass by a factor, with kiln dust, hydration and cullet; uptake."""

from __future__ import annotations

import polars as pl

from dafeng.account.formulas.heat_content import given
from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule

CAO_PER_CACO3 = 0.5603  # IPCC 2006 V3 ch2 eq. 2.4: share of CaO in CaCO3
CO2_PER_CACO3 = 0.4397
CO2_PER_MGO = 1.092
_IPCC = "IPCC 2006 V3 ch2"


@rule(
    "stream.clinker_cao",
    since="2006-01-01",
    source=_IPCC + " eq. 2.2, 2.4 (own words)",
    zh="熟料产量 × (CaO含量 / 0.5603 × 0.4397 + MgO含量 × 1.092) × 窑灰修正系数",
    en="clinker × (CaO / 0.5603 × 0.4397 + MgO × 1.092) × kiln dust correction",
    inputs=("amount", "cao", "dust_correction"),
)
def clinker_cao(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of clinker by its CaO, and by MgO where given: amount [t], cao and mgo from carbonate [0..1],
    dust_correction (1.02)."""
    per_t = rows["cao"] / CAO_PER_CACO3 * CO2_PER_CACO3 + given(rows, "mgo") * CO2_PER_MGO
    return rows["amount"] * per_t * rows["dust_correction"]


@rule(
    "stream.clinker_dust",
    since="2006-01-01",
    source=_IPCC + " eq. 2.2, 2.5 (own words)",
    zh="熟料产量 × 熟料因子 × [1 + 窑灰/熟料 × 窑灰碳酸盐比例 × 煅烧比例 × 碳酸盐因子/熟料因子]",
    en="clinker × factor × [1 + dust/clinker × carbonate share × calcined share × carbonate factor/clinker factor]",
    inputs=("amount", "factor", "dust", "dust_carbonate", "dust_calcined"),
)
def clinker_dust(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of clinker with measured kiln dust not returned to the kiln 窑灰: amount, dust [t], factor [tCO2/t],
    dust_carbonate (of the dust before calcination), dust_calcined as shares."""
    lost = rows["dust"] * rows["dust_carbonate"] * rows["dust_calcined"] * CO2_PER_CACO3
    return rows["amount"] * rows["factor"] + lost


@rule(
    "stream.clinker_factor",
    since="2006-01-01",
    source=_IPCC + " eq. 2.1, 2.4 (own words)",
    zh="熟料产量 × 熟料因子 × 窑灰修正系数",
    en="clinker × factor × kiln dust correction",
    inputs=("amount", "factor", "dust_correction"),
)
def clinker_factor(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of clinker: amount [t], factor [tCO2/t], dust_correction (1.02; 1 where the factor holds the dust)."""
    return rows["amount"] * rows["factor"] * rows["dust_correction"]


@rule(
    "stream.lime_factor",
    since="2006-01-01",
    source=_IPCC + " eq. 2.6, 2.8; GHG Protocol lime tool 2.0 (own words)",
    zh="石灰产量 × 排放因子 × (1 − 消石灰比例 × 含水率)",
    en="lime × factor × (1 − hydrated share × water)",
    inputs=("amount", "factor"),
)
def lime_factor(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of lime by a factor: amount [t], factor [tCO2/t]; hydrated share and its water [0..1] may be given."""
    return rows["amount"] * rows["factor"] * (1 - given(rows, "hydrated") * given(rows, "water"))


@rule(
    "stream.lime_dust",
    since="2005-01-01",
    source="GHG Protocol lime tool 2.0 appendix A (own words)",
    zh="石灰产量 × (CaO × 系数 + MgO × 系数) × (1 − 消石灰比例 × 含水率) × (1 + 窑尘/石灰 × 窑尘石灰比例 × 煅烧比例)",
    en="lime × (CaO × ratio + MgO × ratio) × (1 − hydrated × water) × (1 + dust/lime × lime in dust × calcined)",
    inputs=("amount", "cao", "cao_ratio", "lkd", "lkd_lime", "lkd_calcined"),
)
def lime_dust(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of lime by its oxides, with measured lime kiln dust 石灰窑粉尘 (lkd [t], lkd_lime, lkd_calcined as
    shares) in place of the default correction."""
    oxides = rows["cao"] * rows["cao_ratio"] + given(rows, "mgo") * given(rows, "mgo_ratio")
    dry = 1 - given(rows, "hydrated") * given(rows, "water")
    correction = 1 + rows["lkd"] / rows["amount"] * rows["lkd_lime"] * rows["lkd_calcined"]
    return rows["amount"] * oxides * dry * correction


@rule(
    "stream.dust_uncalcined",
    since="2005-01-01",
    source="IPCC 2006 V3 ch2 eq. 2.3, 2.7; GHG Protocol lime tool 2.0 approach 2 (own words)",
    zh="粉尘量 × 原碳酸盐比例 × (1 − 煅烧比例) × 碳酸盐因子",
    en="dust × carbonate share × (1 − calcined share) × carbonate factor",
    inputs=("amount", "carbonate", "converted", "factor"),
)
def dust_uncalcined(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] still bound in dust that leaves the kiln 粉尘中未分解的碳酸盐 (taken off the input method): amount [t],
    carbonate, converted as shares, factor [tCO2/t carbonate]."""
    return rows["amount"] * rows["carbonate"] * (1 - rows["converted"]) * rows["factor"]


@rule(
    "stream.glass_cullet",
    since="2006-01-01",
    source=_IPCC + " eq. 2.10-2.11 (own words)",
    zh="玻璃产量 × 排放因子 × (1 − 碎玻璃比例)",
    en="glass × factor × (1 − cullet share)",
    inputs=("amount", "factor", "cullet"),
)
def glass_cullet(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of glass melted 玻璃熔制: amount [t], factor [tCO2/t without cullet], cullet share [0..1]."""
    return rows["amount"] * rows["factor"] * (1 - rows["cullet"])


@rule(
    "stream.alternative_fuel_carbon",
    since="2013-01-01",
    source="carbon balance of the fossil part; HJ 2519-2012 table A.3 gives such carbon (own words)",
    zh="用量 × 热值 × 单位热值化石碳 × 44/12",
    en="amount × calorific value × fossil carbon per heat × 44/12",
    inputs=("amount", "ncv", "fossil_carbon"),
)
def alternative_fuel_carbon(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of the fossil part of an alternative fuel 替代燃料 by its fossil carbon: amount [t], ncv [GJ/t],
    fossil_carbon [tC/GJ of the whole fuel]."""
    return rows["amount"] * rows["ncv"] * rows["fossil_carbon"] * T_CO2_PER_T_C


@rule(
    "stream.fuel_altitude",
    since="2016-01-01",
    source="ETS supplementary table of cement, item 1.1; correction as in GB 16780 (own words)",
    zh="净消费量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12 × 海拔修正系数",
    en="net use × calorific value × carbon per heat × share oxidised × 44/12 × altitude correction",
    inputs=("amount", "ncv", "carbon_content", "oxidation_rate", "altitude"),
)
def fuel_altitude(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of kiln fuel, corrected for altitude 海拔修正 [m] above 1500 m: root of the pressure of the place over
    that of the sea, (1 − altitude/44300) to the power of 5.256; 1 up to 1500 m."""
    pressure = (1 - rows["altitude"] / 44300).clip(lower_bound=0) ** 5.256
    correction = pl.select(pl.when(rows["altitude"] > 1500).then(pressure.sqrt()).otherwise(1.0)).to_series()
    carbon = rows["ncv"] * rows["carbon_content"] * rows["oxidation_rate"]
    return rows["amount"] * carbon * T_CO2_PER_T_C * correction


@rule(
    "stream.alternative_biogenic",
    since="2013-01-01",
    source="NDRC cement guide 2013, table 2.4: what is not fossil (own words)",
    zh="用量 × 热值 × 排放因子 × (1 − 化石碳比例)",
    en="amount × calorific value × factor × (1 − fossil share)",
    inputs=("amount", "ncv", "factor", "fossil_share"),
)
def alternative_biogenic(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of the biogenic part of an alternative fuel 替代燃料生物质碳, reported apart: amount [t], ncv [GJ/t],
    factor [tCO2/GJ of all its carbon], fossil_share."""
    return rows["amount"] * rows["ncv"] * rows["factor"] * (1 - rows["fossil_share"])
