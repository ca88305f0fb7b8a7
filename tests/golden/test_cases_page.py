"""The worked examples of docs/cases.md run as they stand there and come out as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.recognise import checks
from dafeng.account.cases.result import run_case
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

PAGE = Path(__file__).parents[2] / "docs" / "cases.md"
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
TOTALS = [7_718_500, 1_102_146, 0.0050749]


def test_the_page_has_its_examples():
    assert len(EXAMPLES) == len(TOTALS)


@pytest.mark.parametrize(("text", "total"), list(zip(EXAMPLES, TOTALS, strict=True)))
def test_an_example_comes_out_as_the_page_says(text, total):
    case = read_case(text.encode())
    result = run_case(case, packaged_methods(), packaged_rulebook())
    assert result.missing == ()
    assert result.total.value == pytest.approx(total, rel=1e-5)
    assert all(c.agrees for c in checks(case, result, packaged_rulebook()))
