"""The units that the calculator offers: each converts as the portal shows it while one types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dafeng.base.units import factor
from dafeng.rules.methods import packaged_methods

TABLE = Path(__file__).parents[3] / "web" / "src" / "features" / "methods" / "units.json"
PAIRS = [(own, unit, f) for own, held in json.loads(TABLE.read_text()).items() for unit, f in held.items()]


@pytest.mark.parametrize(("own", "unit", "expected"), PAIRS, ids=lambda x: str(x))
def test_a_unit_of_the_calculator_converts_by_the_factor_it_shows(own: str, unit: str, expected: float) -> None:
    assert factor(unit, own) == pytest.approx(expected, rel=1e-9)


def test_the_commonest_units_of_methods_have_a_choice() -> None:
    taken = [i.unit for m in packaged_methods().held.values() for s in m.streams.values() for i in s.inputs.values()]
    offered = {own for own, _, _ in PAIRS}
    for unit in ("t", "GJ", "MWh", "1", "tCO2/MWh", "tC/GJ", "GJ/t", "10^4 Nm3"):
        assert unit in taken
        assert unit in offered
