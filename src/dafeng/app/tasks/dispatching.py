"""Use cases of dispatches 调度: a task is sent to a department or a county with a term; it acknowledges and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from dafeng.act.machine import Given, machine
from dafeng.app.case_ports import Case
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
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case, whole, within
from dafeng.app.services import Services
from dafeng.app.tasks.rows import (
    Sha,
    Text,
    attached,
    case_at,
    check_departments,
    of_departments,
    row_of,
    task_case,
    version_of,
)
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound
from dafeng.base.provenance import content_id


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


@use_case("task.dispatch")
def dispatch(services: Services, caller: Caller, task_id: str, order: DispatchOrder) -> DispatchCard:
    """Send a task to a department or a county with a term and words; it acknowledges and answers.

    Raises NotFound, NotAllowed (a task of other departments), BadRequest (no or two recipients, an unknown area, a term
    that has passed, no words).
    """
    row, now = row_of(services, task_id), services.clock.now()
    check_departments(services, caller, task_id)
    recipient = _recipient(services, order)
    if order.term < services.clock.today() or not order.words.strip():
        raise BadRequest(
            "a dispatch needs words and a term to come",
            where="term, words",
            mend="Give both.",
            zh="调度单没有写明要求,或期限早于今天",
            mend_zh="请写明要求,并把期限定在今天或以后。",
        )
    case_id = content_id("C", "dispatch", task_id, recipient, now.isoformat())
    data: dict[str, Any] = msgspec.to_builtins(order) | {"answer": "", "due": order.term.isoformat()}
    case = Case(
        case_id, "dispatch", "task", task_id, row.task.title, "", "sent", recipient, order.term, now, now, caller.name,
        data=data,
    )  # fmt: skip
    parent = case_at(services, caller, row, version_of(services, task_id))
    given = Given(caller.name, words=order.words)
    move = checked_move(caller, parent, "dispatch", given)
    opened(services, caller, case, order.words)
    moved(services, caller, parent, parent.version, move, given, told={"dispatch": case_id, "to": recipient})
    return card_of(services, caller, case)


def _recipient(services: Services, order: DispatchOrder) -> str:
    if (order.department is None) == (order.area is None):
        raise BadRequest(
            "name a department or an area, one of them",
            where="department, area",
            mend="Choose one.",
            zh="调度单须发给一个部门或一个区县,二者选一",
            mend_zh="请选择接收的部门或区县。",
        )
    if order.area is None:
        return str(order.department).strip()
    registry = known_registry(services)
    if not registry.tree.is_within(order.area, services.settings.area):
        raise BadRequest(
            f"there is no area {order.area} in this programme",
            where="area",
            mend="Choose one of the list.",
            zh=f"本市没有区划代码为{order.area}的区县",
            mend_zh="请从区县列表中选择。",
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
    return card_of(services, caller, case_of(services, caller, case_id, "dispatch"))


@use_case("task.see", act="dispatch.move")
def move_dispatch(
    services: Services, caller: Caller, case_id: str, asked: DispatchMove, version: int, task_id: str | None = None
) -> DispatchCard:
    """Acknowledge, answer, close, return or withdraw a dispatch (of the task, where one is named).

    Raises NotFound, NotAllowed, Conflict, StaleRecord, Unmet.
    """
    case = case_of(services, caller, case_id, "dispatch")
    if task_id not in (None, case.subject_id):
        raise NotFound(
            f"there is no dispatch {case_id}",
            mend="Open it from the list.",
            zh="这项任务没有该调度单",
            mend_zh="请从任务页或调度列表中打开。",
        )
    parent = store(services).case(task_case(case.subject_id))
    evidence = attached(services, parent, asked.evidence) if parent else ()
    given = Given(caller.name, asked.reason, asked.words, evidence, recipient=is_recipient(services, caller, case))
    move = checked_move(caller, case, asked.move, given)
    if move.who == "task.dispatch":  # what the sender does; the recipient may be of any department
        check_departments(services, caller, case.subject_id)
    data = case.data | ({"answer": asked.words} if move.id == "answer" else {})
    moved(services, caller, case, version, move, given, data=data)
    return dispatch_card(services, caller, case_id)


@within
def card_of(services: Services, caller: Caller, case: Case) -> DispatchCard:
    steps, mine = store(services).moves(case.case_id), is_recipient(services, caller, case)
    sender = of_departments(services, caller, case.subject_id)
    open_to = {m.id for m in machine("dispatch").moves if sender or m.who != "task.dispatch"}
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
        moves=tuple(m for m in offers(caller, case, steps, recipient=mine) if m.move in open_to),
        trail=trail_of(case, steps),
    )
