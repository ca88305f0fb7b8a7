"""What a case does not give, and what its figures contradict, is named: never silently zero, never silently dropped."""

from __future__ import annotations

import json
import re

import pytest

from dafeng.account.cases.gaps import in_english
from dafeng.account.cases.reading import read_case
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.app.accounts.case_english import case_english
from dafeng.base.errors import BadRequest, RuleError
from dafeng.rules.method_data import bounds, datum_code
from dafeng.rules.methods import InputForm, assemble_methods, most_of, packaged_methods
from dafeng.rules.packaged import read_folder
from dafeng.rules.records import Name
from dafeng.rules.rulebook import packaged_rulebook

M, R = packaged_methods(), packaged_rulebook()
ANODE = {"stream": "anode", "inputs": {"amount": "500000 t"}}
SMELTER = {"method": "electrolytic_aluminium", "family": "cets_2024", "period": "2024"}
OTHER = {"method": "other_industry", "family": "ndrc_general", "scope": "320000"}
CENTRE = {"method": "data_centre", "family": "ndrc_general", "scope": "320000"}


def run(*rows, **more) -> CaseResult:
    asked = {"case": "t", "method": "other_industry", "family": "ndrc_general", "period": "2022"}
    return run_case(read_case(json.dumps(asked | {"activity": list(rows)} | more).encode()), M, R)


def row(stream, item="", **inputs):
    return {"stream": stream, "item": item, "inputs": inputs}


def zh(result: CaseResult) -> str:
    return " | ".join(f.zh for f in result.findings)


def en(result: CaseResult) -> str:
    return " | ".join(f.en for f in result.findings)


# -- sources that lack -------------------------------------------------------------------------------------------------


def test_a_smelter_without_anode_effects_is_not_whole():
    made = run(ANODE, row("fuel", "diesel", amount="100 t"), row("electricity", bought=6_700_000), **SMELTER)
    assert made.missing == ("阳极效应：未填报",)
    assert made.total.value is not None
    assert made.total.missing == 1
    assert made.parts[0].totals[0].missing == 1
    assert "没有填报“阳极效应”" in zh(made)
    assert "nothing was given of anode effects" in en(made)
    assert case_english(made, M)["阳极效应：未填报"] == "anode effects: not given"


def test_who_has_none_says_so():
    rows = [ANODE, row("fuel", "diesel", amount="100 t"), row("electricity", bought=6_700_000)]
    made = run(*rows, row("pfc", emissions=0), **SMELTER)
    assert made.missing == ()
    assert made.total.missing == 0
    assert "阳极效应" not in zh(made)


def test_a_group_given_as_such_stands_for_its_sources_and_a_row_without_figures_for_none():
    assert run(row("given_process", emissions="80 万t"), **SMELTER).missing == ()
    made = run(ANODE, {"stream": "pfc", "item": "cf4", "inputs": {}}, **SMELTER)
    assert made.missing == ("阳极效应：未填报",)


def test_coke_that_leaves_the_ovens_is_asked_for():
    made = run(row("coking_in", "cleaned_coal", amount="100 万t", carbon="78%"), method="independent_coking")
    assert "炼焦过程 输出碳：未填报" in made.missing


def test_one_of_several_ways_is_enough():
    lime = {"method": "lime", "family": "ndrc_general"}
    assert "石灰石" not in "".join(run(row("fuel", "diesel", amount=1), **lime).missing)
    lacking = run(row("fuel", "diesel", amount=1), **lime).missing
    assert len(lacking) == 1
    assert "或" in lacking[0]
    assert " or " in (in_english(M.method("lime", "ndrc_general"), lacking[0]) or "")
    assert run(row("fuel", "diesel", amount=1), row("lime", emissions=5), **lime).missing == ()


def test_what_is_needed_is_said_of_the_stream_and_must_be_one():
    assert M.method("electrolytic_aluminium", "cets_2024").streams["pfc"].optional is False
    assert M.method("electrolytic_aluminium", "cets_2024").streams["fuel"].optional is True
    documents = [
        (f, {**d, "needed": ["nothing"]} if f == "lime/ndrc_general.yaml" else d) for f, d in read_folder("methods")
    ]
    with pytest.raises(RuleError, match="nothing") as refused:
        assemble_methods(documents)
    assert refused.value.zh


# -- months ------------------------------------------------------------------------------------------------------------


def monthly(stream, item, months, **inputs):
    return [row(stream, item, **inputs) | {"period": f"2022-{m:02d}"} for m in months]


def test_a_month_left_out_of_a_year_is_named():
    rows = [*monthly("electricity", "", range(1, 12), bought=100), *monthly("fuel", "diesel", range(1, 13), amount=1)]
    made = run(*rows, **OTHER)
    assert made.missing == ("净购入电力 2022-12：未填报",)
    assert made.total.missing == 1
    assert "2022-12未填报" in zh(made)
    assert "2022-12 were not given" in en(made)
    assert case_english(made, M)[made.missing[0]] == "net purchased electricity 2022-12: not given"


