"""Units: every spelling leads somewhere, there and back is one, and nothing converts to what it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.errors import BadRequest
from dafeng.base.units import SPELLINGS, factor, known

KINDS = (
    ("t", "kg", "万吨", "亿吨", "Mt", "克"),
    ("tce", "kgce", "克标准煤", "万吨标准煤", "万tce", "Mtce", "GJ", "太焦", "kWh", "万千瓦时", "亿kWh", "MWh"),
    ("tCO2", "万吨二氧化碳", "Mt CO2"),
    ("元", "万元", "亿元", "万亿元"),
    ("kW", "万千瓦", "吉瓦"),
    ("平方米", "亩", "公顷"),
)
same_kind = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.sampled_from(kind), st.sampled_from(kind)))


@settings(deadline=None)
@given(same_kind)
def test_there_and_back_is_one(pair):
    one, other = pair
    assert factor(one, other) * factor(other, one) == pytest.approx(1, rel=1e-12)


@settings(deadline=None)
@given(same_kind, same_kind)
def test_a_quotient_converts_as_its_parts_do(top, bottom):
    found = factor(f"{top[0]}/{bottom[0]}", f"{top[1]}/{bottom[1]}")
    assert found == pytest.approx(factor(*top) / factor(*bottom), rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "to", "value"),
    [
        ("tce", "GJ", 29.3076),
        ("万吨标准煤", "tce", 1e4),
        ("亿千瓦时", "MWh", 1e5),
        ("克标准煤/千瓦时", "kgce/kWh", 1e-3),
        ("万元", "元", 1e4),
        ("10^4 Nm3", "标准立方米", 1e4),
        ("吨标准煤/万元", "kgce/元", 0.1),
        ("％", "%", 1),
        ("Ｍｔ", "t", 1e6),
    ],
)
def test_known_factors(unit, to, value):
    assert factor(unit, to) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "to"), [("t", "tCO2"), ("%", "百分点"), ("t", "万元"), ("m3", "标准立方米"), ("kW", "kWh")]
)
def test_what_is_not_of_one_kind_does_not_convert(unit, to):
    with pytest.raises(BadRequest, match="cannot be converted"):
        factor(unit, to)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_leads_to_a_unit(spelling):
    assert known(spelling)
    assert factor(spelling, spelling) == pytest.approx(1)


@pytest.mark.parametrize("unit", ["石", "吨吨", "t//万元", "__import__('os')", "t;kg", "1e4"])
def test_an_unknown_unit_is_refused_with_a_way_out(unit):
    assert not known(unit)
    with pytest.raises(BadRequest) as refused:
        factor(unit, "t")
    assert refused.value.mend
