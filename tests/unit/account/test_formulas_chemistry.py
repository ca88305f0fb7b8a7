"""Formulas of chemistry and workshops: carbon in = carbon out + emitted; slips of published rules as negatives."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.recognise import checks
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.formulas import chemistry, workshop
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

C = 44 / 12
few = settings(max_examples=25, deadline=None)
fewer = settings(max_examples=6, deadline=None)  # each runs a whole case
tonnes = st.floats(0.1, 1e6, allow_nan=False)
share = st.floats(0.01, 0.95, allow_nan=False)


def one(rule: Any, **columns: float | None) -> float | None:
    """The result of a formula for one row."""
    return rule(pl.DataFrame({n: [v] for n, v in columns.items()}, schema=dict.fromkeys(columns, pl.Float64)))[0]


def case(method: str, activity: list[dict[str, Any]], family: str = "ndrc_general", **more: Any) -> CaseResult:
    text = json.dumps({"case": "t", "method": method, "family": family, "period": "2018", "activity": activity, **more})
    return run_case(read_case(text.encode()), packaged_methods(), packaged_rulebook())


def row(stream: str, item: str = "", **inputs: Any) -> dict[str, Any]:
    return {"stream": stream, "item": item, "inputs": inputs}


def line(result: CaseResult, stream: str, item: str = "") -> float | None:
    (found,) = [x.value for x in result.lines if (x.stream, x.item) == (stream, item)]
    return found


# -- balances


@fewer
@given(feed=tonnes, product=tonnes, slag=tonnes, a=share, b=share, c=share)
def test_carbon_in_is_carbon_out_and_emitted(feed, product, slag, a, b, c):
    made = case("chemicals", [
        row("feedstock", "anthracite", amount=feed, carbon=a), row("product", "other", amount=product, carbon=b),
        row("residue", "slag", amount=slag, carbon=c),
    ])  # fmt: skip
    emitted = made.total.value / C
    assert emitted + product * b + slag * c == pytest.approx(feed * a, rel=1e-9, abs=1e-9 * max(feed, product, slag))


@few
@given(ch4=share, rest=share, burnt=share)
def test_the_carbon_of_a_flare_is_in_its_co2_or_in_its_methane(ch4, rest, burnt):
    """Methane and CO2 only: what is not burnt leaves as methane."""
    share_ch4, share_co2 = ch4 * (1 - rest), rest * (1 - ch4)
    co2 = one(chemistry.flare_composition, volume=10, ch4=share_ch4, co2=share_co2, oxidation_rate=burnt)
    slip = one(chemistry.flare_methane, volume=10, ch4=share_ch4, oxidation_rate=burnt, density=160 / 22.4)
    assert co2 * 12 / 44 + slip * 12 / 16 == pytest.approx(10 * (share_ch4 + share_co2) * 120 / 22.4, rel=1e-9)


@few
@given(mass=tonnes, before=st.floats(0.02, 0.2), after=st.floats(0.0, 0.01))
def test_a_batch_of_catalyst_loses_the_carbon_it_emits(mass, before, after):
    emitted = one(chemistry.catalyst_batch, catalyst=mass, before=before, after=after, oxidation_rate=1)
    bare = mass * (1 - before)
    left = bare * after / (1 - after)
    assert emitted / C + left == pytest.approx(mass * before, rel=1e-9)


@few
@given(made=tonnes, recovered=st.floats(0, 1), fed=st.floats(0, 1), slip=st.floats(0, 1))
def test_hfc23_made_is_recovered_destroyed_or_let_out(made, recovered, fed, slip):
    out = one(chemistry.byproduct_gas, amount=made, factor=0.015, recovered=recovered, fed=fed, slipped=slip * fed)
    assert out + recovered + fed * (1 - slip) == pytest.approx(made * 0.015, rel=1e-9, abs=1e-9)


@few
@given(used=tonnes, utilised=share, treated=share, removed=share, heel=share)
def test_etching_gas_stays_is_used_removed_or_let_out(used, utilised, treated, removed, heel):
    out = one(
        workshop.etch_stock, opening=used, bought=used, closing=used, heel=heel, utilised=utilised, treated=treated,
        removed=removed,
    )  # fmt: skip
    fed = used * (1 - heel)
    caught = fed * (1 - utilised) * treated * removed
    assert out + fed * utilised + caught + used * heel == pytest.approx(used, rel=1e-9)


@few
@given(amount=st.floats(0.1, 1e4), co2=share, ar=share, o2=share)
def test_the_mass_shares_of_a_shielding_gas_add_to_one(amount, co2, ar, o2):
    mass = co2 * 44 + ar * 39.948 + o2 * 31.998
    whole = one(workshop.shielding_mixture, amount=amount, co2=co2, ar=ar, o2=o2)
    assert whole == pytest.approx(amount * co2 * 44 / mass, rel=1e-12)
    assert one(workshop.shielding_mixture, amount=amount, co2=co2) == pytest.approx(amount, rel=1e-12)


@few
@given(amount=tonnes, selectivity=st.floats(0.5, 0.99))
def test_better_selectivity_never_emits_more(amount, selectivity):
    now = one(chemistry.oxide_selectivity, amount=amount, selectivity=selectivity)
    assert now > one(chemistry.oxide_selectivity, amount=amount, selectivity=selectivity + 0.005) >= 0


def test_acid_gas_by_two_meters_and_by_one_agree():
    volume, co2_in, co2_out = 1000.0, 0.05, 0.01
    out = volume * (1 - co2_in) / (1 - co2_out)
    two = one(chemistry.acid_gas, volume=volume, co2_in=co2_in, volume_out=out, co2_out=co2_out, density=19.7)
    single = one(chemistry.acid_gas_shrinkage, volume=volume, co2_in=co2_in, co2_out=co2_out, density=19.7)
    assert two == pytest.approx(single, rel=1e-12)


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        (chemistry.flare, {"volume": 1.0, "carbon": None, "oxidation_rate": 0.98, "density": 19.7}),
        (chemistry.catalyst_batch, {"catalyst": 1.0, "before": 0.05, "after": None, "oxidation_rate": 1.0}),
        (chemistry.byproduct_gas, {"amount": None, "factor": 0.015}),
        (workshop.shielding_mixture, {"amount": None, "co2": 1.0}),
    ],
)
def test_a_missing_input_gives_no_result(rule, inputs):
    assert one(rule, **inputs) is None


# -- methods


def test_without_a_composition_the_carbon_of_a_gas_is_taken_by_heat():
    made = case("ammonia", [row("feedstock", "natural_gas", amount=1)])
    (found,) = made.lines
    assert found.formula.startswith("stream.carbon_heat")
    assert found.value == pytest.approx(389.31 * 0.0153 * C)


def test_measured_carbon_outranks_analysis_and_heat():
    given_all = row("feedstock", "natural_gas", amount=1, carbon=5.5, ch4=0.95, ncv=380)
    assert line(case("ammonia", [given_all]), "feedstock", "natural_gas") == pytest.approx(5.5 * C)
    analysis = row("feedstock", "natural_gas", amount=1, ch4=0.95, c2=0.02)
    assert line(case("ammonia", [analysis]), "feedstock", "natural_gas") == pytest.approx(0.99 * 440 / 22.4)


def test_abatement_counts_only_where_it_is_said_to_run():
    bare = line(case("electronics", [row("etch", "NF3", amount=1)]), "etch", "NF3")
    treated = line(case("electronics", [row("etch", "NF3", amount=1, treated=0.9)]), "etch", "NF3")
    assert bare == pytest.approx(0.9 * 0.2 * 17200)
    assert treated == pytest.approx(bare * (1 - 0.9 * 0.95))
    acid = line(case("nitric_adipic", [row("nitric_acid", "high_pressure", amount=1000, removed=0.85)]),
                "nitric_acid", "high_pressure")  # fmt: skip
    assert acid == pytest.approx(13.9 * 310), "a removal rate without its time in use takes nothing off"


def test_a_gas_with_no_default_utilisation_says_what_is_missing():
    made = case("electronics", [row("etch", "CH3F", amount=1)])
    assert made.lines[0].value is None
    assert "利用率" in made.lines[0].note


def test_net_exports_are_not_clipped_and_direct_emissions_stand_apart():
    made = case("chemicals", [row("fuel", "natural_gas", amount=10), row("electricity", bought=10, sold=1000)],
                scope="140000")  # fmt: skip
    direct = next(t.value for t in made.parts[0].totals if t.id == "direct")
    assert line(made, "electricity") == pytest.approx(-990 * 0.8843)
    assert made.total.value == pytest.approx(direct - 990 * 0.8843)


def test_a_plant_section_takes_the_national_factor_for_own_power_and_nothing_for_waste_heat():
    made = case("urea", [row("electricity", "own_plant", bought=100), row("electricity", "waste_heat", bought=100)],
                family="mee_supplement", scope="140000")  # fmt: skip
    assert line(made, "electricity", "own_plant") == pytest.approx(61.01)
    assert line(made, "electricity", "waste_heat") == 0


def test_international_defaults_bring_no_grid_factor():
    made = case("stationary_combustion", [row("electricity", bought=100)], family="ipcc_2006")
    assert made.total.value is None
    own = case("stationary_combustion", [row("electricity", bought=100, factor=0.4)], family="ipcc_2006")
    assert own.total.value == pytest.approx(40)


# -- published slips


def suspicions(made_for: dict[str, Any], **published: Any) -> str:
    text = json.dumps({"case": "t", "period": "2018", "family": "ndrc_general", **made_for, "published": published})
    asked = read_case(text.encode())
    found = checks(asked, run_case(asked, packaged_methods(), packaged_rulebook()), packaged_rulebook())
    return " ".join(s.en for check in found if not check.agrees for s in check.suspicions)


def test_the_misprinted_co2_density_is_ten_times_too_much():
    rows = [row("co2_recovered", volume=100, purity=0.99)]
    assert case("chemicals", rows).total.value == pytest.approx(-100 * 0.99 * 19.77)
    assert "factor 10" in suspicions({"method": "chemicals", "activity": rows}, total=-100 * 0.99 * 197.7)


def test_carbon_per_heat_in_tc_per_tj_is_a_thousand_times_too_much_if_taken_literally():
    own = {"value": 27.49, "unit": "tC/TJ"}
    right = case("stationary_combustion", [row("fuel", "anthracite", amount=1, carbon_content=own)])
    assert right.total.value == pytest.approx(24.515 * 0.02749 * 0.94 * C)
    asked = {"method": "stationary_combustion", "activity": [row("fuel", "anthracite", amount=1)]}
    assert "factor 1000" in suspicions(asked, total=24.515 * 27.49 * 0.94 * C)


def test_the_printed_ethane_content_overstates_the_carbon_by_seven_per_cent():
    printed = line(case("chemicals", [row("raw_material", "ethane", amount=1000)]), "raw_material", "ethane")
    own = {"value": 2 * 12.011 / 30.07, "evidence": "formula"}
    right = line(case("chemicals", [row("raw_material", "ethane", amount=1000, carbon=own)]), "raw_material", "ethane")
    assert printed / right == pytest.approx(1.0715, abs=1e-3)


def test_destroyed_hfc23_is_never_multiplied_by_its_gwp():
    made = case("fluorochemicals", [row("hfc23_destroyed", fed=1, slipped=0)])
    assert made.total.value == pytest.approx(44 / 70, rel=1e-9)


def test_a_gas_lost_is_opening_less_closing_stock():
    grown = row("gas_loss", "SF6", opening=1.0, bought=5.0, closing=2.0, filled=3.9)
    assert line(case("machinery", [grown]), "gas_loss", "SF6") == pytest.approx(0.1 * 23900)


# -- international defaults

CARBON_BY_MASS = {  # tC/t, as read in the AMEE data set of the guidelines: table 1.2 × table 1.3
    "crude_oil": 0.846, "diesel": 0.869, "fuel_oil": 0.852, "lpg": 0.814, "naphtha": 0.890, "petroleum_coke": 0.865,
    "anthracite": 0.716, "cleaned_coal": 0.728, "bituminous": 0.666, "lignite": 0.328, "coke": 0.823, "lng": 0.734,
}  # fmt: skip


@pytest.mark.parametrize(("fuel", "carbon"), CARBON_BY_MASS.items(), ids=str)
def test_recalled_heat_values_agree_with_the_carbon_contents_read(fuel, carbon):
    made = case("stationary_combustion", [row("fuel", fuel, amount=1)], family="ipcc_2006")
    assert made.total.value / C == pytest.approx(carbon, abs=6e-4)


def test_biomass_stands_apart_and_its_methane_counts():
    made = case("stationary_combustion", [row("biomass", "wood", amount=10), row("biomass_ch4", "wood", amount=10)],
                family="ipcc_2006")  # fmt: skip
    assert line(made, "biomass", "wood") == pytest.approx(10 * 15.6 * 0.0305 * C)
    assert made.total.value == pytest.approx(10 * 15.6 * 30e-6 * 28)
