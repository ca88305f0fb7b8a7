"""Faults 问题清单: what was found wrong with rows, as a frame (100,000 of them cost a moment) and as Problems.

One frame, two languages: ``what``/``mend`` in English, ``what_zh``/``mend_zh`` in Chinese. A fault of severity
"error" costs its row; a warning or a note marks it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import polars as pl

from dafeng.base.errors import Problem, Severity

FAULT_SCHEMA = pl.Schema(
    {
        "kind": pl.String(),
        "severity": pl.String(),
        "sheet": pl.String(),
        "row": pl.Int64(),
        "column": pl.String(),
        "header": pl.String(),
        "text": pl.String(),
        "what": pl.String(),
        "mend": pl.String(),
        "what_zh": pl.String(),
        "mend_zh": pl.String(),
    }
)
SHEET, ROW = "_sheet", "_row"  # the place columns that travel with raw and parsed rows
_LONGEST_TEXT_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of fault is told. In the texts {name} stands for a column of the frame of bad rows."""

    what: str
    mend: str
    what_zh: str
    mend_zh: str
    severity: Severity = "error"


def _told(template: str) -> pl.Expr:
    parts: list[pl.Expr] = []
    for literal, name, _, _ in string.Formatter().parse(template):
        if literal:
            parts.append(pl.lit(literal))
        if name:
            parts.append(pl.col(name).cast(pl.String).fill_null("").str.slice(0, _LONGEST_TEXT_SHOWN))
    return pl.concat_str(parts) if parts else pl.lit("")


def told(bad: pl.DataFrame, kind: str, words: Words, *, column: str = "", header: str = "") -> pl.DataFrame:
    """Bad rows (with _sheet, _row, and text where a cell is meant, and what the words name) as faults."""
    if bad.is_empty():
        return no_faults()
    rows = bad.with_columns(pl.lit(column).alias("column"), pl.lit(header or column).alias("header"))
    text = pl.col("text").cast(pl.String) if "text" in bad.columns else pl.lit(None, pl.String)
    return rows.with_columns(text.alias("text")).select(
        pl.lit(kind).alias("kind"),
        pl.lit(words.severity).alias("severity"),
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        "column",
        "header",
        "text",
        _told(words.what).alias("what"),
        _told(words.mend).alias("mend"),
        _told(words.what_zh).alias("what_zh"),
        _told(words.mend_zh).alias("mend_zh"),
    )


def told_once(kind: str, words: Words, *, column: str = "", header: str = "", **named: str | None) -> pl.DataFrame:
    """One fault of a whole sheet or file."""
    place = {SHEET: named.pop("sheet", None), ROW: None, "text": named.pop("text", None), **named}
    bad = pl.DataFrame({k: [v] for k, v in place.items()}, schema=dict.fromkeys(place, pl.String))
    return told(bad, kind, words, column=column, header=header)


@cache
def no_faults() -> pl.DataFrame:
    return pl.DataFrame(schema=FAULT_SCHEMA)


def all_faults(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Several frames of faults as one, by sheet and row (those of the whole file first)."""
    return pl.concat([no_faults(), *parts]).sort("sheet", "row", nulls_last=False, maintain_order=True)


def problems(faults: pl.DataFrame, source: str = "", language: Literal["en", "zh"] = "en") -> tuple[Problem, ...]:
    """Faults as Problem records, for faces."""
    en = [_place(source, "row {}"), pl.col("column"), pl.col("what"), pl.col("mend")]
    zh = [_place(source, "第{}行"), pl.col("header"), pl.col("what_zh"), pl.col("mend_zh")]
    said = (*(zh if language == "zh" else en), pl.col("severity"), *zh)
    shown = faults.select(part.fill_null("").alias(str(n)) for n, part in enumerate(said))
    return tuple(Problem(*row) for row in shown.iter_rows())


def _place(source: str, line: str) -> pl.Expr:
    parts = [pl.lit(source or None, pl.String), pl.col("sheet"), pl.format(line, pl.col("row"))]
    return pl.concat_str(parts, separator=" › ", ignore_nulls=True)


@dataclass(frozen=True)
class Parsed:
    """What came out of checking a table: len(rows) + len(rejected) == rows read.

    rows       good rows by the contract, with their place in _sheet and _row
    faults     everything found wrong (FAULT_SCHEMA)
    rejected   the bad rows as they came
    source     the file's name, for the place of a problem
    """

    rows: pl.DataFrame
    faults: pl.DataFrame
    rejected: pl.DataFrame
    source: str = ""

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """All faults as Problem records, in English."""
        return problems(self.faults, self.source)

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.rejected)

    @property
    def errors(self) -> pl.DataFrame:
        return self.faults.filter(pl.col("severity") == "error")
