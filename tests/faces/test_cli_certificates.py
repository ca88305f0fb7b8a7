"""``dafeng certificates``: enter, list, claim, be refused, retire, withdraw, balance; and a backup keeps the ledger."""

from __future__ import annotations

import sqlite3

import pytest
from cli_town import ENERGY_HEADS, FIRMS, csv

from dafeng.cli.options import SOME_FILES_FAILED

USCC = FIRMS[0][0]
FIRM = f"E-{USCC}"
HEAD = (
    "统一社会信用代码",
    "证书种类",
    "起始编号",
    "终止编号",
    "张数",
    "电量生产年月",
    "取得日期",
    "取得方式",
    "电源类型",
)
# I-RECs have no last day: what is tested must not depend on the day of the test
BLOCK = (USCC, "I-REC", "IREC-000001", "IREC-010000", 10_000, "2024-03", "2024-05-10", "购入", "太阳能发电")


@pytest.fixture
def held(dafeng, town):
    """The town with months of electricity and ten thousand certificates of its first firm."""
    months = [(USCC, FIRMS[0][1], f"2024-{m:02d}", "电力", "万千瓦时", 40.0, 40.0) for m in range(1, 13)]
    (town / "power.csv").write_bytes(csv([ENERGY_HEADS, *months]))
    dafeng.ok("import", town / "power.csv", "-p", town)
    (town / "certificates.csv").write_bytes(csv([HEAD, BLOCK]))
    told = dafeng.ok("certificates", "import", town / "certificates.csv", "-p", town, "--json").json
    assert (told[0]["entered"], told[0]["rejected"]) == (1, 0)
    return town


def claim(dafeng, folder, *more):
    return dafeng("certificates", "claim", "-e", FIRM, "-p", folder, "--json", *more)


def test_a_claim_is_tried_made_refused_and_retired(dafeng, held):
    tried = claim(dafeng, held, "--month", "2024-05", "--count", "250", "--dry-run").json
    assert (tried["state"], tried["claim_id"]) == ("proposed", None)
    made = claim(dafeng, held, "--month", "2024-05", "--count", "250").json
    assert (made["state"], made["count"], made["ranges"]) == ("claimed", 250, tried["ranges"])
    again = claim(dafeng, held, "--month", "2024-06", "--purpose", "footprint", "--codes", "IREC-000200", "IREC-000300")
    assert again.code == 9
    assert made["claim_id"] in again.error["what"]
    over = claim(dafeng, held, "--month", "2024-05", "--count", "151")
    assert over.code == 2
    assert "left 150 MWh" in over.error["what"]
    done = dafeng.ok("certificates", "retire", made["claim_id"], "--number", "N-7", "-p", held, "--json").json
    assert (done["state"], done["retirement"]) == ("retired", "N-7")
    assert dafeng("certificates", "withdraw", made["claim_id"], "--why", "误填", "-p", held).code == 9


def test_the_balance_adds_up_and_shows_both_methods(dafeng, held):
    made = claim(dafeng, held, "--month", "2024-05", "--count", "400").json
    book = dafeng.ok("certificates", "balance", "-e", FIRM, "--year", "2024", "-p", held, "--json").json
    assert {k: book["totals"][k] for k in ("held", "free", "claimed", "retired", "expired")} == {
        "held": 10_000, "free": 9_600, "claimed": 400, "retired": 0, "expired": 0,
    }  # fmt: skip
    may = next(m for m in book["months"] if m["month"] == "2024-05")
    assert (may["electricity_mwh"], may["market_t"]) == (400.0, pytest.approx(400 * 0.6096))  # not retired: not counted
    assert "not retired" in may["note"]["en"]
    shown = dafeng.ok("certificates", "balance", "-e", FIRM, "--year", "2024", "-p", held).out
    assert "market-based 市场法" in shown
    assert "free 可用 9,600" in shown
    assert "400.0 MWh claimed and not retired" in shown
    dafeng.ok("certificates", "withdraw", made["claim_id"], "--why", "月份填错", "-p", held)
    rows = dafeng.ok("certificates", "list", "--claims", "-p", held, "--json").json["rows"]
    assert [(r["claim_id"], r["state"], r["reason"]) for r in rows] == [(made["claim_id"], "withdrawn", "月份填错")]
    assert dafeng.ok("certificates", "list", "-p", held, "--json").json["total"] == 1
    assert "IREC-010000" in dafeng.ok("certificates", "list", "-p", held).out
    done = claim(dafeng, held, "--month", "2024-05", "--count", "400").json
    dafeng.ok("certificates", "retire", done["claim_id"], "--number", "N-8", "-p", held)
    book = dafeng.ok("certificates", "balance", "-e", FIRM, "--year", "2024", "-p", held, "--json").json
    assert next(m for m in book["months"] if m["month"] == "2024-05")["market_t"] == 0.0


