"""``dafeng run``: empty, twice, after an interruption, with bad input, two at once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from cli_town import AREAS, FIRMS, PLAN, csv, energy, fill, roster, value_added, xlsx

from dafeng.adapters.columns import FolderColumns
from dafeng.app import running
from dafeng.collect.facts import current


def stages(outcome) -> dict[str, str]:
    return {s["stage"]: s["outcome"] for s in outcome.json["stages"]}


def files(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file of a programme but the database's own: when it was written, and what it holds."""
    found = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(("dafeng.db", "lock")))
    return {
        str(p.relative_to(folder)): (p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest()) for p in found
    }


def known(folder: Path) -> pl.DataFrame:
    """The facts in force, without what differs between two programmes that know the same."""
    facts = current(FolderColumns(folder / "store").facts())
    return facts.drop("fact_id", "batch_id", "recorded_at").sort("subject_id", "measure", "item", "period")


def test_an_empty_programme_runs_and_says_what_it_lacks(dafeng, empty):
    told = dafeng.ok("run", "-p", empty, "--json")
    assert stages(told) == {
        "plans": "unchanged",
        "registry": "unchanged",
        "activity": "unchanged",
        "accounts": "skipped",
        "evaluation": "skipped",
        "report": "skipped",
    }
    assert all(s["summary"]["why"] for s in told.json["stages"] if s["outcome"] == "skipped")
    assert told.json["reports"] == []
    assert "没有方案和数据" in dafeng.ok("run", "-p", empty).out
    refused = dafeng("progress", "-p", empty, "--json")
    assert refused.code == 5
    assert "dafeng run" in refused.error["mend"]
    refused = dafeng("report", "progress", "-p", empty, "--json")
    assert refused.code == 5
    assert refused.error["mend"]


@pytest.mark.parametrize("with_data", [False, True])
def test_a_plan_without_data_of_a_whole_year_is_reported_and_nothing_is_judged(dafeng, empty, with_data):
    (empty / "registry" / "00.csv").write_bytes(AREAS)
    (empty / "registry" / "01.xlsx").write_bytes(xlsx(("企业名录", roster())))
    (empty / "plans" / "shiyan-2022.txt").write_text(PLAN, "utf-8")
    if with_data:
        (empty / "activity" / "e.csv").write_bytes(csv(energy((date.today().year,))))  # noqa: DTZ011
    told = dafeng.ok("run", "-p", empty, "--json")
    assert len(told.json["reports"]) == 3
    rows = dafeng.ok("progress", "-p", empty, "--json").json
    assert len(rows) == 6
    assert {(r["state"], r["actual"]) for r in rows} == {("not_assessed", None)}
    assert all(r["reason_zh"] for r in rows)


def test_a_second_run_does_nothing_and_writes_nothing(dafeng, empty):
    fill(empty)
    first = dafeng.ok("run", "-p", empty, "--json")
    assert set(stages(first).values()) == {"done"}
    assert len(first.json["reports"]) == 3
    before = files(empty)
    second = dafeng.ok("run", "-p", empty, "--json")
    assert set(stages(second).values()) == {"unchanged"}
    assert second.json["reports"] == first.json["reports"]
    assert files(empty) == before


def test_force_computes_again_and_comes_to_the_same(dafeng, town):
    before = files(town)
    forced = dafeng.ok("run", "-p", town, "--force", "--json")
    assert [stages(forced)[s] for s in ("accounts", "evaluation", "report")] == ["done"] * 3
    after = files(town)
    assert after.keys() == before.keys()
    assert {k: v[1] for k, v in after.items() if k.endswith(".parquet")} == {
        k: v[1] for k, v in before.items() if k.endswith(".parquet")
    }


def test_a_report_that_was_deleted_is_written_again(dafeng, town):
    for path in (town / "reports").iterdir():
        path.unlink()
    told = dafeng.ok("run", "-p", town, "--json")
    assert stages(told)["report"] == "done"
    assert stages(told)["evaluation"] == "unchanged"
    assert len(list((town / "reports").iterdir())) == 3


def test_a_programme_that_was_moved_goes_on_where_it_stands(dafeng, town, tmp_path):
    moved = Path(shutil.move(town, tmp_path / "elsewhere"))
    told = dafeng.ok("run", "-p", moved, "--json")
    assert set(stages(told).values()) == {"unchanged"}
    assert all(Path(p).is_relative_to(moved) and Path(p).is_file() for p in told.json["reports"])


def test_only_what_depends_on_a_change_is_done_again(dafeng, town):
    (town / "plans" / "shiyan-2022.txt").write_text(PLAN.replace("13.5%", "14.5%"), "utf-8")
    plan = dafeng.ok("run", "-p", town, "--json")
    assert stages(plan) == {
        "plans": "done",
        "registry": "unchanged",
        "activity": "unchanged",
        "accounts": "unchanged",
        "evaluation": "done",
        "report": "done",
    }
    data = csv([*energy((2024,))[:1], (FIRMS[0][0], FIRMS[0][1], "2024", "烟煤", "吨", 900, 800)])
    (town / "activity" / "03_corrected.csv").write_bytes(data)
    more = dafeng.ok("run", "-p", town, "--json")
    assert stages(more)["plans"] == "unchanged"
    assert [stages(more)[s] for s in ("activity", "accounts", "evaluation", "report")] == ["done"] * 4


