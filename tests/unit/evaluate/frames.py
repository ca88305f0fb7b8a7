"""Small frames in the shapes that cross rooms, for the tests of evaluate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

FACT = {
    "fact_id": pl.String,
    "subject_kind": pl.String,
    "subject_id": pl.String,
    "measure": pl.String,
    "item": pl.String,
    "period": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "status": pl.String,
}
LINE = {
    "line_id": pl.String,
    "subject_kind": pl.String,
    "subject_id": pl.String,
    "measure": pl.String,
    "item": pl.String,
    "period": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "status": pl.String,
    "coverage": pl.Float64,
}
ENTERPRISE = {
    "enterprise_id": pl.String,
    "area_code": pl.String,
    "industry_code": pl.String,
    "above_scale": pl.Boolean,
    "since": pl.Date,
    "until": pl.Date,
}


def facts(*rows: tuple[str, str, str, str, float | None, str], status: str = "official") -> pl.DataFrame:
    """Rows (subject_id, measure, item, period, value, unit); six digits (and what follows a bar) name an area."""
    return pl.DataFrame(
        [
            (f"F-{s}-{m}-{i}-{p}", "area" if s[:6].isdigit() else "enterprise", s, m, i, p, v, u, status)
            for s, m, i, p, v, u in rows
        ],
        schema=FACT,
        orient="row",
    )


def lines(*rows: tuple[str, str, str, str, float | None, str, float], status: str = "official") -> pl.DataFrame:
    """Rows (subject_id, measure, item, period, value, unit, coverage)."""

    def kind(subject: str) -> str:
        if not subject[:6].isdigit():
            return "enterprise"
        return "area_industry" if "|" in subject else "area"

    return pl.DataFrame(
        [(f"L-{s}-{m}-{i}-{p}", kind(s), s, m, i, p, v, u, status, c) for s, m, i, p, v, u, c in rows],
        schema=LINE,
        orient="row",
    )


def registry(rows: Iterable[tuple[str, str, str, bool | None]], since: date = date(2015, 1, 1)) -> pl.DataFrame:
    """Rows (enterprise_id, area_code, industry_code, above_scale), in force from since on."""
    return pl.DataFrame([(*r, since, None) for r in rows], schema=ENTERPRISE, orient="row")
