"""Use case: the inbox 待办: everything that waits for a move the caller may make, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import quote

import msgspec
import polars as pl

from dafeng.act.machine import Given, Move, barred, machine
from dafeng.app.cases import Urgency, filled_by, iso, state_words, store, urgency, visible_firms
from dafeng.app.certificates.reminders import certificate_waits
from dafeng.app.filing.due_reminders import reminded_of
from dafeng.app.filing.dues import DUE_STATES, contract_words, dues_frame
from dafeng.app.pages.english import department_en, task_en
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may, use_case
from dafeng.app.services import Services
from dafeng.app.tasks.dispatching import is_recipient
from dafeng.app.tasks.rows import TASK_STATES, of_departments, task_rows
from dafeng.base.callers import Caller
from dafeng.base.periods import Period

_MOST = 500  # items in one answer; counts are of all
_NONE: Mapping[tuple[str, str, str], Words] = {}
_HREF = {"filing": "/filing/{}", "finding": "/findings/{}"}


class InboxItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits. escalated: its term has passed and it waits for somebody below 逾期上报.

    id is the case, or of a due without a filing ``enterprise|contract|period``, of a task its own.
    """

    id: str
    kind: str  # filing | due | task | dispatch | finding | certificate
    title: str
    state: str
    state_name: Words
    term: str | None
    urgency: Urgency | None
    since: str | None
    moves: tuple[str, ...]
    escalated: bool
    href: str
    title_en: str = ""  # the title in English, what people wrote as it is
    reminded: Words | None = None  # the last reminder 催报, where there was one


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, the nearest term first; counts by kind and by level are of all, also where the list was cut."""

    items: tuple[InboxItem, ...]
    total: int
    kinds: dict[str, int]
    levels: dict[str, int]


@use_case("inbox.see")
def inbox(services: Services, caller: Caller) -> Inbox:
    """What waits for the caller."""
    items = inbox_items(services, caller)
    return Inbox(
        items=tuple(items[:_MOST]),
        total=len(items),
        kinds=dict(Counter(i.kind for i in items)),
        levels=dict(Counter(i.urgency.level for i in items if i.urgency)),
    )


@use_case("inbox.see")
def inbox_items(services: Services, caller: Caller) -> list[InboxItem]:
    """All items, the nearest term first, what has no term last."""
    day = services.clock.today()
    reminded = reminded_of(services, caller) if may(caller, "filing.edit") else {}
    items = [
        *_cases(services, caller, "filing", day, reminded),
        *_cases(services, caller, "finding", day),
        *_dispatches(services, caller, day),
        *_dues(services, caller, day, reminded),
        *_tasks(services, caller),
        *_certificates(services, caller, day),
    ]
    return sorted(items, key=lambda i: (i.term or "9999", i.escalated, i.title, i.id))


def _waiting(caller: Caller, kind: str, state: str) -> tuple[Move, ...]:
    """The moves somebody waits for in a state that the caller's roles may make."""
    return tuple(m for m in machine(kind).out_of(state) if not m.aside and may(caller, m.who))


def _escalated(caller: Caller, kind: str, state: str, term: date | None, day: date) -> bool:
    held = machine(kind).states[state]
    over = term is not None and day > term
    return over and held.escalates_to is not None and may(caller, held.escalates_to)


def _cases(
    services: Services, caller: Caller, kind: str, day: date, reminded: Mapping[tuple[str, str, str], Words] = _NONE
) -> Iterator[InboxItem]:
    """Filings or findings of the scope."""
    if not may(caller, f"{kind}.see"):
        return
    heads = store(services).heads(kind).filter(pl.col("subject_id").is_in(list(visible_firms(services, caller))))
    for row in heads.iter_rows(named=True):
        moves = _waiting(caller, kind, row["state"])
        if any("another_person" in m.needs for m in moves) and may(caller, "filing.edit"):
            given = Given(caller.name, filled_by=filled_by(store(services).moves(row["case_id"])))
            own = any(barred(m, given) for m in moves)
            moves = () if own else moves
        escalated = not moves and _escalated(caller, kind, row["state"], row["term"], day)
        if moves or escalated:
            yield InboxItem(
                id=row["case_id"],
                kind=kind,
                title=row["title"],
                title_en=_case_en(row["title"], kind, row["form"], row["period"]),
                state=row["state"],
                state_name=state_words(kind, row["state"]),
                term=iso(row["term"]),
                urgency=urgency(day, row["term"]),
                since=iso(row["changed_at"]),
                moves=tuple(dict.fromkeys(m.id for m in moves)),
                escalated=escalated,
                href=_HREF[kind].format(row["case_id"]),
                reminded=reminded.get((row["subject_id"], row["form"], row["period"])) if moves else None,
            )


