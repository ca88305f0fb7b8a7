"""Import templates 填报模板: an empty workbook made from a contract, with drop-downs, code lists and a guide."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
import xlsxwriter

from dafeng.base.columns import CodeList, Col, Contract

CODE_SHEET, GUIDE_SHEET = "代码表", "填报说明"
_FILLED_ROWS = 2000  # rows of a template that carry drop-downs and formats
_LIST_FROM_ROW = 2  # names of a code list begin in this row (counted from 0) of the code sheet
_FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)  # a fixed creation time: the same contract gives the same bytes
_CODE_HEADS = {  # columns of a code list that the code sheet shows, in this order
    "zh": "名称",
    "code": "代码",
    "unit": "计量单位",
    "energy_unit": "单位能耗计量单位",
    "full_name": "全称",
    "en": "英文名称",
}
_TYPES_ZH = {"str": "文字", "float": "数值", "int": "整数", "bool": "是/否", "date": "日期"}
_FORMS_ZH = {
    "period": "时期（2023、2023-05、2023Q2）",
    "year_month": "时期（2023 或 2023-05）",
    "uscc": "18位统一社会信用代码",
    "enterprise_id": "18位统一社会信用代码或企业标识",
    "unit": "计量单位",
}


@dataclass(frozen=True)
class _Styles:
    title: Any
    note: Any
    required: Any
    optional: Any
    text: Any
    figure: Any
    wrapped: Any
    head: Any


def template_workbook(
    contract: Contract, codelists: Mapping[str, CodeList], rows: Iterable[Mapping[str, str | None]] = ()
) -> bytes:
    """An xlsx template: the data sheet (title, a line of notes, header), the code lists and the guide.

    A code list that was not given is left out of the code sheet, and its column has no drop-down. ``rows`` are filled
    in beforehand, as text by column.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": contract.zh, "created": _FIRST_DAY})
    styles = _styles(book)
    data = book.add_worksheet(contract.zh)
    used = _used_lists(contract, codelists)
    ranges = _write_codes(book.add_worksheet(CODE_SHEET), used, styles)
    _write_guide(book.add_worksheet(GUIDE_SHEET), contract, styles)
    _write_data_sheet(data, contract, ranges, styles)
    for number, row in enumerate(rows, start=3):
        for index, name in enumerate(contract.columns):
            _write_texts(data, number, index, [row.get(name)], styles.text)
    data.activate()
    book.close()
    return out.getvalue()


def template_csv(contract: Contract) -> bytes:
    """The header line as CSV, UTF-8 with BOM so that spreadsheet programs read it right."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([col.header for col in contract.columns.values()])
    return out.getvalue().encode("utf-8-sig")


def _styles(book: xlsxwriter.Workbook) -> _Styles:
    plain = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
    head = plain | {"bold": True, "border": 1, "align": "center", "text_wrap": True}
    return _Styles(
        title=book.add_format(plain | {"bold": True, "font_size": 14}),
        note=book.add_format(plain | {"font_color": "#666666", "font_size": 9, "text_wrap": True, "valign": "top"}),
        required=book.add_format(head | {"bg_color": "#FCE4D6"}),
        optional=book.add_format(head | {"bg_color": "#E2EFDA"}),
        text=book.add_format(plain | {"num_format": "@"}),
        figure=book.add_format(plain | {"num_format": "#,##0.####"}),
        wrapped=book.add_format(plain | {"text_wrap": True, "border": 1, "valign": "top"}),
        head=book.add_format(head | {"bg_color": "#DDEBF7"}),
    )


def _used_lists(contract: Contract, codelists: Mapping[str, CodeList]) -> dict[str, CodeList]:
    """The lists a contract's columns draw on, also the units and the closed choices."""
    used: dict[str, CodeList] = {}
    for name, col in contract.columns.items():
        key = "units" if col.form == "unit" else col.codes
        if key and key in codelists:
            used[name] = codelists[key]
        elif col.choices:
            table = pl.DataFrame({"code": list(col.choices), "zh": list(col.choices.values())})
            used[name] = CodeList(name, col.zh, table)
    return used


def _write_codes(sheet: Any, used: Mapping[str, CodeList], styles: _Styles) -> dict[str, str]:
    """Write every list side by side; column → the range of its names, for the drop-down."""
    ranges: dict[str, str] = {}
    left = 0
    for name, codes in used.items():
        shown = [c for c in _CODE_HEADS if c in codes.table.columns]
        sheet.write_string(0, left, codes.zh, styles.title)
        sheet.write_row(1, left, [_CODE_HEADS[c] for c in shown], styles.head)
        for offset, column in enumerate(shown):
            _write_texts(sheet, _LIST_FROM_ROW, left + offset, codes.table[column].to_list(), styles.text)
        last = _LIST_FROM_ROW + len(codes.table)
        letter = xlsxwriter.utility.xl_col_to_name(left)
        ranges[name] = f"='{CODE_SHEET}'!${letter}${_LIST_FROM_ROW + 1}:${letter}${last}"
        sheet.set_column(left, left + len(shown) - 1, 16)
        left += len(shown) + 1
    sheet.freeze_panes(_LIST_FROM_ROW, 0)
    return ranges


