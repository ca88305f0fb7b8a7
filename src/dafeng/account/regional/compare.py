"""Three accounts of one region side by side 三种口径比对: balance, firms, downscaled; the gap and what explains it.

The gap is shown, explained where a cause is known with its amount, and what is left stays as left: nothing is scaled
to fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dafeng.account.regional.bottom_up import SECTORS
from dafeng.account.regional.frames import status

_KEY = ["area_code", "period", "sector", "carrier"]
CAUSES = {
    "outside_firms": ("企业填报不含该部门", "firms do not cover this sector"),
    "coverage": ("应报企业未全部报送", "not every firm that is due has reported"),
    "small_firms": ("规下企业未报送(按增加值估计)", "firms below the scale (estimated by value added)"),
    "boundary": (
        "边界不同：企业计外购电力、热力，平衡表计在生产地",
        "boundary: firms count bought power and heat, the balance counts it where it is made",
    ),
    "own_use": (
        "电力企业自用燃料：平衡表计入工业终端",
        "fuel that power firms use themselves stands in industry in the balance",
    ),
    "recovered_gas": (
        "回收煤气：企业按燃料计，平衡表随焦炭计",
        "recovered gas: firms count it as fuel, the balance with the coke",
    ),
    "no_process": ("未提供地区工业过程产量", "no process amounts of the area were given"),
    "coal_kind": (
        "企业分煤种、平衡表合计，因子不同",
        "firms name the kind of coal, the balance does not: other factors",
    ),
}  # fmt: skip
CAUSE_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(_KEY, pl.String()),
    "cause": pl.String(),
    "amount": pl.Float64(),  # part of the gap (firms − balance) that the cause makes; null: not known
    "estimated": pl.Boolean(),
    "zh": pl.String(),
    "en": pl.String(),
}
_OUTSIDE = ("agriculture", "construction", "transport", "trade", "other", "residential")
_RECOVERED = ("blast_furnace_gas", "converter_gas")


@dataclass(frozen=True, slots=True)
class Comparison:
    """rows: _KEY with balance, firms, downscaled (value, or what is there), gap, gap_share, explained, unexplained.

    Sector and carrier "total" are sums: direct emissions only. causes: CAUSE rows.
    """

    rows: pl.DataFrame
    causes: pl.DataFrame


def compare(
    balance: pl.DataFrame, firms: pl.DataFrame, downscaled: pl.DataFrame, *, small_share: pl.DataFrame | None = None
) -> Comparison:
    """Compare COMPARABLE rows of the three.

    small_share : area_code, period, share of industrial value added that firms below the scale make (0..1); None where
        it is not known, and then small firms explain nothing.
    """
    rows = _side_by_side(balance, firms, downscaled)
    rows = pl.concat([rows, _totals(rows)], how="diagonal")
    causes = _causes(rows, small_share)
    known = pl.col("amount").is_not_null().any()
    told = causes.group_by(_KEY).agg(explained=pl.when(known).then(pl.col("amount").sum()))
    joined = rows.join(told, on=_KEY, how="left", maintain_order="left")
    gap = pl.col("firms") - pl.col("balance")
    out = joined.with_columns(gap=gap).with_columns(
        gap_share=pl.when(pl.col("balance") != 0).then(pl.col("gap") / pl.col("balance")),
        unexplained=pl.col("gap") - pl.col("explained").fill_null(0.0),
    )
    return Comparison(out.with_columns(status()).drop("rank").sort(_KEY), causes.sort(_KEY))


def _side_by_side(balance: pl.DataFrame, firms: pl.DataFrame, downscaled: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for name, rows in (("balance", balance), ("firms", firms), ("downscaled", downscaled)):
        parts.append(
            rows.select(
                *_KEY,
                pl.coalesce("value", "partial").alias(name),
                pl.col("value").is_null().alias(f"{name}_partial"),
                pl.col("uncertainty").alias(f"{name}_uncertainty"),
                pl.col("inputs").alias(f"{name}_inputs"),
                pl.col("rank").alias(f"{name}_rank"),
                *([pl.col("expected"), pl.col("present")] if name == "firms" else []),
            )
        )
    first, *others = parts
    for other in others:
        first = first.join(other, on=_KEY, how="full", coalesce=True, maintain_order="left_right")
    return first.with_columns(rank=pl.max_horizontal("balance_rank", "firms_rank", "downscaled_rank")).drop(
        "balance_rank", "firms_rank", "downscaled_rank"
    )


def _totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Sums by sector, and over the sectors of direct emissions; a side that has no line of a sector adds nothing."""
    direct = rows.filter(~pl.col("sector").is_in(["indirect", "import"]))
    of_sector = _sum(rows, ["area_code", "period", "sector"]).with_columns(carrier=pl.lit("total"))
    of_all = _sum(direct, ["area_code", "period"]).with_columns(sector=pl.lit("total"), carrier=pl.lit("total"))
    return pl.concat([of_sector, of_all], how="diagonal")


