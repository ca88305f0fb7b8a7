"""Facts 活动数据: one row per delivered value; a correction is a later row with the same key, never an overwriting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import polars as pl

from dafeng.base.columns import QUALITIES, Col, Contract
from dafeng.base.periods import Period
from dafeng.base.provenance import STATUS_ZH

SUBJECT_KINDS = {"enterprise": "企业", "site": "场所", "area": "区域"}
KEY = ("subject_kind", "subject_id", "measure", "item", "period")
FACT = Contract(
    "fact",
    key=("fact_id",),
    zh="活动数据",
    note="One row per delivered value. value is in the measure's canonical unit; null is a stated missing value.",
    columns={
        "fact_id": Col(str, "事实编号", "content hash of key, value and batch"),
        "subject_kind": Col(str, "主体类别", "kind of subject", choices=SUBJECT_KINDS),
        "subject_id": Col(str, "主体标识", "enterprise id, site id or area code"),
        "measure": Col(str, "指标", "measure, glossary name", example="energy_used"),
        "item": Col(str, "品种", "energy item, product, or empty", example="bituminous"),
        "period": Col(str, "时期", "period code", form="period", example="2023-05"),
        "value": Col(float, "数值", "value in the canonical unit", missing=True),
        "unit": Col(str, "计量单位", "canonical unit", form="unit", example="t"),
        "value_delivered": Col(float, "填报数值", "value as delivered", missing=True),
        "unit_delivered": Col(str, "填报单位", "unit as delivered"),
        "quality": Col(str, "数据质量", "quality of the value", choices=QUALITIES),
        "reason": Col(str, "原因", "why missing, or why corrected", missing=True),
        "status": Col(str, "来源状态", "how sure the source is", choices=STATUS_ZH),
        "file": Col(str, "文件", "file it came in"),
        "sha256": Col(str, "文件摘要", "SHA-256 of the file"),
        "sheet": Col(str, "工作表", "sheet", missing=True),
        "row": Col(int, "行号", "row in the sheet, from 1", missing=True, int32=True),
        "column": Col(str, "列", "column header", missing=True),
        "note": Col(str, "说明", "source or remark stated with the figure", missing=True),
        "batch_id": Col(str, "批次", "import batch"),
        "recorded_at": Col(datetime, "入库时间", "when it was recorded (UTC)"),
    },
)
FACT_SCHEMA = FACT.schema
_SEPARATOR = "\x1f"  # as in base.provenance.content_id


def empty_facts() -> pl.DataFrame:
    return pl.DataFrame(schema=FACT_SCHEMA)


def content_ids(prefix: str, frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """``content_id(prefix, *columns)`` for every row at once; null reads as an empty text, floats in full."""
    parts = [_exact(frame[name]) for name in columns]
    joined = pl.select(pl.concat_str(parts, separator=_SEPARATOR)).to_series()
    ids = [f"{prefix}-{sha256(text.encode()).hexdigest()[:16]}" for text in joined.to_list()]
    return pl.Series("id", ids, dtype=pl.String)


def _exact(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Float64:
        return pl.Series(column.name, ["" if v is None else repr(v) for v in column.to_list()], dtype=pl.String)
    return column.cast(pl.String).fill_null("")


def with_ids(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts with their fact_id computed from key, value and batch."""
    ids = content_ids("F", facts, (*KEY, "value", "batch_id"))
    return facts.with_columns(ids.alias("fact_id")).select(list(FACT_SCHEMA))


def current(facts: pl.DataFrame, as_of: datetime | None = None) -> pl.DataFrame:
    """The fact that holds for each key: the latest recorded, as known at ``as_of`` (now where left out).

    Of several recorded at the same moment the greatest fact_id stands, so the order of rows is no matter.
    """
    known = facts if as_of is None else facts.filter(pl.col("recorded_at") <= as_of)
    return known.sort("recorded_at", "fact_id").unique(list(KEY), keep="last", maintain_order=True)


@dataclass(frozen=True)
class Merged:
    """What a batch adds to the facts there are.

    new        rows to append (additions and corrections)
    added      how many keys were not there before
    corrected  key, old and new value of those that change one, with the reason
    unchanged  how many rows say what is known already
    overruled  key, value and now: rows of a file that came in before and was corrected since; they are not taken again
               unless a reason is given
    """

    new: pl.DataFrame
    added: int
    corrected: pl.DataFrame
    unchanged: int
    overruled: pl.DataFrame


