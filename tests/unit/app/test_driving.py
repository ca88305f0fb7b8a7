"""Why emissions changed: the parts add up, missing firms are told and not counted as zero."""

from __future__ import annotations

import pytest
from tiny_town import OWNER, delivered, town

from dafeng.app.accounts.accounting import compute
from dafeng.app.driving import drivers_of, explain_driver, node_id
from dafeng.app.registries import registry_of


def drivers(services, year: int = 2024):
    lines = compute(services, OWNER).lines
    return drivers_of(lines, services.columns.facts(), registry_of(services), services, year)


def test_effects_industries_and_counties_each_add_up_to_the_change():
    made = drivers(town(delivered(whole=True)))
    change = made.last_t - made.first_t
    assert change < 0
    for parts in (made.parts, made.by_industry, made.by_county):
        assert sum(d.value_t for d in parts) == pytest.approx(change)


def test_the_largest_part_comes_first():
    made = drivers(town(delivered(whole=True)))
    sizes = [abs(d.value_t) for d in made.by_industry]
    assert sizes == sorted(sizes, reverse=True)
    assert made.by_industry[0].name == "纺织业"


def test_every_part_and_the_whole_have_ids_of_their_own_that_explain_them():
    made = drivers(town(delivered(whole=True)))
    every = (*made.parts, *made.by_industry, *made.by_county)
    assert len({d.node for d in every} | {made.node}) == len(every) + 1
    for driver in every:
        assert explain_driver(made, driver.node, ()).value == driver.value_t
    assert explain_driver(made, made.node, ()).value == pytest.approx(made.last_t - made.first_t)
    assert explain_driver(made, node_id(1999, 2024, "intensity"), ()) is None


def test_a_firm_silent_in_one_year_is_left_out_of_both_and_said_to_be_unknown():
    made = drivers(town())
    assert "纺织业" not in {d.name for d in made.by_industry}
    assert "1家企业有一年数据不全" in made.note
    assert "2024年未知" in made.note


def test_with_one_year_or_no_value_added_there_is_no_decomposition():
    assert drivers(town(), 2022) is None
    assert drivers(town([r for r in delivered() if r["measure"] != "value_added_constant"])) is None
    assert drivers(town(rows=[])) is None


def test_a_part_is_as_sure_as_the_area_of_its_year():
    assert drivers(town(delivered(whole=True))).status in ("transcribed", "recalled", "trial")
