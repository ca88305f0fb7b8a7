"""Lines of charts 图线: accounts by year and month, indicator values, and the required path to a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import polars as pl

from dafeng.app.pages.shapes import Point, Series, Words
from dafeng.evaluate.explain import indicator_id_of
from dafeng.evaluate.paths import required_level

_TO_LINE_UNIT = {
    "万吨二氧化碳": 1e4,
    "吨二氧化碳": 1.0,
    "万吨": 1e4,
    "tCO2": 1.0,
    "万tce": 1e4,
    "万吨标准煤": 1e4,
    "tce": 1.0,
}
REQUIRED = Words(zh="要求路径", en="required path")
TARGET = Words(zh="目标", en="target")
ACTUAL = Words(zh="实际", en="actual")


def line_points(rows: pl.DataFrame, periods: Iterable[str]) -> tuple[Point, ...]:
    """Lines of one subject and measure as points, one for each period: a gap stays a gap."""
    found = {r["period"]: r for r in rows.iter_rows(named=True)}
    return tuple(_line_point(p, found.get(p)) for p in periods)


def _line_point(period: str, row: Mapping[str, Any] | None) -> Point:
    if row is None:
        return Point(period=period, value=None)
    return Point(period=period, value=row["value"], status=row["status"], node=row["line_id"], coverage=row["coverage"])


def line_series(key: str, name: Words, unit: str, rows: pl.DataFrame, periods: Iterable[str]) -> Series:
    return Series(key=key, name=name, unit=unit, kind="actual", points=line_points(rows, periods))


def value_points(values: pl.DataFrame, indicator_id: str, subject_id: str) -> tuple[Point, ...]:
    """The preferred values of an indicator over the years, each with the node that explains it."""
    rows = values.filter(
        (pl.col("indicator_id") == indicator_id) & (pl.col("subject_id") == subject_id) & pl.col("preferred")
    ).sort("period")
    return tuple(
        Point(
            period=row["period"],
            value=row["value"],
            status=row["status"],
            node=indicator_id_of(row) if row["value"] is not None else None,
            coverage=row["coverage"],
        )
        for row in rows.iter_rows(named=True)
    )


def required_path(state: Mapping[str, Any]) -> dict[int, float]:
    """The path's level by year, baseline to target, of a state; none for a peak, a growth, an assigned figure."""
    base, due, start, final = (state[n] for n in ("baseline_year", "target_year", "baseline_value", "target_value"))
    if None in (base, due, start, final) or state["method"] not in ("linear", "compound") or base >= due:
        return {}
    return {y: required_level(start, final, base, due, y, state["method"]) for y in range(base, due + 1)}


def path_series(state: Mapping[str, Any], unit: str, *, scale: float = 1.0) -> tuple[Series, ...]:
    """Required path and target of a state in the unit of the chart; empty where the plan has no path."""
    path, node = required_path(state), f"S-{state['target_id']}-{state['subject_id']}-{state['period']}"
    if not path:
        return ()
    return (
        _stated("required", REQUIRED, unit, "required", {y: v * scale for y, v in path.items()}, node),
        _stated("target", TARGET, unit, "target", {state["target_year"]: state["target_value"] * scale}, node),
    )


def _stated(
    key: str, name: Words, unit: str, kind: Literal["required", "target"], levels: Mapping[int, float], node: str
) -> Series:
    points = tuple(Point(period=str(y), value=v, node=node) for y, v in levels.items())
    return Series(key=key, name=name, unit=unit, kind=kind, points=points)


def to_lines(unit: str | None) -> float | None:
    """The factor from an indicator's unit to the unit of accounts (t, tce); None where there is none."""
    return _TO_LINE_UNIT.get(unit or "")
