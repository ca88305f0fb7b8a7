"""Other gases 其他温室气体: N2O of acids, fluorinated gases used or lost, methane of mines, shielding gas."""

from __future__ import annotations

import polars as pl

from dafeng.rules.formulas import rule


@rule(
    "stream.abated_factor",
    since="2013-01-01",
    source="NDRC chemicals guide 2013: nitric, adipic acid (own words)",
    zh="产量 × 排放因子 × (1 − 去除率 × 使用率)",
    en="output × factor × (1 − abatement × time in use)",
    inputs=("amount", "factor"),
)
def abated_factor(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] after abatement: amount [t], factor [t/t]; removed and in_use as shares (none where not given)."""
    return rows["amount"] * rows["factor"] * (1 - _given(rows, "removed") * _given(rows, "in_use"))


@rule(
    "stream.gas_balance",
    since="2013-01-01",
    source="NDRC machinery, electrical guides: SF6, HFC, PFC (own words)",
    zh="期初库存 + 购入 − 期末库存 − 售出 − 充入设备",
    en="opening stock + bought − closing stock − sold − filled into equipment",
    inputs=("opening", "closing", "bought"),
)
def gas_balance(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] lost in filling and repair 质量平衡: stocks, bought, sold, filled [t]."""
    gone = rows["opening"] + rows["bought"] - rows["closing"]
    return gone - _given(rows, "sold") - _given(rows, "filled")


@rule(
    "stream.equipment_loss",
    since="2015-01-01",
    source="NDRC grid guide 2014: repair and retirement of SF6 equipment",
    zh="设备容量 − 实际回收量",
    en="nameplate capacity − gas recovered",
    inputs=("capacity", "recovered"),
)
def equipment_loss(rows: pl.DataFrame) -> pl.Series:
    """SF6 [t] lost at repair or retirement 修理与退役: capacity, recovered [t]."""
    return rows["capacity"] - rows["recovered"]


@rule(
    "stream.etch",
    since="2006-01-01",
    source="IPCC 2006 V3 eq. 6.2-6.3; NDRC electronics guide 2015 (own words)",
    zh="(1 − 容器残余) × 用量 × (1 − 利用率) × (1 − 收集率 × 去除率)",
    en="(1 − heel) × gas used × (1 − utilisation) × (1 − share treated × removed)",
    inputs=("amount", "heel", "utilised"),
)
def etch(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] let out of etching and CVD 刻蚀与CVD: amount [t], heel, utilised, treated, removed as shares."""
    left = 1 - _given(rows, "treated") * _given(rows, "removed")
    return (1 - rows["heel"]) * rows["amount"] * (1 - rows["utilised"]) * left


@rule(
    "stream.etch_byproduct",
    since="2006-01-01",
    source="IPCC 2006 V3 eq. 6.4-6.6; NDRC electronics guide 2015",
    zh="(1 − 容器残余) × 副产率 × 用量 × (1 − 收集率 × 去除率)",
    en="(1 − heel) × by-product rate × gas used × (1 − share treated × removed)",
    inputs=("amount", "heel", "byproduct"),
)
def etch_byproduct(rows: pl.DataFrame) -> pl.Series:
    """By-product gas [t] of etching 刻蚀副产: amount of feed gas [t], heel, byproduct [t/t], treated, removed."""
    left = 1 - _given(rows, "treated") * _given(rows, "removed")
    return (1 - rows["heel"]) * rows["byproduct"] * rows["amount"] * left


@rule(
    "stream.shielding_gas",
    since="2015-01-01",
    source="NDRC machinery guide 2015: CO2-shielded welding (own words)",
    zh="保护气净耗 × CO2体积分数 × 44 / Σ(各组分体积分数 × 摩尔质量)",
    en="gas used × CO2 share by volume × 44 / Σ(share × molar mass)",
    inputs=("amount", "co2_share", "molar_mass"),
)
def shielding_gas(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of shielding gas 二氧化碳气体保护焊: amount [t], co2_share [mol/mol], molar_mass of the mix [g/mol]."""
    return rows["amount"] * rows["co2_share"] * 44 / rows["molar_mass"]


@rule(
    "stream.methane_volume",
    since="2014-01-01",
    source="NDRC coal guide 2014; IPCC 2006 V2 ch4: 0.67 kg/m3 (own words)",
    zh="(产量 × 单位瓦斯涌出量 − 抽采利用) × 甲烷密度/1000",
    en="(output × gas per tonne − gas used) × methane density/1000",
    inputs=("amount", "gas_per_t", "density"),
)
def methane_volume(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] of mines 瓦斯: amount of coal [t], gas_per_t [m3 pure CH4/t], used or destroyed [m3], density [kg/m3]."""
    return (rows["amount"] * rows["gas_per_t"] - _given(rows, "used")) * rows["density"] / 1000


def _given(rows: pl.DataFrame, name: str) -> pl.Series:
    """A share or amount that a works need not have; none was given, none is taken off."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
