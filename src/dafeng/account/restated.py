"""Restatement 重述: two versions of a year's lines held against each other, and which of the three causes moved each.

data    a delivered figure was corrected, came late or was withdrawn
factor  the rulebook's value is another
rule    another formula or method applies
sum     a total moved because its parts did
"""

from __future__ import annotations

from typing import Any

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


def differences(before: pl.DataFrame, after: pl.DataFrame, changed: frozenset[str] | None = None) -> pl.DataFrame:
    """Every line that is another in ``after`` (DIFFERENCE); a line that one side has not stands with null there.

    changed : which of data, factor and rule are known to be others between the two; no line is told to have moved by
        another. None: not known, and then what the line itself shows is taken.
    """
    signs = {cause: sign for cause, sign in _SIGNS.items() if changed is None or cause in changed}
    otherwise = next((c for c in _UNSEEN if changed is None or c in changed), "data")
    cause: Any = pl.when(_IS_SUM).then(pl.lit("sum"))
    for name, sign in signs.items():
        cause = cause.when(sign).then(pl.lit(name))
    one, other = pl.col("value"), pl.col("value_after")
    return _moved(before, after).select(
        *KEY, pl.coalesce("unit", "unit_after").alias("unit"), before=one, after=other, difference=other - one,
        cause=cause.otherwise(pl.lit(otherwise)),
        line_before="line_id", line_after="line_id_after",
    ).cast(DIFFERENCE)  # type: ignore[arg-type]  # fmt: skip


def causes_of(before: pl.DataFrame, after: pl.DataFrame, changed: frozenset[str] | None = None) -> tuple[str, ...]:
    """All of data, factor and rule that moved a line, not only the one each line is told by; () where none moved.

    A line may show two (another figure and another factor). Where no line shows what is known to have changed (sums
    moved only, or a line shows nothing), every cause of ``changed`` may be it; where nothing is known to have, data:
    the registry and the areas are data too.
    """
    moved = _moved(before, after)
    if moved.is_empty():
        return ()
    own = moved.filter(~_IS_SUM).select(**_SIGNS)
    possible = set(_SIGNS) if changed is None else set(changed)
    seen = {name for name in _SIGNS if own[name].any() and name in possible}
    unseen = own.filter(~pl.any_horizontal(pl.lit(value=False), *sorted(possible)))
    if unseen.height or not seen:
        seen |= possible
    return tuple(c for c in CAUSES if c in (seen or {"data"}))


_IS_SUM = pl.coalesce("rule", "rule_after").str.starts_with("sum.")
_ONE_SIDED = pl.col("rule").is_null() | pl.col("rule_after").is_null()
_SIGNS: dict[str, pl.Expr] = {  # what a line shows, in the order it is told by
    "rule": ~_ONE_SIDED & pl.col("rule").ne_missing(pl.col("rule_after")),
    "data": _ONE_SIDED | pl.col("inputs").ne_missing(pl.col("inputs_after")),
    "factor": ~_ONE_SIDED & pl.col("factors").ne_missing(pl.col("factors_after")),
}
_UNSEEN = ("rule", "factor", "data")  # of a line that shows nothing: the arithmetic comes first


def _moved(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    told = ["value", "unit", "rule", "factors", "inputs", "line_id"]
    joined = before.select(*KEY, *told).join(
        after.select(*KEY, *told), on=KEY, how="full", coalesce=True, suffix="_after", maintain_order="left_right"
    )
    one, other = pl.col("value"), pl.col("value_after")
    near = (one - other).abs() <= _SAME * pl.max_horizontal(one.abs(), other.abs())
    return joined.filter(~(near.fill_null(value=False) | one.eq_missing(other)))
