"""Pinyin 拼音: a Chinese name as it is typed without its characters, in full and by initials."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=65536)
def syllables(text: str) -> tuple[str, ...]:
    """One entry for each character 音节, for Latin words and numbers one for each run: 钢铁B厂 → gang tie b chang."""
    from pypinyin import lazy_pinyin  # 0.2 s; only names to be spelled need it

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


_MARK = "\x02"  # before each syllable of a line of them; in no text that people write


def syllable_line(text: str) -> str:
    """The syllables of a text as :func:`sought` reads them, each after its mark; one line."""
    return "".join(_MARK + s.replace("\n", " ") for s in syllables(text))


def sought(typed: str) -> str:
    """A pattern of linear time that finds ``typed`` (small letters) in lines of texts and in their syllable lines.

    In a text anywhere; in syllables as :func:`starts_at_syllable` reads them, never from the middle of one.
    """
    plain = f"(?m)^[^{_MARK}\n]*{re.escape(typed)}"
    if not (typed.isascii() and typed.isalnum()):
        return plain
    # between two letters the rest of a syllable may have been left out
    read = f"(?:[^{_MARK}\n]*{_MARK})?".join(typed)
    return f"{plain}|{_MARK}{read}"


@lru_cache(maxsize=65536)
def spelled(text: str) -> str:
    """Full pinyin and initials, a blank between: 晋中市 → "jinzhongshi jzs". Latin letters stay, in lower case."""
    from pypinyin import Style, lazy_pinyin

    full = "".join(lazy_pinyin(text)).lower()
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
    return f"{full} {initials}"
