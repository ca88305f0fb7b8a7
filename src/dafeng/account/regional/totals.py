"""Totals of a regional account 区域合计: by part, sector and carrier, with the uncertainty that follows.

Activity errors of lines are independent; the factor of a carrier is one factor, so its errors add up over the sectors;
so do those of a share by which many lines were downscaled.
A total stands only where every line of it has a value; what is there otherwise stands in ``partial``.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.regional.frames import rank, status

SUBJECT = ["area_code", "period", "method", "approach"]
TOTALS = {
    "combustion": (("combustion",), "能源燃烧", "fuel combustion"),
    "transformation": (("transformation",), "其他加工转换碳损失", "carbon lost in other transformation"),
    "process": (("process",), "工业生产过程", "industrial processes"),
    "scope1": (("combustion", "transformation", "process"), "直接排放合计", "direct emissions"),
    "import": (("import",), "净调入电力(单列)", "net imported power, beside the total"),
    "with_import": (
        ("combustion", "transformation", "process", "import"),
        "直接排放加净调入电力",
        "direct emissions and net imported power",
    ),
}


def totals(lines: pl.DataFrame) -> pl.DataFrame:
    """One row for each total of TOTALS: SUBJECT, total, value, partial, missing (lines without a value), status,
    uncertainty, inputs. Memo lines count in none; imported power only where the total names it."""
    made = [_total(lines, name, parts) for name, (parts, _, _) in TOTALS.items()]
    return pl.concat(made).sort(*SUBJECT, "total")


def _total(lines: pl.DataFrame, name: str, parts: tuple[str, ...]) -> pl.DataFrame:
    counted = pl.col("part").is_in(list(parts)) & (pl.col("in_total") | (pl.col("part") == "import"))
    return summed(lines.filter(counted), SUBJECT).with_columns(total=pl.lit(name))


def summed(lines: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Lines added up by a key: value, partial, missing, lines, status, uncertainty, inputs."""
    known = pl.col("value").is_not_null()
    squares = lines.with_columns(
        rank=rank(),
        by_activity=(pl.col("value") * pl.col("activity_uncertainty")) ** 2,
        by_factor=pl.col("value") * pl.col("factor_uncertainty"),
        by_share=pl.col("value") * pl.col("share_uncertainty"),
    )
    of_carrier = _common(squares, key, "carrier", "by_factor")
    of_share = _common(squares, key, "share_key", "by_share")
    added = squares.group_by(key, maintain_order=True).agg(
        value=pl.when(known.all()).then(pl.col("value").sum()),
        partial=pl.when(~known.all() & known.any()).then(pl.col("value").sum()),
        missing=(~known).sum().cast(pl.Int32),
        lines=pl.len().cast(pl.Int32),
        rank=pl.col("rank").max(),
        estimated=pl.col("estimated").any(),
        activity_square=pl.col("by_activity").sum(),
        inputs=pl.col("line_id"),
    )
    joined = added.join(of_carrier, on=key, how="left", nulls_equal=True, maintain_order="left")
    joined = joined.join(of_share, on=key, how="left", nulls_equal=True, maintain_order="left")
    spread = (pl.col("activity_square") + pl.col("by_factor") + pl.col("by_share")).sqrt()
    size = pl.coalesce("value", "partial")
    return joined.with_columns(
        status(), uncertainty=pl.when(size != 0).then(spread / size.abs()), unit=pl.lit("tCO2")
    ).drop("rank", "activity_square", "by_factor", "by_share")


def _common(rows: pl.DataFrame, key: list[str], shared: str, error: str) -> pl.DataFrame:
    """The square of errors that are one within ``shared`` and independent between: by key, in the column ``error``."""
    names = [*key, *([] if shared in key else [shared])]
    return rows.group_by(names).agg(pl.col(error).sum()).group_by(key).agg((pl.col(error) ** 2).sum())


def by_row(lines: pl.DataFrame) -> pl.DataFrame:
    """Sums by part and row (sector or process)."""
    return summed(lines, [*SUBJECT, "part", "row", "in_total"])


def by_carrier(lines: pl.DataFrame) -> pl.DataFrame:
    """Sums by part and carrier."""
    return summed(lines, [*SUBJECT, "part", "carrier", "in_total"])
