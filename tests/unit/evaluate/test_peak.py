"""The peak test, and that a maximum is not claimed as a peak too soon."""

from __future__ import annotations

import pytest
from evaluate_frames import state_of, target, values

from dafeng.evaluate.peak import peak_finding


def finding(*series, first=2015, by=2030):
    return peak_finding(dict(enumerate(map(float, series), first)), by, confirm_years=5, least_years=3)


@pytest.mark.parametrize(
    ("series", "state", "peak", "after"),
    [
        ((5, 9, 8, 8, 7, 8, 6), "reached", 2016, 5),
        ((5, 9, 8, 8, 7), "on_track", 2016, 3),
        ((5, 6, 7, 8), "not_assessed", 2018, 0),
        ((5, 9, 8, 9), "not_assessed", 2018, 0),
        ((5, 6), "not_assessed", None, 0),
    ],
)
def test_what_a_series_says(series, state, peak, after):
    found = finding(*series)
    assert (found.state, found.peak_year, found.years_after) == (state, peak, after)


def test_five_years_with_a_hole_are_not_five_years():
    found = peak_finding({2015: 9.0, 2016: 8.0, 2019: 7.0, 2020: 6.0}, 2030, 5, 3)
    assert found.state == "on_track"
    assert "缺年" in found.reason_zh


def test_a_maximum_after_the_target_year_is_a_miss():
    assert peak_finding({2029: 5.0, 2030: 6.0, 2031: 7.0, 2032: 6.5}, 2030, 5, 3).state == "off_track"


def test_the_words_do_not_claim_a_peak():
    assert "不能认定已达峰" in finding(5, 9, 8, 8, 7).reason_zh
    assert "情景模拟" in finding(5, 6, 7, 8).reason_zh


def test_a_peak_target_takes_the_series_of_its_indicator():
    one = target("工业领域碳达峰", comparator="reach_peak_before", target_year=2030)
    state = state_of(
        one, values("industrial_co2_total", {2016: 9.0, 2017: 8.0, 2018: 8.0, 2019: 7.0, 2020: 7.0, 2021: 7.0}), 2022
    )
    assert (state.state, state.baseline_year, state.baseline_value, state.actual) == ("reached", 2016, 9.0, 7.0)
    assert state.status == "user"  # the number of years is our own convention
