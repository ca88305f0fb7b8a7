"""What a computed case says of itself has an English beside its Chinese."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.compared import compared
from dafeng.app.accounts.case_english import case_english, comparison_english
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

HAN = re.compile("[\u3400-\u9fff]")


def _result(**changes: Any) -> CaseResult:
    case: dict[str, Any] = {"case": "x", "method": "cement", "family": "mee_ets_2023", "period": "2023"} | changes
    return run_case(read_case(msgspec.json.encode(case)), packaged_methods(), packaged_rulebook())


def test_a_missing_figure_is_named_in_english() -> None:
    result = _result(activity=[{"stream": "fuel", "item": "diesel", "inputs": {"amount": None}}])
    english = case_english(result, packaged_methods())
    assert result.missing
    assert set(result.missing) <= set(english)
    assert english[result.missing[0]] == "fossil fuel of clinker lines diesel 2023: net use is missing"


def test_the_reasons_of_a_comparison_stand_in_english() -> None:
    rows = [
        {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 152000}},
        {"stream": "clinker", "item": "portland", "inputs": {"amount": 1200000}},
    ]
    case = {"case": "x", "method": "cement", "family": "mee_ets_2023", "period": "2023", "activity": rows}
    form = read_case(msgspec.json.encode(case))
    plain = compared(form, "ndrc_building_2013", packaged_methods(), packaged_rulebook())
    assert any(HAN.search(why.en) for row in plain.rows for why in row.why)
    told = comparison_english(plain, packaged_methods())
    english = [why.en for row in told.rows for why in row.why]
    assert not [en for en in english if HAN.search(en)]
    assert any(en.endswith(" are missing") for en in english)
    assert [why.zh for row in told.rows for why in row.why] == [why.zh for row in plain.rows for why in row.why]


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"valid_until": "2020-12-31"}, "is valid until 2020-12-31 and is not used"),
        (
            {"valid_from": "2024-01-01", "valid_until": "2024-12-31"},
            "is valid from 2024-01-01 until 2024-12-31 and is not used",
        ),
        ({"valid_from": "2023-07-01"}, "is valid from 2023-07-01, not for the whole period"),
    ],
)
def test_evidence_outside_the_period_is_said_in_english(dates: dict[str, str], said: str) -> None:
    given = {"value": 23, **dates}
    result = _result(
        activity=[{"stream": "fuel", "item": "bituminous", "inputs": {"amount": 10, "ncv": given}}],
    )
    note = result.lines[0].note
    assert note is not None
    assert all(day in note for day in dates.values())
    assert f"the evidence of net calorific value {said}" in case_english(result, packaged_methods())[note]


def test_only_what_stands_in_the_result_is_translated_and_no_chinese_is_left() -> None:
    rows = [{"stream": "fuel", "item": "diesel", "inputs": {"amount": None}}, {"stream": "electricity", "inputs": {}}]
    result = _result(
        method=None,
        family=None,
        parts=[{"part": "power", "method": "cement", "family": "mee_ets_2023", "activity": rows}],
    )
    english = case_english(result, packaged_methods())
    said = {*result.missing, *(x.note for x in result.lines)}
    assert english
    assert set(english) <= said
    assert not any(HAN.search(text) for text in english.values())
    assert all(text.startswith("power › ") for zh, text in english.items() if zh in result.missing)


def test_a_note_that_nobody_knows_has_no_english() -> None:
    result = _result(activity=[{"stream": "fuel", "item": "diesel", "inputs": {"amount": 1}}])
    odd = msgspec.structs.replace(result.lines[0], note="缺净消费量；天书")
    changed = msgspec.structs.replace(result, lines=(odd,))
    assert "缺净消费量；天书" not in case_english(changed, packaged_methods())
