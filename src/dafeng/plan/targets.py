"""Targets of a plan 目标台账: walk the paragraphs, run the grammar, merge what is stated twice, number the records."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.grammar.reader import read_paragraph
from dafeng.plan.grammar.sectors import sector_of
from dafeng.plan.grammar.tables import Header, RowGoal, header_of, is_torn, rows_of
from dafeng.plan.grammar.view import view_of
from dafeng.plan.grammar.voice import voice_of
from dafeng.plan.grammar.years import Scope
from dafeng.plan.outline import Block, Outline
from dafeng.plan.records import Document, Span, Target
from dafeng.plan.source import SourceText

_READ = ("body", "box", "lead", "excerpt", "notice")
_GOALS = re.compile(r"目标|指标")
_BULLET = re.compile(r"^(?:-{1,2}|[●•◆▪])")  # ——产业结构…: a paragraph that goes on with the one above it
_PAST = re.compile(r"基础|现状|形势|成效|进展|回顾|成就|背景|概况|完成情况")
_NOT_PAST = re.compile(r"基础设施|基础能力|夯实|强化|工业基础|筑牢|基础研究|基础再造|政策|巩固")


MOST_COMPARED = 200  # earlier records with the same figure that a new one is compared with


@dataclass(frozen=True, slots=True)
class _Place:
    """A goal with where it stands: its span in the text, the headings above it, whether in front, which paragraph."""

    goal: Goal
    span: Span
    titles: tuple[str, ...]
    in_front: bool
    block: int = 0


def read_targets(source: SourceText, outline: Outline, document: Document) -> tuple[Target, ...]:
    """All targets, facts and thresholds of one plan, in reading order, each once; ids ``doc#tNN``."""
    voice = voice_of(source.text, document)
    places: list[_Place] = []
    carried: tuple[Scope, ...] = ()
    chapter: int | None = None
    table: Header | None = None
    for number, block in enumerate(outline.blocks):
        titles = _titles(outline, block)
        if block.kind not in _READ or block.body_start >= block.span[1]:
            continue
        if block.section != chapter and not _goes_on(outline, block, chapter):
            carried = ()
        chapter, chapter_before = block.section, chapter
        body = source.text[block.body_start : block.span[1]]
        table = _table_at(body, table if block.section == chapter_before else None)
        rows = rows_of(body, table, voice.this_year) if table else []
        places += _placed(rows, block.body_start, titles, number)
        if rows or is_torn(body):
            continue
        view = view_of(body, block.body_start)
        goals_here = any(_GOALS.search(title) for title in titles[:2])
        leans = carried if goals_here or _BULLET.match(view.text) else ()
        leans = table.scopes if table else leans
        context = Context(voice.this_year, voice.progress, goals_here, _is_past(titles), leans, voice.home_year)
        goals, left_open = read_paragraph(view, context)
        carried = left_open or carried
        in_front = block.kind in ("lead", "excerpt", "notice")
        places += [_Place(goal, view.span(goal.start, goal.end), titles, in_front, number) for goal in goals]
    return _records(_merged(places), source, document)


def _table_at(body: str, before: Header | None) -> Header | None:
    """The table a paragraph stands in: its own header line, or the one above until a sentence ends it."""
    return header_of(body) or (before if "。" not in body else None)


def _placed(rows: list[RowGoal], offset: int, titles: tuple[str, ...], block: int) -> list[_Place]:
    return [_Place(row.goal, (offset + row.start, offset + row.end), titles, False, block) for row in rows]


def _goes_on(outline: Outline, block: Block, chapter: int | None) -> bool:
    """A subsection goes on from the section that holds it."""
    return chapter is not None and chapter in outline.path(block.section)


def _titles(outline: Outline, block: Block) -> tuple[str, ...]:
    """Titles of the headings above, innermost first."""
    return tuple(outline.sections[i].title for i in reversed(outline.path(block.section)))


def _is_past(titles: tuple[str, ...]) -> bool:
    return any(_PAST.search(title) and not _NOT_PAST.search(title) for title in titles[:2])


def _merged(places: list[_Place]) -> list[tuple[_Place, int]]:
    """Repeats become mentions of the first; the headings of the plan proper win over a lead in front of it."""
    kept: dict[tuple[object, ...], tuple[_Place, int]] = {}
    alike: dict[tuple[object, ...], list[tuple[object, ...]]] = {}
    for place in places:
        key = _key(place.goal)
        same = alike.setdefault(_figure(place.goal), [])
        if key not in kept:
            key = next((other for other in same[-MOST_COMPARED:] if _says_again(kept[other][0], place)), key)
        if key not in kept:
            kept[key] = (place, 1)
            same.append(key)
            continue
        first, count = kept[key]
        if first.in_front and not place.in_front:
            first = _Place(place.goal, first.span, place.titles, False, first.block)
        kept[key] = (first, count + 1)
    return list(kept.values())


def _figure(goal: Goal) -> tuple[object, ...]:
    """What two records must share to be one target told twice."""
    return goal.value, goal.unit, goal.comparator, goal.scope.year, goal.kind, goal.baseline


def _says_again(first: _Place, place: _Place) -> bool:
    """The same figure for the same year in another paragraph, under a name that only leaves words out."""
    one, two = first.goal, place.goal
    if one.value is None or first.block == place.block:
        return False
    short, long = sorted((_pairs(one.name), _pairs(two.name)), key=len)
    return len(short) >= 5 and short <= long


def _pairs(name: str) -> set[str]:
    """The pairs of neighbouring characters of a name without marks and verbs."""
    bare = re.sub(r"[\s,、的]|达到|实现|完成", "", name)
    return {bare[place : place + 2] for place in range(len(bare) - 1)}


def _key(goal: Goal) -> tuple[object, ...]:
    name = re.sub(r"[\s,、的率量]", "", goal.name)
    return (name, goal.comparator, goal.value, goal.high, goal.unit, goal.scope.year, goal.scope.period, goal.deadline)


def _records(merged: list[tuple[_Place, int]], source: SourceText, document: Document) -> tuple[Target, ...]:
    ordered = sorted(enumerate(merged), key=lambda item: (item[1][0].span[0], item[0]))
    width = max(2, len(str(len(ordered))))
    return tuple(
        _record(f"{document.doc}#t{number:0{width}d}", place, mentions, source, document)
        for number, (_, (place, mentions)) in enumerate(ordered, 1)
    )


def _record(id_: str, place: _Place, mentions: int, source: SourceText, document: Document) -> Target:
    goal, scope = place.goal, place.goal.scope
    return Target(
        id=id_,
        doc=document.doc,
        quote=source.text[place.span[0] : place.span[1]],
        span=place.span,
        raw_span=source.raw_span(place.span),
        span_of=source.span_of,
        mentions=mentions,
        indicator=goal.name,
        aliases=goal.aliases,
        region=document.region,
        sector=sector_of(place.titles, goal.name, document.sector),
        comparator=goal.comparator,
        value=goal.value,
        value_high=goal.high,
        unit=goal.unit,
        bound=goal.bound,
        baseline_year=goal.baseline,
        target_year=scope.year,
        start_year=scope.start_year,
        period=scope.period,
        deadline=goal.deadline or scope.deadline,
        per="year" if goal.yearly else None,
        modality=goal.modality,
        reference=goal.reference,
        kind=goal.kind,
        derived=goal.derived,
    )
