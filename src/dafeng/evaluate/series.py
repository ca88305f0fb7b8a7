"""The series that progress reads: per indicator and subject the preferred value of each year, or why none is there."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Point:
    """One year's value with its status, source ("computed"|"reported") and what it was made of."""

    value: float
    status: str
    source: str
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """Values by year, and the reason for each year without one."""

    points: dict[int, Point] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[int, float]:
        return {y: p.value for y, p in self.points.items()}

    def years_to(self, year: int) -> list[int]:
        """Years with a value up to the year, in order."""
        return sorted(y for y in self.points if y <= year)

    def why_missing(self, year: int) -> str:
        """The reason given for the year, else for the nearest earlier year."""
        known = [y for y in sorted(self.reasons) if y <= year]
        return self.reasons[known[-1]] if known else "没有该指标的数据"


SeriesBook = dict[tuple[str, str], Series]


def series_book(values: pl.DataFrame) -> SeriesBook:
    """(indicator_id, subject_id) → Series, from the preferred rows of INDICATOR VALUE (whole years only)."""
    book: SeriesBook = {}
    rows = values.filter(pl.col("preferred") & pl.col("period").str.contains(r"^\d{4}$"))
    columns = ("indicator_id", "subject_id", "period", "value", "status", "source", "inputs", "reason")
    for indicator, subject, period, value, status, source, inputs, reason in rows.select(columns).iter_rows():
        series = book.setdefault((indicator, subject), Series({}, {}))
        if value is None:
            series.reasons[int(period)] = reason or "没有该指标的数据"
        else:
            series.points[int(period)] = Point(value, status, source, tuple(inputs))
    return book
