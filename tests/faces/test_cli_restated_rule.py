"""A closed year when the programme takes another family of rules: run, what waits, restate for the rule, difference.

The family ``ndrc_one_grid`` takes another series of grid factors for 2020; 2021 and later are the same under both.
Yesterday's report prints the same bytes until the year is restated.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_town import CITY, FIRMS

YEAR, OTHER = 2020, 2021


@pytest.fixture
def quickly(monkeypatch) -> None:
    """A run without its report: reports are printed by themselves here."""
    monkeypatch.setattr("dafeng.cli.results.rendered", lambda report: {"report.html": report.title.encode()})


def report(dafeng, town: Path, folder: Path) -> dict[str, bytes]:
    from dafeng.adapters.documents import rendered

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dafeng.cli.results.rendered", rendered)
        dafeng.ok("report", "progress", "--year", YEAR, "--out", folder, "-p", town)
    return {f.name: f.read_bytes() for f in sorted(folder.iterdir())}


def take_family(town: Path, family: str) -> None:
    settings = town / "dafeng.toml"
    text = settings.read_text("utf-8")
    assert "family" not in text  # the town takes the usual one
    settings.write_text(f'family = "{family}"\n{text}', "utf-8")


def test_another_family_of_rules_is_restated_for_the_rule(dafeng, town, tmp_path, quickly):
    assert "no year is closed" in dafeng.ok("period", "list", "-p", town).out
    dafeng.ok("run", "--year", YEAR, "-p", town)
    for year in (YEAR, OTHER):
        assert "已封账" in dafeng.ok("period", "close", year, "--why", "年度核定", "-p", town).out
    dafeng.ok("run", "--year", YEAR, "-p", town)
    before = report(dafeng, town, tmp_path / "一")
    take_family(town, "ndrc_one_grid")
    dafeng.ok("run", "--year", YEAR, "-p", town)
    assert report(dafeng, town, tmp_path / "二") == before

    (waiting,) = dafeng.ok("period", "list", "-p", town, "--json").json["pending"]  # 2021 is the same under both
    assert (waiting["year"], waiting["moved_by"]) == (YEAR, ["rule"])
    assert set(waiting["causes"]) == {"rule", "sum"}
    listed = dafeng.ok("period", "list", "-p", town).out
    assert "规则变化 rule 3" in listed
    assert f"dafeng period restate {YEAR} --cause rule --why REASON" in listed
    assert "{" not in listed

    for wrong in ("factor", "data"):
        refused = dafeng("period", "restate", YEAR, "--cause", wrong, "--why", "换规则", "-p", town)
        assert refused.code == 2
        assert "what changed is rule" in refused.err
    made = dafeng.ok("period", "restate", YEAR, "--cause", "rule", "--why", "电力因子改用同一序列", "-p", town).out
    assert "规则变化 rule" in made
    dafeng.ok("run", "--year", YEAR, "-p", town)

    assert report(dafeng, town, tmp_path / "三") != before

    rows = dafeng.ok("period", "difference", YEAR, 2, "-p", town, "--json").json
    own = [r for r in rows if r["subject_kind"] == "enterprise"]
    assert {r["cause"] for r in own if r["item"] == "electricity"} == {"rule"}
    assert {r["cause"] for r in own} == {"rule", "sum"}  # a firm's total moved because its power did
    assert {r["subject_id"] for r in own} == {f"E-{u}" for u, _, _ in FIRMS}
    assert all(r["difference"] == pytest.approx(r["after"] - r["before"]) != 0 for r in rows)
    whole = next(r for r in rows if (r["subject_id"], r["measure"], r["item"]) == (CITY, "co2_total_t", "total"))
    assert (whole["cause"], whole["before"], whole["after"]) == (
        "sum", pytest.approx(waiting["before"]), pytest.approx(waiting["after"]))  # fmt: skip
    table = dafeng.ok("period", "difference", YEAR, 2, "-p", town).out
    assert FIRMS[0][1] in table
    assert "规则变化 rule" in table
    after = dafeng.ok("period", "list", "-p", town, "--json").json
    assert after["pending"] == []
    assert [(c["year"], c["version"], c["cause"]) for c in after["closings"]] == [
        (YEAR, 1, None), (OTHER, 1, None), (YEAR, 2, "rule")]  # fmt: skip
    again = dafeng("period", "restate", YEAR, "--cause", "rule", "--why", "再来", "-p", town)
    assert again.code == 2
    assert "nothing would change" in again.err
