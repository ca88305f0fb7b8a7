"""Readings that a page put in brackets behind characters 拼音注入: ``強(qiáng)`` → ``強``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dafeng.plan.repair.draft import Edit
from dafeng.plan.repair.readings import HAN, READING, Agreement, agreement, plain

_OPEN, _CLOSE = r"[(（\[〔]", r"[)）\]〕]"
_INJECTION = re.compile(rf"(?<=[{HAN}])\s?{_OPEN}\s?({READING})\s?{_CLOSE}")
_UNCLOSED = re.compile(rf"(?<=[{HAN}])[(（]({READING})(?=[{HAN}])")

TONED_CERTAINTY: dict[Agreement, float] = {"known": 0.99, "toneless": 0.95, "other": 0.8}
TONELESS_CERTAINTY: dict[Agreement, float] = {"known": 0.9, "toneless": 0.85}
ENOUGH_TONED = 3  # toned readings a page must have before a toneless one is taken for one


def injection_edits(text: str) -> list[Edit]:
    """Edits that take bracketed readings out; genuine brackets such as (CCUS), (kg) or (试行) stay.

    A reading has a tone mark and is one syllable; certainty says whether the character before it is read so. A
    reading without a tone mark counts only in a page full of toned ones and only if the character is read so.
    """
    toned = list(_toned(text))
    return sorted([*toned, *_toneless(text, len(toned)), *_unclosed(text)], key=lambda e: e.start)


def _toned(text: str) -> Iterator[Edit]:
    for met in _INJECTION.finditer(text):
        if plain(met[1])[1] == 1:
            fit = agreement(text[met.start() - 1], met[1])
            if fit in TONED_CERTAINTY:
                yield _edit(met.span(), TONED_CERTAINTY[fit], _why(text[met.start() - 1], met[1], fit))


def _toneless(text: str, toned: int) -> Iterator[Edit]:
    for met in _INJECTION.finditer(text) if toned >= ENOUGH_TONED else ():
        if plain(met[1])[1] == 0:
            fit = agreement(text[met.start() - 1], met[1])
            if fit in TONELESS_CERTAINTY:
                yield _edit(met.span(), TONELESS_CERTAINTY[fit], "reading without tone mark in brackets")


def _unclosed(text: str) -> Iterator[Edit]:
    for met in _UNCLOSED.finditer(text):
        if plain(met[1])[1] == 1 and agreement(text[met.start() - 1], met[1]) == "known":
            yield _edit(met.span(), 0.9, "reading in a bracket that is not closed")


def _edit(span: tuple[int, int], certainty: float, why: str) -> Edit:
    return Edit(*span, "", "injection", certainty, why)


def _why(char: str, reading: str, fit: Agreement) -> str:
    told = {"known": "is read so", "toneless": "is read so but for the tone", "other": "is not known to be read so"}
    return f"reading {reading} in brackets; {char} {told[fit]}"
