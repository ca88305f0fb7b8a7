"""Gases of workshops 车间用气: shielding gas by its mixture, filling of equipment, etching from a stock balance."""

from __future__ import annotations

import polars as pl

from dafeng.rules.formulas import rule

# molar mass [g/mol] of what a shielding gas is mixed of; volume shares by these names
SHIELDING = {"co2": 44.0, "ar": 39.948, "o2": 31.998, "he": 4.0026, "n2": 28.014, "h2": 2.016}
_MACHINERY = "NDRC machinery guide 2015, restated in public code (own words)"


@rule("stream.shielding_mixture", since="2015-01-01", source=_MACHINERY + ": CO2-shielded welding",
      zh="保护气净耗 × CO2体积分数 × 44 / Σ(各组分体积分数 × 摩尔质量)",
      en="gas used × CO2 share × 44 / Σ(volume share × molar mass)", inputs=("amount", "co2"))  # fmt: skip
def shielding_mixture(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of shielding gas 二氧化碳气体保护焊: amount [t], volume shares co2, ar, o2, he, n2, h2 (they need not
    add to one: the mass share is taken). A component not named is not in the gas."""
    return rows["amount"] * _mass_share(rows)


@rule("stream.shielding_stock", since="2015-01-01", source=_MACHINERY + ": net use from stocks",
      zh="(期初库存 + 购入 − 期末库存 − 售出) × CO2体积分数 × 44 / Σ(各组分体积分数 × 摩尔质量)",
      en="(opening + bought − closing − sold) × CO2 share × 44 / Σ(volume share × molar mass)",
      inputs=("opening", "bought", "closing", "co2"))  # fmt: skip
def shielding_stock(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of shielding gas from a stock balance: opening, bought, closing, sold [t], and the volume shares."""
    return _net(rows) * _mass_share(rows)


@rule("stream.gas_balance_connections", since="2015-01-01", source=_MACHINERY + ": leaks where hoses are joined",
      zh="期初库存 + 购入 − 期末库存 − 售出 − (充入量 − 充入次数 × 0.342 × 摩尔质量/10^6)",
      en="opening + bought − closing − sold − (charged − times × 0.342 × molar mass/10^6)",
      inputs=("opening", "bought", "closing", "filled", "times", "molar_mass", "per_time"))  # fmt: skip
def gas_balance_connections(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] lost in filling, where the amount filled was weighed at the container: what leaked at the joints did not
    reach the equipment. opening, bought, closing, sold, filled [t], times, per_time [mol], molar_mass [g/mol]."""
    leaked = rows["times"] * rows["per_time"] * rows["molar_mass"] / 1e6
    return _net(rows) - (rows["filled"] - leaked)


@rule("stream.etch_stock", since="2015-01-01", source="NDRC electronics guide 2015: gas used, from stocks (own words)",
      zh="(1 − 容器残余) × (期初 + 购入 − 期末 − 售出) × (1 − 利用率) × (1 − 收集率 × 去除率)",
      en="(1 − heel) × (opening + bought − closing − sold) × (1 − utilisation) × (1 − share treated × removed)",
      inputs=("opening", "bought", "closing", "heel", "utilised"))  # fmt: skip
def etch_stock(rows: pl.DataFrame) -> pl.Series:
    """Gas [t] let out of etching and CVD 刻蚀与CVD, the use taken from stocks: opening, bought, closing, sold [t],
    heel, utilised, treated, removed as shares."""
    left = 1 - _given(rows, "treated") * _given(rows, "removed")
    return (1 - rows["heel"]) * _net(rows) * (1 - rows["utilised"]) * left


def _net(rows: pl.DataFrame) -> pl.Series:
    return rows["opening"] + rows["bought"] - rows["closing"] - _given(rows, "sold")


def _mass_share(rows: pl.DataFrame) -> pl.Series:
    """The share of CO2 in the mass of the mixture, from the volume shares."""
    mass = sum((_given(rows, n) * m for n, m in SHIELDING.items()), start=pl.repeat(0.0, rows.height, eager=True))
    return rows["co2"] * SHIELDING["co2"] / mass


def _given(rows: pl.DataFrame, name: str) -> pl.Series:
    """What a works need not have; none was given, none is counted."""
    return rows[name].fill_null(0.0) if name in rows.columns else pl.repeat(0.0, rows.height, eager=True)
