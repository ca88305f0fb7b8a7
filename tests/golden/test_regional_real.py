"""Real regional data 真实数据: the yearbook balance of Shanxi, published inventories, their known errors and gaps.

The data lie beside the repository (../shared/data); without them these tests are skipped.
"""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dafeng.account.regional.balance import balance_findings, closure, total_columns
from dafeng.account.regional.factors import OWN_SCHEMA
from dafeng.account.regional.inventory import (
    implausible,
    implied_factors,
    regional_account,
    sums_that_do_not_add_up,
)
from dafeng.account.regional.reconcile import reconcile, reconciliation_findings
from dafeng.account.regional.rests import REST_SCHEMA
from dafeng.collect.regional_tables import RegionalTable, read_regional
from dafeng.rules.regional import regional_rules
from dafeng.rules.rulebook import packaged_rulebook

CASE = json.loads((Path(__file__).parent / "regional" / "shanxi_2014.json").read_text("utf-8"))
RULES = regional_rules()
THIRTY = sorted({c for n, c in RULES.provinces.items() if c != "CN" and c != "540000"})
PUBLISHED_SUM_OF_30_MT = 10_864  # stated by the set's own README for 2019; three provinces are kept back from us


@pytest.fixture(scope="module")
def sets(shared: Path) -> Path:
    folder = shared / "data"
    if not (folder / "ceads-co2").is_dir():
        pytest.skip("needs the real sets in ../shared/data, which are not here")
    return folder


def table(file: Path) -> RegionalTable:
    return read_regional(file.read_bytes(), file.name)


@pytest.fixture(scope="module")
def shanxi(sets: Path) -> pl.DataFrame:
    return table(sets / "shanxi-energy-balance-2014" / "shanxi_2014_mtce.csv").cells


@pytest.fixture(scope="module")
def provinces(sets: Path) -> RegionalTable:
    return table(sets / "ceads-co2" / "province_sector_fuel_1997_2019.parquet")


@pytest.fixture(scope="module")
def nation(sets: Path) -> RegionalTable:
    return table(sets / "ceads-co2" / "china_2005_2019.csv")


# -- the sets load whole --------------------------------------------------------------------------------------------


def test_every_figure_of_the_published_sets_is_read(sets, provinces, nation):
    assert provinces.read == provinces.cells.height == 214_042
    assert provinces.cells["area_code"].n_unique() == 27
    assert nation.read == nation.cells.height == 9_467
    cities = table(sets / "ceads-co2" / "city_totals_1997_2019.csv")
    assert (cities.read, cities.cells.height) == (3_929, 3_928)
    assert cities.faults["text"].to_list() == ["20.04247"] or "新疆伊犁州直属县" in cities.faults["what_zh"][0]


def test_a_wide_sheet_as_published_gives_the_same_figures_as_the_list(provinces):
    """The list turned back into the publisher's wide form, one sheet a year, reads to the same cells."""
    own = provinces.cells.filter(area_code="140000", period="2014")
    forms = {s.code: s.en for s in RULES.sectors.values()} | {"total": "TotalEmissions"}
    heads = {c.code: c.en for c in RULES.carriers.values()} | {"diesel": "Diesel", "lpg": "LPG"}
    wide = own.with_columns(
        pl.col("row").replace(forms), pl.col("carrier").replace(heads), mt=pl.col("value") / 1e6
    ).pivot(on="carrier", index="row", values="mt")
    out = io.BytesIO()
    wide.rename({"row": "Emission_Inventory (Mt)"}).write_excel(out, worksheet="Shanxi2014")
    again = read_regional(out.getvalue(), "Shanxi2014.xlsx", given_of())
    key = ["row", "carrier"]
    both = own.join(again.cells, on=key, suffix="_2")
    assert both.height == own.height == again.cells.height
    assert (both["value"] - both["value_2"]).abs().max() < 1e-3


def given_of():
    from dafeng.collect.regional_cells import Given

    return Given(area="140000", period="2014")


# -- the balance closes, or says where it does not ---------------------------------------------------------------------


def test_the_balance_of_shanxi_closes_in_every_fuel_but_diesel(shanxi):
    closed = closure(shanxi, RULES)
    assert closed["closes"].null_count() == 0
    open_ = closed.filter(~pl.col("closes"))
    assert open_.select("identity", "carrier").rows() == [("final", "diesel"), ("closing", "diesel")]
    assert open_["gap"].to_list() == pytest.approx(
        [1_457.0, 1_457.0]
    )  # tce: the statistical difference of 0.00146 Mtce


