"""``dafeng region``: import, balance, account, compare, control, reconcile, explain."""

from __future__ import annotations

import polars as pl
import pytest
from cli_town import CITY

BALANCE = f"""区域,年份,项目,品种,数值,单位
{CITY},2024,工业,焦炭,1000,tce
{CITY},2024,居民生活,焦炭,100,tce
{CITY},2024,一次能源生产量,焦炭,500,tce
{CITY},2024,可供本地区消费的能源量,焦炭,600,tce
"""
COKE = 29.3076 * 0.0295 * 0.93 * 44 / 12


@pytest.fixture
def accounted(dafeng, town):
    file = town / "平衡表.csv"
    file.write_text(BALANCE, "utf-8")
    made = dafeng.ok("region", "import", file, "-p", town, "--json").json
    assert (made["tables"][0]["kind"], made["tables"][0]["cells"]) == ("balance", 4)
    dafeng.ok("region", "account", "-p", town)
    return town


def test_the_account_says_total_uncertainty_status_and_what_is_wrong(dafeng, accounted):
    page = dafeng.ok("region", "account", "-p", accounted, "--json").json
    total = next(t for t in page["totals"] if (t["approach"], t["total"]) == ("sectoral", "scope1"))
    assert total["value"] == pytest.approx(1100 * COKE)
    assert 0 < total["uncertainty"] < 0.2
    assert {"open_identity", "no_process"} <= {f["kind"] for f in page["findings"]}
    shown = dafeng.ok("region", "account", "-p", accounted).out
    assert "部门法" in shown
    assert "no industrial process amounts" in shown


def test_an_open_balance_says_by_how_much(dafeng, accounted):
    rows = dafeng.ok("region", "balance", "-p", accounted, "--json").json
    supply = next(r for r in rows if r["identity"] == "supply")
    assert (supply["closes"], supply["gap"]) == (False, -100.0)
    assert "does not close" in dafeng.ok("region", "balance", "-p", accounted).out


def test_firms_and_balance_side_by_side_and_as_a_file(dafeng, accounted, tmp_path):
    out = tmp_path / "比对.parquet"
    page = dafeng.ok("region", "compare", "--area", CITY, "--out", out, "-p", accounted, "--json").json
    row = next(r for r in page["rows"] if (r["sector"], r["carrier"], r["period"]) == ("total", "total", "2024"))
    assert row["gap"] == pytest.approx(row["firms"] - row["balance"])
    assert pl.read_parquet(out).height == len(page["rows"])
    pair = next(p for p in page["pairs"] if (p["sector"], p["carrier"], p["period"]) == ("total", "total", "2024"))
    assert (pair["pair"], pair["gap"], pair["gap_share"]) == ("firms_balance", row["gap"], row["gap_share"])
    assert all(p["words"]["zh"] and p["words"]["en"] for p in page["pairs"])
    shown = dafeng.ok("region", "compare", "--area", CITY, "--period", "2024", "-p", accounted).out
    assert "firms − balance" in shown
    assert "nothing beside it" in shown  # households: no firm reports them, no gap is made


def test_dual_control_has_both_prices_and_the_change(dafeng, accounted):
    page = dafeng.ok("region", "control", "--area", CITY, "--period", "2024", "-p", accounted, "--json").json
    made = next(
        r for r in page["rows"] if (r["subject_kind"], r["measure"], r["price"]) == ("area", "co2_total_t", "constant")
    )
    assert made["intensity"] > 0
    assert made["change"] is not None


def test_a_figure_is_explained_down_to_the_row_of_the_file(dafeng, accounted):
    text = dafeng.ok("region", "explain", f"region:{CITY}:2024:sectoral:scope1", "-p", accounted).out
    assert "平衡表.csv › row 2 › 数值" in text
    assert "焦炭碳氧化率" in text


def test_what_could_not_be_read_is_said_and_the_exit_code_tells(dafeng, town):
    file = town / "坏.csv"
    file.write_text(BALANCE + f"{CITY},2024,神秘项目,焦炭,1,tce\n", "utf-8")
    made = dafeng("region", "import", file, "-p", town)
    assert made.code == 8
    assert "神秘项目" in made.out


def test_before_the_first_account_the_way_is_told(dafeng, town):
    made = dafeng("region", "explain", "region:1:2:3:4", "-p", town)
    assert made.code == 5
    assert "dafeng region account" in made.err


def test_a_rest_is_stated_listed_explained_and_withdrawn(dafeng, town):
    file = town / "ceads.csv"
    file.write_text(
        "province,year,sector,item,mt_co2\nChina,2019,Total,Scope 1 Total,100\nShanxi,2019,Total,Scope 1 Total,60\n",
        "utf-8",
    )
    dafeng.ok("region", "import", file, "-p", town)
    before = dafeng.ok("region", "reconcile", "-p", town).out
    assert "no result" in before
    assert "110000" in before
    told = ("--period", "2019", "--value", "111 Mt CO2", "--all-parts", "--source", "示例公报", "-p", town)
    made = dafeng.ok("region", "rest", *told, "--json").json
    assert made["stands"]
    assert "+11.0%" in dafeng.ok("region", "reconcile", "-p", town).out
    node = dafeng.ok("region", "explain", "parts:CN:2019:total:scope1_total", "-p", town).out
    assert "示例公报" in node
    assert "已有各下级之和" in node
    left = dafeng.ok("region", "rests", "--withdraw", made["rest_id"], "--why", "有误", "-p", town, "--json").json
    assert [r["stands"] for r in left["rests"]] == [False, False]
