"""``account``, ``progress``, ``explain``, ``indicators``, ``rules``, ``report``: results and their proof."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import docx
import pytest
from cli_town import FIRMS, ODD_NAME

STEM = "碳达峰实施进展报告"


def line(dafeng, folder, measure="co2_total_t", subject="990100", period="2024"):
    rows = dafeng.ok("account", subject, "--period", period, "-p", folder, "--json").json
    return next(r for r in rows if r["measure"] == measure)


def leaves(node):
    below = node["inputs"]
    return [node] if not below else [leaf for child in below for leaf in leaves(child)]


def test_the_city_is_the_sum_of_its_firms(dafeng, seen):
    firms = [line(dafeng, seen, subject=f"E-{uscc}")["value"] for uscc, _, _ in FIRMS]
    assert line(dafeng, seen)["value"] == pytest.approx(sum(firms))


def test_an_account_by_item_and_as_a_table(dafeng, seen):
    rows = dafeng.ok("account", f"E-{FIRMS[0][0]}", "--item", "all", "-p", seen, "--json").json
    assert {"bituminous", "electricity", "total"} <= {r["item"] for r in rows}
    assert {r["period"] for r in rows} == {"2024"}, "without a period the last year"
    assert "co2_total_t" in dafeng.ok("account", "-p", seen).out


def test_explaining_a_line_leads_to_file_sheet_and_row(dafeng, seen):
    node = dafeng.ok("explain", line(dafeng, seen)["line_id"], "-p", seen, "--json").json
    assert node["value"] == pytest.approx(line(dafeng, seen)["value"])
    ends = leaves(node)
    assert any("01_energy.xlsx" in json.dumps(leaf, ensure_ascii=False) for leaf in ends)
    assert all(leaf["source"] or leaf["place"] for leaf in ends if leaf["kind"] in ("fact", "parameter")), ends
    words = dafeng.ok("explain", line(dafeng, seen)["line_id"], "-p", seen).out
    assert re.search(r"01_energy\.xlsx › 能源消费 › row \d+", words)
    assert "排放因子" in words


def test_explaining_a_fact_and_a_target_and_a_state(dafeng, seen):
    node = dafeng.ok("explain", line(dafeng, seen)["line_id"], "-p", seen, "--json").json
    fact = next(leaf["id"] for leaf in leaves(node) if leaf["id"].startswith("F-"))
    told = dafeng.ok("explain", fact, "-p", seen, "--json").json
    assert told["id"] == fact
    assert "row" in json.dumps(told)
    rows = dafeng.ok("progress", "-p", seen, "--json").json
    state = next(r for r in rows if r["actual"] is not None)
    by_target = dafeng.ok("explain", state["target_id"], "-p", seen, "--json").json
    by_state = dafeng.ok("explain", state["explain"], "-p", seen, "--json").json
    assert by_target == by_state
    assert any("01_energy.xlsx" in json.dumps(leaf, ensure_ascii=False) for leaf in leaves(by_state))
    assert dafeng.ok("explain", state["target_id"], "--language", "en", "-p", seen).out


def test_every_target_can_be_explained_also_before_there_are_data(dafeng, empty):
    from cli_town import PLAN

    (empty / "plans" / "p.txt").write_text(PLAN + "\n注:截至2021年,已建成市级绿色工厂8家。\n", "utf-8")
    dafeng.ok("run", "-p", empty)
    ids = [t["record"]["id"] for t in dafeng.ok("plan", "list", "-p", empty, "--json").json]
    assert ids
    for target in ids:
        told = dafeng("explain", target, "-p", empty, "--json")
        assert told.code == 0, (target, told.err)


def test_progress_gives_state_and_reason_for_every_target(dafeng, seen):
    rows = dafeng.ok("progress", "-p", seen, "--json").json
    assert len(rows) == 6
    assert all(r["reason_zh"] for r in rows)
    for row in rows:
        assert (row["state"] == "not_assessed") or row["actual"] is not None
    only = dafeng.ok("progress", "--state", "not_assessed", "-p", seen, "--json").json
    assert {r["target_id"] for r in only} == {r["target_id"] for r in rows if r["state"] == "not_assessed"}
    assert rows[0]["target_id"] in dafeng.ok("progress", "-p", seen).out


def test_the_rulebook_is_listed_short_and_narrowed_by_filters(dafeng):
    short = dafeng.ok("rules", "list").out
    assert "more 另有" in short
    assert "--all" in short
    assert short.count("\n") < 160
    whole = dafeng.ok("rules", "list", "--json").json["values"]
    assert dafeng.ok("rules", "list", "--family", "ndrc_general", "--all").out.count("ndrc_general.") > 60
    then = dafeng.ok("rules", "mee.grid_co2", "--scope", "CN", "--on", "2022-06-30", "--json").json["values"]
    assert [v["since"] for v in then if v["id"] == "mee.grid_co2"] == ["2022-01-01"]
    day = dafeng.ok("rules", "list", "--on", "2020-06-01", "--json").json["values"]
    assert 0 < len(day) < len(whole)
    assert all(v["since"] <= "2020-06-01" and (v["until"] or "9999") >= "2020-06-01" for v in day)
    assert len({(v["id"], v["scope"]) for v in day}) == len(day)
    assert "0 values" in dafeng.ok("rules", "list", "没有这样的参数").out
    for wrong in (("--on", "昨天"), ("--known-on", "2024-13-01"), ("--status", "sure"), ("--family", "none")):
        told = dafeng("rules", "list", *wrong)
        assert told.code == 2
        assert wrong[0] in told.err
        assert "可选" in told.err or "请写成" in told.err


def test_indicators_rules_enterprises_and_batches_are_listed(dafeng, seen):
    found = dafeng.ok("indicators", "绿色工厂", "--json").json
    assert found
    assert all("绿色工厂" in json.dumps(i, ensure_ascii=False) or "green_factor" in i["id"] for i in found)
    rules = dafeng.ok("rules", "grid", "--json").json
    assert rules["version"]
    assert all(r["source"] and r["status"] for r in rules["values"])
    assert len(dafeng.ok("rules", "--json").json["values"]) > len(rules["values"])
    assert {e["name"] for e in dafeng.ok("enterprises", "--area", "990100", "-p", seen, "--json").json} == {
        name for _, name, _ in FIRMS
    }
    assert [b["file"] for b in dafeng.ok("batches", "-p", seen, "--json").json] == [
        "registry/00_areas.csv",
        "registry/01_roster.xlsx",
        "activity/01_energy.xlsx",
        "activity/02_value.csv",
    ]
    for words in (("indicators",), ("rules", "grid"), ("enterprises", "-p", seen), ("batches", "-p", seen)):
        assert dafeng.ok(*words).out.strip()


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "list"), ("plan", "list", "task"), ("plan", "list", "document"), ("plan", "show", "shiyan-2022#t01"),
        ("plan", "check"), ("plan", "repairs", "shiyan-2022"), ("account",), ("account", "--item", "all"),
        ("progress",), ("explain", "shiyan-2022#t01"), ("enterprises",), ("batches",), ("areas", "试验"), ("run",),
    ],
)  # fmt: skip
def test_json_is_always_one_document_and_nothing_else(dafeng, town, words):
    told = dafeng.ok(*words, "-p", town, "--json")
    assert told.json is not None
    assert told.err == ""


def test_a_report_is_written_where_it_is_wanted(dafeng, town, tmp_path):
    told = dafeng.ok("report", "progress", "-p", town, "--out", tmp_path / "out", "--json").json
    assert {Path(p).name for p in told["files"]} == {f"{STEM}.docx", f"{STEM}.pdf", f"{STEM}.html"}
    for path in told["files"]:
        assert Path(path).read_bytes() == (town / "reports" / Path(path).name).read_bytes(), "same run, same bytes"


def test_an_odd_name_is_words_in_every_report(seen):
    words = "\n".join(
        cell.text for table in docx.Document(str(seen / "reports" / f"{STEM}.docx")).tables for row in table.rows
        for cell in row.cells
    )  # fmt: skip
    assert ODD_NAME in words
    page = (seen / "reports" / f"{STEM}.html").read_text("utf-8")
    assert ODD_NAME in page
    assert "<script" not in page


def test_markup_in_a_name_stays_a_name(dafeng, town):
    from cli_town import csv, roster

    rows = [(u, "<script>alert(1)</script>#pagebreak()" if name == ODD_NAME else name, *rest)
            for u, name, *rest in roster()[1:]]  # fmt: skip
    (town / "registry" / "09_names.csv").write_bytes(csv([roster()[0], *rows]))
    told = dafeng.ok("run", "-p", town, "--json").json
    assert {s["stage"]: s["outcome"] for s in told["stages"]}["report"] == "done"
    page = (town / "reports" / f"{STEM}.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;#pagebreak()" in page
    assert (town / "reports" / f"{STEM}.pdf").read_bytes().startswith(b"%PDF")


def test_a_reader_that_stops_early_is_no_fault(seen):
    command = f"{sys.executable} -m dafeng.cli.main rules --json | head -c 100"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout
    assert "Traceback" not in done.stderr


def test_output_into_a_narrow_encoding_loses_no_command(seen):
    done = subprocess.run(
        [sys.executable, "-m", "dafeng.cli.main", "plan", "list", "-p", str(seen), "--json"],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 6


def test_the_rulebook_is_proved_and_one_entry_is_shown(dafeng):
    done = dafeng.ok("rules", "check", "--json").json
    assert (done["sound"], done["problems"]) == (True, [])
    assert min(done["parameters"], done["methods"], done["formulas"]) > 50
    noted = dafeng.ok("rules", "check", "--notes", "--json").json["problems"]
    assert any(p["column"] == "process.chem.carbon.ethane" and p["severity"] == "note" for p in noted)
    entry = dafeng.ok("rules", "show", "mee.grid_co2", "--json").json
    assert {v["scope"] for v in entry["values"]} > {"CN"}
    assert entry["used_by"]
    shown = dafeng.ok("rules", "show", "stream.electricity", "--json").json
    assert shown["zh"]
    assert shown["source"]
    assert dafeng("rules", "show", "no.such").code == 5


def test_rules_are_listed_by_family_kind_status_and_what_was_known(dafeng):
    ncv = dafeng.ok("rules", "--family", "ndrc_general", "--kind", "ncv", "--json").json["values"]
    assert ncv
    assert all(r["id"].startswith("ndrc_general.") and r["id"].endswith(".ncv") for r in ncv)
    recalled = dafeng.ok("rules", "list", "--status", "recalled", "--json").json["values"]
    assert {r["status"] for r in recalled} == {"recalled"}
    grid = dafeng.ok("rules", "mee.grid_co2", "--json").json["values"]
    then = dafeng.ok("rules", "mee.grid_co2", "--known-on", "2024-06-01", "--json").json["values"]
    assert 0 < len(then) < len(grid)
    assert dafeng("rules", "--status", "sure").code == 2


def test_a_group_named_alone_shows_its_help_and_a_wrong_call_names_the_help_that_tells(dafeng):
    alone = dafeng("period")
    assert (alone.code, alone.err) == (2, "")
    wrong = dafeng("period", "restate")
    assert wrong.code == 2
    assert "See dafeng period restate --help." in wrong.err
    assert "请看 dafeng certificates --help" in dafeng("certificates", "claims").err
