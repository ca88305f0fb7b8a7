"""``--en`` of the commands of cases, and explanations in English: what has an English is said in it."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from dafeng.account.explain_text import as_text
from dafeng.base.provenance import Node
from dafeng.cli.account import app

CJK = re.compile("[\u3400-\u9fff]")
CASE = {
    "case": "t", "method": "other_industry", "family": "ndrc_general", "scope": "320000", "period": "2022",
    "as_of": "2023-06-01",
    "activity": [{"stream": "electricity", "inputs": {"bought": 1000}}],
}  # fmt: skip
GREEN = {
    "case": "t", "method": "steel", "family": "ndrc_steel_2013", "scope": "410000", "period": "2023",
    "activity": [{"stream": "electricity", "inputs": {"bought": 100}},
                 {"stream": "green_power", "inputs": {"certified": 500}}],
}  # fmt: skip
COMPARED = {
    "case": "t", "method": "cement", "family": "cets_2024", "period": "2024",
    "activity": [{"stream": "clinker", "item": "portland", "inputs": {"amount": 1000}}],
}  # fmt: skip


def shown(tmp_path, case, *words):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case), encoding="utf-8")
    made = CliRunner().invoke(app, [words[0], str(file), *words[1:], "--en"], env={"COLUMNS": "400"})
    assert made.exit_code == 0, made.output
    return made.output


@pytest.mark.parametrize("case", [CASE, GREEN])
@pytest.mark.parametrize("more", [(), ("--explain",)])
def test_a_case_in_english_has_no_chinese(tmp_path, case, more):
    out = shown(tmp_path, case, "case", *more)
    assert not CJK.search(out), CJK.findall(out)


def test_the_cause_and_the_bound_are_said_in_english(tmp_path):
    assert "as known on 2023-06-01: it was published on 2024-12-26" in shown(tmp_path, CASE, "case")
    assert "counted up to 100 MWh only" in shown(tmp_path, GREEN, "case")


def test_a_comparison_in_english_says_why_in_it_and_bears_the_period(tmp_path):
    out = shown(tmp_path, COMPARED, "compare", "ndrc_building_2013")
    assert "2024" in out
    assert "tCO2e" in out
    assert not CJK.search(out), CJK.findall(out)


def test_a_derivation_as_text_takes_the_words_of_its_language():
    node = Node(
        id="L-1", kind="line", label="电力", label_en="power", value=1.0, unit="t", operation="甲 × 乙",
        operation_en="a × b", note="说一句", note_en="a word", source="公告", source_en="a notice",
    )  # fmt: skip
    english, chinese = as_text(node, "en"), as_text(node, "zh")
    assert [w in english for w in ("power", "a × b", "a word", "a notice")] == [True] * 4
    assert not CJK.search(english)
    assert [w in chinese for w in ("电力", "甲 × 乙", "说一句", "公告")] == [True] * 4
    bare = Node(id="L-1", kind="line", label="电力", note="说一句")
    assert "说一句" in as_text(bare, "en")
