"""The certificate table: what a row costs, what is refused with the place where it stands, and nothing lost."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.contracts import check
from dafeng.collect.certificates import _SAME, CERTIFICATES, Entered, certificate_blocks
from dafeng.collect.headers import table_in
from dafeng.collect.templates import template_csv
from dafeng.collect.workbooks import read_workbook

HEAD = "统一社会信用代码,证书种类,起始编号,终止编号,张数,电量生产年月,取得日期,取得方式,电源类型"
REGISTERS = {"gec": "gec", "bundled": "gec", "irec": "irec", "tigr": "tigr"}
DAY = date(2025, 6, 1)
KNOWN_SCHEMA = {
    "register": pl.String, "prefix": pl.String, "width": pl.Int64, "first_no": pl.Int64, "last_no": pl.Int64,
    "kind": pl.String, "holder": pl.String, "source": pl.String, "generation_month": pl.Date, "issued_on": pl.Date,
    "acquired": pl.String, "there": pl.String, "there_zh": pl.String,
}  # fmt: skip


def known(*rows: dict) -> pl.DataFrame:
    base = {
        "register": "gec", "prefix": "G", "width": 4, "kind": "gec", "holder": "E-1", "source": "wind",
        "generation_month": date(2025, 1, 1), "issued_on": date(2025, 3, 1), "acquired": "bought",
        "there": "old.csv › row 7", "there_zh": "old.csv › 第7行",
    }  # fmt: skip
    return pl.DataFrame([base | r for r in rows], schema=KNOWN_SCHEMA, orient="row")


def line(first: str, last: str = "", *, count: object = "", kind: str = "绿证", month: str = "2025-01",
         on: str = "2025-03-01", firm: str = "E-1") -> str:  # fmt: skip
    return f"{firm},{kind},{first},{last},{count},{month},{on},购入,风电"


def entered(*lines: str, ledger: pl.DataFrame | None = None) -> Entered:
    data = "\n".join([HEAD, *lines, ""]).encode()
    raw = table_in(read_workbook(data, "绿证.csv"), CERTIFICATES)
    parsed = check(raw.frame, CERTIFICATES, {}, source="绿证.csv")
    return certificate_blocks(parsed, raw, REGISTERS, known() if ledger is None else ledger, DAY)


def kinds(made: Entered) -> dict[int, str]:
    return {row: kind for row, kind in made.parsed.faults.select("row", "kind").iter_rows() if row is not None}


def test_a_range_of_codes_is_one_block():
    made = entered(line("G0001", "G9000", count="9000"))
    assert made.parsed.faults.is_empty()
    row = made.blocks.row(0, named=True)
    assert (row["prefix"], row["width"], row["first_no"], row["last_no"]) == ("G", 4, 1, 9000)
    assert (row["kind"], row["register"], row["holder"]) == ("gec", "gec", "E-1")
    assert row["generation_month"] == date(2025, 1, 1)


def test_a_single_certificate_needs_no_last_code_and_blanks_in_codes_are_nothing():
    made = entered(line(" G 0007 "))
    assert made.blocks.select("first_no", "last_no").row(0) == (7, 7)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (line("GEC"), "no_code"),
        (line("G0009", "G0001"), "no_range"),
        (line("G0009", "H0010"), "no_range"),
        (line("G0009", "G00010"), "no_range"),
        (line("G000000000001", "G999999999999"), "no_range"),
        (line("G0001", "G0010", count="9"), "other_count"),
        (line("G0001", month="2025"), "no_month"),
        (line("G0001", on="2024-12-31"), "too_early"),
        (line("G0001", on="2025-06-02"), "to_come"),
        (line("G0001", kind="债券"), "unknown_choice"),
        (line("G0001", count="0"), "below"),
    ],
)
def test_a_row_that_fails_costs_a_row_and_says_why(text, kind):
    made = entered(line("G5000", "G5009"), text)
    assert made.blocks.height == 1
    assert made.parsed.read == 2
    assert len(made.parsed.rejected) == 1
    fault = made.parsed.faults.filter(row=3).row(0, named=True)
    assert fault["kind"] == kind or kind == "below"
    assert fault["what_zh"]
    assert fault["mend_zh"]


def test_codes_that_stand_twice_in_a_file_are_refused_with_the_row():
    made = entered(line("G0001", "G0100"), line("G0100", "G0120"), line("G0200"), line("G0050", "G0060", firm="E-2"))
    assert kinds(made) == {3: "repeated_code", 5: "repeated_code"}
    assert "第2行" in made.parsed.faults.filter(row=3)["what_zh"].item()
    assert made.blocks["first_no"].to_list() == [1, 200]


def test_bundled_power_and_a_certificate_cannot_bear_the_same_code():
    made = entered(line("G0001", "G0100"), line("G0050", "G0060", kind="绿电"))
    assert kinds(made) == {3: "repeated_code"}
    assert kinds(entered(line("G0001", "G0100"), line("G0050", "G0060", kind="I-REC"))) == {}


def test_codes_of_the_ledger_are_refused_with_their_place():
    held = known({"first_no": 50, "last_no": 99})
    made = entered(line("G0001", "G0049"), line("G0099", "G0100"), line("G0050", "G0098"), ledger=held)
    assert kinds(made) == {3: "known_code", 4: "known_code"}
    fault = made.parsed.faults.filter(row=3).row(0, named=True)
    assert "old.csv › 第7行" in fault["what_zh"]
    assert "old.csv › row 7" in fault["what"]
    assert made.blocks["first_no"].to_list() == [1]


def test_the_same_entry_again_changes_nothing_and_another_holder_is_refused():
    held = known({"first_no": 50, "last_no": 99})
    again = entered(line("G0050", "G0099"), ledger=held)
    assert (again.unchanged, again.blocks.height, len(again.parsed.rejected)) == (1, 0, 0)
    assert again.parsed.faults["severity"].to_list() == ["note"]
    other = entered(line("G0050", "G0099", firm="E-2"), ledger=held)
    assert (other.unchanged, len(other.parsed.rejected)) == (0, 1)


def test_the_template_is_read_back_as_an_empty_table():
    raw = table_in(read_workbook(template_csv(CERTIFICATES), "t.csv"), CERTIFICATES)
    assert set(CERTIFICATES.required) <= set(raw.frame.columns)
    assert set(_SAME) <= set(KNOWN_SCHEMA)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 25)), max_size=12))
def test_whatever_comes_no_code_is_entered_twice_and_no_row_is_lost(spans):
    held = known({"first_no": 20, "last_no": 24})
    made = entered(*(line(f"G{a:04d}", f"G{a + n:04d}") for a, n in spans), ledger=held)
    numbers = [n for a, b in made.blocks.select("first_no", "last_no").iter_rows() for n in range(a, b + 1)]
    assert len(numbers) == len(set(numbers))
    assert not set(numbers) & set(range(20, 25))
    assert made.parsed.read == len(spans)
