"""Tables to files 报送文件: CSV and XLSX under the headers of the import contracts; same rows, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
import xlsxwriter

from dafeng.base.columns import Contract

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 (a fixed stamp without zone, as the format wants it)


def headed(table: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The table's columns that the contract knows, in its order and under its headers; others are left out."""
    names = [name for name in contract.columns if name in table.columns]
    return table.select(pl.col(name).alias(contract.columns[name].header) for name in names)


def csv_bytes(table: pl.DataFrame, contract: Contract, encoding: str = "utf-8-sig") -> bytes:
    """CSV in UTF-8 with a byte order mark, or in GB18030 as older systems write it."""
    return headed(table, contract).write_csv(line_terminator="\r\n").encode(encoding)


def xlsx_bytes(tables: Sequence[tuple[Contract, pl.DataFrame]], title: str) -> bytes:
    """A workbook, one sheet a table: a title line, the headers, the rows."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": title, "created": _MADE})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for contract, table in tables:
        sheet = book.add_worksheet(contract.zh)
        sheet.write_string(0, 0, title, bold)
        rows = headed(table, contract)
        sheet.write_row(1, 0, rows.columns, bold)
        for number, row in enumerate(rows.iter_rows(), start=2):
            _write(sheet, number, row, day)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, number: int, row: tuple[object, ...], day: Any) -> None:
    for column, value in enumerate(row):
        if value is None:
            continue
        if isinstance(value, date):
            sheet.write_datetime(number, column, value, day)
        elif isinstance(value, str):
            sheet.write_string(number, column, value)
        else:
            sheet.write_number(number, column, value)
