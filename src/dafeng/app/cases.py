"""What all cases share 事项: who sees one, which moves are open to whom, how a move is checked, signed and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from dafeng.act.machine import Given, Machine, Move, barred, machine, unmet
from dafeng.act.terms import Level, level
from dafeng.app.case_ports import Case, CaseStore, Moved
from dafeng.app.pages.english import area_en, department_en
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import matrix, may, require, visible_enterprises, within
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope
from dafeng.app.versions import delivered
from dafeng.base.callers import ROLES, Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, Problem, StaleRecord

SIGNED = "signed"  # where a step keeps the name and unit of who made it
_FILLING = frozenset({"edit", "upload", "submit"})  # moves of those who fill a case in


class Conflict(StaleRecord):
    """The case stands where this move does not begin."""

    status = 409


class Unmet(BadRequest):
    """A move lacks something; ``problems`` lists all of it."""

    def __init__(
        self, what: str, problems: tuple[Problem, ...], *, where: str = "", mend: str = "", zh: str = "",
        mend_zh: str = "",
    ) -> None:  # fmt: skip
        mend = mend or (problems[0].mend if problems else "")
        super().__init__(what, where=where, mend=mend, zh=zh, mend_zh=mend_zh)
        self.problems = problems


class MoveOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A move that the caller may make now, and what it needs."""

    move: str
    name: Words
    target: str
    needs: tuple[str, ...]
    aside: bool = False


class TrailStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a case: who, as what, when, from where to where, why."""

    at: str
    who: str  # login
    role: str
    role_name: Words
    move: str
    name: Words
    from_state: str
    to_state: str
    reason: str
    evidence: tuple[str, ...] = ()
    data: dict[str, Any] = {}
    display: str = ""  # the name of the person as it was then; "" where it was not kept
    unit: Words | None = None  # for whom the person acted then: a firm, an area, a department


class LineStep(msgspec.Struct, frozen=True, kw_only=True):
    """One state of the visible line: passed by whom and when, or not yet; here = the case stands in it."""

    state: str
    name: Words
    here: bool
    at: str | None = None
    who: str | None = None
    display: str = ""


class Urgency(msgspec.Struct, frozen=True, kw_only=True):
    """How near a term is: level blue, yellow, orange, red."""

    level: str
    name: Words
    words: Words
    days_left: int


def store(services: Services) -> CaseStore:
    """The case store of the programme."""
    assert services.cases is not None, "this programme was opened without its cases"
    return services.cases


def known_registry(services: Services) -> Registry:
    """The registry of now, kept until it changes."""
    return services.memory.get("cases.registry", delivered(services), lambda: registry_of(services))


@within
def visible_firms(services: Services, caller: Caller) -> frozenset[str]:
    """The ids of the enterprises that the caller may see one by one."""

    def made() -> frozenset[str]:
        registry = known_registry(services)
        if caller.everything:
            return frozenset(visible_enterprises(caller, registry.enterprises, frozenset())["enterprise_id"].to_list())
        return scope(caller, registry) & frozenset(registry.enterprises["enterprise_id"].to_list())

    sight = ("cases.firms", caller.roles, caller.areas, caller.enterprises, caller.everything)
    return services.memory.get(sight, delivered(services), made)


@within
def firm_row(services: Services, caller: Caller, enterprise_id: str) -> dict[str, Any]:
    """The last registry row of an enterprise. Raises NotFound, in the same words for one out of scope."""
    if enterprise_id in visible_firms(services, caller):
        rows = known_registry(services).enterprises.filter(pl.col("enterprise_id") == enterprise_id).sort("since")
        return rows.row(-1, named=True)
    raise NotFound(
        f"there is no enterprise {enterprise_id}",
        mend="Choose one of the list of enterprises.",
        zh=f"没有企业{enterprise_id}",
        mend_zh="请从企业列表中选择。",
    )


@within
def sees_case(services: Services, caller: Caller, case: Case) -> bool:
    """Whether a case lies in the caller's scope; cases of tasks belong to the whole programme."""
    if case.subject_kind == "enterprise":
        return case.subject_id in visible_firms(services, caller)
    return True


@within
def case_of(services: Services, caller: Caller, case_id: str, kind: str) -> Case:
    """A case that the caller may see. Raises NotFound, in the same words whether it is not there or not his."""
    case = store(services).case(case_id)
    if case is None or case.kind != kind or not sees_case(services, caller, case):
        raise NotFound(
            f"there is no {kind} {case_id}",
            mend="Open it from the list.",
            zh=f"没有这份{machine(kind).zh}",
            mend_zh="请从列表中打开。",
        )
    return case


