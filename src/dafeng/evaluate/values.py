"""Indicator values 指标值: computed from accounts and facts, delivered as a statistic, or not measurable yet and why.

INDICATOR VALUE, one row per indicator, subject, period and source: indicator_id, subject_kind, subject_id, period,
value f64|null, unit, status, coverage, inputs list[str], reason str|null (Chinese), source ("computed"|"reported");
and beside these: formula (which of the indicator's formulas), preferred bool, difference (computed − reported, in the
unit) and difference_pct (of the reported value) where both exist, wants list[str] (data asked for, where no value is).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from dafeng.base.errors import BadRequest
from dafeng.evaluate.benchmark_shares import benchmark_share
from dafeng.evaluate.formulas import KEY, Book, looked_up, of_members, of_subject, scale_of, wanted_words
from dafeng.evaluate.indicators import Formula, Indicator, Library, indicator_library
from dafeng.evaluate.observations import Subject, members, observations, status_word

VALUE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "indicator_id": pl.String,
    "subject_kind": pl.String,
    "subject_id": pl.String,
    "period": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "status": pl.String,
    "coverage": pl.Float64,
    "inputs": pl.List(pl.String),
    "reason": pl.String,
    "source": pl.String,
    "formula": pl.String,
    "preferred": pl.Boolean,
    "difference": pl.Float64,
    "difference_pct": pl.Float64,
    "wants": pl.List(pl.String),
}
_FOUND = ["value", "status_rank", "coverage", "inputs", "reason", "formula"]
_HUNDRED = 100.0


def indicator_values(
    indicators: Sequence[Indicator],
    lines: pl.DataFrame,
    facts: pl.DataFrame,
    registry: pl.DataFrame,
    years: Sequence[int],
    subjects: Sequence[Subject],
    *,
    tree: Mapping[str, str | None] | None = None,
    library: Library | None = None,
) -> pl.DataFrame:
    """INDICATOR VALUE of every indicator for every subject and year: the value, or the reason why there is none.

    Parameters
    ----------
    lines : LINE of one run. facts : current FACT rows. registry : ENTERPRISE dated rows.
    years : calendar years. subjects : areas, and industries within areas (only for indicators with by_industry).
    tree : area code → code of the area above; the structure of the codes where a code is not in it.

    Both a computed and a reported value are kept, each in its row; ``preferred`` marks the one to use: the indicator's
    ``prefer``, else the one that exists. Raises BadRequest where a fact's unit does not fit its measure.
    """
    if not subjects or not years:
        raise BadRequest("no subject or no year was asked", mend="Give at least one area and one year.")
    library = library or indicator_library()
    pairs = [(s.kind, s.id, str(y)) for s in subjects for y in years]
    asked = pl.DataFrame(pairs, schema=dict.fromkeys(KEY, pl.String), orient="row").unique(maintain_order=True)
    book = Book(
        observations(lines, facts, years, library.measures), members(registry, subjects, years, tree), asked, library
    )
    frames = [_values_of(indicator, book) for indicator in indicators]
    return pl.concat(frames, how="vertical") if frames else pl.DataFrame(schema=VALUE_SCHEMA)


def _values_of(indicator: Indicator, book: Book) -> pl.DataFrame:
    if not indicator.by_industry:
        book = Book(book.observed, book.members, book.asked.filter(pl.col("subject_kind") == "area"), book.library)
    computed = _first_found(
        [_result(indicator, f, book).with_columns(pl.lit(f.id).alias("formula")) for f in indicator.formulas]
    )
    reported = _reported(indicator, book)
    rows = [_frame(indicator, reported, "reported")]
    if computed is not None:
        needless = reported.filter(pl.col("value").is_not_null()).select(KEY)
        kept = pl.concat(
            [
                computed.filter(pl.col("value").is_not_null()),
                computed.filter(pl.col("value").is_null()).join(needless, on=KEY, how="anti"),
            ]
        )
        rows.append(_frame(indicator, kept, "computed"))
    rows.append(
        _frame(indicator, _unmeasured(indicator, rows, book.asked), "computed" if computed is not None else "reported")
    )
    joined = pl.concat(rows, how="vertical")
    return _with_preference(_with_difference(joined, book.library), indicator).select(list(VALUE_SCHEMA))


def _result(indicator: Indicator, formula: Formula, book: Book) -> pl.DataFrame:
    """RESULT of one formula for every subject and period asked."""
    if formula.op in ("above_benchmark", "below_baseline"):
        found = benchmark_share(formula, book)
    elif formula.top is not None and formula.top.at == "subject":
        found = of_subject(indicator, formula, book)
    else:
        found = of_members(indicator, formula, book)
    absent = book.asked.join(found, on=KEY, how="anti").select(
        *KEY,
        pl.lit(None, pl.Float64).alias("value"),
        pl.lit(None, pl.Int32).alias("status_rank"),
        pl.lit(0.0).alias("coverage"),
        pl.lit([], pl.List(pl.String)).alias("inputs"),
        pl.lit(f"缺少数据:{wanted_words(formula, book.library)}").alias("reason"),
    )
    columns = absent.columns
    kept = found.join(book.asked, on=KEY, how="semi").select(columns).cast(absent.schema)
    return pl.concat([kept, absent], how="vertical")


def _first_found(results: list[pl.DataFrame]) -> pl.DataFrame | None:
    """Per subject and period the first formula that gives a value; where none does, the reason of the nearest."""
    if not results:
        return None
    ordered = pl.concat([r.with_columns(pl.lit(i).alias("place")) for i, r in enumerate(results)], how="vertical")
    missing = pl.col("value").is_null()
    return (
        ordered.sort(missing, pl.when(missing).then(-pl.col("coverage")).otherwise(0.0), "place")
        .group_by(KEY, maintain_order=True)
        .first()
        .select(*KEY, *_FOUND)
        .sort(KEY)
    )


def _reported(indicator: Indicator, book: Book) -> pl.DataFrame:
    """The delivered statistic ``indicator:<id>`` of the subjects asked, in the indicator's unit."""
    rows = book.observed.filter(
        (pl.col("of") == "fact") & (pl.col("measure") == f"indicator:{indicator.id}")
    ).with_columns(
        pl.when(pl.col("subject_id").str.contains("|", literal=True))
        .then(pl.lit("area_industry"))
        .otherwise(pl.col("subject_kind"))
        .alias("subject_kind")
    )
    return (
        rows.join(book.asked, on=KEY, how="semi")
        .select(
            *KEY,
            pl.col("value") * scale_of(rows, indicator.unit),
            "status_rank",
            "coverage",
            pl.col("ids").alias("inputs"),
            pl.when(pl.col("value").is_null()).then(pl.lit("已报为空(报送单位说明暂缺)")).alias("reason"),
            pl.lit(None, pl.String).alias("formula"),
        )
        .sort(KEY)
    )


