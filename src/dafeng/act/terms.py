"""Terms 期限: what is due from whom until when, how urgent it is, and the reminders that follow; see terms.yaml."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from dafeng.base.errors import RuleNotInForce
from dafeng.base.periods import Period

TaskState = Literal["not_started", "in_progress", "done", "overdue"]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who owes a table and until when 填报义务: ``who`` are flags of the registry, one of which must be set.

    months_suffice: twelve delivered months make the year; of_makers: only who has delivered such a figure before;
    of_last_year: only who delivered such figures for the year before or has begun this one, and each of them again.
    A measure that ends in a colon stands for all that begin with it.
    """

    id: str
    contract: str
    measures: tuple[str, ...]
    every: Literal["month", "year"]
    who: tuple[str, ...]
    since: date
    months_after: int
    day: int
    months_suffice: bool = False
    of_makers: bool = False
    of_last_year: bool = False

    def term(self, period: Period) -> date:
        """The last day on which the table of a period is in time."""
        count = period.last.year * 12 + period.last.month - 1 + self.months_after
        year, month = count // 12, count % 12 + 1
        return date(year, month, min(self.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Returns:
    """When a filing that was returned is due again 退回后的期限; zh, en: the rule in words."""

    working_days: int
    zh: str
    en: str

    def term(self, returned: date, original: date | None) -> date:
        """The later of the original term and so many working days (Monday to Friday) after the return."""
        day, left = returned, self.working_days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return day if original is None else max(day, original)

    def why(self, returned: date, original: date | None) -> tuple[str, str]:
        """Why the term is what it is, in Chinese and English: the rule and the two days it compares."""
        by_days = self.term(returned, None)
        first_zh = f",原期限{original.isoformat()}" if original else ""
        first_en = f", first term {original.isoformat()}" if original else ""
        return (
            f"{self.zh}:{returned.isoformat()}退回,{self.working_days}个工作日至{by_days.isoformat()}{first_zh}",
            f"{self.en}: returned {returned.isoformat()}, {self.working_days} working days end "
            f"{by_days.isoformat()}{first_en}",
        )


@dataclass(frozen=True, slots=True)
class Level:
    """How urgent a term is 预警级别: the first whose days are not exceeded by the days left."""

    id: str
    zh: str
    en: str
    days: int
    words_zh: str
    words_en: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of terms with where they come from."""

    status: str
    source: str
    until: date
    duties: tuple[Duty, ...]
    levels: tuple[Level, ...]
    task_levels: tuple[Level, ...]
    assessment: tuple[Mapping[str, Any], ...]
    usual_periods: int
    usual_at_least: int
    returns: Returns

    def periods(self, duty: Duty, first: date, last: date) -> tuple[Period, ...]:
        """The periods of a duty that end between two days, both included.

        Raises RuleNotInForce where days after the last of the rule are asked for.
        """
        if last > self.until:
            raise RuleNotInForce(
                f"no filing term is in force after {self.until}",
                where="act/terms.yaml",
                mend="Add the rule of later years, or choose an earlier period.",
            )
        begin = max(first, duty.since)
        years = range(begin.year, last.year + 1)
        made = [Period.year(y) for y in years] if duty.every == "year" else [m for y in years for m in _months(y)]
        return tuple(p for p in made if begin <= p.last <= last and p.first >= duty.since)

    def assessed_on(self, year: int) -> tuple[date, str, str] | None:
        """The day on which the work of a year is assessed at the latest, with its name; None where no rule says."""
        day = date(year, 12, 31)
        held = [a for a in self.assessment if a["since"] <= day]
        return (date(year + 1, held[-1]["month"], held[-1]["day"]), held[-1]["zh"], held[-1]["en"]) if held else None

    def next_assessment(self, day: date) -> tuple[date, str, str] | None:
        """The first day, from this one on, on which a year's work is assessed at the latest."""
        found = (self.assessed_on(year) for year in (day.year - 1, day.year))
        return next((a for a in found if a is not None and a[0] >= day), None)


def _months(year: int) -> tuple[Period, ...]:
    return Period.year(year).months()


@cache
def terms() -> Terms:
    """The packaged terms."""
    data = yaml.safe_load((files("dafeng.act") / "terms.yaml").read_text("utf-8"))
    return Terms(
        data["status"],
        data["source"],
        data["until"],
        tuple(_duty(d) for d in data["duties"]),
        _levels(data["levels"]),
        _levels(data["task_levels"]),
        tuple(data["assessment"]),
        data["usual_periods"],
        data["usual_at_least"],
        _returns(data["returns"]),
    )


def _duty(data: Mapping[str, Any]) -> Duty:
    return Duty(
        data["id"],
        data["contract"],
        tuple(data["measures"]),
        data["every"],
        tuple(data["who"]),
        data["since"],
        data["term"]["months_after"],
        data["term"]["day"],
        data.get("months_suffice", False),
        data.get("of_makers", False),
        data.get("of_last_year", False),
    )


def _returns(data: Mapping[str, Any]) -> Returns:
    days = data["working_days"]
    return Returns(days, data["zh"].format(days=days), data["en"].format(days=days))


def _levels(rows: Iterable[Mapping[str, Any]]) -> tuple[Level, ...]:
    return tuple(Level(r["id"], r["zh"], r["en"], r["days"], r["words"]["zh"], r["words"]["en"]) for r in rows)


def level(day: date, term: date | None, levels: tuple[Level, ...] | None = None) -> Level | None:
    """How urgent a term is on a day; None where there is no term or it is far away."""
    if term is None:
        return None
    left = (term - day).days
    return next((x for x in levels or terms().levels if left <= x.days), None)


# -- tasks -----------------------------------------------------------------------------------------------------------


def task_state(percent: float | None, due: date | None, day: date) -> TaskState:
    """The state of a task: done at 100 %, overdue after its date, else by whether anything was reported.

    percent: of the last progress entry, None where there is none.
    """
    if percent is not None and percent >= 100:
        return "done"
    if due is not None and day > due:
        return "overdue"
    return "not_started" if percent is None else "in_progress"


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something with a term that is not done: id, title, whose it is, until when, and the levels told of already."""

    id: str
    title: str
    owner: str
    term: date
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is to be said to whom because a term nears or has passed 提醒."""

    id: str
    owner: str
    level: str
    days_left: int
    zh: str
    en: str


def reminders(day: date, open_ones: Iterable[Ahead], levels: tuple[Level, ...] | None = None) -> tuple[Reminder, ...]:
    """The reminders of a day, the most urgent first; each level of a thing is told of once (see ``Ahead.told``)."""
    found = []
    for one in open_ones:
        reached = level(day, one.term, levels or terms().task_levels)
        if reached is None or reached.id in one.told:
            continue
        left = (one.term - day).days
        span_zh = f"还有{left}天" if left >= 0 else f"已超期{-left}天"
        span_en = f"{left} days left" if left >= 0 else f"{-left} days overdue"
        more_zh, more_en = (f",{reached.words_zh}", f"; {reached.words_en}") if left >= 0 else ("", "")
        zh = f"{one.title}:期限{one.term.isoformat()},{span_zh}{more_zh}。"
        en = f"{one.title}: due {one.term.isoformat()}, {span_en}{more_en}."
        found.append(Reminder(one.id, one.owner, reached.id, left, zh, en))
    return tuple(sorted(found, key=lambda r: (r.days_left, r.id)))
