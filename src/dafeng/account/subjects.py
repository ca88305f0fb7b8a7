"""Subjects in time 主体: where an enterprise stood and what it was in a period, from dated registry rows."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from dafeng.base.periods import Period


class Subjects(Protocol):
    """What accounts ask of a registry: the frames AREA, INDUSTRY and ENTERPRISE (dated rows, until exclusive)."""

    @property
    def areas(self) -> pl.DataFrame: ...

    @property
    def industries(self) -> pl.DataFrame: ...

    @property
    def enterprises(self) -> pl.DataFrame: ...


def period_days(periods: pl.Series) -> pl.DataFrame:
    """Each different period code with its first and last day."""
    codes = periods.unique().sort().to_list()
    spans = [Period.parse(c) for c in codes]
    return pl.DataFrame(
        {"period": codes, "first": [p.first for p in spans], "last": [p.last for p in spans]},
        schema={"period": pl.String, "first": pl.Date, "last": pl.Date},
    )


def placed(enterprises: pl.DataFrame, periods: pl.Series) -> pl.DataFrame:
    """Area, industry, whether data are due and whether it was shut, by enterprise and period of its registration.

    Within a period the latest row counts: a works that moved in June belongs to its new county in the year's account
    (and to the old one in the months before). Data are due of above-scale and key users, and where neither is known;
    not of works that are closed or still being built.

    Returns subject_id, period, area_code, industry_code, due, shut.
    """
    shut = pl.col("status").is_in(["closed", "building"]).fill_null(False)
    told = pl.col("above_scale").is_not_null() | pl.col("key_user").is_not_null()
    due = pl.col("above_scale").fill_null(False) | pl.col("key_user").fill_null(False) | ~told
    rows = enterprises.select(
        pl.col("enterprise_id").alias("subject_id"),
        "area_code",
        "industry_code",
        (due & ~shut).alias("due"),
        shut.alias("shut"),
        pl.col("since").cast(pl.Date),
        pl.col("until").cast(pl.Date),
    )
    overlap = (pl.col("since") <= pl.col("last")) & (pl.col("until").is_null() | (pl.col("until") > pl.col("first")))
    crossed = rows.join(period_days(periods), how="cross").filter(overlap).sort("subject_id", "period", "since")
    return crossed.group_by("subject_id", "period", maintain_order=True).agg(
        pl.col("area_code", "industry_code", "due", "shut").last()
    )


def months_due(enterprises: pl.DataFrame, years: pl.Series) -> pl.DataFrame:
    """How many months of each year an enterprise was registered and not shut 关停: subject_id, year, months_due."""
    months = [f"{y}-{m:02d}" for y in years.unique().sort() for m in range(1, 13)]
    return (
        placed(enterprises, pl.Series(months, dtype=pl.String))
        .filter(~pl.col("shut"))
        .group_by("subject_id", pl.col("period").str.head(4).cast(pl.Int32).alias("year"))
        .agg(pl.len().cast(pl.Int32).alias("months_due"))
    )


def ancestors(tree: pl.DataFrame, code: str) -> pl.DataFrame:
    """Every node with each node above it and itself: columns node, above. ``tree`` has ``code`` and parent_code."""
    parents: dict[str, str | None] = dict(tree.select(code, "parent_code").iter_rows())
    pairs = [(node, above) for node in parents for above in _line(node, parents)]
    return pl.DataFrame(pairs, schema={"node": pl.String, "above": pl.String}, orient="row")


def _line(node: str, parents: dict[str, str | None]) -> list[str]:
    line = [node]
    while (above := parents.get(line[-1])) is not None and above not in line:
        line.append(above)
    return line