@within
def role_of(caller: Caller, use_case: str) -> str:
    """As what the caller acts in a use case."""
    line = matrix()[use_case].reach
    return next((r for r in ROLES if r in caller.roles and r in line), "")


def filled_by(trail: Iterable[Moved]) -> frozenset[str]:
    """Who filled the case in since it was opened, or opened again."""
    people: set[str] = set()
    for step in trail:
        people = set() if step.move == "reopen" else people
        if step.move in _FILLING:
            people.add(step.who)
    return frozenset(people)


@within
def offers(caller: Caller, case: Case, trail: Iterable[Moved], *, recipient: bool = False) -> tuple[MoveOffer, ...]:
    """The moves that the caller may make on a case he sees, each once."""
    given = Given(caller.name, filled_by=filled_by(trail), recipient=recipient)
    out = machine(case.kind).out_of(case.state)
    open_ones = {m.id: m for m in out if may(caller, m.who) and barred(m, given) is None}
    return tuple(
        MoveOffer(move=m.id, name=Words(m.zh, m.en), target=m.target, needs=tuple(sorted(m.needs)), aside=m.aside)
        for m in open_ones.values()
    )


@within
def checked_move(caller: Caller, case: Case, move_id: str, given: Given) -> Move:
    """The move of that name out of the case's state, if this caller may make it with what is given.

    Raises BadRequest for an unknown move, Conflict where the case does not stand at its beginning, NotAllowed, Unmet.
    """
    life = machine(case.kind)
    life.named(move_id)
    found = life.find(case.state, move_id)
    if not found:
        raise Conflict(
            f"a {case.kind} that is {life.states[case.state].en} cannot {move_id}",
            where=case.title,
            mend="Load it again and look where it stands.",
            zh=f"此件现为“{life.states[case.state].zh}”,不能“{life.named(move_id).zh}”",
            mend_zh="请刷新,查看办理进度。",
        )
    mine = [m for m in found if may(caller, m.who)]
    if not mine:
        require(caller, found[0].who)
    reason = barred(mine[0], given)
    if reason is not None:
        raise NotAllowed(
            reason,
            where=case.title,
            mend="Ask another person who has the role.",
            zh="填报人不能审核或确认自己填报的内容" if given.who in given.filled_by else "此步骤不能由您办理",
            mend_zh="请由同一角色的其他人员办理。",
        )
    lacking = unmet(mine[0], given)
    if lacking:
        raise Unmet(
            f"{move_id} is not possible yet: {lacking[0].what}",
            lacking,
            where=case.title,
            zh=f"还不能“{mine[0].zh}”:{lacking[0].what_zh}{f'等{len(lacking)}处问题' if lacking[1:] else ''}",
            mend_zh="请按所列问题逐项更正或说明后再办理。" if lacking[1:] else lacking[0].mend_zh,
        )
    return mine[0]


@within
def opened(
    services: Services, caller: Caller, case: Case, reason: str = "", data: Mapping[str, Any] | None = None
) -> Case:
    """Write a new case with its first step."""
    start = machine(case.kind).start
    step = Moved(
        case.case_id, case.created_at, caller.name, role_of(caller, start.who), start.id, "", start.target, reason,
        data=dict(data or {}) | signed(services, caller),
    )  # fmt: skip
    store(services).open(case, [step])
    return case


