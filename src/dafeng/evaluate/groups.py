"""Progress by department, sector and county 分部门、分行业、分县.

A department answers for the targets that stand in its tasks: lead 牵头 where the plan names one, else joint 责任. A
target outside every task (the overall goals) has no department of its own and is shown as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import polars as pl

from dafeng.base.periods import Period
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.linking import Link
from dafeng.evaluate.progress import EXCLUDED_KINDS, Progress, Scope, target_states
from dafeng.evaluate.states import STATES, TargetState
from dafeng.plan.records import Responsible, Target, Task

NO_DEPARTMENT = "(未落到部门)"
NO_SECTOR = "(未分行业)"
_COUNT_SCHEMA = (*((word, pl.Int64()) for word in STATES), ("targets", pl.Int64()), ("target_ids", pl.List(pl.String)))


def task_of(target: Target, tasks: Sequence[Task]) -> Task | None:
    """The task whose text holds the target: same document, same text, the shortest where several do."""
    holding = [
        t
        for t in tasks
        if t.doc == target.doc
        and t.span_of == target.span_of
        and t.span[0] <= target.span[0]
        and target.span[1] <= t.span[1]
    ]
    return min(holding, key=lambda t: (t.span[1] - t.span[0], t.id), default=None)


def units_of(task: Task | None) -> tuple[Responsible, ...]:
    """The responsible units of a task, those of the note for all tasks included; one stand-in where there is none."""
    if task is None or not (task.units or task.implicit_units):
        return (Responsible(name=NO_DEPARTMENT),)
    named = {u.name for u in task.units}
    return (*task.units, *(Responsible(name=n) for n in task.implicit_units if n not in named))


def by_department(states: Iterable[TargetState], targets: Sequence[Target], tasks: Sequence[Task]) -> pl.DataFrame:
    """department, role (lead|joint), a count per state, targets, target_ids. A target counts for each of its units."""
    known = {t.id: t for t in targets}
    found: dict[tuple[str, ...], list[TargetState]] = {}
    for state in states:
        for unit in units_of(task_of(known[state.target_id], tasks)):
            found.setdefault((unit.name, "lead" if unit.lead else "joint"), []).append(state)
    return _counts(found, ("department", "role"))


def by_sector(states: Iterable[TargetState]) -> pl.DataFrame:
    """sector, a count per state, targets, target_ids."""
    found: dict[tuple[str, ...], list[TargetState]] = {}
    for state in states:
        found.setdefault((state.sector or NO_SECTOR,), []).append(state)
    return _counts(found, ("sector",))


def by_county(states: Iterable[TargetState]) -> pl.DataFrame:
    """area_code, a count per state, targets, target_ids."""
    found: dict[tuple[str, ...], list[TargetState]] = {}
    for state in states:
        found.setdefault((state.subject_id.split("|")[0],), []).append(state)
    return _counts(found, ("area_code",))


def _counts(found: Mapping[tuple[str, ...], list[TargetState]], names: tuple[str, ...]) -> pl.DataFrame:
    rows = [
        (*key, *(sum(s.state == word for s in states) for word in STATES), len(states), [s.target_id for s in states])
        for key, states in found.items()
    ]
    schema = [*((n, pl.String()) for n in names), *_COUNT_SCHEMA]
    return pl.DataFrame(rows, schema=schema, orient="row").sort(*names)


def county_states(
    targets: Sequence[Target],
    links: Sequence[Link],
    values: pl.DataFrame,
    as_of: Period,
    scope: Scope,
    counties: Sequence[str],
    *,
    splits: Mapping[tuple[str, str], Target] | None = None,
) -> Progress:
    """The city's targets held against each county's own values; the words say where a target was not split.

    A county takes its split target where the ledger has one, as (target id, county) → Target. Otherwise an intensity,
    share or rate is judged by the city's figure on the county's own baseline, and a total (a level, count or peak that
    adds up over counties) is not assessed: the city's figure is nobody's share.
    """
    splits, by_target = splits or {}, {k.target_id: k for k in links}
    states: list[TargetState] = []
    counted = [t for t in targets if t.kind not in EXCLUDED_KINDS]
    for county in counties:
        local = Scope({**scope.area_of, county: county}, county, scope.above)
        for target in counted:
            split = splits.get((target.id, county))
            judged = msgspec.structs.replace(split or target, id=target.id, region=county)
            if split is None and _is_total(target, by_target.get(target.id)):
                states.append(_not_split(target, by_target[target.id], county, as_of))
                continue
            state = target_states([judged], links, values, as_of, local).states[0]
            states.append(state if split else _with_note(state))
    first = target_states([t for t in targets if t.kind in EXCLUDED_KINDS], links, values, as_of, scope)
    return Progress(tuple(states), first.excluded, first.excluded_ids)


def _is_total(target: Target, link: Link | None) -> bool:
    if link is None or link.indicator_id is None or target.kind == "qualitative":
        return False
    relative = target.comparator in ("reduce_by", "increase_by") and target.unit in ("%", "倍")
    return not relative and indicator_library().indicator(link.indicator_id).adds_up == "sum"


def _not_split(target: Target, link: Link, county: str, as_of: Period) -> TargetState:
    return TargetState(
        target_id=target.id,
        indicator_id=link.indicator_id,
        subject_kind="area",
        subject_id=county,
        period=str(as_of.last.year),
        state="not_assessed",
        reason_zh="未评估:总量目标尚未分解到县",
        reason_en="not assessed: the total has not been split among counties",
        target_year=target.target_year,
        certainty=link.certainty,
        sector=target.sector,
        region=county,
    )


def _with_note(state: TargetState) -> TargetState:
    return msgspec.structs.replace(
        state,
        reason_zh=f"按全市目标评价(未分解到县):{state.reason_zh}",
        reason_en=f"by the city's target (not split): {state.reason_en}",
    )
