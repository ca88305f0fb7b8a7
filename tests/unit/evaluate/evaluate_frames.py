"""Small frames in the shapes that cross rooms, for the tests of evaluate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from dafeng.base.periods import Period
from dafeng.evaluate.linking import Link
from dafeng.evaluate.progress import Scope, target_states
from dafeng.evaluate.states import TargetState
from dafeng.evaluate.values import VALUE_SCHEMA
from dafeng.plan.records import Target

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


def target(indicator: str = "单位工业增加值能耗", **fields: object) -> Target:
    """A target with plain defaults: t01 of a made-up plan for 示范市."""
    given: dict[str, object] = {
        "id": "demo#t01",
        "doc": "demo",
        "quote": "",
        "span": (0, 1),
        "comparator": "=",
        "region": "示范市",
        **fields,
    }
    return Target(indicator=indicator, **given)  # type: ignore[arg-type]


def values(
    indicator: str,
    series: dict[int, float | None],
    *,
    subject: str = "990000",
    status: str = "official",
    reason: str | None = None,
) -> pl.DataFrame:
    """INDICATOR VALUE rows of one indicator, all preferred, one input id per year."""
    rows = [
        (
            indicator,
            "area",
            subject,
            str(y),
            v,
            "x",
            status,
            1.0,
            [f"F-{indicator}-{y}"],
            reason if v is None else None,
            "reported",
            None,
            True,
            None,
            None,
            [],
        )
        for y, v in series.items()
    ]
    return pl.DataFrame(rows, schema=VALUE_SCHEMA, orient="row")


SCOPE = Scope({"示范市": "990000", "示范省": "980000"}, "990000", {"990000": "980000"})


def state_of(
    one: Target,
    frame: pl.DataFrame,
    year: int,
    *,
    indicator: str | None = None,
    certainty: float = 0.98,
    **more: object,
) -> TargetState:
    """The state of one target at a year, linked to the first indicator of the frame unless said otherwise."""
    linked = indicator or frame["indicator_id"][0]
    links = (Link(target_id=one.id, indicator_id=linked, certainty=certainty, why="test"),)
    return target_states([one], links, frame, Period.year(year), SCOPE, **more).states[0]  # type: ignore[arg-type]
