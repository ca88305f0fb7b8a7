"""Tables for the tests of collect: an energy table as a county would deliver it, as xlsx or CSV bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
import xlsxwriter

from dafeng.collect.codelists import code_lists
from dafeng.collect.contracts import DELIVERIES
from dafeng.collect.importing import Context, Imported, import_table

FIRM, OTHER = "91990000MA00000008", "91110000600037341L"
LISTS = code_lists(within="140700", indicators=[("coal_per_kwh", "供电煤耗", "克标准煤/千瓦时")])
FIRST = datetime(2024, 2, 1, tzinfo=UTC)
LATER = datetime(2024, 3, 1, tzinfo=UTC)
LAST = datetime(2024, 4, 1, tzinfo=UTC)
ENERGY_HEADER = (
    "统一社会信用代码",
    "时期",
    "能源品种",
    "计量单位",
    "期初库存",
    "购进量",
    "消费量",
    "外供(售)量",
    "期末库存",
)


def xlsx(*rows: Sequence[Any], sheet: str = "能源消费") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": FIRST})  # the same rows give the same bytes
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write(number, column, cell)
    book.close()
    return out.getvalue()


def csv_bytes(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join("" if c is None else str(c) for c in row) for row in rows).encode(encoding)


def energy_row(
    period: str = "2023-05", item: str = "烟煤", unit: str = "吨", used: Any = 100, **more: Any
) -> tuple[Any, ...]:
    figures = {"opening": None, "bought": None, "used": used, "sold": None, "closing": None} | more
    firm = figures.pop("firm", FIRM)
    return (firm, period, item, unit, *figures.values())


def imported(
    *rows: Sequence[Any], kind: str = "energy", header: Sequence[str] = ENERGY_HEADER, **known: Any
) -> Imported:
    context = Context(LISTS, known.pop("at", FIRST), **known)
    return import_table(xlsx(header, *rows), "energy.xlsx", DELIVERIES[kind], context)


def fact_values(facts: pl.DataFrame) -> list[tuple[Any, ...]]:
    return facts.select("measure", "item", "period", "value", "unit").rows()
