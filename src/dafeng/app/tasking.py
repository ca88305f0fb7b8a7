"""Use cases of task progress 任务进展、调度: entries with evidence, dispatches and their answers, reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from dafeng.act.machine import Given
from dafeng.act.terms import reminders, terms
from dafeng.app.case_ports import Case, Moved
from dafeng.app.cases import (
    MoveOffer,
    TrailStep,
    Urgency,
    case_of,
    checked_move,
    iso,
    known_registry,
    moved,
    offers,
    opened,
    state_words,
    store,
    trail_of,
    urgency,
)
from dafeng.app.evidences import keep
from dafeng.app.pages.held import held
from dafeng.app.pages.shapes import Words
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import may, reaches, use_case, whole, within
from dafeng.app.services import Services
from dafeng.app.task_rows import TASK_STATES, TaskRow, ahead, task_case, task_rows
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound, StaleRecord
from dafeng.base.provenance import content_id

Text = Annotated[str, msgspec.Meta(max_length=4000)]
Sha = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class ProgressEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a task is on a day. area: the county it speaks for, of a county's entry; reason: why a finished task
    is taken up again."""

    words: Text
    percent: Annotated[float, msgspec.Meta(ge=0, le=100)]
    date: date
    evidence: Annotated[list[Sha], msgspec.Meta(max_length=50)] = []
    area: Annotated[str, msgspec.Meta(max_length=12)] | None = None
    reason: Text = ""


class DispatchOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a department or a county (one of them) is asked, and until when."""

    words: Text
    term: date
    department: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    area: Annotated[str, msgspec.Meta(max_length=12)] | None = None


class DispatchMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A move of a dispatch."""

    move: Literal["acknowledge", "answer", "close", "return", "withdraw"]
    words: Text = ""
    reason: Text = ""
    evidence: Annotated[list[Sha], msgspec.Meta(max_length=50)] = []


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A file attached to a task; version is the task's from now on."""

    sha256: str
    name: str
    size: int
    version: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One progress entry; area None: of the whole task."""

    at: str
    who: str
    date: str
    percent: float
    words: str
    area: str | None
    area_name: str | None
    evidence: tuple[tuple[str, str], ...]  # hash, file name


class DispatchCard(msgspec.Struct, frozen=True, kw_only=True):
    """A dispatch with where it stands and what the caller may do."""

    id: str
    task_id: str
    title: str
    recipient: str
    words: str
    answer: str
    state: str
    state_name: Words
    term: str | None
    urgency: Urgency | None
    version: int
    mine: bool
    moves: tuple[MoveOffer, ...]
    trail: tuple[TrailStep, ...]


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    doc: str
    doc_title: str
    path: tuple[str, ...]
    number: str | None
    quote: str
    span: tuple[int, int] | None
    measures: tuple[str, ...]
    lead: str | None
    departments: tuple[str, ...]
    sector: str | None
    start: str | None
    due: str | None
    deadlines: tuple[int, ...]
    state: str
    state_name: Words
    percent: float | None
    overdue_days: int
    urgency: Urgency | None
    targets: tuple[tuple[str, str], ...]  # id, indicator
    entries: tuple[Entry, ...]
    dispatches: tuple[DispatchCard, ...]
    trail: tuple[TrailStep, ...]
    version: int  # 0: nothing was entered yet
    may_enter: bool
    may_dispatch: bool
    assessment: tuple[str, Words] | None  # until when the year is assessed next
    rule: str
    demonstration: bool


class ReminderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder: which task, whose, how urgent, in words."""

    task_id: str
    lead: str
    level: str
    days_left: int
    words: Words


# -- reading --------------------------------------------------------------------------------------------------------


def _row_of(services: Services, task_id: str) -> TaskRow:
    found = next((r for r in task_rows(services) if r.task.id == task_id), None)
    if found is None:
        raise NotFound(
            f"there is no task {task_id}",
            mend="Choose one of the list of tasks.",
            zh=f"没有任务{task_id}",
            mend_zh="请从任务列表中选择。",
        )
    return found


