"""The frame: areas, periods and search show a caller what is his, and hint at nothing else."""

from __future__ import annotations

import pytest
from tiny_town import CITY, EAST, EAST_COUNTY, FILLER, OWNER, PUBLIC, WEST, delivered, empty_town, run, town

from dafeng.app.pages.pickers import areas, periods
from dafeng.app.pages.pinyin import spelled
from dafeng.app.pages.searching import search
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed

AUDITOR = Caller("审计员", frozenset({"auditor"}))


@pytest.fixture(scope="module")
def services():
    return run(town(delivered(whole=True)))


def test_areas_are_a_tree_cut_to_the_scope(services):
    (root,) = areas(services, OWNER)
    assert (root.area_code, [c.area_code for c in root.children]) == (CITY, [EAST, WEST])
    assert root.children[0].pinyin == "dongxian dx"
    (own,) = areas(services, EAST_COUNTY)
    assert (own.area_code, own.children) == (EAST, ())
    assert areas(services, FILLER) == []


def test_periods_are_years_with_data_and_the_plans_they_touch(services):
    found = periods(services, OWNER)
    assert found.years == (2022, 2023, 2024)
    assert found.assessed_year == 2024
    assert found.plans == ((2021, 2025),)
    assert found.months == ()  # this town delivers by year
    assert periods(empty_town(), OWNER).years == ()


@pytest.mark.parametrize("q", ["东方钢铁厂", "钢铁", "dongfang", "dfgt", "E-1", "东 方"])
def test_a_firm_is_found_by_name_pinyin_initials_and_id(services, q):
    assert "E-1" in [h.id for h in search(services, OWNER, q) if h.kind == "enterprise"]


def test_the_whole_name_comes_before_a_part_of_another(services):
    assert search(services, OWNER, "东县")[0].kind == "area"
    assert search(services, OWNER, "目标")[0].href == "/targets"


def test_targets_tasks_and_plans_are_found_with_addresses_that_open(services):
    hits = {h.kind: h for h in search(services, OWNER, "节能降碳")}
    assert hits["task"].href == "/tasks/plan%23k1"
    assert search(services, OWNER, "gyfs") == []
    assert any(h.kind == "plan" for h in search(services, OWNER, "碳达峰方案"))
    assert {h.href for h in search(services, OWNER, "固废")} == {"/targets/plan%23t3"}


def test_foreign_firms_and_closed_pages_are_not_even_hinted_at(services):
    assert [h for h in search(services, FILLER, "水泥") if h.kind == "enterprise"] == []
    assert [h.id for h in search(services, FILLER, "厂") if h.kind == "enterprise"] == ["E-1"]
    assert {h.id for h in search(services, EAST_COUNTY, "厂") if h.kind == "enterprise"} == {"E-1", "E-2"}
    assert "/system/audit" not in {h.href for h in search(services, OWNER, "审计")}
    assert search(services, FILLER, "西县") == []


def test_the_limit_holds_and_nothing_is_found_by_nothing(services):
    assert len(search(services, OWNER, "厂", 2)) == 2
    assert search(services, OWNER, " ") == []


def test_who_has_no_desk_is_refused(services):
    for caller in (PUBLIC, AUDITOR):
        for ask in (areas, periods):
            with pytest.raises(NotAllowed):
                ask(services, caller)
        with pytest.raises(NotAllowed):
            search(services, caller, "厂")


def test_pinyin_keeps_latin_letters():
    assert spelled("CO2排放") == "co2paifang co2pf"
