"""Lists under one verb 分别: figures dealt to subjects, years or periods in order."""

from __future__ import annotations

import re
from dataclasses import replace

from dafeng.plan.grammar.chains import Chain
from dafeng.plan.grammar.quantities import Quantity
from dafeng.plan.grammar.subjects import Memory, dealt, ends_relational, several
from dafeng.plan.grammar.years import Scope


def dealt_out(
    chain: Chain, name: str, scopes: tuple[Scope, ...], memory: Memory, words: str
) -> list[tuple[Quantity, str, Scope]]:
    """Deal figures to subjects or years in order 分别; one figure goes to every year or subject named."""
    figures = _with_shared_bound(chain.figures)
    count = len(figures)
    apart = "分别" in words or "各" in words[-12:]
    if len(scopes) > 1 and count == 1 and not (apart or re.search(r"均|都|每|逐年", words)):
        scopes = scopes[-1:]  # 两个五年累计…: one figure for the whole stretch, due at its end
    if count == 1:
        names = (_apart(name, words) if len(scopes) == 1 else None) or (name,)
        return [
            (figures[0], one, scope) for one in names for scope in (scopes if apart or len(scopes) > 1 else scopes[:1])
        ]
    scopes = _each_year(scopes, count)
    if len(scopes) == count:
        return [(q, name, scope) for q, scope in zip(figures, scopes, strict=True)]
    dealt_names = dealt(name, count)
    if dealt_names is None and len(memory.names) == count:
        dealt_names = _of_the_list_before(name, memory)
    if dealt_names is None and len(scopes) > 1 and count % len(scopes) == 0:
        return _grid(figures, name, scopes)
    return [(q, dealt_names[i] if dealt_names else name, scopes[0]) for i, q in enumerate(figures)]


def _of_the_list_before(name: str, memory: Memory) -> tuple[str, ...]:
    """城市、农村供电率分别…,合格率分别…: the second measure belongs to the same two; a bare list is repeated."""
    if "占" in name:
        return tuple(one + name[name.index("占") :] for one in memory.names)
    if name == memory.name or not ends_relational(name):
        return memory.names
    shortest = min(len(one) for one in memory.names)
    shared = next((n for n in range(shortest, 0, -1) if len({one[-n:] for one in memory.names}) == 1), 0)
    heads = [one[: len(one) - shared] for one in memory.names]
    return tuple(head + name for head in heads) if shared and all(heads) else memory.names


def _each_year(scopes: tuple[Scope, ...], count: int) -> tuple[Scope, ...]:
    """2022—2025年,分别…four figures: one for each year of the span."""
    scope = scopes[0]
    if len(scopes) != 1 or not scope.period or "/" not in scope.period or "-" in scope.period:
        return scopes
    first, last = (int(year) for year in scope.period.split("/"))
    return tuple(Scope(year) for year in range(first, last + 1)) if last - first + 1 == count else scopes


def _grid(figures: tuple[Quantity, ...], name: str, scopes: tuple[Scope, ...]) -> list[tuple[Quantity, str, Scope]]:
    """Two subjects by two years: 2025年、2030年A、B分别达到a、b、c、d goes subject by subject."""
    names = dealt(name, len(figures) // len(scopes)) or (name,) * (len(figures) // len(scopes))
    cells = [(one, scope) for one in names for scope in scopes]
    return [(q, one, scope) for q, (one, scope) in zip(figures, cells, strict=True)]


def _apart(name: str, words: str) -> tuple[str, ...] | None:
    """A和B均达到90%: two indicators that share one figure; without 均/都/各/分别 it is one name."""
    if "分别" in words:
        return several(name) or next((found for n in (4, 3, 2) if (found := dealt(name, n))), None)
    return several(name) if re.search(r"均(?!衡|匀|值|价)|都(?!市)|各\d", words) else None


def _with_shared_bound(figures: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """25%和20%以上: a suffix that only the last figure has is read for all."""
    last = figures[-1]
    if last.bound is None or any(quantity.bound for quantity in figures[:-1]):
        return figures
    return tuple(replace(quantity, bound=last.bound, hedge=last.hedge) for quantity in figures)
