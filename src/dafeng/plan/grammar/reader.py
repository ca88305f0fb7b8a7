"""One paragraph read from left to right: clause by clause, with the memory that elided words lean on."""

from __future__ import annotations

import re
from dataclasses import replace

from dafeng.plan.grammar.clauses import Clause, Paragraph, paragraph_of
from dafeng.plan.grammar.figureless import read_figureless
from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.grammar.kinds import kind_of
from dafeng.plan.grammar.shapes import read_figures
from dafeng.plan.grammar.subjects import Memory
from dafeng.plan.grammar.view import View
from dafeng.plan.grammar.years import Scope

IDLE_SENTENCES = 2  # sentences of measures without year or figure after which a scope no longer holds
_MAY_SPEAK = re.compile(
    r"[0-9]|下达|设定|达峰|峰值|不新增|不再|不增加|只减不增|全部|全面|全覆盖|清零|完成|明显|显著|大幅|稳步|成以上|[ⅠⅡⅢ零一二三四五六七八九十百千]|幅度|平均"
)


def read_paragraph(view: View, context: Context) -> tuple[tuple[Goal, ...], tuple[Scope, ...]]:
    """The goals of one paragraph and the scope that stands open at its end."""
    if not _MAY_SPEAK.search(view.masked):
        return (), ()
    paragraph = paragraph_of(view, context.this_year, context.home_year)
    memory = Memory()
    goals: list[Goal] = []
    sentence, spoke = 0, True
    for clause in paragraph.clauses:
        if clause.sentence != sentence:
            memory.idle = 0 if spoke else memory.idle + 1
            sentence, spoke = clause.sentence, False
        found = read_figures(paragraph, clause, memory, context)
        found += [goal for goal in read_figureless(paragraph, clause, memory, context) if not _inside(goal, found)]
        named = _names_a_time(paragraph, clause)
        spoke = spoke or named or bool(found)
        memory.idle = 0 if named else memory.idle
        goals += [_finished(paragraph, clause, goal, memory, context) for goal in found]
    return tuple(goals), _open_scope(paragraph)


def _inside(goal: Goal, others: list[Goal]) -> bool:
    return goal.kind not in ("ratio", "procedure") and any(o.kind != "threshold" for o in others)


def _names_a_time(paragraph: Paragraph, clause: Clause) -> bool:
    return any(time.kind == "scope" for time in paragraph.times_in(clause.start, clause.end))


def _open_scope(paragraph: Paragraph) -> tuple[Scope, ...]:
    expression = paragraph.scope_expression(len(paragraph.bare))
    return expression.scopes if expression and expression.kind == "scope" else ()


def _finished(paragraph: Paragraph, clause: Clause, goal: Goal, memory: Memory, context: Context) -> Goal:
    """Fill in what stands outside the clause: scope, baseline, modality of the whole sentence, kind."""
    goal = _scoped(paragraph, clause, goal, memory, context)
    goal = _based(paragraph, clause, goal, memory, context)
    if goal.modality not in ("确保", "力争", "努力", "原则上") and goal.kind == "target":
        goal = replace(goal, modality=_opening_modality(paragraph, clause, goal) or goal.modality)
    return replace(goal, kind=kind_of(goal, paragraph.sentence_to(clause), context))


def _scoped(paragraph: Paragraph, clause: Clause, goal: Goal, memory: Memory, context: Context) -> Goal:
    if goal.kind in ("threshold", "ratio", "procedure"):
        return replace(goal, scope=Scope())
    if goal.scope == Scope() and context.carried and paragraph.scope_expression(goal.end) is None:
        return replace(goal, scope=context.carried[0])
    if context.progress and goal.scope == Scope(past=True) and _over_years(paragraph, goal):
        return replace(goal, scope=replace(goal.scope, year=paragraph.year_before(goal.end)))
    idle = memory.idle >= IDLE_SENTENCES and not context.goals and not context.progress
    if goal.scope == Scope() or idle:
        return replace(goal, scope=Scope(context.home_year))
    return goal


def _over_years(paragraph: Paragraph, goal: Goal) -> bool:
    """近5年 in a report tells how long, not when: the year the report is about still holds."""
    expression = paragraph.scope_expression(goal.end)
    return expression is not None and paragraph.view.text[expression.start] in "近过"


def _based(paragraph: Paragraph, clause: Clause, goal: Goal, memory: Memory, context: Context) -> Goal:
    """The baseline of a change: its clause, its sentence's opening, or the change just before it."""
    change = goal.comparator in ("reduce_by", "increase_by")
    own = paragraph.baseline_in(clause.start, goal.end)
    if not change and goal.kind == "target" and (start := _starting_year(paragraph, clause, goal)) is not None:
        return replace(goal, baseline=start)
    if own is not None and (change or goal.unit == "倍" or goal.comparator == "qualitative"):
        year = (goal.scope.year - 1 if goal.scope.year else None) if own.year == -1 else own.year
        memory.since_last_year = own.year == -1
        if change and own.year != -1:
            memory.baseline, memory.baseline_sentence = year, clause.sentence
        return replace(goal, baseline=year)
    if not change:
        return goal
    if own is None and (ahead := _sentence_baseline(paragraph, clause)) is not None:
        return replace(goal, baseline=ahead)
    if memory.baseline_sentence == clause.sentence and not goal.yearly:
        return replace(goal, baseline=memory.baseline)
    if context.progress and memory.since_last_year and goal.scope.year and not goal.yearly:
        return replace(goal, baseline=goal.scope.year - 1)
    return replace(goal, baseline=goal.scope.baseline)


def _starting_year(paragraph: Paragraph, clause: Clause, goal: Goal) -> int | None:
    """The year a level set out from: 由2020年的76%提高到80%, or 2020年至2023年…由15%升至18%."""
    own = paragraph.baseline_in(clause.start, goal.end)
    if own is not None and own.start > 0 and paragraph.bare[own.start - 1] in "由从":
        return own.year
    told = re.search(r"[由从]约?\d", paragraph.bare[clause.start : goal.end])
    return goal.scope.baseline if told else None


def _sentence_baseline(paragraph: Paragraph, clause: Clause) -> int | None:
    """与2015年相比, standing as a clause of its own, holds for the rest of the sentence."""
    for other in paragraph.before(clause, 12):
        words = paragraph.words(other).strip("¤ ")
        if words and not words.strip("§"):
            found = paragraph.baseline_in(other.start, other.end)
            return found.year if found and found.year != -1 else None
    return None


def _opening_modality(paragraph: Paragraph, clause: Clause, goal: Goal) -> str | None:
    """力争到2025年, … holds for every clause of that year in the sentence."""
    expression = paragraph.scope_expression(goal.end)
    if expression is None or expression.start + 4 < clause.opens:
        return None
    before = paragraph.bare[max(0, expression.start - 4) : expression.start]
    inside = paragraph.view.text[expression.start : expression.end]
    for word in ("确保", "力争", "努力"):
        if before.endswith(word) or inside.startswith(word):
            return word
    return None
