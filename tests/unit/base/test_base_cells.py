"""What people type into cells, and what it means."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dafeng.base import cells


def numbers(*texts: str, percent: float | None = None) -> list[float | None]:
    frame = pl.DataFrame({"t": texts}, schema={"t": pl.String})
    return frame.select(cells.number(cells.plain_text(pl.col("t")), percent=percent)).to_series().to_list()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5),
        ("-1,234,567", -1234567.0),
        ("１，２３４．５", 1234.5),
        (" 12 ", 12.0),
        ("　7　", 7.0),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1.2E+05", 120000.0),
        ("－３", -3.0),
        ("0", 0.0),
    ],
)
def test_a_number_is_read_as_it_was_meant(text: str, value: float) -> None:
    assert numbers(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "12,34",
        "1,2345",
        "12吨",
        "1.2万",
        "约12",
        "1 234",
        "inf",
        "nan",
        "1e999",
        "0x10",
        "１2-3",
        "12%",
        "#DIV/0!",
        "(12)",
    ],
)
def test_what_is_no_plain_number_is_not_guessed(text: str) -> None:
    assert numbers(text) == [None]


def test_a_per_cent_sign_counts_only_where_the_column_has_a_share() -> None:
    assert numbers("12%", "12", percent=1.0) == [12.0, 12.0]
    assert numbers("12.5 ％", "0.5", percent=0.01) == [0.125, 0.5]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("—", "未说明原因"),
        ("－", "未说明原因"),
        ("缺", "未说明原因"),
        ("未报", "未报"),
        ("N/A", "无数据"),
        ("不适用", "不适用"),
        ("……", "未说明原因"),
    ],
)
def test_a_cell_can_say_that_it_is_missing_and_why(text: str, reason: str) -> None:
    frame = pl.DataFrame({"t": [text]})
    assert frame.select(cells.missing_reason(cells.plain_text(pl.col("t")))).item() == reason


@pytest.mark.parametrize("text", ["0", "无", "-1", "缺口"])
def test_zero_and_doubtful_words_are_no_missing_marks(text: str) -> None:
    assert pl.DataFrame({"t": [text]}).select(cells.missing_reason(cells.plain_text(pl.col("t")))).item() is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2023", "2023"),
        ("2023年", "2023"),
        ("2023年度", "2023"),
        ("2023.0", "2023"),
        ("2023-05", "2023-05"),
        ("2023/5", "2023-05"),
        ("2023年5月", "2023-05"),
        ("2023年05月份", "2023-05"),
        ("２０２３年５月", "2023-05"),
        (" 2023 年 5 月 ", "2023-05"),
        ("202305", "2023-05"),
        ("202305.0", "2023-05"),
        ("2023.05", "2023-05"),
        ("2023.10", "2023-10"),
        ("2023.5", "2023-05"),
        ("45047", "2023-05"),
        ("2023-05-01 00:00:00", "2023-05"),
        ("2023-05-31", "2023-05"),
        ("20230501", "2023-05"),
        ("2023年第二季度", "2023Q2"),
        ("2023Q4", "2023Q4"),
        ("2023年1—5月", "2023-01/2023-05"),
        ("2023年1至5月累计", "2023-01/2023-05"),
        ("2023-01/2023-05", "2023-01/2023-05"),
    ],
)
def test_a_period_is_read_from_the_ways_people_write_it(text: str, code: str) -> None:
    assert cells.period(text) == code


@pytest.mark.parametrize(
    "text", ["2023.1", "202313", "2023年13月", "2023-00", "45048", "2023-05-17", "23年5月", "5月", "去年", "1823", ""]
)
def test_a_period_that_is_none_or_could_be_two_is_refused(text: str) -> None:
    assert cells.period(text) is None


@pytest.mark.parametrize(
    "text", ["2023-05-01", "2023/5/1", "2023.5.1", "2023年5月1日", "20230501", "45047", "2023-05-01 00:00:00"]
)
def test_a_day_is_read_from_the_ways_people_write_it(text: str) -> None:
    assert cells.day(text) == date(2023, 5, 1)


def test_a_day_that_the_calendar_does_not_have_is_refused() -> None:
    assert cells.day("2023-02-29") is None
    assert cells.day("2024-02-29") == date(2024, 2, 29)


def test_yes_and_no() -> None:
    assert [cells.yes_no(t) for t in ("是", "Y", "√", "否", "无", "0", "大概")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        None,
    ]


def test_a_text_is_read_once_however_often_it_stands() -> None:
    calls: list[str] = []

    def read(text: str) -> int:
        calls.append(text)
        return len(text)

    column = pl.Series(["a", "bb", None, "a", "bb", "a"])
    assert cells.each_text(column, read, pl.Int64()).to_list() == [1, 2, None, 1, 2, 1]
    assert sorted(calls) == ["a", "bb"]
