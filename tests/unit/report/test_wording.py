"""Figures in print: rounded once; missing is a dash, a value never a zero, and nothing is rounded up to whole."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.provenance import STATUSES
from dafeng.report.wording import change_words, coverage_percent, figure, large, number, percent, status_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "—"),
        (math.nan, "—"),
        (math.inf, "—"),
        (0.0, "0"),
        (1234567.8, "1,234,568"),
        (12.3456, "12.35"),
        (-0.04567, "−0.04567"),
        (9.99996, "10"),
        (100.0, "100"),
        (3e-8, "0.00000003"),
        (3e-30, "3.000e-30"),
    ],
)
def test_numbers_in_print(value, words):
    assert number(value) == words


@settings(deadline=None)
@given(st.floats(1e-300, 1e15) | st.floats(-1e15, -1e-300))
def test_a_printed_number_is_the_value_to_four_digits_and_never_zero(value):
    read = float(number(value).replace(",", "").replace("−", "-"))
    assert read == pytest.approx(value, rel=6e-4)
    assert read != 0


@pytest.mark.parametrize(("share", "words"), [(None, "—"), (1.0, "100"), (0.9999, "99.9"), (0.992, "99.2"), (0.0, "0")])
def test_what_is_not_whole_is_never_printed_as_whole(share, words):
    assert coverage_percent(share) == words


@pytest.mark.parametrize(
    ("rate", "words"),
    [(None, "无法比较"), (0.0, "基本持平"), (0.0004, "基本持平"), (0.0234, "增长2.34%"), (-0.0113, "下降1.13%")],
)
def test_a_change_in_words(rate, words):
    assert change_words(rate) == words


def test_tonnes_become_ten_thousand_tonnes_and_a_missing_value_stays_missing():
    assert large(12_345.0, "t") == (pytest.approx(1.2345), "万吨")
    assert large(20_000.0, "tce") == (pytest.approx(2.0), "万tce")
    assert large(None, "t") == (None, "万吨")
    assert large(7.0, "家") == (7.0, "家")


def test_a_figure_carries_node_mark_and_unit_and_a_missing_one_nothing():
    made = figure(2.5, "L-1", "recalled", "万吨")
    assert (made.text, made.node, made.mark, made.unit) == ("2.5", "L-1", "忆", "万吨")
    assert figure(None, "L-1", "official", "万吨").node is None
    assert percent(None) == "—"


def test_every_status_has_its_words_and_another_is_refused():
    assert len({status_words(s) for s in STATUSES}) == len(STATUSES)
    with pytest.raises(ValueError, match="no status"):
        status_words("sure")
