"""Waste water and waste burnt 废水与废弃物."""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.rules.formulas import rule


@rule(
    "stream.waste_water",
    since="2006-01-01",
    source="IPCC 2006 V5 ch6; NDRC paper, food, textile guides (own words)",
    zh="[(废水量 × (进水COD − 出水COD)/1000 − 污泥去除COD) × Bo × MCF − 甲烷回收]",
    en="(water × (COD in − COD out)/1000 − COD in sludge) × Bo × MCF − methane recovered",
    inputs=("water", "cod_in", "cod_out", "bo", "mcf"),
)
def waste_water(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] of anaerobic treatment 废水厌氧处理: water [m3], cod_in, cod_out [kg/m3], sludge [t COD], bo [kg/kg],
    mcf, recovered [t CH4]."""
    load = rows["water"] * (rows["cod_in"] - rows["cod_out"]) / 1000 - _given(rows, "sludge")
    return load * rows["bo"] * rows["mcf"] - _given(rows, "recovered")


@rule(
    "stream.waste_water_load",
    since="2006-01-01",
    source="IPCC 2006 V5 ch6; NDRC paper, food, textile guides (own words)",
    zh="(厌氧去除的COD − 污泥去除COD) × Bo × MCF − 甲烷回收",
    en="(COD removed anaerobically − COD in sludge) × Bo × MCF − methane recovered",
    inputs=("cod_removed", "bo", "mcf"),
)
def waste_water_load(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] where the COD removed is known as a mass 厌氧去除的COD [t]; the rest as in waste_water."""
    load = rows["cod_removed"] - _given(rows, "sludge")
    return load * rows["bo"] * rows["mcf"] - _given(rows, "recovered")


@rule(
    "stream.methane_recovered",
    since="2015-01-01",
    source="NDRC other-industry and food guides 2015 (own words)",
    zh="气体体积 × 甲烷浓度 × 甲烷密度 × 销毁或氧化率",
    en="volume × methane share × density × share destroyed",
    inputs=("volume", "share", "density", "efficiency"),
)
def methane_recovered(rows: pl.DataFrame) -> pl.Series:
    """CH4 [t] recovered or destroyed 甲烷回收与销毁: volume [10^4 Nm3], share, density [t/10^4 Nm3], efficiency."""
    return rows["volume"] * rows["share"] * rows["density"] * rows["efficiency"]


@rule(
    "stream.waste_burnt",
    since="2006-01-01",
    source="IPCC 2006 V5 eq. 5.1; provincial inventory guides (own words)",
    zh="焚烧量 × 含碳比例 × 化石碳比例 × 燃烧效率 × 44/12",
    en="waste × carbon × fossil share × efficiency × 44/12",
    inputs=("amount", "carbon", "fossil_share", "efficiency"),
)
def waste_burnt(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of the fossil part of waste burnt 废弃物焚烧: amount [t], the rest as shares."""
    return rows["amount"] * rows["carbon"] * rows["fossil_share"] * rows["efficiency"] * T_CO2_PER_T_C


def _given(rows: pl.DataFrame, name: str) -> pl.Series:
    """What a works need not have; none was given, none is taken off."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
