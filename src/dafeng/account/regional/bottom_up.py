"""The firms of a region as a region's account 企业自下而上汇总: roll-up lines by sector and carrier."""

from __future__ import annotations

import polars as pl

from dafeng.account.regional.frames import rank
from dafeng.rules.regional import RegionalRules

SECTORS: dict[str, tuple[str, str]] = {
    "industry": ("工业(不含电力热力)", "industry without power and heat"),
    "power": ("电力、热力", "power and heat"),
    "transformation": ("其他加工转换", "other transformation"),
    "process": ("工业生产过程", "industrial processes"),
    "agriculture": ("农林牧渔业", "agriculture"),
    "construction": ("建筑业", "construction"),
    "transport": ("交通运输", "transport"),
    "trade": ("批发零售住宿餐饮", "trade and catering"),
    "other": ("其他服务业", "other services"),
    "residential": ("居民生活", "households"),
    "indirect": ("外购电力、热力(间接)", "bought power and heat (indirect)"),
    "import": ("净调入电力(单列)", "net imported power"),
}
_OF_ROW = {
    "final.industry": "industry", "transform.thermal_power": "power", "transform.heating": "power",
    "final.agriculture": "agriculture", "final.construction": "construction", "final.transport": "transport",
    "final.trade": "trade", "final.other": "other", "final.residential": "residential", "final.urban": "residential",
    "final.rural": "residential",
}  # fmt: skip
COMPARABLE: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "period": pl.String(),
    "sector": pl.String(),
    "carrier": pl.String(),
    "value": pl.Float64(),  # tCO2; null where a part is missing
    "partial": pl.Float64(),
    "expected": pl.Int32(),
    "present": pl.Int32(),
    "rank": pl.UInt8(),
    "uncertainty": pl.Float64(),
    "inputs": pl.List(pl.String()),
}
_KEY = ["area_code", "period", "sector", "carrier"]


def sector_of_division() -> dict[str, str]:
    """GB/T 4754 division (two digits) → sector of the comparison."""
    spans = {
        "agriculture": (1, 5),
        "industry": (6, 46),
        "construction": (47, 50),
        "transport": (53, 60),
        "other": (63, 97),
    }
    table = {f"{d:02d}": sector for sector, (first, last) in spans.items() for d in range(first, last + 1)}
    trade = dict.fromkeys(("51", "52", "61", "62"), "trade")
    return table | trade | {"44": "power"}


def from_firms(lines: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """COMPARABLE rows from roll-up lines (account LINE of kind area_industry): direct by carrier, indirect apart.

    The sum over divisions stands only where every division of the sector stands; else it is partial.
    """
    measures = ["co2_combustion_t", "co2_process_t", "co2_electricity_t", "co2_heat_t"]
    own = lines.filter((pl.col("subject_kind") == "area_industry") & pl.col("measure").is_in(measures))
    summed = pl.col("item") == "total"  # of processes the sum, whose parts are no carriers; of the others the parts
    whole = own.filter(pl.when(pl.col("measure") == "co2_process_t").then(summed).otherwise(~summed))
    direct = pl.col("measure") == "co2_combustion_t"
    table = sector_of_division()
    named = whole.with_columns(
        area_code=pl.col("subject_id").str.split("|").list.first(),
        division=pl.col("subject_id").str.split("|").list.last(),
    ).with_columns(
        sector=pl.when(direct)
        .then(pl.col("division").replace_strict(table, default="other", return_dtype=pl.String))
        .when(pl.col("measure") == "co2_process_t")
        .then(pl.lit("process"))
        .otherwise(pl.lit("indirect")),
        carrier=pl.when(pl.col("measure") == "co2_process_t").then(pl.lit("process")).otherwise(_carrier(rules)),
        rank=rank(),
        uncertainty=pl.lit(None, pl.Float64),
    )
    return _summed(named.with_columns(ids=pl.concat_list("line_id")))


def _carrier(rules: RegionalRules) -> pl.Expr:
    """The carrier of an item; of a line by method (``method/stream/item``) that of its own item."""
    item = pl.col("item").str.split("/").list.last()
    return item.replace_strict(rules.carrier_of_item, default=pl.col("item"), return_dtype=pl.String)


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("value").is_not_null()
    made = rows.group_by(_KEY, maintain_order=True).agg(
        value=pl.when(known.all()).then(pl.col("value").sum()),
        partial=pl.when(~known.all() & pl.coalesce("value", "partial").is_not_null().any()).then(
            pl.coalesce("value", "partial").sum()
        ),
        expected=pl.col("expected").sum(),
        present=pl.col("present").sum(),
        rank=pl.col("rank").max(),
        uncertainty=pl.col("uncertainty").first(),
        inputs=pl.col("ids").explode(),
    )
    return made.select(pl.col(n).cast(d) for n, d in COMPARABLE.items())


def from_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """COMPARABLE rows from regional lines of one approach (sectoral or downscaled); memo lines are left out."""
    counted = lines.filter((pl.col("in_total") & (pl.col("part") != "import")) | (pl.col("part") == "import"))
    sector = (
        pl.when(pl.col("part").is_in(["process", "transformation", "import"]))
        .then("part")
        .otherwise(pl.col("row").replace_strict(_OF_ROW, default="other", return_dtype=pl.String))
    )
    one = pl.lit(1, pl.Int32)
    named = counted.with_columns(
        sector=sector, rank=rank(), partial=pl.lit(None, pl.Float64), expected=one, ids=pl.concat_list("line_id"),
        present=pl.col("value").is_not_null().cast(pl.Int32),
    )  # fmt: skip
    return _summed(named)
