"""A case in an official's or verifier's words: periods, places, names, rules left unsaid, and what is asked back."""

from __future__ import annotations

import json

import pytest

from dafeng.account.cases.explain import derivation
from dafeng.account.cases.reading import read_case
from dafeng.account.cases.recognise import checks
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.cases.said import place_code, said_period
from dafeng.account.streams.engine import Streams
from dafeng.base.errors import BadRequest, RuleUnknown, UnreadableFile
from dafeng.rules.choosing import standing
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

M, R = packaged_methods(), packaged_rulebook()
COAL = {"stream": "燃料", "item": "烟煤", "inputs": {"用量": "100 吨"}}


def run(*rows, **more) -> CaseResult:
    asked = {"case": "t", "method": "other_industry", "period": "2018", "activity": list(rows), **more}
    return run_case(read_case(json.dumps(asked).encode()), M, R)


def findings(result: CaseResult) -> str:
    return " | ".join(f.zh for f in result.findings)


@pytest.mark.parametrize(("said", "code"), [
    (2023, "2023"), ("2023年", "2023"), ("2023年度", "2023"), ("２０２３年", "2023"), ("2023年5月", "2023-05"),
    ("202305", "2023-05"), ("2023/5", "2023-05"), ("2023.05", "2023-05"), ("2023年5月份", "2023-05"),
    ("2023年第二季度", "2023Q2"), ("2023年2季度", "2023Q2"), ("2023q3", "2023Q3"), ("2023年1—6月", "2023-01/2023-06"),
    ("2023年上半年", "2023-01/2023-06"), ("2023-01-01至2023-12-31", "2023"),
    ("2023年4月1日至2023年6月30日", "2023Q2"), ("2023-02-01 - 2023-02-28", "2023-02"),
])  # fmt: skip
def test_a_period_is_read_as_it_is_written(said, code):
    assert said_period(said).code == code


@pytest.mark.parametrize("said", ["2023年13月", "去年", "2023-02-01至2023-02-27", "2023-02-03至2023-12-31", ""])
def test_what_is_no_period_is_refused_in_both_languages(said):
    with pytest.raises(BadRequest) as refused:
        said_period(said)
    assert refused.value.zh
    assert refused.value.mend_zh


@pytest.mark.parametrize(("said", "code"), [
    ("CN", "CN"), ("全国", "CN"), ("", "CN"), ("山西", "140000"), ("山西省", "140000"), ("晋中市", "140700"),
    ("14", "140000"), ("1407", "140700"), ("华北电网", "grid:north"), ("华东区域电网", "grid:east"),
    ("990100", "990100"),
])  # fmt: skip
def test_a_place_is_read_as_it_is_written(said, code):
    assert place_code(said) == code


def test_an_unknown_or_ambiguous_place_never_takes_the_nation_s_factors():
    for said in ("美国", "朝阳区"):
        with pytest.raises(BadRequest) as refused:
            run(scope=said)
        assert refused.value.where == "scope"
    power = {"stream": "electricity", "inputs": {"net": 1000}}
    assert run(power, scope="山西省").total.value == run(power, scope="华北电网").total.value == pytest.approx(884.3)
    assert run(power).total.value == pytest.approx(610.1)
    assert "990100" in findings(run(power, scope="990100"))


@pytest.mark.parametrize(("method", "year", "family"), [
    ("steel", 2016, "ndrc_steel_2013"), ("steel", 2021, "ndrc_steel_2013"), ("steel", 2023, "mee_ets_2023"),
    ("steel", 2024, "cets_2024"), ("cement", 2021, "ndrc_building_2013"), ("cement", 2022, "mee_ets_2023"),
    ("power_generation", 2018, "ndrc_steel_2013"), ("power_generation", 2021, "mee_power_2021"),
    ("power_generation", 2022, "mee_power_2022"), ("power_generation", 2024, "mee_ets_2023"),
    ("lime", 2020, "ndrc_general"), ("region", 2012, "provincial_2011"), ("region", 2022, "provincial_2025"),
    ("footprint", 2023, "iso_14067"), ("carbon_materials", 2026, "gbt_32151"),
])  # fmt: skip
def test_without_a_family_the_rule_of_the_year_s_reports_is_taken_and_said(method, year, family):
    made = run(method=method, period=year)
    assert made.parts[0].family == family
    assert family in findings(made)
    assert family not in findings(run(method=method, period=year, family=family))


def test_every_method_has_a_rule_that_stands_first():
    for id, family in M.held:
        method = M.held[id, family]
        assert standing(M, R.families, id, method.since, method.since) is not None
    assert all(f.reporting is not None for f in R.families.values() if f.id != "ndrc_one_grid")


