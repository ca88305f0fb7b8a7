"""Tasks of the plan behind a target 承担任务: those that hold it by the plan's own text; else, marked, those inferred.

The plan's text says which task holds a target. Where it names none, the tasks of the sectors that cause the gap are
offered as an inference 推断 with its reason, the sector that adds most first; where no sector causes it, none is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dafeng.app.assessing import own_tasks
from dafeng.app.pages.figures import sector_words
from dafeng.app.pages.goal_parts import TOTALS, contributions
from dafeng.app.pages.known import Known
from dafeng.app.pages.moving import moving
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may
from dafeng.app.tasks.rows import TaskRow, task_rows
from dafeng.evaluate.indicators import indicator_library
from dafeng.plan.records import Target

_GENERAL = "工业"  # tasks for the whole of industry are nobody's in particular
_MOST = 8
_TROUBLED = ("behind", "off_track")
UNWRITTEN = Words(zh="方案未写明对应任务。", en="The plan names no task for this target.")
INFERRED = Words(
    zh="方案未写明对应任务,以下由程序推断。",
    en="The plan names no task for this target; those below are inferred.",
)


@dataclass(frozen=True)
class Bearer:
    """A task that bears on a target; inferred: the reason where the plan does not say so itself."""

    row: TaskRow
    inferred: Words | None = None


def bearers(known: Known, target: Target, row: Mapping[str, Any] | None) -> tuple[Bearer, ...]:
    """The tasks of the target's own plan: those whose text holds it, else those inferred; none if unseen."""
    if known.services.cases is None or not may(known.caller, "task.see"):
        return ()
    own = {t.id for t in own_tasks(known.view, known.registry, known.services.settings.area)}
    rows = [r for r in task_rows(known.services) if r.task.id in own and r.task.doc == target.doc]
    held = [Bearer(r) for r in rows if any(t.id == target.id for t in r.targets)]
    return tuple((held or _of_its_sector(rows, target) or _of_causes(known, rows, row))[:_MOST])


def _of_its_sector(rows: list[TaskRow], target: Target) -> list[Bearer]:
    if not target.sector or target.sector == _GENERAL:
        return []
    name = sector_words(target.sector)
    why = Words(zh=f"推断:与该目标同属{name.zh}行业", en=f"inferred: of the target's own sector, {name.en}")
    return [Bearer(r, why) for r in rows if r.task.sector == target.sector]


def _of_causes(known: Known, rows: list[TaskRow], row: Mapping[str, Any] | None) -> list[Bearer]:
    """The tasks of the sectors that make the gap, in the order of what they add to it."""
    found: dict[str, Bearer] = {}
    for division, cause in _causing(known, row):
        for task in rows:
            if task.task.category == "task" and division in _divisions(task.task.sector):
                why = Words(zh=f"推断:{cause.zh}是差距的主要来源之一", en=f"inferred: {cause.en} makes much of the gap")
                found.setdefault(task.task.id, Bearer(task, why))
    return list(found.values())


def _divisions(sector: str | None) -> frozenset[str]:
    """The industries (two digits) that a sector of the plans stands for; none for industry as a whole."""
    if not sector or sector == _GENERAL:
        return frozenset()
    return frozenset(code[:2] for code in indicator_library().sectors.get(sector, ()))


def _causing(known: Known, row: Mapping[str, Any] | None) -> list[tuple[str, Words]]:
    """The industries that make a gap, two digits and name, the largest first; none where there is no gap."""
    if row is None or row["state"] not in _TROUBLED:
        return []
    if row["indicator_id"] in TOTALS and "|" not in str(row["subject_id"]):
        movers = moving(known, str(row["subject_id"]), int(str(row["period"])[:4])).movers
        up = [m for m in movers if m.kind == "industry" and (m.contribution.value or 0) > 0]
        return [(m.key[:2], m.name) for m in up]
    parts = [p for p in contributions(known, row) if p.kind == "industry" and p.key != "shift" and (p.share or 0) > 0]
    return [(p.key[:2], p.name) for p in parts]