def test_a_month_of_none_and_a_year_in_whole_lack_nothing():
    rows = [*monthly("electricity", "", range(1, 12), bought=100), *monthly("electricity", "", [12], bought=0)]
    assert run(*rows, **OTHER).missing == ()
    assert run(row("electricity", bought=1200), **OTHER).missing == ()
    assert run(*monthly("electricity", "", [5], bought=100), **OTHER, period="2022-05").missing == ()


def test_a_fuel_of_some_months_is_asked_about_and_misses_nothing():
    rows = [*monthly("fuel", "diesel", range(1, 13), amount=1), *monthly("fuel", "anthracite", range(1, 4), amount=1)]
    made = run(*rows, **OTHER)
    assert made.missing == ()
    assert "无烟煤：全期12个月中2022-04至2022-12未填报" in zh(made)


# -- what cannot be ----------------------------------------------------------------------------------------------------


def test_a_carbon_above_the_whole_mass_is_not_used():
    power = {"method": "power_generation", "family": "mee_ets_2023", "period": "2023"}
    made = run(row("fuel", "bituminous", amount="500000 t", carbon=58.2), **power)
    assert "58.2 tC/t，超出可能范围（0~1），未采用，按未填处理；百分数请写成“58.2%”" in zh(made)
    assert made.total.value < 2e6
    right = run(row("fuel", "bituminous", amount="500000 t", carbon="58.2%"), **power)
    assert right.total.value == pytest.approx(500000 * 0.582 * 0.99 * 44 / 12, rel=0.02)
    assert "超出可能范围" not in zh(right)


def test_a_gas_may_hold_more_carbon_than_its_count_and_not_any():
    assert "超出可能范围" not in zh(run(row("fuel", "natural_gas", amount=10, carbon=5.9), **OTHER))
    assert "超出可能范围（0~32）" in zh(run(row("fuel", "natural_gas", amount=10, carbon=59), **OTHER))
    both = run(
        row("fuel", "natural_gas", amount=10, carbon=5.9), row("fuel", "anthracite", amount=10, carbon=5.9), **OTHER
    )
    assert "原煤" not in zh(both)
    assert "无烟煤的元素碳含量(收到基)为5.9 tC/t，超出可能范围（0~1）" in zh(both)
    notes = {x.item: x.note or "" for x in both.lines}
    assert "超出可能范围" in notes["anthracite"]
    assert "超出可能范围" not in notes["natural_gas"]


def test_the_bound_of_carbon_holds_for_what_a_programme_delivers_too():
    held = bounds(M, R.items)
    assert held["other_industry", datum_code("fuel", "anthracite", "carbon")][1] == 1.0
    assert held["other_industry", datum_code("fuel", "natural_gas", "carbon")][1] == 32.0
    assert most_of(InputForm(Name("碳", "carbon"), "tC/item", most=0.5), "tC/t") == 0.5


def test_an_enthalpy_in_another_unit_is_asked_about():
    made = run(row("heat", steam=100, enthalpy=2.8), **OTHER)
    assert made.total.value is None
    assert "若为2.8 GJ/t（MJ/kg），请写明单位" in zh(made)
    assert run(row("heat", steam=100, enthalpy="2.8 GJ/t"), **OTHER).total.value == pytest.approx(29.9, rel=0.01)


def test_a_pue_of_12_is_refused_and_one_below_1_said():
    assert run(row("electricity", it_power=100, pue=12), **CENTRE).total.value is None
    made = run(row("electricity", it_power="100 GWh", bought="50 GWh"), **CENTRE)
    assert "为0.5，不可能（1~5）" in zh(made)
    assert "is 0.5, which cannot be" in en(made)


def test_a_figure_without_a_default_far_from_usual_is_asked_about():
    kiln = {"method": "cement", "family": "ipcc_2006"}
    fuel = {"amount": 100, "ncv": 15, "fossil_share": 0.5}
    assert "常见范围为0~0.5" in zh(run(row("alternative_fuel", "rdf", **fuel, factor=85), **kiln))
    assert "常见范围" not in zh(run(row("alternative_fuel", "rdf", **fuel, factor=0.085), **kiln))


def test_a_share_just_above_1_is_hardly_per_cent_and_is_said_to_be_left_out():
    made = run(row("electricity", device_hours=1000, power=1, load=1.5, pue=1.3), **CENTRE)
    assert "按未填处理；份额最大为1（即100%），所填相当于150%" in zh(made)
    assert "as if it had not been given" in en(made)
    assert made.total.missing == 0
    assert "百分数请写成“90%”" in zh(run(row("electricity", device_hours=1, power=1, load=90, pue=1.3), **CENTRE))


