"""A report as a value: numbers of headings, tables and figures, the annex, and text that paper can bear."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.report.annex import annex
from dafeng.report.model import (
    BarChart,
    Column,
    Figure,
    Heading,
    Paragraph,
    Report,
    Run,
    Table,
    chinese_number,
    heading_number,
    numbered,
    references,
    runs_of,
)
from dafeng.report.printable import plain_words, printable


def report(*blocks: object) -> Report:
    return Report("题", "部门", "2025年3月1日", tuple(blocks), "2025-02-28", "abc", "RUN-1")  # type: ignore[arg-type]


def table(*runs: Run) -> Table:
    return Table("表", (Column("值"),), tuple((r,) for r in runs))


def test_headings_are_numbered_as_official_documents_are():
    made = report(*(Heading(level, "x") for level in (1, 2, 3, 3, 2, 3, 1, 2)))
    assert [n.label for n in numbered(made)] == ["一、", "（一）", "1.", "2.", "（二）", "1.", "二、", "（一）"]


def test_tables_and_figures_count_each_by_themselves():
    figure = Figure("f", "m", BarChart(("a",), (1.0,), "t"))
    labels = [n.label for n in numbered(report(table(), figure, Paragraph.of("p"), table(), figure))]
    assert labels == ["表 1", "图 1", "", "表 2", "图 2"]


@pytest.mark.parametrize(
    ("n", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_chinese_numbers(n, words):
    assert chinese_number(n) == words
    assert heading_number(2, n) == f"（{words}）"


def test_a_figure_keeps_its_first_number_wherever_it_stands():
    first, second = Run("1", node="L-1"), Run("2", node="L-2")
    made = report(Paragraph.of("甲", second), table(first, second), Paragraph.of(first))
    assert references(made) == {"L-2": 1, "L-1": 2}


def test_the_annex_lists_every_explained_number_once_with_unit_and_mark():
    shown = (Run("5", node="L-1", status="recalled", unit="万吨"), Run("—"), Run("5", node="L-1"), Run("7", node="L-2"))
    made = annex(report(table(*shown)))
    listed = made.blocks[-1]
    assert isinstance(listed, Table)
    assert [[r.text for r in row] for row in listed.rows] == [
        ["1", "5", "万吨", "忆", "L-1"],
        ["2", "7", "", "官方", "L-2"],
    ]
    assert [row[0].anchor for row in listed.rows] == ["n1", "n2"]
    assert references(made) == {"L-1": 1, "L-2": 2}


def test_without_explained_numbers_there_is_no_annex():
    made = report(Paragraph.of("无数字"))
    assert annex(made) is made


@pytest.mark.parametrize(("status", "mark"), [("official", ""), ("transcribed", "转"), ("synthetic", "演示")])
def test_only_what_is_not_official_carries_a_mark(status, mark):
    assert Run("1", status=status).mark == mark


def test_text_that_breaks_paper_is_cleaned_everywhere_and_the_rest_stays():
    hostile = "铁\x0b厂\x00\u202e<b>&\ud800\n二行"
    made = printable(report(Heading(1, hostile), table(Run(hostile, node="L-1", status="recalled"))))
    heading, listed = made.blocks
    cleaned = "铁\ufffd厂\ufffd\ufffd<b>&\ufffd 二行"
    assert heading == Heading(1, cleaned)
    assert listed == table(Run(cleaned, node="L-1", status="recalled"))


@settings(deadline=None)
@given(st.text())
def test_cleaned_words_have_bytes_no_controls_and_are_clean(words):
    cleaned = plain_words(words)
    cleaned.encode()  # half a surrogate pair would raise
    assert not re.search(r"[\x00-\x1f\x7f]", cleaned)
    assert plain_words(cleaned) == cleaned


@settings(deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.punctuation + "中文,。—−²³"))
def test_plain_words_stay_as_they_are(words):
    assert plain_words(words) == words


def test_runs_come_in_reading_order():
    made = report(Paragraph.of("a", "b"), table(Run("c")), Heading(1, "x"))
    assert [r.text for r in runs_of(made.blocks)] == ["a", "b", "c"]
