"""Progress 进展: every target of the ledger against its indicator, with what was left out counted and said.

Facts, thresholds, replacement ratios and procedures are no goals to be reached; they are excluded and counted. A target
whose figure is assigned from above takes the upper-level target's figure where the ledger has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import polars as pl

from dafeng.base.errors import BadRequest
from dafeng.base.periods import Period
from dafeng.evaluate.cases import Case
from dafeng.evaluate.goals import baseline_year
from dafeng.evaluate.indicators import Indicator, Library, indicator_library
from dafeng.evaluate.judging import judge
from dafeng.evaluate.linking import Link
from dafeng.evaluate.observations import Subject
from dafeng.evaluate.series import Series, SeriesBook, series_book
from dafeng.evaluate.states import TargetState
from dafeng.plan.records import Target

EXCLUDED_KINDS = {
    "fact": "已取得的进展,不是目标",
    "threshold": "适用范围的门槛,不是目标",
    "ratio": "项目替代比例,按项目核查",
    "procedure": "工作程序,由任务督办",
}
_NATION = ("全国", "国家", "中国")
_ASSIGNED = ("meet_assigned", ">", ">=", "<", "<=", "=")


@dataclass(frozen=True)
class Progress:
    """States in the order of the targets, and what was excluded: kind → number (and the ids)."""

    states: tuple[TargetState, ...]
    excluded: dict[str, int]
    excluded_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scope:
    """How regions are found: names → area codes, the default area, and the area above each code."""

    area_of: Mapping[str, str]
    default_area: str
    above: Mapping[str, str | None] = field(default_factory=dict)

    def area(self, region: str | None) -> str | None:
        """The code of a plan's region; the default where the plan names none; None where the name is not known."""
        return self.default_area if region is None else self.area_of.get(region)

    def is_above(self, upper: str | None, lower: str | None) -> bool:
        """Whether one region holds the other (as names)."""
        if upper == lower or upper is None:
            return False
        if upper in _NATION:
            return True
        code, wanted = self.area(lower), self.area_of.get(upper)
        seen: set[str] = set()
        while code is not None and code not in seen:
            seen.add(code)
            code = self.above.get(code, _by_structure(code))
            if code == wanted and wanted is not None:
                return True
        return False


def _by_structure(code: str) -> str | None:
    if code.endswith("0000"):
        return None
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def subject_of(target: Target, indicator: Indicator, area_code: str, library: Library | None = None) -> Subject:
    """Whose value answers the target: the area, or the sector's industries in it (indicators that go by industry)."""
    library = library or indicator_library()
    industries = library.sectors.get(target.sector or "", ()) if indicator.by_industry else ()
    return Subject(area_code, industries)


def subjects_needed(targets: Iterable[Target], links: Iterable[Link], scope: Scope) -> tuple[Subject, ...]:
    """The subjects whose indicator values these targets ask for, each once, in order."""
    library, by_target = indicator_library(), {k.target_id: k for k in links}
    found: dict[Subject, None] = {}
    for target in targets:
        area, link = scope.area(target.region), by_target.get(target.id)
        if area is None or link is None or link.indicator_id is None:
            continue
        found[Subject(area)] = None
        found[subject_of(target, library.indicator(link.indicator_id), area, library)] = None
    return tuple(found)


def target_states(
    targets: Sequence[Target],
    links: Iterable[Link],
    values: pl.DataFrame,
    as_of: Period,
    scope: Scope,
    *,
    upper: Sequence[Target] = (),
    upper_links: Iterable[Link] = (),
    library: Library | None = None,
) -> Progress:
    """The state of every target at a period.

    Parameters
    ----------
    values : INDICATOR VALUE of the subjects (see ``subjects_needed``), from the baselines on.
    as_of : a year is judged whole; for a shorter period the last whole year before its end is judged.
    upper : targets of the levels above (with their links) from which assigned figures are taken.
    """
    library = library or indicator_library()
    year = as_of.last.year if as_of.last.month == 12 else as_of.last.year - 1
    book = series_book(values)
    by_target = {k.target_id: k for k in links}
    assigned = _assigned_figures(upper, upper_links, scope)
    work = _Work(book, by_target, assigned, scope, year, library)
    counted = [t for t in targets if t.kind not in EXCLUDED_KINDS]
    left = [t for t in targets if t.kind in EXCLUDED_KINDS]
    return Progress(
        tuple(work.state(t) for t in counted), dict(Counter(t.kind for t in left)), tuple(t.id for t in left)
    )


_Assigned = dict[tuple[str, int | None], list[Target]]


