"""Task progress, evidence, dispatches and reminders in the tiny town."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
import tiny_town
from filing_town import ANALYST, CITY, COUNTY, FILLER, OTHER_COUNTY

from dafeng.app.cases import Conflict, Unmet
from dafeng.app.tasks import dispatching
from dafeng.app.tasks import progress as tasking
from dafeng.app.tasks import reminders as task_reminders
from dafeng.app.tasks.dispatching import DispatchMove, DispatchOrder
from dafeng.app.tasks.progress import ProgressEntry
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, StaleRecord
from dafeng.plan.ledger import View
from dafeng.plan.reread import reading_entries

DEPARTMENT = Caller(
    "发改科员", frozenset({"officer"}), frozenset({tiny_town.CITY}), departments=frozenset({"市发改委"})
)
TASK = "plan#k1"
TERM = date(2025, 4, 1)


@pytest.fixture
def town():
    """The task k1 of the plan, with a date: 2024 (passed), and k2 without one."""
    made = tiny_town.empty_town()
    dated = [msgspec.structs.replace(tiny_town.TASKS[0], deadlines=(2023, 2024)), tiny_town.TASKS[1]]
    records = [tiny_town.DOCUMENT, *tiny_town.TARGETS, *dated]
    made.records.append_entries(reading_entries(View(), records, tiny_town.NOW, "plan.txt"))
    return made


def entry(percent: float = 40, **more: object) -> ProgressEntry:
    base = {"words": "完成招标", "percent": percent, "date": date(2025, 2, 20)}
    return ProgressEntry(**(base | more))  # type: ignore[arg-type]


def test_a_task_shows_its_units_date_targets_and_how_late_it_is(town):
    page = tasking.task_page(town, CITY, TASK)
    assert (page.lead, page.departments) == ("市工信局", ("市工信局", "市统计局"))
    assert (page.due, page.state, page.overdue_days) == ("2024-12-31", "overdue", 60)
    assert page.units_en["市统计局"] == "City Bureau of Statistics"
    assert [t for t, _ in page.targets] == ["plan#t1", "plan#t2", "plan#t3"]  # those within 0–35
    assert (page.percent, page.version, page.urgency.level) == (None, 0, "red")
    assert page.assessment[0] == "2025-04-30"
    other = tasking.task_page(town, CITY, "plan#k2")
    assert (other.due, other.state, other.urgency) == (None, "not_started", None)


def test_entries_carry_the_task_to_its_end_and_evidence_proves_it(town):
    page = tasking.add_progress(town, CITY, TASK, entry(), 0)
    assert (page.percent, page.state, page.entries[0].who) == (40, "overdue", "市局")
    with pytest.raises(Unmet, match="file"):
        tasking.add_progress(town, CITY, TASK, entry(100), page.version)
    kept = tasking.attach(town, CITY, TASK, b"%PDF proof", "../验收 报告.pdf")
    assert kept.name == "验收 报告.pdf"
    done = tasking.add_progress(town, CITY, TASK, entry(100, evidence=[kept.sha256]), kept.version)
    assert (done.state, done.overdue_days, done.entries[0].evidence) == ("done", 0, ((kept.sha256, "验收 报告.pdf"),))
    assert tasking.task_evidence(town, ANALYST, TASK, kept.sha256).data == b"%PDF proof"
    with pytest.raises(Unmet):  # taken up again only with a reason
        tasking.add_progress(town, CITY, TASK, entry(80), done.version)
    again = tasking.add_progress(town, CITY, TASK, entry(80, reason="验收未通过"), done.version)
    assert (again.state, again.percent) == ("overdue", 80)


def test_a_county_speaks_for_itself_and_does_not_move_the_whole(town):
    page = tasking.add_progress(town, COUNTY, TASK, entry(90), 0)
    assert (page.percent, page.entries[0].area_name, page.entries[0].percent) == (None, "东县", 90)
    with pytest.raises(BadRequest):
        tasking.add_progress(town, COUNTY, TASK, entry(90, area=tiny_town.WEST), page.version)


def test_what_cannot_be_entered_is_refused(town):
    with pytest.raises(BadRequest, match="day to come"):
        tasking.add_progress(town, CITY, TASK, entry(date=date(2025, 3, 2)), 0)
    with pytest.raises(BadRequest, match="not attached"):
        tasking.add_progress(town, CITY, TASK, entry(evidence=["ab" * 32]), 0)
    with pytest.raises(NotFound):
        tasking.add_progress(town, CITY, "plan#k9", entry(), 0)
    for who in (FILLER, ANALYST, tiny_town.PUBLIC):
        with pytest.raises(NotAllowed):
            tasking.add_progress(town, who, TASK, entry(), 0)
    page = tasking.task_page(town, CITY, TASK)
    tasking.add_progress(town, CITY, TASK, entry(), page.version)
    with pytest.raises(StaleRecord):
        tasking.add_progress(town, CITY, TASK, entry(50), page.version)


def test_a_dispatch_is_acknowledged_and_answered_by_whom_it_was_sent_to(town):
    card = dispatching.dispatch(town, CITY, TASK, DispatchOrder(words="报送二季度进展", term=TERM, area=tiny_town.EAST))
    assert (card.recipient, card.state, card.mine) == ("东县", "sent", False)
    for who in (OTHER_COUNTY, CITY):
        with pytest.raises(NotAllowed):
            dispatching.move_dispatch(town, who, card.id, DispatchMove(move="acknowledge"), card.version)
    with pytest.raises(Conflict):
        dispatching.move_dispatch(town, COUNTY, card.id, DispatchMove(move="answer", words="x"), card.version)
    seen = dispatching.move_dispatch(town, COUNTY, card.id, DispatchMove(move="acknowledge"), card.version, TASK)
    with pytest.raises(Unmet):
        dispatching.move_dispatch(town, COUNTY, card.id, DispatchMove(move="answer"), seen.version)
    answered = dispatching.move_dispatch(
        town, COUNTY, card.id, DispatchMove(move="answer", words="已开工"), seen.version
    )
    assert (answered.answer, answered.state) == ("已开工", "answered")
    closed = dispatching.move_dispatch(town, CITY, card.id, DispatchMove(move="close"), answered.version)
    assert [s.move for s in closed.trail] == ["send", "acknowledge", "answer", "close"]
    page = tasking.task_page(town, CITY, TASK)
    assert [d.id for d in page.dispatches] == [card.id]
    assert [s.move for s in page.trail] == ["open", "dispatch"]


def test_a_dispatch_to_a_department_is_its_own(town):
    card = dispatching.dispatch(town, CITY, TASK, DispatchOrder(words="报送", term=TERM, department="市发改委"))
    with pytest.raises(NotAllowed):
        dispatching.move_dispatch(town, COUNTY, card.id, DispatchMove(move="acknowledge"), card.version)
    assert dispatching.dispatch_card(town, DEPARTMENT, card.id).mine
    moved = dispatching.move_dispatch(town, DEPARTMENT, card.id, DispatchMove(move="acknowledge"), card.version)
    assert moved.state == "acknowledged"
    with pytest.raises(NotFound):
        dispatching.move_dispatch(town, CITY, card.id, DispatchMove(move="close"), moved.version, "plan#k2")


OWN = Caller("统计科员", frozenset({"officer"}), frozenset({tiny_town.CITY}), departments=frozenset({"市统计局"}))


def test_an_officer_of_departments_enters_the_progress_of_their_tasks_only(town):
    """市统计局 stands with the task as a joint unit, 市发改委 does not."""
    assert tasking.task_page(town, OWN, TASK).may_enter
    page = tasking.add_progress(town, OWN, TASK, entry(), 0)
    seen = tasking.task_page(town, DEPARTMENT, TASK)
    assert (seen.percent, seen.may_enter, seen.may_dispatch) == (40, False, False)
    for area in (None, tiny_town.EAST):
        with pytest.raises(NotAllowed) as refused:
            tasking.add_progress(town, DEPARTMENT, TASK, entry(60, area=area), page.version)
        assert "部门" in refused.value.zh
    with pytest.raises(NotAllowed):
        tasking.attach(town, DEPARTMENT, TASK, b"%PDF proof", "x.pdf")
    assert tasking.task_page(town, CITY, TASK).version == page.version


def test_an_officer_of_departments_dispatches_and_closes_their_tasks_only(town):
    order = DispatchOrder(words="报送", term=TERM, area=tiny_town.EAST)
    with pytest.raises(NotAllowed):
        dispatching.dispatch(town, DEPARTMENT, TASK, order)
    card = dispatching.dispatch(town, OWN, TASK, order)
    assert {m.move for m in card.moves} == {"withdraw"}
    assert dispatching.dispatch_card(town, DEPARTMENT, card.id).moves == ()
    with pytest.raises(NotAllowed):
        dispatching.move_dispatch(town, DEPARTMENT, card.id, DispatchMove(move="withdraw", reason="误发"), card.version)
    gone = dispatching.move_dispatch(town, OWN, card.id, DispatchMove(move="withdraw", reason="误发"), card.version)
    assert gone.state == "closed"


def test_who_was_sent_a_dispatch_brings_evidence_whatever_his_department(town):
    dispatching.dispatch(town, CITY, TASK, DispatchOrder(words="报送", term=TERM, department="市发改委"))
    assert tasking.attach(town, DEPARTMENT, TASK, b"%PDF proof", "x.pdf").version


def test_reminders_are_written_for_the_tasks_of_the_departments(town):
    assert task_reminders.write_reminders(town, DEPARTMENT) == []
    assert [line.task_id for line in task_reminders.write_reminders(town, OWN)] == [TASK]


@pytest.mark.parametrize(
    "order",
    [
        {"words": "x", "term": TERM},
        {"words": "x", "term": TERM, "department": "a", "area": tiny_town.EAST},
        {"words": "x", "term": TERM, "area": "110000"},
        {"words": " ", "term": TERM, "department": "a"},
        {"words": "x", "term": date(2025, 2, 1), "department": "a"},
    ],
)
def test_a_dispatch_without_recipient_words_or_time_is_refused(town, order):
    with pytest.raises(BadRequest):
        dispatching.dispatch(town, CITY, TASK, DispatchOrder(**order))


def test_reminders_are_written_once_for_each_level(town):
    due = task_reminders.due_reminders(town, COUNTY)
    assert [(r.task_id, r.level, r.days_left) for r in due] == [(TASK, "red", -60)]
    with pytest.raises(NotAllowed):
        task_reminders.write_reminders(town, COUNTY)
    assert task_reminders.write_reminders(town, CITY) == due
    assert task_reminders.write_reminders(town, CITY) == []
    assert [s.move for s in tasking.task_page(town, CITY, TASK).trail] == ["open", "remind"]
