"""Use case of one target 目标页: required against actual path, who is behind it, upper and lower level, history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import polars as pl

from dafeng.app.assessing import own_tasks
from dafeng.app.pages.english import area_en, departments_en, sector_en, task_en, units_zh
from dafeng.app.pages.figures import (
    compared,
    goal_words,
    indicator_words,
    quantity,
    sentence,
    state_light,
    target_words,
)
from dafeng.app.pages.goal_parts import TOTALS, contributions
from dafeng.app.pages.goal_why import why_of
from dafeng.app.pages.goals import Related, TargetPage
from dafeng.app.pages.known import Known, case_revision, known, sight_of
from dafeng.app.pages.lights import WORST_FIRST
from dafeng.app.pages.moving import moving
from dafeng.app.pages.reader import HistoryEntry
from dafeng.app.pages.reader_acts import record_history
from dafeng.app.pages.series import ACTUAL, path_series, value_points
from dafeng.app.pages.shapes import Figure, Light, Series, Words
from dafeng.app.permission import may, use_case
from dafeng.app.plans import NATION, region_uppers
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.evaluate.groups import task_of, units_of
from dafeng.evaluate.indicators import indicator_library
from dafeng.plan.records import Target

_MOST = 8
_STATE_EN = {
    "reached": "reached",
    "on_track": "on track",
    "behind": "behind the required path",
    "off_track": "off the required path",
    "not_assessed": "not assessed",
    "confidential": "withheld",
}


@use_case("progress.see")
def target_page(services: Services, caller: Caller, target_id: str, year: int | None = None) -> TargetPage:
    """Everything about one live target. States are those of the year assessed; another year shows the paths alone.

    Raises NotFound for an id that names no live target.
    """
    facts = known(services, caller)
    standing = facts.view.standings.get(target_id)
    if standing is None or not standing.live or not isinstance(standing.record, Target):
        raise NotFound(
            f"there is no target {target_id}",
            where="target",
            mend="Choose one of the list of targets.",
            zh=f"没有目标{target_id}",
            mend_zh="请从目标页左侧选择。",
        )
    year = facts.year(year)
    name = ("pages.target", sight_of(caller), target_id, year)
    target = standing.record
    page = services.memory.get(name, facts.revision, lambda: _page(facts, target, year))
    # The progress of tasks moves with the cases, not with the revision that the page is kept under.
    moved = (facts.revision, case_revision(services), services.clock.today())
    why = services.memory.get((*name, "why"), moved, lambda: why_of(facts, target, _judged(facts, target.id, year)))
    return msgspec.structs.replace(page, history=_history(facts, target.id), why=why)


def _page(known: Known, target: Target, year: int) -> TargetPage:
    tie = known.tied.get(target.id)
    indicator = tie.indicator_id if tie else None
    row = _state(known, target.id)
    judged = row is not None and known.assessed == year
    name = target_words(target, indicator)
    light = state_light(row, name) if row is not None and judged else None
    counties = _counties(known, target.id) if known.assessed == year else ()
    causes = _causes(known, row, counties) if row is not None and judged else ()
    series = _series(known, indicator, row)
    statuses = [p.status for s in series for p in s.points if p.value is not None]
    return TargetPage(
        target_id=target.id,
        doc=target.doc,
        name=name,
        region=target.region,
        region_en=area_en(target.region) or None,
        sector=target.sector,
        sector_en=sector_en(target.sector),
        quote=target.quote,
        span=target.span,
        indicator_id=indicator,
        indicator_name=indicator_words(indicator),
        kind=target.kind,
        sentence=_sentence(known, target, indicator, row if judged else None, causes, year),
        light=light,
        baseline=_baseline(row),
        target=_stated(target),
        compared=compared(target),
        series=series,
        causes=causes,
        why=None,  # of the moment, like the history
        related=_related(known, target, indicator),
        counties=counties,
        history=(),  # of who asks, and of the moment: put in when it is shown
        source=known.source(*statuses, *([row["status"]] if row is not None else [])),
    )


def _state(known: Known, target_id: str) -> Mapping[str, Any] | None:
    """The state of a target; for a county, of whose programme's states none is in sight, the target held against it."""
    own = pl.col("target_id") == target_id
    held = known.county_states.filter(own & (pl.col("subject_id") == known.area(None)))
    rows = next((r for r in (known.states.filter(own), held) if r.height), None)
    return None if rows is None else rows.row(0, named=True)