@pytest.mark.parametrize(("said", "id"), [
    ("水泥", "cement"), ("水泥企业", "cement"), ("钢铁生产企业", "steel"), ("石灰", "lime"),
    ("数据中心", "data_centre"),
    ("IDC", "data_centre"), ("城市", "region"), ("product footprint", "footprint"), ("机械制造", "machinery"),
    ("火电", "power_generation"), ("工业其他行业", "other_industry"), ("Lime", "lime"),
])  # fmt: skip
def test_a_method_is_known_by_its_household_name(said, id):
    assert run(method=said, period=2023).parts[0].method == id


def test_a_family_is_known_by_its_name_and_an_unknown_one_shows_those_in_force():
    assert run(method="steel", family="发改委第一批指南").parts[0].family == "ndrc_steel_2013"
    with pytest.raises(RuleUnknown) as refused:
        run(method="steel", family="xyz")
    assert "ndrc_steel_2013" in refused.value.mend
    assert "发改委第一批指南" in refused.value.mend_zh
    with pytest.raises(RuleUnknown, match="2003"):
        run(method="steel", period="2003年")


def test_a_wrong_stream_names_its_row_and_what_there_is_in_both_languages():
    with pytest.raises(RuleUnknown) as refused:
        run(COAL, {"stream": "feul", "inputs": {"amount": 1}})
    assert "activity[1]" in refused.value.where
    assert "'fuel'" in refused.value.mend
    assert "化石燃料燃烧" in refused.value.mend_zh


def test_words_of_reports_lead_to_streams_items_and_inputs():
    made = run(
        COAL, {"stream": "外购电力", "inputs": {"用电量": "350万千瓦时"}},
        {"stream": "蒸汽", "inputs": {"外供": "5 万GJ"}},
        {"stream": "碳酸盐", "item": "石灰石", "inputs": {"消耗量": 10, "纯度": 1}},
        {"stream": "fuel", "item": "0号柴油", "inputs": {"amount": 1}}, family="ndrc_general",
    )  # fmt: skip
    assert [(x.stream, x.item) for x in made.lines] == [
        ("fuel", "bituminous"), ("fuel", "diesel"), ("carbonate", "caco3"), ("electricity", ""), ("heat", ""),
    ]  # fmt: skip
    assert made.lines[-1].value == pytest.approx(-5500)


def test_a_grid_factor_that_was_published_is_taken_and_any_other_is_not_but_asked_about():
    power = {"stream": "electricity", "inputs": {"net": 1000, "factor": 0.7035}}
    made = run(power)
    assert made.total.value == pytest.approx(703.5)
    assert "华东" in (made.lines[0].note or "")
    own = run({"stream": "electricity", "inputs": {"net": 1000, "factor": 0.6}})
    assert own.total.value == pytest.approx(610.1)
    assert '"electricity"' in findings(own)
    same = run({"stream": "electricity", "inputs": {"net": 1000, "factor": 0.6101}})
    assert same.lines[0].note is None
    assert [f.of for f in same.lines[0].figures if f.input == "factor"] == ["rule"]
    national_only = {"method": "steel", "family": "mee_ets_2023", "period": 2022}
    assert run(power, **national_only).lines[0].figures[-1].value != 0.7035
    taken = run(own_row := power, parameters=[{"id": "electricity", "value": "0.6 kg/kWh"}], **national_only)
    assert taken.total.value == pytest.approx(600), own_row


@pytest.mark.parametrize(("inputs", "word"), [
    ({"amount": 100, "ncv": 5500}, "kcal"), ({"amount": 100, "ncv": 23204}, "kJ/kg"),
    ({"amount": 100, "carbon_content": 26.18}, "tC/TJ"), ({"amount": 100, "oxidation_rate": 93}, "93%"),
])  # fmt: skip
def test_a_figure_in_another_unit_is_asked_about(inputs, word):
    assert word in findings(run({"stream": "fuel", "item": "烟煤", "inputs": inputs}))


def test_an_amount_without_a_unit_out_of_proportion_is_asked_about():
    assert "Nm3" in findings(run({"stream": "fuel", "item": "天然气", "inputs": {"amount": 84082}}))
    assert "未写单位" not in findings(run({"stream": "fuel", "item": "天然气", "inputs": {"amount": "84082 m3"}}))
    assert "activity" in findings(run())


def test_raw_coal_stands_by_its_proxy_and_says_so_once():
    made = run(COAL | {"item": "原煤"}, family="ndrc_general")
    assert made.total.status == "trial"
    assert (made.lines[0].note or "").count("原煤未说明煤种") == 1


