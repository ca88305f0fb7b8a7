"""Tables of the command line: an id is never broken, whatever the width of the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from dafeng.base.errors import NotFound
from dafeng.cli import shown

ID = "shifan-industry-2022#t01-990000-2025"
SHA = "f2093ec1e156ea5f28c6720e78c8d03833bd70f38290cbb50d4fedec0a28fc6f"
ROWS = [
    (ID, "规模以上工业单位增加值能耗较二〇二〇年下降百分之十四点五以上", 12.5),
    (ID + "7", "能效水平明显提升", None),
]


@pytest.fixture
def said(monkeypatch):
    def at(width: int, *args: object, **named: object) -> str:
        into = io.StringIO()
        monkeypatch.setattr(shown, "out", Console(file=into, width=width, highlight=False))
        shown.table("targets 目标", *args, **named)
        return into.getvalue()

    return at


@pytest.mark.parametrize("width", [200, 120, 80, 60, 40, 20])
def test_an_id_stands_in_one_line_at_every_width(said, width):
    lines = said(width, ("id", "text", "value"), ROWS, right=(2,)).splitlines()
    assert sum(ID in line for line in lines) == len(ROWS)
    assert sum("12.5" in line for line in lines) == 1


def test_texts_are_folded_before_the_table_is_given_up(said):
    told = said(80, ("id", "text", "value"), ROWS, right=(2,))
    assert "┃" in told
    assert max(map(len, told.splitlines())) <= 80
    assert "".join(c for c in ROWS[0][1] if c in told) == ROWS[0][1], "nothing is cut off"


def test_where_nothing_fits_each_row_is_a_block(said):
    told = said(60, ("file 文件", "sha256"), [("01_能源消费_2020.csv", SHA)])
    assert told.splitlines() == ["targets 目标", "file 文件  01_能源消费_2020.csv", f"sha256     {SHA}", ""]


def test_a_missing_cell_is_a_dash_and_an_empty_table_keeps_its_heads(said):
    assert "—" in said(80, ("id", "text", "value"), ROWS)
    assert "text" in said(30, ("id", "text", "value"), [])


def test_an_error_is_told_in_both_languages(monkeypatch):
    into = io.StringIO()
    monkeypatch.setattr(shown, "err", Console(file=into, width=80, soft_wrap=True, highlight=False))
    shown.fail(NotFound("there is no document 'x'", where="plans", mend="Choose one of the list of plans."))
    told = into.getvalue()
    assert "there is no document 'x'" in told
    assert "没有文件x" in told
    assert "请从方案列表中选择。" in told
