"""The rulebook that ships: sound, dated, with the values and marks of the references."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dafeng.base.errors import RuleNotInForce
from dafeng.rules.checks import check
from dafeng.rules.frames import resolve
from dafeng.rules.rulebook import Rulebook, packaged_rulebook

STATUS = {"read": "transcribed", "recalled": "recalled"}
KINDS = ("ncv", "carbon_content", "oxidation_rate")
RENAMED = {"coal_tar": "tar", "aviation_kerosene": "jet_kerosene"}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return packaged_rulebook()


def test_the_packaged_rulebook_is_sound(book: Rulebook) -> None:
    assert check(book) == ()


def test_it_is_read_once() -> None:
    assert packaged_rulebook() is packaged_rulebook()


def test_fuel_parameters_are_those_of_the_references(book: Rulebook, shared: Path) -> None:
    """Every default of every family, value and mark, against the table it was made from."""
    compared = 0
    with (shared / "reference/factors/fuels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["parameter"] not in KINDS or row["rule_id"] not in book.families:
                continue
            if row["fuel_id"] == "coal_default":  # stands at each coal of its edition; the text of 2021 was read since
                penalty = book.parameters[(f"{row['rule_id']}.bituminous.{row['parameter']}", "CN")].values[0]
                assert penalty.value == float(row["value"]), row["id"]
                continue
            item = RENAMED.get(row["fuel_id"], row["fuel_id"])
            (value,) = book.parameters[(f"{row['rule_id']}.{item}.{row['parameter']}", "CN")].values
            assert (value.value, value.status) == (float(row["value"]), STATUS[row["confidence"]]), row["id"]
            compared += 1
    assert compared == 243


def test_electricity_factors_are_those_of_the_references(book: Rulebook, shared: Path) -> None:
    names = {p.values[0].name_en.rsplit(", ", 1)[-1].replace(" ", "_"): p for p in book.parameters.values()}
    compared = 0
    with (shared / "reference/factors/electricity.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["id"].startswith("cn.prov.") or not row["value"]:
                continue
            province = names[row["id"].rsplit(".", 1)[-1]]
            value = province.on(date(int(row["data_year"]), 7, 1))
            assert (value.value, value.status, value.carried) == (float(row["value"]), "transcribed", False)
            compared += 1
    assert compared == 61


@pytest.mark.parametrize(
    ("area", "year", "value", "status"),
    [
        ("140781", 2021, 0.7222, "transcribed"),
        ("140781", 2022, 0.7096, "transcribed"),
        ("140781", 2023, 0.7096, "trial"),
        ("540100", 2022, 0.2268, "transcribed"),
        ("990100", 2021, 0.5568, "recalled"),
        ("990100", 2023, 0.5306, "transcribed"),
        ("990100", 2024, 0.5306, "trial"),
    ],
)
def test_grid_factor_of_a_place_and_year(book: Rulebook, area: str, year: int, value: float, status: str) -> None:
    found = book.parameter("mee.grid_co2", area).on(date(year, 7, 1))
    assert (found.value, found.status) == (value, status)


def test_before_the_announcement_the_year_was_carried(book: Rulebook) -> None:
    grid = book.parameter("mee.grid_co2", "140781")
    then = grid.on(date(2022, 7, 1), as_of=date(2024, 6, 1))
    assert (then.value, then.status) == (0.7222, "trial")


def test_no_grid_factor_reaches_beyond_its_rule(book: Rulebook) -> None:
    with pytest.raises(RuleNotInForce, match="2026"):
        book.parameter("mee.grid_co2", "140781").on(date(2026, 1, 1))


def test_equivalent_value_of_electricity_is_that_of_the_year(book: Rulebook) -> None:
    equivalent = book.parameter("equivalent.electricity.tce")
    assert equivalent.on(date(2020, 7, 1)).value == 0.3055
    assert equivalent.on(date(2022, 7, 1)).status == "recalled"
    assert equivalent.on(date(2024, 7, 1)).status == "trial"
    with pytest.raises(RuleNotInForce):
        equivalent.on(date(2015, 12, 31))


def test_derived_coefficients_say_what_they_are_made_of(book: Rulebook) -> None:
    value = book.parameter("gbt2589.bituminous.tce").on(date(2023, 1, 1))
    ncv = book.parameter("ndrc_general.bituminous.ncv").on(date(2023, 1, 1))
    assert value.value == pytest.approx(ncv.value / 29.3076, abs=5e-5)
    assert "29307.6" in value.source
    assert value.note == "derived, not printed in annex A"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("烟煤", "bituminous"),
        ("原煤", "raw_coal"),
        ("天然气", "natural_gas"),
        ("电力", "electricity"),
        ("热力", "heat"),
    ],
)
def test_items_are_known_by_their_chinese_names(book: Rulebook, text: str, code: str) -> None:
    assert book.item_named(text) == code


def changed(book: Rulebook, id: str, number: float) -> Rulebook:
    """The rulebook with one wrong value, as a typing error would leave it."""
    old = book.parameters[(id, "CN")]
    wrong = replace(old, values=tuple(replace(v, value=number) for v in old.values))
    return replace(book, parameters={**book.parameters, (id, "CN"): wrong})


@pytest.mark.parametrize(
    ("id", "value"),
    [
        ("ndrc_general.bituminous.carbon_content", 26.18),
        ("ndrc_general.natural_gas.ncv", 38931.0),
        ("ndrc_general.coke.oxidation_rate", 93.0),
        ("mee.grid_co2", 536.6),
        ("gbt2589.natural_gas.tce", 1.33 * 10_000),
    ],
)
def test_a_wrong_unit_is_found(book: Rulebook, id: str, value: float) -> None:
    problems = check(changed(book, id, value))
    assert any(p.column == id and p.severity == "error" for p in problems)


def test_bulk_answers_equal_single_answers(book: Rulebook) -> None:
    asked = [("mee.grid_co2", s, p) for s in ("140781", "CN") for p in ("2021-05", "2022", "2024-12")]
    wants = pl.DataFrame(asked * 2, schema=["id", "scope", "period"], orient="row")
    answers = resolve(book, wants)
    assert answers.height == len(asked)
    for id, scope, period, value, _, status, *_ in answers.iter_rows():
        single = book.parameter(id, scope).on(date(int(period[:4]), 6, 1))
        assert (value, status) == (single.value, single.status)


def test_bulk_keeps_what_has_no_answer_and_says_why(book: Rulebook) -> None:
    wants = pl.DataFrame([("mee.grid_co2", "CN", "2030-01")], schema=["id", "scope", "period"], orient="row")
    row = resolve(book, wants).row(0, named=True)
    assert row["value"] is None
    assert "mee_national.yaml" in row["reason"]


def test_a_value_that_changes_inside_the_period_is_none(book: Rulebook) -> None:
    wants = pl.DataFrame([("mee.grid_co2", "CN", "14FYP")], schema=["id", "scope", "period"], orient="row")
    row = resolve(book, wants).row(0, named=True)
    assert row["value"] is None
    assert "按月核算" in row["reason"]
