"""What stands beside a case's total: electricity by the market-based method, biogenic carbon, rounding, footprints."""

from __future__ import annotations

import json

import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.result import run_case
from dafeng.account.compared import compared
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

M, R = packaged_methods(), packaged_rulebook()


def form(*rows, **more):
    return read_case(json.dumps({"case": "t", "activity": rows, **more}).encode())


def run(*rows, **more):
    return run_case(form(*rows, **more), M, R)


def totals(made):
    return {t.id: t.value for t in made.parts[0].totals}


def said(made):
    return " | ".join(f.en for f in made.findings)


def power(**inputs):
    return {"stream": "electricity", "inputs": inputs}


def green(certified, **inputs):
    return {"stream": "green_power", "inputs": {"certified": certified, **inputs}}


CENTRE = {"method": "data_centre", "family": "ndrc_general", "scope": "320000", "period": 2023}
STEEL = {"method": "steel", "family": "ndrc_steel_2013", "scope": "410000", "period": 2023}


def test_power_without_certificates_goes_by_the_residual_factor():
    made = run(power(bought=130000), green(20000), **CENTRE)
    assert totals(made)["market_based"] == pytest.approx((130000 - 20000) * 0.6096)
    assert totals(made)["total"] == pytest.approx(130000 * 0.5978)
    assert "meet no ledger" in said(made)


def test_certificates_beyond_the_power_bought_count_up_to_it_and_that_is_said():
    made = run(power(bought=130000), green(200000), **CENTRE)
    assert totals(made)["market_based"] == pytest.approx(0.0, abs=1e-6)
    assert "200,000 MWh exceed" in said(made)
    by_load = run(power(it_power=1000, pue=1.3), green(5000), **CENTRE)
    assert totals(by_load)["market_based"] == pytest.approx(0.0, abs=1e-6)
    assert "up to 1,300 MWh" in said(by_load)
    seller = run(power(bought=100, sold=300), green(50), **CENTRE)
    assert totals(seller)["market_based"] == pytest.approx(-200 * 0.6096)


def test_every_method_that_buys_power_has_scope_2_by_the_market_beside_its_total():
    bare = run(power(bought=1000, sold=100), **STEEL)
    made = run(power(bought=1000, sold=100), green(200), **STEEL)
    assert totals(made)["scope2_market"] == pytest.approx((900 - 200) * 0.6096)
    assert totals(made)["total"] == totals(bare)["total"] == made.total.value
    assert "scope2_market" not in totals(bare)
    assert {x.group for x in made.lines if x.stream in ("green_power", "electricity_market")} == {"memo"}
    for (id, family), method in M.held.items():
        held = method.streams.get("electricity")
        assert ("green_power" in method.streams) == (held is not None and held.group == "electricity"), (id, family)


def test_without_a_residual_factor_the_average_stands_in_and_is_said():
    made = run(power(bought=1000), green(400), **STEEL | {"period": 2014})
    assert totals(made)["scope2_market"] == pytest.approx(600 * 0.5257)
    assert "no residual factor" in said(made)


def test_what_is_internal_to_the_works_is_bought_from_nobody():
    rows = [power(bought=500), power(bought=500) | {"internal": "mill"}, green(900)]
    parts = [
        {"part": "works", "method": "steel", "family": "ndrc_steel_2013", "activity": rows},
        {"part": "mill", "method": "steel", "family": "ndrc_steel_2013", "activity": [
            {"stream": "electricity", "inputs": {"sold": 500}, "internal": "works"}]},
    ]  # fmt: skip
    asked = {"case": "t", "period": 2023, "scope": "410000", "parts": parts}
    made = run_case(read_case(json.dumps(asked).encode()), M, R)
    assert totals(made)["scope2_market"] == pytest.approx(0.0, abs=1e-6)
    assert "transfers" not in said(made)


def test_a_foreign_grid_keeps_its_own_factor():
    made = run(power(bought=1000, factor=0.2), green(400), method="data_centre", family="ipcc_2006", period=2023)
    assert totals(made)["market_based"] == pytest.approx(600 * 0.2)


def test_the_biogenic_share_of_an_alternative_fuel_comes_from_the_same_row():
    tyre = {"stream": "alternative_fuel", "item": "tyre", "inputs": {"amount": 1000}}
    kiln = {"method": "cement", "family": "ndrc_building_2013", "period": 2023}
    made = run(tyre, **kiln)
    lines = {x.stream: x.value for x in made.lines}
    assert lines["alternative_biogenic"] == pytest.approx(4 * lines["alternative_fuel"])
    assert made.total.value == pytest.approx(lines["alternative_fuel"])
    typed = run(tyre, tyre | {"stream": "alternative_biogenic"}, **kiln)
    assert [x.value for x in typed.lines] == pytest.approx([x.value for x in made.lines])
    measured = run(tyre | {"inputs": {"amount": 1000, "ncv": 30, "fossil_carbon": 0.01}}, **kiln)
    assert [x.stream for x in measured.lines] == ["alternative_fuel"]


