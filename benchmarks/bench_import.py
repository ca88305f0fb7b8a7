"""Importing 100,000 energy rows: xlsx and CSV to facts, as ratios to the bare reader of the same file in the same run.

Run: python benchmarks/bench_import.py [rows] [repeats]. Alternating repeats; medians with their spread.
"""

from __future__ import annotations

import io
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import python_calamine
import xlsxwriter

from dafeng.base.codes import uscc_check_character
from dafeng.collect.codelists import code_lists
from dafeng.collect.contracts import DELIVERIES
from dafeng.collect.importing import Context, import_table
from dafeng.collect.workbooks import read_workbook

HEADERS = (
    "统一社会信用代码", "企业名称", "时期", "能源品种", "计量单位", "期初库存", "购进量", "消费量", "外供(售)量",
    "期末库存", "自产量", "其中用作原材料", "数据质量", "备注",
)  # fmt: skip
ITEMS = (
    ("烟煤", "吨"),
    ("焦炭", "吨"),
    ("天然气", "万立方米"),
    ("电力", "万千瓦时"),
    ("热力", "吉焦"),
    ("柴油", "千克"),
)


def energy_rows(count: int, seed: int = 20240501) -> list[tuple[str | float, ...]]:
    """Rows as a county would deliver them: firms × months × six items, some cells empty or stated missing."""
    dice = random.Random(seed)  # noqa: S311 (made-up figures)
    rows: list[tuple[str | float, ...]] = []
    firm = 0
    while len(rows) < count:
        first = f"91990000MA{firm:07d}"
        code, size = first + uscc_check_character(first), 10 ** dice.uniform(1, 4)
        stocks = [size * dice.random() for _ in ITEMS]
        for year in (2022, 2023, 2024):
            for month in range(1, 13):
                for (item, unit), stock in zip(ITEMS, stocks, strict=True):
                    bought = size * dice.uniform(5, 6)
                    empty: str | float = "—" if dice.random() < 0.01 else ""
                    figures = (stock, bought, bought, empty, stock, empty, empty)
                    rounded = tuple(v if isinstance(v, str) else round(v, 2) for v in figures)
                    rows.append((code, f"示范企业{firm}", f"{year}-{month:02d}", item, unit, *rounded, "实测", ""))
        firm += 1
    return rows[:count]


def as_xlsx(rows: list[tuple[str | float, ...]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("能源消费")
    sheet.write_row(0, 0, HEADERS)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def as_csv(rows: list[tuple[str | float, ...]]) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in (HEADERS, *rows)).encode("utf-8-sig")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def import_times(rows: int = 100_000, repeats: int = 5) -> dict[str, list[float]]:
    """Seconds of each case, by name; the first is the reference."""
    made = energy_rows(rows)
    xlsx, csv = as_xlsx(made), as_csv(made)
    context = Context(code_lists(), datetime(2025, 1, 1, tzinfo=UTC))
    delivery = DELIVERIES["energy"]
    cases: dict[str, Callable[[], object]] = {
        "bare calamine": lambda: (
            python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).get_sheet_by_index(0).to_python()
        ),
        "bare polars, csv": lambda: pl.read_csv(io.BytesIO(csv), infer_schema=False),
        "read_workbook xlsx": lambda: read_workbook(xlsx, "energy.xlsx"),
        "import xlsx": lambda: import_table(xlsx, "energy.xlsx", delivery, context),
        "import csv": lambda: import_table(csv, "energy.csv", delivery, context),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, work in cases.items():
            times[name].append(_seconds(work))
    return times


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    times = import_times(rows, repeats)
    reference = statistics.median(times["bare calamine"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        spread = f"{min(seconds):.2f}…{max(seconds):.2f}"
        print(f"{name:20s} {median:6.2f} s ({spread})  ×{median / reference:.2f} of bare calamine")


if __name__ == "__main__":
    main()