@pytest.mark.usefixtures("quick")
def test_a_firm_that_was_put_under_a_wrong_industry_is_moved_everywhere(dafeng, town):
    def co2(industry: str) -> float:
        rows = dafeng.ok("account", f"990100|{industry}", "-p", town, "--period", "2024", "--json").json
        return next(r["value"] for r in rows if r["measure"] == "co2_total_t")

    steel = co2("31")
    (town / "registry" / "02_roster.xlsx").write_bytes(xlsx(("企业名录", roster(industry="2614"))))
    told = dafeng.ok("run", "-p", town, "--json")
    assert [stages(told)[s] for s in ("registry", "accounts", "evaluation", "report")] == ["done"] * 4
    assert dafeng("account", "990100|31", "-p", town, "--period", "2024").code == 5
    assert co2("26") > steel


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("after", range(5))
def test_interrupted_between_two_files_nothing_is_lost_or_doubled(dafeng, empty, seen, monkeypatch, after):
    fill(empty)
    real, count = running._bytes_of, [0]

    def stops(*given):
        if count[0] == after:
            raise KeyboardInterrupt
        count[0] += 1
        return real(*given)

    monkeypatch.setattr(running, "_bytes_of", stops)
    assert dafeng("run", "-p", empty, "--json").code == 130
    monkeypatch.undo()
    dafeng.ok("run", "-p", empty, "--json")
    assert known(empty).equals(known(seen))
    assert len(dafeng.ok("batches", "-p", empty, "--json").json) == 4
    assert len(dafeng.ok("plan", "list", "-p", empty, "--json").json) == 6
    assert set(stages(dafeng.ok("run", "-p", empty, "--json")).values()) == {"unchanged"}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("store", ["put_batch", "put_evidence"])
@pytest.mark.parametrize("nth", range(4))
def test_interrupted_inside_a_file_nothing_is_lost_or_doubled(dafeng, empty, seen, monkeypatch, store, nth):
    """The power fails after the facts of a table are on disk, but before the store says that they are."""
    fill(empty)
    (empty / "activity" / "01_energy.xlsx").unlink()
    (empty / "activity" / "02_value.csv").unlink()
    both = xlsx(("能源消费", energy()), ("增加值", value_added()))
    (empty / "activity" / "both.xlsx").write_bytes(both)
    from dafeng.adapters.records import SqlRecords

    real, count = getattr(SqlRecords, store), [0]

    def stops(self, what):
        if getattr(what, "kind", "table") == "table":
            count[0] += 1
            if count[0] == nth + 1:
                raise KeyboardInterrupt
        real(self, what)

    monkeypatch.setattr(SqlRecords, store, stops)
    dafeng("run", "-p", empty, "--json")
    monkeypatch.undo()
    dafeng.ok("run", "-p", empty, "--json")
    assert known(empty).drop("file", "sha256", "sheet").equals(known(seen).drop("file", "sha256", "sheet"))
    counts = {b["contract"]: (b["rows"], b["facts"]) for b in dafeng.ok("batches", "-p", empty, "--json").json}
    assert counts == {"areas": (2, 0), "enterprises": (3, 0), "energy": (30, 60), "value_added": (15, 15)}
    assert set(stages(dafeng.ok("run", "-p", empty, "--json")).values()) == {"unchanged"}


@pytest.mark.parametrize(
    "where",
    ["dafeng.app.accounts.accounting.compute", "dafeng.app.assessing.assess", "dafeng.app.reporting.progress"],
)
def test_a_stage_that_breaks_is_done_again_and_those_before_it_are_not(dafeng, empty, monkeypatch, where):
    fill(empty)

    def breaks(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, breaks)
    assert dafeng("run", "-p", empty, "--json").code == 130
    monkeypatch.undo()
    told = stages(dafeng.ok("run", "-p", empty, "--json"))
    names = ["accounts", "evaluation", "report"]
    broken = ["compute", "assess", "progress"].index(where.rsplit(".", 1)[1])
    assert [told[n] for n in names] == ["unchanged"] * broken + ["done"] * (3 - broken)
    assert [told[n] for n in ("plans", "registry", "activity")] == ["unchanged"] * 3


@pytest.mark.usefixtures("quick")
def test_killed_in_the_middle_it_goes_on(dafeng, empty, seen):
    """A real kill: the process gives itself no chance to tidy up."""
    fill(empty)
    script = (
        "import os, signal\n"
        "from dafeng.adapters.columns import FolderColumns\n"
        "real = FolderColumns.put_facts\n"
        "def put(self, *given):\n"
        "    real(self, *given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "FolderColumns.put_facts = put\n"
        "from dafeng.cli.main import main\n"
        f"main(['run', '-p', {str(empty)!r}])\n"
    )
    died = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert died.returncode == -9
    assert list((empty / "store" / "facts").iterdir())
    dafeng.ok("run", "-p", empty, "--json")
    assert known(empty).equals(known(seen))


