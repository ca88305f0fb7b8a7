"""Findings 核算发现: what an account saw that a person should look at; the account goes on, the finding stays."""

from __future__ import annotations

import polars as pl

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),  # unknown_item | unused_period | unit | site | balance | month_year | no_place …
    "subject_id": pl.String(),
    "measure": pl.String(),
    "item": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "other": pl.Float64(),  # the figure it is held against
    "note": pl.String(),
}


def finding(rows: pl.DataFrame, kind: str, note: str, *, other: str | None = None) -> pl.DataFrame:
    """Findings of one kind from rows that have subject_id, measure, item, period, value (and ``other``)."""
    return rows.select(
        pl.lit(kind).alias("kind"),
        "subject_id",
        "measure",
        "item",
        "period",
        pl.col("value").cast(pl.Float64),
        (pl.col(other) if other else pl.lit(None)).cast(pl.Float64).alias("other"),
        pl.lit(note).alias("note"),
    )
