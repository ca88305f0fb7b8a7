"""Parts against the whole 上下级核对: provinces against the nation, cities against the province; the gap is a finding.

Statistics of a whole and of its parts are made apart and do not agree. The gap is shown with the parts that are
missing; a gap with missing parts is no result, but parts that exceed the whole although some are missing are. What is
published for the missing parts together (``rests.py``) closes the sum, and is named wherever the sum is shown.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from dafeng.account.regional.frames import FINDING_SCHEMA, findings, no_findings, rank
from dafeng.account.regional.rests import REST_SCHEMA, standing

_KEY = ["period", "row", "carrier"]
_WORTH = 0.01  # of the whole: gaps below are rounding
RESTS = {
    "used": ("已计入声明的其余部分", "with the rest that was stated"),
    "overtaken": (
        "声明的其余部分所含地区已有数据，不再计入",
        "the stated rest holds an area that has its own figure: not counted",
    ),
    "contradicts": (
        "声明的合计小于已有各部分之和，不计入",
        "the stated sum is less than the parts that are there: not counted",
    ),
}


def node_id(of: str, period: str, row: str, carrier: str) -> str:
    """The id under which a comparison of parts and whole explains itself."""
    return f"parts:{of}:{period}:{row}:{carrier}"


def reconcile(
    parts: pl.DataFrame, whole: pl.DataFrame, due: Iterable[str], *, rest: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The parts' sum beside the whole, for each period, row and carrier.

    Parameters
    ----------
    parts, whole : CELL rows of the same kind; whole of one area.
    due : the codes of all parts the whole has.
    rest : REST rows, what somebody stated of the parts that are not singly known; they count as there.

    Returns period, row, carrier, whole, parts, gap (parts − whole), gap_share, present, due, missing (codes), complete
    (nothing missing, or the rest stated), lower_bound (parts exceed the whole although some are missing), rank, rest
    (what of the sum was stated; null: nothing), rest_id and rest_state (a key of RESTS; null: no statement).
    """
    wanted = sorted(set(due))
    own = parts.filter(pl.col("area_code").is_in(wanted))
    joined = _stated(_side_by_side(own, whole, wanted), rest)
    total = pl.col("parts").fill_null(0.0) + pl.col("rest").fill_null(0.0)
    covered = pl.when(pl.col("rest").is_not_null()).then(pl.col("covered")).otherwise(pl.lit([], pl.List(pl.String)))
    left = pl.col("missing").list.set_difference(covered)
    return (
        joined.filter(pl.col("parts").is_not_null() | pl.col("rest").is_not_null())
        .with_columns(
            parts=total,
            gap=total - pl.col("whole"),
            gap_share=pl.when(pl.col("whole") != 0).then(total / pl.col("whole") - 1),
            due=pl.lit(len(wanted)),
            complete=left.list.len() == 0,
            rank=pl.max_horizontal("part_rank", "whole_rank", "rest_rank"),
        )
        .with_columns(lower_bound=~pl.col("complete") & (pl.col("gap") > 0))
        .drop("part_rank", "whole_rank", "rest_rank", "covered", "there")
    )


