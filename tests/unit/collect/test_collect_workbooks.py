"""Bytes to text: what a file holds, where it stands, and what is refused before it does harm."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
from collect_tables import csv_bytes, xlsx

from dafeng.base.errors import UnreadableFile
from dafeng.collect.unpack import UNCOMPUTED, Limits, column_number
from dafeng.collect.workbooks import read_workbook

_XML = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def with_sheet_xml(xml: bytes) -> bytes:
    """A true workbook whose sheet was replaced by this XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(("a",)))) as true, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as false:
        for name in true.namelist():
            false.writestr(name, xml if "sheet1.xml" in name and "worksheets" in name else true.read(name))
    return out.getvalue()


def test_cells_come_as_text_with_their_rows() -> None:
    book = read_workbook(xlsx((), ("标题",), (None, 12, 0.1, date(2023, 5, 1), True, " x ")), "a.xlsx")
    sheet = book.sheets[0]
    assert sheet.name == "能源消费"
    assert sheet.cells.row(1)[0] == "标题"
    assert sheet.cells.row(2) == (None, "12", "0.1", "45047", "true", " x ")
    assert len(book.sha256) == 64


def test_a_date_cell_comes_as_a_date() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm"})
    book.add_worksheet("s").write_datetime(0, 0, date(2023, 5, 1))
    book.close()
    assert read_workbook(out.getvalue(), "a.xlsx").sheets[0].cells.item() == "2023-05-01 00:00:00"


def test_formulas_come_as_values_and_errors_are_never_empty() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("表")
    page.write_formula(1, 1, "=6*4", None, 24)
    page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    page.write(1, 3, 5)
    book.close()
    assert read_workbook(out.getvalue(), "a.xlsx").sheets[0].cells.row(1) == ("24", "#DIV/0!", "5")


def test_a_formula_whose_value_is_an_empty_text_is_empty() -> None:
    row = (
        b'<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>IF(A1,"","")</f><v></v></c><c r="C1"><v>3</v></c></row>'
    )
    assert read_workbook(with_sheet_xml(_XML % row), "a.xlsx").sheets[0].cells.row(0) in [
        ("1", None, "3"),
        ("1", "", "3"),
    ]


def test_a_formula_that_was_never_computed_is_not_taken_as_empty() -> None:
    cells = b'<c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f></c><c r="C1"><f>A1*3</f><v></v></c><c r="D1"><v>4</v></c>'
    row = b'<row r="1">' + cells + b"</row>"
    book = read_workbook(with_sheet_xml(_XML % row), "a.xlsx")
    assert book.sheets[0].cells.row(0) == ("1", UNCOMPUTED, UNCOMPUTED, "4")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_usual_encodings(encoding: str) -> None:
    book = read_workbook(csv_bytes(("时期", "消费量"), ("2023年5月", "1"), encoding=encoding), "a.csv")
    assert book.sheets[0].cells.rows() == [("时期", "消费量"), ("2023年5月", "1")]
    assert book.sheets[0].name is None


def test_csv_may_have_titles_quotes_blank_lines_and_other_delimiters() -> None:
    text = '能源表\n\na\tb\tc\n"1,5"\t"x\ny"\n'
    assert read_workbook(text.encode(), "a.csv").sheets[0].cells.rows() == [
        ("能源表", "", ""),
        ("", "", ""),
        ("a", "b", "c"),
        ("1,5", "x\ny", ""),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"PK\x03\x04 but no zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "cannot be read"),
        (b"\x00\x01\x02\x03" * 100, "neither a workbook nor text"),
        (b"a,b\n\xff\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why) as caught:
        read_workbook(data, "x.bin")
    assert "x.bin" in caught.value.where
    assert caught.value.mend


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(file_bytes=1000), "MB"),
        (Limits(inflated_bytes=2000), "unpacks to more"),
        (Limits(rows=50), "reaches to row 100"),
        (Limits(columns=20), "column 26"),
        (Limits(cells=1000), "reaches to row 100"),
    ],
)
def test_a_workbook_beyond_the_limits_is_refused(limits: Limits, why: str) -> None:
    data = xlsx(*[("a", 1)] * 100)
    assert read_workbook(data, "a.xlsx").sheets[0].cells.height == 100
    with pytest.raises(UnreadableFile, match=why):
        read_workbook(data, "a.xlsx", limits)


@pytest.mark.parametrize("reference", [b'r="XFD1048576"', b"r='XFD1048576'", b'r = "XFD1048576"', b'\tr="A999999999"'])
def test_one_cell_in_the_far_corner_does_not_lay_out_the_sheet(reference: bytes) -> None:
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c ' + reference + b"><v>1</v></c></row>"
    data = with_sheet_xml(_XML % far)
    assert len(data) < 10_000
    with pytest.raises(UnreadableFile, match="reaches to row"):
        read_workbook(data, "bomb.xlsx")


def test_a_zip_bomb_is_refused_also_when_its_header_lies() -> None:
    honest = with_sheet_xml(_XML % (b"<row/>" * 3_000_000))
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read_workbook(honest, "bomb.xlsx", Limits(inflated_bytes=10 << 20))
    size = re.search(rb"PK\x01\x02.{20}(.{4}).{18}[^P]*xl/worksheets/sheet1.xml", honest, re.DOTALL)
    assert size
    lying = honest[: size.start(1)] + (1000).to_bytes(4, "little") + honest[size.end(1) :]
    with pytest.raises(UnreadableFile, match="damaged"):
        read_workbook(lying, "bomb.xlsx", Limits(inflated_bytes=10 << 20))


def test_too_many_sheets_and_too_wide_a_csv_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="sheets"):
        read_workbook(xlsx(("a",)), "a.xlsx", Limits(sheets=0))
    with pytest.raises(UnreadableFile, match="300 columns"):
        read_workbook(b",".join([b"x"] * 300), "a.csv")


def test_columns_are_counted_as_a_spreadsheet_names_them() -> None:
    assert [column_number(name) for name in (b"A", b"Z", b"AA", b"XFD")] == [1, 26, 27, 16384]


@pytest.mark.parametrize("number", [7.5329e-06, 1.5e-9, 1e-20, -1e-300, 44138.74357618095, 0.0, 1e300])
def test_a_number_is_read_in_full_however_small_or_long(number: float) -> None:
    """The reader's own texts stop at nine decimals: a factor of 7.5329e-6 would lose its last digits."""
    (sheet,) = read_workbook(xlsx(("x",), (number,), (1.5,), ("text",), (None,)), "a.xlsx").sheets
    texts = sheet.cells.to_series().to_list()
    assert float(texts[1]) == number
    assert texts[2:4] == ["1.5", "text"]
