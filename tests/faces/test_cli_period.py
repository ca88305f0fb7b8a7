"""``dafeng period``: a closed year prints the same bytes after its data changed; a restatement says what and why."""

from __future__ import annotations

from pathlib import Path

from cli_town import CITY, FIRMS


def report(dafeng, town: Path, folder: Path) -> dict[str, bytes]:
    dafeng.ok("report", "progress", "--out", folder, "-p", town)
    return {f.name: f.read_bytes() for f in sorted(folder.iterdir())}


def test_close_correct_run_print_restate(dafeng, town, tmp_path):
    dafeng.ok("run", "-p", town)
    dafeng.ok("period", "close", 2024, "--why", "年度核定", "-p", town)
    dafeng.ok("run", "-p", town)
    before = report(dafeng, town, tmp_path / "一")
    assert {Path(n).suffix for n in before} >= {".html", ".docx", ".pdf"}
    worth = f"统一社会信用代码,时期,能源品种,计量单位,消费量\n{FIRMS[0][0]},2024-03,焦炭,吨,54321\n"
    (town / "activity" / "更正.csv").write_bytes(worth.encode("utf-8-sig"))
    dafeng.ok("run", "-p", town)
    assert report(dafeng, town, tmp_path / "二") == before
    listed = dafeng.ok("period", "list", "-p", town, "--json").json
    (waiting,) = listed["pending"]
    assert waiting["year"] == 2024
    assert waiting["causes"]["data"] >= 1
    assert waiting["before"] != waiting["after"]
    out = tmp_path / "account.zip"
    dafeng.ok("account", "export", "--out", out, "-p", town)
    assert "NOT" not in dafeng.ok("recompute", out).out
    refused = dafeng("period", "restate", 2024, "--cause", "factor", "--why", "更正抄表", "-p", town)
    assert refused.code != 0
    assert "what changed is data" in refused.err
    dafeng.ok("period", "restate", 2024, "--cause", "data", "--why", "更正抄表", "-p", town)
    dafeng.ok("run", "-p", town)
    shown = dafeng.ok("period", "difference", 2024, 2, "-p", town).out
    assert FIRMS[0][1] in shown
    rows = dafeng.ok("period", "difference", 2024, 2, "-p", town, "--json").json
    assert any(r["subject_id"] == CITY and r["cause"] == "sum" for r in rows)
    assert report(dafeng, town, tmp_path / "三") != before
    assert dafeng.ok("period", "list", "-p", town, "--json").json["pending"] == []
    again = dafeng("period", "restate", 2024, "--cause", "data", "--why", "再来", "-p", town)
    assert again.code != 0
    assert "nothing would change" in again.err
