"""Who may do what 权限: one matrix as data (permission.yaml), asked by every use case before it does anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from importlib import resources
from typing import Any, ParamSpec, TypeVar

import polars as pl
import yaml

from dafeng.app.identity.telling import Told
from dafeng.base.callers import ROLES, Caller
from dafeng.base.errors import NotAllowed, NotFound

P = ParamSpec("P")
R = TypeVar("R")
REACHES = ("all", "scope", "self", "published")
ONE_BY_ONE = frozenset({"owner", "officer", "county", "filler", "approver", "verifier"})  # who may see single firms


@dataclass(frozen=True, slots=True)
class UseCase:
    """One line of the matrix: what is done, and how far each role reaches."""

    id: str
    zh: str
    en: str
    reach: Mapping[str, str]  # role → all | scope | self | published
    writes: bool = False  # it changes something: every call leaves a line in the audit trail
    roles: frozenset[str] = frozenset()  # those of ``reach``


SIGNED_IN = "signed_in"  # an account without a role, or with a password to change: what every account may, no more
ENROLLED: dict[str, list[Callable[..., Any]]] = {}  # use case → the functions that are it


@cache
def matrix() -> Mapping[str, UseCase]:
    """The packaged matrix, ``any`` and ``signed_in`` written out."""
    text = resources.files("dafeng.app").joinpath("permission.yaml").read_text("utf-8")
    return {key: _line(key, line) for key, line in yaml.safe_load(text).items()}


def _line(key: str, line: Mapping[str, Any]) -> UseCase:
    reach = _reach(line["roles"])
    return UseCase(key, line["zh"], line["en"], reach, line.get("writes", False), frozenset(reach))


def _reach(roles: Mapping[str, str]) -> dict[str, str]:
    groups = {"any": ROLES.keys() | {SIGNED_IN}, SIGNED_IN: (ROLES.keys() | {SIGNED_IN}) - {"public", "owner"}}
    out: dict[str, str] = {}
    for name, reach in roles.items():
        out |= dict.fromkeys(sorted(groups.get(name, {name})), reach)
    return out


def use_case(
    key: str, *, act: str = "", writes: bool | None = None, refused_as: Callable[[Mapping[str, Any]], str] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Enrol a function as a use case: its ``caller`` (second argument, or by name) is asked for the right first.

    Rows and fields are cut inside the function, by the caller's scope. What is refused stands in the audit trail, and
    each call of what writes: as its line of the matrix says, or ``writes`` where the function does otherwise. ``act``
    names the line of the trail where the use case's own name says too little, and makes a reading leave one too.
    ``refused_as`` gives, of the arguments, the use case that was really asked for, where one function stands for many.
    """

    def enrolled(function: Callable[P, R]) -> Callable[P, R]:
        told = Told(key, function, lambda: _writes(key, writes), lambda caller: reaches(caller, key))
        told.refused_as = refused_as
        if act:
            told.name(act)

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            caller = kwargs["caller"] if "caller" in kwargs else args[1]
            assert isinstance(caller, Caller)
            if told.leaves:
                return told.around(require, caller, args, kwargs)  # type: ignore[no-any-return]
            try:
                require(caller, key)
                return function(*args, **kwargs)
            except (NotAllowed, NotFound) as error:
                told.refused(error, caller, args, kwargs)
                raise

        asked.use_case = key  # type: ignore[attr-defined]
        asked.told = told  # type: ignore[attr-defined]
        ENROLLED.setdefault(key, []).append(asked)
        return asked

    return enrolled


def _writes(key: str, said: bool | None) -> bool:
    line = matrix().get(key)
    return said if said is not None else line is not None and line.writes


