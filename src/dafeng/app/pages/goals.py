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


class Related(msgspec.Struct, frozen=True, kw_only=True):
    """A target of another level on the same indicator, or a task that holds this one."""

    id: str
    kind: str  # upper | lower | task | same
    name: Words
    region: str | None
    value: str
    state: State | None
    note: Words | None = None


class TargetPage(msgspec.Struct, frozen=True, kw_only=True):
    target_id: str
    doc: str
    name: Words
    region: str | None
    sector: str | None
    quote: str
    span: tuple[int, int] | None
    indicator_id: str | None
    indicator_name: Words | None
    kind: str
    sentence: Words
    light: Light | None
    baseline: Figure | None
    target: Figure
    series: tuple[Series, ...]  # actual, required path, target
    causes: tuple[tuple[Words, Figure], ...]  # who is behind it: sectors, counties or firms, largest first
    related: tuple[Related, ...]
    counties: tuple[Light, ...]  # held against each county
    history: tuple[HistoryEntry, ...]
    source: Source
