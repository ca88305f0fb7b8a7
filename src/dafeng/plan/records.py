"""The four records that come out of one plan document: target, task, box, document.

Spans are half-open character offsets into the repaired, simplified text (``span_of`` = "repaired-simplified")
or into the text as delivered (``span_of`` null) where nothing had to be repaired or converted.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Comparator = Literal[
    "=",
    ">=",
    ">",
    "<=",
    "<",
    "about",
    "reduce_by",
    "increase_by",
    "reach_peak_before",
    "meet_assigned",
    "complete",
    "no_increase",
    "qualitative",
    "deadline",
]
Bound = Literal["=", ">=", "<=", ">", "<", "about"]
TargetKind = Literal["target", "fact", "threshold", "ratio", "qualitative", "procedure"]
LeadRule = Literal["none", "first", "explicit"]
Span = tuple[int, int]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of plan records: frozen, unknown keys refused."""


class Target(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One quantity (or figure-less goal) that a plan states 目标."""

    id: str
    doc: str
    quote: str
    span: Span
    indicator: str
    comparator: Comparator
    raw_span: Span | None = None
    span_of: str | None = None
    mentions: int = 1
    aliases: tuple[str, ...] = ()
    region: str | None = None
    sector: str | None = None
    scope: str | None = None
    value: float | int | None = None
    value_high: float | int | None = None
    unit: str | None = None
    bound: Bound | None = None
    baseline_year: int | None = None
    target_year: int | None = None
    start_year: int | None = None
    period: str | None = None
    deadline: str | None = None
    per: Literal["year"] | None = None
    modality: str | None = None
    reference: str | None = None
    kind: TargetKind = "target"
    derived: str | None = None
    note: str | None = None


class Responsible(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One responsible unit 责任单位, as abbreviated in the plan."""

    name: str
    lead: bool = False


class Task(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One task 任务 with its responsible units."""

    id: str
    doc: str
    path: tuple[str, ...]
    number: str | None
    title: str
    span: Span
    raw_span: Span | None = None
    span_of: str | None = None
    sector: str | None = None
    measures: tuple[str, ...] = ()
    technologies: tuple[str, ...] | None = None
    units: tuple[Responsible, ...] = ()
    lead_rule: LeadRule = "none"
    open_list: bool = False
    implicit_units: tuple[str, ...] = ()
    deadlines: tuple[int, ...] = ()
    category: Literal["task", "safeguard"] = "task"


class Box(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One box 专栏 (or attached table) and its lines."""

    id: str
    doc: str
    number: str | None
    title: str
    span: Span
    span_of: str | None = None
    path: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    task: str | None = None


class SectionRecord(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One heading: level 1 一、 · 2 (一) · 3 1. · "box"."""

    level: int | Literal["box"]
    number: str | None
    title: str
    start: int


class Document(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the document is: names, dates, issuers, outline."""

    doc: str
    title: str | None
    doc_type: str | None = None
    issuers: tuple[str, ...] = ()
    issue_date: str | None = None
    publish_date: str | None = None
    doc_number: str | None = None
    region: str | None = None
    admin_level: Literal["national", "province", "prefecture", "county"] | None = None
    sector: str | None = None
    script: Literal["simplified", "traditional"] | None = None
    addressees: str | None = None
    referenced: tuple[str, ...] = ()
    sections: tuple[SectionRecord, ...] = ()
    note: str | None = None
