"""Carbon balances and plain factors 碳平衡与因子法: what goes in, less what goes out, has left as CO2."""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule


@rule(
    "stream.factor",
    since="2005-01-01",
    source="factor method, IPCC 2006 and NDRC guides (own words)",
    zh="活动水平 × 排放因子",
    en="activity × factor",
    inputs=("amount", "factor"),
)
def factor(rows: pl.DataFrame) -> pl.Series:
    """Gas [t]: amount [t …] × factor [t gas per that]."""
    return rows["amount"] * rows["factor"]


@rule(
    "stream.pure_factor",
    since="2013-01-01",
    source="NDRC guides: carbonates, acids (own words)",
    zh="用量 × 纯度 × 排放因子",
    en="amount × purity × factor",
    inputs=("amount", "factor", "purity"),
)
def pure_factor(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of what decomposes: amount [t], purity [0..1], factor [tCO2 per t pure]."""
    return rows["amount"] * rows["purity"] * rows["factor"]


@rule(
    "stream.pure_converted_factor",
    since="2013-01-01",
    source="NDRC power, glass and mining guides (own words)",
    zh="用量 × 纯度 × 排放因子 × 转化率",
    en="amount × purity × factor × share converted",
    inputs=("amount", "factor", "purity", "converted"),
)
def pure_converted_factor(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] where only a share decomposes 转化率 (calcined fraction, desulphurisation)."""
    return rows["amount"] * rows["purity"] * rows["factor"] * rows["converted"]


@rule(
    "stream.carbon",
    since="2013-01-01",
    source="carbon balance: NDRC chemicals, coking, steel guides (own words)",
    zh="数量 × 含碳量 × 44/12(输入为正,输出为负)",
    en="amount × carbon content × 44/12 (in positive, out negative)",
    inputs=("amount", "carbon"),
)
def carbon(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] that one term of a carbon balance 碳平衡 stands for: amount [t or 10^4 Nm3], carbon [tC per that]; the
    item's sign says whether it goes in or out."""
    return rows["amount"] * rows["carbon"] * T_CO2_PER_T_C


@rule(
    "stream.co2_recovered",
    since="2013-01-01",
    source="NDRC chemicals, petrochemicals guides (own words)",
    zh="回收气体积 × CO2体积浓度 × CO2密度",
    en="volume recovered × CO2 share × density",
    inputs=("volume", "purity", "density"),
)
def co2_recovered(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] caught and given out 二氧化碳回收利用: volume [10^4 Nm3], purity [0..1], density [t/10^4 Nm3]."""
    return rows["volume"] * rows["purity"] * rows["density"]
