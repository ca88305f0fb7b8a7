"""Accounts through the ports: a run is named by what it was made of, and shows each caller his own."""

from __future__ import annotations

import polars as pl
import pytest
from fakes import NOW
from tiny_town import (
    CITY,
    EAST,
    EAST_COUNTY,
    FILLER,
    OWNER,
    PUBLIC,
    WEST,
    delivered,
    fact,
    facts,
    firm_rows,
    town,
)

from dafeng.app.accounts.accounting import accounts, compute, scope
from dafeng.app.registries import registry_of
from dafeng.base.errors import NotAllowed, NotFound


def test_the_same_inputs_give_the_same_run():
    assert compute(town(), OWNER).run_id == compute(town(), OWNER).run_id


def test_another_fact_another_place_of_a_firm_and_another_area_are_other_runs():
    services = town()
    ids = [compute(services, OWNER).run_id, compute(town(area=EAST), OWNER).run_id]
    services.records.put_registry("enterprises", firm_rows(("E-1", "东方钢铁厂", WEST, "3120")), "B-9", NOW)
    ids.append(compute(services, OWNER).run_id)
    services.columns.put_facts("B-2", facts([fact("E-1", "energy_used", "coke", 2024, 1.0, "t") | {"batch_id": "B-2"}]))
    ids.append(compute(services, OWNER).run_id)
    assert len(set(ids)) == 4
    assert accounts(services, OWNER).run_id == ids[-1]


def test_the_lines_bear_the_run():
    made = compute(town(), OWNER)
    assert set(made.lines["run_id"]) == {made.run_id}


def test_the_city_is_the_sum_of_its_firms():
    lines = compute(town(delivered(whole=True)), OWNER).lines
    total = lines.filter(item="total", measure="co2_total_t", period="2024")
    firms = total.filter(subject_kind="enterprise")["value"].sum()
    assert total.filter(subject_id=CITY)["value"].item() == pytest.approx(firms)


def test_a_silent_firm_leaves_the_sum_unknown():
    lines = compute(town(), OWNER).lines
    assert lines.filter(item="total", measure="co2_total_t", period="2024", subject_id=CITY)["value"].item() is None


def test_a_county_sees_its_own_lines_and_of_the_others_withheld_sums():
    services = town()
    compute(services, OWNER)
    lines = accounts(services, EAST_COUNTY).lines
    assert set(lines.filter(subject_kind="enterprise")["subject_id"]) == {"E-1", "E-2"}
    own = lines.filter(pl.col("subject_id").is_in([EAST, f"{EAST}|31", "E-1", "E-2"]))
    assert own["value"].null_count() == 0
    others = lines.filter(~pl.col("subject_id").str.split("|").list.first().is_in([EAST, "E-1", "E-2", "31", "33"]))
    assert others.height
    assert set(others["subject_id"]) >= {CITY, WEST}
    assert others.select("value", "partial", "line_id", "expected").null_count().row(0) == (others.height,) * 4


def test_a_filler_sees_the_lines_of_his_works():
    services = town()
    compute(services, OWNER)
    assert set(accounts(services, FILLER).lines["subject_id"]) == {"E-1"}


def test_a_scope_holds_the_sites_of_its_firms():
    registry = registry_of(town())
    assert scope(FILLER, registry) == {"E-1", "S-1"}
    assert scope(EAST_COUNTY, registry) == {EAST, "E-1", "E-2", "S-1"}


def test_who_may_not_see_accounts_is_refused():
    services = town()
    compute(services, OWNER)
    with pytest.raises(NotAllowed):
        accounts(services, PUBLIC)
    with pytest.raises(NotAllowed):
        compute(services, EAST_COUNTY)


@pytest.mark.parametrize("run_id", ["RUN-0", "../../etc"])
def test_a_run_that_never_was_is_not_found(run_id):
    services = town()
    compute(services, OWNER)
    with pytest.raises(NotFound):
        accounts(services, OWNER, run_id)
