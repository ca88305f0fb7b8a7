"""What pages are told 页面数据: the shapes shared by the answers of the page use cases.

A number is never naked: a Figure carries value, unit, period, status, coverage, why it is missing, and the node that
explains it. Texts that the server composes come in both languages (Words).
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

State = Literal["reached", "on_track", "behind", "off_track", "not_assessed", "confidential"]
SEEN_STATES: tuple[State, ...] = get_args(State)  # as evaluation has them, and 保密: there, but not for this viewer


class Words(msgspec.Struct, frozen=True):
    """One text in both languages."""

    zh: str
    en: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number as a page shows it; value None = missing, with the reason; confidential = withheld 保密."""

    value: float | None
    unit: str
    period: str | None = None
    status: str = "official"
    coverage: float | None = None
    node: str | None = None  # explains it: ?explain=<node>
    missing: Words | None = None
    confidential: bool = False
    estimated: bool = False


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a series: year or month, value (None is a gap), how sure."""

    period: str
    value: float | None
    status: str = "official"
    node: str | None = None
    coverage: float | None = None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A named line of a chart. kind: actual 实际, required 要求路径, target 目标值, forecast 预测, compare 对比."""

    key: str
    name: Words
    unit: str
    kind: Literal["actual", "required", "target", "forecast", "compare"]
    points: tuple[Point, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a whole (a sector, county, fuel, firm) with its figure, share and change on the year before."""

    key: str
    name: Words
    figure: Figure
    share: float | None = None
    change: float | None = None  # relative to the year before
    href: str | None = None  # the page of that part
    firms_whole: int | None = None  # of firms_due, those with complete data; None where single firms are not in sight
    firms_due: int | None = None


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """A target as a light."""

    target_id: str
    name: Words
    state: State
    required: Figure
    actual: Figure
    gap: Figure | None
    reason: Words
    node: str


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What stands under each page: run, rule version, data time, worst status of what is shown, marks."""

    run_id: str | None
    assessment_id: str | None
    rulebook_version: str
    data_time: str | None  # ISO instant
    status: str
    demonstration: bool
    partial: bool = False