def _write_texts(sheet: Any, row: int, column: int, texts: list[str | None], style: Any) -> None:
    for offset, text in enumerate(texts):
        if text is not None:
            sheet.write_string(row + offset, column, text, style)


def _write_data_sheet(sheet: Any, contract: Contract, ranges: Mapping[str, str], styles: _Styles) -> None:
    sheet.write_string(0, 0, contract.zh, styles.title)
    sheet.write_string(0, 2, contract.note, styles.note)
    sheet.set_row(1, 44)
    for index, (name, col) in enumerate(contract.columns.items()):
        sheet.write_string(1, index, _brief(col), styles.note)
        sheet.write_string(2, index, col.header, styles.optional if col.missing else styles.required)
        sheet.set_column(index, index, _width(col), styles.figure if col.type is float else styles.text)
        _validate(sheet, index, name, col, ranges)
    sheet.freeze_panes(3, 1)


def _brief(col: Col) -> str:
    return "；".join(
        filter(None, ("选填" if col.missing else "必填", f"例 {col.example}" if col.example else "", col.note))
    )


def _width(col: Col) -> int:
    return 24 if col.form in ("uscc", "enterprise_id") or "名称" in col.zh else max(12, 2 * len(col.header) + 2)


def _validate(sheet: Any, index: int, name: str, col: Col, ranges: Mapping[str, str]) -> None:
    """Drop-downs and bounds; they advise (a typed code, or — for a missing figure, must stay possible)."""
    rule: dict[str, Any] | None = None
    if name in ranges:
        rule = {"validate": "list", "source": ranges[name]}
    elif col.type is bool:
        rule = {"validate": "list", "source": ["是", "否"]}
    elif col.type is float and col.ge is not None:
        rule = {"validate": "decimal", "criteria": ">=", "value": col.ge}
    if rule:
        advice = {"error_type": "information", "error_title": col.zh[:32], "error_message": "不在常用范围内，请核对。"}
        sheet.data_validation(3, index, 3 + _FILLED_ROWS, index, rule | advice)


def _write_guide(sheet: Any, contract: Contract, styles: _Styles) -> None:
    sheet.write_string(0, 0, f"{contract.zh} {GUIDE_SHEET}", styles.title)
    lines = guide_lines(contract)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, styles.note)
    top = len(lines) + 2
    sheet.write_row(top, 0, ["列名", "必填", "类型", "计量单位", "可填值", "示例", "说明", "也可写作"], styles.head)
    for row, line_of in enumerate(guide_rows(contract), start=top + 1):
        for column, text in enumerate(line_of):
            sheet.write_string(row, column, text, styles.wrapped)
    for column, width in enumerate((22, 8, 26, 12, 30, 24, 44, 40)):
        sheet.set_column(column, column, width)


def guide_lines(contract: Contract) -> list[str]:
    """What holds for the whole table, in Chinese."""
    key = "、".join(contract.columns[name].zh for name in contract.key)
    lines = [
        contract.note,
        f"每行由 {key} 确定，不得重复。",
        "没有数据请留空，或填“—”“缺”“未报”“不适用”；零请填 0。空白与零含义不同。",
        "列的顺序可以调整，表头上方可以有标题；请勿合并数据单元格，请勿在数据区写公式以外的合计行。",
        "同一文件可重复导入，结果不变；更正数据时填写正确的行重新导入，原数保留备查。",
    ]
    lines += ["、".join(contract.columns[n].zh for n in group) + " 至少填写一项。" for group in contract.one_of]
    return [line for line in lines if line]


def guide_rows(contract: Contract) -> list[tuple[str, ...]]:
    """One line a column: header, required, type, unit, allowed values, example, note, other headers."""
    return [
        (
            col.header,
            "否" if col.missing else "是",
            _FORMS_ZH.get(col.form or "", _TYPES_ZH.get(col.type.__name__, "")),
            col.unit or "",
            allowed_values(col),
            col.example,
            col.note,
            "、".join(col.aliases),
        )
        for col in contract.columns.values()
    ]


def allowed_values(col: Col) -> str:
    """The values a column takes, in words: the closed list, the code list, the bounds."""
    if col.choices:
        return "、".join(col.choices.values())
    if col.codes or col.form == "unit":
        return f"见“{CODE_SHEET}”"
    bounds = [f"≥ {col.ge:g}" if col.ge is not None else "", f"≤ {col.le:g}" if col.le is not None else ""]
    return "，".join(filter(None, bounds))
