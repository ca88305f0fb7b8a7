"""The account of all regions at once 区域核算全貌: balances, then downscaled level by level to the areas below.

Pure: what a programme computes and what an export recomputes is this one function.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dafeng.account.regional.downscale import downscaled, needed, shares
from dafeng.account.regional.inventory import RegionalAccount, regional_account
from dafeng.account.regional.processes import AMOUNT_SCHEMA
from dafeng.rules.regional import RegionalRules
from dafeng.rules.rulebook import Rulebook

FAMILY: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "parent": pl.String(),
    "inside": pl.Boolean(),  # an area of the programme's own tree; others stand in sums only
}
_LEVELS = 3  # city, county, park


@dataclass(frozen=True, slots=True)
class WholeAccount:
    """made: the account of the balances; lines: its lines and the downscaled ones; shares; children: child → parent."""

    made: RegionalAccount
    lines: pl.DataFrame
    shares: pl.DataFrame
    children: dict[str, str]


def whole_account(
    cells: pl.DataFrame, proxies: pl.DataFrame, family: pl.DataFrame, rulebook: Rulebook, rules: RegionalRules,
    method: str,
) -> WholeAccount:  # fmt: skip
    """Account every balance in ``cells`` (CELL rows; amounts of processes stand among them) and downscale it.

    proxies: PROXY rows; family: FAMILY rows, each area beside the one above it. Raises RuleUnknown for the method.
    """
    made = regional_account(cells, rulebook, rules, method, amounts=process_amounts(cells, rules))
    shared, down = _down(made.lines, proxies, family, rules)
    return WholeAccount(made, pl.concat([made.lines, *down]), shared, _children(made.lines, family))


def process_amounts(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """AMOUNT rows from the cells of kind process; an amount of a product feeds every process of it."""
    feeds = {code: list(processes) for code, processes in rules.processes_of.items()}
    process = pl.col("row").replace_strict(feeds, default=None, return_dtype=pl.List(pl.String))
    rows = (
        cells.filter(pl.col("kind") == "process")
        .select("area_code", "period", process=process, amount="value", status="status", input="cell_id")
        .explode("process")
    )
    return rows.select(pl.col(n).cast(d) for n, d in AMOUNT_SCHEMA.items())


def _children(lines: pl.DataFrame, family: pl.DataFrame) -> dict[str, str]:
    """Area → the area above it whose account it is downscaled from: the children of areas that have one."""
    have = lines.filter(pl.col("approach").is_in(["sectoral", "downscaled"]))["area_code"].unique().to_list()
    due = family.filter(pl.col("parent").is_in(have) & ~pl.col("area_code").is_in(have))
    return dict(due.sort("parent", maintain_order=True).select("area_code", "parent").iter_rows())


def _down(
    lines: pl.DataFrame, proxies: pl.DataFrame, family: pl.DataFrame, rules: RegionalRules
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Level by level: shares, and the lines of areas inside."""
    inside = family.filter("inside")["area_code"].to_list()
    level, made, told = lines, list[pl.DataFrame](), [shares(proxies.clear(), {}, rules)]
    for _ in range(_LEVELS):
        here = set(level["area_code"].to_list())
        children = {c: p for c, p in _children(pl.concat([lines, *made]), family).items() if p in here}
        if not children:
            break
        shared = needed(shares(proxies, children, rules), level, rules)
        below = downscaled(level.with_columns(approach=pl.lit("sectoral")) if made else level, shared, children, rules)
        kept = below.filter(pl.col("area_code").is_in(inside))
        if kept["value"].drop_nulls().is_empty():
            break
        told.append(shared)
        made.append(kept)
        level = kept
    return pl.concat(told), made
