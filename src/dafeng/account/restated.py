"""Restatement 重述: two versions of a year's lines held against each other, and which of the three causes moved each.

data    a delivered figure was corrected, came late or was withdrawn
factor  the rulebook's value is another
rule    another formula or method applies
sum     a total moved because its parts did
"""

from __future__ import annotations

import polars as pl

KEY = ["subject_kind", "subject_id", "measure", "item", "period"]
DIFFERENCE: dict[str, pl.DataType] = {
    **{k: pl.String() for k in KEY},
    "unit": pl.String(),
    "before": pl.Float64(),
    "after": pl.Float64(),
    "difference": pl.Float64(),
    "cause": pl.String(),
    "line_before": pl.String(),
    "line_after": pl.String(),
}
CAUSES = ("data", "factor", "rule", "sum")
_SAME = 1e-12


def of_year(lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """The lines of a year and its months."""
    return lines.filter(pl.col("period").str.head(4) == str(year))


def with_closed(lines: pl.DataFrame, closed: dict[int, pl.DataFrame]) -> pl.DataFrame:
    """Lines with those of closed years in place of what was computed now."""
    if not closed:
        return lines
    rest = lines.filter(~pl.col("period").str.head(4).is_in([str(y) for y in closed]))
    return pl.concat([rest, *(held.select(lines.columns) for held in closed.values())])


def differences(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Every line that is another in ``after`` (DIFFERENCE); a line that one side has not stands with null there."""
    told = ["value", "unit", "rule", "factors", "inputs", "line_id"]
    joined = before.select(*KEY, *told).join(
        after.select(*KEY, *told), on=KEY, how="full", coalesce=True, suffix="_after", maintain_order="left_right"
    )
    one, other = pl.col("value"), pl.col("value_after")
    near = (one - other).abs() <= _SAME * pl.max_horizontal(one.abs(), other.abs())
    moved = joined.filter(~(near.fill_null(value=False) | one.eq_missing(other)))
    cause = (
        pl.when(pl.coalesce("rule", "rule_after").str.starts_with("sum.")).then(pl.lit("sum"))
        .when(pl.col("rule").is_null() | pl.col("rule_after").is_null()).then(pl.lit("data"))
        .when(pl.col("rule") != pl.col("rule_after")).then(pl.lit("rule"))
        .when(pl.col("inputs") != pl.col("inputs_after")).then(pl.lit("data"))
        .when(pl.col("factors") != pl.col("factors_after")).then(pl.lit("factor"))
        .otherwise(pl.lit("rule"))
    )  # fmt: skip
    return moved.select(
        *KEY, pl.coalesce("unit", "unit_after").alias("unit"), before=one, after=other, difference=other - one,
        cause=cause,
        line_before="line_id", line_after="line_id_after",
    ).cast(DIFFERENCE)  # type: ignore[arg-type]  # fmt: skip
