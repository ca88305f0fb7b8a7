"""Records as files."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from dafeng.plan.export import csv_table, jsonl, record_files, table_files
from dafeng.plan.outline import Outline
from dafeng.plan.reading import PlanReading
from dafeng.plan.records import Box, Document, Responsible, SectionRecord, Target, Task
from dafeng.plan.source import SourceText


def target(**changes: object) -> Target:
    fields = {
        "id": "样例#t01",
        "doc": "样例",
        "quote": "能耗下降15%",
        "span": (3, 9),
        "indicator": "能耗",
        "comparator": "reduce_by",
    }
    return Target(**{**fields, **changes})


def reading(*targets: Target) -> PlanReading:
    text = "一、任务"
    source = SourceText("样例.txt", "", "txt", "utf-8", "simplified", text, text, np.arange(4, dtype=np.int32))
    sections = (SectionRecord(level=1, number="一", title="任务", start=0),)
    document = Document(doc="样例", title="云岭市方案", issuers=("甲局", "乙局"), sections=sections)
    task = Task(
        id="样例#k01",
        doc="样例",
        path=("一、任务",),
        number="1",
        title="改造",
        span=(0, 4),
        measures=("推进。", "实施。"),
        units=(Responsible(name="市工信局", lead=True), Responsible(name="市能源局")),
        lead_rule="first",
        deadlines=(2025, 2030),
    )
    box = Box(id="样例#b01", doc="样例", number="1", title="工程", span=(0, 4), items=("甲", "乙"))
    return PlanReading(source, Outline((), ()), document, targets, (task,), (box,))


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_four_files_bear_the_names_and_keys_of_the_schema() -> None:
    files = record_files(reading(target()))
    assert sorted(files) == ["样例.boxes.jsonl", "样例.document.json", "样例.targets.jsonl", "样例.tasks.jsonl"]
    document = json.loads(files["样例.document.json"])
    assert (document["title"], document["issuers"]) == ("云岭市方案", ["甲局", "乙局"])
    task = json.loads(files["样例.tasks.jsonl"])
    assert task["units"] == [{"name": "市工信局", "lead": True}, {"name": "市能源局", "lead": False}]
    assert task["technologies"] is None


def test_jsonl_has_one_line_a_record_and_none_for_none() -> None:
    assert jsonl((target(), target(id="样例#t02"))).count(b"\n") == 2
    assert jsonl(()) == b""


def test_csv_opens_with_the_mark_that_spreadsheets_need() -> None:
    data = csv_table(Target, (target(value=15, unit="%"),))
    assert data.startswith(b"\xef\xbb\xbf")
    head, row = rows(data)
    assert row[head.index("目标值")] == "15"
    assert row[head.index("原文")] == "能耗下降15%"


def test_a_missing_value_is_an_empty_cell_and_a_zero_is_a_zero() -> None:
    head, missing, zero = rows(csv_table(Target, (target(), target(value=0))))
    assert missing[head.index("目标值")] == ""
    assert zero[head.index("目标值")] == "0"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "　=cmd|' /C calc'!A0", "＝1+1"])
def test_no_text_is_run_as_a_formula(text: str) -> None:
    head, row = rows(csv_table(Target, (target(quote=text),)))
    cell = row[head.index("原文")]
    assert cell == "'" + text.replace("\r", cell[1:2] if cell[1:2] in "\r\n" else "\r")
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_files(reading(target(quote=text)))["样例.xlsx"]))
    sheet = book.get_sheet_by_name("目标").to_python()
    assert sheet[1][sheet[0].index("原文")].strip() == text.replace("\r", "").strip()


def test_a_negative_number_stays_a_number() -> None:
    head, row = rows(csv_table(Target, (target(value=-3.5),)))
    assert row[head.index("目标值")] == "-3.5"


def test_the_workbook_has_a_sheet_for_each_kind_and_marks_the_lead() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_files(reading(target(value=15)))["样例.xlsx"]))
    assert book.sheet_names == ["文件", "目标", "任务", "专栏"]
    tasks = book.get_sheet_by_name("任务").to_python()
    assert tasks[1][tasks[0].index("责任单位")] == "市工信局(牵头)、市能源局"
    targets = book.get_sheet_by_name("目标").to_python()
    assert targets[1][targets[0].index("目标值")] == 15.0


def test_the_same_records_give_the_same_bytes() -> None:
    assert table_files(reading(target())) == table_files(reading(target()))


def test_a_plan_without_targets_gives_honest_empty_tables() -> None:
    files = {**record_files(reading()), **table_files(reading())}
    assert files["样例.targets.jsonl"] == b""
    assert len(rows(files["样例.targets.csv"])) == 1
