"""Use cases of the frame 页面框架: the area picker and the period picker."""

from __future__ import annotations

import polars as pl

from dafeng.app.pages.desk import AreaNode, Periods
from dafeng.app.pages.english import area_en
from dafeng.app.pages.known import known
from dafeng.app.pages.pinyin import syllables
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.registry.areas import Areas


@use_case("registry.see")
def areas(services: Services, caller: Caller) -> list[AreaNode]:
    """The areas of the programme that the caller sees into, as trees."""
    facts = known(services, caller)
    own, tree = services.settings.area, facts.registry.tree
    if own not in tree:
        return []
    seen = {code for code in tree.descendants(own) if facts.in_scope(code)}
    return area_nodes(tree, own, seen)


def area_nodes(tree: Areas, own: str, seen: set[str]) -> list[AreaNode]:
    """The areas below ``own`` that are ``seen``, as trees."""
    roots = [c for c in tree.descendants(own) if c in seen and tree.parent(c) not in seen]
    return [_node(tree, code, seen) for code in roots]


def _node(tree: Areas, code: str, seen: set[str]) -> AreaNode:
    return AreaNode(
        area_code=code,
        name=tree.name(code),
        level=tree.level(code),
        pinyin=" ".join(syllables(tree.name(code))),
        en=area_en(tree.name(code)),
        children=tuple(_node(tree, c, seen) for c in sorted(tree.children(code)) if c in seen),
    )


_AHEAD = 5  # years beyond the data in which a target due makes its plan a choice


@use_case("progress.see")
def periods(services: Services, caller: Caller) -> Periods:
    """Years with data in sight, the year assessed, months of the last year with data, five-year plans they touch."""
    facts = known(services, caller)
    of_last = pl.col("period").str.starts_with(f"{facts.years[-1]}-") if facts.years else pl.lit(value=False)
    months: list[str] = facts.lines.monthly.filter(of_last)["period"].to_list()
    due = {t.target_year for t in facts.view.targets() if t.target_year} if facts.years else set()
    near = {y for y in due if y > facts.years[-1] and y <= facts.years[-1] + _AHEAD}
    plans = sorted({(y - (y - 1) % 5, y - (y - 1) % 5 + 4) for y in (*facts.years, *near)})
    return Periods(
        years=facts.years, assessed_year=facts.assessed, months=tuple(sorted(set(months))), plans=tuple(plans)
    )
