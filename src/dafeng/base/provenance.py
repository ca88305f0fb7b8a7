"""Provenance 来源与状态: how sure a value is, where it came from, and the one graph that explains every number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal

import msgspec

# from the surest to the least sure; a result is as sure as its least sure input
STATUSES = ("official", "transcribed", "user", "draft", "recalled", "trial", "synthetic")
Status = Literal["official", "transcribed", "user", "draft", "recalled", "trial", "synthetic"]
STATUS_ZH = {
    "official": "官方",
    "transcribed": "转",
    "user": "自填",
    "draft": "征求意见",
    "recalled": "忆",
    "trial": "试算",
    "synthetic": "演示",
}


def worst(statuses: Iterable[str]) -> Status:
    """The least sure of several; official where there is none."""
    rank = max((STATUSES.index(s) for s in statuses), default=0)
    return STATUSES[rank]  # type: ignore[return-value]


def content_id(prefix: str, *parts: str) -> str:
    """A short stable id from content: the same parts always give the same id."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{prefix}-{digest[:16]}"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value stands in what came in: file (by hash), sheet, row, column, or a span of a document."""

    file: str
    sha256: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    span: tuple[int, int] | None = None

    def words(self) -> str:
        parts = [self.file, self.sheet, f"row {self.row}" if self.row is not None else None, self.column]
        return " › ".join(p for p in parts if p)


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One node of the explanation graph 解释图: a number, how it came about, and what it was made of.

    kind: fact (something delivered), factor (a dated parameter), line (an account), indicator, state, cell, other.
    operation is the arithmetic in words ("消费量 × 折标系数"); inputs are the nodes it was made of; more counts inputs
    left out for length. estimated: the value is a partial sum 部分合计, what is there of what is due, as counted in
    ``there`` (11/12月). label_en, operation_en, note_en and source_en say the same in English where the words are ours;
    names of areas and firms stay as they are.
    """

    id: str
    kind: Literal["fact", "factor", "line", "indicator", "state", "target", "cell", "other"]
    label: str
    value: float | str | None = None
    unit: str | None = None
    period: str | None = None
    operation: str | None = None
    rule: str | None = None
    source: str | None = None
    place: Place | None = None
    status: Status = "official"
    note: str | None = None
    inputs: tuple[Node, ...] = ()
    more: int = 0
    label_en: str | None = None
    operation_en: str | None = None
    note_en: str | None = None
    estimated: bool = False
    there: str | None = None
    there_en: str | None = None
    source_en: str | None = None
