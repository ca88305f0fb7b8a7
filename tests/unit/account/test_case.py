"""Cases: what a case may say, what it must be refused, and what its result tells."""

from __future__ import annotations

import json

import pytest

from dafeng.account.cases.explain import derivation
from dafeng.account.cases.reading import MOST_BYTES, read_case
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.explain_text import as_text
from dafeng.base.errors import BadRequest, RuleNotInForce, RuleUnknown, UnreadableFile
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

COAL = {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1000}}


def run(*activity, **more) -> CaseResult:
    asked = {"case": "t", "period": "2023", "method": "other_industry", "family": "ndrc_general"} | more
    if "parts" not in more:
        asked["activity"] = list(activity)
    return run_case(read_case(json.dumps(asked).encode()), packaged_methods(), packaged_rulebook())


def test_coal_by_default_factors():
    made = run(COAL)
    assert made.total.value == pytest.approx(1000 * 23.204 * 0.02618 * 0.93 * 44 / 12)
    assert made.total.status == "user"
    assert [f.of for f in made.lines[0].figures] == ["given", "rule", "rule", "rule"]
    assert made.lines[0].figures[1].source


def test_a_measured_carbon_content_outranks_the_default():
    own = COAL | {"inputs": {"amount": 1000, "carbon": {"value": 0.55, "unit": "tC/t", "laboratory": "CMA 001"}}}
    made = run(own)
    assert made.total.value == pytest.approx(1000 * 0.55 * 0.93 * 44 / 12)
    assert made.lines[0].figures[1].source == "CMA 001"


def test_a_certificate_out_of_date_is_no_evidence_and_that_is_said():
    own = COAL | {"inputs": {"amount": 1000, "ncv": {"value": 30, "valid_until": "2022-12-31"}}}
    made = run(own)
    assert made.total.value == run(COAL).total.value
    assert "有效期至2022-12-31" in (made.lines[0].note or "")


def test_units_are_brought_over_and_do_not_matter():
    power = {"stream": "electricity", "inputs": {"bought": 12_345.6}}
    other = {"stream": "electricity", "inputs": {"bought": {"value": 1234.56, "unit": "万千瓦时"}}}
    assert run(power).total.value == pytest.approx(run(other).total.value)


def test_net_exports_stay_negative():
    made = run({"stream": "electricity", "inputs": {"bought": 10, "sold": 5000}})
    assert made.total.value is not None
    assert made.total.value < 0


def test_missing_stays_missing_and_the_rest_is_a_partial_sum():
    made = run(COAL, {"stream": "carbonate", "item": "caco3", "inputs": {"amount": 100}})
    assert made.total.value is None
    assert made.total.partial == pytest.approx(run(COAL).total.value)
    assert any("碳酸钙" in m and "纯度" in m for m in made.missing)


def test_a_null_is_no_zero():
    made = run({"stream": "fuel", "item": "bituminous", "inputs": {"amount": None}})
    assert made.total.value is None


def test_a_stated_gap_is_no_zero_but_what_is_not_stated_is_no_part():
    bought = {"stream": "electricity", "inputs": {"bought": 100}}
    open_ = {"stream": "electricity", "inputs": {"bought": 100, "sold": None}}
    assert run(bought).total.value is not None
    made = run(open_)
    assert made.total.value is None
    assert "外供电量" in made.missing[0]
    assert run(COAL | {"inputs": {"amount": 1000, "carbon": None}}).total.value == run(COAL).total.value


def test_two_lots_of_one_coal_stand_as_two_lines():
    made = run(COAL, COAL | {"inputs": {"amount": 500, "ncv": 20}})
    assert len(made.lines) == 2
    assert made.total.value == pytest.approx(sum(x.value for x in made.lines))


def test_an_own_grid_factor_is_used_and_said():
    made = run({"stream": "electricity", "inputs": {"bought": 100}},
               parameters=[{"id": "electricity", "value": 570.3, "unit": "kgCO2/MWh", "evidence": "合同"}])  # fmt: skip
    assert made.total.value == pytest.approx(57.03)
    factor = next(f for f in made.lines[0].figures if f.input == "factor")
    assert (factor.of, factor.source) == ("case", "合同")
    assert made.rulebook.endswith("+own")


