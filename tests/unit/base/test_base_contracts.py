"""Checking a table against its contract: nothing lost, everything told."""

from __future__ import annotations

import time
from datetime import date

import polars as pl
import pytest

from dafeng.base.columns import QUALITIES, Col, Contract, code_list
from dafeng.base.contracts import check
from dafeng.base.errors import BadRequest

FUELS = code_list("fuels", "能源品种", {"bituminous": "烟煤", "anthracite": "无烟煤", "coke": "焦炭"})
METERS = Contract(
    "meters",
    key=("firm", "month"),
    zh="计量表",
    columns={
        "firm": Col(str, "企业", form="enterprise_id"),
        "month": Col(str, "时期", form="year_month"),
        "fuel": Col(str, "品种", codes="fuels"),
        "unit": Col(str, "单位", form="unit"),
        "used": Col(float, "消费量", ge=0, missing=True),
        "share": Col(float, "占比", unit="%", ge=0, le=100, missing=True),
        "count": Col(int, "台数", ge=0, missing=True),
        "quality": Col(str, "质量", choices=QUALITIES, missing=True),
        "since": Col(date, "起始", missing=True),
        "scale": Col(bool, "规上", missing=True),
        "remark": Col(str, "备注", missing=True),
    },
)
GOOD = {
    "firm": "91110000600037341L",
    "month": "2023年5月",
    "fuel": "烟煤",
    "unit": "吨",
    "used": "1,000",
    "share": "12.5%",
    "count": "3",
    "quality": "实测",
    "since": "2020-01-01",
    "scale": "是",
    "remark": " （甲）车间 ",
}


