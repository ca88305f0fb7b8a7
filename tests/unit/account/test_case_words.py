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


# -- words of outsiders ------------------------------------------------------------------------------------------------


def lines(result: CaseResult) -> dict[str, float | None]:
    return {f"{x.stream}/{x.item}".rstrip("/"): x.value for x in result.lines}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("petcoke", "petroleum_coke"), ("延迟石油焦", "petroleum_coke"), ("crude", "crude_oil"),
        ("COG", "coke_oven_gas"), ("BFG", "blast_furnace_gas"), ("LDG", "converter_gas"),
        ("HFO", "fuel_oil"), ("NG", "natural_gas"),
        ("brown coal", "lignite"), ("jet fuel", "jet_kerosene"), ("coalbed methane", "coal_mine_gas"),
    ],
)  # fmt: skip
def test_a_fuel_is_known_by_what_reports_call_it(word, code):
    assert list(lines(other({"stream": "fuel", "item": word, "inputs": {"amount": 1}}))) == [f"fuel/{code}"]


@pytest.mark.parametrize("word", ["coal", "steam coal", "喷吹煤"])
def test_a_word_that_may_mean_several_fuels_is_refused(word):
    with pytest.raises(BadRequest, match="has no item"):
        other({"stream": "fuel", "item": word, "inputs": {"amount": 1}})


def test_a_source_of_which_only_the_emissions_are_said_is_a_term_as_given():
    rows = [
        {"stream": "化石燃料燃烧", "item": "全厂", "inputs": {"排放量": "699.66 万吨CO2"}},
        {"stream": "electricity", "inputs": {"emissions": [29.19, "10^4 tCO2"]}},
    ]
    result = made(**STEEL | {"activity": rows})
    assert lines(result) == {
        "given_combustion/全厂": pytest.approx(6_996_600),
        "given_electricity": pytest.approx(291_900),
    }
    process = {
        "stream": "工业过程",
        "item": "全厂",
        "inputs": {"emissions": "600 t"},
    }  # no stream, but a group is called so
    assert lines(other(process)) == {"given_process/全厂": pytest.approx(600)}
    shield = {"stream": "welding", "inputs": {"co2": 0.8}}  # a share of CO2 is no emission
    assert [x.stream for x in made(method="machinery", family="ndrc_general", activity=[shield]).lines] == ["welding"]


def test_what_is_taken_off_and_given_as_negative_is_asked_about():
    rows = [TERMS[0], {"stream": "given_fixed", "inputs": {"emissions": "-28.34 万t"}}]
    found = made(**STEEL | {"activity": rows}).findings
    assert any("positive figure" in f.en for f in found)
    assert not any("positive figure" in f.en for f in made(**STEEL | {"activity": TERMS}).findings)


TASK = {"stream": "electricity", "inputs": {"device_hours": 38214, "power": "400 W", "pue": 1.1, "factor": 0.385}}


def test_an_amount_that_follows_from_others_may_be_asked_for():
    asked = [
        {"id": "mwh", "of": "electricity/net"},
        {"id": "kg", "of": "total", "per": "electricity/net", "unit": "kgCO2e/kWh"},
    ]
    found = ratios(made(method="data_centre", family="ndrc_general", activity=[TASK], ratios=asked))
    assert found["mwh"] == pytest.approx(38214 * 0.4 * 1.1 / 1000)
    assert found["kg"] == pytest.approx(0.385)
    traded = {"stream": "electricity", "inputs": {"bought": "3.2 亿kWh", "sold": "4.1 亿kWh"}}
    assert ratios(other(traded, ratios=asked[:1]))["mwh"] == pytest.approx(-90_000)


def test_a_ratio_may_be_asked_in_words_and_of_products():
    scrap = {"stream": "given_output", "item": "废钢", "inputs": {"amount": "143.89 万t"}}
    asked = [
        {"id": "a", "of": "given_output/废钢", "per": "产品产量/粗钢"},
        {"id": "b", "of": "范围一", "per": "总量", "unit": "%"},
        {"id": "c", "of": "燃料", "per": "output/crude_steel"},
        {"id": "d", "of": [20934, "kJ/kg"], "per": [29307.6, "kJ/kgce"], "unit": "kgce/kg"},
    ]
    found = ratios(made(**STEEL | {"activity": [*TERMS, scrap], "ratios": asked}))
    assert found["a"] == pytest.approx(0.34174, abs=1e-5)
    assert found["b"] == pytest.approx((699.66 + 71.34 - 28.34) / 771.85 * 100)
    assert found["c"] == pytest.approx(699.66 / 421.05)
    assert found["d"] == pytest.approx(0.71429, abs=1e-5)


def test_amounts_of_several_units_are_not_added():
    rows = [{"stream": "fuel", "item": i, "inputs": {"amount": 1}} for i in ("bituminous", "natural_gas")]
    with pytest.raises(BadRequest, match="adds"):
        other(*rows, ratios=[{"id": "x", "of": "fuel/amount"}])


