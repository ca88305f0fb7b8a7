"""Annotated workbook 批注工作簿: the table as it was delivered, bad cells red with the reason, and a list of problems.

Made to be mended and delivered again: headers are the template's, the problem sheet is skipped on import. Everything
from outside is written as text or as a plain number, never as a formula or a link.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import polars as pl
import xlsxwriter

from dafeng.base.cells import NUMBER, plain
from dafeng.base.columns import Contract
from dafeng.base.faults import ROW, SHEET
from dafeng.collect.headers import ROW_HEADER, RawTable

PROBLEM_SHEET = "问题清单"
_MOST_COMMENTS = 3000  # a spreadsheet program becomes unusable with more; every problem is in the list anyway
_MOST_LISTED = 1_000_000
_FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
_COLOURS = {"error": "#FFC7CE", "warning": "#FFEB9C", "note": "#EDEDED"}
_SEVERITY_ZH = {"error": "错误", "warning": "提示", "note": "说明"}
_NUMBER = re.compile(NUMBER)
_UNPRINTABLE = dict.fromkeys((*range(9), 11, 12, 13, *range(14, 32), 65534, 65535), " ")
_RANK = {"error": 0, "warning": 1, "note": 2}


def annotated_workbook(raw: RawTable, contract: Contract, faults: pl.DataFrame) -> bytes:
    """The delivered rows with their problems, as xlsx bytes.

    raw     the table as delivered (Imported.raw)
    faults  what was found (Imported.parsed.faults): cells of errors are red, of warnings yellow
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": contract.zh, "created": _FIRST_DAY})
    taken: set[str] = {PROBLEM_SHEET}
    for (name,), rows in raw.frame.group_by(SHEET, maintain_order=True):
        of_sheet = faults.filter(pl.col("sheet").eq_missing(pl.lit(name, pl.String)) & pl.col("row").is_not_null())
        headers = _headers(raw, contract, None if name is None else str(name))
        _write_rows(book, _free_name(str(name or contract.zh), taken), rows, contract, headers, of_sheet)
    _write_problems(book, faults)
    book.close()
    return out.getvalue()


def _headers(raw: RawTable, contract: Contract, sheet: str | None) -> dict[str, str]:
    """The template's headers, each with the unit in which this sheet gave the column."""
    units = {column: unit for (of_sheet, column), unit in raw.units.items() if of_sheet == sheet}
    return {n: f"{col.zh}({units[n]})" if n in units else col.header for n, col in contract.columns.items()}


def _free_name(name: str, taken: set[str]) -> str:
    """A sheet name that a spreadsheet program accepts and that is not taken."""
    clean = "".join("_" if c in "[]:*?/\\'" else c for c in name).strip()[:28] or "数据"
    found = clean
    while found in taken:
        found = f"{clean}{len(taken)}"
    taken.add(found)
    return found


def _write_rows(
    book: Any, title: str, rows: pl.DataFrame, contract: Contract, headers: dict[str, str], faults: pl.DataFrame
) -> None:
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    columns = [name for name in rows.columns if name not in (SHEET, ROW)]
    for index, name in enumerate(columns):
        sheet.write_string(0, index, headers.get(name, name), head)
        _write_column(sheet, index, rows[name], name in contract.columns and contract.columns[name].type is float)
    sheet.write_string(0, len(columns), ROW_HEADER, head)
    sheet.write_column(1, len(columns), rows[ROW].to_list())
    sheet.set_column(0, len(columns), 16)
    sheet.freeze_panes(1, 1)
    _mark(book, sheet, rows, columns, faults)


def _write_column(sheet: Any, index: int, cells: pl.Series, figures: bool) -> None:
    for row, text in enumerate(cells.to_list(), start=1):
        if text is not None:
            _write_cell(sheet, row, index, text, figures)


def _write_cell(sheet: Any, row: int, column: int, text: str, figures: bool, style: Any = None) -> None:
    """A clean number as a number where figures stand, everything else as text."""
    if figures and (value := _figure(text)) is not None:
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, _printable(text), style)


def _figure(text: str) -> float | None:
    bare = plain(text)
    value = float(bare) if _NUMBER.fullmatch(bare) else None
    return value if value is not None and abs(value) < 1e300 else None


def _printable(text: str) -> str:
    """A text that fits a cell: at most 32,767 characters; what XML cannot hold is shown as spaces."""
    return text[:32_767].translate(_UNPRINTABLE)


def _mark(book: Any, sheet: Any, rows: pl.DataFrame, columns: list[str], faults: pl.DataFrame) -> None:
    """Colour the cells that faults name and say what is wrong; a column the table lacks is marked on the first cell."""
    place = rows.select(ROW, *columns).with_row_index("at", offset=1)
    ranked = faults.with_columns(rank=pl.col("severity").replace_strict(_RANK, return_dtype=pl.Int8)).sort("rank")
    per_cell = ranked.group_by("row", "column", maintain_order=True).agg(
        pl.col("severity").first(), said=pl.concat_str(["what_zh", "mend_zh"], separator="。").str.join("\n")
    )
    styles = {severity: book.add_format({"bg_color": colour}) for severity, colour in _COLOURS.items()}
    at = {row: (position, texts) for position, row, *texts in place.iter_rows()}
    index = {name: i for i, name in enumerate(columns)}
    for count, (row, column, severity, said) in enumerate(per_cell.iter_rows()):
        if row not in at:
            continue
        position, texts = at[row]
        i = index.get(column, 0)
        _write_cell(sheet, position, i, texts[i] or "", figures=False, style=styles[severity])
        if count < _MOST_COMMENTS:
            sheet.write_comment(position, i, said[:2000], {"x_scale": 2, "y_scale": 1.5})


def _write_problems(book: Any, faults: pl.DataFrame) -> None:
    sheet = book.add_worksheet(PROBLEM_SHEET)
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    heads = ("程度", "工作表", "行号", "列名", "填报内容", "问题", "处理办法")
    for index, (text, width) in enumerate(zip(heads, (8, 18, 8, 20, 24, 60, 60), strict=True)):
        sheet.write_string(0, index, text, head)
        sheet.set_column(index, index, width)
    listed = faults.head(_MOST_LISTED).select(
        pl.col("severity").replace_strict(_SEVERITY_ZH, return_dtype=pl.String),
        "sheet", "row", "header", "text", "what_zh", "mend_zh",
    )  # fmt: skip
    for row, cells in enumerate(listed.iter_rows(), start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell)
            elif cell is not None:
                sheet.write_string(row, column, _printable(cell))
    sheet.autofilter(0, 0, max(1, len(listed)), len(heads) - 1)
    sheet.freeze_panes(1, 0)
