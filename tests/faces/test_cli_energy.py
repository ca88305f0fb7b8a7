"""``dafeng energy`` and ``dafeng account quality|uncertainty``: figures as the use cases have them; cases alone."""

from __future__ import annotations

import json

import pytest
from cli_town import CITY, FIRMS

from dafeng.app.accounts.energy import flow, totals
from dafeng.app.accounts.quality import account_uncertainty
from dafeng.wiring import local_caller, programme

FIRM = f"E-{FIRMS[0][0]}"
CASE = {
    "case": "c", "method": "other_industry", "family": "ndrc_general", "period": "2020",
    "activity": [{"stream": "fuel", "item": "bituminous", "inputs": {"amount": {"value": 1200, "evidence": "地磅单"}}}],
}  # fmt: skip


@pytest.fixture
def case_file(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE, ensure_ascii=False), "utf-8")
    return path


def test_totals_are_those_of_the_use_case_in_both_forms(dafeng, seen):
    told = dafeng.ok("energy", "totals", "--enterprise", FIRM, "-p", seen, "--json").json
    with programme(seen) as services:
        made = totals(services, local_caller(), FIRM)
    assert [t["equivalent"] for t in told["totals"]] == [t.equivalent for t in made.totals]
    words = dafeng.ok("energy", "totals", "--enterprise", FIRM, "-p", seen).out
    assert "强度考核口径" in words
    assert f"{made.totals[0].equivalent:,.1f}" in words


def test_the_flow_is_that_of_the_use_case(dafeng, seen):
    told = dafeng.ok("energy", "flow", "-p", seen, "--json").json
    with programme(seen) as services:
        made = flow(services, local_caller())
    assert len(told["links"]) == len(made.links)
    assert told["subject"]["id"] == CITY
    assert "购入" in dafeng.ok("energy", "flow", "-p", seen).out


def test_quality_and_uncertainty_of_the_programme(dafeng, seen):
    told = dafeng.ok("account", "uncertainty", "--enterprise", FIRM, "--draws", "500", "-p", seen, "--json").json
    with programme(seen) as services:
        made = account_uncertainty(services, local_caller(), FIRM, draws=500)
    assert (told["low"], told["high"]) == (made.low, made.high)
    assert "蒙特卡罗" in dafeng.ok("account", "uncertainty", "--draws", "500", "-p", seen).out
    assert "证据等级" in dafeng.ok("account", "quality", "-p", seen).out


def test_a_case_is_judged_without_a_programme(dafeng, case_file):
    told = dafeng.ok("account", "quality", case_file, "--json").json
    assert 0 < told["score"] <= 100
    assert told["streams"][0]["stream"] == "fuel"
    made = dafeng.ok("account", "uncertainty", case_file, "--draws", "1000", "--json").json
    assert made["low"] < made["value"] < made["high"]
    assert made["contributions"][0]["source"]
    assert "±" in dafeng.ok("account", "uncertainty", case_file, "--draws", "1000").out


def test_a_file_that_is_not_there_is_told(dafeng, tmp_path):
    outcome = dafeng("account", "quality", tmp_path / "no.json")
    assert outcome.code != 0
    assert "no.json" in outcome.err
