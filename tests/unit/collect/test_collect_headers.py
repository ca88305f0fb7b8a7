"""Finding the header, the columns and their units in tables as people deliver them."""

from __future__ import annotations

from typing import Any

import pytest
from collect_tables import ENERGY_HEADER, FIRM, LISTS, csv_bytes, energy_row, xlsx

from dafeng.collect.contracts import DELIVERED, ENERGY, VALUE_ADDED
from dafeng.collect.headers import RawTable, table_in
from dafeng.collect.templates import template_workbook
from dafeng.collect.workbooks import Sheet, Workbook, read_workbook


def table(*rows: tuple[Any, ...], contract: str = "energy") -> RawTable:
    return table_in(read_workbook(xlsx(*rows), "a.xlsx"), DELIVERED[contract])


def test_a_plain_header_is_found_with_the_rows_below_it() -> None:
    raw = table(ENERGY_HEADER, energy_row(), energy_row("2023-06"))
    assert raw.frame.select("_sheet", "_row", "period").rows() == [
        ("能源消费", 2, "2023-05"),
        ("能源消费", 3, "2023-06"),
    ]
    assert raw.faults.is_empty()


def test_titles_above_and_empty_rows_between_move_no_row_number() -> None:
    raw = table(("2023年能源报表",), (), ENERGY_HEADER, (), energy_row(), (), energy_row("2023-06"))
    assert raw.frame["_row"].to_list() == [5, 7]


def test_columns_may_stand_in_any_order_under_other_names() -> None:
    raw = table(("Used", "报告期", "能源名称", "信用代码", "计量单位"), (5, "2023-05", "烟煤", FIRM, "吨"))
    assert raw.frame.select("enterprise_id", "period", "item", "unit", "used").row(0) == (
        FIRM,
        "2023-05",
        "烟煤",
        "吨",
        "5",
    )


def test_a_header_over_two_rows_with_merged_cells_is_read() -> None:
    raw = table(
        ("统一社会信用代码", "时期", "能源品种", "计量单位", "收入", None, "支出", None),
        (None, None, None, None, "期初库存", "购进量", "消费量", "期末库存"),
        (FIRM, "2023-05", "烟煤", "吨", 1, 2, 3, 4),
    )
    assert raw.frame.select("enterprise_id", "opening_stock", "bought", "used", "closing_stock").row(0) == (
        FIRM,
        "1",
        "2",
        "3",
        "4",
    )


def test_a_line_that_numbers_the_columns_is_no_data() -> None:
    raw = table(ENERGY_HEADER, ("甲", "乙", "丙", "丁", 1, 2, 3, 4, 5), energy_row())
    assert raw.frame["_row"].to_list() == [3]


def test_a_line_of_units_below_the_header_is_read_as_units() -> None:
    raw = table(
        ("统一社会信用代码", "时期", "工业总产值", "工业增加值"),
        (None, None, "(亿元)", "万元"),
        (FIRM, "2023", 1, 2),
        contract="value_added",
    )
    assert raw.units == {("能源消费", "output_value_current"): "亿元", ("能源消费", "value_added_current"): "万元"}
    assert raw.frame["_row"].to_list() == [3]


@pytest.mark.parametrize(
    "header",
    [
        "增加值(亿元)",
        "增加值（亿元）",
        "增加值[亿元]",
        "增加值/亿元",
        "增加值(单位：亿元)",
        "增加值，亿元",
        "工业增加值(现价)（亿元）",
    ],
)
def test_a_unit_in_the_header_is_told_apart_from_the_name(header: str) -> None:
    raw = table(("统一社会信用代码", "时期", header), (FIRM, "2023", 1), contract="value_added")
    assert raw.units == {("能源消费", "value_added_current"): "亿元"}


