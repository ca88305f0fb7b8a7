"""Use case of the target tree 目标树: area → sector → indicator → target, with the counts of states below each node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dafeng.app.pages.english import area_en, goal_en
from dafeng.app.pages.figures import goal_words, indicator_words, sector_words, state_counts
from dafeng.app.pages.goals import TreeNode
from dafeng.app.pages.known import Known, known, sight_of
from dafeng.app.pages.shapes import State, Words
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.evaluate.groups import NO_SECTOR
from dafeng.evaluate.progress import EXCLUDED_KINDS
from dafeng.plan.records import Target

_EXCLUDED_EN = {
    "fact": "a progress made already, no target",
    "threshold": "a limit that says what is meant, no target",
    "ratio": "a replacement ratio, checked project by project",
    "procedure": "a step of work, followed with the tasks",
}
_NO_SECTOR = Words(zh="未分行业", en="no sector named")


@dataclass(frozen=True)
class _Leaf:
    target: Target
    area: str  # the code of the area, or the region's name for one above the programme
    indicator: str | None
    state: State | None


def not_assessed_because(target: Target) -> Words | None:
    """Why the plan's statement is listed without ever being judged 不作评价; None for a target that can be reached."""
    why = EXCLUDED_KINDS.get(target.kind)
    if why is None:
        return None
    return Words(zh=f"不作评价:{why}", en=f"not for assessment: {_EXCLUDED_EN[target.kind]}")


@use_case("progress.see")
def target_tree(services: Services, caller: Caller, area: str | None = None, year: int | None = None) -> TreeNode:
    """All live targets as a tree; states are those of the year assessed, none of another year.

    With ``area`` only the targets of that area; of a county also the programme's own, held against it.
    Raises NotFound for an area that is unknown or out of sight.
    """
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    name = ("pages.tree", sight_of(caller), code, area is None, year)
    return services.memory.get(name, facts.revision, lambda: _tree(facts, code, year, above=area is None))


def _tree(known: Known, area: str, year: int, *, above: bool) -> TreeNode:
    leaves = [x for x in _leaves(known, area, year) if above or x.area == area or _below(known, x.area, area)]
    own = [x for x in leaves if x.area == area]
    others: dict[str, list[_Leaf]] = {}
    for leaf in leaves:
        if leaf.area != area:
            others.setdefault(leaf.area, []).append(leaf)
    names = {code: known.registry.area_name(code) for code in others}
    areas = [
        _node(f"area:{c}", Words(zh=names[c], en=area_en(names[c])), "area", _sectors(x, c)) for c, x in others.items()
    ]
    name = known.registry.area_name(area)
    return _node(f"area:{area}", Words(zh=name, en=area_en(name)), "area", (*_sectors(own, area), *areas))


def _below(known: Known, code: str, area: str) -> bool:
    return known.registry.tree.is_within(code, area)


def _leaves(known: Known, area: str, year: int) -> Iterable[_Leaf]:
    """Every target, once for the area it is set to (of a county: held against it); what is not judged says why."""
    judged = known.assessed == year
    states = _states(known.states if judged else known.states.clear())
    held = _states(known.county_states.filter((pl.col("subject_id") == area) & judged))
    root, tree = known.services.settings.area, known.registry.tree
    for target in known.view.targets():
        code = tree.code_of(target.region) if target.region and target.region != "全国" else None
        tie = known.tied.get(target.id)
        indicator = tie.indicator_id if tie else None
        if target.id in held:
            yield _Leaf(target, area, indicator, held[target.id]["state"])
        elif target.id in states:
            row = states[target.id]
            yield _Leaf(target, row["subject_id"].split("|")[0], indicator, row["state"])
        else:
            yield _Leaf(target, code or target.region or root, indicator, None)


def _states(rows: pl.DataFrame) -> Mapping[str, Mapping[str, Any]]:
    return {r["target_id"]: r for r in rows.iter_rows(named=True)}


def _sectors(leaves: Iterable[_Leaf], area: str) -> tuple[TreeNode, ...]:
    groups: dict[str, list[_Leaf]] = {}
    for leaf in leaves:
        groups.setdefault(leaf.target.sector or NO_SECTOR, []).append(leaf)
    return tuple(
        _node(
            f"sector:{area}:{sector}",
            _NO_SECTOR if sector == NO_SECTOR else sector_words(sector),
            "sector",
            _indicators(rows, area, sector),
        )
        for sector, rows in groups.items()
    )


def _indicators(leaves: list[_Leaf], area: str, sector: str) -> tuple[TreeNode, ...]:
    groups: dict[str, list[_Leaf]] = {}
    for leaf in leaves:
        groups.setdefault(leaf.indicator or leaf.target.indicator, []).append(leaf)
    return tuple(
        _node(f"indicator:{area}:{sector}:{key}", _indicator_name(rows[0]), "indicator", map(_goal, rows))
        for key, rows in groups.items()
    )


def _indicator_name(leaf: _Leaf) -> Words:
    """The indicator's own name; in the plan's words where the target is tied to none."""
    return indicator_words(leaf.indicator) or Words(zh=leaf.target.indicator, en=goal_en(leaf.target.indicator))


def _goal(leaf: _Leaf) -> TreeNode:
    return TreeNode(
        key=f"target:{leaf.target.id}",
        name=goal_words(leaf.target, leaf.indicator),
        kind="target",
        counts={} if leaf.state is None else state_counts({leaf.state: 1}),
        target_id=leaf.target.id,
        state=leaf.state,
        excluded=not_assessed_because(leaf.target),
    )


def _node(key: str, name: Words, kind: str, children: Iterable[TreeNode]) -> TreeNode:
    below = tuple(children)
    counts = Counter[str]()
    for child in below:
        counts.update(child.counts)
    return TreeNode(key=key, name=name, kind=kind, counts=dict(counts), children=below)
