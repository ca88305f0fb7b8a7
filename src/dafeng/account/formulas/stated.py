"""Terms as a works states them 直接给出的量: emissions already computed elsewhere, and net flows already netted."""

from __future__ import annotations

import polars as pl

from dafeng.rules.formulas import rule

_STATED = "published or verified accounts taken term by term (no rule of its own)"


@rule(
    "stream.given",
    since="2000-01-01",
    source=_STATED,
    zh="引用已公布或已核查的排放量（给出值，非推算）",
    en="emissions as published or verified: given, not derived",
    inputs=("emissions",),
)
def given(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a term that was computed elsewhere 已给出的排放量: emissions [t CO2e], as it stands there."""
    return rows["emissions"]


@rule(
    "stream.electricity_net",
    since="2013-01-01",
    source="NDRC enterprise guides 2013-2015, net purchased electricity (own words)",
    zh="净购入电量 × 电力排放因子（净外供为负）",
    en="net electricity bought × grid factor (a net exporter's is negative)",
    inputs=("net", "factor"),
)
def electricity_net(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of net electricity 净购入电量 as stated: net [MWh, negative for a net exporter], factor [tCO2/MWh]."""
    return rows["net"] * rows["factor"]


@rule(
    "stream.certified",
    since="2013-01-01",
    source="GHG Protocol Scope 2 Guidance 2015 ch. 6 (own words): certified power counts 0 by the market-based method",
    zh="绿电绿证电量 × 电力排放因子（按市场法扣除）",
    en="certified electricity × grid factor (taken off by the market-based method)",
    inputs=("certified", "factor"),
)
def certified(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] that certified power 绿电 takes off by the market-based method: certified [MWh], factor [tCO2/MWh]."""
    return rows["certified"] * rows["factor"]


@rule(
    "stream.heat_net",
    since="2013-01-01",
    source="NDRC enterprise guides 2013-2015, net purchased heat (own words)",
    zh="净购入热量 × 热力排放因子（净外供为负）",
    en="net heat bought × heat factor (a net exporter's is negative)",
    inputs=("net", "factor"),
)
def heat_net(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of net heat 净购入热量 as stated: net [GJ, negative for a net exporter], factor [tCO2/GJ]."""
    return rows["net"] * rows["factor"]


@rule(
    "stream.heat_sold",
    since="2013-01-01",
    source="NDRC enterprise guides 2013-2015, net purchased heat (own words)",
    zh="− 外供热量 × 热力排放因子",
    en="− heat sold × heat factor",
    inputs=("sold", "factor"),
)
def heat_sold(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of a works that only sells heat (negative): sold [GJ], factor [tCO2/GJ]. Null where steam or hot water
    was bought or steam sold as well: then sold is a part of that row, which its own formula must carry."""
    made = -rows["sold"] * rows["factor"]
    nothing = pl.repeat(None, rows.height, dtype=pl.Float64, eager=True)
    for name in ("steam", "steam_sold", "water"):
        if name in rows.columns:
            made = made.zip_with(rows[name].is_null(), nothing)
    return made
