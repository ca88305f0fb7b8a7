"""Metals and coking 冶金与焦化: terms of carbon balances, anodes and anode effects, and net use out of stocks."""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule

_ALUMINIUM = "NDRC aluminium guide 2013, eq. 5-10 (own words)"
_STOCK_ZH = "净消费量 = 购入量 + (期初库存 − 期末库存) − 外销量 − 其他用量；"
_STOCK_EN = "net use = bought + (opening − closing stock) − sold − other use; "


@rule(
    "stream.fuel_unrounded",
    since="2013-01-01",
    source="forms of 2023 for steel and aluminium, as coded in a public front-end (own words)",
    zh="净消费量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12（含碳量不先取整）",
    en="net use × net calorific value × carbon per heat × share oxidised × 44/12 (carbon not rounded first)",
    inputs=("amount", "ncv", "carbon_content", "oxidation_rate"),
)
def fuel_unrounded(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] as stream.fuel, without the rounding of the carbon content that the family (its power form) asks for."""
    carbon = rows["ncv"] * rows["carbon_content"]
    return rows["amount"] * carbon * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule(
    "stream.fuel_stock",
    since="2013-01-01",
    source="NDRC steel guide 2013, eq. 2-5 (own words)",
    zh=_STOCK_ZH + "净消费量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12",
    en=_STOCK_EN + "net use × net calorific value × carbon per heat × share oxidised × 44/12",
    inputs=("bought", "ncv", "carbon_content", "oxidation_rate"),
)
def fuel_stock(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of fuel whose net use is made of purchases and stocks 库存平衡法.

    bought, opening, closing, sold, other_use [t or 10^4 Nm3; none given = none], ncv, carbon_content, oxidation_rate as
    in stream.fuel. Negative where more leaves than comes in (own coke, gas or tar sold). Null where the works states
    its net use (amount) itself: that stands.
    """
    carbon = rows["ncv"] * rows["carbon_content"]
    return _net_use(rows) * carbon * rows["oxidation_rate"] * T_CO2_PER_T_C


@rule(
    "stream.fuel_carbon_stock",
    since="2013-01-01",
    source="NDRC steel guide 2013, eq. 5, with carbon measured (own words)",
    zh=_STOCK_ZH + "净消费量 × 收到基元素碳含量 × 碳氧化率 × 44/12",
    en=_STOCK_EN + "net use × carbon as received × share oxidised × 44/12",
    inputs=("bought", "carbon", "oxidation_rate"),
)
def fuel_carbon_stock(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] as stream.fuel_stock, the carbon measured: carbon [tC per t or 10^4 Nm3]."""
    return _net_use(rows) * rows["carbon"] * rows["oxidation_rate"] * T_CO2_PER_T_C


def _net_use(rows: pl.DataFrame) -> pl.Series:
    """Bought, and what stocks gave, less what was sold or used otherwise; null where the net use itself is given."""
    made = rows["bought"] + _given(rows, "opening") - _given(rows, "closing")
    made = made - _given(rows, "sold") - _given(rows, "other_use")
    if "amount" not in rows.columns:
        return made
    return rows.select(pl.when(pl.col("amount").is_null()).then(made)).to_series()


@rule(
    "stream.carbon_heat",
    since="2013-01-01",
    source="carbon balances of the NDRC coking and steel guides, carbon by heat (own words)",
    zh="数量 × 低位发热量 × 单位热值含碳量 × 44/12（输入为正，输出为负，不乘碳氧化率）",
    en="amount × net calorific value × carbon per heat × 44/12 (in positive, out negative; no share oxidised)",
    inputs=("amount", "ncv", "carbon_content"),
)
def carbon_heat(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] that a term of a carbon balance stands for, its carbon taken by heat: amount [t or 10^4 Nm3], ncv [GJ per
    that], carbon_content [tC/GJ]. All carbon counts: what is not burnt stands among the outputs."""
    return rows["amount"] * rows["ncv"] * rows["carbon_content"] * T_CO2_PER_T_C


@rule(
    "stream.anode_net",
    since="2013-01-01",
    source=_ALUMINIUM + "; CETS-AG-04.01 as coded in a public front-end",
    zh="炭阳极净耗量 × (1 − 硫分 − 灰分) × 44/12",
    en="anode consumed net × (1 − sulphur − ash) × 44/12",
    inputs=("anode_net", "sulphur", "ash"),
)
def anode_net(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of anodes by weight 炭阳极净耗称重: anode_net [t, butts taken off], sulphur, ash as shares."""
    return rows["anode_net"] * (1 - rows["sulphur"] - rows["ash"]) * T_CO2_PER_T_C


@rule(
    "stream.anode_gross",
    since="2022-01-01",
    source="CETS-AG-04.01 form for aluminium, as coded in a public front-end (own words)",
    zh="炭阳极毛耗量 × (1 − 阳极损失率) × (1 − 硫分 − 灰分) × 44/12",
    en="anode put in × (1 − share lost as butts) × (1 − sulphur − ash) × 44/12",
    inputs=("anode_gross", "butts", "sulphur", "ash"),
)
def anode_gross(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of anodes put in 炭阳极毛耗: anode_gross [t], butts (share that comes back), sulphur, ash as shares."""
    consumed = rows["anode_gross"] * (1 - rows["butts"])
    return consumed * (1 - rows["sulphur"] - rows["ash"]) * T_CO2_PER_T_C


@rule(
    "stream.pfc_factor",
    since="2013-01-01",
    source=_ALUMINIUM,
    zh="原铝产量 × 阳极效应排放因子(kg/t) / 1000",
    en="aluminium × anode-effect factor (kg/t) / 1000",
    inputs=("amount", "factor"),
)
def pfc_factor(rows: pl.DataFrame) -> pl.Series:
    """PFC [t] of anode effects 阳极效应 by a factor: amount of aluminium [t], factor [kg gas/t]."""
    return rows["amount"] * rows["factor"] / 1000


@rule(
    "stream.pfc_overvoltage",
    since="2006-01-01",
    source="IPCC 2006 V3 eq. 4.27 (own words)",
    zh="原铝产量 × 过电压系数 × 阳极效应过电压 / (电流效率 × 100) × 气体比例 / 1000",
    en="aluminium × overvoltage coefficient × anode-effect overvoltage / (current efficiency × 100) × share / 1000",
    inputs=("amount", "overvoltage_coefficient", "overvoltage", "current_efficiency", "ratio"),
)
def pfc_overvoltage(rows: pl.DataFrame) -> pl.Series:
    """PFC [t] of anode effects by overvoltage 过电压法: amount [t], overvoltage_coefficient [kg CF4/t per mV],
    overvoltage [mV], current_efficiency as a share (the equation wants percent: done here), ratio to CF4 [kg/kg]."""
    factor = rows["overvoltage_coefficient"] * rows["overvoltage"] / (rows["current_efficiency"] * 100)
    return rows["amount"] * factor * rows["ratio"] / 1000


def _given(rows: pl.DataFrame, name: str) -> pl.Series:
    """A flow that a works need not have; none was given, none is counted."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
