"""The walk: every use case × role × own and foreign scope does what the matrix says, and tells of no other firm."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from busy_town import callers, stand
from filing_town import row, workbook
from probes import ALL_ROLES, case, case_ids, fresh, leaks, probe, standing
from tiny_town import FIRMS, OWNER

import dafeng.app
from dafeng.act.machine import machine
from dafeng.app import findings
from dafeng.app.accounts.accounting import accounts
from dafeng.app.explaining import explain
from dafeng.app.filing import acts as filing
from dafeng.app.filing import moves as filing_moves
from dafeng.app.jobs.ports import Job
from dafeng.app.jobs.work import kinds
from dafeng.app.permission import ENROLLED, matrix, may
from dafeng.app.tables.listing import catalogue
from dafeng.app.tasks import dispatching
from dafeng.base.callers import Caller
from dafeng.base.errors import DafengError, NotAllowed, NotFound
from dafeng.base.provenance import Node

CUTTERS = ("permission", "sight")  # they ask the matrix and cut rows for all the others
FACES = ("api", "cli")
# Only callers with the whole programme in scope; a narrower one is refused although the role may.
WHOLE = {
    "accounts.accounting.compute",
    "assessing.assess",
    "dataview.gaps_of",
    "pages.issued.report_publish",
    "pages.issued.report_withdraw",
    "publishing.publications",
    "publishing.publish",
    "publishing.withdraw",
    "regions.accounts.account_regions",
    "regions.accounts.take_in_region",
    "reporting.progress",
    "reporting.progress_inputs",
    "reporting.written",
    "running.run",
}
# One door for several acts: which one is meant decides who may. The acts are walked by ``test_a_move_is_made_by…``.
BY_ACT = {
    "filing.moves.move_filing",
    "filing.bulk.move_filings",
    "findings.move_finding",
    "findings.attach_to_finding",
    "tasks.dispatching.move_dispatch",
}
# Lines asked inside another use case, beside its own.
ASKED_WITHIN = {"registry.import", "filing.approve", "filing.county", "filing.city", "finding.answer"}
# What an id may be, that names nothing.
NOWHERE = {"enterprise_id": "E-0", "case_id": "C-0000000000000000", "job_id": "0" * 32}


@cache
def askers() -> dict[str, Callable[..., Any]]:
    """Every public function of dafeng.app that takes a caller, by its name below dafeng.app."""
    found = {}
    for module in pkgutil.walk_packages(dafeng.app.__path__, "dafeng.app."):
        for name, function in vars(importlib.import_module(module.name)).items():
            if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            if "caller" in inspect.signature(function).parameters:
                found[f"{module.name.removeprefix('dafeng.app.')}.{name}"] = function
    return found


def _helper(name: str) -> bool:
    return name.partition(".")[0] in CUTTERS or hasattr(askers()[name], "within")


USE_CASES = sorted(name for name in askers() if not _helper(name))
_PROBED = [n for n in USE_CASES if hasattr(askers()[n], "use_case")]
_TASKS = (
    "tasks.dispatching.dispatch_card",
    "tasks.dispatching.move_dispatch",
)  # tasks belong to the whole programme: none is foreign
_BY_ID = [
    (name, id)
    for name in _PROBED
    for id in inspect.signature(askers()[name]).parameters
    if id in NOWHERE and name not in _TASKS
]


@pytest.mark.parametrize("name", USE_CASES)
def test_whatever_takes_a_caller_is_enrolled_under_a_line_of_the_matrix(name):
    assert getattr(askers()[name], "use_case", None) in matrix()


def test_every_line_of_the_matrix_is_some_function():
    askers()
    idle = {key for key, line in matrix().items() if key not in ENROLLED and line.reach} - ASKED_WITHIN
    assert not idle


def test_no_face_calls_what_does_not_ask_the_matrix():
    unasked = {f for f in askers().values() if hasattr(f, "within") and "services" in inspect.signature(f).parameters}
    for face in FACES:
        package = importlib.import_module(f"dafeng.{face}")
        for module in pkgutil.walk_packages(package.__path__, f"dafeng.{face}."):
            named = (v for v in vars(importlib.import_module(module.name)).values() if inspect.isfunction(v))
            assert not unasked.intersection(named), module.name


@pytest.mark.parametrize("name", _PROBED)
def test_every_use_case_has_a_probe(name):
    assert probe(name, askers()[name]) is not None


def _answer(name: str, caller: Caller, /, **other: object) -> object:
    """What a call gives, or the error it ends in. Who is refused writes nothing: for him no copy is made."""
    call = probe(name, askers()[name], **other)
    if call is None:
        pytest.skip("has no probe")
    try:
        return call(fresh() if may(caller, askers()[name].use_case) else standing(), caller)
    except DafengError as error:
        return error


def _told_to(name: str, allowed: bool) -> set[str]:
    """Who reads the trail reads to what things were done: ids of firms, but neither their names nor their figures; who
    grants scopes chooses firms by id and name."""
    ids = {id for id, *_ in FIRMS}
    if allowed and name == "pages.scoping.scope_enterprises":
        return ids | {name for _, name, *_ in FIRMS}
    return ids if allowed and name.startswith("identity.trail.") else set()


@pytest.mark.parametrize("role", ALL_ROLES)
@pytest.mark.parametrize("name", _PROBED)
def test_a_use_case_does_for_a_role_what_the_matrix_says(name, role):
    allowed = role in matrix()[askers()[name].use_case].reach
    for which, caller in callers(role).items():
        answer = _answer(name, caller)
        assert leaks(caller, answer) - _told_to(name, allowed) == set(), which
        if not allowed:
            assert isinstance(answer, NotAllowed), which
        elif name in WHOLE and which == "foreign":
            assert isinstance(answer, NotAllowed)
        elif which == "own" and name not in BY_ACT:
            assert not isinstance(answer, NotAllowed) or (name in WHOLE and role not in ("owner", "officer"))


def test_the_walk_would_notice_a_leak():
    county, filler = callers("county")["own"], callers("filler")["own"]
    whole = accounts(fresh(), OWNER)
    found = leaks(county, whole)
    assert {"E-3", "E-4"} <= found
    assert any(f.startswith("E-3: ") for f in found)
    assert "西岭水泥厂" in leaks(filler, NotFound("西岭水泥厂 has no such line"))
    assert leaks(OWNER, whole) == set()
    secret = whole.lines.filter(subject_id="E-3", measure="co2_total_t", item="total", period="2024")["value"].item()
    assert leaks(filler, {"note": f"其余合计 {secret}"}) != set()


@pytest.mark.parametrize("role", ["county", "filler", "approver", "verifier", "analyst"])
def test_a_foreign_line_is_answered_like_one_that_never_was(role):
    caller = callers(role)["foreign"]
    foreign, nowhere = _answer("explaining.explain", caller), None
    try:
        explain(fresh(), caller, "L-0000000000000000")
    except NotFound as error:
        nowhere = error
    assert isinstance(foreign, NotFound)
    assert re.sub(r"L-\w+", "", str(foreign)) == re.sub(r"L-\w+", "", str(nowhere))


@pytest.mark.parametrize("role", ["county", "filler", "approver", "verifier"])
def test_the_own_line_is_explained(role):
    assert isinstance(_answer("explaining.explain", callers(role)["own"]), Node)


@pytest.mark.parametrize("role", ["officer", "county", "filler", "approver", "verifier", "analyst"])
@pytest.mark.parametrize(("name", "id"), _BY_ID)
def test_what_is_foreign_is_answered_like_what_never_was(name, id, role):
    caller = callers(role)["foreign"]
    foreign, nowhere = _answer(name, caller), _answer(name, caller, **{id: NOWHERE[id]})
    assert type(foreign) is type(nowhere)
    if isinstance(foreign, Exception):
        assert _without_ids(foreign) == _without_ids(nowhere)
    else:
        assert foreign == nowhere


def _without_ids(error: Exception) -> str:
    return re.sub(r"\b(E-\d+|C-[0-9a-f]{16}|[0-9a-f]{32})\b", "…", str(error))


# -- lines that are asked by what is done ------------------------------------------------------------------------------

FIRST_LINE = {"filing": "filing.see", "finding": "finding.see", "dispatch": "task.see"}
CASE = {"filing": "sent", "finding": "finding", "dispatch": "dispatch"}


def _made(services: Any, caller: Caller, kind: str, move: str) -> object:
    """What comes of a move of the town's case of a kind, or the error."""
    held = case(services, CASE[kind])
    id, version = held.case_id, held.version
    try:
        if kind == "dispatch":
            order = dispatching.DispatchMove(move=move, words="走查", reason="走查")  # type: ignore[arg-type]
            return dispatching.move_dispatch(services, caller, id, order, version)
        if move == "attach":
            return findings.attach_to_finding(services, caller, id, b"1", "补.txt", version)
        if kind == "finding":
            asked = findings.FindingMove(move=move, words="走查", reason="走查")  # type: ignore[arg-type]
            return findings.move_finding(services, caller, id, asked, version)
        if move == "edit":
            return filing.save_rows(services, caller, id, filing.FilingRows(rows=[]), version)
        if move == "upload":
            return filing.take_workbook(services, caller, id, workbook(row(period="2024-12")), "能源.csv", version)
        return filing_moves.move_filing(
            services, caller, id, filing_moves.FilingMove(move=move, reason="走查"), version
        )
    except DafengError as error:
        return error


