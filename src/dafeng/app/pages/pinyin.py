"""Pinyin 拼音: a Chinese name as it is typed without its characters, in full and by initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=65536)
def spelled(text: str) -> str:
    """Full pinyin and initials, a blank between: 晋中市 → "jinzhongshi jzs". Latin letters stay, in lower case."""
    full = "".join(lazy_pinyin(text)).lower()
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
    return f"{full} {initials}"
