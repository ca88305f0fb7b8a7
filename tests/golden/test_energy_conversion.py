"""Standard coal 折标准煤 of fuels against the round kilocalories they were printed from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dafeng.base.units import GJ_PER_TCE
from dafeng.rules.rulebook import packaged_rulebook

CASE: dict[str, Any] = json.loads((Path(__file__).parent / "energy" / "gbt2589_kcal.json").read_text("utf-8"))
KJ_PER_KCAL_2008, KJ_PER_KCAL_2020, KCAL_PER_KGCE = 4.1816, 4.1868, 7000


@pytest.mark.parametrize("row", CASE["rows"], ids=lambda row: row[0])
def test_the_rulebook_s_coefficient_is_the_printed_one(row: list[Any]) -> None:
    item, ncv_2008, ncv_2020, kgce = row
    held = packaged_rulebook().parameter(f"gbt2589.{item}.tce").on(date(2023, 1, 1))
    assert held.value == pytest.approx(kgce, abs=CASE["tolerance"]["kgce"])
    kcal = round(ncv_2008 / KJ_PER_KCAL_2008, -1)
    assert kcal * KJ_PER_KCAL_2020 == pytest.approx(ncv_2020, abs=CASE["tolerance"]["ncv"])
    assert kcal / KCAL_PER_KGCE == pytest.approx(kgce, abs=CASE["tolerance"]["kgce"])


def test_a_coefficient_across_editions_is_not_the_printed_one() -> None:
    _item, ncv_2008, ncv_2020, kgce = CASE["rows"][0]
    assert abs(ncv_2008 / 1000 / GJ_PER_TCE - kgce) > CASE["tolerance"]["kgce"]
    assert ncv_2020 / 1000 / GJ_PER_TCE == pytest.approx(kgce, abs=CASE["tolerance"]["kgce"])
