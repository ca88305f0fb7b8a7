"""Heat of steam by its state 蒸汽热量: from pressure and temperature, or from pressure of saturated and wet steam.

A works that reads a meter, not a steam table, gives pressure (absolute, MPa) and temperature; the enthalpy is computed
by IAPWS-IF97 (account/steam_tables.py). The tables printed in the Chinese rules hold the same formulation rounded, with
misprints (0.5 MPa and 400 °C is 3217.8 in several, 3272.3 is right), so they are not read here.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dafeng.account.steam_tables import enthalpy, saturated_enthalpy
from dafeng.rules.formulas import rule

FEED = 83.74  # kJ/kg, water of 20 °C: what the guides take off the enthalpy of steam
_NDRC = "NDRC enterprise guides 2013-2015, heat of steam above water of 20 °C (own words); IAPWS R7-97(2012)"


@rule("stream.steam_state", since="2013-01-01", source=_NDRC,
      zh="[蒸汽净量 × (焓(压力, 温度) − 83.74)/1000 − 外供热量] × 热力排放因子",
      en="[net steam × (enthalpy(pressure, temperature) − 83.74)/1000 − heat sold] × heat factor",
      inputs=("steam", "pressure", "temperature", "factor"))  # fmt: skip
def steam_state(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of steam by its state: steam [t], pressure [MPa absolute], temperature [°C], factor [tCO2/GJ]; steam_sold
    [t of the same state], sold [GJ], feed [kJ/kg, 83.74] may be given. Null in region 3 (near the critical point)."""
    made = steam_heat(rows, enthalpy(_floats(rows, "pressure"), _floats(rows, "temperature"))) * rows["factor"]
    return alone(rows, made, "bought", "water")


@rule("stream.steam_saturated", since="2013-01-01", source=_NDRC,
      zh="[蒸汽净量 × (饱和焓(压力, 干度) − 83.74)/1000 − 外供热量] × 热力排放因子",
      en="[net steam × (saturated enthalpy(pressure, dryness) − 83.74)/1000 − heat sold] × heat factor",
      inputs=("steam", "pressure", "factor"))  # fmt: skip
def steam_saturated(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t] of saturated or wet steam 饱和、湿蒸汽: as steam_state, without temperature; dryness [0..1], 1 if left
    out."""
    dryness = given(rows, "dryness", 1.0).to_numpy()
    made = steam_heat(rows, saturated_enthalpy(_floats(rows, "pressure"), dryness)) * rows["factor"]
    return alone(rows, made, "bought", "water", "temperature")


@rule("stream.steam_sold", since="2013-01-01", source=_NDRC,
      zh="−[外供蒸汽 × (焓 − 83.74)/1000 + 外供热量] × 热力排放因子",
      en="−[steam sold × (enthalpy − 83.74)/1000 + heat sold] × heat factor",
      inputs=("steam_sold", "enthalpy", "factor"))  # fmt: skip
def steam_sold(rows: pl.DataFrame) -> pl.Series:
    """CO2 [t, negative] of a works that only sells steam 净外供蒸汽: steam_sold [t], enthalpy [kJ/kg], factor
    [tCO2/GJ]; sold [GJ], feed [kJ/kg, 83.74] may be given. Null where steam was bought as well."""
    made = steam_heat(_none_bought(rows), rows["enthalpy"]) * rows["factor"]
    return alone(rows, made, "bought", "water", "steam")


@rule("stream.steam_sold_state", since="2013-01-01", source=_NDRC,
      zh="−[外供蒸汽 × (焓(压力, 温度) − 83.74)/1000 + 外供热量] × 热力排放因子",
      en="−[steam sold × (enthalpy(pressure, temperature) − 83.74)/1000 + heat sold] × heat factor",
      inputs=("steam_sold", "pressure", "temperature", "factor"))  # fmt: skip
def steam_sold_state(rows: pl.DataFrame) -> pl.Series:
    """As steam_sold, by pressure [MPa absolute] and temperature [°C]. Null in region 3."""
    return alone(rows, steam_state(_none_bought(rows)), "steam")


@rule("stream.steam_sold_saturated", since="2013-01-01", source=_NDRC,
      zh="−[外供蒸汽 × (饱和焓(压力, 干度) − 83.74)/1000 + 外供热量] × 热力排放因子",
      en="−[steam sold × (saturated enthalpy(pressure, dryness) − 83.74)/1000 + heat sold] × heat factor",
      inputs=("steam_sold", "pressure", "factor"))  # fmt: skip
def steam_sold_saturated(rows: pl.DataFrame) -> pl.Series:
    """As steam_sold, of saturated or wet steam by pressure [MPa absolute] and dryness [0..1], 1 if left out."""
    return alone(rows, steam_saturated(_none_bought(rows)), "steam")


def _none_bought(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(steam=pl.lit(0.0))


def steam_heat(rows: pl.DataFrame, per_kg: np.ndarray | pl.Series) -> pl.Series:
    """Net heat [GJ] of steam 净购入蒸汽热量 with an enthalpy per row [kJ/kg; NaN becomes missing]."""
    content = pl.Series(per_kg).fill_nan(None)
    net = rows["steam"] - given(rows, "steam_sold")
    return net * (content - given(rows, "feed", FEED)) / 1000 - given(rows, "sold")


def alone(rows: pl.DataFrame, made: pl.Series, *others: str) -> pl.Series:
    """The result, null in rows where another form of heat was given beside it 每行只填一种: it would else be lost."""
    held = [rows[n].fill_null(0.0) != 0 for n in others if n in rows.columns]
    if not held:
        return made
    beside = pl.DataFrame({str(i): h for i, h in enumerate(held)}).select(pl.any_horizontal(pl.all())).to_series()
    return pl.select(pl.when(~beside).then(made)).to_series()


def given(rows: pl.DataFrame, name: str, otherwise: float = 0.0) -> pl.Series:
    """What a works need not state; then this value stands."""
    return rows[name].fill_null(otherwise) if name in rows.columns else pl.repeat(otherwise, rows.height, eager=True)


def _floats(rows: pl.DataFrame, name: str) -> np.ndarray:
    return rows[name].cast(pl.Float64).to_numpy()
