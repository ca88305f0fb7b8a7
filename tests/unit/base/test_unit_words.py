"""Units as published tables spell them."""

from __future__ import annotations

import pytest

from dafeng.base.errors import BadRequest
from dafeng.base.stated import stated
from dafeng.base.units import factor, known, latin


@pytest.mark.parametrize(
    ("unit", "to", "times"),
    [
        ("万吨CO2", "tCO2", 1e4), ("10^4 tCO2e", "tCO2", 1e4), ("万吨CO2e", "tCO2", 1e4),
        ("MtCO2eq", "tCO2", 1e6),
        ("kt CO2", "tCO2", 1e3), ("Gg CO2e", "tCO2", 1e3), ("×10^4 t", "t", 1e4), ("10000 t", "t", 1e4),
        ("t/a", "t", 1),
        ("kg CO2e/kWh", "tCO2/MWh", 1), ("gCO2/kWh", "tCO2/MWh", 1e-3),
        ("tCO2/(MW·h)", "tCO2/MWh", 1),
        ("lb CO2/MWh", "tCO2/MWh", 0.00045359237), ("亿kW·h", "MWh", 1e5), ("GPU-hours", "h", 1), ("机时", "h", 1),
        ("kgC/GJ", "tC/GJ", 1e-3), ("TJ/Gg", "GJ/t", 1), ("tCO2e/t clinker", "tCO2/t", 1),
        ("kgCO2/吨水泥", "tCO2/t", 1e-3),
        ("kgCO2e/(t·km)", "kgCO2e/t km", 1), ("吨公里", "t km", 1), ("万吨碳", "tC", 1e4), ("toe", "GJ", 41.868),
        ("万人", "人", 1e4), ("kWh/m2/a", "kWh/m2", 1), ("kg SF6", "t", 1e-3), ("PJ", "GJ", 1e6), ("‰", "1", 1e-3),
    ],
)  # fmt: skip
def test_a_spelling_leads_to_its_unit(unit, to, times):
    assert factor(unit, to) == pytest.approx(times)


@pytest.mark.parametrize("unit", ["ton", "abc", "t/", "/t", "USD", "kWh kWh", "10^4"])
def test_what_is_no_unit_or_says_two_things_stays_unknown(unit):
    assert not known(unit)
    with pytest.raises(BadRequest):
        factor(unit, "t")


def test_carbon_and_its_dioxide_do_not_convert():
    with pytest.raises(BadRequest):
        factor("万吨碳", "tCO2")


def test_a_new_spelling_is_latin_too():
    assert latin("万吨CO2e") == "10^4 tCO2"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("1,200", 1200, None), ("699.66 万吨CO2", 699.66, "万吨CO2"), ("95%", 95, "%"), ("(1,200) t", -1200, "t"),
     ("−3.2e3 GJ", -3200, "GJ"), ("1 200 000", 1.2e6, None), ("-", None, None), ("", None, None)],
)  # fmt: skip
def test_a_written_number(text, value, unit):
    assert stated(text) == (value, unit)


@pytest.mark.parametrize("text", ["1,5", "abc", "1,20,0", ".", "1.2.3"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadRequest):
        stated(text)