def _unmeasured(indicator: Indicator, rows: list[pl.DataFrame], asked: pl.DataFrame) -> pl.DataFrame:
    """Subjects and periods that no row speaks of: not measurable yet 暂不可测, with the data it wants."""
    seen = pl.concat([r.select(KEY) for r in rows], how="vertical")
    return asked.join(seen, on=KEY, how="anti").select(
        *KEY,
        pl.lit(None, pl.Float64).alias("value"),
        pl.lit(None, pl.Int32).alias("status_rank"),
        pl.lit(0.0).alias("coverage"),
        pl.lit([], pl.List(pl.String)).alias("inputs"),
        pl.lit(f"暂不可测:需要{'、'.join(indicator.wants)},或报送该指标的统计数").alias("reason"),
        pl.lit(None, pl.String).alias("formula"),
    )


def _frame(indicator: Indicator, found: pl.DataFrame, source: str) -> pl.DataFrame:
    wants = [*indicator.wants, f"indicator:{indicator.id}"]
    for formula in indicator.formulas:
        wants += [t.measure for t in (formula.top, formula.bottom) if t]
        wants += ["product_capacity", "unit_energy_consumption"] if formula.products else []
    missing = pl.col("value").is_null()
    return found.select(
        pl.lit(indicator.id).alias("indicator_id"),
        *KEY,
        pl.col("value").cast(pl.Float64),
        pl.lit(indicator.unit).alias("unit"),
        status_word(pl.col("status_rank").fill_null(0)).alias("status"),
        pl.col("coverage").cast(pl.Float64),
        "inputs",
        "reason",
        pl.lit(source).alias("source"),
        pl.col("formula").cast(pl.String),
        pl.when(missing)
        .then(pl.lit(list(dict.fromkeys(wants))))
        .otherwise(pl.lit([], pl.List(pl.String)))
        .alias("wants"),
    )


def _with_difference(rows: pl.DataFrame, library: Library) -> pl.DataFrame:
    """computed − reported where both exist; a difference above the dated limit is told in the reason."""
    sides = (
        rows.filter(pl.col("value").is_not_null())
        .group_by(KEY)
        .agg(
            pl.col("value").filter(pl.col("source") == "computed").first().alias("computed"),
            pl.col("value").filter(pl.col("source") == "reported").first().alias("reported"),
        )
    )
    limits = {
        y: library.number("indicators.difference_note_pct", date(int(y), 12, 31)) for y in rows["period"].unique()
    }
    both = rows.join(sides, on=KEY, how="left", maintain_order="left").with_columns(
        (pl.col("computed") - pl.col("reported")).alias("difference"),
        pl.when(pl.col("reported") != 0)
        .then((pl.col("computed") / pl.col("reported") - 1.0) * _HUNDRED)
        .alias("difference_pct"),
    )
    limit = looked_up("period", limits)
    far = pl.col("value").is_not_null() & (pl.col("difference_pct").abs() > limit)
    words = pl.concat_str(pl.lit("核算值与公布值相差"), pl.col("difference_pct").round(1).cast(pl.String), pl.lit("%"))
    joined = pl.concat_str(pl.col("reason"), words, separator=";", ignore_nulls=True)
    return both.with_columns(pl.when(far).then(joined).otherwise(pl.col("reason")).alias("reason"))


def _with_preference(rows: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    """Exactly one row per subject and period is preferred: one with a value, of the preferred source if it can be."""
    return (
        rows.sort(*KEY, pl.col("value").is_null(), pl.col("source") != indicator.prefer)
        .with_columns(pl.int_range(pl.len()).over(KEY).alias("place"))
        .with_columns((pl.col("place") == 0).alias("preferred"))
    )
