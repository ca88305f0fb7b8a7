"""Clinker, lime, glass, ceramics, metals 矿物与冶金过程."""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule


@rule(
    "stream.clinker_oxides",
    since="2013-01-01",
    source="NDRC cement guide 2013; GB/T 32151.8-2015 (own words)",
    zh="(熟料产量 + 窑头粉尘 + 旁路放风粉尘) × [(CaO − 非碳酸盐CaO) × 44/56 + (MgO − 非碳酸盐MgO) × 44/40]",
    en="(clinker + kiln dust + bypass dust) × [(CaO − non-carbonate) × 44/56 + (MgO − non-carbonate) × 44/40]",
    inputs=("amount", "cao", "mgo"),
)
def clinker_oxides(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of calcination 原料碳酸盐分解: amount of clinker, kiln_dust, bypass_dust [t]; cao, mgo and what of them
    does not come from carbonate (cao_other, mgo_other) as shares; what of dust and the latter is not given is none."""
    mass = rows["amount"] + _given(rows, "kiln_dust") + _given(rows, "bypass_dust")
    cao = rows["cao"] - _given(rows, "cao_other")
    mgo = rows["mgo"] - _given(rows, "mgo_other")
    return mass * (cao * 44 / 56 + mgo * 44 / 40)


@rule(
    "stream.raw_meal_carbon",
    since="2013-01-01",
    source="NDRC cement guide 2013 (own words)",
    zh="生料量 × 非燃料碳含量 × 44/12",
    en="raw meal × non-fuel carbon × 44/12",
    inputs=("amount", "fr0"),
)
def raw_meal_carbon(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of non-fuel carbon in raw meal 生料中非燃料碳煅烧: amount [t], fr0 [0..1]."""
    return rows["amount"] * rows["fr0"] * T_CO2_PER_T_C


@rule(
    "stream.lime_oxides",
    since="2005-01-01",
    source="IPCC 2006 V3 ch2; GHG Protocol lime tool 2.0 (own words)",
    zh="石灰产量 × (CaO含量 × 系数 + MgO含量 × 系数) × (1 − 消石灰比例 × 含水率) × 窑尘修正",
    en="lime × (CaO × ratio + MgO × ratio) × (1 − hydrated share × water) × kiln dust correction",
    inputs=("amount", "cao", "cao_ratio"),
)
def lime_oxides(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of burnt lime 石灰 by its oxides; mgo, hydrated, water, dust are optional (0, 0, 0, 1)."""
    oxides = rows["cao"] * rows["cao_ratio"] + _given(rows, "mgo") * _given(rows, "mgo_ratio")
    dry = 1 - _given(rows, "hydrated") * _given(rows, "water")
    return rows["amount"] * oxides * dry * _given(rows, "dust", 1.0)


@rule(
    "stream.ceramic_body",
    since="2013-01-01",
    source="NDRC ceramics guide 2013 (own words)",
    zh="原料用量 × 利用率 × (CaCO3含量 × 44/100 + MgCO3含量 × 44/84)",
    en="raw material × use rate × (CaCO3 × 44/100 + MgCO3 × 44/84)",
    inputs=("amount", "used", "caco3", "mgco3"),
)
def ceramic_body(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of ceramic raw material 陶瓷原料烧成: amount [t], used, caco3, mgco3 as shares."""
    return rows["amount"] * rows["used"] * (rows["caco3"] * 44 / 100 + rows["mgco3"] * 44 / 84)


@rule(
    "stream.anode",
    since="2013-01-01",
    source="NDRC aluminium guide 2013; GB/T 32151.4-2015 (own words)",
    zh="原铝产量 × 炭阳极净耗 × (1 − 硫分 − 灰分) × 44/12",
    en="aluminium × net anode use × (1 − sulphur − ash) × 44/12",
    inputs=("amount", "anode", "sulphur", "ash"),
)
def anode(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of anodes consumed 炭阳极消耗: amount of liquid aluminium [t], anode [t/t Al], sulphur, ash as shares."""
    return rows["amount"] * rows["anode"] * (1 - rows["sulphur"] - rows["ash"]) * T_CO2_PER_T_C


@rule(
    "stream.pfc_slope",
    since="2006-01-01",
    source="IPCC 2006 V3 eq. 4.26 (own words)",
    zh="原铝产量 × 斜率 × 阳极效应分钟数(每槽日) × 气体比例 / 1000",
    en="aluminium × slope × AE minutes per cell-day × share / 1000",
    inputs=("amount", "slope", "ae_minutes", "ratio"),
)
def pfc_slope(rows: pl.DataFrame) -> pl.Series:
    """PFC [t] of anode effects 阳极效应 by slope: amount [t], slope [kg CF4/t per AE-min/cell-day], ae_minutes, and
    ratio to CF4 [kg/kg; 1 for CF4 itself]."""
    return rows["amount"] * rows["slope"] * rows["ae_minutes"] * rows["ratio"] / 1000


def _given(rows: pl.DataFrame, name: str, otherwise: float = 0.0) -> pl.Series:
    """An input that the rule lets a works leave out; then this value stands, as the rule says."""
    return rows[name].fill_null(otherwise) if name in rows.columns else pl.repeat(otherwise, rows.height, eager=True)
