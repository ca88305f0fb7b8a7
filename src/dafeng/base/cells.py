"""Cells 单元格: what people type into tables, read as numbers, periods, days and yes/no.

Two kinds of reading: numbers are read by column expressions (every row differs); words, periods and days by one call
for each different text (a column of 100,000 months holds some seventy of them).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl

from dafeng.base.errors import BadRequest
from dafeng.base.periods import Period

# texts that state a missing value 缺失标记, and the reason they stand for
MISSING_MARKS: dict[str, str] = {
    "-": "未说明原因",
    "--": "未说明原因",
    "—": "未说明原因",
    "——": "未说明原因",
    "–": "未说明原因",
    "...": "未说明原因",
    "......": "未说明原因",
    "缺": "未说明原因",
    "缺失": "未说明原因",
    "缺报": "未报",
    "未报": "未报",
    "未上报": "未报",
    "迟报": "迟报",
    "拒报": "拒报",
    "未到期": "未到期",
    "不适用": "不适用",
    "不涉及": "不适用",
    "/": "不适用",
    "na": "无数据",
    "n/a": "无数据",
    "#n/a": "无数据",
    "nan": "无数据",
    "null": "无数据",
    "none": "无数据",
}
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_YES = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓"})
_NO = frozenset({"否", "无", "n", "no", "false", "0", "×", "✗"})
_EXCEL_ZERO = date(1899, 12, 30)
_SERIALS = range(32874, 73051)  # 1990-01-01 … 2099-12-31 as Excel counts days
_CN_QUARTER = {"一": 1, "二": 2, "三": 3, "四": 4}

_YEAR = r"(?P<y>(?:19|20)\d{2})"
_PERIOD_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("year", re.compile(rf"{_YEAR}(?:年度?|\.0)?")),
    ("month", re.compile(rf"{_YEAR}(?:-|/|年)(?P<m>\d{{1,2}})月?(?:份)?")),
    ("month", re.compile(rf"{_YEAR}\.(?P<m>0[1-9]|1[0-2]|[2-9])")),
    ("month", re.compile(rf"{_YEAR}(?P<m>0[1-9]|1[0-2])(?:\.0)?")),
    ("quarter", re.compile(rf"{_YEAR}(?:年)?(?:Q|第)?(?P<q>[1-4一二三四])(?:季度)")),
    ("quarter", re.compile(rf"{_YEAR}Q(?P<q>[1-4])")),
    ("cumulative", re.compile(rf"{_YEAR}年?(?:-|/)?0?1(?:月)?[-—–~至](?P<m>\d{{1,2}})月(?:累计)?")),
    ("cumulative", re.compile(rf"{_YEAR}-01/(?P=y)-(?P<m>\d{{2}})")),
)
_DAY_FORMS = (
    re.compile(rf"{_YEAR}[-/.年](?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})日?(?:[ T]00:00:00(?:\.0+)?)?"),
    re.compile(rf"{_YEAR}(?P<m>\d{{2}})(?P<d>\d{{2}})"),
)


def plain(text: str) -> str:
    """One text in its plain form: full-width signs made narrow (NFKC), no space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def plain_text(column: pl.Expr) -> pl.Expr:
    """The plain form of a whole column; cells that hold nothing become null."""
    text = column.cast(pl.String).str.normalize("NFKC").str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text)


def missing_reason(text: pl.Expr) -> pl.Expr:
    """The reason a plain text states for a missing value; null where it states none."""
    return text.str.to_lowercase().replace_strict(
        list(MISSING_MARKS), list(MISSING_MARKS.values()), default=None, return_dtype=pl.String
    )


def number(text: pl.Expr, *, percent: float | None = None) -> pl.Expr:
    """Plain texts as numbers, null where they are not: "1,234.5", "１２", "1.2E+05".

    A comma must part thousands ("12,34" is no number). percent is what one "%" is worth in the column's unit; without
    it a per-cent sign makes the cell no number.
    """
    digits = pl.when(text.str.contains(_THOUSANDS)).then(text.str.replace_all(",", "", literal=True)).otherwise(text)
    if percent is not None:
        bare = digits.str.strip_suffix("%").str.strip_chars()
        return _as_float(bare) * pl.when(digits.str.ends_with("%")).then(percent).otherwise(1.0)
    return _as_float(digits)


def _as_float(digits: pl.Expr) -> pl.Expr:
    value = pl.when(digits.str.contains(NUMBER)).then(digits).cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def yes_no(text: str) -> bool | None:
    """是/否 and their kin; None for anything else."""
    word = plain(text).lower()
    return True if word in _YES else False if word in _NO else None


def day(text: str) -> date | None:
    """A calendar day: 2023-05-01, 2023/5/1, 2023.5.1, 2023年5月1日, 20230501 or an Excel serial; None otherwise."""
    word = plain(text)
    if (serial := _serial(word)) is not None:
        return serial
    for form in _DAY_FORMS:
        if match := form.fullmatch(word):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                return None
    return None


def period(text: str) -> str | None:
    """A period's code from the ways people write it; None where it is none or could be two.

    2023 · 2023年 · 2023-05 · 2023/5 · 2023年5月 · 202305 · 2023.05 · 2023年第2季度 · 2023年1—5月, and a date cell or
    Excel serial that is the first or last day of a month. "2023.1" may be January or an October whose zero was
    lost by the spreadsheet: it is 拒报.
    """
    word = plain(text).replace(" ", "") if ":" not in text else plain(text)
    for kind, form in _PERIOD_FORMS:
        if match := form.fullmatch(word):
            return _code(kind, match.groupdict())
    if (found := day(word)) is not None:
        month = Period.month(found.year, found.month)
        return month.code if found in (month.first, month.last) else None
    return None


def _code(kind: str, parts: dict[str, str]) -> str | None:
    year = parts["y"]
    if kind == "year":
        return year
    if kind == "quarter":
        return f"{year}Q{_CN_QUARTER.get(parts['q'], parts['q'])}"
    month = f"{year}-{int(parts['m']):02d}"
    try:
        return Period.parse(month if kind == "month" else f"{year}-01/{month}").code
    except BadRequest:
        return None


def _serial(word: str) -> date | None:
    if re.fullmatch(r"\d{5}(\.0)?", word) and int(float(word)) in _SERIALS:
        return _EXCEL_ZERO + timedelta(days=int(float(word)))
    return None


def each_text(text: pl.Series, read: Callable[[str], Any], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Read a column by calling ``read`` once for each different text; null stays null."""
    different = text.drop_nulls().unique()
    values = pl.Series(different.name, [read(word) for word in different.to_list()], dtype=dtype)
    return text.replace_strict(different, values, default=None, return_dtype=dtype)
