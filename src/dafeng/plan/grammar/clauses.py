"""A paragraph cut into sentences and clauses, with its times and figures in their places."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import Protocol

from dafeng.plan.grammar.quantities import Quantity, find_quantities
from dafeng.plan.grammar.view import GONE, View
from dafeng.plan.grammar.years import TimeExpression, find_times

TIME = "¤"  # stands for each character of a scope expression in ``bare``
BASELINE = "§"
LONGEST_CLAUSE = 1500  # characters between two marks; anything longer is no sentence of a plan
LONGEST_SENTENCE = 600  # characters looked back for words that hold for the whole sentence
_CUT = re.compile(r"[。;!?|,:]|--+")
_SENTENCE_END = "。!?|"


@dataclass(frozen=True, slots=True)
class Clause:
    """Half-open stretch of the view between two marks.

    sentence counts from 0 in the paragraph and opens where it begins; number is the place in Paragraph.clauses.
    """

    start: int
    end: int
    sentence: int
    opens: int
    number: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph ready for the shapes. bare: the words with times blanked out (TIME, BASELINE) and owners gone."""

    view: View
    bare: str
    times: tuple[TimeExpression, ...]
    quantities: tuple[Quantity, ...]
    clauses: tuple[Clause, ...]
    scopes: tuple[TimeExpression, ...]
    items: tuple[int, ...]

    def scope_expression(self, place: int) -> TimeExpression | None:
        """The scope, start or now expression in force at a place, looking back through the paragraph."""
        last = bisect_right(self.scopes, place, key=_end) - 1
        if last < 0:
            return None
        time = self.scopes[last]
        return time if self._same_item(time.start, place) else None

    def year_before(self, place: int) -> int | None:
        """The year of the last scope before a place that names one."""
        for time in reversed(self.scopes[: bisect_right(self.scopes, place, key=_end)]):
            if time.kind == "scope" and time.scopes and time.scopes[0].year is not None:
                return time.scopes[0].year
        return None

    def _same_item(self, start: int, place: int) -> bool:
        """一是…二是…: a year named inside one item does not hold for the next."""
        if not self.items or start < self.items[0]:
            return True
        return bisect_right(self.items, start) == bisect_right(self.items, place)

    def baseline_in(self, start: int, end: int) -> TimeExpression | None:
        """The last baseline named in a stretch."""
        for time in reversed(self.times_in(start, end)):
            if time.kind == "baseline" and time.end <= end:
                return time
        return None

    def times_in(self, start: int, end: int) -> tuple[TimeExpression, ...]:
        """Time expressions that begin in a stretch."""
        return self.times[bisect_left(self.times, start, key=_start) : bisect_left(self.times, end, key=_start)]

    def figures_in(self, start: int, end: int) -> tuple[Quantity, ...]:
        """Quantities that begin in a stretch."""
        low = bisect_left(self.quantities, start, key=_start)
        return self.quantities[low : bisect_left(self.quantities, end, key=_start)]

    def before(self, clause: Clause, most: int) -> tuple[Clause, ...]:
        """Up to ``most`` earlier clauses of the same sentence, nearest first."""
        near = self.clauses[max(0, clause.number - most) : clause.number]
        return tuple(other for other in reversed(near) if other.sentence == clause.sentence)

    def sentence_to(self, clause: Clause) -> str:
        """The words of the sentence up to the clause's end (of a very long one the last stretch)."""
        return self.view.text[max(clause.opens, clause.end - LONGEST_SENTENCE) : clause.end]

    def sentence_words(self, place: int) -> str:
        """The words around a place, from the mark before it to the mark after it, at most 80 characters each way."""
        left, right = self.bare[max(0, place - 80) : place], self.bare[place : place + 80]
        return re.split(r"[。;]", left)[-1] + re.split(r"[。;]", right)[0]

    def words(self, clause: Clause) -> str:
        return self.bare[clause.start : clause.end]


