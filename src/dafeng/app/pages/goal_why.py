"""Why a target stands where it does 滞后原因: what is needed from now, who reports it, what of the plan bears on it.

Where no part can be named the page says why, and which datum would allow it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from dafeng.app.accounts.closing import held_facts
from dafeng.app.assessing import own_tasks
from dafeng.app.pages.delivery import sees_every_firm
from dafeng.app.pages.english import departments_en, task_en
from dafeng.app.pages.figures import difference, sector_words
from dafeng.app.pages.goal_parts import TOTALS, contributions, formula_of, judged_value
from dafeng.app.pages.goal_tasks import INFERRED, UNWRITTEN, Bearer, bearers
from dafeng.app.pages.goals import Bearing, Contribution, Why
from dafeng.app.pages.known import Known, sight_of
from dafeng.app.pages.shapes import Figure, Words
from dafeng.app.permission import may
from dafeng.app.sight.disclosure import CONFIDENTIAL
from dafeng.app.tasks.rows import TASK_STATES, TaskRow
from dafeng.collect.facts import current
from dafeng.evaluate.groups import task_of
from dafeng.evaluate.indicators import Indicator, Term, indicator_library
from dafeng.plan.records import Target

_MOST = 8
_RESTATED = re.compile(r"20\d\d年")  # a measure that only says a target again
_BY_LIST = {
    "count": (
        "该指标按认定名单计数,方案没有给各县区、各行业定数,缺多少不能归到某一部分。",
        "It is a count by lists, and the plan gives no number to a county or sector: what lacks is nobody's share.",
    ),
    "above_benchmark": (
        "该指标逐条产线判别能效等级后按产能汇总,方案没有给各县区定数。",
        "Each line is judged by its energy use and summed by capacity; the plan gives no number to a county.",
    ),
    "below_baseline": (
        "该指标逐条产线判别能效等级后按产能汇总,方案没有给各县区定数。",
        "Each line is judged by its energy use and summed by capacity; the plan gives no number to a county.",
    ),
}


def why_of(known: Known, target: Target, row: Mapping[str, Any] | None) -> Why | None:
    """What stands behind a target's state; None where it has none."""
    if row is None:
        return None
    name = ("goal.why", sight_of(known.caller), target.id, str(row["subject_id"]), str(row["period"]))
    made = known.services.memory.get(name, known.revision, lambda: _by_figures(known, target, row))
    found = bearers(known, target, row)
    tasks_seen = known.services.cases is not None and may(known.caller, "task.see")
    return msgspec.structs.replace(
        made,
        tasks=_tasks(found),
        tasks_note=_tasks_note(found) if tasks_seen else None,
        technologies=_technologies(found),
    )


def _tasks_note(found: tuple[Bearer, ...]) -> Words | None:
    """That the plan names no task itself; with those inferred, that they are."""
    if any(one.inferred is None for one in found):
        return None
    return INFERRED if found else UNWRITTEN


def _by_figures(known: Known, target: Target, row: Mapping[str, Any]) -> Why:
    """What does not move with the progress of tasks; kept until something is delivered, decided or granted."""
    parts = contributions(known, row)
    told = bool(parts) or row["indicator_id"] in TOTALS  # of a total the page shows who moved it
    return Why(
        needed=_needed(row),
        parts=parts,
        parts_note=_parts_note(parts) if parts else None,
        no_parts=None if told else _no_parts(known, row),
        datum=None if told else _datum(known, row),
        reporter=_reporter(known, target, row),
        tasks=(),
        tasks_note=None,
        technologies=(),
    )


# -- what is needed ----------------------------------------------------------------------------------------------------


