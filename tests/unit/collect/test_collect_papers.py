"""What goes out to people: templates, annotated workbooks, the data dictionary; and rosters that come back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from collect_tables import ENERGY_HEADER, FIRM, LISTS, csv_bytes, energy_row, imported, xlsx

from dafeng.base.units import known
from dafeng.collect.annotated import PROBLEM_SHEET, annotated_workbook
from dafeng.collect.codelists import code_lists, measures
from dafeng.collect.contracts import DELIVERED, DELIVERIES, ENERGY
from dafeng.collect.dictionary import code_list_page, contract_page, data_dictionary
from dafeng.collect.facts import FACT
from dafeng.collect.headers import table_in
from dafeng.collect.roster import enterprise_roster, site_roster
from dafeng.collect.templates import template_csv, template_workbook
from dafeng.collect.workbooks import read_workbook


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("contract", DELIVERED.values(), ids=lambda c: c.name)
def test_a_template_is_understood_by_the_reader_it_was_made_for(contract) -> None:  # type: ignore[no-untyped-def]
    for data in (template_workbook(contract, LISTS), template_csv(contract)):
        raw = table_in(read_workbook(data, "t"), contract)
        assert raw.faults.is_empty()
        assert raw.frame.is_empty()
        assert set(raw.frame.columns) == {"_sheet", "_row", *contract.columns}


def test_a_template_has_code_lists_a_guide_and_drop_downs() -> None:
    data = template_workbook(ENERGY, LISTS)
    sheets = {sheet.name: sheet.cells for sheet in read_workbook(data, "t").sheets}
    assert list(sheets) == ["能源消费", "代码表", "填报说明"]
    assert "烟煤" in sheets["代码表"].to_series(0).to_list()
    guide = " ".join(str(cell) for row in sheets["填报说明"].rows() for cell in row)
    assert all(col.zh in guide and col.note in guide for col in ENERGY.columns.values())
    validations = re.findall(r"<dataValidation .*?</dataValidation>", part(data, "xl/worksheets/sheet1.xml"))
    assert any("代码表" in rule for rule in validations)
    assert len(validations) == 10  # item, unit, quality and seven figures


def test_a_template_filled_in_comes_back_as_rows() -> None:
    header = [col.header for col in ENERGY.columns.values()]
    filled = [col.example for col in ENERGY.columns.values()]
    done = imported(tuple(filled), header=tuple(header))
    assert len(done.parsed.rows) == 1
    assert len(done.facts) == 5
    assert done.parsed.errors.is_empty()


@pytest.mark.parametrize("contract", DELIVERED.values(), ids=lambda c: c.name)
def test_the_examples_of_every_contract_are_right_by_their_own_contract(contract) -> None:  # type: ignore[no-untyped-def]
    from dafeng.base.contracts import check

    lists = code_lists()
    row = {name: [col.example or None] for name, col in contract.columns.items()}
    if contract.name == "enterprises":
        row["enterprise_id"] = [None]
    import polars as pl

    parsed = check(pl.DataFrame(row, schema=dict.fromkeys(row, pl.String)), contract, lists)
    assert parsed.problems == ()


def test_the_same_contract_gives_the_same_bytes() -> None:
    assert template_workbook(ENERGY, LISTS) == template_workbook(ENERGY, LISTS)


def test_an_annotated_workbook_shows_rows_problems_and_comments() -> None:
    done = imported(energy_row(used="十吨"), energy_row("2023-06", used=5))
    data = annotated_workbook(done.raw, ENERGY, done.parsed.faults)
    sheets = {sheet.name: sheet.cells for sheet in read_workbook(data, "a").sheets}
    assert list(sheets) == ["能源消费", PROBLEM_SHEET]
    assert sheets["能源消费"].height == 3
    assert sheets[PROBLEM_SHEET].row(1)[:5] == ("错误", "能源消费", "2", "消费量", "十吨")
    assert "不是数值" in part(data, "xl/comments1.xml")
    assert "FFFFC7CE" in part(data, "xl/styles.xml")


def test_an_annotated_workbook_that_was_mended_can_be_delivered_again() -> None:
    done = imported((FIRM, "2023", 1.5), kind="value_added", header=("统一社会信用代码", "时期", "增加值(亿元)"))
    data = annotated_workbook(done.raw, DELIVERED["value_added"], done.parsed.faults)
    again = table_in(read_workbook(data, "a"), DELIVERED["value_added"])
    assert again.faults.is_empty()
    assert again.units == {("能源消费", "value_added_current"): "亿元"}
    assert again.frame["value_added_current"].to_list() == ["1.5"]


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x","y")', "+1+cmd", "-2+3", "@SUM(A1)", "http://example.org", "\t=1", "{=1}"]
)
def test_nothing_from_outside_becomes_a_formula_or_a_link(text: str) -> None:
    header = (*ENERGY_HEADER, "备注", text)
    done = imported((*energy_row(item=text, used=text), text, text), header=header)
    data = annotated_workbook(done.raw, ENERGY, done.parsed.faults)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n]
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    cells = read_workbook(data, "a").sheets[0].cells.row(1)
    assert [cell for cell in cells if cell and cell.strip() == text.strip()]


def test_control_characters_and_long_texts_do_not_break_the_workbook() -> None:
    csv = csv_bytes((*ENERGY_HEADER, "备注"), (*energy_row(), "a\x01b" + "长" * 40_000))
    raw = table_in(read_workbook(csv, "a.csv"), ENERGY)
    data = annotated_workbook(raw, ENERGY, imported(energy_row()).parsed.faults)
    assert "a b长" in str(read_workbook(data, "a").sheets[0].cells.row(1))


def test_sheet_names_that_clash_are_made_different() -> None:
    rows = (ENERGY_HEADER, energy_row())
    raw = table_in(read_workbook(xlsx(*rows, sheet="a" * 31), "x"), ENERGY)
    data = annotated_workbook(raw, ENERGY, imported(energy_row()).parsed.faults)
    assert read_workbook(data, "a").sheets[0].name == "a" * 28


def test_the_data_dictionary_tells_every_column() -> None:
    page = data_dictionary([*DELIVERED.values(), FACT])
    for contract in (*DELIVERED.values(), FACT):
        assert f"`{contract.name}`" in page
        section = contract_page(contract)
        assert all(f"| `{name}` | {col.zh} |" in section for name, col in contract.columns.items())
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in section.splitlines() if line.startswith("|")}
        assert widths == {9}
    assert "42 entries" in code_list_page(LISTS["energy_items"], limit=3)


def test_a_roster_becomes_dated_rows_of_the_registry() -> None:
    header = ("统一社会信用代码", "企业标识", "企业名称", "所在区县", "行业代码", "是否规上", "经营状态", "起始日期")
    data = xlsx(
        header,
        (FIRM, None, "甲", "介休市", "C3120", "是", "在产", "2021-01-01"),
        (None, "E-x1", "乙", "140727", "炼钢", "否", None, None),
        (None, None, "丙", "祁县", "3120", None, None, None),
        ("91110000600037341L", None, "丁", "火星", "3120", None, None, None),
    )
    rows, parsed, raw = enterprise_roster(data, "r.xlsx", LISTS, date(2020, 1, 1), synthetic=True)
    assert rows.select(
        "enterprise_id", "area_code", "industry_code", "above_scale", "status", "since", "synthetic"
    ).rows() == [
        (f"E-{FIRM}", "140781", "3120", True, "operating", date(2021, 1, 1), True),
        ("E-x1", "140727", "3120", False, None, date(2020, 1, 1), True),
    ]
    assert parsed.errors.select("kind", "row").rows() == [("one_of", 4), ("unknown_code", 5)]
    assert len(raw.frame) == 4


def test_a_roster_of_sites_is_read() -> None:
    data = xlsx(("场所编码", "统一社会信用代码", "场所名称", "所在区县"), ("S-1", FIRM, "一厂", "祁县"), sheet="场所")
    rows, parsed, _ = site_roster(data, "s.xlsx", LISTS, date(2020, 1, 1))
    assert rows.select("site_id", "enterprise_id", "area_code").rows() == [("S-1", f"E-{FIRM}", "140727")]
    assert parsed.problems == ()


def test_every_delivered_measure_is_in_the_glossary_with_a_known_unit() -> None:
    names = set(measures()["measure"])
    assert {m for delivery in DELIVERIES.values() for m in delivery.measures.values()} <= names
    assert all(known(unit) for unit in measures()["unit"].drop_nulls())
    assert all(known(unit) for codes in LISTS.values() if "unit" in codes.table.columns for unit in codes.table["unit"])