def merge(existing: pl.DataFrame, incoming: pl.DataFrame, reason: str | None = None) -> Merged:
    """Take a batch in: what is known already adds nothing; another value supersedes with a reason.

    What the same file said before does not come in twice. Where a later file has corrected it since, it is listed as
    overruled; with a ``reason`` (in the words of the person who imports) it is restored.

    Precondition: incoming is one batch.
    """
    fresh = incoming.unique(list(KEY), keep="last", maintain_order=True)
    held = current(existing).select(*KEY, old="value", old_quality="quality", was=pl.lit(True))
    said_before = existing.select(*KEY, "value", "sha256", before=pl.lit(True)).unique()
    compared = fresh.join(held, on=list(KEY), how="left", maintain_order="left").join(
        said_before, on=[*KEY, "value", "sha256"], how="left", nulls_equal=True, maintain_order="left"
    )
    was, before = compared["was"].fill_null(False), compared["before"].fill_null(False)
    same = was & compared["value"].eq_missing(compared["old"]) & (compared["quality"] == compared["old_quality"])
    overruled = compared.filter(~same & before & (reason is None)).select(*KEY, "value", now="old")
    taken = compared.filter(~same if reason is not None else ~same & ~before)
    told = _in_own_batch(_with_reason(taken, reason), existing)
    changed = told.filter(pl.col("was").fill_null(False)).select("fact_id", *KEY, "old", "value", "unit", "reason")
    new = told.select(list(FACT_SCHEMA))
    return Merged(new, len(new) - len(changed), changed, len(incoming) - len(new), overruled)


def _in_own_batch(taken: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """Rows under a batch that is not there yet: what the same file brings a second time (more rows accepted, a value
    restored) is B-…-2, so that no batch is ever written twice."""
    if taken.is_empty():
        return taken
    base = taken["batch_id"][0]
    earlier = existing.filter(pl.col("batch_id").str.starts_with(base))["batch_id"].n_unique()
    if not earlier:
        return taken
    renamed = with_ids(taken.with_columns(batch_id=pl.lit(f"{base}-{earlier + 1}")))
    return renamed.hstack(taken.select("old", "was"))


def _with_reason(taken: pl.DataFrame, reason: str | None) -> pl.DataFrame:
    """Corrections say why: in the person's words, else what became of what; a stated gap keeps its own reason."""
    said = pl.lit(reason) if reason else pl.format("更正：{} → {}", _shown("old"), _shown("value"))
    both = pl.concat_str([said, "reason"], separator="；", ignore_nulls=True)
    return taken.with_columns(reason=pl.when(pl.col("was").fill_null(False)).then(both).otherwise("reason"))


def _shown(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("缺")


def gaps(facts: pl.DataFrame, years: Iterable[int], measures: Sequence[str] | None = None) -> pl.DataFrame:
    """Which months are missing for whom 缺报月份.

    For each subject, measure and item that was ever delivered: in every year without a yearly value, the months without
    one. A stated missing value counts as missing, with its reason.

    Returns subject_kind, subject_id, measure, item, year (i32), months (list of period codes), reasons (list of str).
    """
    held = current(facts)
    held = held if measures is None else held.filter(pl.col("measure").is_in(list(measures)))
    series = held.select(KEY[:4]).unique(maintain_order=True)
    wanted = [(y, m.code) for y in years for m in Period.year(y).months()]
    grid = pl.DataFrame(wanted, schema={"year": pl.Int32, "period": pl.String}, orient="row")
    due = series.join(grid, how="cross")
    yearly = held.filter(pl.col("value").is_not_null() & (pl.col("period").str.len_chars() == 4))
    yearly = yearly.select(*KEY[:4], year=pl.col("period").cast(pl.Int32))
    due = due.join(yearly, on=[*KEY[:4], "year"], how="anti", maintain_order="left")
    seen = held.select(*KEY, "value", "reason")
    lacking = due.join(seen, on=list(KEY), how="left", maintain_order="left").filter(pl.col("value").is_null())
    return lacking.group_by(*KEY[:4], "year", maintain_order=True).agg(
        months=pl.col("period"), reasons=pl.col("reason").drop_nulls().unique(maintain_order=True)
    )


def coverage(facts: pl.DataFrame, years: Iterable[int]) -> pl.DataFrame:
    """Share of each year's months that were delivered, by subject, measure and item; a yearly value covers all twelve.

    Returns subject_kind, subject_id, measure, item, year (i32), months_present (u32), coverage [0..1].
    """
    held = current(facts).filter(pl.col("value").is_not_null() & pl.col("period").str.contains(r"^\d{4}(-\d{2})?$"))
    series = current(facts).select(KEY[:4]).unique(maintain_order=True)
    grid = series.join(pl.DataFrame({"year": list(years)}, schema={"year": pl.Int32}), how="cross")
    months = pl.when(pl.col("period").str.len_chars() == 4).then(12).otherwise(1)
    counted = held.group_by(*KEY[:4], year=pl.col("period").str.slice(0, 4).cast(pl.Int32)).agg(
        months_present=months.sum().clip(upper_bound=12).cast(pl.UInt32)
    )
    joined = grid.join(counted, on=[*KEY[:4], "year"], how="left", maintain_order="left")
    present = pl.col("months_present").fill_null(0)  # no month came in: that is a count, not a value
    return joined.with_columns(present).with_columns(coverage=pl.col("months_present") / 12)
