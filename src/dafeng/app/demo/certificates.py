"""Green certificates of the demonstration 演示绿证: made up, under codes that no registry has (DEMO-GEC-…).

The works of _GREEN_POWER buy power with its certificate month by month; the others buy certificates for the last month
of each quarter. Nobody holds more than a part of the electricity of the month.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.app.demo.city import Firm
from dafeng.app.demo.flows import Flows
from dafeng.app.demo.measures import GREEN_BRANCHES

_YEARS = ("2024", "2025")
_QUARTERS = ("03", "06", "09", "12")
_GREEN_SHARE, _OTHER_SHARE = 0.12, 0.06  # of the electricity bought in the month
_SOURCES = ("风电", "太阳能发电", "生物质发电")
_PREFIX, _WIDTH = "DEMO-GEC-", 10


def certificate_table(flows: Flows, firms: tuple[Firm, ...]) -> pl.DataFrame:
    """绿证登记: blocks of consecutive codes, under the columns of the contract."""
    known = pl.DataFrame(
        [(f.number, f.uscc, f.name, f.branch.key in GREEN_BRANCHES) for f in firms],
        schema=["firm", "enterprise_id", "name", "green"],
        orient="row",
    )
    month = pl.col("period").str.slice(5, 2)
    power = flows.energy.filter(
        pl.col("item") == "electricity", pl.col("period").str.head(4).is_in(_YEARS), pl.col("bought") > 0
    ).join(known, on="firm", maintain_order="left")
    rows = power.filter(pl.col("green") | month.is_in(_QUARTERS)).sort("period", "firm")
    share = pl.when("green").then(_GREEN_SHARE).otherwise(_OTHER_SHARE)
    counted = rows.with_columns(count=(pl.col("bought") * share).floor().cast(pl.Int64)).filter(pl.col("count") > 0)
    return _coded(counted).with_columns(
        kind=pl.when("green").then(pl.lit("绿电")).otherwise(pl.lit("绿证")),
        generation="period",
        issued_on=(pl.col("period") + "-12").str.to_date().dt.offset_by("1mo"),
        acquired=pl.when("green").then(pl.lit("绿电交易")).otherwise(pl.lit("购入")),
        source=pl.lit(pl.Series(_SOURCES)).gather(pl.col("firm") % len(_SOURCES)),
        region=pl.lit("示范省"),
        project=pl.lit("演示电站"),
        remark=pl.lit("演示数据"),
        commissioned_on=pl.lit(date(2021, 6, 1)),
    )


def _coded(rows: pl.DataFrame) -> pl.DataFrame:
    """First and last code: one running number over all blocks."""
    last = pl.col("count").cum_sum()

    def code(number: pl.Expr) -> pl.Expr:
        return pl.lit(_PREFIX) + number.cast(pl.String).str.zfill(_WIDTH)

    return rows.with_columns(first_code=code(last - pl.col("count") + 1), last_code=code(last))
