"""Terms by the rule in data: the last day in time, levels by days left, each reminder once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dafeng.act.machine import machine
from dafeng.act.terms import Ahead, level, reminders, task_state, terms
from dafeng.base.errors import RuleNotInForce
from dafeng.base.periods import Period

DUTY = {d.id: d for d in terms().duties}


@pytest.mark.parametrize(
    ("duty", "period", "last"),
    [
        ("energy_month", "2025-01", date(2025, 2, 20)),
        ("energy_month", "2024-12", date(2025, 1, 20)),
        ("output_year", "2024", date(2025, 3, 31)),
    ],
)
def test_a_month_is_due_on_the_20th_of_the_next_and_a_year_on_31_march(duty, period, last):
    assert DUTY[duty].term(Period.parse(period)) == last


def test_periods_of_a_duty_end_between_the_days_and_begin_with_it():
    months = terms().periods(DUTY["energy_month"], date(2019, 6, 1), date(2020, 3, 31))
    assert [p.code for p in months] == ["2020-01", "2020-02", "2020-03"]
    assert [p.code for p in terms().periods(DUTY["energy_year"], date(2023, 5, 1), date(2025, 3, 31))] == [
        "2023",
        "2024",
    ]


def test_days_after_the_rule_are_an_error():
    with pytest.raises(RuleNotInForce):
        terms().periods(DUTY["energy_month"], date(2035, 1, 1), date(2036, 1, 1))


@pytest.mark.parametrize(
    ("left", "wanted"),
    [(-1, "red"), (0, "orange"), (2, "orange"), (3, "yellow"), (7, "yellow"), (15, "blue"), (16, None)],
)
def test_levels_by_days_left(left, wanted):
    day = date(2025, 6, 1)
    found = level(day, day + timedelta(days=left))
    assert (found.id if found else None) == wanted


def test_no_term_has_no_level():
    assert level(date(2025, 1, 1), None) is None


@pytest.mark.parametrize(
    ("percent", "due", "wanted"),
    [
        (None, None, "not_started"),
        (None, date(2024, 12, 31), "overdue"),
        (40, date(2025, 12, 31), "in_progress"),
        (0, None, "in_progress"),
        (99.9, date(2024, 12, 31), "overdue"),
        (100, date(2024, 12, 31), "done"),
    ],
)
def test_the_state_of_a_task_follows_from_its_entries_and_date(percent, due, wanted):
    assert task_state(percent, due, date(2025, 6, 1)) == wanted


def test_a_reminder_says_who_until_when_and_how_urgent_the_nearest_first():
    day = date(2025, 6, 1)
    far, near = (
        Ahead("k2", "资源利用", "市发改委", date(2025, 7, 20)),
        Ahead("k1", "节能", "市工信局", date(2025, 5, 30)),
    )
    never = Ahead("k3", "远期", "市科技局", date(2030, 12, 31))
    told = reminders(day, [far, never, near])
    assert [(r.id, r.level, r.days_left) for r in told] == [("k1", "red", -2), ("k2", "yellow", 49)]
    assert "已超期2天" in told[0].zh
    assert "2 days overdue" in told[0].en
    again = Ahead("k1", "节能", "市工信局", date(2025, 5, 30), frozenset({"red"}))
    assert reminders(day, [again]) == ()


@given(st.lists(st.integers(-400, 4000), max_size=8), st.randoms())
def test_reminders_do_not_depend_on_the_order_and_each_thing_is_told_of_once(days, random):
    today = date(2025, 1, 1)
    ones = [Ahead(f"k{i}", "t", "o", today + timedelta(days=d)) for i, d in enumerate(days)]
    found = reminders(today, ones)
    mixed = list(ones)
    random.shuffle(mixed)
    assert reminders(today, mixed) == found
    assert len({r.id for r in found}) == len(found)
    assert [r.days_left for r in found] == sorted(d for d in days if d <= 180)


def test_the_next_assessment_is_the_coming_30_april():
    assert terms().next_assessment(date(2025, 3, 1))[0] == date(2025, 4, 30)
    assert terms().next_assessment(date(2025, 5, 1))[0] == date(2026, 4, 30)
    assert terms().assessed_on(2020) is None


@pytest.mark.parametrize(
    ("returned", "original", "until"),
    [
        (date(2025, 3, 3), None, date(2025, 3, 10)),  # Monday to Monday
        (date(2025, 3, 7), date(2025, 3, 1), date(2025, 3, 14)),  # over one weekend
        (date(2025, 3, 8), date(2025, 3, 9), date(2025, 3, 14)),  # returned on a Saturday
        (date(2025, 3, 3), date(2025, 4, 20), date(2025, 4, 20)),  # the first term is later
    ],
)
def test_after_a_return_five_working_days_or_the_first_term(returned, original, until):
    rule = terms().returns
    assert rule.term(returned, original) == until
    assert machine("filing").term("returned", returned, original) == until
    assert all(until.isoformat() in words for words in rule.why(returned, original))