def test_a_unit_stated_above_the_table_holds_for_its_figures() -> None:
    raw = table(
        ("增加值表", None, "单位：亿元"),
        ("统一社会信用代码", "时期", "增加值"),
        (FIRM, "2023", 1),
        contract="value_added",
    )
    assert raw.units == {("能源消费", "value_added_current"): "亿元"}
    energy = table(("单位：万吨",), ("统一社会信用代码", "时期", "能源品种", "消费量"), (FIRM, "2023", "烟煤", 1))
    assert energy.frame["unit"].to_list() == ["万吨"]


def test_several_sheets_are_read_and_others_told() -> None:
    book = Workbook(
        "a.xlsx",
        "0" * 64,
        tuple(
            Sheet(name, read_workbook(csv_bytes(*rows), "x.csv").sheets[0].cells)
            for name, rows in {
                "1月": [ENERGY_HEADER, energy_row("2023-01")],
                "2月": [ENERGY_HEADER, energy_row("2023-02")],
                "联系人": [("姓名", "电话"), ("张", "1")],
                "代码表": [ENERGY_HEADER, energy_row()],
            }.items()
        ),
    )
    raw = table_in(book, ENERGY)
    assert raw.frame.select("_sheet", "period").rows() == [("1月", "2023-01"), ("2月", "2023-02")]
    assert raw.faults.select("kind", "severity", "text").rows() == [
        ("sheet_skipped", "note", "联系人"),
        ("guide_sheet", "warning", "代码表"),
    ]


def test_a_column_that_stands_twice_and_one_that_is_unknown_are_told() -> None:
    raw = table((*ENERGY_HEADER, "消费量", "天气", "序号"), (*energy_row(used=1), 2, "晴", 1))
    assert raw.faults.select("kind", "column").rows() == [("column_twice", "used")]
    assert raw.frame["used"].to_list() == ["1"]
    assert raw.frame["天气"].to_list() == ["晴"]
    assert "序号" not in raw.frame.columns


def test_a_strange_column_cannot_pose_as_one_of_ours() -> None:
    raw = table((*ENERGY_HEADER, "_row", "quality?"), (*energy_row(), 99, "x"))
    assert raw.frame["_row"].to_list() == [2]
    assert raw.frame["row"].to_list() == ["99"]


def test_no_header_at_all_is_one_fault_that_says_what_is_needed() -> None:
    raw = table(("a", "b"), (1, 2))
    assert raw.frame.is_empty()
    fault = raw.faults.filter(kind="no_table")
    assert fault["severity"].to_list() == ["error"]
    assert "统一社会信用代码" in fault["what_zh"].item() + fault["mend_zh"].item()


def test_the_headers_of_one_contract_are_not_those_of_another() -> None:
    book = read_workbook(xlsx(ENERGY_HEADER, energy_row()), "a.xlsx")
    assert table_in(book, DELIVERED["area_statistics"]).frame.is_empty()
    assert "value_added_current" not in table_in(book, VALUE_ADDED).frame.columns


def test_a_first_row_of_missing_marks_is_data_not_a_row_of_units() -> None:
    raw = table(ENERGY_HEADER, (FIRM, "2023-05", "烟煤", "吨", None, "-", "-"), energy_row("2023-06"))
    assert raw.frame["period"].to_list() == ["2023-05", "2023-06"]
    units = table(ENERGY_HEADER, (None, None, None, None, "吨", "吨", "吨"), energy_row("2023-06"))
    assert units.frame["period"].to_list() == ["2023-06"]


def test_what_stands_only_beside_the_table_is_told() -> None:
    raw = table(ENERGY_HEADER, energy_row("2023-06"), (*[None] * len(ENERGY_HEADER), "已核对"))
    assert raw.faults.select("kind", "severity", "row", "text").rows() == [("beside", "note", 3, "已核对")]


def test_a_guide_without_the_table_is_passed_over_in_silence() -> None:
    book = read_workbook(template_workbook(ENERGY, LISTS), "t.xlsx")
    assert table_in(book, ENERGY).faults.is_empty()
