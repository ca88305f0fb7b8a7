"""Formulas 公式: small functions that enrol under an id with the day from which they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import CodeType, FunctionType
from typing import Any

import polars as pl

from dafeng.base.errors import RuleConflict, RuleNotInForce, RuleUnknown

Body = Callable[[pl.DataFrame], pl.Series]


@dataclass(frozen=True, slots=True)
class Formula:
    """A frame with the columns its docstring names goes in, a series of the same rows and order comes out."""

    id: str
    since: date
    source: str
    zh: str
    function: Body
    en: str = ""
    inputs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name that stands in result lines: ``combustion.fossil@2013-01-01``."""
        return f"{self.id}@{self.since}"

    @property
    def reads(self) -> frozenset[str]:
        """The columns its body names, itself or by helpers beside it: its inputs, and what it takes where it is."""
        return _named(self.function) | frozenset(self.inputs)

    def __call__(self, frame: pl.DataFrame) -> pl.Series:
        return self.function(frame)


@cache
def _named(function: Callable[..., Any]) -> frozenset[str]:
    """Every text in the code of a function and of the functions of its own module that it names."""
    held, open_, seen = set[str](), [function], {function}
    while open_:
        one = open_.pop()
        codes: list[Any] = [one.__code__]
        while codes:
            code = codes.pop()
            for constant in code.co_consts:
                held |= {constant} if isinstance(constant, str) else set()
                held |= {c for c in constant if isinstance(c, str)} if isinstance(constant, tuple) else set()
                codes += [constant] if isinstance(constant, CodeType) else []
            for name in code.co_names:
                beside = one.__globals__.get(name)
                beside = beside.function if isinstance(beside, Formula) else beside
                if isinstance(beside, FunctionType) and beside not in seen:
                    seen.add(beside)
                    open_.append(beside)
    return frozenset(held)


_ENROLLED: dict[str, list[Formula]] = {}


def rule(
    id: str, *, since: str, source: str, zh: str, en: str = "", inputs: tuple[str, ...] = ()
) -> Callable[[Body], Formula]:
    """Enrol a formula. An amended rule is a second function with a later ``since``, never an edit.

    zh (and en) is the arithmetic in words, as a derivation prints it; inputs are the columns it cannot do without.
    Raises RuleConflict where id and since are taken.
    """

    def enrol(function: Body) -> Formula:
        formula = Formula(id, date.fromisoformat(since), source, zh, function, en, inputs)
        held = _ENROLLED.setdefault(id, [])
        if any(f.since == formula.since and _place(f.function) != _place(function) for f in held):
            raise RuleConflict(f"formula {id} enrols twice since {since}", mend="Give the amended formula its own day.")
        held[:] = sorted([f for f in held if f.since != formula.since] + [formula], key=lambda f: f.since)
        return formula

    return enrol


def _place(function: Body) -> tuple[str, str]:
    return function.__module__, function.__qualname__


def formula(id: str, day: date) -> Formula:
    """The formula in force on the day. Raises RuleUnknown or RuleNotInForce."""
    if id not in _ENROLLED:
        raise RuleUnknown(f"no formula {id!r}", mend="Enrol it with @rule, or import the room that holds it.")
    held = [f for f in _ENROLLED[id] if f.since <= day]
    if not held:
        first = _ENROLLED[id][0]
        raise RuleNotInForce(
            f"formula {id} is not in force on {day}",
            where=first.function.__module__,
            mend=f"It holds since {first.since}: choose a later period.",
        )
    return held[-1]


def by_key(key: str) -> Formula | None:
    """The formula behind ``id@since``; None for a name that is not enrolled (a sum)."""
    id, _, since = key.partition("@")
    return next((f for f in _ENROLLED.get(id, ()) if str(f.since) == since), None)


def enrolled() -> tuple[Formula, ...]:
    """All formulas, by id and day."""
    return tuple(f for id in sorted(_ENROLLED) for f in _ENROLLED[id])
