"""Cases in the words of those who publish them: names, numbers as text, own items and units, own ratios, slips."""

from __future__ import annotations

import json

import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.recognise import checks
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.compared import compared
from dafeng.base.errors import BadRequest, DafengError, RuleUnknown
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

M, R = packaged_methods(), packaged_rulebook()
STEEL = {"method": "steel", "family": "mee_ets_2023", "period": "2021"}
TERMS = [
    {"stream": "given_combustion", "inputs": {"emissions": [699.66, "10^4 tCO2"]}},
    {"stream": "given_process", "inputs": {"emissions": "71.34 万吨CO2"}},
    {"stream": "given_electricity", "inputs": {"emissions": {"value": "29.19", "unit": "万吨二氧化碳"}}},
    {"stream": "given_fixed", "inputs": {"emissions": [28.34, "10^4 tCO2e"]}},
    {"stream": "output", "item": "粗钢", "inputs": {"产量": [421.05, "10^4 t"]}},
    {"stream": "given_output", "item": "crude steel", "inputs": {"amount": "421.05 万t"}},
]


def made(**more) -> CaseResult:
    return run_case(read_case(json.dumps({"case": "t", "period": "2023", **more}).encode()), M, R)


def other(*activity, **more) -> CaseResult:
    return made(method="other_industry", family="ndrc_general", activity=list(activity), **more)


def suspicions(published, activity=TERMS, **more) -> str:
    asked = {"case": "t", **STEEL, "activity": activity, "published": published, **more}
    case = read_case(json.dumps(asked).encode())
    return " | ".join(s.en for c in checks(case, run_case(case, M, R), R) for s in c.suspicions)


def ratios(result: CaseResult) -> dict[str, float | None]:
    return {r.id: r.value for p in result.parts for r in p.ratios} | {r.id: r.value for r in result.ratios}


def test_terms_in_ten_thousand_tonnes_add_up_and_every_method_has_an_intensity():
    result = made(**STEEL | {"activity": TERMS})
    assert result.total.value == pytest.approx(7_718_500)
    assert ratios(result)["per_crude_steel"] == pytest.approx(1.8332, abs=6e-5)
    assert ratios(result)["per_output/crude steel"] == pytest.approx(1.8332, abs=6e-5)


@pytest.mark.parametrize("id", sorted(M.held))
def test_every_method_takes_an_output_and_given_terms(id):
    streams = M.held[id].streams
    assert {"given_output", "given_combustion", "given_process", "given_electricity", "given_heat"} <= set(streams)


@pytest.mark.parametrize(
    "amount", [1200, "1,200", "1 200 t", [1.2, "kt"], ["1,200,000", "kg"], "1.2e3 t/a", "0.12 万吨"]
)
def test_a_figure_may_be_written_as_it_is_printed(amount):
    fuel = {"stream": "fuel", "item": "bituminous", "inputs": {"amount": amount}}
    assert other(fuel).total.value == pytest.approx(1200 * 23.204 * 0.02618 * 0.93 * 44 / 12)


def test_names_stand_for_ids():
    plain = {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 10, "ncv": 20.9}}
    words = {"stream": "化石燃料燃烧", "item": "烟煤", "inputs": {"消费量": "10吨", "热值": "20,900 kJ/kg"}}
    assert other(words).total.value == pytest.approx(other(plain).total.value)


def test_net_exports_in_text_stay_negative():
    power = {"stream": "electricity", "inputs": {"net": "-1,250 万kW·h"}}
    result = other(power, {"stream": "heat", "inputs": {"net": [-3.2, "10^4 GJ"]}})
    assert result.total.value is not None
    assert result.total.value < 0


def test_cubic_metres_of_gas_are_normal_ones():
    one, many = ({"stream": "fuel", "item": "天然气", "inputs": {"amount": a}} for a in ("12万Nm3", "120,000 m3"))
    assert other(one).total.value == pytest.approx(other(many).total.value)


def test_facilities_add_up_by_name():
    lime = {"stream": "lime", "item": "high_calcium"}
    rows = [
        lime | {"unit_of_works": u, "inputs": {"amount": a, "cao": "95%", "hydrated": 0.1, "water": 0.28, "dust": 1.02}}
        for u, a in (("A", 1200), ("B", "800 t"), ("A", [0.4, "kt"]))
    ]
    result = made(
        method="lime", family="ipcc_2006", activity=rows, ratios=[{"id": "a", "of": "@A", "per": "total", "unit": "%"}]
    )
    a = 1600 * 0.785 * 0.95 * (1 - 0.028) * 1.02
    assert {t.id: t.value for t in result.by_unit} == {"A": pytest.approx(a), "B": pytest.approx(a / 2)}
    assert ratios(result)["a"] == pytest.approx(200 / 3)


def test_a_note_is_said_on_the_line():
    result = other({"stream": "given_process", "item": "炉A", "note": "报告第12页", "inputs": {"emissions": 5}})
    assert result.lines[0].note == "报告第12页"
    assert result.lines[0].item_name.zh == "炉A"