def test_a_default_the_rule_does_not_print_is_named():
    made = run(COAL, method="cement", family="ndrc_building_2013")
    assert made.total.value is None
    assert "规则未给出缺省值（ndrc_building_2013.bituminous.ncv）" in made.missing[0]


def test_a_row_may_belong_to_another_scope_and_sums_may_be_asked_for():
    rows = [
        {"stream": "electricity", "inputs": {"net": 1000, "factor": "0.5 t/MWh"}},
        {"stream": "activity", "item": "road", "inputs": {"amount": "1 million litres", "factor": "2.5 kgCO2e/L"}},
        {"stream": "activity", "item": "waste", "ghg_scope": 3, "inputs": {"amount": "1 kt", "factor": "0.5 t/t"}},
    ]
    ratios = [{"id": "BASIC", "of": "electricity + activity/waste"}, {"id": "three", "of": "scope3", "unit": "kt CO2e"}]
    made = run(*rows, method="region", family="ipcc_2006", ratios=ratios)
    assert {t.id: t.value for t in made.by_scope} == pytest.approx({"1": 2500, "2": 500, "3": 500})
    assert {t.id: t.value for t in made.parts[0].totals}["direct"] == pytest.approx(2500)
    assert [r.value for r in made.ratios] == pytest.approx([1000, 0.5])
    with pytest.raises(BadRequest, match="adds"):
        run(*rows, method="region", family="ipcc_2006", ratios=[{"id": "x", "of": "scope1 + activity/road/amount"}])


def test_certificates_count_in_the_market_based_total_alone():
    rows = [{"stream": "electricity", "inputs": {"net": 1000}}, {"stream": "绿电", "inputs": {"绿证": "400张"}}]
    made = run(*rows, method="data_centre", family="ndrc_general", period=2023)
    totals = {t.id: t.value for t in made.parts[0].totals}
    assert totals["total"] == pytest.approx(530.6)
    assert totals["market_based"] == pytest.approx(600 * 0.6096)
    asked = {"case": "t", "method": "data_centre", "family": "ndrc_general", "period": "2023", "activity": rows}
    case = read_case(
        json.dumps(asked | {"published": {"total": "530.6 t", "totals": {"market_based": 0.36576}}}).encode()
    )
    right, wrong = checks(case, run_case(case, M, R), R)
    assert right.agrees
    assert not wrong.agrees


def test_the_derivation_names_rule_source_rounding_and_version():
    root = derivation(run(COAL, method="cement", family="mee_ets_2023", period=2023))
    assert root.rule == "cement/mee_ets_2023"
    assert root.source
    for said in (root.operation, root.operation_en):
        assert packaged_rulebook().version in (said or "")
    assert "2位小数" in (root.operation or "")


@pytest.mark.parametrize(("amount", "each"), [("1000 kg", 0.005), ("2 件", 2.5), ("1 kWh", 5.0), (4, 1.25)])
def test_functional_units_are_counted_in_the_unit_they_are_written_in(amount, each):
    rows = [
        {"stream": "原材料", "item": "钢", "inputs": {"amount": "2 kg", "factor": "2.5 kgCO2e/kg"}},
        {"stream": "功能单位", "item": "椅子", "inputs": {"amount": amount}},
    ]
    made = run(*rows, method="footprint", period=2023)
    assert {r.id: r.value for r in made.parts[0].ratios}["footprint"] == pytest.approx(each)


def test_goods_carried_may_be_given_by_mass_and_distance():
    row = {"stream": "运输", "item": "卡车", "inputs": {"货重": "2 t", "运距": "300 km", "factor": "0.1 kgCO2e/(t·km)"}}
    by_work = {"stream": "transport", "item": "lorry", "inputs": {"amount": "600 t·km", "factor": "100 gCO2e/(t·km)"}}
    made = run(row, by_work, method="footprint", period=2023)
    assert [x.value for x in made.lines] == pytest.approx([0.06, 0.06])


def test_printed_figures_may_be_in_tonnes_of_carbon_or_without_the_gas_and_groups_by_name():
    rows = [{"stream": "净购入电力排放", "inputs": {"emissions": "-12万吨"}},
            {"stream": "燃料燃烧排放", "inputs": {"emissions": "44 万吨"}}]  # fmt: skip
    printed = {"total": "32 万吨", "groups": {"净购入电力": -120000, "化石燃料燃烧": "12 万tC"}}
    asked = {"case": "t", "method": "steel", "period": "2020", "activity": rows, "published": printed}
    case = read_case(json.dumps(asked).encode())
    assert [c.agrees for c in checks(case, run_case(case, M, R), R)] == [True, True, True]


