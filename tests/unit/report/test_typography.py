"""Chinese marks beside Chinese characters; figures and ids stay."""

from __future__ import annotations

import pytest

from dafeng.report.typography import chinese_marks


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("截至2025年,共44项:已达成15项;其余见下", "截至2025年，共44项：已达成15项；其余见下"),
        ("排放1,234.5万吨,下降4%,其中钢铁占28%", "排放1,234.5万吨，下降4%，其中钢铁占28%"),
        ("产能(含在建)与(一)总体", "产能（含在建）与（一）总体"),
        ("L-ab12:cd, 12:30, f(x)", "L-ab12:cd, 12:30, f(x)"),
        ("GB/T 2589-2020", "GB/T 2589-2020"),
    ],
)
def test_marks_follow_the_language_they_stand_in(written: str, printed: str):
    assert chinese_marks(written) == printed


def test_setting_twice_is_setting_once():
    once = chinese_marks("目标:下降18%(较2020年),实际12%")
    assert chinese_marks(once) == once
