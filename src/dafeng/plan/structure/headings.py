"""The marks of headings in Chinese official documents 公文层次序数, and where a heading's title ends.

Layout of official documents (GB/T 9704-2012 §7.3.3): 一、 · （一） · 1. · （1）; longer plans add 第一章 and 第一节,
boxes are 专栏 and attachments 附件.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dafeng.plan.gazetteer import one_of

MarkKind = Literal["chapter", "part", "cn", "cn_paren", "arabic", "arabic_paren", "circled", "box", "attachment"]

CN_DIGITS = "一二三四五六七八九十百〇零"
_OPEN, _CLOSE = "[(（〔]", "[)）〕]"
_GAP = "[ \t\u3000\xa0]*"

MARKS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    ("chapter", re.compile(f"第(?P<n>[{CN_DIGITS}]{{1,4}}|\\d{{1,2}}){_GAP}[章编篇]{_GAP}")),
    ("part", re.compile(f"第(?P<n>[{CN_DIGITS}]{{1,4}}|\\d{{1,2}}){_GAP}节{_GAP}")),
    ("cn", re.compile(f"(?P<n>[{CN_DIGITS}]{{1,4}}){_GAP}[、.．]{_GAP}(?![、,，。])")),
    ("cn_paren", re.compile(f"{_OPEN}{_GAP}(?P<n>[{CN_DIGITS}]{{1,4}}){_GAP}{_CLOSE}{_GAP}[、.．]?{_GAP}")),
    ("arabic_paren", re.compile(f"{_OPEN}{_GAP}(?P<n>\\d{{1,2}}){_GAP}{_CLOSE}{_GAP}[、.．]?{_GAP}")),
    ("arabic_paren", re.compile(f"(?P<n>\\d{{1,2}})[)）]{_GAP}")),
    ("circled", re.compile(f"(?P<n>[①-⑳]){_GAP}")),
    (
        "arabic",
        re.compile(
            f"(?P<n>\\d{{1,3}})(?:{_GAP}[.．、]{_GAP}(?![\\d%％])|"
            f"[ \u3000]{{1,4}}(?![年月日个家万亿项吨千百余多种类座台辆户度级时至])(?=[\u4e00-\u9fff]))"
        ),
    ),
    ("box", re.compile(f"\\|?{_GAP}专{_GAP}栏{_GAP}(?P<n>\\d{{1,2}}|[{CN_DIGITS}]{{1,3}})?{_GAP}[:：、.．|]?{_GAP}")),
    (
        "attachment",
        re.compile(f"附{_GAP}[件表录](?P<n>{_GAP}\\d{{1,2}}|{_GAP}[{CN_DIGITS}]{{1,3}})?{_GAP}[:：、.．]?{_GAP}"),
    ),
)

FIXED_TITLES = one_of("fixed_title")
_FIXED = re.compile(FIXED_TITLES)
_FIGURE = re.compile(r"到?20\d\d年[底末]?[,，]|\d(?:\.\d+)?\s*(?:%|％|万|亿|个|家|项|吨|户|座)")
DUTY_WORDS = "负责|责任单位|责任部门|责任主体|负责单位|牵头|配合|参加|参与|协办|主办|分工"
TITLE_LIMIT = 50
_CLAUSE_END = re.compile("[。！？!?]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading mark at the head of a line: what kind, its number as written, how many characters it takes."""

    kind: MarkKind
    number: str | None
    length: int


def read_mark(line: str) -> Mark | None:
    """The mark with which the line begins, if it begins with one."""
    for kind, pattern in MARKS:
        found = pattern.match(line)
        if found and (kind in ("box", "attachment") or found.end() < len(line)):
            number = found.group("n")
            return Mark(kind, re.sub(r"\s", "", number) if number else None, found.end())
    return None


def number_value(number: str | None) -> int | None:
    """The value of 十二, 12 or ⑫; None where it cannot be read."""
    if not number:
        return None
    if "①" <= number <= "⑳":
        return ord(number) - ord("①") + 1
    if number.isdecimal():
        return int(number)
    total, digit = 0, 0
    for char in number:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = "〇一二三四五六七八九".find("〇" if char == "零" else char)
    return total + digit


def is_figure(sentence: str) -> bool:
    """Whether the sentence states a figure or opens a year, so that it is no mere title."""
    return bool(_FIGURE.search(sentence))


def title_end(rest: str) -> tuple[int, int]:
    """Where the title of a heading ends, and where its body begins, within the line after the mark.

    ``(len, len)`` means the whole line is title. A title ends at the first 。, at a colon or a gap where no 。
    comes first, before a bracket that names responsible units, or after a fixed title (指导思想) glued to its body.
    """
    stop = _CLAUSE_END.search(rest)
    end = stop.start() if stop else len(rest)
    bracket = re.match(
        (
            rf"([^()（）\[\]【】。]+(?:[(（][^()（）]{{1,12}}[)）])?[^()（）\[\]【】。]*?)\s*(?=[(（\[【〔][^。"
            rf"]*?(?:{DUTY_WORDS}))"
        ),
        rest[:end],
    )
    if bracket:
        return bracket.end(1), bracket.end()
    colon = re.search("[:：]", rest[: min(end, 31)])
    if colon and len(rest) - colon.end() > 0 and (end > TITLE_LIMIT or not stop or end == len(rest) - 1):
        return colon.start(), colon.end()
    fixed = _FIXED.match(rest)
    if fixed and re.match(r"[ \t\u3000\xa0]+\S", rest[fixed.end() :]):
        return fixed.end(), fixed.end()
    gap = re.search(r"[ \t\u3000\xa0]+", rest[: min(end, 36)])
    if gap and gap.start() >= 2 and len(rest) - gap.end() > TITLE_LIMIT:
        return gap.start(), gap.end()
    if fixed and fixed.end() < end and len(rest) > fixed.end() + 30:
        return fixed.end(), fixed.end()
    if stop is None and len(rest) > TITLE_LIMIT * 2:
        return 0, 0
    return end, min(len(rest), stop.end() if stop else end)