def test_a_row_with_its_figures_beside_inputs_is_told_where_they_belong():
    with pytest.raises(UnreadableFile) as refused:
        run({"stream": "fuel", "item": "烟煤", "amount": 100})
    assert refused.value.where == "activity[0]"
    assert "inputs" in refused.value.mend
    assert "inputs" in refused.value.mend_zh


def test_no_place_where_the_rule_goes_by_the_place_is_asked_about():
    power = {"stream": "electricity", "inputs": {"net": 1000}}
    assert "未写地区" in findings(run(power))
    assert "未写地区" not in findings(run(power, scope="湖北"))
    assert "未写地区" not in findings(run(power, method="steel", family="mee_ets_2023", period=2023))


def test_findings_of_one_kind_are_not_endless_and_tables_of_a_stream_are_made_once():
    rows = [{"stream": "fuel", "item": "天然气", "inputs": {"amount": 1, "ncv": 2 + n / 100}} for n in range(90)]
    made = run(*rows, family="ndrc_general")
    assert len(made.findings) == 51
    assert "41" in made.findings[-1].en
    engine = Streams(M.held["lime", "ndrc_general"], R.family("ndrc_general"), R)
    fuel = engine.method.stream("fuel")
    assert engine.units(fuel) is engine.units(fuel)
    assert engine.items(fuel) is engine.items(fuel)


def test_two_ways_to_the_same_emissions_are_told():
    lime = {"stream": "lime", "item": "lime", "inputs": {"amount": 1000, "cao": "90%"}}
    stone = {"stream": "carbonate", "item": "limestone", "inputs": {"amount": 1800, "purity": "95%"}}
    assert "同时填报会重复计算" in findings(run(lime, stone, method="lime", family="ndrc_general", period="2023"))
    assert "同时填报会重复计算" not in findings(run(stone, method="lime", family="ndrc_general", period="2023"))


def test_a_year_beside_its_months_and_a_row_twice_are_told():
    gas = {"stream": "fuel", "item": "natural_gas", "inputs": {"amount": 10}}
    assert "完全相同" in findings(run(gas, gas, family="ndrc_general", period="2023"))
    assert "既填全年又填月份" in findings(run(gas, gas | {"period": "2023-02"}, family="ndrc_general", period="2023"))
    lots = run(gas, gas | {"inputs": {"amount": 11}}, family="ndrc_general", period="2023")
    assert "完全相同" not in findings(lots)


def test_groups_without_a_figure_are_told_not_taken_for_nothing_unfindings():
    bought = {"stream": "electricity", "inputs": {"bought": 100}}
    assert "没有填报：化石燃料燃烧、工业生产过程" in findings(
        run(bought, method="cement", family="cets_2024", period="2024")
    )


@pytest.mark.parametrize(("dates", "taken", "words"), [
    ({"valid_until": "2022-12-31"}, False, "不采用"),
    ({"valid_from": "2024-01-01"}, False, "不采用"),
    ({"valid_until": "2023-06-30"}, True, "未覆盖2023年全期"),
    ({"valid_from": "2023-02-01"}, True, "未覆盖2023年全期"),
    ({"valid_from": "2023-01-01", "valid_until": "2023-12-31"}, True, None),
])  # fmt: skip
def test_evidence_counts_for_the_days_on_which_it_holds(dates, taken, words):
    own = {"value": 30.0, "unit": "GJ/t", "evidence": "report"} | dates
    made = run(
        {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 10, "ncv": own}},
        family="ndrc_general",
        period="2023",
    )
    held = next(f for f in made.lines[0].figures if f.input == "ncv")
    assert (held.of == "given") is taken
    assert ("低位发热量的凭证" in findings(made) and words in findings(made)) if words else "凭证" not in findings(made)


def test_more_carbon_out_than_in_is_told():
    made = run(
        {"stream": "coking_in", "item": "洗精煤", "inputs": {"amount": 100, "carbon": 0.6}},
        {"stream": "coking_out", "item": "焦炭", "inputs": {"amount": 100, "carbon": 0.86}},
        method="independent_coking", family="ndrc_general", period="2023",
    )  # fmt: skip
    assert made.total.value < 0
    assert "合计为负" in findings(made)


def test_what_has_nothing_sums_to_nothing_known():
    made = run(
        {"stream": "fuel", "item": "bituminous", "inputs": {"amount": None}}, family="ndrc_general", period="2023"
    )
    assert (made.total.value, made.total.partial) == (None, None)