def test_a_figure_beyond_what_can_be_is_no_figure():
    made = run(COAL | {"inputs": {"amount": 1000, "oxidation_rate": 98}})
    assert made.lines[0].note is not None
    assert "超出可能范围" in made.lines[0].note


def test_a_power_plant_that_gives_power_out_is_told_what_to_give_instead():
    """Net export under the MEE power guide: bought power only counts, what is given out is the product."""
    made = run({"stream": "electricity", "inputs": {"net": -100}}, method="power_generation", family="mee_ets_2023")
    assert made.lines[0].value is None
    (said,) = (d for d in made.findings if "-100" in d.zh and "bought" in d.zh)
    assert "bought" in said.zh
    assert "power_supplied" in said.zh
    assert "counts bought power only" in said.en
    assert "power_supplied" in said.en
    instead = run({"stream": "electricity", "inputs": {"bought": 0}}, method="power_generation", family="mee_ets_2023")
    assert instead.lines[0].value == 0
    sold = run({"stream": "electricity", "inputs": {"net": -100}})  # where the rule takes exports off, nothing is said
    assert not any("power_supplied" in d.en for d in sold.findings)


def test_names_of_items_are_understood():
    assert run(COAL | {"item": "烟煤"}).total == run(COAL).total


def test_transfers_inside_the_works_are_seen_once():
    plant = {"part": "电厂", "method": "other_industry", "family": "ndrc_general", "activity": [
        COAL, {"stream": "electricity", "inputs": {"sold": 500}, "internal": "主厂"}]}  # fmt: skip
    works = {"part": "主厂", "method": "other_industry", "family": "ndrc_general", "activity": [
        {"stream": "electricity", "inputs": {"bought": 500}, "internal": "电厂"},
        {"stream": "electricity", "inputs": {"bought": 100}}]}  # fmt: skip
    made = run(parts=[plant, works], method=None, family=None, scope="420000")
    outside = run(COAL, {"stream": "electricity", "inputs": {"bought": 100}}, scope="420000")
    assert made.total.value == pytest.approx(outside.total.value)
    assert made.findings == ()
    works["activity"][0]["inputs"]["bought"] = 450
    assert "相差" in run(parts=[plant, works], method=None, family=None).findings[0].zh


def test_the_derivation_leads_to_every_figure():
    made = run(COAL, {"stream": "electricity", "inputs": {"bought": 100}})
    text = as_text(derivation(made))
    assert "低位发热量 = 23.204 GJ/t" in text
    assert "ndrc_general" in text or "NDRC" in text


@pytest.mark.parametrize(("change", "error"), [
    ({"method": "alchemy"}, RuleUnknown),
    ({"family": "nobody"}, RuleUnknown),
    ({"period": "1999"}, RuleNotInForce),
    ({"activity": [{"stream": "fuel", "item": "moon dust", "inputs": {"amount": 1}}]}, BadRequest),
    ({"activity": [{"stream": "fuel", "item": "bituminous", "inputs": {"colour": 1}}]}, BadRequest),
    ({"activity": [{"stream": "magic", "inputs": {}}]}, RuleUnknown),
    ({"activity": [COAL | {"inputs": {"amount": {"value": 1, "unit": "MWh"}}}]}, BadRequest),
    ({"activity": [COAL | {"period": "2022-05"}]}, BadRequest),
    ({"parameters": [{"id": "no.such", "value": 1}]}, RuleUnknown),
    ({"parameters": [{"id": "electricity", "value": 1, "unit": "t"}]}, BadRequest),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_place(change, error):
    asked = {"activity": [COAL]} | change
    with pytest.raises(error) as refused:
        run(*asked.pop("activity"), **asked)
    assert refused.value.mend


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"case": 1}', b"[" * 5000, b'{"case":"x","period":"2023"}',
                                  b'{"case":"x","period":"2023","method":"a","family":"b","activty":[]}',
                                  b'\xff\xfe', b" " * (MOST_BYTES + 1)])  # fmt: skip
def test_what_is_no_case_is_refused(data):
    with pytest.raises((UnreadableFile, BadRequest)):
        read_case(data)


def test_a_year_outside_the_rule_is_a_trial_only_where_asked():
    made = run(COAL, period="2010", trial=True)
    assert made.total.status == "trial"
