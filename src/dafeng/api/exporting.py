"""Tables as files 导出: CSV, XLSX and Parquet with units, both languages, and a note of what was asked and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import polars as pl
import xlsxwriter

from dafeng.app.tables.tabling import Column, TableDef, TableQuery
from dafeng.base.plain_cells import harmless

Format = Literal["csv", "xlsx", "parquet"]
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_LONGEST_CELL = 32_767


@dataclass(frozen=True)
class Note:
    """What stands beside an export: which programme, run, data time, by whom; whether the data are made up.

    zone: of the programme; times of the export are told in it, as on screen.
    """

    programme: str
    run_id: str
    data_time: str
    exported_at: str
    exported_by: str
    demonstration: bool
    zone: str = "Asia/Shanghai"


def exported(table: TableDef, frame: pl.DataFrame, fmt: Format, query: TableQuery, note: Note, lang: str) -> bytes:
    """The file's bytes."""
    columns = [table.column(name) for name in frame.columns]
    if fmt == "parquet":
        return _parquet(frame, table, query, note)
    frame = frame.with_columns(pl.selectors.datetime(time_zone="*").dt.convert_time_zone(note.zone))
    words = [_words_of(c, lang) for c in columns]
    rows = ([_cell(v, w) for v, w in zip(row, words, strict=True)] for row in frame.iter_rows())
    heads = [_head(c) for c in columns]
    notes = note_lines(table, query, note)
    return _csv(heads, rows, note, notes, lang) if fmt == "csv" else _xlsx(heads, rows, columns, notes)


def note_lines(table: TableDef, query: TableQuery, note: Note) -> list[tuple[str, str]]:
    """The note as lines: name and value."""
    filters = [f"{k} = {', '.join(v or '(missing 缺)' for v in vs)}" for k, vs in sorted(query.any_of.items())]
    filters += [f"{k} ≥ {v}" for k, v in sorted(query.at_least.items())]
    filters += [f"{k} ≤ {v}" for k, v in sorted(query.at_most.items())]
    filters += [f"{n} = {v}" for n, v in (("area", query.area), ("year", query.year), ("q", query.q)) if v]
    lines = [
        ("表 table", f"{table.zh} {table.en}"),
        ("方案 programme", note.programme),
        ("筛选 filters", "; ".join(filters) or "无 none"),
        ("排序 order", ", ".join(query.sort or table.sort) or table.key),
        ("运算 run", note.run_id or "—"),
        ("数据时间 data time", note.data_time or "—"),
        ("导出时间 exported at", note.exported_at),
        ("时区 time zone", note.zone),
        ("导出人 exported by", note.exported_by),
    ]
    if note.demonstration:
        lines.insert(0, ("状态 status", "演示数据 synthetic data: every figure is made up"))
    return [(name, harmless(value)) for name, value in lines]


def _head(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return harmless(f"{column.zh} {column.en}{unit}" if column.en != column.zh else f"{column.zh}{unit}")


def _words_of(column: Column, lang: str) -> dict[str, str]:
    return {c.value: (c.en if lang == "en" else c.zh) for c in column.choices}


def _cell(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        return harmless(words.get(value, value))
    if isinstance(value, (list, pl.Series)):
        return harmless("; ".join(words.get(str(v), str(v)) for v in value))
    return value


def _csv(
    heads: Sequence[str], rows: Iterable[Sequence[Any]], note: Note, notes: Sequence[tuple[str, str]], lang: str
) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read Chinese. A row of demonstration data says so in a last column.

    The heads are the first line, as programs expect; the note stands below the rows after an empty line, each line
    of it behind a #, which programs take for a comment.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    mark = ["演示数据 synthetic"] if note.demonstration else []
    writer.writerow([*heads, *(["数据状态 data status"] if mark else [])])
    for row in rows:
        writer.writerow(["" if v is None else _text(v, lang) for v in row] + mark)
    writer.writerow([])
    writer.writerows([(f"# {name}", " ".join(value.split())) for name, value in notes])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(value: Any, lang: str) -> Any:
    if isinstance(value, bool):
        return (("否", "是") if lang == "zh" else ("no", "yes"))[value]
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _parquet(frame: pl.DataFrame, table: TableDef, query: TableQuery, note: Note) -> bytes:
    out = io.BytesIO()
    units = {f"unit.{c.name}": c.unit for c in table.columns if c.unit and c.name in frame.columns}
    frame.write_parquet(out, metadata=dict(note_lines(table, query, note)) | units)
    return out.getvalue()


def _xlsx(
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    columns: Sequence[Column],
    notes: Sequence[tuple[str, str]],
) -> bytes:
    """A note sheet first, then the rows; written row by row, so that a long table needs no memory."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = xlsxwriter.Workbook(out, options)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats: dict[type, Any] = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    first = book.add_worksheet("说明 note")
    first.set_column(0, 0, 24)
    first.set_column(1, 1, 90)
    for r, (name, value) in enumerate(notes):
        first.write_string(r, 0, name, bold)
        first.write_string(r, 1, value[:_LONGEST_CELL])
    sheet = book.add_worksheet("数据 data")
    sheet.freeze_panes(1, 1)
    for c, column in enumerate(columns):
        sheet.set_column(c, c, 28 if column.kind in ("text", "list") else 16)
        sheet.write_string(0, c, heads[c], bold)
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row):
            _write(sheet, r, c, value, formats)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    else:
        sheet.write_string(row, column, str(value)[:_LONGEST_CELL])
