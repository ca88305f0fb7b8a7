"""Numbers as plans write them 数词: 1,500 · 12.5 · 十五 · 两 · 万 — to a value, or None where it is no number."""

from __future__ import annotations

DIGITS = {
    "零": 0,
    "〇": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10**4, "亿": 10**8}
CHINESE_DIGIT = "零〇○一二两三四五六七八九"
CHINESE_NUMBER = "零〇一二两三四五六七八九十百千"


def chinese_value(words: str) -> int | None:
    """The value of a Chinese whole number (二十五, 两千三百, 十, 一万二); None where the words are no number.

    A bare power counts one of it (百 → 100). Digit strings without powers (二〇二五) read digit by digit.
    """
    if not words or any(w not in DIGITS and w not in _POWERS and w not in _GREAT for w in words):
        return None
    if all(w in DIGITS for w in words):
        return int("".join(str(DIGITS[w]) for w in words))
    return _with_powers(words)


def _with_powers(words: str) -> int:
    total = section = digit = 0
    last_power = 1
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in _POWERS:
            section += max(digit, 1) * _POWERS[word]
            last_power, digit = _POWERS[word], 0
        else:
            total += max(section + digit, 1) * _GREAT[word]
            last_power, section, digit = _GREAT[word], 0, 0
    return total + section + _tail(digit, last_power, words)


def _tail(digit: int, last_power: int, words: str) -> int:
    """The 二 of 一万二 means 2,000; of 一万零二 and of 二十二 it means 2."""
    follows_power = len(words) >= 2 and (words[-2] in _POWERS or words[-2] in _GREAT)
    return digit * (last_power // 10) if digit and follows_power and last_power > 10 else digit


def plain_number(figures: str) -> float | int:
    """The value of Arabic figures with or without thousands marks; whole numbers stay whole."""
    figures = figures.replace(",", "")
    return float(figures) if "." in figures else int(figures)


def tidy(value: float) -> float | int:
    """12.0 as 12; other values as they are."""
    return int(value) if float(value).is_integer() else round(value, 6)
