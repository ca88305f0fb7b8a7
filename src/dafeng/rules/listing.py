"""The rulebook as a table 规则清单: every dated value with its status and source, for people to read."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from dafeng.rules.rulebook import Rulebook


class Listed(TypedDict):
    """One dated value of one parameter."""

    id: str
    zh: str
    en: str
    scope: str
    since: date
    until: date | None
    value: float
    unit: str
    status: str
    source: str
    published: date | None
    file: str


def listed(book: Rulebook) -> list[Listed]:
    """All values, by id, scope and day."""
    values = [v for key in sorted(book.parameters) for v in book.parameters[key].values]
    return [
        Listed(
            id=v.id, zh=v.name_zh, en=v.name_en, scope=v.scope, since=v.since, until=v.until, value=v.value,
            unit=v.unit, status=v.status, source=v.source, published=v.published, file=v.file,
        )
        for v in values
    ]  # fmt: skip