def test_one_bad_plan_and_one_bad_workbook_do_not_stop_the_run(dafeng, empty):
    fill(empty)
    (empty / "plans" / "broken.docx").write_bytes(b"PK\x03\x04 and then nothing of a document")
    (empty / "plans" / "空.txt").write_bytes(b"")
    (empty / "plans" / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8)
    (empty / "activity" / "00_broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (empty / "activity" / "notes.csv").write_text("电话,地址\n1,2\n", "utf-8")
    told = dafeng("run", "-p", empty, "--json")
    assert told.code == 8
    named = {f["file"] for f in told.json["failures"]}
    assert named == {
        "plans/broken.docx",
        "plans/空.txt",
        "plans/picture.jpg",
        "activity/00_broken.xlsx",
        "activity/notes.csv",
    }
    assert all(f["what"] and f["mend"] for f in told.json["failures"])
    assert set(stages(told).values()) == {"done"}
    assert len(told.json["reports"]) == 3
    plain = dafeng("run", "-p", empty)
    assert plain.code == 8
    assert "✗ plans/broken.docx" in plain.out


@pytest.mark.usefixtures("quick")
def test_a_fault_of_ours_costs_the_file_and_says_whose_fault_it_is(dafeng, empty, monkeypatch):
    fill(empty)

    def faulty(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(running, "read_plan", faulty)
    told = dafeng("run", "-p", empty, "--json")
    assert told.code == 8
    (failure,) = told.json["failures"]
    assert failure["file"] == "plans/shiyan-2022.txt"
    assert "ZeroDivisionError" in failure["what"]
    assert "report it" in failure["mend"]
    assert stages(told)["activity"] == "done"


@pytest.mark.usefixtures("quick")
def test_two_plans_of_one_name_are_not_read_as_versions_of_each_other(dafeng, empty):
    (empty / "plans" / "a.txt").write_text(PLAN, "utf-8")
    (empty / "plans" / "later").mkdir()
    (empty / "plans" / "later" / "a.txt").write_text(PLAN.replace("13.5%", "9%"), "utf-8")
    told = dafeng("run", "-p", empty, "--json")
    assert told.code == 8
    assert [f["file"] for f in told.json["failures"]] == ["plans/later/a.txt"]
    assert stages(dafeng("run", "-p", empty, "--json"))["plans"] == "unchanged"


@pytest.mark.usefixtures("quick")
def test_an_area_that_no_table_knows_is_told_and_not_judged(dafeng, empty):
    fill(empty)
    (empty / "registry" / "00_areas.csv").unlink()
    told = dafeng.ok("run", "-p", empty, "--json")
    why = {s["stage"]: s["summary"].get("why", "") for s in told.json["stages"]}
    assert stages(told)["evaluation"] == "skipped"
    assert "990100" in why["evaluation"]


@pytest.mark.usefixtures("quick")
def test_a_folder_link_that_leads_out_of_the_programme_is_not_followed(dafeng, empty, tmp_path):
    (tmp_path / "secret.txt").write_text(PLAN, "utf-8")
    (empty / "plans" / "link.txt").symlink_to(tmp_path / "secret.txt")
    told = dafeng("run", "-p", empty, "--json")
    assert told.code == 8
    assert "leads out" in told.json["failures"][0]["what"]


def test_a_second_writer_is_told_at_once_and_readers_may_read(dafeng, town):
    with (town / "store" / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = dafeng("run", "-p", town, "--json")
        assert refused.code == 7
        assert "another" in refused.error["what"]
        assert dafeng("plan", "confirm", "shiyan-2022#t01", "--why", "对", "-p", town).code == 7
        dafeng.ok("plan", "list", "-p", town, "--json")
    dafeng.ok("run", "-p", town)


def test_two_runs_at_once_leave_one_whole_result(dafeng, empty, seen):
    fill(empty)
    command = [sys.executable, "-m", "dafeng.cli.main", "run", "-p", str(empty), "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [(p, *p.communicate()) for p in both]
    codes = sorted(p.returncode for p, _, _ in ended)
    assert codes in ([0, 7], [0, 0]), [e for _, _, e in ended]
    for process, _, err in ended:
        if process.returncode == 7:
            assert "another dafeng" in json.loads(err)["error"]["what"]
    assert known(empty).equals(known(seen))


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.usefixtures("quick")
def test_ctrl_c_ends_a_run_with_its_own_code_and_the_next_run_finishes(dafeng, empty, seen):
    import signal

    fill(empty)
    script = (
        "import os, signal\n"
        "from dafeng.app.accounts import accounting\n"
        "accounting.compute = lambda *_: os.kill(os.getpid(), signal.SIGINT) or __import__('time').sleep(30)\n"
        "from dafeng.cli.main import main\n"
        f"main(['run', '-p', {str(empty)!r}, '--json'])\n"
    )
    stopped = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert stopped.returncode in (130, -signal.SIGINT)
    assert "stopped" in json.loads(stopped.stderr)["error"]["what"]
    dafeng.ok("run", "-p", empty)
    assert known(empty).equals(known(seen))
