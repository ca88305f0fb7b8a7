"""A paragraph cut into sentences and clauses, with its times and figures in their places."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from dafeng.plan.grammar.quantities import Quantity, find_quantities
from dafeng.plan.grammar.view import GONE, View
from dafeng.plan.grammar.years import TimeExpression, find_times

TIME = "¤"  # stands for each character of a scope expression in ``bare``
BASELINE = "§"
_CUT = re.compile(r"[。;!?|,:]|--+")
_SENTENCE_END = "。!?|"


@dataclass(frozen=True, slots=True)
class Clause:
    """Half-open stretch of the view between two marks; sentence counts from 0 in the paragraph."""

    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph ready for the shapes. bare: the words with times blanked out (TIME, BASELINE) and owners gone."""

    view: View
    bare: str
    times: tuple[TimeExpression, ...]
    quantities: tuple[Quantity, ...]
    clauses: tuple[Clause, ...]
    ends: tuple[int, ...]
    items: tuple[int, ...]

    def scope_expression(self, place: int) -> TimeExpression | None:
        """The scope, start or now expression in force at a place, looking back through the paragraph."""
        last = bisect_right(self.ends, place) - 1
        for time in reversed(self.times[: last + 1]):
            if time.kind in ("scope", "start", "now"):
                return time if self._same_item(time.start, place) else None
        return None

    def _same_item(self, start: int, place: int) -> bool:
        """一是…二是…: a year named inside one item does not hold for the next."""
        if not self.items or start < self.items[0]:
            return True
        return bisect_right(self.items, start) == bisect_right(self.items, place)

    def baseline_in(self, start: int, end: int) -> TimeExpression | None:
        """The last baseline named in a stretch."""
        for time in reversed(self.times):
            if time.kind == "baseline" and start <= time.start and time.end <= end:
                return time
        return None

    def words(self, clause: Clause) -> str:
        return self.bare[clause.start : clause.end]


def paragraph_of(view: View, this_year: int | None) -> Paragraph:
    """Find times, then figures outside them, then the clauses."""
    times = find_times(view.masked, this_year)
    quantities = find_quantities(view.masked, [(time.start, time.end) for time in times])
    clauses = _clauses(view.masked)
    times = [replace(time, kind="none") if _only_mentioned(view, time, clauses, quantities) else time for time in times]
    return Paragraph(view, _bare(view, times), tuple(times), tuple(quantities), tuple(clauses), *_marks(view, times))


_ITEM = re.compile(r"(?:^|[。;,:])(?:[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十]{1,2},)")


def _marks(view: View, times: list[TimeExpression]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ends of the times, and where the items 一是, 二是 … begin."""
    return tuple(time.end for time in times), tuple(match.end() for match in _ITEM.finditer(view.text))


_AHEAD = re.compile(r"(?:力争|确保|努力|争取|其中|并且|同时|预计|规划|计划|的|我省|我市|我国|全国|全省|全市|提出|以及|和|到|在|于)*$")
_SPEAKS = re.compile(r"达峰|峰值|下达|设定|完成|全部|全面|不新增|不再|全覆盖|清零|下降|降低|提高|提升|增长|增加|不增加|达到|实现")
_MENTIONS = re.compile(r"^(?:为|制定|印发|编制|发布|出台|修订|落实|按照|根据|围绕|锚定)")


def _only_mentioned(view: View, time: TimeExpression, clauses: list[Clause], quantities: list[Quantity]) -> bool:
    """制定2021-2023年…实施要点, 为2030年…奠定基础: a year in passing opens no scope."""
    if time.kind != "scope":
        return False
    clause = next((c for c in clauses if c.start <= time.start < c.end), None)
    if clause is None or any(clause.start <= q.start < clause.end for q in quantities):
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
    start = sentence = 0
    for match in _CUT.finditer(masked):
        if _inside_number(masked, match):
            continue
        if match.start() > start:
            out.append(Clause(start, match.start(), sentence))
        start = match.end()
        sentence += match[0][0] in _SENTENCE_END
    if start < len(masked):
        out.append(Clause(start, len(masked), sentence))
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

