"""What a scope may hold: areas as a tree, firms by name, pinyin or id; for who grants, and no figure."""

from __future__ import annotations

import pytest
import tiny_town as town

from dafeng.app.pages.scoping import scope_areas, scope_enterprises
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed

SECADMIN = Caller("安全员", frozenset({"secadmin"}))


@pytest.fixture(scope="module")
def services():
    return town.town()


def test_areas_stand_as_a_tree_with_their_names(services):
    (city,) = scope_areas(services, SECADMIN)
    assert (city.area_code, city.name) == (town.CITY, "试验市")
    assert [c.area_code for c in city.children] == [town.EAST, town.WEST]


@pytest.mark.parametrize(("typed", "found"), [
    ("钢铁", ["E-1"]), ("dfgt", ["E-1"]), ("gangtie", ["E-1"]), ("e-3", ["E-3"]), ("厂", ["E-1", "E-2", "E-3", "E-4"]),
    ("", []), ("ang", []),
])  # fmt: skip
def test_firms_are_found_by_name_pinyin_and_id(services, typed, found):
    assert [hit.id for hit in scope_enterprises(services, SECADMIN, typed)] == found


def test_no_more_than_asked_for_and_nobody_else(services):
    assert len(scope_enterprises(services, SECADMIN, "厂", 2)) == 2
    for role in ("sysadmin", "auditor", "officer", "public"):
        with pytest.raises(NotAllowed):
            scope_enterprises(services, Caller("他", frozenset({role}), areas=frozenset({town.CITY})), "厂")
