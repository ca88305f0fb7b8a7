"""Use cases of the plan reader 方案阅读: text, records with their spans, repairs, versions."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dafeng.app.pages.shapes import Words


class PlanCard(msgspec.Struct, frozen=True, kw_only=True):
    doc: str
    title: str | None
    issuers: tuple[str, ...]
    published: str | None
    region: str | None
    region_en: str | None
    issuers_en: tuple[str, ...]
    level: str | None
    targets: int
    tasks: int
    boxes: int
    open: int  # records that nobody has confirmed yet
    repairs: int
    versions: int
    read_at: str
    demonstration: bool


class Para(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the source text: start, end are offsets of characters; level is the heading's depth (0 = body).

    kind is what the paragraph is (title, heading, body, box, notice, signature, lead, excerpt, furniture); body is the
    offset at which its own words begin, after the title of a heading.
    """

    start: int
    end: int
    level: int
    text: str
    kind: str = "body"
    body: int = 0


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A highlighted span: of a record (target, task, box) or a repair."""

    start: int
    end: int
    kind: Literal["target", "task", "box", "repair"]
    id: str


class ReaderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record beside the text."""

    id: str
    kind: Literal["target", "task", "box", "document"]
    state: Literal["read", "confirmed", "corrected", "added", "rejected", "withdrawn", "review"]
    title: str
    fields: dict[str, Any]
    span: tuple[int, int] | None
    indicator_id: str | None
    indicator_name: Words | None
    certainty: float | None
    upper: str | None = None  # the target above that a person tied it to
    findings: tuple[Words, ...]
    history: int  # entries
    version: int  # for If-Match


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    start: int
    end: int
    kind: str
    before: str
    after: str
    why: Words


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    card: PlanCard
    paragraphs: tuple[Para, ...]
    marks: tuple[Mark, ...]
    records: tuple[ReaderRecord, ...]
    repairs: tuple[Repair, ...]
    may_act: bool


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    who: str
    action: str
    why: str | None
    source: str | None
    changes: dict[str, tuple[Any, Any]]  # field → before, after


class VersionChange(msgspec.Struct, frozen=True, kw_only=True):
    record_id: str
    kind: str
    change: Literal["added", "changed", "withdrawn"]
    title: str
    fields: dict[str, tuple[Any, Any]]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two readings of a document against each other: records and the text as lines (equal, inserted, deleted)."""

    doc: str
    older: str  # sha256
    newer: str
    records: tuple[VersionChange, ...]
    text: tuple[tuple[Literal["equal", "insert", "delete"], str], ...]
    cut: bool = False  # the texts are longer than is compared


class DocVersion(msgspec.Struct, frozen=True, kw_only=True):
    sha256: str
    read_at: str
    file: str
    targets: int
    tasks: int