@pytest.mark.parametrize(("method", "rounds"), [("steel", False), ("cement", True), ("electrolytic_aluminium", False)])
def test_the_rounding_that_is_stated_is_the_one_that_is_done(method, rounds):
    coal = {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1e6, "ncv": 26.344, "carbon_content": 0.02541}}
    made = run(coal, method=method, family="mee_ets_2023", period=2023)
    line = made.lines[0]
    oxidation = next(f.value for f in line.figures if f.input == "oxidation_rate")
    carbon = 0.67 if rounds else 26.344 * 0.02541
    assert line.value == pytest.approx(1e6 * carbon * oxidation * 44 / 12, rel=1e-12)
    assert ("2 decimals" in made.parts[0].rounding.en) == rounds


def test_a_footprint_with_a_factor_of_power_plants_alone_is_told():
    rows = [{"stream": "electricity", "inputs": {"amount": "4.8 kWh", "factor": "0.5306 kgCO2/kWh"}}]
    made = run(*rows, method="footprint", family="iso_14067", period=2023)
    assert "a footprint takes a life-cycle factor (0.6205" in said(made)
    own = [{"stream": "electricity", "inputs": {"amount": "4.8 kWh", "factor": "0.6205 kgCO2e/kWh"}}]
    assert "life-cycle" not in said(run(*own, method="footprint", family="iso_14067", period=2023))
    named = {"stream": "energy", "item": "grid", "inputs": {"amount": "2 kWh", "factor": "0.5703 kgCO2e/kWh"}}
    assert "takes a life-cycle factor" in said(run(named, method="footprint", family="iso_14067", period=2023))


def test_a_product_is_not_asked_for_groups_of_sources():
    fuel = {"stream": "fuel", "item": "diesel", "inputs": {"amount": "1 kg"}}
    assert "nothing was given" not in said(run(fuel, method="footprint", family="iso_14067", period=2023))


def test_the_only_item_of_a_stream_need_not_be_named_here_nor_in_a_comparison():
    row = {"stream": "electrode", "inputs": {"amount": 10}}
    made = run(row, **STEEL)
    assert [x.item for x in made.lines] == ["graphite"]
    asked = form(row, method="steel", family="ndrc_steel_2013", period=2022)
    other = compared(asked, "mee_ets_2023", M, R)
    assert not [n for n in other.notes if "electrode" in n.en]
    assert other.rows[0].other == pytest.approx(36.63)


def test_rows_of_a_comparison_say_month_unit_and_unit_of_works():
    rows = [{"stream": "fuel", "item": "anthracite", "unit_of_works": "K1", "period": f"2024-{m:02}",
             "inputs": {"amount": 10 * m, "ncv": 25}} for m in (1, 2)]  # fmt: skip
    made = compared(form(*rows, method="cement", family="ndrc_building_2013", period=2024), "cets_2024", M, R)
    assert [(r.period, r.unit_of_works, r.unit) for r in made.rows] == [
        ("2024-01", "K1", "tCO2e"), ("2024-02", "K1", "tCO2e"),
    ]  # fmt: skip
    assert made.total.period == "2024"


def test_evidence_that_has_run_out_is_named_in_english():
    old = {"value": 0.025, "evidence": "report", "valid_until": "2020-12-31"}
    row = {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1, "ncv": 22, "carbon_content": old}}
    assert "evidence of carbon per heat, valid until 2020-12-31" in said(run(row, **STEEL))


# -- the factor of the time


def test_reports_of_2021_took_the_regional_factor_until_the_new_one_was_published():
    asked = {"method": "other_industry", "family": "ndrc_general", "scope": "320000", "period": 2021}
    then = run(power(bought=1000), as_of="2022-06-01", **asked)
    assert then.total.value == pytest.approx(703.5)
    assert run(power(bought=1000), as_of="2024-04-12", **asked).total.value == pytest.approx(645.1)
    assert run(power(bought=1000), **asked).total.value == pytest.approx(645.1)


def test_what_is_not_known_yet_says_that_the_day_is_the_cause():
    made = run(power(bought=1000), method="other_industry", family="ndrc_general", scope="320000", period=2022,
               as_of="2023-06-01")  # fmt: skip
    assert made.total.value is None
    assert "2024-12-26才公布" in made.missing[0]
    assert "2023-06-01" in made.missing[0]
