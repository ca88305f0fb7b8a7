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
from probes import ALL_ROLES, callers, fresh, leaks, probe, standing
from tiny_town import OWNER

import dafeng.app
from dafeng.app.accounting import accounts
from dafeng.app.explaining import explain
from dafeng.app.permission import ENROLLED, matrix, may
from dafeng.base.callers import Caller
from dafeng.base.errors import DafengError, NotAllowed, NotFound
from dafeng.base.provenance import Node

CUTTERS = ("permission", "sight", "sight_values")  # they ask the matrix and cut rows for all the others
FACES = ("api", "cli")
# Only callers with the whole programme in scope; a narrower one is refused although the role may.
WHOLE = {
    "accounting.compute",
    "assessing.assess",
    "dataview.gaps_of",
    "publishing.publications",
    "publishing.publish",
    "publishing.withdraw",
    "reporting.progress",
    "reporting.progress_inputs",
    "running.run",
}
# 2026-11-21: what is held to the walk; other rooms are still being built. At the end of issue 3: HELD = ("",).
HELD = (
    "accounting.", "assessing.", "dataview.", "driving.", "emitting.", "explaining.", "importing.", "making.",
    "pathing.", "plans.", "publishing.", "registries.", "reporting.", "running.", "sources.",
)  # fmt: skip
# Lines asked inside another use case, beside its own.
ASKED_WITHIN = {"registry.import"}
# 2026-11-21: lines whose rooms are still being built; empty at the end of issue 3.
LINES_AT_WORK = ("audit.", "backup.", "filing.", "finding.", "inbox.", "self.", "system.", "table.", "task.", "user.")


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


def _at_work(name: str, request: pytest.FixtureRequest) -> None:
    if not name.startswith(HELD):
        request.applymarker(pytest.mark.xfail(reason="2026-11-21: still being built", strict=False))


USE_CASES = sorted(name for name in askers() if not _helper(name))
_PROBED = [n for n in USE_CASES if hasattr(askers()[n], "use_case")]
_OF_A_FIRM = [n for n in _PROBED if "enterprise_id" in inspect.signature(askers()[n]).parameters]


@pytest.mark.parametrize("name", USE_CASES)
def test_whatever_takes_a_caller_is_enrolled_under_a_line_of_the_matrix(name, request):
    _at_work(name, request)
    assert getattr(askers()[name], "use_case", None) in matrix()


def test_every_line_of_the_matrix_is_some_function():
    askers()
    idle = {key for key, line in matrix().items() if key not in ENROLLED and line.reach} - ASKED_WITHIN
    assert not {key for key in idle if not key.startswith(LINES_AT_WORK)}


def test_no_face_calls_what_does_not_ask_the_matrix():
    unasked = {f for name, f in askers().items() if hasattr(f, "within")}
    for face in FACES:
        package = importlib.import_module(f"dafeng.{face}")
        for module in pkgutil.walk_packages(package.__path__, f"dafeng.{face}."):
            named = (v for v in vars(importlib.import_module(module.name)).values() if inspect.isfunction(v))
            assert not unasked.intersection(named), module.name


@pytest.mark.parametrize("name", _PROBED)
def test_every_use_case_has_a_probe(name, request):
    _at_work(name, request)
    assert probe(name, askers()[name]) is not None


def _answer(name: str, caller: Caller, **other: object) -> object:
    """What a call gives, or the error it ends in. Who is refused writes nothing: for him no copy is made."""
    call = probe(name, askers()[name], **other)
    if call is None:
        pytest.skip("has no probe")
    try:
        return call(fresh() if may(caller, askers()[name].use_case) else standing(), caller)
    except DafengError as error:
        return error


@pytest.mark.parametrize("role", ALL_ROLES)
@pytest.mark.parametrize("name", _PROBED)
def test_a_use_case_does_for_a_role_what_the_matrix_says(name, role, request):
    _at_work(name, request)
    allowed = role in matrix()[askers()[name].use_case].reach
    for which, caller in callers(role).items():
        answer = _answer(name, caller)
        assert leaks(caller, answer) == set(), which
        if not allowed:
            assert isinstance(answer, NotAllowed), which
        elif name in WHOLE and which == "foreign":
            assert isinstance(answer, NotAllowed)
        elif which == "own":
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
@pytest.mark.parametrize("name", _OF_A_FIRM)
def test_a_foreign_firm_is_answered_like_one_that_never_was(name, role, request):
    _at_work(name, request)
    caller = callers(role)["foreign"]
    foreign, nowhere = _answer(name, caller), _answer(name, caller, enterprise_id="E-0")
    assert type(foreign) is type(nowhere)
    if isinstance(foreign, Exception):
        assert str(foreign).replace("E-1", "E-0") == str(nowhere)
    else:
        assert foreign == nowhere
