"""``dafeng init``, ``template``, ``starters``, ``areas``; and how errors are told."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
import python_calamine

from dafeng.app.importing import CONTRACTS, tables_of
from dafeng.collect.workbooks import read_workbook

PEOPLE_ONLY = 65534  # the user number of nobody


def test_init_makes_a_directory_that_run_accepts(dafeng, tmp_path):
    made = dafeng.ok("init", tmp_path / "p", "--area", "晋中市", "--name", "甲", "--json").json
    assert made == {"programme": str(tmp_path / "p"), "area": "140700", "name": "甲", "records": 0}
    assert tomllib.loads((tmp_path / "p" / "dafeng.toml").read_text("utf-8")) == {"name": "甲", "area": "140700"}
    for folder in ("plans", "registry", "activity", "templates", "reports", "store"):
        assert (tmp_path / "p" / folder).is_dir()
    assert {p.stem for p in (tmp_path / "p" / "templates").iterdir()} == set(CONTRACTS)


def test_init_from_a_starter_brings_its_area_and_targets(dafeng, tmp_path):
    told = dafeng.ok("init", tmp_path / "p", "--from", "shanxi-industry-2023", "--json").json
    listed = {s["name"]: s["targets"] for s in dafeng.ok("starters", "--json").json}
    assert told["area"] == "140000"
    assert told["records"] == listed["shanxi-industry-2023"] + 1  # the targets and their document
    targets = dafeng.ok("plan", "list", "-p", tmp_path / "p", "--json").json
    assert len(targets) == listed["shanxi-industry-2023"]
    assert all(t["record"]["doc"] == "shanxi-industry-2023" for t in targets)


def test_init_twice_is_refused_and_changes_nothing(dafeng, empty):
    before = (empty / "dafeng.toml").read_bytes()
    again = dafeng("init", empty, "--area", "140700", "--json")
    assert again.code == 2
    assert again.out == ""
    assert again.error["where"] == str(empty)
    assert again.error["mend"]
    assert (empty / "dafeng.toml").read_bytes() == before


@pytest.mark.parametrize("words", [(), ("--area", "无此市"), ("--from", "no-such-starter")])
def test_init_that_cannot_know_its_area_leaves_no_directory(dafeng, tmp_path, words):
    refused = dafeng("init", tmp_path / "p", *words)
    assert refused.code in (2, 5)
    assert "mend" in refused.err
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("table", sorted(CONTRACTS))
def test_a_template_opens_and_its_header_is_known_to_the_import(dafeng, seen, tmp_path, table, form):
    out = tmp_path / f"t.{form}"
    assert dafeng.ok("template", table, "--form", form, "--out", out, "-p", seen, "--json").json == {"file": str(out)}
    book = read_workbook(out.read_bytes(), out.name)
    assert list(tables_of(book)) == [table]
    if form == "xlsx":
        names = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(out.read_bytes())).sheet_names
        assert "填报说明" in names
        if any(c.codes for c in CONTRACTS[table].columns.values()):
            assert "代码表" in names


def test_an_untouched_template_is_no_delivery_of_rows(dafeng, town, tmp_path):
    dafeng.ok("template", "energy", "--out", tmp_path / "t.xlsx", "-p", town)
    told = dafeng.ok("import", tmp_path / "t.xlsx", "-p", town, "--json").json
    assert [(t["rows"], t["new"], t["rejected"]) for t in told["tables"]] == [(0, 0, 0)]


def test_an_unknown_template_names_the_known_ones(dafeng, seen):
    refused = dafeng("template", "nonsense", "-p", seen, "--json")
    assert refused.code == 2
    assert "energy" in refused.error["mend"]
    assert dafeng("template", "energy", "--form", "pdf", "-p", seen).code == 2


def test_areas_can_be_asked_before_there_is_a_programme(dafeng, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {"area_code": "140700", "name": "山西省晋中市", "level": "city"} in dafeng.ok("areas", "晋中", "--json").json
    assert dafeng.ok("areas", "无此地", "--json").json == []


def test_areas_of_the_programme_are_found_too(dafeng, seen):
    assert [a["area_code"] for a in dafeng.ok("areas", "试验市", "-p", seen, "--json").json] == ["990100"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("frobnicate",), 2),
        (("run", "--nonsense"), 2),
        (("plan", "show"), 2),
        (("run", "-p", "nowhere"), 5),
        (("plan", "list", "nonsense", "-p", "{seen}"), 2),
        (("plan", "show", "no#t01", "-p", "{seen}"), 5),
        (("explain", "L-0000000000000000", "-p", "{seen}"), 5),
        (("explain", "x", "--language", "fr", "-p", "{seen}"), 2),
        (("account", "no-such-subject", "-p", "{seen}"), 5),
        (("account", "--period", "1999", "-p", "{seen}"), 5),
        (("progress", "--state", "nonsense", "-p", "{seen}"), 2),
        (("enterprises", "--area", "123456", "-p", "{seen}"), 5),
        (("import", "missing.xlsx", "-p", "{town}"), 8),
        (("plan", "take-in", "missing.txt", "-p", "{town}"), 2),
        (("plan", "read", "missing", "--out", "{tmp}"), 2),
        (("plan", "repairs", "no-such-doc", "-p", "{seen}"), 5),
    ],
)
def test_exit_codes_and_errors_in_three_fields(dafeng, seen, town, tmp_path, words, code):
    filled = [w.format(seen=seen, town=town, tmp=tmp_path / "out") for w in words]
    plain = dafeng(*filled)
    assert plain.code == code
    assert "✗" in plain.err
    assert "Traceback" not in plain.err
    as_json = dafeng(*filled, "--json")
    assert as_json.code == code
    if code == 8:  # the work was done: the failure is in the document
        assert as_json.json["failures"][0]["mend"]
    else:
        assert as_json.out == ""
        assert as_json.error["what"]
        assert as_json.error["mend"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('name = "甲"\narea = "990100"\ncolour = "red"\n', "colour"),
        ('name = "甲"\n', "area"),
        ('name = "甲"\narea = "990100"\nzone = "Mars/Base"\n', "Mars/Base"),
        ('name = "甲"\narea = "990100"\nrecords = "nonsense"\n', "database"),
        ('name = "甲"\narea = "990100"\nrecords = "nodb://x/y"\n', "database"),
        ("name = 甲\n", "dafeng.toml"),
    ],
)
def test_wrong_settings_are_told_by_name(dafeng, empty, text, word):
    (empty / "dafeng.toml").write_text(text, "utf-8")
    refused = dafeng("batches", "-p", empty, "--json")
    assert refused.code == 2
    assert word in refused.error["what"]
    assert "dafeng.toml" in refused.error["where"]


def test_settings_saved_by_an_editor_with_a_mark_are_read_and_gbk_is_told(dafeng, empty):
    text = (empty / "dafeng.toml").read_text("utf-8")
    (empty / "dafeng.toml").write_bytes(text.encode("utf-8-sig"))
    assert dafeng("batches", "-p", empty).code == 0
    (empty / "dafeng.toml").write_bytes(text.encode("gb18030"))
    assert "UTF-8" in dafeng("batches", "-p", empty, "--json").error["mend"]


def test_a_broken_store_and_one_of_a_later_version_are_told(dafeng, town):
    import sqlite3

    with sqlite3.connect(town / "store" / "dafeng.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    later = dafeng("batches", "-p", town, "--json")
    assert later.code == 7
    assert "version" in later.error["what"]
    for path in (town / "store").glob("dafeng.db*"):
        path.unlink()
    (town / "store" / "dafeng.db").write_bytes(b"this is no database at all, not by any means " * 100)
    broken = dafeng("batches", "-p", town, "--json")
    assert broken.code == 7
    assert broken.error["mend"]


def test_a_file_where_a_folder_should_be_is_an_error_and_no_traceback(dafeng, tmp_path):
    (tmp_path / "file").write_text("x")
    refused = dafeng("init", tmp_path / "file" / "p", "--area", "140700", "--json")
    assert refused.code == 7
    assert str(tmp_path / "file") in refused.error["where"]


def test_a_folder_without_the_right_to_write():
    """As a user without rights; the superuser of a build machine takes nobody's place for it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        who = {"user": PEOPLE_ONLY} if os.geteuid() == 0 else {}
        command = [sys.executable, "-m", "dafeng.cli.main", "init", f"{folder}/p", "--area", "140700", "--json"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **who)
        except PermissionError:
            pytest.skip("needs an interpreter that another user may start")
        if "ModuleNotFoundError" in done.stderr or "can't open" in done.stderr:
            pytest.skip("needs a package folder that another user may read")
        assert done.returncode == 7, done.stderr
        assert json.loads(done.stderr)["error"]["mend"]


def test_the_installed_command_speaks_json_on_its_own():
    dafeng = Path(sys.executable).with_name("dafeng")
    if not dafeng.exists():
        pytest.skip("needs dafeng installed as a command")
    done = subprocess.run([dafeng, "starters", "--json"], capture_output=True, text=True, check=True)
    assert {s["name"] for s in json.loads(done.stdout)} >= {"shanxi-industry-2023", "jinzhong-2025"}
    assert re.fullmatch(r"dafeng \d+\.\d+\.\d+\S*\n", subprocess.check_output([dafeng, "--version"], text=True))


def test_an_interruption_at_the_keyboard_has_its_own_code(dafeng, seen, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dafeng.app.assessing.states_of", interrupted)
    stopped = dafeng("progress", "-p", seen, "--json")
    assert stopped.code == 130
    assert "Run again" in stopped.error["mend"]