def within(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a public function that takes a caller and is no use case: it serves use cases that have asked the matrix.

    No face may call it; the walk over all use cases checks both.
    """
    function.within = True  # type: ignore[attr-defined]
    return function


def may(caller: Caller, use_case: str) -> bool:
    """Whether one of the caller's roles may call the use case at all."""
    line = matrix().get(use_case)
    if line is None or line.roles.isdisjoint(caller.roles):
        return False
    return not (caller.narrow and line.writes) or _in_part(caller, line)


def _in_part(caller: Caller, line: UseCase) -> bool:
    """Whether a role reaches less than all: a key cut to a part changes nothing that concerns the whole programme."""
    return any(line.reach[role] != "all" for role in caller.roles & line.roles)


def reaches(caller: Caller, use_case: str) -> frozenset[str]:
    """How far the caller reaches in a use case, by all roles: all, scope, self, published."""
    line = matrix().get(use_case)
    return frozenset(line.reach[r] for r in caller.roles if r in line.reach) if line else frozenset()


def require(caller: Caller, use_case: str) -> None:
    """Raise NotAllowed unless one of the caller's roles may call the use case."""
    if may(caller, use_case):
        return
    line = matrix().get(use_case)
    if caller.narrow and line is not None and caller.roles & line.roles:
        raise NotAllowed(
            f"{use_case} changes the whole programme, and this key reaches a part of it",
            where=caller.name,
            mend="Use a key that is not narrowed to areas, firms or departments, or sign in.",
            zh="此操作涉及整个方案，而所用密钥只限于部分地区、企业或部门",
            mend_zh="请改用未限定地区、企业和部门的密钥，或登录后操作。",
        )
    zh, en = (line.zh, line.en) if line is not None else (use_case, use_case)
    raise NotAllowed(
        f"{caller.name} may not {en}",
        where=", ".join(sorted(caller.roles)) or "no role",
        mend="Ask the person who grants roles in this programme.",
        zh=f"{caller.name}无权{zh}",
        mend_zh="请向本方案的授权人员申请。",
    )


def whole(caller: Caller, area: str) -> bool:
    """Whether the programme's area lies in the caller's scope: by ``everything``, by itself, or by an area above it.

    By the nesting of GB/T 2260 codes: 140000 holds 140700 and 140724.
    """
    return caller.everything or bool(caller.areas & {area, f"{area[:4]}00", f"{area[:2]}0000"})


def require_everything(caller: Caller, use_case: str, area: str | None = None) -> None:
    """As ``require``, for what touches the whole programme: a caller with a narrower scope is refused.

    The whole programme belongs to ``everything`` and, where its ``area`` is given, to a role that reaches ``all`` or
    ``scope`` in the matrix and whose areas hold it.
    """
    require(caller, use_case)
    far = bool(reaches(caller, use_case) & {"all", "scope"})
    if not (caller.everything or (far and area is not None and whole(caller, area))):
        raise NotAllowed(f"{use_case} needs the whole programme in scope", where=caller.name)


def brought_by(caller: Caller, name: str) -> bool:
    """Whether what somebody of this name brought is the caller's own; a key cut to a part has its scope instead."""
    return name == caller.name and not caller.narrow


def sees_firms(caller: Caller) -> bool:
    """Whether one of the roles may see single firms (of the scope); analysts and the public see aggregates only."""
    return bool(caller.roles & ONE_BY_ONE)


def visible_enterprises(caller: Caller, enterprises: pl.DataFrame, subtree: frozenset[str]) -> pl.DataFrame:
    """The registry rows a caller may see: all, those of named enterprises, and those of firms in the scope's areas.

    A firm belongs, with all its rows, to the area of its latest row (the last ``since``): one that moved away is seen
    by its new county and by the old one no more, not even for the years in which it stood there.
    subtree holds every area code below the caller's areas, the areas themselves included.
    """
    if not sees_firms(caller):
        return enterprises.clear()
    if caller.everything:
        return enterprises
    latest = enterprises.sort("since", nulls_last=False).unique("enterprise_id", keep="last", maintain_order=True)
    inside = latest.filter(pl.col("area_code").is_in(list(subtree)))["enterprise_id"].to_list()
    return enterprises.filter(pl.col("enterprise_id").is_in([*inside, *caller.enterprises]))


def sees(subject_kind: str, subject_id: str, visible: frozenset[str]) -> bool:
    """Whether a subject is among the area codes and ids of a scope; a sector of an area stands where the area does.

    Industries over all areas belong to nobody's narrower scope.
    """
    if subject_kind == "industry":
        return False
    return (subject_id if subject_kind in ("enterprise", "site") else subject_id.split("|", 1)[0]) in visible
