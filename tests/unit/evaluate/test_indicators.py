"""The indicator library: what every definition must have, and what is refused."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from dafeng.base.errors import NotFound, RuleConflict, RuleNotInForce, RuleUnknown
from dafeng.base.provenance import STATUSES
from dafeng.base.units import known
from dafeng.evaluate.indicators import build_library, indicator_library

LIBRARY = indicator_library()
ONE = {
    "id": "x",
    "zh": "甲",
    "en": "x",
    "unit": "%",
    "direction": "higher",
    "kind": "share",
    "adds_up": "none",
    "source": "plan demo",
    "wants": ["乙"],
}


def test_the_library_covers_more_than_sixty_indicators():
    assert len(LIBRARY.indicators) >= 60


@pytest.mark.parametrize("indicator", LIBRARY.indicators.values(), ids=lambda i: i.id)
def test_each_definition_is_whole(indicator):
    assert indicator.zh
    assert indicator.en
    assert indicator.source.split()[0] in ("plan", "standard")
    assert known(indicator.unit) or indicator.unit in LIBRARY.plain_units
    assert indicator.formulas or indicator.wants
    ids = [f.id for f in indicator.formulas]
    assert len(ids) == len(set(ids))


def test_no_name_leads_to_two_indicators():
    owners: dict[str, set[str]] = {}
    for indicator in LIBRARY.indicators.values():
        for name in indicator.names:
            owners.setdefault(name, set()).add(indicator.id)
    assert {n: o for n, o in owners.items() if len(o) > 1} == {}


@pytest.mark.parametrize("name", sorted(LIBRARY.parameters))
def test_each_parameter_is_dated_sourced_and_in_force(name):
    parameter = LIBRARY.parameters[name]
    assert all(v.status in STATUSES and v.source for v in parameter.values)
    assert LIBRARY.parameter(name, date(2023, 12, 31)) in parameter.values


def test_a_parameter_has_no_value_before_its_first():
    with pytest.raises(RuleNotInForce):
        LIBRARY.parameter("peak.confirm_years", date(1989, 12, 31))


def test_the_value_in_force_on_the_day_is_used():
    assert LIBRARY.number("progress.default_baseline_year", date(2020, 12, 31)) == 2015
    assert LIBRARY.number("progress.default_baseline_year", date(2021, 1, 1)) == 2020


def test_a_region_may_be_stricter_than_the_nation():
    day = date(2023, 12, 31)
    assert LIBRARY.benchmark("clinker", "140700", day).baseline == 117
    assert LIBRARY.benchmark("clinker", "370100", day).baseline == 109


def test_no_benchmark_before_it_was_in_force():
    assert LIBRARY.benchmark("clinker", "140700", date(2021, 12, 31)) is None


def test_an_unknown_indicator_is_an_error():
    with pytest.raises(NotFound):
        LIBRARY.indicator("no_such")


def test_an_id_may_stand_only_once():
    with pytest.raises(RuleConflict, match="x"):
        build_library([{"indicators": [ONE, ONE]}])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"unit": "斛"}, "unit"),
        ({"wants": []}, "neither"),
        ({"change_indicator": "y"}, "change_indicator"),
        ({"formulas": [{"id": "a", "op": "value", "top": {"of": "fact", "measure": "m"}}]}, "measure"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(change, word):
    with pytest.raises(RuleUnknown, match=word):
        build_library([{"indicators": [{**ONE, **change}]}])


def test_an_unknown_key_is_refused():
    with pytest.raises(msgspec.ValidationError):
        build_library([{"indicators": [{**ONE, "colour": "red"}]}])