def _needed(row: Mapping[str, Any]) -> tuple[tuple[Words, Figure], ...]:
    """The gap, the level of the next year, and the yearly improvement from now that still leads to the target."""
    unit, status = row["gap_unit"] or "", row["status"]
    period, due = str(row["period"]), row["target_year"]
    made: list[tuple[Words, Figure]] = []
    points = difference(unit)
    if row["method"] == "peak" and row["gap"] is not None:
        words = Words(
            zh=f"较迄今最高的{row['baseline_year']}年", en=f"against the highest year, {row['baseline_year']}"
        )
        return ((words, Figure(value=row["gap"], unit=points, period=period, status=status)),)
    if row["gap"] is not None:
        made.append((Words(zh="差距", en="gap"), Figure(value=row["gap"], unit=points, period=period, status=status)))
    if row["gap_pct"] is not None and unit != "%":
        pct = Figure(value=row["gap_pct"], unit="%", period=period, status=status)
        made.append((Words(zh="差距占要求", en="gap of what is required"), pct))
    if row["next_required"] is not None:
        year = str(int(period[:4]) + 1)
        level = Figure(value=row["next_required"], unit=unit, period=year, status=status)
        made.append((Words(zh=f"{year}年应达到", en=f"to be reached in {year}"), level))
    span = f"{period[:4]}—{due}"
    if row["needed_rate_pct"] is not None:
        rate = Figure(value=row["needed_rate_pct"], unit="%", period=span, status=status)
        made.append((Words(zh=f"到{due}年需年均变化", en=f"needed a year until {due}"), rate))
    if row["needed_step"] is not None:
        step = Figure(value=row["needed_step"], unit=points, period=span, status=status)
        made.append((Words(zh=f"到{due}年需年均变动", en=f"needed a year until {due}"), step))
    if row["target_value"] is not None and row["actual"] is not None and due and int(due) <= int(period[:4]):
        left = Figure(value=_still_to_go(row), unit=points, period=str(due), status=status)
        made.append((Words(zh=f"{due}年已到期,还差", en=f"due in {due}, still to go"), left))
    return tuple(made)


def _still_to_go(row: Mapping[str, Any]) -> float:
    """What lacks to the target, more than zero where it lacks, whichever way the indicator must go: as of the gap."""
    away = float(row["actual"] - row["target_value"])
    return abs(away) if row["state"] in ("behind", "off_track") else -abs(away)


# -- parts, or why there are none --------------------------------------------------------------------------------------


def _parts_note(parts: tuple[Contribution, ...]) -> Words:
    if any(part.key == "shift" for part in parts):
        return Words(
            zh="按数据齐全的企业算出:各部分以自己的基期水平、按目标要求的降幅衡量,加上结构变化等于整体差距。",
            en="Each part is held to its own baseline at the pace asked of the whole; the shift makes up the gap.",
        )
    return Words(
        zh="按各部分数据齐全的企业算出:各部分的贡献之和等于整体差距;与差距反向的,缩小了差距。",
        en="Made of the firms with complete data: the contributions add up to the gap, some make it smaller.",
    )


def _no_parts(known: Known, row: Mapping[str, Any]) -> Words:
    """Why nobody can be named, in the order in which an official would ask."""
    if row["indicator_id"] is None:
        return Words(
            zh="目标尚未关联到指标,没有可分解的数据。",
            en="The target is not tied to an indicator, so there is no figure to take apart.",
        )
    indicator, value = indicator_library().indicator(row["indicator_id"]), judged_value(known, row)
    if value is None or value["value"] is None:
        why = value["reason"] if value is not None else None
        if why and why.startswith(CONFIDENTIAL):
            return Words(
                zh="该指标数值对您的角色保密,分解亦不予显示。",
                en="The value is withheld from your role, and so is its breakdown.",
            )
        return Words(
            zh=f"该指标没有数值{f':{why}' if why else ''},无从分解。",
            en="The indicator has no value, so there is nothing to take apart (the Chinese says what is wanting).",
        )
    formula = formula_of(indicator.id, value["formula"])
    area_wide = value["source"] == "reported" or (formula is not None and formula.top and _whole(formula.top))
    if area_wide:
        return Words(
            zh="该指标由主管部门按全市一个数报送,没有分县区、分行业、分企业的数,不能分解到部分。",
            en="One figure for the whole area is reported; there is none by county, sector or firm to take it apart.",
        )
    if "|" in str(row["subject_id"]):
        return Words(
            zh="该目标本身属于一个行业,不再分解。", en="The target is that of one sector and not divided further."
        )
    if not sees_every_firm(known, str(row["subject_id"])):
        return Words(
            zh="您的角色只看汇总数,按企业数据作的分解不予显示。",
            en="Your role sees sums alone: the breakdown, made of firms' figures, is not shown.",
        )
    if formula is not None and formula.op in _BY_LIST:
        zh, en = _BY_LIST[formula.op]
        return Words(zh=zh, en=en)
    if formula is not None and formula.bottom is not None:
        return Words(
            zh="可见的企业数据拼不成该指标的全市数(口径或范围不同),不硬作分解。",
            en="The firms in sight do not make up the value judged (scope or definition differ); it is not forced.",
        )
    return Words(
        zh="方案没有把该目标分解到县区或行业,缺多少不能归到某一部分。",
        en="The plan splits the target among no county or sector, so what is lacking is nobody's share.",
    )


def _whole(term: Term) -> bool:
    """Whether a term is one delivered figure for the whole area."""
    return term.of == "fact" and term.at == "subject"


