"""Records as files 导出: JSON, JSONL, CSV with BOM and one workbook, as bytes; no file is opened here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import xlsxwriter

from dafeng.plan.reading import PlanReading
from dafeng.plan.records import Box, Document, Record, Target, Task

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_SHEET_ROWS = 1_048_576
_CELL_LIMIT = 32_767
_CREATED = datetime.fromisoformat("2000-01-01T00:00:00")  # same records, same bytes

_TARGET_HEADS = {  # field → 列名
    "id": "编号",
    "indicator": "指标",
    "comparator": "比较",
    "bound": "界限",
    "value": "目标值",
    "value_high": "上限值",
    "unit": "单位",
    "baseline_year": "基准年",
    "target_year": "目标年",
    "period": "时期",
    "deadline": "期限",
    "start_year": "起始年",
    "per": "每",
    "modality": "语气",
    "reference": "参照",
    "kind": "类别",
    "derived": "推断自",
    "region": "地区",
    "sector": "领域",
    "scope": "范围",
    "mentions": "出现次数",
    "quote": "原文",
    "span": "位置",
    "raw_span": "原文件位置",
    "span_of": "位置所指",
    "aliases": "别名",
    "note": "备注",
    "doc": "文件",
}
_TASK_HEADS = {  # field → 列名
    "id": "编号",
    "path": "章节",
    "number": "序号",
    "title": "任务",
    "sector": "领域",
    "category": "类别",
    "units": "责任单位",
    "lead_rule": "牵头规则",
    "open_list": "名单未尽(等)",
    "implicit_units": "另均需负责",
    "deadlines": "期限(年)",
    "measures": "措施",
    "technologies": "技术",
    "span": "位置",
    "raw_span": "原文件位置",
    "span_of": "位置所指",
    "doc": "文件",
}
_BOX_HEADS = {  # field → 列名
    "id": "编号",
    "number": "序号",
    "title": "专栏",
    "path": "章节",
    "task": "所属任务",
    "items": "内容",
    "span": "位置",
    "span_of": "位置所指",
    "doc": "文件",
}
_DOCUMENT_HEADS = {  # field → 列名
    "doc": "文件",
    "title": "标题",
    "doc_type": "文种",
    "issuers": "发文机关",
    "issue_date": "成文日期",
    "publish_date": "发布日期",
    "doc_number": "发文字号",
    "region": "地区",
    "admin_level": "层级",
    "sector": "领域",
    "script": "字体",
    "addressees": "主送",
    "referenced": "引用文件",
    "sections": "章节",
    "note": "备注",
}
HEADS: dict[type[Record], dict[str, str]] = {
    Target: _TARGET_HEADS, Task: _TASK_HEADS, Box: _BOX_HEADS, Document: _DOCUMENT_HEADS,
}  # fmt: skip


def record_files(reading: PlanReading) -> dict[str, bytes]:
    """The four record files of one plan: name → bytes, UTF-8, keys of plan_schema, one object a line in JSONL."""
    stem = reading.document.doc
    return {
        f"{stem}.document.json": msgspec.json.format(msgspec.json.encode(reading.document), indent=1) + b"\n",
        f"{stem}.targets.jsonl": jsonl(reading.targets),
        f"{stem}.tasks.jsonl": jsonl(reading.tasks),
        f"{stem}.boxes.jsonl": jsonl(reading.boxes),
    }


def table_files(reading: PlanReading) -> dict[str, bytes]:
    """The same records for people: CSV with BOM for targets, tasks and boxes, and one workbook."""
    stem = reading.document.doc
    return {
        f"{stem}.targets.csv": csv_table(Target, reading.targets),
        f"{stem}.tasks.csv": csv_table(Task, reading.tasks),
        f"{stem}.boxes.csv": csv_table(Box, reading.boxes),
        f"{stem}.xlsx": workbook(reading),
    }


def jsonl(records: Sequence[Record]) -> bytes:
    """One JSON object a line; an empty sequence gives an empty file."""
    return b"".join(msgspec.json.encode(record) + b"\n" for record in records)


def csv_table(kind: type[Record], records: Sequence[Record]) -> bytes:
    """Records as CSV with a UTF-8 byte order mark, which spreadsheet programs need to read Chinese."""
    heads = HEADS[kind]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(list(heads.values()))
    for record in records:
        writer.writerow([_csv_cell(cell_value(record, name)) for name in heads])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def workbook(reading: PlanReading) -> bytes:
    """One workbook for a plan: sheets 文件, 目标, 任务, 专栏; every text is a text cell, never a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": reading.document.title or reading.document.doc, "created": _CREATED})
    bold = book.add_format({"bold": True, "bg_color": "#DDE8F0", "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    _document_sheet(book, reading.document, bold, wrap)
    sheets: list[tuple[str, type[Record], Sequence[Record]]] = [
        ("目标", Target, reading.targets), ("任务", Task, reading.tasks), ("专栏", Box, reading.boxes),
    ]  # fmt: skip
    for name, kind, records in sheets:
        _sheet(book, name, kind, records, bold, wrap)
    book.close()
    return out.getvalue()


def _document_sheet(book: Any, document: Document, bold: Any, wrap: Any) -> None:
    sheet = book.add_worksheet("文件")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 90)
    for row, (name, head) in enumerate(_DOCUMENT_HEADS.items()):
        sheet.write_string(row, 0, head, bold)
        _write(sheet, row, 1, cell_value(document, name), wrap)


def _sheet(book: Any, name: str, kind: type[Record], records: Sequence[Record], bold: Any, wrap: Any) -> None:
    sheet = book.add_worksheet(name)
    heads = HEADS[kind]
    for column, (field, head) in enumerate(heads.items()):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, _width(field))
    for row, record in enumerate(records[: _SHEET_ROWS - 1], start=1):
        for column, field in enumerate(heads):
            _write(sheet, row, column, cell_value(record, field), wrap)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(records)), len(heads) - 1)


def _width(field: str) -> int:
    wide = {"quote": 60, "indicator": 36, "title": 36, "measures": 60, "units": 40, "items": 60, "path": 36}
    return wide.get(field, 14)


def _write(sheet: Any, row: int, column: int, value: str | float | int | None, form: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:_CELL_LIMIT], form)
    else:
        sheet.write_number(row, column, value, form)


def cell_value(record: Record, field: str) -> str | float | int | None:
    """A field as one cell: lists joined, units with 牵头 marked, sections with their numbers; None stays empty."""
    value = getattr(record, field)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return value
    shape = _SHAPES.get(field)
    return shape(value) if shape else _lines(value)


def _lines(values: Sequence[Any]) -> str:
    return "\n".join(str(value) for value in values)


def _marked(units: Sequence[Any]) -> str:
    return "、".join(f"{unit.name}(牵头)" if unit.lead else unit.name for unit in units)


_SHAPES: dict[str, Callable[[Any], str]] = {
    "units": _marked,
    "implicit_units": "、".join,
    "issuers": "、".join,
    "aliases": "、".join,
    "path": " › ".join,
    "span": lambda span: f"{span[0]}:{span[1]}",
    "raw_span": lambda span: f"{span[0]}:{span[1]}",
    "deadlines": lambda years: "、".join(map(str, years)),
    "sections": lambda sections: "\n".join(f"{s.level} {s.number or ''} {s.title}" for s in sections),
}


def _csv_cell(value: str | float | int | None) -> str | float | int:
    """A CSV cell that no spreadsheet runs: text that would start a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" \n\u3000").startswith(_FORMULA_STARTS):
        return "'" + value
    return value