def _case_en(title: str, kind: str, form: str, period: str) -> str:
    """The title of a filing with its table and period in English; of another case as it was written."""
    if kind != "filing":
        return title
    words = contract_words(form)
    tail = f"{words.zh} {Period.parse(period).zh}"
    return f"{title.removesuffix(tail)}{words.en} {period}" if title.endswith(tail) else title


def _dispatches(services: Services, caller: Caller, day: date) -> Iterator[InboxItem]:
    if not may(caller, "task.progress"):
        return
    for case in store(services).cases("dispatch"):
        given = Given(caller.name, recipient=is_recipient(services, caller, case))
        moves = [m for m in _waiting(caller, "dispatch", case.state) if barred(m, given) is None]
        if not of_departments(services, caller, case.subject_id):
            moves = [m for m in moves if m.who != "task.dispatch"]
        escalated = not moves and _escalated(caller, "dispatch", case.state, case.term, day)
        if moves or escalated:
            yield InboxItem(
                id=case.case_id,
                kind="dispatch",
                title=f"{case.owner}:{case.title}",
                title_en=f"{department_en(case.owner) or case.owner}: {task_en(case.title)}",
                state=case.state,
                state_name=state_words("dispatch", case.state),
                term=iso(case.term),
                urgency=urgency(day, case.term),
                since=iso(case.changed_at),
                moves=tuple(m.id for m in moves),
                escalated=escalated,
                href=f"/tasks/{quote(case.subject_id, safe='')}?dispatch={case.case_id}",
            )


def _dues(
    services: Services, caller: Caller, day: date, reminded: Mapping[tuple[str, str, str], Words]
) -> Iterator[InboxItem]:
    """Tables that are due and of which no filing is open yet."""
    if not may(caller, "filing.edit"):
        return
    open_ones = dues_frame(services, caller).filter(pl.col("state").is_in(["due", "late"]))
    for row in open_ones.iter_rows(named=True):
        words = contract_words(row["contract"])
        yield InboxItem(
            id=f"{row['enterprise_id']}|{row['contract']}|{row['period']}",
            kind="due",
            title=f"{row['name']} {words.zh} {Period.parse(row['period']).zh}",
            title_en=f"{row['name']} {words.en} {row['period']}",
            state=row["state"],
            state_name=DUE_STATES[row["state"]],
            term=iso(row["term"]),
            urgency=urgency(day, row["term"]),
            since=None,
            moves=("open",),
            escalated=False,
            href=f"/filing?enterprise={quote(row['enterprise_id'])}&contract={row['contract']}&period={row['period']}",
            reminded=reminded.get((row["enterprise_id"], row["contract"], row["period"])),
        )


def _certificates(services: Services, caller: Caller, day: date) -> Iterator[InboxItem]:
    """Certificates about to expire and claims that were refused, of the scope."""
    for wait in certificate_waits(services, caller, day):
        yield InboxItem(
            id=wait.id,
            kind="certificate",
            title=wait.title,
            title_en=wait.title_en,
            state=wait.state,
            state_name=wait.state_name,
            term=iso(wait.term),
            urgency=urgency(day, wait.term),
            since=wait.since,
            moves=wait.moves,
            escalated=False,
            href=wait.href,
        )


def _tasks(services: Services, caller: Caller) -> Iterator[InboxItem]:
    """Tasks of the caller's departments (all, of an officer of none) whose term nears or has passed."""
    if "officer" not in caller.roles or not may(caller, "task.progress"):
        return
    for row in task_rows(services):
        mine = not caller.departments or bool(caller.departments & set(row.departments))
        if row.urgency is None or row.upper or not mine:
            continue
        yield InboxItem(
            id=row.task.id,
            kind="task",
            title=row.task.title,
            title_en=task_en(row.task.title),
            state=row.state,
            state_name=TASK_STATES[row.state],
            term=iso(row.due),
            urgency=row.urgency,
            since=iso(row.last.at) if row.last else None,
            moves=("progress",),
            escalated=False,
            href=f"/tasks/{quote(row.task.id, safe='')}",
        )