def _judged(known: Known, target_id: str, year: int) -> Mapping[str, Any] | None:
    return _state(known, target_id) if known.assessed == year else None


def _baseline(row: Mapping[str, Any] | None) -> Figure | None:
    if row is None or row["baseline_value"] is None:
        return None
    return Figure(
        value=row["baseline_value"],
        unit=row["gap_unit"] or "",
        period=str(row["baseline_year"]),
        status=row["status"],
        node=_node(row),
    )


def _node(row: Mapping[str, Any]) -> str:
    return f"S-{row['target_id']}-{row['subject_id']}-{row['period']}"


def _stated(target: Target) -> Figure:
    """What the plan says, in its own unit; the id of a target is a node itself."""
    none = Words(zh="定性目标,没有数值", en="a goal without a figure")
    return Figure(
        value=None if target.value is None else float(target.value),
        unit=target.unit or "",
        period=None if target.target_year is None else str(target.target_year),
        node=target.id,
        missing=none if target.value is None else None,
    )


def _series(known: Known, indicator: str | None, row: Mapping[str, Any] | None) -> tuple[Series, ...]:
    """Actual values, required path and target, where the target is judged in the unit of its indicator."""
    if indicator is None or row is None or known.values is None:
        return ()
    unit = indicator_library().indicator(indicator).unit
    points = value_points(known.values, indicator, row["subject_id"])
    actual = Series(key="actual", name=ACTUAL, unit=unit, kind="actual", points=points)
    return (actual, *(path_series(row, unit) if row["gap_unit"] in (None, "", unit) else ()))


def _counties(known: Known, target_id: str) -> tuple[Light, ...]:
    """The target held against each county in sight, the most troubled first; named by the county."""
    rows = known.county_states.filter(pl.col("target_id") == target_id).iter_rows(named=True)
    lights = [(r, state_light(r, _area_words(known, r["subject_id"]))) for r in rows]
    ranked = sorted(lights, key=lambda x: (WORST_FIRST[x[1].state], -abs(x[0]["gap_pct"] or 0), x[0]["subject_id"]))
    return tuple(light for _, light in ranked)


def _area_words(known: Known, area: str) -> Words:
    name = known.registry.area_name(area)
    return Words(zh=name, en=area_en(name))


def _causes(known: Known, row: Mapping[str, Any], counties: Iterable[Light]) -> tuple[tuple[Words, Figure], ...]:
    """Who is behind it: of a total the sectors that moved it, of what counties can be held to the ones in trouble."""
    year, area = int(str(row["period"])[:4]), str(row["subject_id"])
    if row["indicator_id"] in TOTALS and "|" not in area:
        found = [m for m in moving(known, area, year).movers if m.kind == "industry"]
        return tuple((m.name, m.contribution) for m in found[:_MOST])
    if row["state"] not in ("behind", "off_track"):
        return ()
    others = [x for x in counties if x.node != _node(row)]  # a county is not behind its own state
    troubled = [x for x in others if x.state in ("behind", "off_track") and x.gap is not None]
    return tuple((x.name, x.gap) for x in troubled[:_MOST] if x.gap is not None)


def _sentence(
    known: Known,
    target: Target,
    indicator: str | None,
    row: Mapping[str, Any] | None,
    causes: tuple[tuple[Words, Figure], ...],
    year: int,
) -> Words:
    goal = goal_words(target, indicator)
    if row is None:
        return _unsaid(known, target, goal, year)
    area = str(row["subject_id"]).split("|")[0]
    if area != known.services.settings.area:  # a county's own state
        whose = known.registry.area_name(area)
        goal = Words(zh=f"{whose}:{goal.zh}", en=f"{area_en(whose)}: {goal.en}")
    told = Words(zh=units_zh(row["reason_zh"]), en=_told_en(row))
    why = None
    parts = [p for p in contributions(known, row) if p.kind == "county" and (p.share or 0) > 0 and p.key != "shift"]
    if parts and row["state"] in ("behind", "off_track"):
        zh, en = "、".join(p.name.zh for p in parts[:3]), ", ".join(p.name.en for p in parts[:3])
        why = Words(zh=f"对差距贡献最大的是{zh}", en=f"most of the gap comes from {en}")
    elif causes and row["state"] in ("behind", "off_track"):
        names = [w for w, _ in causes[:3]]
        zh, en = "、".join(w.zh for w in names), ", ".join(w.en for w in names)
        why = Words(zh=f"差距较大的有{zh}", en=f"farthest from it: {en}")
    elif causes:
        why = Words(zh=f"变化最大的是{causes[0][0].zh}", en=f"{causes[0][0].en} moved most")
    return sentence(Words(zh=f"{goal.zh}:{told.zh}", en=f"{goal.en}: {told.en}"), why, comma=(";", "; "))


