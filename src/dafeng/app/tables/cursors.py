"""Where a page of a table ends 游标: the values behind which the next begins; opaque to clients, checked on return."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from dafeng.base.errors import BadRequest

_LONGEST = 8192
_BOOLS = {"true": True, "1": True, "false": False, "0": False}


def cursor_of(part: pl.DataFrame, order: Sequence[tuple[str, bool]]) -> str:
    """The cursor behind the last row of a page."""
    last = part.tail(1).select(name for name, _ in order).rows()[0]
    values = [v.isoformat() if isinstance(v, date) else v for v in last]
    text = json.dumps([_signature(order), *values], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def after(frame: pl.DataFrame, order: Sequence[tuple[str, bool]], cursor: str) -> pl.Expr:
    """The rows behind a cursor, by value: rows that came or went since do not shift the pages.

    Raises BadRequest where it is no cursor of this order.
    """
    values = _read(cursor, order, frame)
    same = pl.lit(value=True)
    behind = pl.lit(value=False)
    for (name, falling), value in zip(order, values, strict=True):
        column = pl.col(name)
        if value is not None:  # missing stands last: nothing is behind it
            further = (column < value if falling else column > value).fill_null(value=True)
            behind = behind | (same & further)
        same = same & column.eq_missing(pl.lit(value, dtype=frame.schema[name]))
    return behind


def value_of(dtype: Any, text: str, where: str) -> Any:
    """A text of an address as a value of a column. Raises BadRequest where it is none."""
    try:
        return _parsed(dtype, text)
    except (ValueError, KeyError, OverflowError) as error:
        mend = "Numbers as 12.5, days as 2025-06-30, times as 2025-06-30T08:00:00+00:00, true or false."
        raise BadRequest(
            f"{text[:60]!r} does not fit the column",
            where=where,
            mend=mend,
            zh=f"筛选值“{text[:60]}”与该列的类型不符",
            mend_zh="数字如12.5,日期如2025-06-30。",
        ) from error


def _parsed(dtype: Any, text: str) -> Any:
    if dtype == pl.String:
        return text
    if dtype == pl.Boolean:
        return _BOOLS[text.lower()]
    if dtype == pl.Date:
        return date.fromisoformat(text)
    if isinstance(dtype, pl.Datetime):
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware if dtype.time_zone else aware.astimezone(UTC).replace(tzinfo=None)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    if dtype.is_integer():
        if not number.is_integer() or not -(2**63) <= number < 2**63:
            raise ValueError(text)
        return int(number)
    return number


def _signature(order: Sequence[tuple[str, bool]]) -> str:
    return ",".join(f"{'-' if falling else ''}{name}" for name, falling in order).replace("\0", "~")


def _read(cursor: str, order: Sequence[tuple[str, bool]], frame: pl.DataFrame) -> list[Any]:
    wrong = BadRequest(
        "this is no cursor of this table and order",
        where="cursor",
        mend="Begin without a cursor.",
        zh="翻页位置已失效:表的排序或筛选已改变",
        mend_zh="请从第一页重新查看。",
    )
    if len(cursor) > _LONGEST:
        raise wrong
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        given = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(given, list) or len(given) != len(order) + 1 or given[0] != _signature(order):
        raise wrong
    try:
        return [_typed(frame.schema[name], v) for (name, _), v in zip(order, given[1:], strict=True)]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise wrong from error


def _typed(dtype: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        if dtype != pl.Boolean:
            raise TypeError
        return value
    if isinstance(value, (int, float)):
        if not dtype.is_numeric():
            raise TypeError
        return _parsed(dtype, repr(value))
    if not isinstance(value, str) or dtype.is_numeric() or dtype == pl.Boolean:
        raise TypeError
    return _parsed(dtype, value)