@use_case("task.see")
def task_page(services: Services, caller: Caller, task_id: str) -> TaskPage:
    """A task with its passage in the plan, entries, dispatches and trail. Raises NotFound."""
    row, day = _row_of(services, task_id), services.clock.today()
    task, case = row.task, store(services).case(task_case(task_id))
    steps = store(services).moves(case.case_id) if case else []
    quote, span = _quote(services, task_id)
    assessed = terms().next_assessment(day)
    return TaskPage(
        id=task.id,
        title=task.title,
        doc=task.doc,
        doc_title=row.doc_title,
        path=task.path,
        number=task.number,
        quote=quote,
        span=span,
        measures=task.measures,
        lead=row.lead,
        departments=row.departments,
        sector=task.sector,
        start=iso(row.start),
        due=iso(row.due),
        deadlines=task.deadlines,
        state=row.state,
        state_name=TASK_STATES[row.state],
        percent=row.percent,
        overdue_days=row.overdue_days,
        urgency=row.urgency,
        targets=tuple((t.id, t.indicator) for t in row.targets),
        entries=tuple(_entry(services, s) for s in reversed(steps) if "percent" in s.data),
        dispatches=tuple(_card(services, caller, c) for c in store(services).cases("dispatch", [task_id])),
        trail=trail_of(case, steps) if case else (),
        version=case.version if case else 0,
        may_enter=may(caller, "task.progress"),
        may_dispatch=may(caller, "task.dispatch"),
        assessment=(assessed[0].isoformat(), Words(assessed[1], assessed[2])) if assessed else None,
        rule=terms().source,
        demonstration=services.settings.demonstration,
    )


def _quote(services: Services, task_id: str) -> tuple[str, tuple[int, int] | None]:
    """The passage of the plan that the task stands in."""
    known = held(services)
    standing = known.view.get(task_id)
    span = known.place(standing)
    readings = known.readings.get(standing.record.doc, ())  # type: ignore[attr-defined]
    return (readings[-1].source_text[slice(*span)], span) if span and readings else ("", span)


def _entry(services: Services, step: Moved) -> Entry:
    area = step.data.get("area")
    return Entry(
        at=step.at.isoformat(),
        who=step.who,
        date=step.data["date"],
        percent=step.data["percent"],
        words=step.data.get("words", step.reason),
        area=area,
        area_name=known_registry(services).area_name(area) if area else None,
        evidence=tuple((sha, _file_name(services, sha)) for sha in step.evidence),
    )


def _file_name(services: Services, sha256: str) -> str:
    found = services.records.evidence(sha256)
    return found.name if found else sha256[:12]


# -- entries --------------------------------------------------------------------------------------------------------


@use_case("task.progress")
def add_progress(services: Services, caller: Caller, task_id: str, entry: ProgressEntry, version: int) -> TaskPage:
    """Enter how far a task is: of the whole task by the bureau, of its own area by a county.

    Raises NotFound, BadRequest (a day to come, an area out of scope, evidence that was not attached), StaleRecord,
    Unmet (no words; no evidence of a finished task).
    """
    row = _row_of(services, task_id)
    if entry.date > services.clock.today():
        raise BadRequest("progress cannot be of a day to come", where="date", mend="Give the day it speaks of.")
    area = _own_area(services, caller, entry.area)
    case = _task_case(services, caller, row, version)
    given = Given(
        caller.name, reason=entry.reason, words=entry.words, evidence=_attached(services, case, entry.evidence)
    )
    move = checked_move(caller, case, _progress_move(case, area, entry.percent), given)
    told = {"percent": entry.percent, "date": entry.date.isoformat(), "area": area, "words": entry.words}
    moved(services, caller, case, case.version, move, given, told=told)
    return task_page(services, caller, task_id)


def _progress_move(case: Case, area: str | None, percent: float) -> str:
    if area is not None:
        return "report"
    if case.state == "done":
        return "reopen"
    return "finish" if percent >= 100 else "progress"


def _own_area(services: Services, caller: Caller, area: str | None) -> str | None:
    """The county an entry speaks for; None for the whole task, which only the bureau may say."""
    if area is None and "all" in reaches(caller, "task.progress"):
        return None
    wanted = area or (min(caller.areas) if len(caller.areas) == 1 else None)
    tree = known_registry(services).tree
    held_areas = set(caller.areas) | ({services.settings.area} if caller.everything else set())
    inside = wanted is not None and any(wanted == a or tree.is_within(wanted, a) for a in held_areas)
    if not inside or wanted not in tree:
        raise BadRequest("name the area of your scope that the entry speaks for", where="area", mend="Choose an area.")
    return wanted


