"""Tasks with what is known of them 任务进展: dates of the plan, the last progress entry, the targets they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

import msgspec

from dafeng.act.terms import Ahead, TaskState, task_state, terms
from dafeng.app.assessing import higher_documents
from dafeng.app.case_ports import Case, Moved
from dafeng.app.cases import Urgency, iso, known_registry, opened, store, urgency
from dafeng.app.pages.held import Held, held
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, StaleRecord
from dafeng.base.provenance import content_id
from dafeng.plan.records import Document, Target, Task

Text = Annotated[str, msgspec.Meta(max_length=4000)]
Sha = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
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
    upper: bool = False  # of a plan of an upper level 上级方案: shown, not counted as ours
    evidence: int = 0  # files attached

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
    higher = higher_documents(known.view, known_registry(services), services.settings.area)
    rows = (_row(t, documents, of_doc, steps[task_case(t.id)], day) for t in known.view.tasks())
    return tuple(replace(row, upper=row.task.doc in higher) for row in rows)


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
        evidence=len({sha for s in steps if s.move == "attach" for sha in s.evidence}),
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
        if r.due is not None and r.state != "done" and not r.upper
    )


# -- the case of a task ----------------------------------------------------------------------------------------------


def row_of(services: Services, task_id: str) -> TaskRow:
    found = next((r for r in task_rows(services) if r.task.id == task_id), None)
    if found is None:
        raise NotFound(
            f"there is no task {task_id}",
            mend="Choose one of the list of tasks.",
            zh=f"没有任务{task_id}",
            mend_zh="请从任务列表中选择。",
        )
    return found


@within
def case_at(services: Services, caller: Caller, row: TaskRow, version: int) -> Case:
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


@within
def in_departments(caller: Caller, row: TaskRow) -> bool:
    """Whether a task is one of the caller's departments, leading or joint; every task of who has none."""
    return caller.everything or not caller.departments or not caller.departments.isdisjoint(row.departments)


@within
def of_departments(services: Services, caller: Caller, task_id: str) -> bool:
    """As ``in_departments``, by the task's id; a task that is no longer in the ledger is nobody's department's."""
    row = next((r for r in task_rows(services) if r.task.id == task_id), None)
    return in_departments(caller, row) if row else caller.everything or not caller.departments


@within
def check_departments(services: Services, caller: Caller, task_id: str) -> None:
    """Raise NotAllowed where an officer of departments would act on a task that names none of them."""
    if not of_departments(services, caller, task_id):
        raise NotAllowed(
            "the task is none of your departments'",
            where=task_id,
            mend="Ask somebody of a department that the task names.",
            zh="这项任务的牵头和配合单位中没有您所在的部门",
            mend_zh="请由任务列明的单位办理。",
        )


def version_of(services: Services, task_id: str) -> int:
    case = store(services).case(task_case(task_id))
    return case.version if case else 0


def attached(services: Services, case: Case, wanted: Sequence[str]) -> tuple[str, ...]:
    """Only what was attached to this very task may be named: a hash alone opens nothing."""
    there = {sha for step in store(services).moves(case.case_id) if step.move == "attach" for sha in step.evidence}
    if set(wanted) - there:
        raise BadRequest(
            "this file was not attached to the task",
            where="evidence",
            mend="Upload it to the task first.",
            zh="所引用的凭证没有上传到这项任务",
            mend_zh="请先把文件上传到这项任务,再引用。",
        )
    return tuple(dict.fromkeys(wanted))