def _datum(known: Known, row: Mapping[str, Any]) -> Words | None:
    """Which datum would allow a breakdown."""
    if row["indicator_id"] is None:
        return Words(zh="请先在方案中关联指标。", en="First tie the target to an indicator, on the page of its plan.")
    indicator = indicator_library().indicator(row["indicator_id"])
    value = judged_value(known, row)
    formula = formula_of(indicator.id, value["formula"]) if value is not None else None
    if formula is not None and formula.op in _BY_LIST:
        return Words(
            zh="在方案台账中补充各县区的任务数,即可按县区对照。",
            en="With the target split among the counties in the ledger, each could be held against its own.",
        )
    names = _member_measures(indicator)
    if names and (formula is None or formula.top is None or formula.top.at == "subject"):
        said = "、".join(names)
        return Words(
            zh=f"如各企业报送{said},即可按县区和行业分解。",
            en=f"With {said} delivered by each enterprise it could be taken apart by county and sector.",
        )
    return Words(
        zh=f"如各县区分别报送“{indicator.zh}”,或在方案台账中补充分解到县区的目标,即可分解。",
        en=f"With “{indicator.en}” reported by each county, or the target split, it could be taken apart.",
    )


def _member_measures(indicator: Indicator) -> list[str]:
    library = indicator_library()
    terms = [t for f in indicator.formulas for t in (f.top, f.bottom) if t is not None and t.at == "members"]
    names = [library.measures[t.measure].zh for t in terms if t.measure in library.measures]
    return list(dict.fromkeys(n for n in names if n))


def _reporter(known: Known, target: Target, row: Mapping[str, Any]) -> Words | None:
    """Who delivered the figure, in which file and when; and the unit of the plan that answers for it."""
    held = task_of(target, own_tasks(known.view, known.registry, known.services.settings.area))
    leads = [u.name for u in held.units if u.lead] or [u.name for u in held.units[:1]] if held else []
    lead = "、".join(leads)
    lead_en = departments_en(lead) if lead else ""
    value = judged_value(known, row)
    ids = list(value["inputs"] or ()) if value is not None else []
    facts = current(held_facts(known.services)).filter(pl.col("fact_id").is_in(ids)) if ids else None
    said = _delivered(facts) if facts is not None and facts.height else None
    if said is None and not lead:
        return None
    zh, en = (said.zh, said.en) if said else ("尚无报送", "nothing delivered yet")
    tail = (f";方案确定的牵头单位:{lead}", f"; lead in the plan: {lead_en}") if lead else ("", "")
    return Words(zh=f"{zh}{tail[0]}。", en=f"{en}{tail[1]}.")


def _delivered(facts: pl.DataFrame) -> Words:
    firms = facts.filter(pl.col("subject_kind") == "enterprise")["subject_id"].n_unique()
    if firms:
        return Words(zh=f"由{firms}家企业的报送数据计算", en=f"worked out of what {firms} firms delivered")
    names = sorted({str(f).rsplit("/", 1)[-1] for f in facts["file"].drop_nulls().to_list()})
    files = "、".join(names[:2])
    return Words(
        zh=f"由主管部门报送全市数{f'(文件{files})' if files else ''}",
        en=f"reported by the department as one figure{f' (file {files})' if files else ''}",
    )


# -- tasks and technologies --------------------------------------------------------------------------------------------


def _tasks(found: Sequence[Bearer]) -> tuple[Bearing, ...]:
    return tuple(
        Bearing(
            id=r.task.id,
            name=Words(zh=r.task.title, en=task_en(r.task.title)),
            sector=sector_words(r.task.sector) if r.task.sector else None,
            lead=_leads(r),
            state=r.state,
            state_name=TASK_STATES[r.state],
            percent=r.percent,
            due=None if r.due is None else r.due.isoformat(),
            said=r.last_said,
            inferred=one.inferred,
        )
        for one in found
        for r in (one.row,)
    )


def _leads(row: TaskRow) -> Words:
    names = [u.name for u in row.task.units if u.lead] or list(row.departments[:2])
    return Words(zh="、".join(names), en=departments_en("、".join(names)) if names else "")


def _technologies(found: Sequence[Bearer]) -> tuple[str, ...]:
    """The technologies that the tasks bearing on it name; where the plan lists none, the words of its measures."""
    rows = [one.row for one in found if one.inferred is None]
    named = [t for r in rows for t in (r.task.technologies or ())]
    return tuple(dict.fromkeys(named or [m for r in rows[:3] for m in r.task.measures if not _RESTATED.search(m)]))[
        :_MOST
    ]
