"""Use cases of task progress 任务进展: the page of a task, entries with evidence."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from dafeng.act.machine import Given
from dafeng.act.terms import terms
from dafeng.app.case_ports import Case, Moved
from dafeng.app.cases import TrailStep, Urgency, checked_move, iso, known_registry, moved, store, trail_of
from dafeng.app.evidences import keep
from dafeng.app.pages.english import department_en, goal_en, indicator_en, task_en
from dafeng.app.pages.held import held
from dafeng.app.pages.shapes import Words
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import may, reaches, use_case
from dafeng.app.services import Services
from dafeng.app.tasks.dispatching import DispatchCard, card_of, is_recipient
from dafeng.app.tasks.rows import (
    TASK_STATES,
    Sha,
    TaskRow,
    Text,
    attached,
    case_at,
    check_departments,
    in_departments,
    row_of,
    task_case,
    version_of,
)
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound


class ProgressEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a task is on a day. area: the county it speaks for, of a county's entry; reason: why a finished task
    is taken up again."""

    words: Text
    percent: Annotated[float, msgspec.Meta(ge=0, le=100)]
    date: date
    evidence: Annotated[list[Sha], msgspec.Meta(max_length=50)] = []
    area: Annotated[str, msgspec.Meta(max_length=12)] | None = None
    reason: Text = ""


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


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    title_en: str
    doc: str
    doc_title: str
    upper: bool  # of a plan of an upper level 上级方案
    path: tuple[str, ...]
    number: str | None
    quote: str
    span: tuple[int, int] | None
    measures: tuple[str, ...]
    lead: str | None
    departments: tuple[str, ...]
    units_en: dict[str, str]  # the units above in English, where their words are known
    sector: str | None
    start: str | None
    due: str | None
    deadlines: tuple[int, ...]
    state: str
    state_name: Words
    percent: float | None
    overdue_days: int
    urgency: Urgency | None
    targets: tuple[tuple[str, Words], ...]  # id, what it is about
    entries: tuple[Entry, ...]
    dispatches: tuple[DispatchCard, ...]
    trail: tuple[TrailStep, ...]
    version: int  # 0: nothing was entered yet
    may_enter: bool
    may_dispatch: bool
    assessment: tuple[str, Words] | None  # until when the year is assessed next
    rule: str
    demonstration: bool


# -- reading --------------------------------------------------------------------------------------------------------


def _about(name: str) -> Words:
    """What a target is about, as the plan names it and in English where its words are known."""
    return Words(zh=name, en=goal_en(indicator_en(None, name) or name))


@use_case("task.see")
def task_page(services: Services, caller: Caller, task_id: str) -> TaskPage:
    """A task with its passage in the plan, entries, dispatches and trail. Raises NotFound."""
    row, day = row_of(services, task_id), services.clock.today()
    task, case = row.task, store(services).case(task_case(task_id))
    steps = store(services).moves(case.case_id) if case else []
    quote, span = _quote(services, task_id)
    assessed = terms().next_assessment(day)
    return TaskPage(
        id=task.id,
        title=task.title,
        title_en=task_en(task.title),
        doc=task.doc,
        doc_title=row.doc_title,
        upper=row.upper,
        path=task.path,
        number=task.number,
        quote=quote,
        span=span,
        measures=task.measures,
        lead=row.lead,
        departments=row.departments,
        units_en={name: department_en(name) or name for name in row.departments},
        sector=task.sector,
        start=iso(row.start),
        due=iso(row.due),
        deadlines=task.deadlines,
        state=row.state,
        state_name=TASK_STATES[row.state],
        percent=row.percent,
        overdue_days=row.overdue_days,
        urgency=row.urgency,
        targets=tuple((t.id, _about(t.indicator)) for t in row.targets),
        entries=tuple(_entry(services, s) for s in reversed(steps) if "percent" in s.data),
        dispatches=tuple(card_of(services, caller, c) for c in store(services).cases("dispatch", [task_id])),
        trail=trail_of(case, steps) if case else (),
        version=case.version if case else 0,
        may_enter=may(caller, "task.progress") and ("county" in caller.roles or in_departments(caller, row)),
        may_dispatch=may(caller, "task.dispatch") and in_departments(caller, row),
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
    """Enter how far a task is: of the whole task by the bureau (by an officer of departments: of their tasks), of its
    own area by a county.

    Raises NotFound, NotAllowed (a task of other departments), BadRequest (a day to come, an area out of scope, evidence
    that was not attached), StaleRecord, Unmet (no words; no evidence of a finished task).
    """
    row = row_of(services, task_id)
    if entry.date > services.clock.today():
        raise BadRequest(
            "progress cannot be of a day to come",
            where="date",
            mend="Give the day it speaks of.",
            zh=f"进展日期{entry.date.isoformat()}在今天之后",
            mend_zh="请填写进展所属的日期,不晚于今天。",
        )
    area = _own_area(services, caller, row, entry.area)
    case = case_at(services, caller, row, version)
    given = Given(
        caller.name, reason=entry.reason, words=entry.words, evidence=attached(services, case, entry.evidence)
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


def _own_area(services: Services, caller: Caller, row: TaskRow, area: str | None) -> str | None:
    """The county an entry speaks for; None for the whole task, which only the bureau may say."""
    if "county" not in caller.roles:
        check_departments(services, caller, row.task.id)
    if area is None and "all" in reaches(caller, "task.progress") and in_departments(caller, row):
        return None
    wanted = area or (min(caller.areas) if len(caller.areas) == 1 else None)
    tree = known_registry(services).tree
    held_areas = set(caller.areas) | ({services.settings.area} if caller.everything else set())
    inside = wanted is not None and any(wanted == a or tree.is_within(wanted, a) for a in held_areas)
    if not inside or wanted not in tree:
        raise BadRequest(
            "name the area of your scope that the entry speaks for",
            where="area",
            mend="Choose an area.",
            zh="没有指明进展所属的区县,或该区县不在您的范围内",
            mend_zh="请选择您负责的区县。",
        )
    return wanted


@use_case("task.progress", act="task.attach")
def attach(services: Services, caller: Caller, task_id: str, data: bytes, name: str) -> Attached:
    """Keep a file as evidence of a task; entries and answers name it by its hash."""
    row = row_of(services, task_id)
    sent = any(is_recipient(services, caller, c) for c in store(services).cases("dispatch", [task_id]))
    if "county" not in caller.roles and not sent:  # who was sent a dispatch answers it with evidence
        check_departments(services, caller, task_id)
    kept = keep(services, caller, data, name, "case")
    case = case_at(services, caller, row, version_of(services, task_id))
    given = Given(caller.name, evidence=(kept.sha256,))
    move = checked_move(caller, case, "attach", given)
    written = moved(services, caller, case, case.version, move, given, told={"file": kept.name})
    return Attached(sha256=kept.sha256, name=kept.name, size=kept.size, version=written.version)


@use_case("task.see", act="evidence.download")
def task_evidence(services: Services, caller: Caller, task_id: str, sha256: str) -> TakenAway:
    """A file that was attached to a task. Raises NotFound."""
    row_of(services, task_id)
    steps = store(services).moves(task_case(task_id))
    if not any(step.move == "attach" and sha256 in step.evidence for step in steps):
        raise NotFound(
            "the task has no such file",
            where=sha256,
            mend="Choose one of its entries.",
            zh="这项任务没有该凭证文件",
            mend_zh="请从任务页的凭证中选择。",
        )
    return TakenAway(_file_name(services, sha256), services.columns.get_bytes(sha256))
