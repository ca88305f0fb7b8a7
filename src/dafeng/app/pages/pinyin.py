"""Pinyin 拼音: a Chinese name as it is typed without its characters, in full and by initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=65536)
def syllables(text: str) -> tuple[str, ...]:
    """One entry for each character 音节, for Latin words and numbers one for each run: 钢铁B厂 → gang tie b chang."""
    return tuple(s.lower() for s in lazy_pinyin(text) if s.strip())


def starts_at_syllable(typed: str, of: tuple[str, ...]) -> int | None:
    """The first syllable from which ``typed`` reads on, each syllable given whole or by its beginning; None if none.

    gangtie, gangt, gtie and gt all find 钢铁; "ang" and "an" do not, for no syllable begins with them.
    """
    return next((n for n in range(len(of)) if _reads(typed, of, n)), None)


def _reads(typed: str, of: tuple[str, ...], at: int) -> bool:
    if not typed:
        return True
    if at >= len(of):
        return False
    shared = next(
        (n for n, (a, b) in enumerate(zip(typed, of[at], strict=False)) if a != b), min(len(typed), len(of[at]))
    )
    return any(_reads(typed[n:], of, at + 1) for n in range(shared, 0, -1))


@lru_cache(maxsize=65536)
def spelled(text: str) -> str:
    """Full pinyin and initials, a blank between: 晋中市 → "jinzhongshi jzs". Latin letters stay, in lower case."""
    full = "".join(lazy_pinyin(text)).lower()
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
    return f"{full} {initials}"
