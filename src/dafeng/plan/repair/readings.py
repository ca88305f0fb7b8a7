"""Pinyin as it is met in damaged pages: how a reading looks, and which characters are read so."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếềê̄ê̌"
LETTERS = "a-zɑɡüê" + "".join(sorted(set(_TONED) - {"ê"})) + "\u0300\u0301\u0304\u030c\u0308"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
READING = rf"[{LETTERS}]{{1,8}}"

_INITIALS = "b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w|"
_FINALS = (
    "iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ueng|van|ai|ei|ao|ou|an|en|in|un|vn|er|ia|ie|iu|ua|uo|ui|ue|ve"
    "|a|o|e|i|u|v|ng|n|m"
)
_SYLLABLE = re.compile(rf"(?:{_INITIALS})(?:{_FINALS})")
_TONES = {"\u0304", "\u0301", "\u030c", "\u0300"}

Agreement = Literal["known", "toneless", "other", "no"]


@lru_cache(maxsize=65_536)
def plain(reading: str) -> tuple[str, int]:
    """A reading without its tone mark, ü as v, and how many tone marks it bore: ``lǜ`` → ("lv", 1)."""
    letters: list[str] = []
    tones = 0
    for c in unicodedata.normalize("NFD", reading.replace("ɑ", "a").replace("ɡ", "g")):
        if c in _TONES:
            tones += 1
        elif c == "\u0308" and letters:
            letters[-1] = "v"
        elif c != "\u0302":
            letters.append(c)
    return "".join(letters), tones


def is_syllable(reading: str) -> bool:
    """Whether the letters can be one Mandarin syllable with at most one tone mark 一个音节."""
    letters, tones = plain(reading)
    return tones <= 1 and bool(_SYLLABLE.fullmatch(letters))


@lru_cache(maxsize=65_536)
def readings_of(char: str) -> frozenset[str]:
    """The toned readings of a character 读音, empty where the table does not know it."""
    known: str = _table().get(ord(char), "")
    return frozenset(_normal(r) for r in known.split(",") if r)


@lru_cache(maxsize=65_536)
def agreement(char: str, reading: str) -> Agreement:
    """How a bracketed reading fits the character before it: known, known but for the tone, other syllable, or no."""
    if not is_syllable(reading):
        return "no"
    known = readings_of(char)
    if _normal(reading) in known:
        return "known"
    if plain(reading)[0] in {plain(r)[0] for r in known}:
        return "toneless"
    return "other"


def _normal(reading: str) -> str:
    return unicodedata.normalize("NFC", reading.replace("ɑ", "a").replace("ɡ", "g"))


@cache
def _table() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict  # 0.2 s; only texts with readings in them need it

    return pinyin_dict
