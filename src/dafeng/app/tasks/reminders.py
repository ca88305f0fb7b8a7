"""Use cases of reminders of tasks 任务提醒: what is to be said because a term nears or has passed, once a level."""

from __future__ import annotations

import msgspec

from dafeng.act.machine import Given
from dafeng.act.terms import reminders, terms
from dafeng.app.cases import checked_move, moved
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.app.tasks.rows import ahead, case_at, in_departments, row_of, version_of
from dafeng.base.callers import Caller


class ReminderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder: which task, whose, how urgent, in words."""

    task_id: str
    lead: str
    level: str
    days_left: int
    words: Words


class TaskTerms(msgspec.Struct, frozen=True, kw_only=True):
    """When the year's work is assessed next 年度考核评估; None where no rule says."""

    assessed_on: str | None
    assessment: Words | None
    days_left: int | None
    rule: str
    rule_status: str


@use_case("task.see")
def due_reminders(services: Services, caller: Caller) -> list[ReminderLine]:
    """The reminders that are to be written today: tasks whose term nears or has passed and that were not told of it."""
    return [
        ReminderLine(task_id=r.id, lead=r.owner, level=r.level, days_left=r.days_left, words=Words(r.zh, r.en))
        for r in reminders(services.clock.today(), ahead(services))
    ]


@use_case("task.dispatch")
def write_reminders(services: Services, caller: Caller) -> list[ReminderLine]:
    """Write today's reminders into the trails of their tasks (an officer of departments: of theirs); asked again the
    same day it writes nothing."""
    due = [line for line in due_reminders(services, caller) if in_departments(caller, row_of(services, line.task_id))]
    for line in due:
        row = row_of(services, line.task_id)
        case = case_at(services, caller, row, version_of(services, line.task_id))
        given = Given(caller.name, words=line.words.zh)
        move = checked_move(caller, case, "remind", given)
        told = {"level": line.level, "days_left": line.days_left}
        moved(services, caller, case, case.version, move, given, told=told)
    return due


@use_case("task.see")
def task_terms(services: Services, caller: Caller) -> TaskTerms:
    """The day on which a year's work is assessed next, and the rule that says so."""
    assessed = terms().next_assessment(services.clock.today())
    return TaskTerms(
        assessed_on=assessed[0].isoformat() if assessed else None,
        assessment=Words(assessed[1], assessed[2]) if assessed else None,
        days_left=(assessed[0] - services.clock.today()).days if assessed else None,
        rule=terms().source,
        rule_status=terms().status,
    )
