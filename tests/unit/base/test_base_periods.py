"""Periods: one text form each, which reads back; a period knows its days, its months and what it holds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.errors import BadRequest
from dafeng.base.periods import Period

years, months = st.integers(1, 9999), st.integers(1, 12)
periods = st.one_of(
    st.builds(Period.year, years),
    st.builds(Period.month, years, months),
    st.builds(Period.plan, st.integers(6, 99)),
    st.builds(lambda y, q: Period.parse(f"{y:04d}Q{q}"), years, st.integers(1, 4)),
    st.builds(lambda y, m: Period.parse(f"{y:04d}-01/{y:04d}-{m:02d}"), years, months),
)


@settings(deadline=None)
@given(periods)
def test_the_text_form_reads_back(period):
    assert Period.parse(period.code) == period


@settings(deadline=None)
@given(periods)
def test_the_months_fill_the_period_without_gap_or_overlap(period):
    inside = period.months()
    assert sum(m.days for m in inside) == period.days
    assert (inside[0].first, inside[-1].last) == (period.first, period.last)
    assert all(period.contains(m) for m in inside)


@settings(deadline=None)
@given(periods, periods)
def test_two_periods_hold_each_other_only_where_their_days_are_the_same(one, other):
    if one.contains(other) and other.contains(one):
        assert (one.first, one.last) == (other.first, other.last)


@pytest.mark.parametrize(
    ("code", "first", "last", "zh"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "2024年"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2025Q2", date(2025, 4, 1), date(2025, 6, 30), "2025年第2季度"),
        ("2025-01/2025-06", date(2025, 1, 1), date(2025, 6, 30), "2025年1—6月"),
        ("14FYP", date(2021, 1, 1), date(2025, 12, 31), "2021—2025年"),
        ("6FYP", date(1981, 1, 1), date(1985, 12, 31), "1981—1985年"),
    ],
)
def test_the_days_of_a_period_and_its_chinese_name(code, first, last, zh):
    period = Period.parse(code)
    assert (period.first, period.last, period.zh) == (first, last, zh)


@pytest.mark.parametrize(
    "text", ["", "25", "2025-13", "2025-00", "2025Q5", "2024-01/2025-06", "2025-02/2025-06", "5FYP", "0000", "2025年"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(BadRequest):
        Period.parse(text)
