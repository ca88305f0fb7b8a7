"""Use cases of enterprises 企业: one firm's page, its months, fuels, intensity, and what is missing or due."""

from __future__ import annotations

import msgspec

from dafeng.app.pages.overview import Delivery
from dafeng.app.pages.shapes import Figure, Part, Series, Source, Words


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    period: str
    what: Words
    severity: str  # error | warning | note
    href: str | None = None


class FirmRow(msgspec.Struct, frozen=True, kw_only=True):
    """A dated row of the registry."""

    since: str
    until: str | None
    name: str
    area: str
    industry: str
    status: str | None
    area_en: str = ""
    industry_en: str = ""


class EnterprisesHead(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above the list of enterprises: whose data are complete, and what that makes of the sum."""

    area_code: str
    area_name: str
    year: int
    words: Words
    total: Figure
    delivery: Delivery | None
    other_tables: Words | None  # what else is late, which the sum does not need


class FirmPage(msgspec.Struct, frozen=True, kw_only=True):
    enterprise_id: str
    name: str
    uscc: str | None
    area_code: str
    area_name: str
    area_en: str
    industry_code: str
    industry_name: str
    industry_en: str
    key_user: bool | None
    above_scale: bool | None
    synthetic: bool
    year: int
    years: tuple[int, ...]
    sentence: Words
    figures: tuple[tuple[Words, Figure], ...]
    monthly_co2: tuple[Series, ...]
    monthly_energy: tuple[Series, ...]
    yearly: tuple[Series, ...]
    fuels: tuple[Part, ...]
    scopes: tuple[Part, ...]  # combustion, process, electricity, heat
    intensity: tuple[Series, ...]
    missing: tuple[Gap, ...]
    due: tuple[Gap, ...]
    batches: tuple[tuple[str, str, str], ...]  # batch id, file, instant
    rows: tuple[FirmRow, ...]
    source: Source