def paragraph_of(view: View, this_year: int | None, home_year: int | None = None) -> Paragraph:
    """Find times, then figures outside them, then the clauses."""
    times = find_times(view.masked, this_year, home_year)
    quantities = find_quantities(view.masked, [(time.start, time.end) for time in times])
    clauses = _clauses(view.masked)
    times = [replace(time, kind="none") if _only_mentioned(view, time, clauses, quantities) else time for time in times]
    return Paragraph(view, _bare(view, times), tuple(times), tuple(quantities), tuple(clauses), *_marks(view, times))


_ITEM = re.compile(r"(?:^|[。;,:])(?:[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十]{1,2},)")


def _marks(view: View, times: list[TimeExpression]) -> tuple[tuple[TimeExpression, ...], tuple[int, ...]]:
    """The times that open a scope, and where the items 一是, 二是 … begin."""
    scopes = tuple(time for time in times if time.kind in ("scope", "start", "now"))
    return scopes, tuple(match.end() for match in _ITEM.finditer(view.text))


class _Placed(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def _start(placed: _Placed) -> int:
    return placed.start


def _end(placed: _Placed) -> int:
    return placed.end


_AHEAD = re.compile(
    r"(?:力争|确保|努力|争取|展望|其中|并且|同时|预计|规划|计划|的|我省|我市|我国|全国|全省|全市|提出|以及|和|到|在|于)*$"
)
_SPEAKS = re.compile(
    r"达峰|峰值|下达|设定|完成|全部|全面|不新增|不再|全覆盖|清零|下降|降低|提高|提升|增长|增加|不增加|达到|实现"
)
_MENTIONS = re.compile(r"^(?:为|制定|印发|编制|发布|出台|修订|落实|按照|根据|围绕|锚定)")


def _only_mentioned(view: View, time: TimeExpression, clauses: list[Clause], quantities: list[Quantity]) -> bool:
    """制定2021-2023年…实施要点, 为2030年…奠定基础: a year in passing opens no scope."""
    if time.kind != "scope":
        return False
    place = bisect_right(clauses, time.start, key=_start) - 1
    clause = clauses[place] if place >= 0 else None
    if clause is None or clause.end - clause.start > LONGEST_CLAUSE:
        return False
    figure = bisect_left(quantities, clause.start, key=_start)
    if figure < len(quantities) and quantities[figure].start < clause.end:
        return False
    before = view.text[clause.start : time.start]
    if _AHEAD.fullmatch(before):
        return False
    return _MENTIONS.match(before) is not None or not _SPEAKS.search(view.text, time.end, clause.end)


def _bare(view: View, times: list[TimeExpression]) -> str:
    if not times and GONE not in view.masked:
        return view.text
    out = [" " if hidden == GONE else shown for shown, hidden in zip(view.text, view.masked, strict=True)]
    for time in times:
        if time.kind != "none":
            mark = BASELINE if time.kind == "baseline" else TIME
            out[time.start : time.end] = mark * (time.end - time.start)
    return "".join(out)


def _clauses(masked: str) -> list[Clause]:
    out: list[Clause] = []
    start = sentence = opens = 0
    for match in _CUT.finditer(masked):
        if _inside_number(masked, match):
            continue
        if match.start() > start:
            out.append(Clause(start, match.start(), sentence, opens, len(out)))
        start = match.end()
        if match[0][0] in _SENTENCE_END:
            sentence, opens = sentence + 1, start
    if start < len(masked):
        out.append(Clause(start, len(masked), sentence, opens, len(out)))
    return out


def _inside_number(masked: str, match: re.Match[str]) -> bool:
    """1,500 and 1.1:1 are figures, not two clauses."""
    before, after = masked[match.start() - 1 : match.start()], masked[match.end() : match.end() + 4]
    if match[0] == ",":
        return before.isdigit() and re.match(r"\d{3}(?!\d)", after) is not None and _short_head(masked, match.start())
    return match[0] == ":" and before.isdigit() and after[:1].isdigit()


def _short_head(masked: str, comma: int) -> bool:
    head = re.search(r"(\d+)$", masked[max(0, comma - 5) : comma])
    return head is not None and len(head[1]) <= 3
