"""Checks on the ledger 台账检查: findings in plain words, each with where to look and how to mend it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import Literal

from dafeng.plan.ledger import Standing, View
from dafeng.plan.records import Target, Task

FindingKind = Literal[
    "weaker_than_above",
    "no_indicator",
    "contradiction",
    "no_lead",
    "deadline_past",
    "needs_review",
]
RANK = {"national": 0, "province": 1, "prefecture": 2, "county": 3}
_CEILING = ("<=", "<")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should look at; records are the ledger ids concerned."""

    kind: FindingKind
    records: tuple[str, ...]
    zh: str
    en: str
    mend: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the checks need to know from outside the plan room.

    indicator   target id → indicator id, or None
    direction   indicator id → "lower" | "higher" | "none" (which way is better)
    settled     target id → whether it has been judged (then a past term needs no verdict any more)
    uppers      region name → names of the regions above it, nearest first (the nation is "全国")
    """

    indicator: Callable[[str], str | None]
    direction: Callable[[str], str]
    uppers: Callable[[str], tuple[str, ...]]
    day: date
    settled: Callable[[str], bool] = lambda _: False


def check(view: View, context: Context) -> tuple[Finding, ...]:
    """All findings, ordered by kind and record."""
    targets = [t for t in view.targets() if t.kind in ("target", "qualitative", "ratio")]
    found = [
        *_weaker(targets, context),
        *_without_indicator(targets, context),
        *_contradictions(targets, context),
        *_without_lead(view.tasks()),
        *_past(targets, context),
        *_to_review(s for s in view.standings.values() if s.state == "review"),
    ]
    return tuple(sorted(found, key=lambda f: (f.kind, f.records)))


def _subject(target: Target, context: Context) -> tuple[str, str | None, str | None, int | None] | None:
    indicator = context.indicator(target.id)
    return None if indicator is None else (indicator, target.sector, target.scope, target.target_year)


def _comparable(a: Target, b: Target) -> bool:
    """Same form of statement: both changes against the same base, or both levels, in the same unit."""
    changes = ("reduce_by", "increase_by")
    same_form = a.comparator == b.comparator if {a.comparator, b.comparator} & set(changes) else True
    base = (
        a.comparator not in changes or None in (a.baseline_year, b.baseline_year) or a.baseline_year == b.baseline_year
    )
    return a.value is not None and b.value is not None and a.unit == b.unit and a.per == b.per and same_form and base


def _asks_less(lower: Target, upper: Target, direction: str) -> bool:
    if lower.value is None or upper.value is None:
        return False
    if lower.comparator in ("reduce_by", "increase_by"):
        return lower.value < upper.value
    return lower.value > upper.value if direction == "lower" else direction == "higher" and lower.value < upper.value


def _weaker(targets: list[Target], context: Context) -> Iterable[Finding]:
    by_subject = defaultdict(list)
    for target in targets:
        subject = _subject(target, context)
        if subject and target.region:
            by_subject[subject].append(target)
    for (indicator, *_), group in by_subject.items():
        direction = context.direction(indicator)
        for lower in group:
            for upper in group:
                above = upper.region in context.uppers(lower.region or "")
                if above and _comparable(lower, upper) and _asks_less(lower, upper, direction):
                    yield Finding(
                        "weaker_than_above",
                        (lower.id, upper.id),
                        f"{lower.region}“{lower.indicator}”目标({_said_zh(lower)})弱于{upper.region}({_said_zh(upper)})",
                        f"{lower.region} asks less of {lower.indicator} ({_said(lower)}) than {upper.region} "
                        f"({_said(upper)})",
                        "Raise the lower target, or record on it why the region differs.",
                    )


_RELATIONS = {  # how a value stands to its target: in Chinese, in English
    "reduce_by": ("下降", "down by"), "increase_by": ("提高", "up by"), "about": ("约", "about"),
    "reach_peak_before": ("达峰", "peak before"), "meet_assigned": ("完成下达任务", "as assigned from above"),
    "complete": ("全部完成", "complete"), "no_increase": ("不增加", "no increase"),
    "qualitative": ("定性", "qualitative"),
    "deadline": ("按期完成", "by the date"), ">=": ("≥", "≥"), "<=": ("≤", "≤"), "=": ("", ""),
}  # fmt: skip


def _said(target: Target) -> str:
    return _told(target, "", 1)


def _said_zh(target: Target) -> str:
    return _told(target, "年", 0)


def _told(target: Target, year: str, language: int) -> str:
    """A target in a line: when, how it stands to the value, the value as the plan has it."""
    high = f"~{target.value_high:g}" if target.value_high is not None else ""
    value = "" if target.value is None else f"{target.value:g}{high}{target.unit or ''}"
    relation = _RELATIONS.get(target.comparator, (target.comparator,) * 2)[language]
    when = f"{target.target_year}{year}" if target.target_year else "—"
    return " ".join(part for part in (when, relation, value) if part) if language else f"{when}{relation}{value}"


def _without_indicator(targets: list[Target], context: Context) -> Iterable[Finding]:
    for target in targets:
        if target.kind == "target" and context.indicator(target.id) is None:
            yield Finding(
                "no_indicator",
                (target.id,),
                f"“{target.indicator}”没有对应指标,无法评价",
                f"{target.indicator} has no indicator and cannot be assessed",
                "Link it (`dafeng plan link`), or add an indicator definition.",
            )


def _contradictions(targets: list[Target], context: Context) -> Iterable[Finding]:
    groups = defaultdict(list)
    for target in targets:
        subject = _subject(target, context)
        if subject:
            groups[(target.region, *subject)].append(target)
    for group in groups.values():
        for i, a in enumerate(group):
            for b in group[i + 1 :]:
                if _same_name(a, b) and (_changes_clash(a, b) or _levels_clash(a, b)):
                    yield Finding(
                        "contradiction",
                        (a.id, b.id),
                        f"“{a.indicator}”两处目标不一致:{_said_zh(a)} 与 {_said_zh(b)}",
                        f"two targets for {a.indicator} disagree: {_said(a)} and {_said(b)}",
                        "Reject the one that is not in force, or correct its scope or year.",
                    )


def _same_name(a: Target, b: Target) -> bool:
    """Several targets may share an indicator (lead, zinc and copper smelting); they clash only under one name."""
    return a.indicator in b.indicator or b.indicator in a.indicator


def _changes_clash(a: Target, b: Target) -> bool:
    return a.comparator in ("reduce_by", "increase_by") and _comparable(a, b) and a.value != b.value


def _levels_clash(a: Target, b: Target) -> bool:
    """Two levels that cannot both hold: exact values that differ, or a floor above a ceiling."""
    if not _comparable(a, b) or a.value is None or b.value is None:
        return False
    exact = ("=", "about")
    if a.comparator in exact and b.comparator in exact:
        return a.value != b.value
    low, high = (a, b) if a.comparator in (">=", ">") else (b, a)
    return low.comparator in (">=", ">") and high.comparator in (*_CEILING, *exact) and low.value > high.value  # type: ignore[operator]


def _without_lead(tasks: Iterable[Task]) -> Iterable[Finding]:
    by_doc = defaultdict(list)
    for task in tasks:
        by_doc[task.doc].append(task)
    for group in by_doc.values():
        if not any(t.lead_rule != "none" for t in group):
            continue
        for task in group:
            if not any(u.lead for u in task.units):
                yield Finding(
                    "no_lead",
                    (task.id,),
                    f"任务“{task.title}”没有牵头单位,而本方案规定了牵头规则",
                    f"the task {task.title} has no lead unit although the plan has lead rules",
                    "Correct the task's units, naming the lead.",
                )


def term_of(target: Target) -> date | None:
    """The last day of a target's term: its deadline, else the end of its year; None where neither names a day."""
    try:
        return date.fromisoformat(target.deadline or "")
    except ValueError:
        year = target.target_year
        return date(year, 12, 31) if year and MINYEAR <= year <= MAXYEAR else None


def _past(targets: list[Target], context: Context) -> Iterable[Finding]:
    for target in targets:
        due = term_of(target)
        if due and due < context.day and not context.settled(target.id):
            yield Finding(
                "deadline_past",
                (target.id,),
                f"“{target.indicator}”的期限({due})已过,应给出是否达成的结论",
                f"the term of {target.indicator} ({due}) has passed: it needs a verdict",
                "Bring in the data of the target year, or record the verdict with its evidence.",
            )


def _to_review(standings: Iterable[Standing]) -> Iterable[Finding]:
    for s in standings:
        name = getattr(s.record, "indicator", None) or getattr(s.record, "title", "")
        rid = getattr(s.record, "id", getattr(s.record, "doc", ""))
        yield Finding(
            "needs_review",
            (rid,),
            f"“{name}”经人工确认后原文有变化,需复核",
            f"{name}: the document changed after a person had confirmed the record",
            "Confirm, correct or reject it again.",
        )
