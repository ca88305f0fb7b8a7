"""``dafeng plan``: list, show, confirm, reject, correct, add, link, check, repairs; an amended plan."""

from __future__ import annotations

import pytest
from cli_town import PLAN

T1, K2 = "shiyan-2022#t01", "shiyan-2022#k02"


def states(dafeng, folder, kind="target", *more):
    return {s["record"]["id"]: s["state"] for s in dafeng.ok("plan", "list", kind, "-p", folder, "--json", *more).json}


def test_list_gives_every_kind(dafeng, seen):
    assert len(dafeng.ok("plan", "list", "-p", seen, "--json").json) == 6
    tasks = dafeng.ok("plan", "list", "task", "-p", seen, "--json").json
    assert [t["record"]["title"] for t in tasks] == ["推动钢铁行业节能", "发展可再生能源"]
    (document,) = dafeng.ok("plan", "list", "document", "-p", seen, "--json").json
    assert document["record"]["doc"] == "shiyan-2022"
    assert dafeng.ok("plan", "list", "box", "-p", seen, "--json").json == []
    assert dafeng.ok("plan", "list", "--doc", "other", "-p", seen, "--json").json == []
    assert T1 in dafeng.ok("plan", "list", "-p", seen).out


def test_targets_are_tied_to_indicators_with_certainty(dafeng, seen):
    ties = {t["record"]["id"]: t["indicator"] for t in dafeng.ok("plan", "list", "-p", seen, "--json").json}
    assert ties[T1]["indicator_id"] == "energy_per_industrial_value_added"
    assert 0.5 < ties[T1]["certainty"] < 1
    assert not ties[T1]["confirmed"]


def test_show_gives_the_record_and_its_history(dafeng, seen):
    shown = dafeng.ok("plan", "show", T1, "-p", seen, "--json").json
    assert shown["record"]["value"] == 13.5
    (entry,) = shown["history"]
    assert (entry["action"], entry["who"]) == ("read", "dafeng")
    assert entry["source"].startswith("shiyan-2022.txt sha256:")
    assert "沿革" in dafeng.ok("plan", "show", T1, "-p", seen).out