def _sum(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    sides = ("balance", "firms", "downscaled")
    return rows.group_by(key, maintain_order=True).agg(
        *(pl.when(pl.col(s).is_not_null().any()).then(pl.col(s).sum()).alias(s) for s in sides),
        *(pl.col(f"{s}_partial").any().alias(f"{s}_partial") for s in sides),
        pl.col("rank").max(),
        pl.col("expected").max(),
        pl.col("present").min(),
    )


def _cause(rows: pl.DataFrame, cause: str, amount: pl.Expr, *, estimated: bool = False) -> pl.DataFrame:
    zh, en = CAUSES[cause]
    told = {"cause": cause, "zh": zh, "en": en}
    made = rows.with_columns(amount=amount, estimated=pl.lit(estimated), **{k: pl.lit(v) for k, v in told.items()})
    return made.select(pl.col(n).cast(d) for n, d in CAUSE_SCHEMA.items())


def _causes(rows: pl.DataFrame, small_share: pl.DataFrame | None) -> pl.DataFrame:
    """What is known to part the two, on the sums by sector (and on carriers where the cause is one of a carrier)."""
    sums = rows.filter((pl.col("carrier") == "total") & (pl.col("sector") != "total"))
    outside = sums.filter(
        pl.col("sector").is_in(_OUTSIDE) & pl.col("firms").is_null() & pl.col("balance").is_not_null()
    )
    unheard = sums.filter(pl.col("present") < pl.col("expected"))
    indirect = sums.filter(pl.col("sector").is_in(["indirect", "import"]))
    power = sums.filter((pl.col("sector") == "power") & pl.col("firms").is_not_null() & pl.col("balance").is_not_null())
    gases = rows.filter(
        pl.col("carrier").is_in(_RECOVERED) & pl.col("firms").is_not_null() & pl.col("balance").is_null()
    )
    bare = sums.filter((pl.col("sector") == "process") & pl.col("balance").is_null())
    coal = rows.filter(
        (pl.col("carrier") == "raw_coal") & pl.col("firms").is_not_null() & pl.col("balance").is_not_null()
    )
    nothing = pl.lit(None, pl.Float64)
    found = [
        _cause(outside, "outside_firms", -pl.col("balance")),
        _cause(unheard, "coverage", nothing),
        _cause(indirect, "boundary", nothing),
        _cause(power, "own_use", nothing),
        _cause(gases, "recovered_gas", pl.col("firms")),
        _cause(bare, "no_process", pl.col("firms")),
        _cause(coal, "coal_kind", nothing),
        _small(sums, small_share),
    ]
    return _up(pl.concat(found))


def _small(sums: pl.DataFrame, share: pl.DataFrame | None) -> pl.DataFrame:
    if share is None:
        return pl.DataFrame(schema=CAUSE_SCHEMA)
    industry = sums.filter((pl.col("sector") == "industry") & pl.col("balance").is_not_null())
    joined = industry.join(share.drop_nulls("share"), on=["area_code", "period"], how="inner")
    return _cause(joined, "small_firms", -pl.col("balance") * pl.col("share"), estimated=True)


def _up(causes: pl.DataFrame) -> pl.DataFrame:
    """Known amounts also on the sums above: of a carrier on its sector, of a sector (direct only) on the whole."""
    of_carrier = causes.filter(pl.col("carrier") != "total").drop_nulls("amount").with_columns(carrier=pl.lit("total"))
    sectors = pl.concat([causes.filter(pl.col("carrier") == "total"), of_carrier])
    direct = sectors.drop_nulls("amount").filter(~pl.col("sector").is_in(["indirect", "import"]))
    whole = direct.with_columns(sector=pl.lit("total"))
    both = pl.concat([of_carrier, whole])
    key = [*_KEY, "cause", "zh", "en"]
    added = both.group_by(key, maintain_order=True).agg(pl.col("amount").sum(), pl.col("estimated").any())
    return pl.concat([causes, added.select(list(CAUSE_SCHEMA))])


__all__ = ["CAUSES", "SECTORS", "Comparison", "compare"]
