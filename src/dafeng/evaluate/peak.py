"""The peak test 达峰判定, thin: the year of the maximum so far, and how many years have passed since.

A maximum is not claimed as the peak before the dated number of years has passed after it with no higher value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PeakState = Literal["reached", "on_track", "off_track", "not_assessed"]


@dataclass(frozen=True)
class PeakFinding:
    """state, the year of the maximum so far, years with data after it, and the reason in Chinese and English."""

    state: PeakState
    peak_year: int | None
    years_after: int
    reason_zh: str
    reason_en: str


def peak_finding(values: Mapping[int, float], target_year: int, confirm_years: int, least_years: int) -> PeakFinding:
    """What a series says about peaking by a year; the last of equal maxima counts as the peak year."""
    years = sorted(values)
    if len(years) < least_years:
        return PeakFinding(
            "not_assessed",
            None,
            0,
            f"只有{len(years)}年数据,少于{least_years}年,不能判断峰值",
            f"only {len(years)} years of data, fewer than {least_years}: no statement about a peak",
        )
    peak = max(years, key=lambda y: (values[y], y))
    after = years[-1] - peak
    complete = all(y in values for y in range(peak, years[-1] + 1))
    if peak > target_year:
        return _finding("off_track", peak, after, "晚于目标年,目标未实现", "later than the target year: missed")
    if after >= confirm_years and complete:
        return _finding("reached", peak, after, "其后未再超过,判定已达峰", "not exceeded since: peaked")
    if after > 0:
        gap = "" if complete else ",且其间有缺年"
        return _finding(
            "on_track",
            peak,
            after,
            f"不足{confirm_years}年{gap},不能认定已达峰",
            f"fewer than {confirm_years} full years: not claimed as peaked",
        )
    left = target_year - years[-1]
    return _finding(
        "off_track" if left < 0 else "not_assessed",
        peak,
        after,
        f"仍处最高值,距目标年{max(left, 0)}年,能否如期达峰须由情景模拟判断",
        f"still at its maximum with {max(left, 0)} years left: history alone cannot tell",
    )


def _finding(state: PeakState, peak: int, after: int, zh: str, en: str) -> PeakFinding:
    return PeakFinding(
        state,
        peak,
        after,
        f"迄今最高值在{peak}年,其后已有{after}年数据,{zh}",
        f"highest so far in {peak}, {after} years of data after it; {en}",
    )
