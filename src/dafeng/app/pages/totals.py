"""Totals and intensities of an area and year 总量与强度, each with why it is missing where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dafeng.app.pages.english_notes import note_en
from dafeng.app.pages.figures import NO_DATA, NOT_GIVEN, WITHHELD, indicator_words, line_figure, no_figure
from dafeng.app.pages.known import CALORIFIC, CO2, ENERGY, Known
from dafeng.app.pages.shapes import Figure, Words
from dafeng.app.sight.disclosure import CONFIDENTIAL
from dafeng.evaluate.explain import indicator_id_of

UNITS = {CO2: "tCO2", ENERGY: "tce", CALORIFIC: "tce"}
_NAMES = {
    CO2: Words(zh="二氧化碳排放总量", en="Total CO2"),
    ENERGY: Words(zh="综合能源消费量(等价值)", en="Energy use, primary equivalent"),
    CALORIFIC: Words(zh="综合能源消费量(当量值)", en="Energy use, calorific value"),
}
_INTENSITIES = ("co2_per_industrial_value_added", "energy_per_industrial_value_added", "non_fossil_share")


def area_total(known: Known, area: str, measure: str, year: int) -> Figure:
    """A total of the area and year; missing says why."""
    rows = known.lines.yearly.filter(
        (pl.col("subject_kind") == "area")
        & (pl.col("subject_id") == area)
        & (pl.col("measure") == measure)
        & (pl.col("period") == str(year))
    )
    if rows.height:
        return line_figure(rows.row(0, named=True))
    if measure == CALORIFIC and area_total(known, area, ENERGY, year).node is not None:
        return Figure(value=None, unit=UNITS[measure], period=str(year), missing=NOT_GIVEN, confidential=True)
    return no_figure(UNITS[measure], str(year), _no_total(known))


def is_judged(known: Known, total: Figure) -> bool:
    """Whether a total may be held against a path: a partial sum below ``partial_from`` is shown and not judged."""
    return not total.estimated or (total.coverage or 0.0) >= known.services.settings.partial_from


def _no_total(known: Known) -> Words:
    if known.run_id is None:
        return Words(zh="尚未核算", en="nothing has been accounted yet")
    return NO_DATA


def figures_of(known: Known, area: str, year: int) -> tuple[tuple[Words, Figure], ...]:
    totals = tuple((_NAMES[m], area_total(known, area, m, year)) for m in (CO2, ENERGY, CALORIFIC))
    values = (indicator_figure(known, i, area, year) for i in _INTENSITIES)
    return totals + tuple(v for v in values if v is not None)


def indicator_figure(known: Known, indicator_id: str, subject: str, year: int) -> tuple[Words, Figure] | None:
    """The preferred value of an indicator; None where it was never asked for this subject and year."""
    if known.values is None:
        return None
    rows = known.values.filter(
        (pl.col("indicator_id") == indicator_id)
        & (pl.col("subject_id") == subject)
        & (pl.col("period") == str(year))
        & pl.col("preferred")
    )
    words = indicator_words(indicator_id)
    return None if rows.is_empty() or words is None else (words, value_figure(rows.row(0, named=True)))


def value_figure(row: Mapping[str, Any]) -> Figure:
    """One INDICATOR VALUE row as a figure."""
    hidden = row["reason"] == CONFIDENTIAL
    missing = None
    if row["value"] is None:
        reason = row["reason"] or NO_DATA.zh
        missing = WITHHELD if hidden else Words(zh=reason, en=note_en(reason) or "no value: data are wanting")
    return Figure(
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        status=row["status"],
        coverage=row["coverage"],
        node=indicator_id_of(row),
        missing=missing,
        confidential=hidden,
        estimated=row["value"] is not None and row["coverage"] is not None and row["coverage"] < 1,
    )
