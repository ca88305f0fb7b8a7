"""Boxes as records."""

from __future__ import annotations

import numpy as np

from dafeng.plan.boxes import read_boxes
from dafeng.plan.records import Box, Document
from dafeng.plan.source import SourceText
from dafeng.plan.structure import read_outline
from dafeng.plan.tasks import read_tasks


def boxes_of(text: str) -> tuple[Box, ...]:
    source = SourceText("样例.txt", "", "txt", "utf-8", "simplified", text, text, np.arange(len(text), dtype=np.int32))
    outline, document = read_outline(text), Document(doc="样例", title=None)
    return read_boxes(source, outline, document, read_tasks(source, outline, document))


def test_a_flattened_box_loses_its_bars_and_knows_its_task() -> None:
    text = (
        "一、任务\n(一)技术\n1.推广技术。推广节能。(市科技局负责)\n专栏2 重点技术 |\n铜:短流程。\n"
        "铝:惰性阳极。 |\n2.回收。加强回收。(市商务局负责)"
    )
    (box,) = boxes_of(text)
    assert (box.id, box.number, box.title) == ("样例#b01", "2", "重点技术")
    assert box.items == ("铜:短流程。", "铝:惰性阳极。")
    assert box.task == "样例#k01"
    assert box.path == ("一、任务", "(一)技术", "1.推广技术")
    assert text[box.span[0] : box.span[1]].startswith("专栏2")


def test_a_box_on_one_line_is_cut_at_its_bars() -> None:
    text = (
        "一、任务\n1.推广技术。推广节能。\n"
        "专栏 1 重点技术 | 铜:推广短流程冶炼技术和余热回收技术,提升能效。"
        " | 铝:推广惰性阳极技术,提升电解槽能效,降低电耗,稳妥推进工程示范应用。 |\n2.回收。加强回收。"
    )
    (box,) = boxes_of(text)
    assert box.title == "重点技术"
    assert len(box.items) == 2


def test_a_box_before_any_task_has_no_task() -> None:
    (box,) = boxes_of(
        "一、总体要求\n(一)主要目标\n有序推进。\n专栏1 主要指标 |\n能耗下降15%。 |\n二、任务\n1.改造。推进改造。"
    )
    assert box.task is None


def test_an_attached_table_is_a_box_of_its_own() -> None:
    text = "一、任务\n1.改造。推进改造。(市工信局负责)\n附件2\n主要指标表\n指标 2025年\n能耗下降 15%"
    (box,) = boxes_of(text)
    assert (box.number, box.title, box.task) == ("2", "主要指标表", None)
    assert "能耗下降 15%" in box.items


def test_a_plan_without_boxes_has_none() -> None:
    assert boxes_of("一、任务\n1.改造。推进改造。") == ()
