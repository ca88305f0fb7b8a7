"""What a filer is asked to explain, what reviewers are shown beside each figure, and who is named for it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from filing_town import APPROVER, CITY, COUNTY, FILLER, GOOD, draft, filing_town, filled, row, step, workbook

from dafeng.app.cases import Unmet
from dafeng.app.filing import acts as filing
from dafeng.app.filing import dues
from dafeng.app.filing import moves as filing_moves
from dafeng.app.pages.typed import filed_with
from dafeng.collect.facts import current

CJK = re.compile("[\u3400-\u9fff]")
ANNA = replace(FILLER, name="filler", display="安娜")
BERT = replace(APPROVER, name="approver", display="贝特")


@pytest.fixture
def town():
    return filing_town()


def saved(town, page, *rows, caller=FILLER):
    now = filing.filing(town, caller, page.id)
    return filing.save_rows(town, caller, page.id, filing.FilingRows(rows=[dict(r) for r in rows]), now.version)


# -- the range a filler is shown is the range he is held to --------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "doubted"), [("6072", True), ("2100", True), ("1900", False), ("600", False), ("400", True)]
)
def test_a_figure_far_from_the_range_shown_is_a_doubt(town, used, doubted):
    page = filled(town, row(used=used), row("电力", "505"))  # shown: 1001 to 1012
    found = {(p.row, p.column) for p in page.problems if p.kind == "beyond_usual"}
    assert found == ({(1, "bought"), (1, "used")} if doubted else set())
    if doubted:
        assert all(p.severity == "warning" for p in page.problems if p.kind == "beyond_usual")
        shown = next(u for u in page.usual if (u.item, u.column) == ("bituminous", "used"))
        said = next(p for p in page.problems if (p.kind, p.column) == ("beyond_usual", "used"))
        assert f"{shown.low:g}–{shown.high:g} 吨" in said.what.zh


def test_a_doubt_beyond_the_range_wants_an_explanation_before_it_is_handed_in(town):
    page = filled(town, row(used="6072"), row("电力", "505"))
    with pytest.raises(Unmet) as refused:
        step(town, FILLER, page, "submit")
    assert refused.value.what == "submit is not possible yet: 2 doubts to explain"
    said = {p.key: "新线投产" for p in page.problems}
    assert step(town, FILLER, page, "submit", explanations=said).state == "submitted"


def test_figures_in_the_words_of_a_doubt_are_in_the_unit_that_was_typed(town):
    page = filled(town, row(), row("电力", "0.32", unit="万千瓦时"))  # 3.2 MWh, usual about 500
    said = next(p for p in page.problems if (p.row, p.column) == (2, "used"))
    assert said.text == "0.32"
    assert "万千瓦时" in said.what.zh
    assert "MWh" not in said.what.zh
    assert "10^4 kWh" in said.what.en
    assert not CJK.search(said.what.en)


# -- what keeps a draft from being handed in ------------------------------------------------------------------------


def test_a_refusal_counts_as_the_page_counts_and_says_each_language_by_itself(town):
    page = filled(town, row(used="-3"), row("电力", ""), row("燃料由", "5"))
    with pytest.raises(Unmet) as refused:
        step(town, FILLER, page, "submit")
    assert page.errors > 0
    assert page.fill.left > 0
    assert f"{page.errors} errors to mend, {page.fill.left} cells to fill in" in refused.value.what
    assert f"{page.errors}处错误须改正、{page.fill.left}处待填写" in refused.value.zh
    for one in refused.value.problems:
        quoted = re.sub("[“(「][^”)」]*[”)」]|燃料[由油]", "", f"{one.what} {one.mend}")
        assert not CJK.search(quoted), one
        assert not CJK.search(one.where + one.column), one
        assert CJK.search(one.what_zh), one
        assert CJK.search(one.mend_zh), one
        assert one.where_zh.startswith("第"), one
    place = {(p.where_zh, p.column_zh) for p in refused.value.problems}
    assert ("第1行", "消费量") in place


def test_a_suggested_item_is_named_without_its_code(town):
    page = filled(town, row("燃料由", "5"))
    said = next(p for p in page.problems if p.column == "item")
    assert "燃料油" in said.what.zh + said.mend.zh
    assert "fuel_oil" not in said.what.zh + said.mend.zh


# -- totals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [{"enterprise_id": "合计"}, {"item": "合 计"}, {"name": "小计："}, {"item": "Total"}])
def test_a_row_of_totals_is_left_out_with_a_note_and_becomes_no_fact(town, total):
    rows = [{k: str(v) for k, v in r.items()} for r in (*GOOD, row(used="1515") | total)]
    page = draft(town)
    page = filing.take_workbook(town, FILLER, page.id, workbook(*rows), "一月.csv", page.version)
    assert [(p.row, p.kind, p.severity) for p in page.problems] == [(3, "total_row", "note")]
    assert page.errors == 0
    for who, move in ((FILLER, "submit"), (APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        page = step(town, who, page, move)
    facts = current(town.columns.facts()).filter(period=page.period, measure="energy_used")
    assert sorted(facts["value"].to_list()) == [505.0, 1010.0]


# -- what reviewers see ---------------------------------------------------------------------------------------------


def test_reviewers_see_last_period_range_and_change_in_the_unit_typed(town):
    page = filled(town, row(used="1.0626", unit="千克") | {"bought": "1062600", "used": "1062600"}, row("电力", "505"))
    page = filing.filing(town, FILLER, page.id)
    said = {p.key: "说明" for p in page.problems if p.severity == "warning"}
    page = step(town, FILLER, page, "submit", explanations=said)
    for who in (APPROVER, COUNTY):
        seen = {(c.row, c.column): c for c in filing.filing(town, who if who is APPROVER else CITY, page.id).compared}
        coal = seen[1, "used"]
        assert (coal.unit, coal.last, coal.low, coal.high) == ("千克", 1_012_000, 1_001_000, 1_012_000)
        assert coal.change == pytest.approx(0.05)


def test_a_figure_changed_after_a_return_is_shown_with_what_it_was(town):
    page = filled(town, row(used="1800"), row("电力", "505"))
    page = step(town, FILLER, page, "submit")
    cells = [filing_moves.CellMark(row=1, column="used", what="与上月相差过大", item="烟煤")]
    page = step(town, APPROVER, page, "return", reason="请核对", cells=cells)
    assert page.changes == ()
    saved(town, page, row(used="1008"), row("电力", "505"))
    page = step(town, FILLER, page, "submit")
    changed = {(c.row, c.column): (c.before, c.after) for c in filing.filing(town, COUNTY, page.id).changes}
    assert changed == {(1, "bought"): ("1800", "1008"), (1, "used"): ("1800", "1008")}
    back = next(s for s in page.trail if s.move == "return")
    assert [(c["row"], c["column"], c["what"]) for c in back.data["cells"]] == [(1, "used", "与上月相差过大")]


def test_a_row_taken_out_after_a_return_is_told(town):
    page = step(town, FILLER, filled(town), "submit")
    step(town, APPROVER, page, "return", reason="没有用电", whole=True)
    saved(town, page, GOOD[0])
    page = step(town, FILLER, page, "submit")
    assert [(c.row, c.item) for c in page.changes] == [(None, "电力")]


# -- who answers for it ---------------------------------------------------------------------------------------------


def test_the_trail_keeps_the_name_and_unit_of_each_person_as_they_were(town):
    page = step(town, ANNA, filled(town, caller=ANNA), "submit")
    step(town, BERT, page, "approve")
    page = filing.filing(town, replace(ANNA, display="改名"), page.id)
    steps = {s.move: s for s in page.trail}
    assert (steps["submit"].who, steps["submit"].display) == ("filler", "安娜")
    assert steps["submit"].unit.zh == "东方钢铁厂"
    assert "signed" not in steps["submit"].data
    assert {s.state: (s.who, s.display) for s in page.line if s.at}["approved"] == ("approver", "贝特")


def test_a_step_without_a_name_shows_the_login(town):
    page = step(town, FILLER, filled(town), "submit")
    assert {(s.who, s.display) for s in page.trail} == {("填报人", "")}


def test_a_filed_figure_names_its_filing_and_who_answers_for_it(town):
    page = step(town, ANNA, filled(town, caller=ANNA), "submit")
    for who, move in ((BERT, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        page = step(town, who, page, move)
    sha = town.columns.facts().filter(period=page.period)["sha256"][0]
    filed = filed_with(town, BERT, sha)
    assert filed.href == f"/filing/{page.id}"
    assert [(s.move, s.who) for s in filed.by] == [
        ("submit", "安娜（filler）"), ("approve", "贝特（approver）"), ("pass", "东县人"), ("confirm", "市局"),
    ]  # fmt: skip
    assert town.records.batches()[-1].imported_by.startswith("填报 安娜（filler）；审核 贝特（approver）")
    assert filed_with(town, BERT, "0" * 64) is None


def test_who_may_not_see_the_filing_is_not_told_of_it(town):
    page = step(town, FILLER, filled(town), "submit")
    sha = page.trail[-1].evidence[0]
    foreign = replace(FILLER, enterprises=frozenset({"E-3"}))
    assert filed_with(town, FILLER, sha) is not None
    assert filed_with(town, foreign, sha) is None
    assert filed_with(town, replace(FILLER, roles=frozenset({"public"})), sha) is None


# -- what is due, by period -----------------------------------------------------------------------------------------


def test_dues_are_counted_by_period_and_the_last_closed_month_is_named(town):
    page = step(town, FILLER, filled(town), "submit")
    told = dues.dues(town, CITY, most=0)
    assert told.items == ()
    assert told.last_closed == "2025-02"
    assert [p.period for p in told.periods] == sorted((p.period for p in told.periods), reverse=True)
    month = next(p for p in told.periods if p.period == page.period)
    assert month.under_way == 1
    assert month.of == month.open + month.under_way + month.done
    assert sum(p.of for p in told.periods) <= told.total