def test_a_fuel_in_litres_goes_by_its_factor_per_litre_where_a_method_lets_it():
    row = {"stream": "fuel", "item": "LPG", "inputs": {"amount": "250 L", "factor": "0.94 kgCO2e/L"}}
    found = made(method="stationary_combustion", family="ipcc_2006", activity=[row])
    assert found.total.value == pytest.approx(0.235)


def test_a_factor_in_pounds_needs_no_co2_where_only_that_can_be_meant():
    row, own = {"stream": "electricity", "inputs": {"net": "1 MWh"}}, {"id": "electricity", "value": 0.92}
    found = [other(row, parameters=[own | {"unit": u}]).total.value for u in ("lb/kWh", "lb CO2/kWh", "lbCO2/kWh")]
    assert found == [pytest.approx(0.92 * 0.45359237)] * 3


def test_a_product_the_method_does_not_list_is_kept_and_a_slip_of_the_pen_refused():
    made_of = {"stream": "产品", "item": "镀锌板", "inputs": {"产量": "2 万t"}}
    assert "per_output/镀锌板" in ratios(made(**STEEL | {"activity": [*TERMS, made_of]}))
    with pytest.raises(BadRequest, match="crude_steel"):
        made(**STEEL | {"activity": [*TERMS, made_of | {"item": "crude_stell"}]})


# -- printed figures ---------------------------------------------------------------------------------------------------


def printed(published, *activity, **more):
    asked = {"case": "t", "period": "2023", "activity": list(activity), "published": published, **more}
    case = read_case(json.dumps(asked).encode())
    return checks(case, run_case(case, M, R), R)


def test_a_figure_printed_in_few_digits_agrees_within_its_rounding():
    asked = {"method": "data_centre", "family": "ndrc_general", "ratios": [{"id": "mwh", "of": "electricity/net"}]}
    assert all(c.agrees for c in printed({"total": 6.5, "ratios": {"mwh": 17}}, TASK, **asked))
    assert not any(c.agrees for c in printed({"total": 6.4, "ratios": {"mwh": 16}}, TASK, **asked))
    assert not printed({"total": "6.50"}, TASK, **asked)[0].agrees


@pytest.mark.parametrize(("said", "agrees"), [("5.0 kg", True), ("5.2 kg", False), ("9 kg", False), ("1 kg", False)])
def test_a_footprint_of_few_kilograms_is_held_against_the_printed_one(said, agrees):
    row = {"stream": "material", "item": "steel", "inputs": {"amount": "2 kg", "factor": "2.5 kgCO2e/kg"}}
    assert printed({"total": said}, row, method="footprint", family="iso_14067")[0].agrees is agrees


def test_printed_lines_and_groups_go_by_any_name():
    row = {"stream": "fuel", "item": "石油焦", "inputs": {"amount": 10}}
    asked = {"method": "other_industry", "family": "ndrc_general"}
    ours = other(row).total.value
    said = {
        "lines": {"燃料/petcoke": ours},
        "groups": {"化石燃料燃烧排放": ours},
        "totals": {"scope1": ours, "CO2": ours},
    }
    assert [c.agrees for c in printed(said, row, **asked)] == [True] * 4
    wrong = printed({"lines": {"fuel/coke": 1}, "ratios": {"per_tonne": 1}}, row, **asked)
    assert "fuel/petroleum_coke" in wrong[0].suspicions[0].en
    assert "per_tonne" in wrong[1].suspicions[0].en


def test_where_no_slip_fits_the_factor_the_printed_figure_needs_is_said():
    row = {"stream": "activity", "item": "foams", "inputs": {"amount": "3.45 t", "factor": [1446, "tCO2e/t"]}}
    found = printed({"total": 1026}, row, method="region", family="ipcc_2006")
    assert "297,390" in found[0].suspicions[0].en


def test_a_works_that_only_sells_steam_is_a_net_exporter():
    by_state = {"steam_sold": "30 万t", "pressure": 1.0, "temperature": 250}
    saturated, content = {"steam_sold": 1000, "pressure": 1.0}, {"steam_sold": 1000, "enthalpy": 2777.1}
    values = [other({"stream": "heat", "inputs": i}).total.value for i in (by_state, saturated, content)]
    assert values[0] == pytest.approx(-300_000 * (2943.2 - 83.74) / 1000 * 0.11, rel=1e-3)
    assert values[1] == pytest.approx(values[2], rel=1e-4)
    bought = {"steam": 1500, "steam_sold": 1000, "enthalpy": 2777.1}
    assert other({"stream": "heat", "inputs": bought}).total.value == pytest.approx(-values[2] / 2)
    both = other({"stream": "heat", "inputs": content | {"sold": 100}}).total.value
    assert both == pytest.approx(values[2] - 100 * 0.11)
