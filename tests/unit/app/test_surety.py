"""A case tells with its result how sure it is: uncertainty and data quality, no question asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dafeng.account.cases.quality import case_quality, case_uncertainty
from dafeng.account.cases.reading import CaseForm, read_case
from dafeng.app.accounts.surety import MOST, Surety, surety
from dafeng.app.pages.shapes import Words
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

REGION = Path(__file__).parents[2] / "golden" / "methods" / "region" / "redwood-city-2005.json"
ROWS = [
    {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1000}},
    {"stream": "electricity", "inputs": {"bought": 500}},
]


def _case(rows: list[dict[str, Any]] = ROWS) -> CaseForm:
    case = {"case": "x", "method": "other_industry", "family": "ndrc_general", "period": "2020", "activity": rows}
    return read_case(msgspec.json.encode(case))


def test_it_says_what_the_commands_of_their_own_say() -> None:
    made = surety(_case(), packaged_methods(), packaged_rulebook())
    whole = case_uncertainty(_case(), packaged_methods(), packaged_rulebook())
    assert isinstance(made, Surety)
    assert (made.value, made.propagated, made.low) == (whole.value, whole.propagated, whole.simulated.low)
    assert made.low < made.value < made.high
    assert made.score == case_quality(_case(), packaged_methods(), packaged_rulebook()).score


def test_the_figures_that_matter_most_are_named_in_both_languages() -> None:
    made = surety(_case(), packaged_methods(), packaged_rulebook())
    assert isinstance(made, Surety)
    assert 0 < len(made.most) <= MOST
    assert [x.share for x in made.most] == sorted((x.share for x in made.most), reverse=True)
    assert all(x.name.zh and x.name.en and x.klass.zh and x.klass.en and ":" in x.name.en for x in made.most)
    assert any("bituminous coal" in x.name.en for x in made.most)


def test_measured_and_proved_figures_are_surer_than_figures_without_a_source() -> None:
    measured = {"value": 1000, "evidence": "belt scale 3", "method": "weighed"}
    better = surety(
        _case([{**ROWS[0], "inputs": {"amount": measured}}, ROWS[1]]), packaged_methods(), packaged_rulebook()
    )
    plain = surety(_case(), packaged_methods(), packaged_rulebook())
    assert isinstance(better, Surety)
    assert isinstance(plain, Surety)
    assert better.propagated is not None
    assert plain.propagated is not None
    assert better.propagated < plain.propagated
    assert better.score is not None
    assert plain.score is not None
    assert better.score > plain.score


@pytest.mark.parametrize("rows", [[], [{"stream": "fuel", "item": "bituminous", "inputs": {"amount": None}}]])
def test_of_nothing_nothing_is_said(rows: list[dict[str, Any]]) -> None:
    made = surety(_case(rows), packaged_methods(), packaged_rulebook())
    assert isinstance(made, Words)
    assert "uncertainty" in made.en


def test_a_time_without_known_uncertainties_costs_no_result() -> None:
    case = msgspec.json.decode(REGION.read_bytes())["case"]
    made = surety(read_case(msgspec.json.encode(case)), packaged_methods(), packaged_rulebook())
    assert isinstance(made, Words)
    assert "2005" in made.zh
    assert "2005" in made.en


def test_at_the_edge_of_a_formula_no_interval_is_made_up() -> None:
    edge = REGION.parents[1] / "textile" / "steam-misprint-350C-25p0.json"
    case = read_case(msgspec.json.encode(msgspec.json.decode(edge.read_bytes())["case"]))
    made = surety(case, packaged_methods(), packaged_rulebook())
    assert isinstance(made, Words)
    assert "edge" in made.en


def test_lines_without_a_value_are_counted_as_left_out() -> None:
    made = surety(
        _case([ROWS[0], {"stream": "electricity", "inputs": {"bought": None}}]), packaged_methods(), packaged_rulebook()
    )
    assert isinstance(made, Surety)
    assert made.left_out == 1
