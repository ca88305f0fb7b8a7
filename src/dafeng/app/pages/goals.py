"""Use cases of targets 目标: the tree, one target with its paths, levels and history."""

from __future__ import annotations

import msgspec

from dafeng.app.pages.reader import HistoryEntry
from dafeng.app.pages.shapes import Figure, Light, Series, Source, State, Words


class TreeNode(msgspec.Struct, frozen=True, kw_only=True):
    """area → sector → indicator → target; counts of states below."""

    key: str
    name: Words
    kind: str  # area | sector | indicator | target
    counts: dict[str, int]
    children: tuple[TreeNode, ...] = ()
    target_id: str | None = None
    state: State | None = None
    excluded: Words | None = None  # why the plan's statement is never judged: a ratio, a limit, a step of work


class Related(msgspec.Struct, frozen=True, kw_only=True):
    """A target of another level on the same indicator, or a task that holds this one."""

    id: str
    kind: str  # upper | lower | task | same
    name: Words
    region: str | None
    region_en: str | None
    value: str
    state: State | None
    note: Words | None = None


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What a county or sector adds to the gap; own: its own value of the indicator; share: of the gap (0..1)."""

    kind: str  # county | industry
    key: str
    name: Words
    adds: Figure
    own: Figure
    share: float | None
    href: str | None


class Bearing(msgspec.Struct, frozen=True, kw_only=True):
    """A task of the plan that bears on the target, with how far it is; inferred: why we think so where no plan says."""

    id: str
    name: Words
    sector: Words | None
    lead: Words
    state: str
    state_name: Words
    percent: float | None
    due: str | None
    said: str | None
    inferred: Words | None = None


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Behind a state: what is needed from now, the parts by what they add to the gap (or why none can be named), who
    reports the figure, and the tasks and technologies of the plan that bear on it."""

    needed: tuple[tuple[Words, Figure], ...]
    parts: tuple[Contribution, ...]
    parts_note: Words | None
    no_parts: Words | None
    datum: Words | None
    reporter: Words | None
    tasks: tuple[Bearing, ...]
    tasks_note: Words | None  # that the plan names no task, where it names none
    technologies: tuple[str, ...]


class TargetPage(msgspec.Struct, frozen=True, kw_only=True):
    target_id: str
    doc: str
    name: Words
    region: str | None
    region_en: str | None
    sector: str | None
    sector_en: str | None
    quote: str
    span: tuple[int, int] | None
    indicator_id: str | None
    indicator_name: Words | None
    kind: str
    sentence: Words
    light: Light | None
    baseline: Figure | None
    target: Figure
    compared: Words | None  # what stands before the figure of the plan: 下降, 提高, ≥
    series: tuple[Series, ...]  # actual, required path, target
    causes: tuple[tuple[Words, Figure], ...]  # who is behind it: sectors, counties or firms, largest first
    why: Why | None
    related: tuple[Related, ...]
    counties: tuple[Light, ...]  # held against each county
    history: tuple[HistoryEntry, ...]
    source: Source
