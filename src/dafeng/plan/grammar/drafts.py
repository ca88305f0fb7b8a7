"""From a figure and a name to a goal: comparator, bound, scope, hedge, quote."""

from __future__ import annotations

import re

from dafeng.plan.grammar.chains import Chain
from dafeng.plan.grammar.clauses import Clause, Paragraph
from dafeng.plan.grammar.comparators import Reading, is_yearly, modality_in, read_before, weak_modality
from dafeng.plan.grammar.goals import Goal
from dafeng.plan.grammar.quantities import Quantity
from dafeng.plan.grammar.things import thing_after
from dafeng.plan.grammar.years import Scope
from dafeng.plan.records import Bound, Comparator


def scopes_at(paragraph: Paragraph, place: int, words: str) -> tuple[Scope, ...]:
    expression = paragraph.scope_expression(place)
    if expression is None or not expression.scopes:
        return (Scope(),)
    return expression.scopes


def level_of(reading: Reading, quantity: Quantity) -> Comparator:
    if quantity.bound is not None and reading.bound is None:
        return quantity.bound
    if quantity.more:
        return ">"
    bound: Bound | None = quantity.bound or reading.bound
    if bound is not None:
        return bound
    return "<=" if reading.verb == "ceiling" else "="


def _bound(reading: Reading | None, quantity: Quantity) -> Bound:
    if quantity.more and quantity.bound is None:
        return ">"
    return quantity.bound or (reading.bound if reading else None) or "="


def goal_of(
    paragraph: Paragraph,
    clause: Clause,
    chain: Chain,
    quantity: Quantity,
    name: str,
    comparator: Comparator,
    scope: Scope,
    reading: Reading | None = None,
) -> Goal:
    change = comparator in ("reduce_by", "increase_by")
    start = _quote_start(paragraph, chain.left)
    end = max(chain.end, _quote_end(chain))
    words = paragraph.bare[clause.start : chain.end]
    prefix = reading.prefix if reading else read_before(chain.before).prefix
    hedge = (
        quantity.hedge
        or (prefix if prefix in ("约", "大约", "近", "接近", "将近") else None)
        or ("余" if quantity.more else None)
    )
    return Goal(
        start, end, name, comparator, quantity.value, quantity.value_high, quantity.unit,
        bound=_bound(reading, quantity) if change else None,
        scope=scope,
        yearly=is_yearly(words),
        modality=modality_in(words) or weak_modality(words) or hedge,
        derived=quantity.derived,
    )  # fmt: skip


def _quote_start(paragraph: Paragraph, left: int) -> int:
    while left < len(paragraph.bare) - 1 and paragraph.bare[left] in "、和及与 ,":
        left += 1
    return left


def _quote_end(chain: Chain) -> int:
    """The name after a figure belongs to the quote; otherwise the figure and its suffix end it."""
    suffix = re.match(r"^(?:的?(?:目标要求|目标|要求))", chain.after)
    if suffix:
        return chain.end + suffix.end()
    return chain.end + len(chain.after.rstrip(" 、")) if len(thing_after(chain.after)) >= 2 else chain.end
