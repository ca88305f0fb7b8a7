"""Parts against the whole 上下级核对: provinces against the nation, cities against the province; the gap is a finding.

Statistics of a whole and of its parts are made apart and do not agree. The gap is shown with the parts that are
missing; a gap with missing parts is no result, but parts that exceed the whole although some are missing are.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from dafeng.account.regional.frames import FINDING_SCHEMA, findings, no_findings, rank

_KEY = ["period", "row", "carrier"]
_WORTH = 0.01  # of the whole: gaps below are rounding


def reconcile(
    parts: pl.DataFrame, whole: pl.DataFrame, due: Iterable[str], *, rest: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The parts' sum beside the whole, for each period, row and carrier.

    Parameters
    ----------
    parts, whole : CELL rows of the same kind; whole of one area.
    due : the codes of all parts the whole has.
    rest : (period, row, carrier, value) a sum published for the parts that are not singly known; they count as there.

    Returns period, row, carrier, whole, parts, gap (parts − whole), gap_share, present, due, missing (codes), complete
    (nothing missing, or the rest stated), lower_bound (parts exceed the whole although some are missing), rank.
    """
    wanted = sorted(set(due))
    own = parts.filter(pl.col("area_code").is_in(wanted))
    known = own.select("period", "area_code").unique().group_by("period").agg(there=pl.col("area_code").unique().sort())
    everyone = pl.DataFrame({"wanted": [wanted]}, schema={"wanted": pl.List(pl.String)})
    absent = known.join(everyone, how="cross").select(
        "period",
        missing=pl.col("wanted").list.set_difference("there").list.sort(),
        present=pl.col("there").list.len(),
    )
    summed = own.group_by(_KEY, maintain_order=True).agg(parts=pl.col("value").sum(), part_rank=rank().max())
    if rest is not None:
        added = rest.select(*_KEY, extra="value")
        summed = summed.join(added, on=_KEY, how="left", maintain_order="left")
    else:
        summed = summed.with_columns(extra=pl.lit(None, pl.Float64))
    above = whole.select(*_KEY, whole="value", whole_rank=rank())
    joined = above.join(summed, on=_KEY, how="inner", maintain_order="left").join(
        absent, on="period", how="left", maintain_order="left"
    )
    total = pl.col("parts") + pl.col("extra").fill_null(0.0)
    return (
        joined.with_columns(
            parts=total,
            gap=total - pl.col("whole"),
            gap_share=pl.when(pl.col("whole") != 0).then(total / pl.col("whole") - 1),
            due=pl.lit(len(wanted)),
            complete=(pl.col("missing").list.len() == 0) | pl.col("extra").is_not_null(),
            rank=pl.max_horizontal("part_rank", "whole_rank"),
        )
        .with_columns(lower_bound=~pl.col("complete") & (pl.col("gap") > 0))
        .drop("part_rank", "whole_rank", "extra")
    )


def reconciliation_findings(rows: pl.DataFrame, whole: str) -> pl.DataFrame:
    """Findings from ``reconcile``: gaps of complete sums, and parts that exceed the whole though some lack."""
    if rows.is_empty():
        return no_findings()
    told = rows.with_columns(
        area_code=pl.lit(whole),
        value="parts",
        other="whole",
        unit=pl.lit("tCO2"),
        cells=pl.lit([], dtype=pl.List(pl.String)),
    )
    open_ = told.filter(pl.col("complete") & (pl.col("gap_share").abs() >= _WORTH))
    above = told.filter(pl.col("lower_bound") & (pl.col("gap_share") >= _WORTH))
    made = [
        findings(open_, "parts_and_whole", "warning", "下级之和与上级不一致", "the parts do not add up to the whole"),
        findings(above, "parts_exceed", "error", "缺部分下级而其和已大于上级", "parts without all exceed the whole"),
    ]  # fmt: skip
    both = pl.concat(made)
    share = both["gap"] / both["other"]
    percent = (share * 100).round(1)
    noted = both.with_columns(percent.alias("_p")).with_columns(
        note=pl.format("{}：{}{}%", "note", pl.when(pl.col("_p") > 0).then(pl.lit("+")).otherwise(pl.lit("")), "_p"),
        note_en=pl.format(
            "{}: {}{}%", "note_en", pl.when(pl.col("_p") > 0).then(pl.lit("+")).otherwise(pl.lit("")), "_p"
        ),
    )
    return noted.select(pl.col(n).cast(d) for n, d in FINDING_SCHEMA.items())
