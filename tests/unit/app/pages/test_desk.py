"""The frame: areas, periods and search show a caller what is his, and hint at nothing else."""

from __future__ import annotations

import re

import pytest
from tiny_town import CITY, EAST, EAST_COUNTY, FILLER, OWNER, PUBLIC, WEST, delivered, empty_town, run, town

from dafeng.app.pages.pickers import areas, periods
from dafeng.app.pages.pinyin import spelled, starts_at_syllable, syllables
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
    assert root.children[0].pinyin == "dong xian"
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


@pytest.mark.parametrize("q", ["ongfang", "fangt", "ang", "an"])
def test_pinyin_begins_with_a_syllable(services, q):
    found = {h.id for h in search(services, OWNER, q) if h.kind == "enterprise"}
    assert ("E-1" in found) == (q == "fangt")


def test_letters_of_a_word_begin_it_and_figures_stand_anywhere(services):
    assert search(services, OWNER, "lans") == []  # the end of "plans"
    assert "/plans" in {h.href for h in search(services, OWNER, "plan")}


def test_hits_stand_by_kind_and_none_crowds_the_others_out(services):
    hits = search(services, OWNER, "厂", 50)
    kinds = [h.kind for h in hits]
    assert kinds == sorted(kinds, key=["page", "area", "enterprise", "target", "task", "plan"].index)


@pytest.mark.parametrize(
    ("typed", "reads"),
    [("gt", 0), ("gangtie", 0), ("gangt", 0), ("gtie", 0), ("tie", 1), ("ang", None), ("gat", 0), ("gangtiex", None)],
)
def test_each_syllable_is_given_whole_or_by_its_beginning(typed, reads):
    assert starts_at_syllable(typed, syllables("钢铁")) == reads


def test_who_has_no_desk_is_refused(services):
    for caller in (PUBLIC, AUDITOR):
        for ask in (areas, periods):
            with pytest.raises(NotAllowed):
                ask(services, caller)
        with pytest.raises(NotAllowed):
            search(services, caller, "厂")


def test_pinyin_keeps_latin_letters():
    assert spelled("CO2排放") == "co2paifang co2pf"


def test_hits_are_told_in_english_beside_the_chinese(services):
    hits = {h.kind: h for h in search(services, OWNER, "厂", 50)} | {h.kind: h for h in search(services, OWNER, "东县")}
    assert (hits["area"].title, hits["area"].title_en) == ("东县", "Dongxian County")
    assert hits["enterprise"].title_en == hits["enterprise"].title  # a proper name stays
    assert "Xixian County" in hits["enterprise"].note_en
    assert not re.search("[\u3400-\u9fff]", hits["enterprise"].note_en)
    target = next(h for h in search(services, OWNER, "固废") if h.kind == "target")
    assert target.title_en
    assert not re.search("[\u3400-\u9fff]", target.title_en + target.note_en)
    assert search(services, OWNER, "dongxian county")[0].kind == "area"  # and found by it
