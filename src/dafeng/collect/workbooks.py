"""Workbooks 工作簿: bytes → sheets of text, cell by cell as delivered, with their row numbers.

xlsx and xls by calamine, CSV in UTF-8 (with or without BOM), UTF-16 or GB18030. Formulas read as their last value. A
cell that holds an error or a formula that was never computed reads as that error, never as empty.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from hashlib import sha256

import fastexcel
import polars as pl
import python_calamine

from dafeng.base.errors import UnreadableFile
from dafeng.collect.unpack import Limits, Opened, opened

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CUT = r"^-?0$|^-?0\.0|\.\d{5}"  # what a cell may look like of which the reader has cut decimals off
_DELIMITERS = ",\t;"
_LOOK_AHEAD = 20  # lines from which a CSV's delimiter is told


@dataclass(frozen=True)
class Sheet:
    """One sheet: cells has text columns c0, c1, …; its first row is row 1 of the sheet. name is None for CSV."""

    name: str | None
    cells: pl.DataFrame


@dataclass(frozen=True)
class Workbook:
    """A delivered file: its name, the SHA-256 of its bytes, and its sheets in order."""

    name: str
    sha256: str
    sheets: tuple[Sheet, ...]


def read_workbook(data: bytes, name: str, limits: Limits | None = None) -> Workbook:
    """Read xlsx, xls or CSV bytes. Raises UnreadableFile where they are none, too large, damaged or encrypted."""
    limits = limits or Limits()
    if not data.strip():
        raise UnreadableFile(
            "the file is empty",
            where=name,
            mend="Deliver the filled-in template.",
            zh="文件是空的",
            mend_zh="请上传填好的模板。",
        )
    if len(data) > limits.file_bytes:
        raise UnreadableFile(
            f"the file has {len(data) >> 20} MB, more than {limits.file_bytes >> 20}",
            where=name,
            mend="Split it into several files.",
            zh=f"文件有{len(data) >> 20}MB,超过{limits.file_bytes >> 20}MB的上限",
            mend_zh="请拆成几个文件。",
        )
    sheets = _spreadsheet(data, name, limits) if is_spreadsheet(data) else (_delimited(data, name, limits),)
    return Workbook(name, sha256(data).hexdigest(), sheets)


def is_spreadsheet(data: bytes) -> bool:
    """Whether the bytes begin as an xlsx or xls does; else they are read as CSV, whatever the file is called."""
    return data.startswith((_ZIP, _OLE))


def _spreadsheet(data: bytes, name: str, limits: Limits) -> tuple[Sheet, ...]:
    book = opened(data, limits, name) if data.startswith(_ZIP) else Opened(data, {})
    try:
        reader = fastexcel.read_excel(book.data)
        if len(reader.sheet_names) > limits.sheets:
            raise UnreadableFile(
                f"the workbook has {len(reader.sheet_names)} sheets, more than {limits.sheets}",
                where=name,
                mend="Deliver one table a file.",
                zh=f"工作簿有{len(reader.sheet_names)}个工作表,超过{limits.sheets}个的上限",
                mend_zh="请每个文件只放一张表。",
            )
        sheets = [_sheet(reader, title) for title in reader.sheet_names]
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(
            f"the workbook cannot be read ({str(error).splitlines()[0]})",
            where=name,
            mend="Save it as .xlsx without a password, or as CSV.",
            zh="工作簿无法读取:文件损坏、加密,或并非工作簿",
            mend_zh="请另存为不带密码的.xlsx或CSV后再传。",
        ) from error
    return tuple(_restored(sheet, book.lost.get(sheet.name or "", {}), book.data) for sheet in sheets)


def _sheet(reader: fastexcel.ExcelReader, title: str) -> Sheet:
    loaded = reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="string")
    cells = loaded.to_polars()
    return Sheet(title, _uncut(reader, title, cells.rename({old: f"c{i}" for i, old in enumerate(cells.columns)})))


def _uncut(reader: fastexcel.ExcelReader, title: str, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells, numbers in full that the reader's texts cut off (at nine decimals: 7.5329e-6 → 0.000007533)."""
    cut = [i for i, name in enumerate(cells.columns) if cells[name].str.contains(_CUT).any()]
    if not cut:
        return cells
    exact = reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="float", use_columns=cut).to_polars()
    return cells.with_columns(_in_full(cells[f"c{i}"], exact.to_series(n)) for n, i in enumerate(cut))


def _in_full(text: pl.Series, number: pl.Series) -> pl.Series:
    """Texts of numbers, those that do not read as the number itself replaced by it."""
    short = text.cast(pl.Float64, strict=False) != number
    full = pl.when(short.fill_null(False)).then(number.cast(pl.String)).otherwise(text)
    return pl.select(full.alias(text.name)).to_series()


def _restored(sheet: Sheet, lost: dict[tuple[int, int], str], data: bytes) -> Sheet:
    """The sheet with the text of error cells where the reader left a gap."""
    if not lost or sheet.cells.is_empty():
        return sheet
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    start = book.get_sheet_by_name(sheet.name or "").start
    left = start[1] if start else 0
    cells = sheet.cells
    by_column: dict[str, dict[int, str]] = {}  # column title → row → text
    for (row, column), text in lost.items():
        if 0 < row <= cells.height and 0 <= column - 1 - left < cells.width:
            by_column.setdefault(f"c{column - 1 - left}", {})[row - 1] = text
    for title, found in by_column.items():
        cells = cells.with_columns(cells[title].scatter(list(found), list(found.values())))
    return Sheet(sheet.name, cells)


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _by(data, encoding, name)
    if b"\x00" in data[:4096]:
        raise UnreadableFile(
            "the file is neither a workbook nor text",
            where=name,
            mend="Deliver .xlsx, .xls or .csv.",
            zh="文件既不是工作簿也不是文本",
            mend_zh="请上传.xlsx、.xls或.csv文件。",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _by(data, "gb18030", name)


def _by(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "the text is neither UTF-8 nor GB18030", where=f"{name} › byte {error.start}", mend="Save the CSV as UTF-8."
        ) from error


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:_LOOK_AHEAD]) if len(text) < 1 << 16 else text[: 1 << 14]
    return max(_DELIMITERS, key=head.count)


def _delimited(data: bytes, name: str, limits: Limits) -> Sheet:
    text = _decoded(data, name)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise UnreadableFile(
            f"the CSV cannot be read ({error})",
            where=name,
            mend="Save it again as CSV.",
            zh="CSV文件无法读取",
            mend_zh="请重新另存为CSV。",
        ) from error
    width = max(map(len, rows), default=0)
    if len(rows) > limits.rows or width > limits.columns or len(rows) * width > limits.cells:
        raise UnreadableFile(
            f"the CSV has {len(rows)} rows and {width} columns, more than is allowed",
            where=name,
            mend="Split it into several files.",
            zh=f"文件有{len(data) >> 20}MB,超过{limits.file_bytes >> 20}MB的上限",
            mend_zh="请拆成几个文件。",
        )
    blank = [""] * width
    whole = [row if len(row) == width else row + blank[len(row) :] for row in rows]
    columns = zip(*whole, strict=True)
    return Sheet(None, pl.DataFrame({f"c{i}": pl.Series(c, dtype=pl.String) for i, c in enumerate(columns)}))