@pytest.mark.parametrize(("act", "state"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_a_person_confirms_or_rejects_and_signs(dafeng, town, act, state):
    told = dafeng.ok("plan", act, T1, "--why", "与原件核对", "--by", "李工", "-p", town, "--json").json
    assert told["state"] == state
    last = dafeng.ok("plan", "show", T1, "-p", town, "--json").json["history"][-1]
    assert (last["who"], last["why"], last["action"]) == ("李工", "与原件核对", act)
    assert (T1 in states(dafeng, town)) == (state == "confirmed")
    assert states(dafeng, town, "target", "--all")[T1] == state


def test_an_act_needs_a_reason(dafeng, town):
    assert dafeng("plan", "confirm", T1, "-p", town).code == 2
    refused = dafeng("plan", "confirm", T1, "--why", " ", "-p", town, "--json")
    assert refused.code == 2
    assert "--why" in refused.error["mend"]
    assert states(dafeng, town)[T1] == "read"


def test_a_correction_keeps_what_stood_before(dafeng, town):
    told = dafeng.ok("plan", "correct", T1, "value=14", 'unit="%"', "target_year=2025", "--why", "勘误", "-p", town,
                     "--json").json  # fmt: skip
    assert (told["state"], told["record"]["value"]) == ("corrected", 14)
    last = dafeng.ok("plan", "show", T1, "-p", town, "--json").json["history"][-1]
    assert (last["before"]["value"], last["after"]["value"]) == (13.5, 14)
    assert "14%" in dafeng.ok("plan", "list", "-p", town).out


@pytest.mark.parametrize(
    ("change", "word"), [("colour=red", "colour"), ("value", "value"), ("id=x", "id"), ("value=many", "float")]
)
def test_a_correction_that_makes_no_sense_is_refused(dafeng, town, change, word):
    refused = dafeng("plan", "correct", T1, change, "--why", "试", "-p", town, "--json")
    assert refused.code == 2
    assert word in refused.error["what"]
    assert states(dafeng, town)[T1] == "read"


def test_a_record_that_was_missed_is_added_under_the_next_number(dafeng, town):
    told = dafeng.ok(
        "plan", "add", "target", "doc=shiyan-2022", "indicator=再生水利用率", "comparator=>=", "value=25", 'unit="%"',
        "target_year=2025", "quote=再生水利用率达到25%以上", "span=[0, 0]", "modality=plain", "--why", "读漏",
        "-p", town, "--json",
    ).json  # fmt: skip
    assert told["state"] == "added"
    assert told["record"]["id"] == "shiyan-2022#t07"
    assert states(dafeng, town)["shiyan-2022#t07"] == "added"
    assert dafeng("plan", "add", "target", "doc=shiyan-2022", "--why", "缺", "-p", town).code == 2


def test_links_are_confirmed_by_a_person_and_must_lead_somewhere(dafeng, town):
    told = dafeng.ok("plan", "link", T1, "energy_per_gdp", "--why", "口径", "-p", town, "--json").json
    assert told["links"] == [{"kind": "indicator", "to": "energy_per_gdp", "certainty": 1.0, "confirmed": True}]
    tie = {t["record"]["id"]: t["indicator"] for t in dafeng.ok("plan", "list", "-p", town, "--json").json}[T1]
    assert (tie["indicator_id"], tie["confirmed"]) == ("energy_per_gdp", True)
    assert dafeng("plan", "link", T1, "no_such_indicator", "--why", "x", "-p", town).code in (2, 5)
    assert dafeng("plan", "link", K2, "energy_per_gdp", "--why", "x", "-p", town).code == 2
    assert dafeng("plan", "link", T1, "shiyan-2022#t02", "--as", "nonsense", "--why", "x", "-p", town).code == 2
    upper = dafeng.ok("plan", "link", T1, "shiyan-2022#t02", "--as", "upper", "--why", "x", "-p", town, "--json").json
    assert {"upper", "indicator"} == {link["kind"] for link in upper["links"]}


def test_a_persons_link_changes_the_evaluation_at_the_next_run(dafeng, town):
    dafeng.ok("plan", "link", T1, "energy_per_gdp", "--why", "口径", "-p", town)
    told = dafeng.ok("run", "-p", town, "--json").json
    assert {s["stage"]: s["outcome"] for s in told["stages"]}["evaluation"] == "done"
    rows = {r["target_id"]: r for r in dafeng.ok("progress", "-p", town, "--json").json}
    assert rows[T1]["indicator_id"] == "energy_per_gdp"


def test_checks_name_their_records_and_what_to_do(dafeng, seen):
    found = dafeng.ok("plan", "check", "-p", seen, "--json").json
    assert any(f["kind"] == "no_lead" and K2 in f["records"] for f in found)
    assert all(f["mend"] and f["zh"] and f["en"] for f in found)
    assert K2 in dafeng.ok("plan", "check", "-p", seen).out


def test_reading_the_same_file_again_changes_nothing(dafeng, town):
    before = dafeng.ok("plan", "show", T1, "-p", town, "--json").json
    told = dafeng.ok("plan", "take-in", town / "plans" / "shiyan-2022.txt", "-p", town, "--json").json
    assert told["changes"] == []
    assert dafeng.ok("plan", "show", T1, "-p", town, "--json").json == before


def test_an_amended_plan_shows_what_changed_and_keeps_the_ids(dafeng, town, tmp_path):
    dafeng.ok("plan", "confirm", T1, "--why", "核对", "-p", town)
    amended = PLAN.replace("13.5%", "14.5%").replace("建成市级绿色工厂20家以上", "城镇污水资源化率达到30%")
    (tmp_path / "shiyan-2022.txt").write_text(amended, "utf-8")
    told = dafeng.ok("plan", "take-in", tmp_path / "shiyan-2022.txt", "-p", town, "--json").json
    kinds = {(c["kind"], c["record_id"]) for c in told["changes"] if c["record_kind"] == "target"}
    assert ("changed", T1) in kinds
    assert ("gone", "shiyan-2022#t03") in kinds
    assert {i for k, i in kinds if k == "new"} == {"shiyan-2022#t07"}
    fields = next(c for c in told["changes"] if c["record_id"] == T1)["fields"]
    assert ["value", 13.5, 14.5] in [list(f) for f in fields]
    now = states(dafeng, town, "target", "--all")
    assert now[T1] == "review", "what a person confirmed is not overwritten, it asks for a look"
    assert now["shiyan-2022#t03"] == "withdrawn"
    assert "14.5" in dafeng("plan", "take-in", town / "plans" / "shiyan-2022.txt", "-p", town).out


def test_the_first_version_again_brings_its_words_back(dafeng, town):
    path = town / "plans" / "shiyan-2022.txt"
    path.write_text(PLAN.replace("13.5%", "14.5%"), "utf-8")
    dafeng.ok("run", "-p", town)
    assert dafeng.ok("plan", "show", T1, "-p", town, "--json").json["record"]["value"] == 14.5
    path.write_text(PLAN, "utf-8")
    dafeng.ok("run", "-p", town)
    shown = dafeng.ok("plan", "show", T1, "-p", town, "--json").json
    assert shown["record"]["value"] == 13.5
    assert [e["action"] for e in shown["history"]] == ["read", "reread", "reread"]


def test_repairs_are_listed_with_certainty(dafeng, town, tmp_path):
    assert dafeng.ok("plan", "repairs", "shiyan-2022", "-p", town, "--json").json == []
    (tmp_path / "hurt.txt").write_text(PLAN.replace("工业固废", "工业固(gù)废"), "utf-8")
    dafeng.ok("plan", "take-in", tmp_path / "hurt.txt", "-p", town)
    listed = dafeng.ok("plan", "repairs", "hurt", "-p", town, "--json").json
    assert [(r["before"], r["after"]) for r in listed] == [("(gù)", "")]
    assert 0 < listed[0]["certainty"] <= 1
    assert listed[0]["why"]
    assert "1 repairs" in dafeng.ok("plan", "repairs", "hurt", "-p", town).out
