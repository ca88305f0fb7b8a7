"""Results of a stream 排放源流的结果: each row's mass by the first formula that has its inputs, or what it lacks.

The least sure of the figures a row used is how sure its result is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from dafeng.base.provenance import STATUSES, Status
from dafeng.rules.formulas import Formula, formula
from dafeng.rules.methods import InputForm, StreamForm


def text(word: str, frame: pl.DataFrame) -> pl.Expr:
    """A text for every row, of the kind of the row's other texts."""
    return pl.lit(word, dtype=pl.String).cast(frame.schema["subject_id"])


def calculated(frame: pl.DataFrame, form: StreamForm) -> pl.DataFrame:
    """The mass of gas by the first formula whose inputs are all there; else null and the inputs that are missing."""
    lacking = [pl.lit(None, pl.Float64).alias(n) for n in form.inputs if n not in frame.columns]
    rows = frame.with_columns(*lacking, mass_t=pl.lit(None, pl.Float64), formula=pl.lit(None, pl.String))
    for id in form.formulas:
        rows = _by_formula(rows, formula(id, date.max))
        if not rows["formula"].null_count():
            return _opened(rows, form)
    rows = _opened(rows, form)
    missing = _missing(form)
    why = (
        pl.when(missing == "").then(pl.lit("输入超出公式适用范围或一行填了两种形式")).otherwise(pl.lit("缺") + missing)
    )
    said = pl.concat_str("note", why, separator="；", ignore_nulls=True)
    return rows.with_columns(note=pl.when(pl.col("formula").is_null()).then(said).otherwise("note"))


def _opened(rows: pl.DataFrame, form: StreamForm) -> pl.DataFrame:
    """Rows without result where a figure that their formula takes was stated to be missing: that is not zero."""
    for id in form.formulas:
        chosen = formula(id, date.max)
        for name in sorted(chosen.reads & form.inputs.keys() - set(chosen.inputs)):
            if f"{name}_open" not in rows.columns:
                continue
            is_open = pl.col(f"{name}_open").fill_null(value=False) & pl.col(name).is_null()
            mine = is_open & (pl.col("formula").cast(pl.String) == chosen.key)
            said = pl.concat_str("note", pl.lit(f"缺{form.inputs[name].name.zh}"), separator="；", ignore_nulls=True)
            rows = rows.with_columns(
                mass_t=pl.when(~mine).then("mass_t"), note=pl.when(mine).then(said).otherwise("note")
            )
    return rows


def _missing(form: StreamForm) -> pl.Expr:
    """What the formula that lacks least still wants, in words; of those that lack as much, the one with most inputs
    there, then the last."""
    wanted = [formula(id, date.max).inputs for id in reversed(form.formulas)]
    lacks = [pl.sum_horizontal(pl.col(n).is_null() for n in names).cast(pl.Int32) for names in wanted]
    counts = [100 * n - len(names) for n, names in zip(lacks, wanted, strict=True)]
    least = pl.min_horizontal(counts)
    words = [
        pl.concat_str(
            [pl.when(pl.col(n).is_null()).then(pl.lit(form.inputs[n].name.zh)) for n in names],
            separator="、", ignore_nulls=True,
        )
        for names in wanted
    ]  # fmt: skip
    return pl.coalesce(pl.when(n == least).then(w) for n, w in zip(counts, words, strict=True))


def _by_formula(rows: pl.DataFrame, chosen: Formula) -> pl.DataFrame:
    """mass_t and formula of the rows that have all its inputs and no result yet."""
    if any(rows[n].null_count() == rows.height for n in chosen.inputs):
        return rows
    able = rows.select(
        pl.all_horizontal(*(pl.col(n).is_not_null() for n in chosen.inputs), pl.col("formula").is_null())
    ).to_series()
    if able.all():
        made = chosen(rows)
    else:
        at = able.arg_true()
        if not at.len():
            return rows
        made = pl.Series([None], dtype=pl.Float64).new_from_index(0, rows.height).scatter(at, chosen(rows[at]))
    there = made.is_not_null()
    if there.all():
        return rows.with_columns(mass_t=made, formula=text(chosen.key, rows))
    return rows.with_columns(
        mass_t=pl.when(there).then(made).otherwise("mass_t"),
        formula=pl.when(there).then(pl.lit(chosen.key)).otherwise("formula"),
    )


def figures_column(named: Mapping[str, InputForm]) -> pl.Expr:
    held = [
        pl.when(pl.col(n).is_not_null()).then(
            pl.struct(
                pl.lit(n).alias("input"), pl.col(n).alias("value"), pl.lit(i.unit).alias("unit"),
                pl.col(f"{n}_from").alias("from"), _word(f"{n}_rank").alias("status"),
            )
        )
        for n, i in named.items()
    ]  # fmt: skip
    return pl.concat_list(held).list.drop_nulls()


def _word(rank: str) -> pl.Expr:
    return pl.col(rank).cast(pl.Int64).replace_strict(dict(enumerate(STATUSES)), default=None, return_dtype=pl.String)


def status_column(rows: pl.DataFrame, names: Iterable[str], least: Status) -> pl.Series:
    """The least sure of the inputs and of the method's own text."""
    worst = rows.select(
        pl.max_horizontal(pl.lit(STATUSES.index(least), pl.UInt8), *(f"{n}_rank" for n in names))
    ).to_series()
    if worst.len() == 1 < rows.height:
        worst = worst.new_from_index(0, rows.height)
    return pl.Series("status", STATUSES, dtype=rows.schema["subject_id"]).gather(worst.cast(pl.UInt32))