@within
def moved(
    services: Services,
    caller: Caller,
    case: Case,
    on_version: int,
    move: Move,
    given: Given,
    *,
    data: dict[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
) -> Case:
    """Write a checked move, signed by the caller. Raises StaleRecord where the case is of another version by now.

    data: what the case holds from now on (as before where left out); told: what the step itself keeps.
    """
    now = services.clock.now()
    own = case.data if data is None else data
    entered = today(services) if move.target != case.state else None
    term = machine(case.kind).term(move.target, entered, _own_term(own)) if entered else case.term
    standing = replace(case, state=move.target, term=term, changed_at=now, changed_by=caller.name, data=own)
    step = Moved(
        case.case_id, now, caller.name, role_of(caller, move.who), move.id, case.state, move.target,
        given.reason or given.words, given.evidence, dict(told or {}) | signed(services, caller),
    )  # fmt: skip
    return store(services).put(standing, on_version, [step])


@within
def signed(services: Services, caller: Caller) -> dict[str, Any]:
    """What a step keeps of the person beside the login: name and unit as they are now, whatever the account becomes."""
    display = caller.display.strip()
    unit = _unit_of(services, caller)
    kept = {"display": display if display != caller.name else "", "unit": msgspec.to_builtins(unit) if unit else None}
    return {SIGNED: kept} if any(kept.values()) else {}


def _unit_of(services: Services, caller: Caller) -> Words | None:
    """For whom a caller acts, where that is one: the firm, else the department, else the area."""
    registry = known_registry(services)
    if len(caller.enterprises) == 1:
        rows = registry.enterprises.filter(pl.col("enterprise_id") == next(iter(caller.enterprises))).sort("since")
        return Words(rows["name"][-1], rows["name"][-1]) if rows.height else None
    if len(caller.departments) == 1:
        name = next(iter(caller.departments))
        return Words(name, department_en(name) or name)
    if len(caller.areas) == 1:
        name = registry.area_name(next(iter(caller.areas)))
        return Words(name, area_en(name))
    return None


def person(step: Moved) -> str:
    """Who made a step, as it is written for people: name（login）; the login alone where the step kept no name."""
    display = step.data.get(SIGNED, {}).get("display")
    return f"{display}（{step.who}）" if display else step.who


def today(services: Services) -> date:
    """The day in the programme's zone, from which the terms of moves count."""
    return services.clock.now().astimezone(ZoneInfo(services.settings.zone)).date()


def _own_term(data: Mapping[str, Any]) -> date | None:
    text = data.get("due")
    return date.fromisoformat(text) if text else None


# -- how a case is shown ---------------------------------------------------------------------------------------------


def trail_of(case: Case, steps: Iterable[Moved]) -> tuple[TrailStep, ...]:
    """Every step, oldest first."""
    life = machine(case.kind)
    return tuple(_step(life, s) for s in steps)


def _step(life: Machine, step: Moved) -> TrailStep:
    named = life.named(step.move)
    zh, en = ROLES.get(step.role, ("", ""))
    return TrailStep(
        at=step.at.isoformat(),
        who=step.who,
        role=step.role,
        role_name=Words(zh, en),
        move=step.move,
        name=Words(named.zh, named.en),
        from_state=step.from_state,
        to_state=step.to_state,
        reason=step.reason,
        evidence=step.evidence,
        data={k: v for k, v in step.data.items() if k != SIGNED},
        display=step.data.get(SIGNED, {}).get("display", ""),
        unit=_unit_kept(step),
    )


def _unit_kept(step: Moved) -> Words | None:
    unit = step.data.get(SIGNED, {}).get("unit")
    return Words(unit["zh"], unit["en"]) if unit else None


def line_of(case: Case, steps: Iterable[Moved]) -> tuple[LineStep, ...]:
    """The states in order with who reached each and when; what came before the last return counts no more."""
    life, reached = machine(case.kind), dict[str, Moved]()
    for step in steps:
        if step.to_state in life.line:
            at = life.line.index(step.to_state)
            reached = {k: v for k, v in reached.items() if life.line.index(k) <= at}
            if step.from_state != step.to_state:
                reached[step.to_state] = step
        elif step.to_state != step.from_state:
            reached = {k: v for k, v in reached.items() if k == life.line[0]}
    line = life.line if case.state in life.line else (life.line[0], case.state, *life.line[1:])
    return tuple(_line_step(life, case, s, reached.get(s)) for s in line)


def _line_step(life: Machine, case: Case, state: str, step: Moved | None) -> LineStep:
    words = Words(life.states[state].zh, life.states[state].en)
    at, who = (step.at.isoformat(), step.who) if step else (None, None)
    if state == case.state and step is None:
        at, who = case.changed_at.isoformat(), case.changed_by
    display = step.data.get(SIGNED, {}).get("display", "") if step else ""
    return LineStep(state=state, name=words, here=state == case.state, at=at, who=who, display=display)


def state_words(kind: str, state: str) -> Words:
    """The name of a state in both languages."""
    held = machine(kind).states[state]
    return Words(held.zh, held.en)


def urgency(day: date, term: date | None, levels: tuple[Level, ...] | None = None) -> Urgency | None:
    """How urgent a term is on a day; None where it is far away or there is none."""
    reached = level(day, term, levels)
    if reached is None or term is None:
        return None
    return Urgency(
        level=reached.id,
        name=Words(reached.zh, reached.en),
        words=Words(reached.words_zh, reached.words_en),
        days_left=(term - day).days,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that were put into the store: their hash, name and size."""

    sha256: str
    name: str
    size: int


def iso(moment: datetime | date | None) -> str | None:
    """A moment or day as text; None stays None."""
    return None if moment is None else moment.isoformat()
