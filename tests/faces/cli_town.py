"""A made-up town for tests of the command line: its plan, roster and tables, and a way to call a command."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from dafeng.base.codes import uscc_check_character
from dafeng.cli.main import main

CITY = "990100"
PLAN = """试验市工业领域碳达峰实施方案

试验市工业和信息化局
试验市发展和改革委员会
2022年9月1日

一、总体要求

(一)主要目标
到2025年,规模以上工业单位增加值能耗较2020年下降13.5%,大宗工业固废综合利用率达到60%,建成市级绿色工厂20家以上。确保工业领域二氧化碳排放在2030年前达峰。

二、重点任务

1.推动钢铁行业节能。推广余热发电,到2025年,短流程炼钢占比达到15%以上。(责任单位:市工业和信息化局、市发展改革委。列首位的为牵头单位)
2.发展可再生能源。支持企业建设屋顶光伏,到2025年,工业企业光伏装机容量达到30万千瓦以上。(责任单位:市能源局、市工业和信息化局)
"""
ODD_NAME = "=1+1"  # an enterprise whose name a spreadsheet program would take for a formula
ENERGY_HEADS = ("统一社会信用代码", "企业名称", "时期", "能源品种", "计量单位", "购进量", "消费量")
VALUE_HEADS = ("统一社会信用代码", "企业名称", "时期", "工业增加值(2020年价)(万元)")
ROSTER_HEADS = ("统一社会信用代码", "企业名称", "所在区县", "行业代码", "是否规上", "起始日期")
YEARS = (2020, 2021, 2022, 2023, 2024)
Row = Sequence[str | float]


def code(number: int) -> str:
    """A credit code with a right check character."""
    first = f"91990100MA{number:07d}"
    return first + uscc_check_character(first)


FIRMS = ((code(1), "试验钢铁有限公司", "3120"), (code(2), ODD_NAME, "3011"), (code(3), "试验化工厂", "2614"))


@dataclass(frozen=True)
class Outcome:
    """What a command did: exit code, standard output, error output."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document in the strict sense (no NaN)."""
        return json.loads(self.out, parse_constant=_no_constant)

    @property
    def error(self) -> dict[str, str]:
        """The error on the error output as JSON."""
        found: dict[str, str] = json.loads(self.err)["error"]
        return found


def _no_constant(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


class Dafeng:
    """Calls ``dafeng`` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Outcome:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(w) for w in words])
        out, err = self._capsys.readouterr()
        return Outcome(int(ended.value.code or 0), out, err)

    def ok(self, *words: object) -> Outcome:
        """A command that must succeed."""
        outcome = self(*words)
        assert outcome.code == 0, f"{words}: {outcome.code}\n{outcome.out}\n{outcome.err}"
        return outcome


def xlsx(*tables: tuple[str, Sequence[Row]]) -> bytes:
    """A workbook: (sheet name, rows) each; every text is written as text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 (same rows, same bytes)
    for name, rows in tables:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell)
    book.close()
    return out.getvalue()


def csv(rows: Sequence[Row]) -> bytes:
    """CSV with a byte order mark, as spreadsheet programs write it."""
    return ("\r\n".join(",".join(map(str, row)) for row in rows) + "\r\n").encode("utf-8-sig")


def roster(industry: str = "3120") -> list[Row]:
    """企业名录; the first firm's industry may be given."""
    rows = [(u, name, CITY, industry if u == code(1) else kind, "是", "2020-01-01") for u, name, kind in FIRMS]
    return [ROSTER_HEADS, *rows]


def energy(years: Sequence[int] = YEARS) -> list[Row]:
    """能源消费: coal and power of each firm, a little less every year."""
    rows: list[Row] = [ENERGY_HEADS]
    for year in years:
        for n, (uscc, name, _) in enumerate(FIRMS, start=1):
            less = 1 - 0.03 * (year - 2020)
            rows.append((uscc, name, str(year), "烟煤", "吨", 1000.0 * n * less, 1000.0 * n * less))
            rows.append((uscc, name, str(year), "电力", "万千瓦时", 500.0 * n * less, 500.0 * n * less))
    return rows


def value_added() -> list[Row]:
    rows = [(uscc, name, str(y), 2000.0 * n + 50 * (y - 2020)) for y in YEARS for n, (uscc, name, _) in _numbered()]
    return [VALUE_HEADS, *rows]


def _numbered() -> list[tuple[int, tuple[str, str, str]]]:
    return list(enumerate(FIRMS, start=1))


AREAS = csv([("区划代码", "区域名称", "级别", "上级代码"), ("990000", "试验省", "province", ""),
             (CITY, "试验市", "city", "990000")])  # fmt: skip


def fill(folder: Path) -> None:
    """Put the town's files into the inboxes of a programme."""
    files = {
        "plans/shiyan-2022.txt": PLAN.encode(),
        "registry/00_areas.csv": AREAS,
        "registry/01_roster.xlsx": xlsx(("企业名录", roster())),
        "activity/01_energy.xlsx": xlsx(("能源消费", energy())),
        "activity/02_value.csv": csv(value_added()),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
