"""Whose sector a target belongs to 领域: the innermost heading that names one, the thing measured, the document."""

from __future__ import annotations

import re

from dafeng.plan.grammar.vocabulary import words

_DATA = words("sectors")
_HEADINGS: list[tuple[str, re.Pattern[str]]] = [
    (name, re.compile("|".join(patterns))) for name, patterns in _DATA["heading"].items()
]
_SUBJECTS: list[tuple[str, re.Pattern[str]]] = [
    (name, re.compile("|".join(patterns))) for name, patterns in _DATA["subject"].items()
]
_WHOLE = ("全领域", None)


def sector_of_headings(titles: tuple[str, ...]) -> str | None:
    """titles: the headings a paragraph stands under, innermost first."""
    for title in titles:
        named = [name for name, pattern in _HEADINGS if pattern.search(title)]
        if named:
            return named[0]
    return None


def sector_of(titles: tuple[str, ...], name: str, document_sector: str | None) -> str | None:
    found = sector_of_headings(titles)
    if found is not None:
        return found
    if document_sector in _WHOLE:
        for sector, pattern in _SUBJECTS:
            if pattern.search(name):
                return sector
    return document_sector
