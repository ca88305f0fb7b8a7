"""Three accounts of one region side by side 三种口径比对: balance, firms, downscaled; the gap and what explains it.

Every two that are there make a pair: both values, the gap, and the causes that are known or the word that none is.
What a cause explains is taken off, what is left stays as left: nothing is scaled to fit; what is missing has no gap.
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
    "process_scope": (
        "范围不同：地区只计已提供产量的过程，企业按各自方法计全部过程",
        "scope: the area counts the processes whose amounts were given, firms all processes of their methods",
    ),
    "apportioned": (
        "分解值按指标从上级分摊，不是本地区实测",
        "downscaled figures are shares of the area above by an indicator, not measured here",
    ),
}  # fmt: skip
PAIRS: dict[str, tuple[str, str]] = {  # pair: gap = first − second, a share of the second
    "firms_balance": ("firms", "balance"),
    "firms_downscaled": ("firms", "downscaled"),
    "balance_downscaled": ("balance", "downscaled"),
}
PAIR_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys((*_KEY, "pair"), pl.String()),
    **dict.fromkeys(("one", "other", "gap", "gap_share", "explained", "unexplained"), pl.Float64()),
    "zh": pl.String(),  # the causes in words, or that it is unexplained
    "en": pl.String(),
}
UNEXPLAINED = ("未解释", "unexplained")
_NO_GAP = ("无差额", "no gap")
CAUSE_SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys((*_KEY, "pair"), pl.String()),
    "cause": pl.String(),
    "amount": pl.Float64(),  # part of the gap of the pair that the cause makes; null: not known
    "estimated": pl.Boolean(),
    "zh": pl.String(),
    "en": pl.String(),
}
_OUTSIDE = ("agriculture", "construction", "transport", "trade", "other", "residential")
_RECOVERED = ("blast_furnace_gas", "converter_gas")


@dataclass(frozen=True, slots=True)
class Comparison:
    """rows: _KEY with balance, firms, downscaled (value, or what is there), gap, gap_share, explained, unexplained.

    Sector and carrier "total" are sums: direct emissions only. The gap of rows is firms − balance; pairs: PAIR rows of
    every two that are there. causes: CAUSE rows.
    """

    rows: pl.DataFrame
    causes: pl.DataFrame
    pairs: pl.DataFrame


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
    pairs = _pairs(rows, causes)
    first = pairs.filter(pl.col("pair") == "firms_balance").select(*_KEY, *_GAP)
    out = rows.join(first, on=_KEY, how="left", maintain_order="left")
    return Comparison(out.with_columns(status()).drop("rank").sort(_KEY), causes.sort(_KEY), pairs)


_GAP = ("gap", "gap_share", "explained", "unexplained")


def _pairs(rows: pl.DataFrame, causes: pl.DataFrame) -> pl.DataFrame:
    """PAIR rows: every two figures that are both there; what is missing makes no pair."""
    both = [
        rows.select(*_KEY, pl.lit(pair).alias("pair"), one=pl.col(one), other=pl.col(other)).drop_nulls()
        for pair, (one, other) in PAIRS.items()
    ]
    key, gap = [*_KEY, "pair"], pl.col("one") - pl.col("other")
    joined = pl.concat(both).join(_told(causes), on=key, how="left", maintain_order="left").with_columns(gap=gap)
    made = joined.with_columns(
        gap_share=pl.when(pl.col("other") != 0).then(pl.col("gap") / pl.col("other")),
        unexplained=pl.col("gap") - pl.col("explained").fill_null(0.0),
        **{
            lang: pl.when(pl.col("gap") == 0).then(pl.lit(_NO_GAP[n])).otherwise(pl.col(lang)).fill_null(UNEXPLAINED[n])
            for n, lang in enumerate(("zh", "en"))
        },
    )
    order = pl.col("pair").replace_strict({p: n for n, p in enumerate(PAIRS)}, return_dtype=pl.Int32)
    return made.sort(*_KEY, order).select(pl.col(n).cast(d) for n, d in PAIR_SCHEMA.items())


def _told(causes: pl.DataFrame) -> pl.DataFrame:
    """The causes of each pair as one: their known amounts summed, and all of them in words."""
    bare = pl.col("amount").is_null()
    words = causes.with_columns(
        zh=pl.when(bare).then(pl.col("zh") + "(数量不明)").otherwise("zh"),
        en=pl.when(bare).then(pl.col("en") + " (amount not known)").otherwise("en"),
    )
    known = pl.col("amount").is_not_null().any()
    return words.group_by(*_KEY, "pair", maintain_order=True).agg(
        explained=pl.when(known).then(pl.col("amount").sum()),
        zh=pl.col("zh").str.join("；"),
        en=pl.col("en").str.join("; "),
    )


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


def _cause(
    rows: pl.DataFrame, cause: str, amount: pl.Expr, pair: str = "firms_balance", *, estimated: bool = False
) -> pl.DataFrame:
    zh, en = CAUSES[cause]
    told = {"cause": cause, "zh": zh, "en": en, "pair": pair}
    made = rows.with_columns(amount=amount, estimated=pl.lit(estimated), **{k: pl.lit(v) for k, v in told.items()})
    return made.select(pl.col(n).cast(d) for n, d in CAUSE_SCHEMA.items())


def _causes(rows: pl.DataFrame, small_share: pl.DataFrame | None) -> pl.DataFrame:
    """What is known to part two of them, on the sums by sector (and on carriers where the cause is one of a carrier).

    What parts firms and balance is said only where the area has a balance.
    """
    with_balance = rows.filter(pl.col("balance").is_not_null()).select("area_code", "period").unique()
    own = rows.join(with_balance, on=["area_code", "period"], how="semi", maintain_order="left")
    found = [*_of_firms(own, "balance"), *_of_balance(own), _small(_sectors(own), small_share)]
    told = pl.concat([*found, *_of_downscaled(rows)])
    # what explains nought explains nothing (firms whose recovered gas is in their carbon balance count 0 for it)
    return _up(told.filter(pl.col("amount").is_null() | (pl.col("amount") != 0)))


_NOT_KNOWN = pl.lit(None, pl.Float64)


def _sectors(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter((pl.col("carrier") == "total") & (pl.col("sector") != "total"))


def _of_firms(rows: pl.DataFrame, beside: str) -> list[pl.DataFrame]:
    """What the firms leave out, beside the balance or the downscaled figures."""
    pair, sums = f"firms_{beside}", rows.filter(pl.col("carrier") == "total")
    outside = sums.filter(pl.col("sector").is_in(_OUTSIDE) & pl.col("firms").is_null() & pl.col(beside).is_not_null())
    unheard = sums.filter(pl.col("present") < pl.col("expected"))
    return [
        _cause(outside, "outside_firms", -pl.col(beside), pair),
        _cause(unheard, "coverage", _NOT_KNOWN, pair),
    ]


def _of_downscaled(rows: pl.DataFrame) -> list[pl.DataFrame]:
    down = rows.filter(pl.col("downscaled").is_not_null())
    has_down = down.select("area_code", "period").unique()
    own = rows.join(has_down, on=["area_code", "period"], how="semi", maintain_order="left")
    beside = [(p, down.filter(pl.col(one).is_not_null())) for p, (one, other) in PAIRS.items() if other == "downscaled"]
    return [*_of_firms(own, "downscaled"), *(_cause(r, "apportioned", _NOT_KNOWN, p) for p, r in beside)]


def _of_balance(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Where the bounds of firms and balance are others."""
    sums = _sectors(rows)
    both = pl.col("firms").is_not_null() & pl.col("balance").is_not_null()
    process = sums.filter(pl.col("sector") == "process")
    gases = rows.filter(
        pl.col("carrier").is_in(_RECOVERED) & pl.col("firms").is_not_null() & pl.col("balance").is_null()
    )
    return [
        _cause(sums.filter(pl.col("sector").is_in(["indirect", "import"])), "boundary", _NOT_KNOWN),
        _cause(sums.filter((pl.col("sector") == "power") & both), "own_use", _NOT_KNOWN),
        _cause(gases, "recovered_gas", pl.col("firms")),
        _cause(process.filter(pl.col("balance").is_null()), "no_process", pl.col("firms")),
        _cause(process.filter(both), "process_scope", _NOT_KNOWN),
        _cause(rows.filter((pl.col("carrier") == "raw_coal") & both), "coal_kind", _NOT_KNOWN),
    ]


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
    key = [*_KEY, "pair", "cause", "zh", "en"]
    added = both.group_by(key, maintain_order=True).agg(pl.col("amount").sum(), pl.col("estimated").any())
    return pl.concat([causes, added.select(list(CAUSE_SCHEMA))])


__all__ = ["CAUSES", "PAIRS", "SECTORS", "Comparison", "compare"]
