"""A default that a row does not use is not among its figures, not in its status, and not said."""

from __future__ import annotations

import polars as pl
import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.result import run_case
from dafeng.account.streams.need import needed, reads
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook


def lines(*activity: str):
    head = '"case": "n", "method": "power_generation", "family": "mee_power_2021", "period": "2021"'
    text = f'{{{head}, "activity": [{", ".join(activity)}]}}'
    return run_case(read_case(text.encode()), packaged_methods(), packaged_rulebook()).lines


def coal(**inputs: float) -> str:
    said = ", ".join(f'"{k}": {v}' for k, v in inputs.items())
    return f'{{"stream": "fuel", "item": "bituminous", "inputs": {{{said}}}}}'


def test_measured_carbon_is_not_called_unmeasured():
    (line,) = lines(coal(amount=100, carbon=0.55))
    assert {f.input for f in line.figures} == {"amount", "carbon", "oxidation_rate"}
    assert line.note is None


def test_coal_without_carbon_takes_the_penalty_and_says_so():
    (line,) = lines(coal(amount=100, ncv=21))
    assert line.value == pytest.approx(100 * 21 * 0.03356 * 0.99 * 44 / 12)
    assert "单位热值含碳量未实测" in line.note
    assert "低位发热量未实测" not in line.note


def test_both_kinds_of_coal_in_one_case_keep_their_own():
    measured, other = lines(coal(amount=100, carbon=0.55), coal(amount=100))
    assert measured.note is None
    assert "未实测" in other.note
    assert measured.formula != other.formula


def test_a_row_that_no_formula_can_serve_keeps_every_default():
    form = packaged_methods().method("power_generation", "mee_power_2021").stream("fuel")
    frame = pl.DataFrame({"moisture_ar": [0.1]})
    there = {"ncv": pl.Series([True]), "carbon_content": pl.Series([True])}
    assert needed(form, frame, there, pl.Series([0])) == {}


def test_status_comes_from_what_was_used():
    """The default carbon of this edition is recalled; a works that measured carbon does not bear its mark."""
    text = """{"case": "s", "method": "power_generation", "family": "mee_power_2021", "period": "2021", "activity": [
        {"stream": "fuel", "item": "other_gas", "inputs": {"amount": {"value": 1, "status": "official"},
         "carbon": {"value": 0.6, "unit": "tC/10^4 Nm3", "status": "official"}}}]}"""
    (line,) = run_case(read_case(text.encode()), packaged_methods(), packaged_rulebook()).lines
    assert {f.input for f in line.figures} == {"amount", "carbon", "oxidation_rate"}
    assert line.status == "recalled"  # the oxidation rate alone
    assert [f.status for f in line.figures if f.input == "carbon"] == ["official"]


def test_an_optional_column_that_the_formula_reads_keeps_its_default():
    """Batch regeneration of catalyst reads the share oxidised where it is there, without asking for it."""
    names = ("amount", "carbon", "oxidation_rate", "catalyst", "before", "after")
    assert "oxidation_rate" in reads("stream.catalyst_batch", names)
    assert "carbon" not in reads("stream.catalyst_batch", names)
    assert reads("stream.fuel", ("amount", "ncv", "carbon", "carbon_content", "oxidation_rate")) == {
        "amount", "ncv", "carbon_content", "oxidation_rate",
    }  # fmt: skip