def _told_en(row: Mapping[str, Any]) -> str:
    """What the state says, in English: actual against required with the units written out."""
    if row["actual"] is None or row["required"] is None:
        return str(row["reason_en"])
    unit = row["gap_unit"] or ""
    actual, required = quantity(row["actual"], unit).en, quantity(row["required"], unit).en
    return f"{_STATE_EN[row['state']]}, {actual} in {row['period']} against {required} required"


def _unsaid(known: Known, target: Target, goal: Words, year: int) -> Words:
    """Why nothing is said of the target, and what to do."""
    if known.assessed is None:
        why = Words(zh="尚未评价,请运行", en="not assessed yet: run the programme")
    elif known.assessed != year:
        why = Words(
            zh=f"评价的是{known.assessed}年,{year}年没有评价", en=f"{known.assessed} was assessed, {year} was not"
        )
    elif target.kind not in ("target", "qualitative"):
        why = Words(
            zh="方案陈述的事实或要求,不作为目标评价", en="a fact or a condition of the plan, not judged as a target"
        )
    else:
        why = Words(
            zh="没有可显示的评价(上级目标,或不在可见范围)",
            en="no state to show: a target of a level above, or out of sight",
        )
    return sentence(Words(zh=f"{goal.zh}:{why.zh}", en=f"{goal.en}: {why.en}"))


# -- other levels, tasks, history --------------------------------------------------------------------------------------


def _related(known: Known, target: Target, indicator: str | None) -> tuple[Related, ...]:
    """Targets on the same indicator at the levels above, below and the same, and the task that holds this one."""
    others = [t for t in known.view.targets() if t.id != target.id and indicator and _tied(known, t) == indicator]
    found = [(kind, t) for t in others if (kind := _level(known, target, t)) is not None]
    order = {"upper": 0, "same": 1, "lower": 2}
    ranked = sorted(found, key=lambda x: (order[x[0]], x[1].target_year or 9999, x[1].id))
    return (*(_other(known, kind, t) for kind, t in ranked), *_tasks(known, target))


def _tied(known: Known, target: Target) -> str | None:
    tie = known.tied.get(target.id)
    return tie.indicator_id if tie else None


def _level(known: Known, target: Target, other: Target) -> str | None:
    """Where another target on the same indicator stands; None for one of a region beside or of another sector."""
    tree, here, there = known.registry.tree, target.region or NATION, other.region or NATION
    if there == here:
        return "same"
    if there in region_uppers(here, tree):
        return "upper"
    return "lower" if here in region_uppers(there, tree) else None


def _other(known: Known, kind: str, target: Target) -> Related:
    row = _state(known, target.id)
    words = goal_words(target, _tied(known, target))
    value = "" if target.value is None else quantity(float(target.value), target.unit or "").zh
    due = f"({target.target_year}年)" if target.target_year else ""
    return Related(
        id=target.id,
        kind=kind,
        name=target_words(target, _tied(known, target)),
        region=target.region,
        region_en=area_en(target.region) or None,
        value=f"{value}{due}",
        state=None if row is None else row["state"],
        note=words,
    )


def _tasks(known: Known, target: Target) -> tuple[Related, ...]:
    held = task_of(target, own_tasks(known.view, known.registry, known.services.settings.area))
    if held is None:
        return ()
    units = "、".join(u.name for u in units_of(held))
    lead = "、".join(u.name for u in units_of(held) if u.lead)
    note = Words(zh=f"牵头:{lead}", en=f"lead: {departments_en(lead)}") if lead else None
    name = Words(zh=held.title, en=task_en(held.title))
    return (
        Related(id=held.id, kind="task", name=name, region=None, region_en=None, value=units, state=None, note=note),
    )


def _history(known: Known, target_id: str) -> tuple[HistoryEntry, ...]:
    if not may(known.caller, "plan.review"):
        return ()
    return tuple(record_history(known.services, known.caller, target_id))
