"""Word's automatic numbers 自动编号 put into the text: 一、 (二) 3. ① as the reader of the page sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PLACEHOLDER = re.compile(r"%([1-9])")
_CHINESE = """
chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting taiwaneseCountingThousand
ideographDigital koreanCounting
"""
_COUNTING = frozenset(_CHINESE.split())
_UNNUMBERED = frozenset({"bullet", "none"})


@dataclass(slots=True)
class Level:
    """One level of a list definition: first number, format, text with %1…%9, what is put behind it."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """List definitions of a document and the counters as they run.

    levels     abstract list → level → definition;  lists: list id → abstract list
    overrides  (list id, level) → first number;     styles: paragraph style → (list id, level)
    """

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next_label(self, list_id: str, level: int) -> str:
        """The number of the next paragraph of a list, advancing its counters; empty for bullets."""
        abstract = self.lists.get(list_id)
        definition = self.levels.get(abstract, {}).get(level) if abstract is not None else None
        if abstract is None or definition is None:
            return ""
        counts = self._counters.setdefault(abstract, {})
        counts[level] = self._following(list_id, abstract, level, definition)
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        if definition.format in _UNNUMBERED:
            return ""
        label = _PLACEHOLDER.sub(lambda m: self._shown(abstract, int(m[1]) - 1, definition), definition.text)
        return label + _gap(label, definition)

    def _following(self, list_id: str, abstract: str, level: int, definition: Level) -> int:
        override = self.overrides.get((list_id, level))
        if override is not None and (list_id, level) not in self._begun:
            self._begun.add((list_id, level))
            return override
        count = self._counters[abstract].get(level)
        return definition.start if count is None else count + 1

    def _shown(self, abstract: str, level: int, asking: Level) -> str:
        definition = self.levels[abstract].get(level, Level())
        count = self._counters[abstract].get(level, definition.start)
        return number_text(count, "decimal" if asking.legal else definition.format)


def number_text(number: int, format_: str) -> str:
    """A number as Word shows it in a format 编号格式; formats we do not know are shown in Arabic digits."""
    if format_ in _COUNTING:
        return chinese_number(number)
    if format_ == "chineseLegalSimplified":
        return "".join(_LEGAL[int(d)] for d in str(number)) if number > 99 else _legal(number)
    if format_ == "ideographTraditional" and 1 <= number <= 10:
        return _STEMS[number - 1]
    if format_ == "ideographZodiac" and 1 <= number <= 12:
        return _BRANCHES[number - 1]
    if format_ in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if format_ in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord(d) + 0xFEE0) for d in str(number))
    if format_ == "decimalZero":
        return f"{number:02d}"
    return _latin(number, format_)


def _latin(number: int, format_: str) -> str:
    if format_ in ("lowerLetter", "upperLetter") and number >= 1:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if format_ == "lowerLetter" else letters.upper()
    if format_ in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        out = ""
        for value, sign in _ROMAN:
            out += sign * (number // value)
            number %= value
        return out if format_ == "lowerRoman" else out.upper()
    return str(number)


def chinese_number(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十, 105 → 一百〇五; above 9999 digit by digit."""
    if not 0 < number < 10_000:
        return "".join(_DIGITS[int(d)] for d in str(abs(number)))
    out, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("〇" if gap and out else "") + _DIGITS[digit] + sign
        gap = not digit
    return out[1:] if 10 <= number < 20 else out


def _legal(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _LEGAL[tens]) + "拾" if tens else ""
    return head + (_LEGAL[ones] if ones or not tens else "")


def _gap(label: str, level: Level) -> str:
    """Word sets numbers off by a tab; in the text a space is wanted only where digits would run into words."""
    return " " if label and label[-1].isalnum() and label[-1].isascii() and level.suffix != "nothing" else ""
