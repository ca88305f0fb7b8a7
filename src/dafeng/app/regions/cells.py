"""What has come in of regions 区域数据: cells of balances and inventories that hold, and stated rests."""

from __future__ import annotations

import polars as pl

from dafeng.account.regional.rests import no_rests
from dafeng.app.services import Services
from dafeng.collect.regional_cells import empty_cells

CONTRACT = "regional_"  # begins the contract name of a batch: regional_balance, _inventory, _process, _rest
REST = "regional_rest"


def every_cell(services: Services) -> pl.DataFrame:
    """All cells that hold now: of one key the one that came in last. For use cases that cut them before they leave."""
    sets = [b.batch_id for b in services.records.batches() if b.contract.startswith(CONTRACT)]

    def made() -> pl.DataFrame:
        parts = [f for id in sets if (f := services.columns.result(id, "cells")) is not None]
        if not parts:
            return empty_cells()
        return _holding(pl.concat([f.with_columns(set=pl.lit(i)) for i, f in enumerate(parts)]))

    return services.memory.get("regional.cells", tuple(sets), made)


def _holding(cells: pl.DataFrame) -> pl.DataFrame:
    """Of several files the one that holds: of a balance, per fuel, the last; of published inventories of one area and
    year the one with the most figures (another series of totals never stands in a table of sectors)."""
    published = pl.col("kind") == "inventory"
    of_set = ["kind", "area_code", "period", "set"]
    sized = cells.with_columns(size=pl.len().over(of_set))
    inventories = sized.filter(published).sort("size", "set", maintain_order=True)
    largest = inventories.filter(pl.col("set") == pl.col("set").last().over("kind", "area_code", "period"))
    column = ["kind", "area_code", "period", "basis", "carrier"]
    others = sized.filter(~published)
    latest = others.filter(pl.col("set") == pl.col("set").max().over(column))
    return pl.concat([latest, largest]).drop("set", "size")


def every_rest(services: Services) -> pl.DataFrame:
    """All statements of rests (REST rows), oldest first; which of them stand is ``rests.standing``."""
    sets = [b.batch_id for b in services.records.batches() if b.contract == REST]

    def made() -> pl.DataFrame:
        parts = [f for id in sets if (f := services.columns.result(id, "rests")) is not None]
        return pl.concat([no_rests(), *parts])

    return services.memory.get("regional.rests", tuple(sets), made)
