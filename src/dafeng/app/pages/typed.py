"""A grid typed in the portal 在线填报的表格 as a table that can be opened: it is kept as JSON and has no head row."""

from __future__ import annotations

import msgspec
import polars as pl

from dafeng.app.importing import CONTRACTS
from dafeng.base.columns import Contract
from dafeng.collect.workbooks import Sheet, Workbook

FILING = "filing"  # the kind of evidence that a filing brings: a workbook as uploaded, or the grid as typed


class _Grid(msgspec.Struct, frozen=True):
    table: str
    rows: list[dict[str, str | None]]


def is_typed(name: str) -> bool:
    """Whether a filing's file is the grid as typed, not a workbook."""
    return name.endswith(".json")


def typed_book(data: bytes, name: str, sha256: str) -> tuple[Workbook, tuple[tuple[str, str], ...]]:
    """The grid as a workbook of one sheet named after its contract, row 1 the first typed; (name, head) by column.

    Columns in which nothing was typed are left out.
    """
    grid = msgspec.json.decode(data, type=_Grid)
    contract: Contract = CONTRACTS[grid.table]
    names = [column for column in contract.columns if any(row.get(column) for row in grid.rows)]
    cells = {f"c{n}": pl.Series([row.get(at) for row in grid.rows], dtype=pl.String) for n, at in enumerate(names)}
    sheet = Sheet(contract.zh, pl.DataFrame(cells))
    return Workbook(name, sha256, (sheet,)), tuple((at, contract.columns[at].zh) for at in names)


def all_typed(book: Workbook, rows: frozenset[tuple[str | None, int]]) -> bool:
    """Whether every typed row is among the rows (sheet, row)."""
    return all((sheet.name, at) in rows for sheet in book.sheets for at in range(1, sheet.cells.height + 1))
