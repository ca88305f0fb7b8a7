"""Formulas enrol with the day from which they hold; an amended one stands beside the old."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dafeng.base.errors import RuleConflict, RuleNotInForce, RuleUnknown
from dafeng.rules.formulas import by_key, enrolled, formula, rule


@rule("test.double", since="2015-01-01", source="TEST §1", zh="二倍", en="twice")
def double(frame: pl.DataFrame) -> pl.Series:
    return frame["x"] * 2


@rule("test.double", since="2020-01-01", source="TEST amended §1", zh="三倍", en="three times")
def triple(frame: pl.DataFrame) -> pl.Series:
    return frame["x"] * 3


def test_the_formula_of_the_day_is_chosen() -> None:
    frame = pl.DataFrame({"x": [1.0, None]})
    assert formula("test.double", date(2019, 12, 31))(frame).to_list() == [2.0, None]
    assert formula("test.double", date(2020, 1, 1))(frame).to_list() == [3.0, None]


def test_before_the_first_one_there_is_none() -> None:
    with pytest.raises(RuleNotInForce):
        formula("test.double", date(2014, 12, 31))
    with pytest.raises(RuleUnknown):
        formula("test.none", date(2020, 1, 1))


def test_two_formulas_of_one_day_are_refused() -> None:
    with pytest.raises(RuleConflict):

        @rule("test.double", since="2020-01-01", source="TEST", zh="")
        def other(frame: pl.DataFrame) -> pl.Series:
            return frame["x"]


def test_a_line_finds_its_formula_by_key() -> None:
    assert by_key(triple.key) is triple
    assert by_key("sum.items") is None
    assert double in enrolled()
