"""Formulas of metals and coking: hand figures, what is missing stays missing, and carbon in = carbon out + emitted."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.cases.reading import ActivityForm, CaseForm, GivenForm
from dafeng.account.cases.recognise import checks
from dafeng.account.cases.result import run_case
from dafeng.account.formulas import metals, stated
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

CO2 = 44 / 12


def one(formula, **figures):
    """The formula on one row."""
    return formula(pl.DataFrame({k: [v] for k, v in figures.items()}, schema=dict.fromkeys(figures, pl.Float64)))[0]


def run(method, family, *rows, period="2022", parameters=(), trial=False):
    """A case of rows (stream, item, inputs)."""
    activity = tuple(ActivityForm(stream=s, item=i, inputs=inputs) for s, i, inputs in rows)
    case = CaseForm("t", period, method, family, activity=activity, parameters=parameters, trial=trial)
    return run_case(case, packaged_methods(), packaged_rulebook())


def line(result, stream, item=""):
    (found,) = [x for x in result.lines if (x.stream, x.item) == (stream, item)]
    return found


# -- formulas


def test_net_use_is_made_of_purchases_and_stocks():
    figures = {"ncv": 20.0, "carbon_content": 0.025, "oxidation_rate": 0.9}
    got = one(metals.fuel_stock, bought=1000.0, opening=50.0, closing=80.0, sold=100.0, other_use=20.0, **figures)
    assert got == pytest.approx(850 * 20 * 0.025 * 0.9 * CO2)


def test_more_sold_than_bought_is_negative_and_not_cut_off():
    got = one(metals.fuel_carbon_stock, bought=0.0, sold=500.0, carbon=0.86, oxidation_rate=1.0)
    assert got == pytest.approx(-500 * 0.86 * CO2)


def test_a_stated_net_use_stands_before_stocks():
    both = one(metals.fuel_stock, amount=5.0, bought=1000.0, ncv=20.0, carbon_content=0.025, oxidation_rate=0.9)
    assert both is None
    result = run("steel", "ndrc_steel_2013", ("fuel", "coke", {"amount": 10.0, "bought": 1000.0}))
    assert line(result, "fuel", "coke").formula == "stream.fuel@2013-01-01"


def test_the_steel_form_of_2023_does_not_round_the_carbon_content_first():
    result = run("steel", "mee_ets_2023", ("fuel", "coke", {"amount": 1000.0}))
    assert line(result, "fuel", "coke").value == pytest.approx(1000 * 28.435 * 0.02942 * 0.98 * CO2)


def test_a_balance_term_by_heat_takes_no_oxidation():
    assert one(metals.carbon_heat, amount=2.0, ncv=30.0, carbon_content=0.0294) == pytest.approx(2 * 30 * 0.0294 * CO2)


def test_anodes_by_weight_net_and_put_in():
    assert one(metals.anode_net, anode_net=100.0, sulphur=0.02, ash=0.004) == pytest.approx(100 * 0.976 * CO2)
    gross = one(metals.anode_gross, anode_gross=100.0, butts=0.1518, sulphur=0.02, ash=0.004)
    assert gross == pytest.approx(84.82 * 0.976 * CO2)


def test_overvoltage_takes_current_efficiency_as_a_share():
    got = one(
        metals.pfc_overvoltage, amount=1e5, overvoltage_coefficient=1.16, overvoltage=2.5, current_efficiency=0.96,
        ratio=1.0,
    )  # fmt: skip
    assert got == pytest.approx(3.0208333, rel=1e-6)


def test_current_efficiency_in_percent_without_its_unit_is_refused():
    figures = {"amount": 1e5, "overvoltage": 2.5}
    bare = run("electrolytic_aluminium", "ipcc_2006", ("pfc", "cf4_cwpb", {**figures, "current_efficiency": 96.0}))
    assert line(bare, "pfc", "cf4_cwpb").value is None
    percent = {**figures, "current_efficiency": GivenForm(96, "%")}
    said = run("electrolytic_aluminium", "ipcc_2006", ("pfc", "cf4_cwpb", percent))
    assert line(said, "pfc", "cf4_cwpb").mass_t == pytest.approx(3.0208333, rel=1e-6)


def test_pfc_factor_is_in_kilograms():
    assert one(metals.pfc_factor, amount=1000.0, factor=0.034) == pytest.approx(0.034)


@pytest.mark.parametrize("formula", [stated.electricity_net, stated.heat_net])
def test_a_net_export_is_negative(formula):
    assert one(formula, net=-100.0, factor=0.5) == pytest.approx(-50)


def test_heat_sold_alone_is_negative_but_not_where_steam_was_bought():
    assert one(stated.heat_sold, sold=100.0, factor=0.11) == pytest.approx(-11)
    assert one(stated.heat_sold, sold=100.0, factor=0.11, steam=5.0, water=None) is None


@pytest.mark.parametrize(
    ("formula", "figures"),
    [
        (metals.carbon_heat, {"amount": 1.0, "ncv": None, "carbon_content": 0.02}),
        (metals.anode_net, {"anode_net": 1.0, "sulphur": None, "ash": 0.0}),
        (metals.pfc_factor, {"amount": None, "factor": 0.034}),
        (stated.given, {"emissions": None}),
    ],
)
def test_what_is_missing_stays_missing(formula, figures):
    assert one(formula, **figures) is None


# -- rules


def test_a_given_term_says_that_it_is_given():
    result = run("steel", "mee_ets_2023", ("given_combustion", "", {"emissions": GivenForm(1.0, "万吨二氧化碳")}))
    found = line(result, "given_combustion")
    assert found.value == pytest.approx(10_000)
    assert "非推算" in found.operation.zh
    assert "not derived" in found.operation.en


@pytest.mark.parametrize("unit", ["%", "1", "t/t", None])
def test_a_carbon_content_may_be_given_as_a_share_by_mass(unit):
    value = 4.7 if unit == "%" else 0.047
    figures = {"amount": 1000.0, "carbon": GivenForm(value, unit)}
    result = run("steel", "ndrc_steel_2013", ("carbon_input", "pig_iron", figures))
    assert line(result, "carbon_input", "pig_iron").value == pytest.approx(47 * CO2)


def test_the_guide_of_2024_takes_no_oxidation_and_says_so():
    result = run("steel", "cets_2024", ("fuel", "coke", {"amount": 100.0, "oxidation_rate": 0.93}), period="2025")
    found = line(result, "fuel", "coke")
    assert found.value == pytest.approx(round(100 * 28.435 * 0.02942 * CO2, 2))
    assert "未采用" in found.note


def test_each_line_of_the_2024_form_is_rounded_in_t_co2e_also_for_pfc():
    result = run("electrolytic_aluminium", "cets_2024", ("pfc", "c2f6", {"amount": 100.0}), period="2025")
    assert line(result, "pfc", "c2f6").value == pytest.approx(round(100 * 0.0034 / 1000 * 11100, 2))


def test_electricity_stands_beside_the_total_of_2024_and_in_that_of_2013():
    rows = (("electricity", "", {"net": -1000.0}), ("flux", "limestone", {"amount": 100.0}))
    beside = run("steel", "cets_2024", *rows, period="2024")
    within = run("steel", "ndrc_steel_2013", *rows, period="2024")
    assert beside.total.value == pytest.approx(44)
    assert within.total.value < 0
    totals = {t.id: t.value for t in beside.parts[0].totals}
    assert totals["with_indirect"] < 0


def test_the_same_cell_under_old_and_new_gwp():
    rows = (("pfc", "cf4", {"amount": 1000.0}), ("pfc", "c2f6", {"amount": 1000.0}))
    old = run("electrolytic_aluminium", "ndrc_steel_2013", *rows).total.value
    new = run("electrolytic_aluminium", "mee_ets_2023", *rows).total.value
    assert old == pytest.approx(252.28)
    assert new == pytest.approx(263.16)


def test_ferrochrome_differs_between_the_guides():
    rows = (("carbon_input", "ferrochrome", {"amount": 1000.0}),)
    assert run("steel", "ndrc_steel_2013", *rows).total.value == pytest.approx(275)
    assert run("steel", "mee_ets_2023", *rows).total.value is None  # the form wants to know which ferrochrome


def test_a_converter_that_gives_out_gas_is_negative():
    rows = (("converter_out", "converter_gas", {"amount": 100.0}), ("converter_in", "coke_oven_gas", {"amount": 1.0}))
    totals = {t.id: t.value for t in run("steel_process", "cets_2024", *rows, period="2025").parts[0].totals}
    assert totals["converter"] == pytest.approx(-round(8400 * 0.0496 * CO2, 2) + round(173.854 * 0.0121 * CO2, 2))


@pytest.mark.parametrize("method", ["steel", "steel_process", "electrolytic_aluminium", "magnesium", "ferroalloys"])
def test_every_default_of_a_method_is_in_the_rulebook_on_some_day(method):
    book, methods = packaged_rulebook(), packaged_methods()
    known = {id for id, _ in book.parameters}
    for family in methods.families(method):
        for form in methods.method(method, family).streams.values():
            items = form.items if isinstance(form.items, dict) else {}
            wanted = [p for i in items.values() for p in i.parameters.values()]
            wanted += [p.parameter for p in form.inputs.values() if p.parameter and "{" not in p.parameter]
            assert set(wanted) <= known


def test_fixed_carbon_added_instead_of_taken_off_is_recognised():
    rows = tuple(
        ActivityForm(stream=f"given_{s}", inputs={"emissions": v})
        for s, v in (("combustion", 9626162.28), ("heat", -77214.14), ("fixed", 75474.92))
    )
    case = CaseForm("t", "2023", "steel", "mee_ets_2023", activity=rows, published={"total": 9624423.06})
    result = run_case(case, packaged_methods(), packaged_rulebook())
    (check,) = checks(case, result, packaged_rulebook())
    assert not check.agrees
    assert "固碳产品" in check.suspicions[0].zh


# -- carbon in = carbon out + emitted

tonnes = st.floats(1, 1e6)
share = st.floats(0.01, 0.99)
QUICK = settings(max_examples=12, deadline=None)
BALANCES = {
    ("independent_coking", "ndrc_general"): (
        [("coking_in", "cleaned_coal"), ("coking_in", "anthracite"), ("further_in", "coke_oven_gas")],
        [("coking_out", "coke"), ("coking_out", "tar"), ("coking_out_other", "dust"), ("further_out", "methanol")],
    ),
    ("ferroalloys", "ndrc_steel_2013"): (
        [("reductant", "coke"), ("reductant", "paste"), ("carbon_input", "ore")],
        [("carbon_out", "ferrosilicon"), ("carbon_out", "slag")],
    ),
    ("industrial_silicon", "ndrc_general"): (
        [("reductant", "petroleum_coke"), ("reductant", "electrode")],
        [("carbon_out", "silicon"), ("carbon_out", "dust")],
    ),
    ("steel", "ipcc_2006"): (
        [("carbon_in", "coke"), ("carbon_in", "scrap"), ("carbon_in", "limestone")],
        [("carbon_out", "steel"), ("carbon_out", "converter_gas")],
    ),
    ("steel", "ndrc_steel_2013"): (
        [("carbon_input", "pig_iron"), ("carbon_input", "carburiser"), ("electrode", "graphite")],
        [("fixed", "crude_steel"), ("fixed", "tar")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("key", "terms"), BALANCES.items(), ids=lambda x: x[0] if isinstance(x[0], str) else "")
@QUICK
@given(data=st.data())
def test_carbon_in_is_carbon_out_and_emitted(key, terms, data):
    rows, carbon = [], {1: 0.0, -1: 0.0}
    for way, streams in ((1, terms[0]), (-1, terms[1])):
        for stream, item in streams:
            amount, content = data.draw(tonnes), data.draw(share)
            rows.append((stream, item, {"amount": amount, "carbon": content}))
            carbon[way] += amount * content
    emitted = run(*key, *rows).total.value * 12 / 44
    assert carbon[1] == pytest.approx(carbon[-1] + emitted, rel=1e-9, abs=1e-6 * max(carbon.values()))


@QUICK
@given(tonnes, tonnes, st.floats(10, 30), st.floats(0.02, 0.03))
def test_gas_made_and_used_within_the_processes_cancels(put_in, gas, ncv, content):
    """What one process gives out and another takes in leaves nothing in the sum, at the same heat and carbon."""
    own = {"ncv": ncv, "carbon_content": content, "oxidation_rate": 0.98}
    alone = run("steel_process", "mee_ets_2023", ("coking_in", "bituminous", {"amount": put_in}))
    passed = run(
        "steel_process", "mee_ets_2023", ("coking_in", "bituminous", {"amount": put_in}),
        ("coking_out", "coke", {"amount": gas, **own}), ("blast_furnace_in", "coke", {"amount": gas, **own}),
    )  # fmt: skip
    assert passed.total.value == pytest.approx(alone.total.value, rel=1e-9, abs=1e-5)


@QUICK
@given(tonnes, tonnes)
def test_more_fuel_never_emits_less(one_amount, more):
    low = run("steel", "ndrc_steel_2013", ("fuel", "bituminous", {"amount": one_amount})).total.value
    high = run("steel", "ndrc_steel_2013", ("fuel", "bituminous", {"amount": one_amount + more})).total.value
    assert high >= low
