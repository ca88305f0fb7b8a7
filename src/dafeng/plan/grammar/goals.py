"""What the grammar hands out: goals with places in the view, and what it is told about the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from dafeng.plan.grammar.years import Scope
from dafeng.plan.records import Bound, Comparator, TargetKind


@dataclass(frozen=True, slots=True)
class Context:
    """this_year: the year the document speaks in, None if unknown; progress: it reports what was done;
    goals: the paragraph stands under a heading of goals 目标; past: under a heading of results or background.
    carried: a year scope that an earlier paragraph of the same chapter opened (only read where goals is true);
    home_year: the one year the document is for (2022年行动计划): the scope of whatever names none.
    """

    this_year: int | None = None
    progress: bool = False
    goals: bool = False
    past: bool = False
    carried: tuple[Scope, ...] = ()
    home_year: int | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One record before it knows its document; start..end is the quote in the view."""

    start: int
    end: int
    name: str
    comparator: Comparator
    value: float | int | None = None
    high: float | int | None = None
    unit: str | None = None
    bound: Bound | None = None
    baseline: int | None = None
    scope: Scope = field(default_factory=Scope)
    yearly: bool = False
    modality: str | None = None
    reference: str | None = None
    kind: TargetKind = "target"
    derived: str | None = None
    aliases: tuple[str, ...] = ()
    deadline: str | None = None
