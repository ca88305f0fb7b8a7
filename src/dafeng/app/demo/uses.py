"""Where the demonstration's energy went 能源去向(演示): a yearly table of uses for the branches that have processes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import yaml

from dafeng.app.demo.city import Firm
from dafeng.app.demo.flows import Flows
from dafeng.app.demo.tables import UNITS
from dafeng.rules.energy_uses import packaged_uses
from dafeng.rules.rulebook import packaged_rulebook

FIRST_YEAR = 2023  # uses are asked since then


@cache
def _told() -> dict[str, dict[str, Any]]:
    text = (files("dafeng.app.demo") / "data" / "uses.yaml").read_text("utf-8")
    content: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return content


def use_table(flows: Flows, firms: tuple[Firm, ...]) -> pl.DataFrame:
    """能源去向: one row for each firm, year, item and use, in reported units; what is not told stays untold."""
    rows = [
        (f.number, f.uscc, f.name, item, stream, use, share)
        for f in firms
        for item, stream, use, share in _shares(f.branch.key)
    ]
    names = ("firm", "enterprise_id", "name", "item", "stream", "use", "share")
    kinds = (pl.Int64, pl.String, pl.String, pl.String, pl.String, pl.String, pl.Float64)
    told = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    yearly = (
        flows.energy.with_columns(period=pl.col("period").str.head(4))
        .filter(pl.col("period").cast(pl.Int32) >= FIRST_YEAR)
        .group_by("firm", "period", "item", maintain_order=True)
        .agg(pl.col("used", "made", "feedstock").sum())
        .unpivot(["used", "made", "feedstock"], index=["firm", "period", "item"], variable_name="stream")
    )
    uses = {u.code: u.zh for u in packaged_uses().uses.values()}
    joined = told.join(yearly.with_columns(pl.col("firm").cast(pl.Int64)), on=["firm", "item", "stream"], how="inner")
    return _reported(joined.with_columns(use=pl.col("use").replace_strict(uses))).sort("period", "firm", "item", "use")


def _shares(branch: str) -> list[tuple[str, str, str, float]]:
    """item, stream, use, share of the stream."""
    held = _told().get(branch, {})
    used = [(i, "used", use, s) for i, shares in held.get("used", {}).items() for use, s in shares.items()]
    made = [(i, "made", use, 1.0) for i, use in held.get("made", {}).items()]
    fed = [(i, "feedstock", use, 1.0) for i, use in held.get("feed", {}).items()]
    return [*used, *made, *fed]


def _reported(rows: pl.DataFrame) -> pl.DataFrame:
    """Amounts in the units people report in, under the names of the import contract."""
    book = packaged_rulebook()
    items = [(i.code, i.zh, *UNITS[i.unit]) for i in book.items.values() if i.unit in UNITS]
    table = pl.DataFrame(items, schema=["item", "item_zh", "unit", "scale"], orient="row")
    joined = rows.join(table, on="item", how="left", maintain_order="left")
    amount = (pl.col("value") * pl.col("share") * pl.col("scale")).round(4)
    return joined.select(
        "firm", "enterprise_id", "name", "period", pl.col("item_zh").alias("item"), "use", "unit", value=amount
    ).filter(pl.col("value") > 0)
