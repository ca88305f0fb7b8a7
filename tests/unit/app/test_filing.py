"""The life of a filing: faulty, mended, approved, returned with a cell, mended again, confirmed, explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
import tiny_town
from filing_town import (
    ANALYST,
    APPROVER,
    AUDITOR,
    BOTH,
    CITY,
    COUNTY,
    FILLER,
    FOREIGN,
    GOOD,
    MONTH,
    OTHER_COUNTY,
    SECOND_FILLER,
    VERIFIER,
    draft,
    filing_town,
    filled,
    row,
    step,
    workbook,
)  # fmt: skip

from dafeng.act.machine import machine
from dafeng.app.cases import Conflict, Unmet
from dafeng.app.explaining import explain
from dafeng.app.filing import acts as filing
from dafeng.app.filing import dues
from dafeng.app.filing import files as filing_files
from dafeng.app.filing import moves as filing_moves
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, StaleRecord, UnreadableFile
from dafeng.collect.facts import current
from dafeng.collect.workbooks import read_workbook


@pytest.fixture
def town():
    return filing_town()


def test_the_whole_life_of_a_filing(town):
    page = draft(town)
    assert [r.cells["item"] for r in page.rows] == ["烟煤", "电力"]  # the items of the last period
    faulty = workbook(row(used="一千"), row("电力", "50500"), row("不存在的煤", "3"))
    page = filing.take_workbook(town, FILLER, page.id, faulty, "一月.csv", page.version)
    assert [r.cells["used"] for r in page.rows] == ["一千", "50500", "3"]  # nothing is lost, bad cells as they came
    by_cell = {(p.row, p.column, p.severity) for p in page.problems}
    assert {(1, "used", "error"), (3, "item", "error"), (2, "used", "warning")} <= by_cell
    with pytest.raises(Unmet) as refused:
        step(town, FILLER, page, "submit")
    assert {(p.where, p.column) for p in refused.value.problems} >= {
        ("row 1", "used"),
        ("row 3", "energy item, code or name"),
    }

    mended = filing.FilingRows(rows=[dict(GOOD[0]), dict(GOOD[1]) | {"used": "50500", "bought": "50500"}])
    page = filing.save_rows(town, FILLER, page.id, mended, page.version)
    assert page.errors == 0
    assert page.unexplained > 0
    with pytest.raises(Unmet):  # a warning wants its explanation, each of them
        step(town, FILLER, page, "submit")
    said = {p.key: "新线投产" for p in page.problems if p.severity == "warning"}
    page = step(town, FILLER, page, "submit", explanations=said)
    page = step(town, APPROVER, page, "approve")
    cells = [filing_moves.CellMark(row=2, column="used", what="单位应为千瓦时", item="electricity")]
    page = step(town, COUNTY, page, "return", reason="电量与上月相差百倍", cells=cells)
    assert (page.state, page.returned[0]["row"], page.why_returned) == ("returned", 2, "电量与上月相差百倍")

    again = filing.FilingRows(rows=[dict(r) for r in GOOD])
    page = filing.save_rows(town, FILLER, page.id, again, page.version)
    page = step(town, FILLER, page, "submit")
    assert town.columns.facts().filter(period=MONTH).is_empty()  # before the city confirms it is no fact
    for who, move in ((APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        page = step(town, who, page, move)
    assert page.state == "confirmed"
    assert [s.at is not None for s in page.line] == [True] * 5
    _confirmed_and_explained(town, page)


def _confirmed_and_explained(town, page):
    facts = current(town.columns.facts()).filter(
        subject_id="E-1", period=MONTH, measure="energy_used", item="electricity"
    )
    assert facts["value"].to_list() == [505.0]
    place = explain(town, VERIFIER, facts["fact_id"][0]).place
    assert (place.sheet, place.row, place.column) == ("能源消费", 2, "消费量")
    assert town.columns.get_bytes(place.sha256)
    assert town.records.batches()[-1].imported_by == "填报 填报人；审核 审核人；县级 东县人；市级 市局"
    assert [s.move for s in page.trail] == [
        "open", "upload", "edit", "submit", "approve", "return", "edit", "submit", "approve", "pass", "confirm",
    ]  # fmt: skip
    state = dues.dues(town, FILLER, "E-1", 2025).items
    assert {(d.contract, d.state) for d in state if d.period == MONTH} == {("energy", "confirmed")}


def test_an_untouched_workbook_is_itself_the_evidence(town):
    page = filled(town)
    for who, move in ((FILLER, "submit"), (APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        page = step(town, who, page, move)
    fact = town.columns.facts().filter(period=MONTH, item="bituminous", measure="energy_used").row(0, named=True)
    assert (fact["file"], fact["row"], fact["sheet"]) == ("一月.csv", 2, None)
    assert town.columns.get_bytes(fact["sha256"]) == workbook(*GOOD)
    assert fact["value"] == 1010.0


def test_last_value_and_usual_range_stand_beside_each_cell_in_the_units_last_used(town):
    usual = {(u.item, u.column): u for u in draft(town).usual}
    coal = usual["bituminous", "used"]
    assert (coal.last_period, coal.last, coal.low, coal.high, coal.unit) == ("2024-12", 1012.0, 1001.0, 1012.0, "t")


FORBIDDEN = [
    ("submitted", who, move)
    for who in (FILLER, COUNTY, CITY, VERIFIER)
    for move in ("approve", "return", "confirm")
] + [
    ("approved", who, move) for who in (FILLER, APPROVER, CITY, VERIFIER) for move in ("pass", "return")
] + [
    ("county_passed", who, move) for who in (FILLER, APPROVER, COUNTY, VERIFIER) for move in ("confirm", "return")
] + [
    ("draft", who, "submit") for who in (APPROVER, COUNTY, CITY, VERIFIER)
]  # fmt: skip
WAY = (("draft", None, None), ("submitted", FILLER, "submit"), ("approved", APPROVER, "approve"),
       ("county_passed", COUNTY, "pass"), ("confirmed", CITY, "confirm"))  # fmt: skip


def at(town, state):
    page = filled(town)
    for reached, who, move in WAY:
        page = step(town, who, page, move) if move else page
        if reached == state:
            break
    return page


@pytest.mark.parametrize(("state", "who", "move"), FORBIDDEN, ids=lambda v: getattr(v, "name", v))
def test_a_move_of_another_role_is_refused(town, state, who, move):
    page = at(town, state)
    with pytest.raises((NotAllowed, Conflict)):
        step(town, who, page, move, reason="试")
    assert filing.filing(town, CITY, page.id).state == state


@pytest.mark.parametrize("who", [FOREIGN, OTHER_COUNTY], ids=lambda c: c.name)
def test_a_foreign_filing_is_not_there(town, who):
    page = at(town, "submitted")
    told = []
    for case_id in (page.id, "C-0000000000000000"):
        with pytest.raises(NotFound) as refused:
            filing.filing(town, who, case_id)
        told.append(str(refused.value).replace(case_id, "…"))
    assert told[0] == told[1]
    with pytest.raises(NotFound):
        filing_moves.move_filing(
            town, who, page.id, filing_moves.FilingMove(move="return", reason="x", whole=True), page.version
        )
    for take in (filing_files.filing_template, filing_files.filing_annotated):
        with pytest.raises(NotFound):
            take(town, who, page.id)
    assert "E-1" not in {d.enterprise_id for d in dues.dues(town, who).items}
    with pytest.raises(NotFound):
        dues.dues(town, who, "E-1")


@pytest.mark.parametrize("who", [ANALYST, AUDITOR], ids=lambda c: c.name)
def test_who_has_no_part_in_filings_sees_none(town, who):
    page = at(town, "submitted")
    with pytest.raises(NotAllowed):
        filing.filing(town, who, page.id)


def test_who_filled_in_may_not_approve(town):
    page = filled(town, caller=BOTH)
    page = step(town, BOTH, page, "submit")
    assert "approve" not in {m.move for m in filing.filing(town, BOTH, page.id).moves}
    with pytest.raises(NotAllowed, match="may not review"):
        step(town, BOTH, page, "approve")
    assert step(town, APPROVER, page, "approve").state == "approved"


def test_two_editors_on_one_draft_do_not_overwrite_each_other(town):
    page = draft(town)
    rows = filing.FilingRows(rows=[dict(GOOD[0])])
    saved = filing.save_rows(town, FILLER, page.id, rows, page.version)
    with pytest.raises(StaleRecord):
        filing.save_rows(town, SECOND_FILLER, page.id, filing.FilingRows(rows=[]), page.version)
    assert filing.save_rows(town, SECOND_FILLER, page.id, rows, saved.version).rows == saved.rows


def test_what_was_not_looked_at_is_not_approved(town):
    page = at(town, "submitted")
    step(town, FILLER, page, "withdraw", reason="改一处")
    step(town, FILLER, page, "submit")
    with pytest.raises(StaleRecord):
        filing_moves.move_filing(town, APPROVER, page.id, filing_moves.FilingMove(move="approve"), page.version)


@pytest.mark.parametrize(
    ("more", "column", "kind"),
    [
        ({"period": "2025-02"}, "period", "other_period"),
        ({"period": "2025年2月"}, "period", "other_period"),
        ({"enterprise_id": "E-3"}, "enterprise_id", "other_enterprise"),
    ],
)
def test_a_row_of_another_period_or_firm_costs_only_itself(town, more, column, kind):
    page = draft(town)
    page = filing.take_workbook(town, FILLER, page.id, workbook(row(), row("电力", "505"), row(**more)), "错.csv", 1)
    assert [r.cells["used"] for r in page.rows] == ["1010", "505", "1010"]  # the others stand in the draft
    assert [(p.row, p.column, p.kind, p.text) for p in page.problems if p.severity == "error"] == [
        (3, column, kind, more[column])
    ]
    assert all(p.row != 3 or p.kind == kind for p in page.problems)  # a row of somebody else is not looked at
    with pytest.raises(Unmet):
        step(town, FILLER, page, "submit")
    annotated = filing_files.filing_annotated(town, FILLER, page.id)
    assert any(
        more[column] in c
        for s in read_workbook(annotated.data, annotated.name).sheets
        for c in s.cells.to_numpy().flatten()
        if c
    )
    mended = filing.FilingRows(rows=[dict(r.cells) for r in page.rows[:2]])
    page = filing.save_rows(town, FILLER, page.id, mended, page.version)
    assert step(town, FILLER, page, "submit").state == "submitted"


def test_a_fresh_draft_tells_what_is_to_be_filled_in_and_doubts_nothing(town):
    page = draft(town)
    assert (page.fill.left, page.fill.of) == (2, 6)  # two rows with item and unit; a figure each
    assert {p.kind for p in page.problems} == {"no_figures"}
    assert all(p.to_fill for p in page.problems)
    assert (page.errors, page.warnings, page.unexplained) == (0, 0, 0)
    with pytest.raises(Unmet):
        step(town, FILLER, page, "submit")
    typed = filing.FilingRows(rows=[dict(GOOD[0]) | {"used": "90000"}, {"item": "电力"}])
    page = filing.save_rows(town, FILLER, page.id, typed, page.version)
    assert (page.fill.left, page.fill.of) == (2, 6)  # the unit and the figure of the second row
    doubts = [p for p in page.problems if p.severity == "warning" and not p.to_fill]
    assert {p.row for p in doubts} == {1}
    assert page.unexplained == len(doubts) > 0


RETURNS = [
    ({"reason": "重报"}, "cells"),  # about nothing
    ({"whole": True}, "reason"),
    ({"reason": "  ", "cells": [filing_moves.CellMark(row=1, column="used", what="?")]}, "reason"),
]


@pytest.mark.parametrize(("given", "lacking"), RETURNS, ids=["no place", "no reason", "blank reason"])
def test_a_return_says_why_and_what_it_is_about(town, given, lacking):
    page = at(town, "submitted")
    with pytest.raises(Unmet) as refused:
        step(town, APPROVER, page, "return", **given)
    assert [p.column for p in refused.value.problems] == [lacking]


def test_a_return_of_a_cell_that_is_not_there_is_refused(town):
    page = at(town, "submitted")
    for row_number, column in ((9, "used"), (1, "colour"), (0, "used")):
        cells = [filing_moves.CellMark(row=row_number, column=column, what="?")]
        with pytest.raises(BadRequest, match="no cell"):
            step(town, APPROVER, page, "return", reason="核对", cells=cells)


def test_the_term_after_a_return_is_a_rule_and_says_its_reason(town):
    page = at(town, "submitted")
    page = step(town, APPROVER, page, "return", reason="计量单位不对", whole=True)
    assert (page.due, page.term) == ("2025-02-20", "2025-03-07")  # Saturday the 1st: five working days end on Friday
    last = page.trail[-1]
    assert last.data["whole"] is True
    assert last.data["term"]["until"] == page.term
    assert "2025-02-20" in last.data["term"]["zh"]
    assert "2025-03-07" in last.data["term"]["en"]
    due = next(d for d in dues.dues(town, FILLER, "E-1", 2025).items if d.filing_id == page.id)
    assert (due.state, due.term, due.late) == ("returned", "2025-03-07", False)


def test_a_draft_is_the_firms_own_until_it_is_handed_in(town):
    page = filled(town)
    seen = filing.filing(town, COUNTY, page.id)
    assert (seen.hidden, seen.rows, seen.problems, seen.usual) == (True, (), (), ())
    with pytest.raises(NotFound):
        filing_files.filing_annotated(town, COUNTY, page.id)
    step(town, FILLER, page, "submit")
    assert filing.filing(town, COUNTY, page.id).rows


def test_a_confirmed_filing_reopened_is_a_new_version_with_its_cause(town):
    page = at(town, "confirmed")
    with pytest.raises(Unmet):
        step(town, CITY, page, "reopen")
    page = step(town, CITY, page, "reopen", reason="核查发现漏报")
    assert (page.state, page.revision, page.cause) == ("returned", 2, "核查发现漏报")
    rows = filing.FilingRows(rows=[dict(GOOD[0]) | {"used": "1015", "bought": "1015"}, dict(GOOD[1])])
    page = filing.save_rows(town, FILLER, page.id, rows, page.version)
    for who, move in ((FILLER, "submit"), (APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        page = step(town, who, page, move)
    held = town.columns.facts().filter(period=MONTH, item="bituminous", measure="energy_used").sort("recorded_at")
    assert held["value"].to_list() == [1010.0, 1015.0]  # the old figure stays on record
    assert held["reason"].to_list() == [None, "核查发现漏报"]
    assert page.trail[-1].data["corrected"] == 2


def test_a_period_that_came_in_by_import_is_filed_again_only_with_a_cause(town):
    again = filing.FilingDraft(enterprise_id="E-1", period="2024-12", contract="energy")
    state = [
        d.state for d in dues.dues(town, FILLER, "E-1", 2024).items if (d.contract, d.period) == ("energy", "2024-12")
    ]
    assert state == ["imported"]
    with pytest.raises(Conflict):
        filing.open_filing(town, FILLER, again)
    page = filing.open_filing(town, FILLER, filing.FilingDraft(
        enterprise_id="E-1", period="2024-12", contract="energy", cause="计量表更换"))  # fmt: skip
    assert page.cause == "计量表更换"


@pytest.mark.parametrize("period", ["2025-03", "2025", "2019-05", "2025Q1", "nonsense"])
def test_a_period_that_is_not_over_or_not_filed_is_refused(town, period):
    with pytest.raises(BadRequest):
        filing.open_filing(town, FILLER, filing.FilingDraft(enterprise_id="E-1", period=period, contract="energy"))


def test_template_and_annotated_workbook_can_be_given_back(town):
    page = filled(town, row(used="一千"), row("电力", "505"))
    template = filing_files.filing_template(town, FILLER, page.id)
    taken = filing.take_workbook(town, FILLER, page.id, template.data, template.name, page.version)
    assert [(r.cells["item"], r.cells["period"]) for r in taken.rows] == [("烟煤", MONTH), ("电力", MONTH)]
    back = filing.take_workbook(town, FILLER, page.id, workbook(row(used="一千")), "a.csv", taken.version)
    annotated = filing_files.filing_annotated(town, FILLER, page.id)
    sheets = {s.name: s.cells for s in read_workbook(annotated.data, annotated.name).sheets}
    assert "问题清单" in sheets
    again = filing.take_workbook(town, FILLER, page.id, annotated.data, annotated.name, back.version)
    assert again.rows[0].cells == back.rows[0].cells


def test_an_empty_draft_cannot_be_handed_in(town):
    page = draft(town)
    page = filing.save_rows(town, FILLER, page.id, filing.FilingRows(rows=[]), page.version)
    with pytest.raises(Unmet, match="row"):
        step(town, FILLER, page, "submit")


def test_facts_are_written_under_the_programmes_lock_and_nothing_else_is(town):
    taken = []

    class Lock:
        def __enter__(self):
            taken.append(town.columns.facts().filter(period=MONTH).height)

        def __exit__(self, *_):
            taken.append(town.columns.facts().filter(period=MONTH).height)

    at(replace(town, exclusive=Lock), "confirmed")
    assert taken == [0, 4]


def test_a_confirmation_that_comes_after_a_return_writes_no_fact(town):
    page = at(town, "county_passed")
    second = replace(CITY, name="市局二")

    class Lock:  # while the first officer waits for the lock, the second returns the filing
        def __enter__(self):
            step(town, second, page, "return", reason="缺页", whole=True)

        def __exit__(self, *_):
            pass

    with pytest.raises((Conflict, StaleRecord)):
        filing_moves.move_filing(
            replace(town, exclusive=Lock), CITY, page.id, filing_moves.FilingMove(move="confirm"), page.version
        )
    assert town.columns.facts().filter(period=MONTH).is_empty()
    assert filing.filing(town, CITY, page.id).state == "returned"


def test_the_lock_is_held_wherever_a_filing_may_become_fact(town):
    held = []

    class Lock:
        def __enter__(self):
            held.append(town.columns.facts().filter(period=MONTH).height)

        def __exit__(self, *_):
            pass

    locked = replace(town, exclusive=Lock)
    page = at(locked, "county_passed")
    assert held == []
    step(locked, CITY, page, "return", reason="缺页", whole=True)
    assert held == [0]


def test_autosave_leaves_one_step_for_each_stretch_of_work(town):
    page = draft(town)
    for used in ("1", "10", "101"):
        rows = filing.FilingRows(rows=[dict(row(used=used))])
        page = filing.save_rows(town, FILLER, page.id, rows, page.version)
    page = filing.save_rows(town, SECOND_FILLER, page.id, filing.FilingRows(rows=[]), page.version)
    assert [(s.move, s.who) for s in page.trail] == [("open", "填报人"), ("edit", "填报人"), ("edit", "填报人二")]


def test_dues_follow_the_day_and_the_registry(town):
    found = dues.dues_frame(town, CITY, 2025).filter(enterprise_id="E-2", contract="energy")
    states = dict(found.select("period", "state").iter_rows())
    assert (states["2025-01"], states["2025-02"], states["2025-03"], states["2025"]) == (
        "late",
        "due",
        "not_due",
        "not_due",
    )
    terms = dict(found.select("period", "term").iter_rows())
    assert (terms["2025-01"].isoformat(), terms["2025"].isoformat()) == ("2025-02-20", "2026-03-31")
    town.clock.moment += timedelta(days=30)
    later = dues.dues_frame(town, CITY, 2025).filter(enterprise_id="E-2", contract="energy", period="2025-02")
    assert later.select("state", "late", "level").row(0) == ("late", True, "red")
    firms = town.records.registry("enterprises").filter(enterprise_id="E-2").drop("batch_id")
    town.records.put_registry(
        "enterprises", firms.with_columns(key_user=False, above_scale=False), "B-9", town.clock.now()
    )
    assert dues.dues_frame(town, CITY, 2025).filter(enterprise_id="E-2").is_empty()


def test_a_table_of_products_is_owed_by_who_has_made_some(town):
    def owed():
        frame = dues.dues_frame(town, CITY, 2025).filter(contract="output", period="2025-01")
        return dict(frame.select("enterprise_id", "state").iter_rows())

    assert owed() == {}
    steel = tiny_town.fact("E-1", "product_output", "crude_steel", 2024, 100.0, "t") | {"period": "2024-12"}
    town.columns.put_facts("B-2", tiny_town.facts([steel]))
    town.records.put_batch(tiny_town.batch("B-2", "产量.xlsx"))
    assert owed() == {"E-1": "late"}


def test_the_files_of_a_trail_can_be_taken_by_who_sees_the_filing(town):
    page = at(town, "submitted")
    workbook_sha = page.trail[1].evidence[0]
    assert filing_files.filing_evidence(town, COUNTY, page.id, workbook_sha).data == workbook(*GOOD)
    grid_sha = next(s for s in page.trail[-1].evidence if s != workbook_sha)
    assert "烟煤" in filing_files.filing_evidence(town, COUNTY, page.id, grid_sha).data.decode()
    with pytest.raises(NotFound):
        filing_files.filing_evidence(town, COUNTY, page.id, "ab" * 32)
    with pytest.raises(NotFound):
        filing_files.filing_evidence(town, FOREIGN, page.id, workbook_sha)


def test_every_state_of_a_filing_has_a_name_among_the_states_of_dues():
    assert set(machine("filing").states) <= set(dues.DUE_STATES)
    assert pl.DataFrame(schema=dues.DUE_SCHEMA).is_empty()


@pytest.mark.parametrize(("name", "error"), [("二月.xlsx", UnreadableFile), ("二月.csv", BadRequest)])
def test_a_text_that_is_called_a_workbook_is_told_to_be_none(town, name, error):
    page = draft(town)
    with pytest.raises(error):
        filing.take_workbook(town, FILLER, page.id, b"only a few words", name, page.version)