def _assigned_figures(upper: Sequence[Target], links: Iterable[Link], scope: Scope) -> _Assigned:
    """(indicator, target year) → the upper-level targets with a figure."""
    by_target = {k.target_id: k.indicator_id for k in links}
    found: _Assigned = {}
    for target in upper:
        indicator = by_target.get(target.id)
        if indicator and target.value is not None and target.kind == "target":
            found.setdefault((indicator, target.target_year), []).append(target)
    return found


@dataclass(frozen=True)
class _Work:
    book: SeriesBook
    links: Mapping[str, Link]
    assigned: _Assigned
    scope: Scope
    year: int
    library: Library

    def state(self, target: Target) -> TargetState:
        link, area = self.links.get(target.id), self.scope.area(target.region)
        if fault := self._unlinked(target, link, area):
            return fault
        assert link is not None
        assert area is not None
        assert link.indicator_id is not None
        indicator = self.library.indicator(link.indicator_id)
        subject = subject_of(target, indicator, area, self.library)
        judged, note_zh, note_en = self._with_assigned(target, indicator)
        case = Case(
            target=judged,
            indicator=indicator,
            subject_kind=subject.kind,
            subject_id=subject.id,
            series=self._series(indicator.id, subject),
            changes=self._series(indicator.change_indicator, subject),
            reference=self._reference(judged, subject),
            year=self.year,
            library=self.library,
            certainty=link.certainty,
            note_zh=note_zh,
            note_en=note_en,
        )
        try:
            return judge(case)
        except BadRequest as error:
            return case.unknown(f"未评估:目标单位与指标单位不能换算({target.unit})", f"not assessed: {error.what}")

    def _series(self, indicator_id: str | None, subject: Subject) -> Series:
        return self.book.get((indicator_id or "", subject.id), Series())

    def _reference(self, target: Target, subject: Subject) -> Series | None:
        """The series of a yardstick in words, where the library knows which indicator it means."""
        other = self.library.reference_indicators.get(target.reference or "")
        if other is None or target.value is not None:
            return None
        return self.book.get((other, subject.area_code), Series())

    def _with_assigned(self, target: Target, indicator: Indicator) -> tuple[Target, str, str]:
        """The target itself, or with the figure of the nearest level above where its own is assigned from there."""
        wants = target.value is None and target.comparator in _ASSIGNED
        if not wants or target.reference in self.library.reference_indicators:
            return target, "", ""
        above = [
            u
            for u in self.assigned.get((indicator.id, target.target_year), [])
            if self.scope.is_above(u.region, target.region) and (u.sector == target.sector or not indicator.by_industry)
        ]
        if not above:
            return target, "", ""
        nearest = min(
            above, key=lambda u: (u.region in _NATION, (self.scope.area(u.region) or "").endswith("0000"), u.id)
        )
        figures = {
            name: getattr(nearest, name) for name in ("comparator", "value", "value_high", "unit", "bound", "per")
        }
        based = {
            "baseline_year": baseline_year(target) or nearest.baseline_year,
            "period": target.period or nearest.period,
        }
        judged = msgspec.structs.replace(target, **figures, **based)
        return judged, f"按上级目标({nearest.region},{nearest.id})评价:", f"by the upper-level target {nearest.id}: "

    def _unlinked(self, target: Target, link: Link | None, area: str | None) -> TargetState | None:
        """Not assessed for want of a link or a place; None where both are there."""
        least = self.library.number("progress.min_link_certainty", Period.year(self.year).last)
        zh, en = "", ""
        if target.kind == "qualitative" and (link is None or link.indicator_id is None):
            zh, en = "定性目标,未评估,需责任单位提供佐证材料", "qualitative goal: not assessed, evidence is wanted"
        elif link is None or link.indicator_id is None:
            zh, en = "未评估:目标尚未关联到指标", "not assessed: no indicator is linked"
        elif area is None:
            zh, en = f"未评估:地区“{target.region}”不在区划表中", "not assessed: the region is not in the registry"
        elif link.certainty < least and not link.confirmed and target.kind != "qualitative":
            zh = f"未评估:指标关联({link.indicator_id})把握为{link.certainty:.2f},待人工确认"
            en = f"not assessed: the link to {link.indicator_id} waits for confirmation"
        if not zh:
            return None
        return TargetState(
            target_id=target.id,
            indicator_id=link.indicator_id if link else None,
            subject_kind="area",
            subject_id=area or "",
            period=str(self.year),
            state="not_assessed",
            reason_zh=zh,
            reason_en=en,
            target_year=target.target_year,
            certainty=link.certainty if link else 0.0,
            sector=target.sector,
            region=target.region,
        )