def _task_case(services: Services, caller: Caller, row: TaskRow, version: int) -> Case:
    """The task's case at the version the caller saw, opened with the first entry. Raises StaleRecord."""
    case_id = task_case(row.task.id)
    case = store(services).case(case_id)
    if case is None and version == 0:
        now = services.clock.now()
        case = Case(
            case_id, "task", "task", row.task.id, row.task.title, "", "not_started", row.lead or "", row.due, now, now,
            caller.name, data={"due": iso(row.due)},
        )  # fmt: skip
        return opened(services, caller, case)
    if case is None or case.version != version:
        raise StaleRecord(
            "the task has changed meanwhile",
            where=row.task.id,
            mend="Load it again.",
            zh="任务在此期间已被修改",
            mend_zh="请重新打开后再操作。",
        )
    return case


def _version(services: Services, task_id: str) -> int:
    case = store(services).case(task_case(task_id))
    return case.version if case else 0


@use_case("task.progress")
def attach(services: Services, caller: Caller, task_id: str, data: bytes, name: str) -> Attached:
    """Keep a file as evidence of a task; entries and answers name it by its hash."""
    row = _row_of(services, task_id)
    kept = keep(services, caller, data, name, "case")
    case = _task_case(services, caller, row, _version(services, task_id))
    given = Given(caller.name, evidence=(kept.sha256,))
    move = checked_move(caller, case, "attach", given)
    written = moved(services, caller, case, case.version, move, given, told={"file": kept.name})
    return Attached(sha256=kept.sha256, name=kept.name, size=kept.size, version=written.version)


def _attached(services: Services, case: Case, wanted: Sequence[str]) -> tuple[str, ...]:
    """Only what was attached to this very task may be named: a hash alone opens nothing."""
    there = {sha for step in store(services).moves(case.case_id) if step.move == "attach" for sha in step.evidence}
    if set(wanted) - there:
        raise BadRequest(
            "this file was not attached to the task", where="evidence", mend="Upload it to the task first."
        )
    return tuple(dict.fromkeys(wanted))


@use_case("task.see")
def task_evidence(services: Services, caller: Caller, task_id: str, sha256: str) -> TakenAway:
    """A file that was attached to a task. Raises NotFound."""
    _row_of(services, task_id)
    steps = store(services).moves(task_case(task_id))
    if not any(step.move == "attach" and sha256 in step.evidence for step in steps):
        raise NotFound("the task has no such file", where=sha256, mend="Choose one of its entries.")
    return TakenAway(_file_name(services, sha256), services.columns.get_bytes(sha256))


# -- dispatches -----------------------------------------------------------------------------------------------------


@use_case("task.dispatch")
def dispatch(services: Services, caller: Caller, task_id: str, order: DispatchOrder) -> DispatchCard:
    """Send a task to a department or a county with a term and words; it acknowledges and answers.

    Raises NotFound, BadRequest (no or two recipients, an unknown area, a term that has passed, no words).
    """
    row, now = _row_of(services, task_id), services.clock.now()
    recipient = _recipient(services, order)
    if order.term < services.clock.today() or not order.words.strip():
        raise BadRequest("a dispatch needs words and a term to come", where="term, words", mend="Give both.")
    case_id = content_id("C", "dispatch", task_id, recipient, now.isoformat())
    data: dict[str, Any] = msgspec.to_builtins(order) | {"answer": "", "due": order.term.isoformat()}
    case = Case(
        case_id, "dispatch", "task", task_id, row.task.title, "", "sent", recipient, order.term, now, now, caller.name,
        data=data,
    )  # fmt: skip
    parent = _task_case(services, caller, row, _version(services, task_id))
    given = Given(caller.name, words=order.words)
    move = checked_move(caller, parent, "dispatch", given)
    opened(services, caller, case, order.words)
    moved(services, caller, parent, parent.version, move, given, told={"dispatch": case_id, "to": recipient})
    return _card(services, caller, case)


