"""Uncertain terms 不确定项: result lines taken apart into the figures they were made of, each with its uncertainty.

A figure is a use of a variable: the same parameter is one variable wherever it is used, the same instrument one in all
periods, any other figure one by itself. Correlation in sums comes from this, and is neither assumed nor lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from dafeng.base.periods import Period
from dafeng.rules.evidence import Evidence, packaged_evidence
from dafeng.rules.uncertainties import Known, Uncertainties, UncertaintyForm

LINE: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "subject_id": pl.String(),
    "period": pl.String(),
    "stream": pl.String(),
    "item": pl.String(),
    "group": pl.String(),
    "gas": pl.String(),
    "formula": pl.String(),  # id@since
    "scale": pl.Float64(),  # sign × GWP: result = formula × scale
    "value": pl.Float64(),  # t CO2e as accounted
    "method": pl.String(),
}
FIGURE: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "input": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "role": pl.String(),  # activity | factor
    "klass": pl.String(),  # class of evidence
    "parameter": pl.String(),  # null: the works' own
    "evidence": pl.String(),
}
VARIABLE: dict[str, pl.DataType] = {
    "variable": pl.String(),
    "input": pl.String(),
    "item": pl.String(),
    "stream": pl.String(),
    "klass": pl.String(),
    "parameter": pl.String(),
    "entry": pl.String(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "shape": pl.String(),
    "least": pl.Float64(),  # as a multiple of the value
    "most": pl.Float64(),
    "status": pl.String(),
    "source": pl.String(),
}
_RATIOS = ("1", "%", "degC", "MPa", "dimensionless")
_ASKED = ["method", "group", "gas", "input", "item", "klass", "parameter", "period"]


@dataclass(frozen=True)
class Terms:
    """lines (LINE) with a value; figures (FIGURE and variable) of those lines; variables (VARIABLE), each once;
    columns:
    formula (id, or id@since) → every column it may ask, beside its figures; left_out: lines without a value, of which
    nothing is said."""

    lines: pl.DataFrame
    figures: pl.DataFrame
    variables: pl.DataFrame
    left_out: pl.DataFrame
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def role_of(unit: str | None) -> str:
    """Whether a figure is an activity datum (an amount) or a factor (a ratio or a state)."""
    return "factor" if unit is None or "/" in unit or unit in _RATIOS else "activity"


def taken_apart(
    lines: pl.DataFrame,
    method: str,
    *,
    parameters: frozenset[str],
    classes: pl.DataFrame | None = None,
    rule: Evidence | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """LINE and FIGURE rows of a method's stream lines (``Streams.lines(figures=True)``).

    parameters  ids of the rulebook, to tell a default from the works' own figure
    classes     subject_id, period, stream, item, input, klass: classes known otherwise (delivered quality, a penalty);
                else an own figure is classed by the words of its evidence
    """
    rule = rule or packaged_evidence()
    numbered = lines.with_row_index("row").cast({"row": pl.Int64})
    mass = pl.col("mass_t") * pl.col("gwp")
    made = numbered.select(
        "row", "subject_id", "period", "stream", "item", "group", "gas", "formula", "value",
        scale=pl.when(mass != 0).then(pl.col("value") / pl.col("mass_t")).otherwise("gwp"), method=pl.lit(method),
    ).select(list(LINE)).cast(LINE)  # type: ignore[arg-type]  # fmt: skip
    exploded = numbered.select("row", "figures").explode("figures").drop_nulls("figures").unnest("figures")
    known = exploded.with_columns(
        parameter=pl.when(pl.col("from").is_in(list(parameters))).then("from"), evidence=pl.col("from")
    )
    return made, _classed(known, numbered, classes, rule)


def _classed(known: pl.DataFrame, lines: pl.DataFrame, classes: pl.DataFrame | None, rule: Evidence) -> pl.DataFrame:
    words = known["evidence"].unique().to_list()
    worded = pl.DataFrame(
        {"evidence": words, "worded": [rule.of_words(w) for w in words]},
        schema={"evidence": pl.String, "worded": pl.String},
    )
    units = known["unit"].unique().to_list()
    roles = pl.DataFrame(
        {"unit": units, "role": [role_of(u) for u in units]}, schema={"unit": pl.String, "role": pl.String}
    )
    rows = known.join(worded, on="evidence", how="left", nulls_equal=True, maintain_order="left")
    rows = rows.join(roles, on="unit", how="left", nulls_equal=True, maintain_order="left")
    said = pl.lit(None, pl.String).alias("said")
    if classes is None:
        rows = rows.with_columns(said)
    else:
        key = ["subject_id", "period", "stream", "item"]
        placed = rows.join(lines.select("row", pl.col(key).cast(pl.String)), on="row", how="left")
        told = classes.select(*key, "input", said=pl.col("klass"))
        rows = placed.join(told, on=[*key, "input"], how="left", maintain_order="left")
    default = pl.when(pl.col("parameter").is_not_null()).then(pl.lit("default")).otherwise("worded")
    return rows.with_columns(klass=pl.coalesce("said", default)).select(list(FIGURE)).cast(FIGURE)  # type: ignore[arg-type]


def terms(
    lines: pl.DataFrame,
    figures: pl.DataFrame,
    table: Uncertainties,
    *,
    columns: Mapping[str, tuple[str, ...]] | None = None,
    as_of: date | None = None,
) -> Terms:
    """Terms of LINE and FIGURE rows: every figure with the entry of the uncertainty table that holds for it."""
    there = lines.filter(pl.col("value").is_not_null() & pl.col("formula").is_not_null())
    left_out = lines.join(there.select("row"), on="row", how="anti", maintain_order="left")
    context = ["row", "subject_id", "period", "stream", "item", "group", "gas", "method"]
    held = figures.join(there.select(context), on="row", how="inner", maintain_order="left").drop_nulls("value")
    entries = _entries(held.select(_ASKED).unique().sort(_ASKED), table, as_of)
    found = held.join(entries, on=_ASKED, how="left", nulls_equal=True, maintain_order="left")
    named = found.with_columns(variable=_variable())
    bounds = [_multiple(n) for n in ("least", "most")]
    variables = named.with_columns(bounds).select(list(VARIABLE)).unique("variable", keep="first", maintain_order=True)
    return Terms(there, named.select(*FIGURE, "variable"), variables.cast(VARIABLE), left_out, columns or {})  # type: ignore[arg-type]


def _entries(asked: pl.DataFrame, table: Uncertainties, as_of: date | None) -> pl.DataFrame:
    """The entry for each different question; Python runs once for each, never for each figure, and once for all periods
    in which the same entries hold."""
    told: dict[tuple[Known, tuple[str, ...]], tuple[object, ...]] = {}
    stands = {p: _standing(table, Period.parse(p).first, as_of) for p in asked["period"].unique()}
    rows = []
    for method, group, gas, name, item, klass, parameter, period in asked.iter_rows():
        known = Known(
            input=name, item=item or "", klass=klass, parameter=parameter, group=group or "", gas=gas or "CO2",
            method=method or "",
        )  # fmt: skip
        key = (known, stands[period])
        if key not in told:
            told[key] = _said(table.of(known, Period.parse(period).first, as_of))
        rows.append(told[key])
    names = ("entry", "low", "high", "shape", "shared", "least", "most", "status", "source")
    kinds = (pl.String, pl.Float64, pl.Float64, pl.String, pl.String, pl.Float64, pl.Float64, pl.String, pl.String)
    return pl.concat(
        [asked, pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")], how="horizontal"
    )


def _standing(table: Uncertainties, day: date, as_of: date | None) -> tuple[str, ...]:
    """The entries that hold on a day, for some figure."""
    return tuple(f"{e.id}@{e.since}" for e in table.entries if e.holds(day, as_of))


def _said(e: UncertaintyForm) -> tuple[object, ...]:
    return (e.id, e.low, e.high, e.shape, e.shared, e.least, e.most, e.status, e.source)


def _variable() -> pl.Expr:
    """The name of the variable that a figure uses; it holds across accounts, so that sums of them stay right."""
    where = pl.concat_str("subject_id", "stream", "item", "input", separator="|", ignore_nulls=True)
    own = pl.when(pl.col("evidence").str.starts_with("F-")).then(pl.col("evidence"))
    alone = pl.concat_str(pl.lit("figure:"), pl.coalesce(own, where), pl.lit("|"), "period", "input", ignore_nulls=True)
    shared = pl.when(pl.col("parameter").is_not_null()).then(pl.concat_str(pl.lit("parameter:"), "parameter"))
    meter = pl.concat_str(pl.lit("meter:"), where)
    return (
        pl.when(pl.col("shared") == "factor")
        .then(pl.coalesce(shared, meter))
        .when(pl.col("shared") == "meter")
        .then(meter)
        .otherwise(alone)
    )


def _multiple(bound: str) -> pl.Expr:
    """A bound of the value as a multiple of it; none where the value itself lies beyond the bound."""
    ratio = pl.col(bound) / pl.col("value")
    inside = ratio >= 1 if bound == "most" else ratio <= 1
    return pl.when((pl.col("value") > 0) & inside).then(ratio).alias(bound)