def test_the_expected_figures_of_the_balance_are_there(shanxi):
    def mtce(row: str, carrier: str) -> float:
        return shanxi.filter(row=row, carrier=carrier)["value"].item() / 1e6

    assert mtce("final.industry", "total_energy") == pytest.approx(95.0714244)
    assert mtce("transform.coking", "coke") == pytest.approx(85.1163064)
    assert mtce("supply.export_province", "coke") == pytest.approx(-70.70, abs=0.01)
    assert mtce("supply.export_province", "electricity") == pytest.approx(-10.46, abs=0.01)


def test_printed_sums_of_coal_are_not_the_sum_of_its_fuels_and_are_never_used(shanxi):
    off = total_columns(shanxi, RULES).filter(row="transform.washing", carrier="total_coal")
    assert off["gap"].item() / 1e6 == pytest.approx(-23.1, abs=0.1)
    with_out = regional_account(shanxi.filter(~pl.col("carrier").str.starts_with("total_")), packaged_rulebook(), RULES)
    assert (
        with_out.totals["value"].to_list()
        == regional_account(shanxi, packaged_rulebook(), RULES).totals["value"].to_list()
    )


def test_the_known_bad_rows_of_2010_are_found_and_not_mended(sets):
    bad = table(sets / "shanxi-energy-balance-2014" / "energy_balance_bad_rows_2010.csv")
    found = balance_findings(bad.cells, RULES)
    assert found.select("kind", "row", "carrier").rows() == [
        ("sign", "transform.washing", "raw_coal"),
        ("part_exceeds", "final.industry.heavy", "electricity"),
    ]
    assert bad.cells.filter(row="transform.washing", carrier="raw_coal")["value"].item() == pytest.approx(144.4065e6)


# -- the published inventory is made again ---------------------------------------------------------------------------


def published_account(shanxi: pl.DataFrame) -> pl.DataFrame:
    own = pl.DataFrame(
        [{"evidence": "fitted", "status": "user", **f} for f in CASE["factors"]], schema=OWN_SCHEMA, strict=False
    )
    return regional_account(shanxi, packaged_rulebook(), RULES, own=own).lines.filter(
        approach="sectoral", part="combustion"
    )


@pytest.mark.parametrize("carrier", sorted(CASE["totals_mt"]))
def test_totals_by_fuel_are_reproduced_with_the_publishers_factors(shanxi, carrier):
    ours = published_account(shanxi).filter(carrier=carrier)["value"].sum() / 1e6
    assert ours == pytest.approx(
        CASE["totals_mt"][carrier], rel=CASE["tolerance"]["rel"], abs=CASE["tolerance"]["abs_mt"]
    )


def test_single_cells_of_the_published_inventory_are_reproduced(shanxi):
    lines = published_account(shanxi)
    for row, carrier, mt in CASE["cells_mt"]:
        ours = lines.filter(row=row, carrier=carrier)["value"].item() / 1e6
        assert ours == pytest.approx(mt, rel=3e-4, abs=5e-6), (row, carrier)


def test_what_a_factor_of_ones_own_did_stands_on_the_line(shanxi):
    line = published_account(shanxi).filter(carrier="coke", row="final.industry").row(0, named=True)
    assert line["status"] == "user"
    assert "自有因子" in line["note"]
    assert len(line["inputs"]) == 2  # industry, and what was used as material


def test_an_impossible_cell_of_the_published_inventory_is_pointed_out(shanxi, provinces):
    own = provinces.cells.filter(area_code="140000", period="2014")
    found = implausible(implied_factors(own, shanxi, RULES))
    assert found.select("kind", "row", "carrier").rows() == [("implied_factor", "industry_power", "briquette")]
    assert found["value"].item() > 6  # tCO2/tce; pure carbon gives 3.3
    difference = CASE["differences"][0]
    gangue = -sum(
        shanxi.filter(carrier="coal_gangue", row=r)["value"].item()
        for r in ("transform.thermal_power", "transform.heating")
    )
    power = own.filter(row="production_and_supply_of_electric", carrier="briquette")["value"].item()
    assert power / 1e6 == pytest.approx(difference["published"])
    assert power / gangue == pytest.approx(7.346744, rel=1e-5)


def test_the_account_by_the_guide_lies_near_the_published_one_and_says_how_sure_it_is(shanxi, provinces):
    made = regional_account(shanxi, packaged_rulebook(), RULES)
    total = made.totals.filter(approach="sectoral", total="combustion").row(0, named=True)
    fuels = provinces.cells.filter(
        pl.col("area_code") == "140000", pl.col("period") == "2014", pl.col("row") == "total",
        ~pl.col("carrier").is_in(["process", "scope1_total"]),
    )["value"].sum()  # fmt: skip
    assert total["value"] == pytest.approx(fuels, rel=0.05)
    assert total["value"] != fuels
    assert total["status"] == "trial"
    assert 0.03 < total["uncertainty"] < 0.15