_MOVES = [(kind, m.source, m.id) for kind in CASE for m in machine(kind).moves]


@pytest.mark.parametrize("role", ALL_ROLES)
@pytest.mark.parametrize(("kind", "state", "move"), sorted(set(_MOVES)))
def test_a_move_is_made_by_whom_the_matrix_lets(kind, state, move, role):
    lines = machine(kind).find(state, move)
    allowed = role in matrix()[FIRST_LINE[kind]].reach and any(role in matrix()[m.who].reach for m in lines)
    to_another = any("recipient" in m.needs for m in lines) and role not in ("owner", "county")
    for which, caller in callers(role).items():
        services = fresh()
        stand(services, case_ids()[CASE[kind]], state)
        answer = _made(services, caller, kind, move)
        assert leaks(caller, answer) == set(), which
        if role not in matrix()[FIRST_LINE[kind]].reach:
            assert isinstance(answer, NotAllowed)
        elif which == "foreign" and kind != "dispatch":
            refused = NotAllowed if move in ("edit", "upload") and not allowed else NotFound
            assert isinstance(answer, refused)
        elif not allowed or to_another or (which == "foreign" and role == "county"):
            assert isinstance(answer, NotAllowed), which
        else:
            assert not isinstance(answer, (NotAllowed, NotFound)), which