def table(*rows: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame([GOOD | row for row in rows], schema=dict.fromkeys(GOOD, pl.String))


def kinds(frame: pl.DataFrame) -> list[tuple[str, str, int | None]]:
    return frame.select("kind", "column", "row").rows()


def test_a_good_row_is_typed_by_the_contract() -> None:
    parsed = check(table({}), METERS, {"fuels": FUELS})
    assert parsed.problems == ()
    row = parsed.rows.drop("_sheet", "_row").row(0, named=True)
    assert row == {
        "firm": "E-91110000600037341L",
        "month": "2023-05",
        "fuel": "bituminous",
        "unit": "吨",
        "used": 1000.0,
        "share": 12.5,
        "count": 3,
        "quality": "measured",
        "since": date(2020, 1, 1),
        "scale": True,
        "remark": "（甲）车间",
    }
    assert parsed.rows.drop("_sheet", "_row").schema == METERS.schema


@pytest.mark.parametrize(
    ("column", "text", "kind"),
    [
        ("firm", "91110000600037341M", "bad_uscc"),
        ("firm", "9111000060003734L", "bad_uscc"),
        ("firm", None, "missing_value"),
        ("month", "2023.1", "not_a_year_or_month"),
        ("month", "2023Q1", "not_a_year_or_month"),
        ("fuel", "烟媒", "unknown_code"),
        ("fuel", "—", "missing_value"),
        ("unit", "ton(?)", "unknown_unit"),
        ("used", "-1", "below"),
        ("used", "12吨", "not_a_number"),
        ("used", "#DIV/0!", "not_a_number"),
        ("share", "101", "above"),
        ("count", "1.5", "not_an_integer"),
        ("quality", "瞎填", "unknown_choice"),
        ("since", "2020-02-30", "not_a_day"),
        ("scale", "或许", "not_yes_no"),
        ("remark", "长" * 2001, "too_long"),
    ],
)
def test_each_fault_is_told_with_its_place_and_costs_one_row(column: str, text: str | None, kind: str) -> None:
    raw = table({"month": "2023-01"}, {column: text}, {"month": "2023-03"})
    parsed = check(raw, METERS, {"fuels": FUELS}, source="甲.xlsx")
    assert kinds(parsed.faults) == [(kind, column, 2)]
    assert parsed.faults["text"].item() == text
    assert len(parsed.rows) == 2
    assert parsed.rejected.select(raw.columns).equals(raw.slice(1, 1))
    assert parsed.problems[0].where == "甲.xlsx › row 2"
    assert parsed.problems[0].what
    assert parsed.problems[0].mend


def test_all_faults_of_a_row_are_told_not_only_the_first() -> None:
    parsed = check(table({"month": "?", "used": "x", "share": "-1"}), METERS, {"fuels": FUELS})
    assert sorted(parsed.faults["column"]) == ["month", "share", "used"]


def test_a_missing_figure_stays_missing() -> None:
    parsed = check(table({"used": ""}, {"used": "缺", "month": "2023-06"}), METERS, {"fuels": FUELS})
    assert parsed.rows["used"].to_list() == [None, None]
    assert parsed.faults.is_empty()


def test_an_unknown_code_brings_the_nearest_and_an_ambiguous_name_its_meanings() -> None:
    twofold = code_list("fuels", "能源品种", {"a1": "煤气", "a2": "煤气", "b": "焦炭"})
    parsed = check(table({"fuel": "煤气"}, {"fuel": "焦碳", "month": "2023-06"}), METERS, {"fuels": twofold})
    ambiguous, unknown = parsed.faults.sort("row").select("kind", "what", "what_zh").rows()
    assert ambiguous[0] == "ambiguous_code"
    assert "a1、a2" in ambiguous[1]
    assert unknown[0] == "unknown_code"
    assert "焦炭 (b)" in unknown[1]
    assert unknown[2].endswith("是否为 焦炭？")  # a code of ours is nothing that anybody types
    assert "the code list fuels" in unknown[1]


def test_a_missing_required_column_rejects_every_row_and_an_unknown_one_none() -> None:
    without = check(table({}, {"month": "2023-06"}).drop("fuel"), METERS, {"fuels": FUELS})
    assert (len(without.rows), len(without.rejected)) == (0, 2)
    assert kinds(without.faults) == [("missing_column", "fuel", None)]
    more = check(table({}).with_columns(extra=pl.lit("x")), METERS, {"fuels": FUELS})
    assert kinds(more.faults) == [("unknown_column", "extra", None)]
    assert len(more.rows) == 1


def test_an_optional_column_may_be_left_out() -> None:
    parsed = check(table({}).drop("used", "remark"), METERS, {"fuels": FUELS})
    assert parsed.faults.is_empty()
    assert parsed.rows["used"].to_list() == [None]


def test_a_repeated_row_stays_once_and_clashing_rows_stay_not_at_all() -> None:
    raw = table({}, {}, {"month": "2023-06"}, {"month": "202306", "used": "7"}, {"month": "2023-07"})
    parsed = check(raw, METERS, {"fuels": FUELS})
    assert parsed.rows["month"].to_list() == ["2023-05", "2023-07"]
    assert kinds(parsed.faults) == [
        ("repeated_row", "firm", 2),
        ("duplicate_key", "firm", 3),
        ("duplicate_key", "firm", 4),
    ]
    assert "row 1" in parsed.faults["what"][0]
    assert "row 3" in parsed.faults["what"][2]


def test_places_of_the_sheet_travel_with_rows_and_problems() -> None:
    raw = table({}, {"month": "?"}).with_columns(_sheet=pl.lit("一月"), _row=pl.Series([7, 9]))
    parsed = check(raw, METERS, {"fuels": FUELS}, source="a.xlsx")
    assert parsed.rows.select("_sheet", "_row").row(0) == ("一月", 7)
    assert parsed.problems[0].where == "a.xlsx › 一月 › row 9"


def test_one_of_several_columns_must_be_filled() -> None:
    either = Contract(
        "either",
        key=("a", "b"),
        one_of=(("a", "b"),),
        columns={"a": Col(str, "甲", missing=True), "b": Col(str, "乙", missing=True)},
    )
    raw = pl.DataFrame(
        {"a": ["x", None, None, None], "b": [None, "y", None, "y"]}, schema={"a": pl.String, "b": pl.String}
    )
    parsed = check(raw, either)
    assert kinds(parsed.faults) == [("one_of", "a", 3), ("repeated_row", "a", 4)]


def test_a_typed_frame_is_checked_like_a_text_one() -> None:
    raw = table({}).with_columns(used=pl.Series([1000.0]), count=pl.Series([3]), since=pl.Series([date(2020, 1, 1)]))
    assert check(raw, METERS, {"fuels": FUELS}).rows.equals(check(table({}), METERS, {"fuels": FUELS}).rows)


def test_numbers_that_are_none_in_a_typed_frame_are_told() -> None:
    raw = table({}, {"month": "2023-06"}).with_columns(used=pl.Series([float("inf"), 1.0]))
    assert kinds(check(raw, METERS, {"fuels": FUELS}).faults) == [("not_a_number", "used", 1)]


def test_a_code_list_that_was_not_given_is_the_callers_fault() -> None:
    with pytest.raises(BadRequest, match="fuels"):
        check(table({}), METERS)


def test_a_contract_whose_key_it_does_not_have_is_refused() -> None:
    with pytest.raises(BadRequest, match="nowhere"):
        Contract("bad", key=("nowhere",), columns={"a": Col(str, "甲")})


def test_frames_of_our_own_are_held_to_the_contract() -> None:
    rows = METERS.frame([{"firm": "E-1", "used": 1.0}])
    assert METERS.require(rows).columns == list(METERS.columns)
    with pytest.raises(BadRequest, match=r"used \(String, wanted Float64\)"):
        METERS.require(rows.with_columns(pl.col("used").cast(pl.String)))


def test_a_hundred_thousand_bad_rows_are_told_in_about_a_second() -> None:
    count = 100_000
    raw = pl.DataFrame([GOOD], schema=dict.fromkeys(GOOD, pl.String)).select(pl.all().repeat_by(count).explode())
    raw = raw.with_columns(used=pl.int_range(count, eager=True).cast(pl.String) + "吨", fuel=pl.lit("烟媒"))
    start = time.perf_counter()
    parsed = check(raw, METERS, {"fuels": FUELS})
    seconds = time.perf_counter() - start
    assert len(parsed.rejected) == count
    assert len(parsed.faults) >= 2 * count
    assert seconds < 10  # measured 0.6 s; the bound only catches a loop over rows on a busy machine