def test_a_number_beyond_any_figure_is_refused():
    with pytest.raises(BadRequest) as refused:
        run(row("fuel", "diesel", amount=1e308), **OTHER)
    assert "inputs" in refused.value.where or "amount" in refused.value.where
    assert refused.value.zh


def test_an_empty_total_has_no_status():
    assert run(**OTHER).total.status is None
    assert run(row("given_biogenic", emissions=5), **OTHER).total.status is None
    assert run(row("fuel", "diesel", amount=5), **OTHER).total.status is not None


# -- contradictions ----------------------------------------------------------------------------------------------------


def test_net_power_beside_bought_and_sold_that_differ_is_named():
    made = run(row("electricity", net=100, bought=500, sold=100), **OTHER)
    told = next(f for f in made.findings if "两种填法结果不同" in f.zh)
    assert "two ways give different results" in told.en
    one, other = (float(n.replace(",", "")) for n in re.findall(r"= ([\d,.]+) t", told.en))
    assert other == pytest.approx(4 * one, rel=1e-4)
    assert "两种填法" not in zh(run(row("electricity", net=400, bought=500, sold=100), **OTHER))


def test_a_net_use_beside_purchases_and_stocks_that_differ_is_named():
    steel = {"method": "steel", "family": "ndrc_steel_2013", "period": "2018"}
    held = {"opening": 0, "closing": 0, "sold": 0}
    assert "两种填法结果不同" in zh(run(row("fuel", "coke", amount=100, bought=500, **held), **steel))
    assert "两种填法" not in zh(run(row("fuel", "coke", amount=500, bought=500, **held), **steel))


def test_a_figure_that_no_formula_took_is_named():
    made = run(row("electricity", it_power="100 MWh", pue=1.2, sold=500), **CENTRE)
    assert "外供电量500 MWh未参与计算" in zh(made)
    assert "sold 500 MWh was not used" in en(made)
    assert "两种填法" not in zh(made)


def test_the_load_times_pue_beside_the_bill_is_named():
    made = run(row("electricity", it_power="100 GWh", pue=1.3, bought="50 GWh"), **CENTRE)
    assert "两种填法结果不同" in zh(made)


def test_a_calorific_value_beside_a_measured_carbon_is_no_contradiction():
    made = run(row("fuel", "anthracite", amount=100, carbon=0.65, ncv=24), **OTHER)
    assert "两种填法" not in zh(made)
    assert "未参与计算" not in zh(made)


def test_more_destroyed_than_made_is_said_whatever_else_is_there():
    made = run(
        row("hfc23", amount=10000, fed=250, slipped=1), row("escape", "HFC-134a", amount=1_000_000),
        method="fluorochemicals",
    )  # fmt: skip
    assert "HCFC-22生产副产HFC-23为负" in zh(made)
    alone = run(row("hfc23", amount=10000, fed=250, slipped=1), method="fluorochemicals")
    assert "投入的碳" not in zh(alone)


def test_steam_below_saturation_is_water():
    made = run(row("heat", steam=100, pressure=1, temperature=150), **OTHER)
    assert "饱和温度为179.9 ℃" in zh(made)
    assert "it is water, not steam" in en(made)
    assert "不是蒸汽" not in zh(run(row("heat", steam=100, pressure=1, temperature=200), **OTHER))


@pytest.mark.parametrize("word", ["evidence", "method", "laboratory"])
def test_a_measurement_without_a_trace_is_asked_for_proof(word):
    power = {"method": "power_generation", "family": "mee_ets_2023", "period": "2023"}
    bare = run(row("fuel", "bituminous", amount="500000 t", ncv=22, carbon_content=0.02), **power)
    assert bare.total.value == pytest.approx(798600)
    assert "核查时无凭证将改取缺省值26.7 GJ/t" in zh(bare)
    assert "a verifier takes the rule's default of 26.7 GJ/t" in en(bare)
    shown = {n: {"value": v, word: "x"} for n, v in (("ncv", 22), ("carbon_content", 0.02))}
    assert "核查时无凭证" not in zh(run(row("fuel", "bituminous", amount="500000 t", **shown), **power))


def test_transfers_of_power_are_compared_by_amount():
    def works(taken):
        parts = [
            {"part": "works", "method": "steel", "family": "ndrc_steel_2013",
             "activity": [row("electricity", bought=taken) | {"internal": "plant"}]},
            {"part": "plant", "method": "other_industry", "family": "ipcc_2006",
             "activity": [row("electricity", net=-100_000, factor=0.9) | {"internal": "works"}]},
        ]  # fmt: skip
        case = {"case": "t", "period": "2018", "scope": "320000", "parts": parts}
        return run_case(read_case(json.dumps(case).encode()), M, R)

    made = works(100_000)
    assert abs(sum(x.value for x in made.lines)) > 10_000
    assert "内部流转" not in zh(made)
    assert "电力内部流转两侧不一致，相差10,000 MWh" in zh(works(110_000))