def test_a_year_before_the_guide_has_no_result_and_the_reason(shanxi):
    made = regional_account(shanxi, packaged_rulebook(), RULES, "provincial_2025")
    assert made.totals.filter(approach="sectoral", total="combustion")["value"].item() is None
    assert "no_factor" in made.findings["kind"].to_list()
    told = regional_account(shanxi.with_columns(period=pl.lit("2022")), packaged_rulebook(), RULES, "provincial_2025")
    assert told.totals.filter(approach="sectoral", total="combustion")["value"].item() > 4e8
    early = regional_account(shanxi, packaged_rulebook(), RULES, as_of=date(2010, 1, 1))
    assert early.lines.height == made.lines.height


# -- provinces against the nation ----------------------------------------------------------------------


def test_the_known_gap_of_eleven_percent_in_2019_is_a_finding(provinces, nation):
    """The set withholds three provinces; what its README states of all thirty closes the sum, and is said."""
    stated = dict.fromkeys(REST_SCHEMA) | {
        "rest_id": "RR-1", "area_code": "CN", "period": "2019", "row": "total", "carrier": "scope1_total", "of": "all",
        "parts": [], "value": PUBLISHED_SUM_OF_30_MT * 1e6, "status": "user",
    }  # fmt: skip
    rows = reconcile(provinces.cells, nation.cells, THIRTY, rest=pl.DataFrame([stated], schema=REST_SCHEMA))
    found = reconciliation_findings(rows, "CN").filter(period="2019", row="total", carrier="scope1_total")
    assert found["kind"].to_list() == ["parts_and_whole"]
    assert found["value"].item() / found["other"].item() - 1 == pytest.approx(0.109, abs=0.001)
    assert "+10.9%；已计入声明的其余部分" in found["note"].item()
    row = rows.filter(period="2019", row="total", carrier="scope1_total").row(0, named=True)
    assert row["missing"] == ["130000", "320000", "530000"]
    assert row["rest"] == pytest.approx(1_904.35e6, abs=1e4)
    assert rows.filter(period="2018", row="total", carrier="scope1_total")["complete"].item() is False


def test_without_the_three_provinces_the_sum_is_no_result_but_says_who_is_missing(provinces, nation):
    rows = reconcile(provinces.cells, nation.cells, THIRTY)
    row = rows.filter(period="2019", row="total", carrier="scope1_total").row(0, named=True)
    assert row["missing"] == ["130000", "320000", "530000"]
    assert not row["complete"]
    assert reconciliation_findings(rows, "CN").filter(row="total", carrier="scope1_total", period="2019").is_empty()


def test_parts_that_exceed_the_whole_though_some_are_missing_are_a_finding(provinces, nation):
    found = reconciliation_findings(reconcile(provinces.cells, nation.cells, THIRTY), "CN")
    gas = found.filter(period="2019", row="total", carrier="natural_gas").row(0, named=True)
    assert gas["kind"] == "parts_exceed"
    assert gas["gap"] / gas["other"] == pytest.approx(0.0846, abs=0.001)


def test_sectors_of_every_published_inventory_add_up(provinces):
    cells = provinces.cells
    sums = cells.filter(pl.col("row") != "total").group_by("area_code", "period", "carrier").agg(pl.col("value").sum())
    printed = cells.filter(pl.col("row") == "total").select("area_code", "period", "carrier", printed="value")
    off = sums.join(printed, on=["area_code", "period", "carrier"]).filter(
        (pl.col("value") - pl.col("printed")).abs() > 30
    )
    assert sums_that_do_not_add_up(cells).is_empty()
    one = (pl.col("area_code") == "140000") & (pl.col("period") == "2014") & (pl.col("row") == "total")
    spoilt = cells.with_columns(
        value=pl.when(one & (pl.col("carrier") == "coke")).then(pl.col("value") + 1e6).otherwise("value")
    )
    found = sums_that_do_not_add_up(spoilt)
    assert found.select("kind", "carrier", "gap").rows() == [
        ("sectors_and_total", "coke", pytest.approx(-1e6, rel=1e-4)),
        ("fuels_and_total", "scope1_total", pytest.approx(1e6, rel=1e-4)),
    ]
    assert off.is_empty()  # t: forty figures rounded to 1e-6 Mt
