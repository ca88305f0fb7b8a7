"""Tasks with what is known of them 任务进展: dates of the plan, the last progress entry, the targets they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dafeng.act.terms import Ahead, TaskState, task_state, terms
from dafeng.app.case_ports import Moved
from dafeng.app.cases import Urgency, store, urgency
from dafeng.app.pages.held import Held, held
from dafeng.app.pages.shapes import Words
from dafeng.app.services import Services
from dafeng.base.provenance import content_id
from dafeng.plan.records import Document, Target, Task

COUNTED = frozenset({"progress", "finish", "reopen"})  # entries that say how far the whole task is
TASK_STATES: dict[str, Words] = {
    "not_started": Words("未开始", "not started"),
    "in_progress": Words("进行中", "in progress"),
    "done": Words("已完成", "done"),
    "overdue": Words("逾期", "overdue"),
}


@dataclass(frozen=True)
class TaskRow:
    """A task as lists, boards and Gantt charts show it; due None: the plan names no year."""

    task: Task
    doc_title: str
    start: date | None
    due: date | None
    percent: float | None
    state: TaskState
    overdue_days: int
    urgency: Urgency | None
    last: Moved | None
    targets: tuple[Target, ...]

    @property
    def lead(self) -> str | None:
        return next((u.name for u in self.task.units if u.lead), None)

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(u.name for u in self.task.units)

    @property
    def last_said(self) -> str | None:
        return self.last.reason if self.last else None


def task_case(task_id: str) -> str:
    """The id of a task's case."""
    return content_id("C", "task", task_id)


def task_rows(services: Services) -> tuple[TaskRow, ...]:
    """Every task in force of the ledger; no right is asked here, a use case has done so before."""
    known, day = held(services), services.clock.today()
    version = (known.version, store(services).revision(), day)
    return services.memory.get("cases.tasks", version, lambda: _made(services, known, day))


def _made(services: Services, known: Held, day: date) -> tuple[TaskRow, ...]:
    steps: dict[str, list[Moved]] = defaultdict(list)
    for step in store(services).moves_of("task"):
        steps[step.case_id].append(step)
    documents = {d.doc: d for d in known.view.documents()}
    of_doc: dict[str, list[Target]] = defaultdict(list)
    for target in known.view.targets():
        of_doc[target.doc].append(target)
    return tuple(_row(t, documents, of_doc, steps[task_case(t.id)], day) for t in known.view.tasks())


def _row(
    task: Task, documents: Mapping[str, Document], of_doc: Mapping[str, list[Target]], steps: list[Moved], day: date
) -> TaskRow:
    document = documents.get(task.doc)
    said = [s for s in steps if s.move in COUNTED]
    percent = float(said[-1].data["percent"]) if said else None
    due = date(max(task.deadlines), 12, 31) if task.deadlines else None
    state = task_state(percent, due, day)
    inside = [t for t in of_doc.get(task.doc, ()) if task.span[0] <= t.span[0] and t.span[1] <= task.span[1]]
    return TaskRow(
        task=task,
        doc_title=(document.title if document else None) or task.doc,
        start=_start(document),
        due=due,
        percent=percent,
        state=state,
        overdue_days=(day - due).days if state == "overdue" and due else 0,
        urgency=None if state == "done" else urgency(day, due, terms().task_levels),
        last=next((s for s in reversed(steps) if s.move in COUNTED or s.move == "report"), None),
        targets=tuple(inside),
    )


def _start(document: Document | None) -> date | None:
    """A task begins when its plan is issued."""
    text = (document.issue_date or document.publish_date) if document else None
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # a plan that names only year and month
        return None


def ahead(services: Services) -> tuple[Ahead, ...]:
    """The open tasks with a term, and the levels that were told of already."""
    told: dict[str, set[str]] = defaultdict(set)
    for step in store(services).moves_of("task"):
        if step.move == "remind":
            told[step.case_id].add(str(step.data["level"]))
    return tuple(
        Ahead(r.task.id, r.task.title, r.lead or "", r.due, frozenset(told[task_case(r.task.id)]))
        for r in task_rows(services)
        if r.due is not None and r.state != "done"
    )