@pytest.mark.parametrize("role", ALL_ROLES)
@pytest.mark.parametrize("name", sorted(kinds()))
def test_long_work_is_begun_by_who_may_do_it(name, role):
    needed = ("job.start", kinds()[name].use_case)
    allowed = all(role in matrix()[line].reach for line in needed)
    given = {"file": "activity/能源.csv"} if name == "import" else {}
    answer = _answer("jobs.work.start_job", callers(role)["own"], kind=name, parameters=given)
    assert isinstance(answer, Job) if allowed else isinstance(answer, NotAllowed)


@pytest.mark.parametrize("role", ALL_ROLES)
@pytest.mark.parametrize("name", sorted(catalogue()))
def test_a_table_and_its_export_hold_what_its_line_says(name, role):
    seen = role in matrix()[catalogue()[name].use_case].reach
    exported = seen and role in matrix()["table.export"].reach
    for which, caller in callers(role).items():
        for use_case, allowed in (("tables.listing.table_page", seen), ("tables.listing.table_export", exported)):
            answer = _answer(use_case, caller, name=name)
            assert leaks(caller, answer) == set(), which
            assert isinstance(answer, NotAllowed) is not allowed, which


def test_rows_reach_those_who_may_see_them():
    """That the walk over tables would notice if nobody got any."""
    county = callers("county")["own"]
    rows = {
        name: _answer("tables.listing.table_page", county, name=name)
        for name in ("enterprises", "dues", "filings", "tasks")
    }
    assert {name: page.total > 0 for name, page in rows.items()} == dict.fromkeys(rows, True)
