"""Evaluation through the ports: which years, which states, by whom they may be seen, and what changed since."""

from __future__ import annotations

import polars as pl
import pytest
from tiny_town import (
    EAST,
    EAST_COUNTY,
    FILLER,
    NOBODY,
    OWNER,
    PUBLIC,
    WEST,
    delivered,
    empty_town,
    fact,
    run,
    town,
)

from dafeng.app import assessing, plans
from dafeng.app.accounts import accounting
from dafeng.app.assessing import assessed_year, states_by, states_of, values_of, years_with_data
from dafeng.base.errors import BadRequest, NotAllowed, NotFound


def states(services, caller=OWNER) -> dict[str, str]:
    return dict(states_of(services, caller).select("target_id", "state").iter_rows())


def test_each_target_gets_its_state_and_facts_are_left_out():
    services = run(town(delivered(whole=True)))
    assert states(services) == {
        "plan#t1": "behind",  # 10 % of 20 % in two of three years
        "plan#t2": "on_track",  # falling for two years, which is too short to claim the peak
        "plan#t3": "not_assessed",
        "plan#t4": "not_assessed",
    }


def test_both_languages_say_why():
    rows = states_of(run(town()), OWNER)
    assert rows["reason_zh"].null_count() == rows["reason_en"].null_count() == 0
    assert all(words.isascii() or "tce" in words for words in rows["reason_en"])


def test_years_are_those_that_have_passed_and_have_a_value():
    rows = [*delivered(), fact("E-1", "energy_used", "bituminous", 2025, 5.0, "t"),
            fact("E-1", "energy_used", "bituminous", 2019, None, "t")]  # fmt: skip
    assert years_with_data(town(rows)) == (2022, 2023, 2024)
    assert years_with_data(town(rows, years=(2023, 2030))) == (2023, 2024)


def test_another_year_can_be_judged_and_is_remembered():
    services = run(town(), 2023)
    assert assessed_year(services) == 2023
    assert max(states_of(services, OWNER)["period"]) == "2023"


@pytest.mark.parametrize("year", [2021, 2025, 1, 99999])
def test_a_year_outside_is_refused(year):
    services = town()
    accounting.compute(services, OWNER)
    with pytest.raises(BadRequest, match="cannot be assessed"):
        assessing.assess(services, OWNER, year)


def test_without_data_every_target_says_what_it_wants():
    services = run(town(rows=[]))
    assert set(states(services).values()) == {"not_assessed"}
    assert assessed_year(services) == 2024


def test_without_a_plan_there_are_no_states():
    assert states_of(run(empty_town()), OWNER).is_empty()


def test_before_the_first_run_nothing_is_there_and_it_says_so():
    with pytest.raises(NotFound, match="nothing has been accounted"):
        states_of(town(), OWNER)
    services = town()
    accounting.compute(services, OWNER)
    with pytest.raises(NotFound, match="not been evaluated"):
        states_of(services, OWNER)


@pytest.mark.parametrize("by", ["department", "sector", "county"])
def test_the_parts_of_a_count_add_up_to_its_targets(by):
    rows = states_by(run(town()), OWNER, by)
    assert rows.height
    parts = rows.select(pl.sum_horizontal("reached", "on_track", "behind", "off_track", "not_assessed"))
    assert parts.to_series().to_list() == rows["targets"].to_list()


def test_a_target_rejected_since_counts_nowhere():
    services = run(town())
    before = {by: states_by(services, OWNER, by)["targets"].sum() for by in ("department", "sector", "county")}
    plans.act(services, OWNER, "plan#t1", "reject", "重复")
    after = {by: states_by(services, OWNER, by)["targets"].sum() for by in before}
    assert after == {"department": before["department"] - 2, "sector": before["sector"] - 1,
                     "county": before["county"] - 2}  # fmt: skip


def test_a_county_sees_its_own_states_and_values_and_no_others():
    services = run(town())
    assert states(services, EAST_COUNTY) == {}
    assert states_by(services, EAST_COUNTY, "county")["area_code"].to_list() == [EAST]
    assert set(values_of(services, EAST_COUNTY)["subject_id"].str.head(6)) == {EAST}
    assert set(states_by(services, OWNER, "county")["area_code"]) == {EAST, WEST}


def test_a_filler_sees_no_area_at_all():
    services = run(town())
    assert states_of(services, FILLER).is_empty()
    assert values_of(services, FILLER).is_empty()


@pytest.mark.parametrize("look", [states_of, values_of, lambda s, c: states_by(s, c, "sector")])
@pytest.mark.parametrize("caller", [PUBLIC, NOBODY])
def test_who_has_no_role_for_it_sees_no_progress(look, caller):
    services = run(town())
    with pytest.raises(NotAllowed):
        look(services, caller)


def test_assessing_needs_the_whole_programme():
    services = town()
    accounting.compute(services, OWNER)
    for caller in (EAST_COUNTY, FILLER, PUBLIC):
        with pytest.raises(NotAllowed):
            assessing.assess(services, caller)