def _side_by_side(own: pl.DataFrame, whole: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Whole and sum of the parts that are there, with who is there and who is missing in the year."""
    there = own.select("period", "area_code").unique().group_by("period").agg(there=pl.col("area_code").unique().sort())
    summed = own.group_by(_KEY, maintain_order=True).agg(parts=pl.col("value").sum(), part_rank=rank().max())
    above = whole.select(*_KEY, whole="value", whole_rank=rank())
    joined = above.join(summed, on=_KEY, how="left", maintain_order="left")
    none = pl.lit([], pl.List(pl.String))
    marked = joined.join(there, on="period", how="left", maintain_order="left").with_columns(
        pl.col("there").fill_null(none), everyone=pl.lit(wanted, pl.List(pl.String))
    )
    return marked.with_columns(
        missing=pl.col("everyone").list.set_difference("there").list.sort(), present=pl.col("there").list.len()
    ).drop("everyone")


def _stated(rows: pl.DataFrame, rest: pl.DataFrame | None) -> pl.DataFrame:
    """Add rest (tonnes that count), covered (codes it stands for), rest_rank, rest_id and rest_state."""
    told = standing(pl.DataFrame(schema=REST_SCHEMA) if rest is None else rest)
    said = told.select(*_KEY, "of", "rest_id", stated="value", covered="parts", rest_rank=rank())
    joined = rows.join(said, on=_KEY, how="left", maintain_order="left")
    whole_sum = pl.col("of") == "all"
    held = pl.when(whole_sum).then(pl.col("stated") - pl.col("parts").fill_null(0.0)).otherwise("stated")
    overlap = pl.col("covered").list.set_intersection("there").list.len() > 0
    state = (
        pl.when(pl.col("stated").is_null()).then(pl.lit(None, pl.String))
        .when(whole_sum & (held < 0)).then(pl.lit("contradicts"))
        .when(~whole_sum & overlap).then(pl.lit("overtaken"))
        .otherwise(pl.lit("used"))
    )  # fmt: skip
    marked = joined.with_columns(rest_state=state, held=held).with_columns(
        rest=pl.when(pl.col("rest_state") == "used").then("held"),
        rest_rank=pl.when(pl.col("rest_state") == "used").then("rest_rank"),
        covered=pl.when(whole_sum).then("missing").otherwise("covered"),
    )
    return marked.drop("of", "stated", "held")


def reconciliation_findings(rows: pl.DataFrame, whole: str) -> pl.DataFrame:
    """Findings from ``reconcile``: gaps of complete sums, parts that exceed the whole though some lack, and stated
    rests that cannot count."""
    if rows.is_empty():
        return no_findings()
    told = rows.with_columns(
        area_code=pl.lit(whole),
        value="parts",
        other="whole",
        unit=pl.lit("tCO2"),
        cells=pl.concat_list(pl.format("parts:{}:{}:{}:{}", pl.lit(whole), "period", "row", "carrier")),
    )
    open_ = told.filter(pl.col("complete") & (pl.col("gap_share").abs() >= _WORTH))
    above = told.filter(pl.col("lower_bound") & (pl.col("gap_share") >= _WORTH))
    unequal = findings(
        open_, "parts_and_whole", "warning", "下级之和与上级不一致", "the parts do not add up to the whole"
    )
    exceed = findings(
        above, "parts_exceed", "error", "缺部分下级而其和已大于上级", "parts without all exceed the whole"
    )
    made = [_with_share(unequal, open_), _with_share(exceed, above)]
    for state in ("overtaken", "contradicts"):
        zh, en = RESTS[state]
        made.append(findings(told.filter(pl.col("rest_state") == state), f"rest_{state}", "warning", zh, en))
    return pl.concat(made)


def _with_share(found: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The notes with the gap in percent, and with what of the sum was stated."""
    percent = (found["gap"] / found["other"] * 100).round(1)
    sign = pl.when(pl.col("_p") > 0).then(pl.lit("+")).otherwise(pl.lit(""))
    zh, en = (pl.when(pl.col("_rest").is_not_null()).then(pl.lit(w)).otherwise(pl.lit("")) for w in RESTS["used"])
    noted = found.with_columns(percent.alias("_p"), rows["rest"].alias("_rest")).with_columns(
        note=pl.format("{}：{}{}%{}{}", "note", sign, "_p", _mark(zh, "；"), zh),
        note_en=pl.format("{}: {}{}%{}{}", "note_en", sign, "_p", _mark(en, "; "), en),
    )
    return noted.select(pl.col(n).cast(d) for n, d in FINDING_SCHEMA.items())


def _mark(words: pl.Expr, mark: str) -> pl.Expr:
    return pl.when(words != "").then(pl.lit(mark)).otherwise(pl.lit(""))
