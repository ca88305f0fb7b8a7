"""Periods 时期: month, quarter, year, cumulative 1—n月, five-year plan; each knows its days.

A period has one text form, used as a key in frames, files and addresses:
``2025`` · ``2025-06`` · ``2025Q2`` · ``2025-01/2025-06`` (cumulative) · ``14FYP`` (2021-2025 十四五).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dafeng.base.errors import BadRequest

PeriodKind = Literal["month", "quarter", "year", "cumulative", "plan"]
FIRST_YEAR, LAST_YEAR = 1990, 2100  # of which a question may be: the record begins with the former, no plan ends behind
_SIXTH_PLAN_START = 1981
_FORMS = (
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("quarter", re.compile(r"(\d{4})Q([1-4])")),
    ("year", re.compile(r"(\d{4})")),
    ("cumulative", re.compile(r"(\d{4})-01/(\d{4})-(\d{2})")),
    ("plan", re.compile(r"(\d{1,2})FYP")),
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of whole calendar days, first and last included, in the site's own zone."""

    first: date
    last: date
    kind: PeriodKind

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31), "year")

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month")

    @classmethod
    def plan(cls, number: int) -> Period:
        """The n-th five-year plan 五年规划 (14 → 2021-2025); from the 6th on."""
        if number < 6:
            raise BadRequest(f"five-year plan {number} is before the 6th (1981)", mend="Give a plan number from 6 on.")
        first = _SIXTH_PLAN_START + 5 * (number - 6)
        return cls(date(first, 1, 1), date(first + 4, 12, 31), "plan")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read the text form. Raises BadRequest on anything else."""
        for kind, form in _FORMS:
            if match := form.fullmatch(text.strip()):
                try:
                    return cls._built(kind, [int(g) for g in match.groups()])
                except ValueError:
                    break
        raise BadRequest(f"not a period: {text!r}", mend="Write 2025, 2025-06, 2025Q2, 2025-01/2025-06 or 14FYP.")

    @classmethod
    def _built(cls, kind: str, parts: list[int]) -> Period:
        if kind == "month":
            return cls.month(*parts)
        if kind == "year":
            return cls.year(*parts)
        if kind == "plan":
            return cls.plan(*parts)
        if kind == "quarter":
            year, quarter = parts
            return cls(date(year, 3 * quarter - 2, 1), cls.month(year, 3 * quarter).last, "quarter")
        year, to_year, month = parts
        if year != to_year:
            raise ValueError("a cumulative period stays within one year")
        return cls(date(year, 1, 1), cls.month(year, month).last, "cumulative")

    @property
    def code(self) -> str:
        """The text form."""
        year, month = self.first.year, self.last.month
        return {
            "month": f"{year:04d}-{month:02d}",
            "quarter": f"{year:04d}Q{month // 3}",
            "year": f"{year:04d}",
            "cumulative": f"{year:04d}-01/{year:04d}-{month:02d}",
            "plan": f"{(year - _SIXTH_PLAN_START) // 5 + 6}FYP",
        }[self.kind]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def months(self) -> tuple[Period, ...]:
        """The calendar months inside, in order."""
        firsts = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        return tuple(Period.month(m // 12, m % 12 + 1) for m in firsts)

    def contains(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last

    @property
    def zh(self) -> str:
        """The period as a Chinese reader writes it: 2025年6月, 2025年1—6月."""
        year, month = self.first.year, self.last.month
        return {
            "month": f"{year}年{month}月",
            "quarter": f"{year}年第{month // 3}季度",
            "year": f"{year}年",
            "cumulative": f"{year}年1—{month}月",
            "plan": f"{year}—{year + 4}年",
        }[self.kind]
