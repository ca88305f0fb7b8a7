"""Dated parameters 参数: which value holds on a day, as it was known on another day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from dafeng.base.errors import RuleConflict, RuleNotInForce
from dafeng.base.provenance import Status, worst
from dafeng.rules.records import CarryForm, Defaults, ParameterForm, ValueForm


@dataclass(frozen=True, slots=True)
class FactorValue:
    """A value in force: since and until are the first and last day it holds (both included, until None = open).

    published is the day it became known (None: taken as known always); carried says that it belongs to another
    year and stands in by the parameter's carry rule.
    """

    id: str
    scope: str
    value: float
    unit: str
    since: date
    until: date | None
    published: date | None
    status: Status
    source: str
    file: str
    name_zh: str
    name_en: str
    note: str | None = None
    carried: bool = False

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def known_on(self, day: date | None) -> bool:
        return day is None or self.published is None or self.published <= day

    @property
    def kind(self) -> str:
        """The last part of the id: ncv, tce, grid_co2 …"""
        return self.id.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class Parameter:
    """All dated values of one id in one scope, ordered by since and then by published."""

    id: str
    scope: str
    unit: str
    values: tuple[FactorValue, ...]
    carry: CarryForm | None
    file: str

    def on(self, day: date, as_of: date | None = None) -> FactorValue:
        """The value in force on ``day`` as known on ``as_of`` (None: as known now).

        Raises RuleNotInForce where no value holds and the parameter's carry rule does not reach.
        """
        known = [v for v in self.values if v.known_on(as_of)]
        held = [v for v in known if v.covers(day)]
        if held:
            return held[-1]
        if (carried := self._carried(known, day)) is not None:
            return carried
        raise self._not_in_force(day, as_of)

    def _carried(self, known: list[FactorValue], day: date) -> FactorValue | None:
        rule = self.carry
        if rule is None:
            return None
        before = [v for v in known if v.until is not None and v.until < day]
        after = [v for v in known if v.since > day]
        if before and rule.forward_until is not None and day <= rule.forward_until:
            nearest = before[-1]
        elif after and not before and rule.back_since is not None and day >= rule.back_since:
            nearest = [v for v in after if v.since == after[0].since][-1]
        else:
            return None
        note = f"{rule.note}（取{nearest.since.year}年值）"
        return replace(nearest, status=worst([nearest.status, rule.status]), note=note, carried=True)

    def known_later(self, day: date, as_of: date | None) -> date | None:
        """The day on which a value for ``day`` became known, where that is after ``as_of``; else None."""
        late = [v.published for v in self.values if v.covers(day) and not v.known_on(as_of) and v.published]
        return min(late, default=None)

    def _not_in_force(self, day: date, as_of: date | None) -> RuleNotInForce:
        known = "" if as_of is None else f", as known on {as_of}"
        if (later := self.known_later(day, as_of)) is not None:
            return RuleNotInForce(
                f"{self.id} ({self.scope}) has no value in force on {day}{known}: it was published on {later} only",
                where=f"rules/data/parameters/{self.file}",
                mend=f"Ask as known on {later} or later, or give the factor of the time as one of the case's own.",
                zh=f"{self.id} ({self.scope})在{day}的数值于{later}才公布，按{as_of}所知尚无",
                mend_zh=f"请把知识日改为{later}或以后，或自带当时的因子。",
            )
        spans = ", ".join(f"{v.since}–{v.until or ''}" for v in self.values[-3:])
        return RuleNotInForce(
            f"{self.id} ({self.scope}) has no value in force on {day}{known}",
            where=f"rules/data/parameters/{self.file}",
            mend=f"Add the dated value with its source (there are: {spans}), or choose a period that has one.",
        )


def build(form: ParameterForm, defaults: Defaults, file: str) -> Parameter:
    """A parameter from its file form: defaults filled in, each value's last day settled, overlaps refused."""
    values = [_value(form, v, defaults, file) for v in form.values]
    return Parameter(form.id, form.scope, form.unit, _settled(values, form.until), form.carry, file)


def _value(form: ParameterForm, v: ValueForm, defaults: Defaults, file: str) -> FactorValue:
    return FactorValue(
        id=form.id,
        scope=form.scope,
        value=v.value,
        unit=form.unit,
        since=v.since or defaults.since,
        until=v.until,
        published=v.published or defaults.published,
        status=v.status or defaults.status,
        source=v.source or defaults.source,
        file=file,
        name_zh=form.name.zh,
        name_en=form.name.en,
        note=v.note,
    )


def _settled(values: Iterable[FactorValue], last: date | None) -> tuple[FactorValue, ...]:
    """Sort, end each value where the next begins, and refuse two that hold at once.

    Two values with the same first day are a revision when their published days differ: the later known one wins.
    """
    by_since: dict[date, list[FactorValue]] = defaultdict(list)
    for value in values:
        by_since[value.since].append(value)
    starts = sorted(by_since)
    settled: list[FactorValue] = []
    for i, since in enumerate(starts):
        next_start = starts[i + 1] if i + 1 < len(starts) else None
        revisions = sorted(by_since[since], key=lambda v: v.published or date.min)
        _refuse_twins(revisions)
        settled += [_ended(v, next_start, last) for v in revisions]
    return tuple(settled)


def _ended(value: FactorValue, next_start: date | None, last: date | None) -> FactorValue:
    if value.until is None:
        end = last if next_start is None else next_start - timedelta(days=1)
        return replace(value, until=end)
    if value.until < value.since or (next_start is not None and value.until >= next_start):
        raise _conflict(value, f"ends on {value.until}, but the next value begins on {next_start or value.since}")
    return value


def _refuse_twins(revisions: list[FactorValue]) -> None:
    for one, other in pairwise(revisions):
        if one.published == other.published:
            raise _conflict(one, "stands twice with the same first day and the same published day")


def _conflict(value: FactorValue, why: str) -> RuleConflict:
    return RuleConflict(
        f"{value.id} ({value.scope}): the value since {value.since} {why}",
        where=f"rules/data/parameters/{value.file}",
        mend="Give the earlier value its last day, or date the revision with the day it was published.",
    )
