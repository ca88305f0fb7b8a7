"""Enthalpy of water and steam against the verification points of IAPWS-IF97 and the tables printed in a rule."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dafeng.account.steam_tables import enthalpy, saturated_enthalpy, saturation_temperature

PRINTED = json.loads((Path(__file__).parents[2] / "golden" / "steam_tables_2022.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("mpa", "kelvin", "kj_per_kg"),
    [
        (3, 300, 115.331273), (80, 300, 184.142828), (3, 500, 975.542239),  # region 1, table 5
        (0.0035, 300, 2549.91145), (0.0035, 700, 3335.68375), (30, 700, 2631.49474),  # region 2, table 15
    ],
)  # fmt: skip
def test_the_verification_points_of_the_formulation(mpa: float, kelvin: float, kj_per_kg: float) -> None:
    assert float(enthalpy(mpa, kelvin - 273.15)) == pytest.approx(kj_per_kg, rel=1e-8)


@pytest.mark.parametrize(("mpa", "kelvin"), [(0.1, 372.755919), (1, 453.035632), (10, 584.149488)])
def test_the_boiling_temperatures_of_table_36(mpa: float, kelvin: float) -> None:
    assert float(saturation_temperature(mpa)) == pytest.approx(kelvin - 273.15, abs=1e-6)


def test_the_saturated_table_holds_but_for_four_rows_near_the_critical_point() -> None:
    rows = np.array(PRINTED["saturated"]["rows"])
    ours = saturated_enthalpy(rows[:, 0])
    there = ~np.isnan(ours)
    assert there.sum() == (rows[:, 0] <= 16.5).sum()
    assert np.abs(ours - rows[:, 2])[there].max() < 3
    assert np.abs(saturation_temperature(rows[:, 0]) - rows[:, 1]).max() < 0.15


def _cells() -> list[tuple[float, float, float]]:
    return [(float(t), float(p), h) for t, held in PRINTED["superheated"]["rows"].items() for p, h in held.items()]


def test_the_superheated_table_holds_but_for_its_misprints() -> None:
    cells = np.array(_cells())
    ours = enthalpy(cells[:, 1], cells[:, 0])
    off = np.abs(ours - cells[:, 2]) > 2.5 + 0.001 * cells[:, 2]
    wrong = {(t, p) for (t, p, _), o in zip(_cells(), off, strict=True) if o}
    known = {(float(t), float(p)) for t, p in PRINTED["misprints"]["superheated"]}
    assert wrong <= known
    assert {(400.0, 0.5), (100.0, 5.0), (200.0, 30.0)} <= wrong


def test_outside_its_regions_there_is_no_value_rather_than_a_wrong_one() -> None:
    assert np.isnan(enthalpy([30, 0, -1, 1, 101], [400, 100, 100, 801, 100])).all()
    assert np.isnan(saturated_enthalpy([17, 25, 0.0001])).all()
    assert np.isnan(enthalpy([np.nan, 1], [100, np.nan])).all()


def test_water_below_boiling_steam_above_and_wet_steam_between() -> None:
    boiling = float(saturation_temperature(0.8))
    water, steam = enthalpy(0.8, [boiling - 0.01, boiling + 0.01])
    wet = float(saturated_enthalpy(0.8, 0.5))
    assert water < wet < steam
    assert wet == pytest.approx((saturated_enthalpy(0.8, 0) + saturated_enthalpy(0.8, 1)) / 2)
