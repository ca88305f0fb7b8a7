"""The target tree and the page of a target: counts that add up, paths, other levels, and who may see what."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from nodes import nodes_of
from tiny_town import CITY, EAST, EAST_COUNTY, FILLER, NOW, OWNER, PUBLIC, WEST, delivered, run, target, town

from dafeng.app.explaining import explain
from dafeng.app.pages import goal_tasks
from dafeng.app.pages.goal_page import target_page
from dafeng.app.pages.goal_tree import target_tree
from dafeng.app.pages.goal_why import _still_to_go
from dafeng.app.pages.known import known
from dafeng.app.pages.results import county_state_rows, target_rows
from dafeng.app.pages.shapes import Words
from dafeng.app.plans import act
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed, NotFound
from dafeng.plan.ledger import View
from dafeng.plan.records import Document, Task
from dafeng.plan.reread import reading_entries

ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({CITY}))
UPPER = Document(doc="upper", title="试验省方案", admin_level="province", region="试验省")


@pytest.fixture(scope="module")
def services():
    made = town(delivered(whole=True))
    above = target(
        1, "规模以上工业单位增加值能耗", comparator="reduce_by", value=18, unit="%", baseline_year=2022,
        target_year=2025, region="试验省", doc="upper", id="upper#t1",
    )  # fmt: skip
    made.records.append_entries(reading_entries(View(), [UPPER, above], NOW, "upper.txt"))
    return run(made)


def _leaves(node):
    return [node] if node.kind == "target" else [leaf for child in node.children for leaf in _leaves(child)]


def test_the_tree_holds_every_goal_once_and_its_counts_add_up(services):
    tree = target_tree(services, OWNER)
    leaves = _leaves(tree)
    assert sorted(x.target_id for x in leaves) == [
        "plan#t1",
        "plan#t2",
        "plan#t3",
        "plan#t4",
        "plan#t5",
        "upper#t1",
    ]
    excluded = {x.target_id: x.excluded for x in leaves if x.excluded}
    assert set(excluded) == {"plan#t5"}  # a fact: in the tree with its reason, in no count of states
    assert excluded["plan#t5"].zh == "不作评价:已取得的进展,不是目标"
    assert sum(tree.counts.values()) == sum(x.state is not None for x in leaves) == 4
    for node in (tree, *tree.children):
        assert sum(node.counts.values()) == sum(x.state is not None for x in _leaves(node))


def test_the_tree_goes_area_sector_indicator_target(services):
    tree = target_tree(services, OWNER)
    sector = next(c for c in tree.children if c.kind == "sector")
    assert (sector.name.zh, sector.children[0].kind, sector.children[0].children[0].kind) == (
        "工业",
        "indicator",
        "target",
    )
    assert next(c for c in tree.children if c.kind == "area").name.zh == "试验省"


def test_a_county_sees_the_programmes_targets_held_against_itself(services):
    leaves = _leaves(target_tree(services, OWNER, EAST))
    assert leaves
    held = {r["target_id"]: r["state"] for r in county_state_rows(services, OWNER, EAST).iter_rows(named=True)}
    assert {x.target_id: x.state for x in leaves} == held


def test_another_year_has_targets_without_states(services):
    tree = target_tree(services, OWNER, None, 2023)
    assert tree.counts == {}
    assert all(x.state is None for x in _leaves(tree))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("caller", [OWNER, EAST_COUNTY])
def test_every_number_of_a_target_opens_its_explanation(services, caller, number):
    ids = nodes_of(target_page(services, caller, f"plan#t{number}"))
    assert f"plan#t{number}" in ids
    for node in ids:
        explain(services, caller, node)  # a target's own id answers with its state where it has one


def test_required_path_runs_from_the_baseline_to_the_target(services):
    page = target_page(services, OWNER, "plan#t1")
    lines = {s.kind: [(p.period, p.value) for p in s.points] for s in page.series}
    start = page.baseline.value
    assert lines["required"][0] == ("2022", pytest.approx(start))
    assert lines["required"][-1] == lines["target"][0] == ("2025", pytest.approx(0.8 * start))
    assert [y for y, _ in lines["actual"]] == ["2022", "2023", "2024"]
    assert page.light.actual.value == pytest.approx(lines["actual"][-1][1])


def test_levels_above_and_the_task_that_holds_it_are_related(services):
    related = {r.kind: r for r in target_page(services, OWNER, "plan#t1").related}
    assert related["upper"].id == "upper#t1"
    assert related["upper"].region == "试验省"
    assert related["task"].name.zh == "节能降碳"
    assert "市工信局" in related["task"].value
    assert {r.kind: r.id for r in target_page(services, OWNER, "upper#t1").related}["lower"] == "plan#t1"


def test_a_target_behind_names_the_counties_farthest_from_it(services):
    page = target_page(services, OWNER, "plan#t1")
    assert page.light.state in ("behind", "off_track")
    named = [w.zh for w, _ in page.causes]
    assert set(named) <= {"东县", "西县"}
    assert named
    assert named[0] in page.sentence.zh
    assert page.causes[0][0].en in page.sentence.en


def test_a_total_names_the_sectors_that_moved_it(services):
    page = target_page(services, OWNER, "plan#t2")
    assert page.causes
    assert page.causes[0][1].unit == "tCO2"


def test_a_goal_without_a_figure_has_none_and_says_so(services):
    page = target_page(services, OWNER, "plan#t4")
    assert page.target.value is None
    assert page.target.missing.zh == "定性目标,没有数值"
    assert page.light.state == "not_assessed"


def test_counties_come_with_the_most_troubled_first_and_only_those_in_sight(services):
    assert {x.name.zh for x in target_page(services, OWNER, "plan#t1").counties} == {"东县", "西县"}
    assert {x.name.zh for x in target_page(services, EAST_COUNTY, "plan#t1").counties} == {"东县"}


def test_a_county_reads_its_own_state_and_path_and_not_the_citys(services):
    city, page = target_page(services, OWNER, "plan#t1"), target_page(services, EAST_COUNTY, "plan#t1")
    held = next(x for x in city.counties if x.name.zh == "东县")
    assert page.light.node == held.node == f"S-plan#t1-{EAST}-2024"
    assert (page.light.state, page.light.actual.value) == (held.state, held.actual.value)
    assert page.light.node != city.light.node
    kinds = {s.kind: s for s in page.series}
    assert kinds["actual"].points[-1].value == pytest.approx(held.actual.value)
    assert kinds["required"].points
    assert page.sentence.zh.startswith("东县:")
    assert page.causes == ()
    assert not city.sentence.zh.startswith("试验市")


def test_names_are_the_plans_in_chinese_and_the_indicators_in_english(services):
    page = target_page(services, OWNER, "plan#t1")
    assert page.name.zh == page.light.name.zh == "规模以上工业单位增加值能耗"
    assert page.name.en == page.light.name.en == page.indicator_name.en
    assert page.name.en.isascii()
    assert target_page(services, OWNER, "plan#t4").name.zh == "能效水平"
    assert "tce/10⁴ CNY" in page.light.reason.en
    assert "万元" in page.light.reason.zh
    assert not re.search("[\u3400-\u9fff]", page.light.reason.en)


def test_history_is_for_those_who_may_review(services):
    assert target_page(services, OWNER, "plan#t1").history[0].action == "read"
    assert target_page(services, FILLER, "plan#t1").history == ()


def test_an_unknown_and_a_rejected_target_are_told_alike():
    services = run(town(delivered(whole=True)))
    act(services, OWNER, "plan#t3", "reject", "读错")
    for wanted in ("plan#t3", "plan#t99", "plan#k1"):
        with pytest.raises(NotFound, match="there is no target"):
            target_page(services, OWNER, wanted)
    assert "plan#t3" not in {x.target_id for x in _leaves(target_tree(services, OWNER))}


def test_the_public_is_refused(services):
    for ask in (lambda: target_tree(services, PUBLIC), lambda: target_page(services, PUBLIC, "plan#t1")):
        with pytest.raises(NotAllowed):
            ask()


def test_the_tables_say_what_the_pages_say(services):
    rows = {r["target_id"]: r for r in target_rows(services, OWNER).iter_rows(named=True)}
    page = target_page(services, OWNER, "plan#t1")
    assert rows["plan#t1"]["actual"] == page.light.actual.value
    assert rows["plan#t1"]["node"] == page.light.node
    assert rows["plan#t1"]["leads"] == "市工信局"
    assert rows["upper#t1"]["state"] is None
    keys = county_state_rows(services, OWNER)["key"]
    assert keys.is_unique().all()
    assert set(county_state_rows(services, EAST_COUNTY)["subject_id"]) == {EAST}
    assert set(county_state_rows(services, OWNER)["subject_id"]) == {EAST, WEST}


# -- why a target stands where it does ---------------------------------------------------------------------------------


def test_the_parts_of_one_kind_add_up_to_the_gap(services):
    page = target_page(services, OWNER, "plan#t1")
    counties = [p for p in page.why.parts if p.kind == "county"]
    assert {p.key for p in counties} - {"shift"} == {EAST, WEST}
    assert sum(p.adds.value for p in counties) == pytest.approx(page.light.gap.value)
    assert sum(p.share for p in counties) == pytest.approx(1)
    own = [p for p in counties if p.key != "shift"]
    assert [p.share for p in own] == sorted((p.share for p in own), reverse=True)
    assert page.why.no_parts is None


def test_who_does_not_see_every_firm_gets_no_parts_of_them(services):
    of_sums = target_page(services, ANALYST, "plan#t1").why
    assert of_sums.parts == ()
    assert "汇总数" in of_sums.no_parts.zh or "保密" in of_sums.no_parts.zh
    of_county = target_page(services, EAST_COUNTY, "plan#t1").why  # of its own state, by its own firms
    assert {p.key for p in of_county.parts if p.kind == "enterprise"} <= {"E-1", "E-2"}


def test_without_parts_the_page_says_why_and_what_would_allow_them(services):
    bare = next(p for p in (target_page(services, OWNER, t) for t in ("plan#t3", "plan#t4")) if not p.why.parts)
    assert bare.why.no_parts.zh
    assert bare.why.datum.zh
    assert bare.why.no_parts.en
    assert bare.why.datum.en


def test_the_task_that_holds_the_target_by_the_plan_is_named_and_no_inference_is_added(services):
    why = target_page(services, OWNER, "plan#t1").why
    assert [x.name.zh for x in why.tasks] == ["节能降碳"]
    assert [x.inferred for x in why.tasks] == [None]
    assert why.tasks_note is None


def _row(number, sector, **marks):
    task = Task(
        id=f"plan#k{number}", doc="plan", path=(), number=None, title=f"{sector}行业", span=(0, 1), sector=sector
    )
    return SimpleNamespace(task=task, targets=(), **marks)


def test_without_a_task_in_the_plan_those_of_the_causing_sectors_are_inferred_in_their_order(services, monkeypatch):
    facts, goal = known(services, OWNER), target(9, "总则目标", value=1)
    rows = [_row(1, "纺织", state="overdue"), _row(2, "工业"), _row(3, "建材"), _row(4, "钢铁", state="not_started")]
    monkeypatch.setattr(goal_tasks, "task_rows", lambda _: rows)
    monkeypatch.setattr(goal_tasks, "own_tasks", lambda *_: [r.task for r in rows])
    causes = [("31", Words(zh="黑色金属冶炼", en="Ferrous metals")), ("30", Words(zh="非金属制品", en="Minerals"))]
    monkeypatch.setattr(goal_tasks, "_causing", lambda *_: causes)
    found = goal_tasks.bearers(facts, goal, {"state": "off_track"})
    assert [b.row.task.sector for b in found] == [
        "钢铁",
        "建材",
    ]  # overdue textiles and industry as a whole cause nothing
    assert found[0].inferred.zh == "推断:黑色金属冶炼是差距的主要来源之一"
    monkeypatch.setattr(goal_tasks, "_causing", lambda *_: [])
    assert goal_tasks.bearers(facts, goal, {"state": "off_track"}) == ()


@pytest.mark.parametrize(
    ("actual", "wanted", "state", "said"),
    [(85.97, 86, "behind", 0.03), (2.6, 2.5, "off_track", 0.1), (87, 86, "reached", -1)],
)
def test_what_is_still_to_go_has_the_sign_of_the_gap(actual, wanted, state, said):
    assert _still_to_go({"actual": actual, "target_value": wanted, "state": state}) == pytest.approx(said)


def test_what_the_plan_sets_carries_its_word(services):
    assert target_page(services, OWNER, "plan#t1").compared.zh == "下降"


def test_what_is_needed_is_the_gap_and_the_way_from_now(services):
    page = target_page(services, OWNER, "plan#t1")
    needed = {w.zh: f for w, f in page.why.needed}
    assert needed["差距"].value == page.light.gap.value
    assert page.why.reporter is not None