def test_an_item_of_its_own_is_counted_in_its_own_unit():
    rows = [
        {"stream": "transport", "item": "road", "inputs": {"amount": [3000, "t·km"], "factor": "62 gCO2e/tkm"}},
        {"stream": "material", "item": "bottle", "inputs": {"amount": [7, "crate"], "factor": [2, "kgCO2e/crate"]}},
    ]
    result = made(method="footprint", family="iso_14067", activity=rows)
    assert {x.item: x.value for x in result.lines} == {"road": pytest.approx(0.186), "bottle": pytest.approx(0.014)}
    assert result.lines[1].figures[0].unit in ("t km", "crate")


def test_own_ratios_take_totals_terms_and_figures():
    asked = [
        {"id": "kg", "per": [421.05, "万吨"], "unit": "kgCO2e/t"},
        {"id": "share", "of": "process", "per": "total", "unit": "%"},
        {"id": "amounts", "of": "output/crude_steel/amount", "per": [143.89, "10^4 t"]},
    ]
    held = ratios(made(**STEEL | {"activity": TERMS, "ratios": asked}))
    assert held["kg"] == pytest.approx(1833.16, abs=0.01)
    assert held["share"] == pytest.approx(71.34 / 771.85 * 100)
    assert held["amounts"] == pytest.approx(421.05 / 143.89)


@pytest.mark.parametrize(
    ("published", "word"),
    [
        ({"total": 771.85}, "factor 0.0001"),
        ({"total": "210.505 万吨CO2"}, "looks like carbon"),
        ({"total": [828.53, "10^4 tCO2"]}, "what is to be taken off was added"),
        ({"total": [771.85 - 699.66 * (1 - 12 / 44), "10^4 tCO2"]}, "fuel emissions as given, not derived seems"),
        ({"total": [771.85 + 71.34 * 9, "10^4 tCO2"]}, "is off by a unit: factor 10"),
        ({"total": [771.85 - 71.34, "10^4 tCO2"]}, "was left out"),
        (
            {"lines": {"given_combustion": 713400, "given_process": 291900, "given_electricity": 291900}},
            "rows seem shifted",
        ),
    ],
)  # fmt: skip
def test_slips_of_published_totals_are_recognised(published, word):
    assert word in suspicions(published)


def test_another_gwp_set_is_recognised():
    rows = [{"stream": "gas", "item": "CH4", "inputs": {"amount": "350 t"}}]
    said = suspicions({"total": 350 * 21}, rows, method="region", family="provincial_2025", period="2023")
    assert "AR2" in said


def test_what_agrees_in_another_unit_raises_no_suspicion():
    ratio = {"per_crude_steel": [1833.2, "kgCO2/t"]}
    assert suspicions({"total": "771.85 万吨CO2", "groups": {"process": [71.34, "万吨CO2"]}, "ratios": ratio}) == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"method": "steeel"}, ("steel",)),
        ({"family": "nothing"}, ("mee_ets_2023", "gbt_32151")),
        ({"activity": [{"stream": "fuel", "item": "烟煤", "inputs": {"amout": 1}}]}, ("amount",)),
        ({"activity": [{"stream": "fuel", "item": "coal dust", "inputs": {"amount": 1}}]}, ("bituminous",)),
        ({"activity": [{"stream": "fuel", "item": "烟煤", "inputs": {"amount": [1, "MWh"]}}]}, ("activity[0]", "t")),
        ({"activity": [{"stream": "fuel", "item": "烟煤", "inputs": {"amount": "1,2"}}]}, ("1,200",)),
        ({"activity": [{"stream": "fuel", "item": "烟煤", "inputs": {"amount": 1, "用量": 1}}]}, ("twice",)),
        ({"ratios": [{"id": "x", "per": "crude"}]}, ("total", "stream/item/input")),
        ({"ratios": [{"id": "x", "per": "2 t", "unit": "kWh"}]}, ("tCO2e/t",)),
    ],
)
def test_a_refusal_says_where_and_what_there_is(more, words):
    with pytest.raises(DafengError) as refused:
        made(**STEEL | {"activity": TERMS} | more)
    assert isinstance(refused.value, BadRequest | RuleUnknown)
    assert all(w in str(refused.value) for w in words)
    assert refused.value.zh
    assert refused.value.mend_zh


def test_a_case_in_household_words_compares_with_another_rule():
    fuel = {"stream": "化石燃料燃烧", "item": "烟煤", "inputs": {"用量": "10 t"}}
    asked = {"case": "t", "period": "2023", "method": "other_industry", "family": "ndrc_general", "activity": [fuel]}
    case = read_case(json.dumps(asked).encode())
    theirs = compared(case, "ipcc_2006", M, R)
    assert theirs.notes == ()
    assert theirs.rows[0].other is not None
