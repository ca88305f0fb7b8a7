"""Paths drawn 目标路径图: for a few targets the indicator's values over the years beside the required path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from dafeng.evaluate.indicators import Indicator, indicator_library
from dafeng.evaluate.paths import required_level
from dafeng.report.inputs import PathChart, TargetProgress

_MOST = 3  # charts before the tables; the rest stands in the tables
_ORDER = {"off_track": 0, "behind": 1, "on_track": 2, "reached": 3, "not_assessed": 4, "confidential": 5}
_STATE_WORDS = {
    "off_track": "偏离要求路径",
    "behind": "落后于要求路径",
    "on_track": "处于要求路径之内",
    "reached": "已达到目标",
    "not_assessed": "未评估",
    "confidential": "保密",
}
_SOURCES = {"reported": "公布的统计数", "computed": "本系统核算"}


def paths(items: Iterable[TargetProgress], values: pl.DataFrame) -> tuple[PathChart, ...]:
    """Charts of targets with a value: the peak first, then the most troubled, one per indicator."""
    return tuple(chart for item in _chosen(items) if (chart := _path(item, values)) is not None)


def _chosen(items: Iterable[TargetProgress]) -> Iterator[TargetProgress]:
    with_path = [p for p in items if p.indicator_id and p.actual is not None and (p.baseline is not None or _peak(p))]
    chosen: dict[str, TargetProgress] = {}
    for item in sorted(
        with_path, key=lambda p: (not _peak(p), "|" in p.subject_id, _ORDER[p.state], p.target.target_year or 9999)
    ):
        chosen.setdefault(item.indicator_id or "", item)
    yield from list(chosen.values())[:_MOST]


def _peak(item: TargetProgress) -> bool:
    return item.target.comparator == "reach_peak_before"


def _path(item: TargetProgress, values: pl.DataFrame) -> PathChart | None:
    """The chart of one target; None where there are too few points, or the target is judged in another unit (an index,
    points of difference) than the indicator's own values."""
    indicator = indicator_library().indicator(item.indicator_id or "")
    rows = values.filter(
        (pl.col("indicator_id") == item.indicator_id)
        & (pl.col("subject_id") == item.subject_id)
        & pl.col("preferred")
        & pl.col("value").is_not_null()
    ).sort("period")
    points = {int(y): v for y, v in rows.select("period", "value").iter_rows()}
    if len(points) < 2 or item.unit not in ("", indicator.unit):
        return None
    years, required = _required_path(item, points)
    words = (indicator.zh, indicator.unit, item.target.sector, item.target.region)
    return PathChart(
        title=f"{item.target.indicator}:{_title_words(item)}",
        measure=",".join(w for w in words if w),
        unit=indicator.unit,
        years=years,
        actual=tuple(points.get(y) for y in years),
        required=tuple(required.get(y) for y in years),
        target=tuple(item.target_value if y == item.target_year and required else None for y in years),
        status=item.status,
        source=_source(indicator, rows),
    )


def _source(indicator: Indicator, rows: pl.DataFrame) -> str:
    """Who said the values: published statistics, also where a formula only passes them on, or this account."""
    passed_on = {f.id for f in indicator.formulas if f.op == "value" and f.top and f.top.of == "fact"}
    said = rows.with_columns(
        pl.when(pl.col("formula").is_in(list(passed_on))).then(pl.lit("reported")).otherwise("source").alias("source")
    )
    return "、".join(_SOURCES[s] for s in said["source"].unique(maintain_order=True))


def _required_path(item: TargetProgress, points: Mapping[int, float]) -> tuple[tuple[int, ...], dict[int, float]]:
    """The years of the chart, and the path's level in those between baseline and target (none for a peak)."""
    base, due, start, final = item.baseline_year, item.target_year, item.baseline, item.target_value
    if base is None or due is None or start is None or final is None or not item.method:
        return tuple(range(min(points), max(points) + 1)), {}
    years = tuple(range(min(base, *points), max(due, *points) + 1))
    if item.method not in ("linear", "compound"):
        return years, {}
    return years, {y: required_level(start, final, base, due, y, item.method) for y in years if base <= y <= due}


def _title_words(item: TargetProgress) -> str:
    """The finding: of a peak what the data show, of a path where the values lie."""
    return item.reason.split(",")[0] if _peak(item) else _STATE_WORDS[item.state]
