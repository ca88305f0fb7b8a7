"""A power of ten before a unit: the ways people write it lead to the same figure."""

import pytest

from dafeng.base.errors import BadRequest
from dafeng.base.units import factor, known, latin


@pytest.mark.parametrize("spelling", ["万t", "10^4 t", "10^4t", "1e4 t", "10⁴ t", "万吨"])
def test_ten_thousand_tonnes_are_written_in_many_ways(spelling):
    assert factor(spelling, "t") == pytest.approx(1e4)


@pytest.mark.parametrize(
    ("spelling", "to", "times"),
    [
        ("10⁴Nm³", "10^4 Nm3", 1),
        ("亿Nm3", "10^4 Nm3", 1e4),
        ("GJ/10⁴Nm³", "GJ/10^4 Nm3", 1),
        ("tCO2/万kWh", "tCO2/MWh", 0.1),
        ("万tCO2e", "tCO2", 1e4),
        ("百万吨", "t", 1e6),
        ("TWh", "MWh", 1e6),
    ],
)
def test_powers_stand_in_either_part_of_a_unit(spelling, to, times):
    assert factor(spelling, to) == pytest.approx(times)


def test_a_power_without_a_unit_or_before_nonsense_is_unknown():
    assert not known("万")
    assert not known("10^4")
    assert not known("10⁴ furlong")


def test_a_raised_four_is_not_read_as_one_hundred_and_four():
    with pytest.raises(BadRequest):
        factor("104 t", "t")


@pytest.mark.parametrize(("unit", "english"), [("万吉焦", "10^4 GJ"), ("亿Nm3", "10^8 Nm3"), ("万t", "10^4 t")])
def test_a_reader_of_english_sees_the_power(unit, english):
    assert latin(unit) == english
