"""Pinyin by syllables: a table finds by it what the palette finds, and fast."""

from __future__ import annotations

import re
import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.app.pages.pinyin import sought, starts_at_syllable, syllable_line, syllables

NAMES = ("恒源钢铁", "盛源化工", "长安机械", "东方钢铁B2厂", "ACME 绿叶")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hengyuan", ["恒源钢铁"]),
        ("hy", ["恒源钢铁"]),
        ("syhg", ["盛源化工"]),
        ("ngyuan", []),
        ("b2", ["东方钢铁B2厂"]),
        ("acmelv", ["ACME 绿叶"]),
        ("钢铁", ["恒源钢铁", "东方钢铁B2厂"]),
    ],
)
def test_a_table_finds_from_the_beginning_of_a_syllable(typed, found):
    lines = pl.Series([f"{n.lower()}\n{syllable_line(n)}" for n in NAMES])
    assert pl.Series(NAMES).filter(lines.str.contains(sought(typed))).to_list() == found


@given(st.text("abceghnouyz", min_size=1, max_size=6), st.sampled_from(NAMES))
def test_the_pattern_reads_as_the_palette_reads(typed, name):
    by_pattern = re.search(sought(typed), syllable_line(name)) is not None
    assert by_pattern == (starts_at_syllable(typed, syllables(name)) is not None)


def test_ten_thousand_rows_are_searched_at_once():
    lines = pl.Series([f"{n}{i}\n{syllable_line(n)}" for i in range(2000) for n in NAMES])
    began = time.process_time()
    lines.str.contains(sought("shengyuanhuagong"))
    assert time.process_time() - began < 0.5