def test_rows_that_fail_are_named_and_the_same_row_again_is_not_one(dafeng, held, tmp_path):
    other = (USCC, "I-REC", "IREC-009999", "IREC-010001", "", "2024-03", "2024-05-10", "购入", "太阳能发电")
    (tmp_path / "more.csv").write_bytes(csv([HEAD, BLOCK, other]))
    told = dafeng("certificates", "import", tmp_path / "more.csv", "-p", held, "--json")
    assert told.code == SOME_FILES_FAILED
    assert {k: told.json[0][k] for k in ("rows", "rejected", "entered", "unchanged")} == {
        "rows": 2, "rejected": 1, "entered": 0, "unchanged": 1,
    }  # fmt: skip
    assert "certificates.csv" in str(told.json[0]["problems"]) or "row 2" in str(told.json[0]["problems"])
    assert dafeng("certificates", "claim", "-e", FIRM, "--month", "spring", "-p", held).code == 2
    assert dafeng("certificates", "import", tmp_path / "none.csv", "-p", held).code == 2


def test_template_and_inbox_take_the_table_too(dafeng, held, tmp_path):
    dafeng.ok("certificates", "template", "--out", tmp_path / "t.xlsx", "-p", held)
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"
    dafeng.ok("template", "certificates", "--out", tmp_path / "u.csv", "--form", "csv", "-p", held)
    extra = (USCC, "I-REC", "IREC-020001", "", "", "2024-04", "2024-05-10", "购入", "风电")
    (held / "activity" / "40_certificates.csv").write_bytes(csv([HEAD, extra]))
    dafeng.ok("import", held / "activity" / "40_certificates.csv", "-p", held)
    assert dafeng.ok("certificates", "list", "-p", held, "--json").json["total"] == 2


def test_a_backup_brings_the_ledger_back_and_the_doctor_finds_what_is_used_twice(dafeng, held, tmp_path):
    made = claim(dafeng, held, "--month", "2024-05", "--count", "250").json
    dafeng.ok("certificates", "withdraw", made["claim_id"], "--why", "误填", "-p", held)
    kept = claim(dafeng, held, "--month", "2024-05", "--count", "200").json
    dafeng.ok("backup", tmp_path / "b.zip", "-p", held)
    back = tmp_path / "back"
    dafeng.ok("restore", tmp_path / "b.zip", back)
    before, after = (
        dafeng.ok("certificates", "balance", "-e", FIRM, "--year", "2024", "-p", f, "--json").json for f in (held, back)
    )
    assert before == after
    refused = claim(dafeng, back, "--month", "2024-06", "--codes", "IREC-000001", "IREC-000001")
    assert kept["claim_id"] in refused.error["what"]
    assert _checked(dafeng, back)["level"] == "ok"
    with sqlite3.connect(back / "store" / "dafeng.db") as db:  # as somebody would who goes round the triggers
        db.execute("DROP TRIGGER certificate_uses_once")
        db.execute(
            "INSERT INTO certificate_uses (claim_id, block_no, first_off, last_off, live) "
            "SELECT claim_id, block_no, 0, 5, 1 FROM certificate_uses WHERE live LIMIT 1"
        )
    found = _checked(dafeng, back)
    assert found["level"] == "fail"
    assert kept["claim_id"] in found["what"]


def _checked(dafeng, folder) -> dict:
    told = dafeng("doctor", "-p", folder, "--json").json
    return next(c for c in told["findings"] if c["check"] == "certificates")
