"""Small use cases of the frame 页面框架: areas, periods, search, map, published documents, reports, sources."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dafeng.app.pages.shapes import Words


class AreaNode(msgspec.Struct, frozen=True, kw_only=True):
    """An area of the picker with what stands below it; pinyin by syllables, for search."""

    area_code: str
    name: str
    level: str
    pinyin: str
    en: str = ""
    children: tuple[AreaNode, ...] = ()


class Periods(msgspec.Struct, frozen=True, kw_only=True):
    years: tuple[int, ...]
    assessed_year: int | None
    months: tuple[str, ...]  # with data, of the last year
    plans: tuple[tuple[int, int], ...]  # five-year plans that the years touch


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; title_en, note_en: its English, a proper name that has none as it is."""

    kind: Literal["enterprise", "target", "task", "area", "plan", "page"]
    id: str
    title: str
    note: str
    href: str
    title_en: str = ""
    note_en: str = ""


class MapShape(msgspec.Struct, frozen=True, kw_only=True):
    """The programme's own GeoJSON (map/*.geojson in its directory) with the approval number that it states."""

    geojson: dict[str, Any]
    approval: str | None


class ReportBasis(msgspec.Struct, frozen=True, kw_only=True):
    """What a report was made from: the run and assessment, their year, the day of the latest figure, the rules."""

    run_id: str
    assessment_id: str
    year: int
    data_time: str
    rules: str


class ReportCard(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    kind: str
    year: int | None
    created_at: str
    files: tuple[tuple[str, int], ...]  # format, size
    published: bool
    sha256: str
    basis: ReportBasis | None = None  # what it was made from, where that is on record


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    kind: str
    licence: str
    status: str
    used_for: str
    note: Words | None = None
    words: tuple[Words, Words, Words] | None = None  # name, licence, used_for in both languages, where we have them
