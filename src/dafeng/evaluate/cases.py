"""One target on the table 评价事项: all that is known about it, and the small answers that every kind of goal needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dafeng.evaluate.indicators import Indicator, Library
from dafeng.evaluate.series import Series
from dafeng.evaluate.states import State, TargetState
from dafeng.plan.records import Target

PERCENT = 100.0
COMPLETION = ("progress.on_track_min", "progress.behind_min")


@dataclass(frozen=True)
class Case:
    """One target with its indicator, subject and series; year is the year asked; note goes before the reason."""

    target: Target
    indicator: Indicator
    subject_kind: str
    subject_id: str
    series: Series
    changes: Series
    reference: Series | None
    year: int
    library: Library
    certainty: float
    note_zh: str = ""
    note_en: str = ""

    @property
    def day(self) -> date:
        return date(self.year, 12, 31)

    def rule(self, name: str) -> float:
        return self.library.number(name, self.day)

    def state(self, state: State, zh: str, en: str, **fields: object) -> TargetState:
        period = fields.pop("period", str(self.year))
        return TargetState(
            target_id=self.target.id,
            indicator_id=self.indicator.id,
            subject_kind=self.subject_kind,
            subject_id=self.subject_id,
            period=str(period),
            state=state,
            reason_zh=f"{self.note_zh}{zh}",
            reason_en=f"{self.note_en}{en}",
            target_year=self.target.target_year,
            gap_unit=str(fields.pop("gap_unit", self.indicator.unit)),
            certainty=self.certainty,
            sector=self.target.sector,
            region=self.target.region,
            **fields,  # type: ignore[arg-type]
        )

    def unknown(self, zh: str, en: str, **fields: object) -> TargetState:
        return self.state("not_assessed", zh, en, **fields)


def assessed_year(case: Case, years: list[int]) -> int | None:
    """The target year where it has a value, else the latest year before it, else the first after it."""
    due = case.target.target_year or case.year
    if due in years:
        return due
    earlier = [y for y in years if y < due]
    return earlier[-1] if earlier else (years[0] if years else None)


def stale(case: Case, year: int) -> bool:
    """Whether the latest value is too old to speak for the year asked."""
    due = min(case.year, case.target.target_year or case.year)
    return due - year > case.rule("progress.max_lag_years")


def no_data(case: Case, year: int | None) -> TargetState:
    if year is None:
        why = case.series.why_missing(case.year)
        return case.unknown(f"未评估:{why}", "not assessed: the indicator has no value")
    return case.unknown(
        f"未评估:最近数据为{year}年,距评价年过久", f"not assessed: the latest value is of {year}, too old"
    )


def short_of(case: Case, share: float, overdue: bool) -> State:
    return "behind" if share >= case.rule("progress.behind_min") and not overdue else "off_track"


def rule_status(case: Case, *names: str) -> list[str]:
    """The status of the parameters that decided a state."""
    return [case.library.parameter(n, case.day).status for n in names]


def percent(part: float, whole: float) -> float | None:
    return part / abs(whole) * PERCENT if whole else None
