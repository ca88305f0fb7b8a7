"""What values are kept by: the ledger is folded once an entry, a confirmation changes nothing that is computed."""

from __future__ import annotations

import tiny_town as town

from dafeng.app import plans, versions, warming
from dafeng.base.callers import Caller

OFFICER = Caller("官员", frozenset({"officer"}), areas=frozenset({town.CITY}))


def test_a_confirmation_leaves_what_the_plans_say_and_a_correction_does_not():
    services = town.town()
    before = versions.stated(services)
    plans.act(services, OFFICER, "plan#t1", "confirm", "核对")
    assert versions.stated(services) == before
    plans.act(services, OFFICER, "plan#t1", "correct", "数字有误", {"value": 21})
    assert versions.stated(services) != before


def test_what_comes_in_changes_delivered_and_the_ledger_does_not():
    services = town.town()
    before = versions.delivered(services)
    plans.act(services, OFFICER, "plan#t1", "confirm", "核对")
    assert versions.delivered(services) == before
    services.records.put_registry("enterprises", town.firm_rows(("E-9", "新厂", town.EAST, "3120")), "B-2", town.NOW)
    assert versions.delivered(services) != before


def test_the_ledger_is_folded_once_and_knows_the_newest_entry():
    services = town.town()
    first = versions.ledger_now(services)
    assert versions.ledger_now(services) is first
    assert first.get("plan#t1").state == "read"
    standing = plans.act(services, OFFICER, "plan#t1", "confirm", "核对")
    assert standing.state == versions.ledger_now(services).get("plan#t1").state == "confirmed"
    assert first.get("plan#t1").state == "read"  # what was given out does not change under its reader


def test_regions_are_read_again_when_the_areas_change():
    services = town.town()
    first = versions.ledger_located(services)
    assert versions.ledger_located(services) is first
    services.records.put_registry("areas", town.area_rows(), "B-3", town.NOW)
    assert versions.ledger_located(services) is not first


def test_warming_makes_the_first_pages_of_a_programme_that_was_run_and_of_one_that_was_not():
    services = town.run(town.town())
    assert warming.warm(services) > 0
    made = [name for name in services.memory._kept if name]
    assert warming.warm(services) >= 0
    assert len(services.memory._kept) == len(made)  # nothing more is made a second time
    warming.warm(town.empty_town())
