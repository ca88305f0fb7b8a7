"""Coal mines 煤矿: methane and CO2 that escape, are flared or drained; mines that were closed; minerals carbonated."""

from __future__ import annotations

import polars as pl

from dafeng.rules.formulas import rule

_COAL = "NDRC coal guide 2014, GB/T 32151.11 (structure read second hand, own words)"


@rule(
    "stream.mine_methane",
    since="2014-01-01",
    source=_COAL,
    zh="(风排量 + 抽放量 − 火炬销毁量 − 回收利用量) × 甲烷密度",
    en="(ventilation + drainage − flared − used) × methane density",
    inputs=("ventilated", "density"),
)
def mine_methane(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] escaping from underground mines 井工开采: ventilated, drained, flared, used [10^4 Nm3 of pure CH4],
    density [t/10^4 Nm3, 0 °C]. What is not given (drained, flared, used) is none."""
    return (rows["ventilated"] + _balance(rows)) * rows["density"]


@rule(
    "stream.mine_methane_flow",
    since="2014-01-01",
    source=_COAL,
    zh="(平均风排流量 × 工作日 × 1440/10000 + 抽放量 − 火炬销毁量 − 回收利用量) × 甲烷密度",
    en="(mean ventilation flow × days × 1440/10000 + drainage − flared − used) × methane density",
    inputs=("flow", "days", "density"),
)
def mine_methane_flow(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] of a mine without continuous monitoring: flow [Nm3 CH4/min, mean of the period], days worked, the rest as
    stream.mine_methane."""
    return (rows["flow"] * rows["days"] * 1440 / 10_000 + _balance(rows)) * rows["density"]


@rule(
    "stream.gas_volume",
    since="2014-01-01",
    source="volume to mass (own words)",
    zh="气体体积 × 体积浓度 × 密度",
    en="volume × share × density",
    inputs=("volume", "share", "density"),
)
def gas_volume(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] in a volume let out or caught: volume [10^4 Nm3], share of the gas [0..1], density [t/10^4 Nm3]."""
    return rows["volume"] * rows["share"] * rows["density"]


@rule(
    "stream.flare_co2",
    since="2014-01-01",
    source="NDRC coal, oil and gas guides 2014; API Compendium 2021 (own words)",
    zh="火炬气量 × (CH4浓度 × 燃尽率 + CO2浓度) × CO2密度",
    en="gas flared × (CH4 share × burnt + CO2 share) × CO2 density",
    inputs=("volume", "ch4_share", "burnt", "density"),
)
def flare_co2(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a flare 火炬燃烧: volume [10^4 Nm3], ch4_share, burnt, co2_share [0..1; no CO2 where not given],
    density of CO2 [t/10^4 Nm3]: a volume of methane burns to the same volume of CO2."""
    share = rows["ch4_share"] * rows["burnt"] + _given(rows, "co2_share")
    return rows["volume"] * share * rows["density"]


@rule(
    "stream.flare_ch4",
    since="2014-01-01",
    source="NDRC oil and gas guide 2014 (own words)",
    zh="火炬气量 × CH4浓度 × (1 − 燃尽率) × CH4密度",
    en="gas flared × CH4 share × (1 − burnt) × CH4 density",
    inputs=("volume", "ch4_share", "burnt", "density"),
)
def flare_ch4(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] that leaves a flare unburnt 火炬未燃尽: as stream.flare_co2, density of CH4 [t/10^4 Nm3]."""
    return rows["volume"] * rows["ch4_share"] * (1 - rows["burnt"]) * rows["density"]


@rule(
    "stream.mine_gas_content",
    since="2006-01-01",
    source="IPCC 2006 V2 eq. 4.1.3-4.1.5; Kholod et al. 2020 (coefficient, own words)",
    zh="煤炭产量 × 煤层瓦斯含量 × 涌出系数 × 甲烷密度/1000",
    en="coal × gas content of the seam × emission coefficient × methane density / 1000",
    inputs=("amount", "gas_content", "coefficient", "density"),
)
def mine_gas_content(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] by the gas in the seam: amount [t], gas_content [m3 CH4/t], coefficient for strata around [1.3..2],
    density [kg/m3, 20 °C]."""
    return rows["amount"] * rows["gas_content"] * rows["coefficient"] * rows["density"] / 1000


@rule(
    "stream.abandoned_mines",
    since="2006-01-01",
    source="IPCC 2006 V2 eq. 4.1.10 (own words)",
    zh="关闭矿井数 × 高瓦斯比例 × 单井年排放体积 × 甲烷密度/1000",
    en="mines closed × gassy share × volume per mine × methane density / 1000",
    inputs=("mines", "gassy", "volume", "density"),
)
def abandoned_mines(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] of abandoned mines 废弃矿井 of one band: mines, gassy [0..1], volume [m3/mine], density [kg/m3]."""
    return rows["mines"] * rows["gassy"] * rows["volume"] * rows["density"] / 1000


def _balance(rows: pl.DataFrame) -> pl.Series:
    return _given(rows, "drained") - _given(rows, "flared") - _given(rows, "used")


def _given(rows: pl.DataFrame, name: str) -> pl.Series:
    """A flow that a mine need not have; none was given, none is counted."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
