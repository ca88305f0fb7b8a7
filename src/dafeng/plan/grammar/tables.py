"""Target tables that came flat 指标表: a header 指标 | 单位 | 2020年 | 2025年, and rows with one figure a year.

A row is read only where it holds exactly as many cells as the header has years and a unit is at hand: in brackets
after the name, in a cell of its own, or as the % of the figures. What a page break tore apart is left unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dafeng.plan.grammar.goals import Goal
from dafeng.plan.grammar.numerals import plain_number, tidy
from dafeng.plan.grammar.vocabulary import any_of, words
from dafeng.plan.grammar.years import Scope
from dafeng.plan.records import Bound, Comparator, TargetKind

LONGEST_HEADER = 60
LONGEST_ROW = 90
_UNITS = words("units")
_BASE = any_of([unit for kind in ("share", "count", "physical", "money") for unit in _UNITS[kind]])
_UNIT = rf"(?:(?:{any_of(_UNITS['multipliers'])})?(?:{_BASE})(?:/[^\s\d()]{{1,6}})?|微克/立方米|天)"
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年?(?:底|末|目标值?|实际|完成值?|现状|基期)*")
_HEADER = re.compile(r"指标|名称|项目")
_NATURE = re.compile(r"(?<=约束性)|(?<=预期性)|(?<=指导性)")
_FIGURE = r"[≥≤><＞＜]?\s*\d+(?:,\d{3})*(?:\.\d+)?\s*[%％]?\s*(?:以上|以下|以内|左右)?"
_CELL = rf"(?:{_FIGURE}|-|[—–－/]{{1,4}}|\[[^\[\]]{{1,12}}\])"
_ROW = re.compile(
    rf"^\s*(?:\d{{1,2}}[.、．\s]\s*|[★*●]\s*)?(?P<name>[^\d\s|≥≤><][^|。;；]*?)\s*"
    rf"(?:[(（](?P<inside>{_UNIT})[)）])?\s*(?:(?<=\s)(?P<cell>{_UNIT}))?\s*(?<![.\d])"
    rf"(?P<cells>{_CELL}(?:\s+{_CELL})*)\s*(?:从无到有)?\s*(?:约束性|预期性|指导性)?\s*$"
)
_ONE = re.compile(
    r"(?P<mark>[≥≤><＞＜])?\s*(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<pct>[%％])?\s*(?P<suffix>以上|以下|以内|左右)?"
)
_BOUNDS: dict[str, Bound] = {
    "≥": ">=", "≤": "<=", ">": ">", "<": "<", "＞": ">", "＜": "<", "以上": ">=", "以下": "<=", "以内": "<=",
    "左右": "about",
}  # fmt: skip
_CHANGE = re.compile(r"(?:累计)?(?P<verb>降低|下降|减少|压减|提高|提升|增长|增加)(?:幅度|比例)?$")


@dataclass(frozen=True, slots=True)
class Header:
    """The years of the value columns from left to right; more: columns after them that are no years (年均增速)."""

    years: tuple[int, ...]
    more: bool = False

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scope of rows that are sentences (能效水平提升30%), where the table is for one year."""
        return (Scope(self.years[0]),) if len(self.years) == 1 else ()


@dataclass(frozen=True, slots=True)
class RowGoal:
    """A goal read from a row; start..end is the row in the text it was read from."""

    goal: Goal
    start: int
    end: int


def header_of(text: str) -> Header | None:
    """指标 2020年 2025年: the columns of a table, or None where the line is none."""
    line = text.strip()
    if len(line) > LONGEST_HEADER or re.search(r"[。;；]|《", line) or not _HEADER.search(line):
        return None
    found = list(_YEAR.finditer(line))
    years = tuple(int(match[1]) for match in found)
    if not years or list(years) != sorted(set(years)) or re.search(r"专栏|^表|目标[^值]|计划|规划|工作", line):
        return None
    return Header(years, re.search(r"年均|累计|增速|展望|增长率|变化", line[found[-1].end() :]) is not None)


_TORN = re.compile(r"(?:[\d%％\]]|—)\s+(?:[\[—－-]|\d)|(?:约束性|预期性)\s*$")


def is_torn(text: str) -> bool:
    """Cells side by side without a sentence: a row that lost its name or its header, better unread than misread."""
    return _TORN.search(text) is not None and not re.search(r"[。,，;；]", text)


def rows_of(text: str, header: Header, this_year: int | None) -> list[RowGoal]:
    """The goals of a paragraph that holds rows: later years are targets, years gone by are facts."""
    out: list[RowGoal] = []
    start = 0
    for line in text.split("\n"):
        for part in _NATURE.split(line):
            if 4 <= len(part) <= LONGEST_ROW:
                out += [RowGoal(goal, start, start + len(part)) for goal in _row(part, header, this_year)]
            start += len(part)
        start += 1
    return out


def _row(part: str, header: Header, this_year: int | None) -> list[Goal]:
    match = _ROW.match(re.sub(r"\s*\|\s*", " ", part))
    if match is None:
        return []
    cells = re.findall(_CELL, match["cells"])
    count = len(header.years)
    if len(cells) < count or (len(cells) > count and not header.more):
        return []
    name, change = _name_and_change(re.sub(r"\s", "", match["name"]))
    unit = match["inside"] or match["cell"]
    if len(name) < 3 or re.search(r"^(?:[(（]|指标)|[:：,，]|20\d\d年|\d\.\d|[)）]\d", name):
        return []
    goals = [_cell(cell, name, change, unit, year) for cell, year in zip(cells, header.years, strict=False)]
    return [_dated(goal, this_year or header.years[-1]) for goal in goals if goal is not None]


def _name_and_change(name: str) -> tuple[str, Comparator | None]:
    match = _CHANGE.search(name)
    if match is None or match.start() < 3:
        return name, None
    falls = match["verb"] in ("降低", "下降", "减少", "压减")
    return name[: match.start()], "reduce_by" if falls else "increase_by"


def _cell(cell: str, name: str, change: Comparator | None, unit: str | None, year: int) -> Goal | None:
    """One figure of a row; a dash is a missing value and gives nothing, a cumulative [24] has no year of its own."""
    match = _ONE.fullmatch(cell.strip())
    measured = "%" if match and match["pct"] else unit
    if match is None or measured is None:
        return None
    bound = _BOUNDS.get(match["mark"] or match["suffix"] or "")
    return Goal(
        0, 0, name, change or bound or "=", tidy(plain_number(match["n"])), None, measured,
        bound=(bound or "=") if change else None, scope=Scope(year),
        modality="左右" if match["suffix"] == "左右" else None,
    )  # fmt: skip


def _dated(goal: Goal, now: int) -> Goal:
    past = goal.scope.year is not None and goal.scope.year < now
    kind: TargetKind = "fact" if past else "target"
    return replace(goal, kind=kind)