def _recipient(services: Services, order: DispatchOrder) -> str:
    if (order.department is None) == (order.area is None):
        raise BadRequest("name a department or an area, one of them", where="department, area", mend="Choose one.")
    if order.area is None:
        return str(order.department).strip()
    registry = known_registry(services)
    if not registry.tree.is_within(order.area, services.settings.area):
        raise BadRequest(
            f"there is no area {order.area} in this programme", where="area", mend="Choose one of the list."
        )
    return registry.area_name(order.area)


@within
def is_recipient(services: Services, caller: Caller, case: Case) -> bool:
    """Whether a dispatch was sent to the caller: to his county, or to his department (an officer of no department
    stands for the bureau as a whole)."""
    area, department = case.data.get("area"), case.data.get("department")
    if caller.everything:
        return True
    if area:
        tree = known_registry(services).tree
        return "county" in caller.roles and any(area == a or tree.is_within(area, a) for a in caller.areas)
    whole_bureau = not caller.departments and whole(caller, services.settings.area)
    return "officer" in caller.roles and (department in caller.departments or whole_bureau)


@use_case("task.see")
def dispatch_card(services: Services, caller: Caller, case_id: str) -> DispatchCard:
    """A dispatch as it stands. Raises NotFound."""
    return _card(services, caller, case_of(services, caller, case_id, "dispatch"))


@use_case("task.see")
def move_dispatch(
    services: Services, caller: Caller, case_id: str, asked: DispatchMove, version: int, task_id: str | None = None
) -> DispatchCard:
    """Acknowledge, answer, close, return or withdraw a dispatch (of the task, where one is named).

    Raises NotFound, NotAllowed, Conflict, StaleRecord, Unmet.
    """
    case = case_of(services, caller, case_id, "dispatch")
    if task_id not in (None, case.subject_id):
        raise NotFound(f"there is no dispatch {case_id}", mend="Open it from the list.")
    parent = store(services).case(task_case(case.subject_id))
    evidence = _attached(services, parent, asked.evidence) if parent else ()
    given = Given(caller.name, asked.reason, asked.words, evidence, recipient=is_recipient(services, caller, case))
    move = checked_move(caller, case, asked.move, given)
    data = case.data | ({"answer": asked.words} if move.id == "answer" else {})
    moved(services, caller, case, version, move, given, data=data)
    return dispatch_card(services, caller, case_id)


def _card(services: Services, caller: Caller, case: Case) -> DispatchCard:
    steps, mine = store(services).moves(case.case_id), is_recipient(services, caller, case)
    return DispatchCard(
        id=case.case_id,
        task_id=case.subject_id,
        title=case.title,
        recipient=case.owner,
        words=case.data["words"],
        answer=case.data["answer"],
        state=case.state,
        state_name=state_words("dispatch", case.state),
        term=iso(case.term),
        urgency=urgency(services.clock.today(), case.term),
        version=case.version,
        mine=mine,
        moves=offers(caller, case, steps, recipient=mine),
        trail=trail_of(case, steps),
    )


# -- reminders ------------------------------------------------------------------------------------------------------


@use_case("task.see")
def due_reminders(services: Services, caller: Caller) -> list[ReminderLine]:
    """The reminders that are to be written today: tasks whose term nears or has passed and that were not told of it."""
    return [
        ReminderLine(task_id=r.id, lead=r.owner, level=r.level, days_left=r.days_left, words=Words(r.zh, r.en))
        for r in reminders(services.clock.today(), ahead(services))
    ]


@use_case("task.dispatch")
def write_reminders(services: Services, caller: Caller) -> list[ReminderLine]:
    """Write today's reminders into the trails of their tasks; asked again the same day it writes nothing."""
    due = due_reminders(services, caller)
    for line in due:
        row = _row_of(services, line.task_id)
        case = _task_case(services, caller, row, _version(services, line.task_id))
        given = Given(caller.name, words=line.words.zh)
        move = checked_move(caller, case, "remind", given)
        told = {"level": line.level, "days_left": line.days_left}
        moved(services, caller, replace(case), case.version, move, given, told=told)
    return due
