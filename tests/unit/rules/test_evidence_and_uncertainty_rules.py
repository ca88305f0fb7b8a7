"""The rules of evidence, input uncertainty, uses of energy and energy control: sound as packaged, refused when not."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from dafeng.account.uncertainty.distributions import Spread
from dafeng.base.errors import RuleConflict, RuleError, RuleUnknown
from dafeng.rules.energy_control import packaged_control, read_control
from dafeng.rules.energy_uses import packaged_uses, read_uses
from dafeng.rules.evidence import packaged_evidence, read_evidence
from dafeng.rules.packaged import read_file
from dafeng.rules.rulebook import packaged_rulebook
from dafeng.rules.uncertainties import Known, packaged_uncertainties, read_uncertainties

DAY = date(2023, 1, 1)


def test_every_packaged_uncertainty_is_a_distribution_with_a_source() -> None:
    for entry in packaged_uncertainties().entries:
        Spread(entry.low, entry.high, entry.shape)
        assert entry.source
        assert entry.status != "official"


def test_every_class_has_an_entry_for_whatever_is_asked() -> None:
    table = packaged_uncertainties()
    for klass in packaged_evidence().points:
        for name in ("amount", "something", "factor"):
            assert table.of(Known(input=name, klass=klass), DAY)


def test_every_fuel_of_the_rulebook_finds_its_uncertainties() -> None:
    table = packaged_uncertainties()
    for item in packaged_rulebook().items.values():
        if item.carbon == "fossil":
            for name in ("ncv", "carbon_content", "oxidation_rate"):
                found = table.of(Known(input=name, item=item.code, klass="default", group="combustion"), DAY)
                assert name in found.inputs, (item.code, name, found.id)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"input": "ncv", "item": "bituminous", "klass": "default"}, "ncv.bituminous"),
        ({"input": "ncv", "item": "bituminous", "klass": "accredited"}, "ncv.measured"),
        ({"input": "ncv", "item": "bituminous", "klass": "own_lab"}, "ncv.own_lab"),
        ({"input": "carbon_content", "item": "diesel", "klass": "penalty"}, "carbon.diesel"),
        ({"input": "factor", "klass": "prescribed", "group": "electricity"}, "electricity.factor"),
        ({"input": "factor", "klass": "default", "parameter": "process.carbonate.caco3"}, "exact.carbonate"),
        ({"input": "amount", "klass": "metered", "group": "combustion", "method": "power"}, "fuel.power_plant"),
        ({"input": "amount", "klass": "metered", "group": "combustion", "method": "steel"}, "fuel.industry"),
    ],
)  # fmt: skip
def test_the_special_entry_goes_before_the_general(known: dict[str, str], expected: str) -> None:
    assert packaged_uncertainties().of(Known(**known), DAY).id == expected


def test_an_entry_holds_only_in_its_days_and_when_it_was_known() -> None:
    common = {"low": 1, "high": 1, "shape": "normal", "shared": "none", "status": "trial", "source": "t"}
    table = read_uncertainties(
        {
            "since": "2010-01-01",
            "entries": [
                {"id": "old", "until": "2019-12-31", **common},
                {"id": "new", "since": "2020-01-01", "published": "2021-06-01", **common},
            ],
        }
    )
    asked = Known(input="x")
    assert table.of(asked, date(2015, 1, 1)).id == "old"
    assert table.of(asked, date(2022, 1, 1)).id == "new"
    with pytest.raises(RuleUnknown):
        table.of(asked, date(2022, 1, 1), as_of=date(2021, 1, 1))
    with pytest.raises(RuleUnknown):
        table.of(asked, date(2005, 1, 1))


@pytest.mark.parametrize("twist", ["twice", "overlap", "class", "ends", "unknown"])
def test_a_wrong_uncertainty_file_is_refused(twist: str) -> None:
    common = {"low": 1, "high": 1, "shape": "normal", "shared": "none", "status": "trial", "source": "t"}
    one: dict[str, Any] = {"id": "a", "inputs": ["ncv"], **common}
    other: dict[str, Any] = {"id": "b", "inputs": ["ncv"], "since": "2020-01-01", **common}
    if twist == "twice":
        other |= {"id": "a", "inputs": ["carbon"]}
    if twist == "class":
        other |= {"classes": ["guessed"]}
    if twist == "ends":
        other |= {"until": "2019-01-01"}
    if twist == "unknown":
        other |= {"colour": "red"}
    with pytest.raises((RuleConflict, RuleError)):
        read_uncertainties({"since": "2010-01-01", "entries": [one, other]})


@pytest.mark.parametrize("twist", ["weights", "points", "class", "grades"])
def test_a_wrong_rule_of_evidence_is_refused(twist: str) -> None:
    doc = copy.deepcopy(read_file("evidence.yaml"))
    read_evidence(doc)
    if twist == "weights":
        doc["parts"][0]["weight"] = 0.9
    if twist == "points":
        doc["classes"][0]["points"] = 10
    if twist == "class":
        doc["words"][0]["class"] = "guessed"
    if twist == "grades":
        doc["grades"][-1]["from"] = 10
    with pytest.raises(RuleError):
        read_evidence(doc)


@pytest.mark.parametrize(
    ("words", "klass"),
    [
        ("检测报告 2023-118；某机构 CMA", "accredited"),
        ("电费结算单", "settled"),
        ("皮带秤记录", "metered"),
        ("化验室 GB/T 213", "own_lab"),
        ("供应商提供", "supplier"),
        ("supplier certificate", "supplier"),
        ("按规则高限值", "penalty"),
        ("估算", "estimated"),
        ("张三说的", "unstated"),
        (None, "unstated"),
        ("metered by belt scale", "metered"),
    ],
)
def test_words_lead_to_a_class(words: str | None, klass: str) -> None:
    assert packaged_evidence().of_words(words) == klass


def test_uses_and_processes_are_sound() -> None:
    uses = packaged_uses()
    assert uses.uses["to_coking"].measure == "energy_use.to_coking"
    assert set(packaged_control().deductions[0].products) <= set(uses.feedstock)
    doc = copy.deepcopy(read_file("energy_uses.yaml"))
    doc["processes"].append(doc["processes"][0])
    with pytest.raises(RuleError):
        read_uses(doc)


def test_every_product_of_a_process_is_a_known_product() -> None:
    from dafeng.registry.industries import product_list

    known = set(product_list().table["code"])
    assert {p.product for p in packaged_uses().processes.values() if p.product} <= known


def test_two_deductions_on_one_day_are_refused() -> None:
    doc = copy.deepcopy(read_file("energy_control.yaml"))
    doc["deductions"].append(doc["deductions"][0])
    with pytest.raises(RuleConflict):
        read_control(doc)
    doc = copy.deepcopy(read_file("energy_control.yaml"))
    doc["deductions"][0]["products"] = ["cheese"]
    with pytest.raises(RuleError):
        read_control(doc)


def test_a_deduction_holds_in_whole_years_as_they_were_known() -> None:
    control = packaged_control()
    assert control.deduction("feedstock", 2019) is None
    assert control.deduction("feedstock", 2020) is not None
    assert control.deduction("feedstock", 2022, as_of=date(2022, 6, 1)) is None
    assert control.deduction("renewables", 2020) is None
    assert control.deduction("renewables", 2021) is not None
    assert control.deduction("renewables", 2026) is None
