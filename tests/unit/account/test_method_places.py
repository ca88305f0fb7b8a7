"""Method data beside energy data: where a works stood, net exports, and methods that stand under a programme's rule."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from account_frames import OLD, facts, line, months, registry
from test_method_lines import data

from dafeng.account.inventory import inventory
from dafeng.account.streams.facts import families_of
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

R, M = packaged_rulebook(), packaged_methods()
WORKS = registry(("A", "140781", "3120", OLD, None))
MOVED = date(2019, 7, 1)
POWER = facts(*months("A", "bought", "electricity", 2019, [10.0] * 12))


def made(*frames: pl.DataFrame, family: str = "ndrc_one_grid", works=WORKS) -> pl.DataFrame:
    return inventory(pl.concat(frames), R, family=family, registry=works).lines


def test_a_years_property_meets_the_months_amounts_wherever_the_works_stands():
    """The year's rows and the months' rows are of one place, or neither would be a whole line."""
    rows = [("A", "steel", "flux/limestone/amount", f"2019-{m:02d}", 100.0, "t") for m in range(1, 13)]
    lines = made(POWER, data(*rows, ("A", "steel", "flux/limestone/purity", "2019", 0.9, "1")))
    flux = line(lines, "A", "co2_process_t", "steel/flux/limestone", "2019-05")
    assert flux["value"] == pytest.approx(100 * 0.9 * 0.44)
    assert line(lines, "A", "co2_process_t", "total", "2019")["value"] == pytest.approx(1200 * 0.9 * 0.44)


def test_a_year_is_placed_where_the_works_stood_at_its_end():
    moved = registry(("A", "140781", "3120", OLD, MOVED), ("A", "140728", "3120", MOVED, None))
    lines = made(POWER, data(("A", "steel", "flux/limestone/amount", "2019", 300.0, "t")), works=moved)
    assert line(lines, "A", "co2_process_t", "total", "2019")["value"] == pytest.approx(300 * 0.44)


def test_a_net_export_of_power_stays_negative_under_a_method():
    sold = facts(*months("A", "bought", "electricity", 2019, [1.0] * 12),
                 *months("A", "sold", "electricity", 2019, [11.0] * 12))  # fmt: skip
    alone = line(made(sold), "A", "co2_electricity_t", "total", "2019")["value"]
    flux = data(("A", "steel", "flux/limestone/amount", "2019", 300.0, "t"))
    net = line(made(sold, flux), "A", "co2_electricity_t", "total", "2019")["value"]
    assert alone < 0
    assert net == pytest.approx(alone)


def test_a_plant_whose_rule_counts_what_is_bought_keeps_its_export_in_the_programme():
    sold = facts(*months("A", "bought", "electricity", 2019, [1.0] * 12),
                 *months("A", "sold", "electricity", 2019, [11.0] * 12))  # fmt: skip
    stone = data(("A", "power_generation", "desulphurisation/caco3/amount", "2019", 50.0, "t"))
    lines = made(sold, stone)
    assert line(lines, "A", "co2_electricity_t", "total", "2019")["value"] < 0
    assert line(lines, "A", "co2_process_t", "total", "2019")["value"] > 0
    bought = data(("A", "power_generation", "electricity//bought", "2019", 12.0, "MWh"))
    assert line(made(sold, stone, bought), "A", "co2_electricity_t", "total", "2019")["value"] > 0


def test_steam_given_for_the_method_takes_the_place_of_the_heat_of_the_energy_table():
    heat = facts(*months("A", "bought", "heat", 2019, [100.0] * 12))
    flux = data(("A", "steel", "flux/limestone/amount", "2019", 300.0, "t"))
    steam = data(
        ("A", "steel", "heat//steam", "2019", 10.0, "t"), ("A", "steel", "heat//enthalpy", "2019", 2783.74, "kJ/kg")
    )
    table = line(made(heat, flux), "A", "co2_heat_t", "total", "2019")["value"]
    own = line(made(heat, flux, steam), "A", "co2_heat_t", "total", "2019")["value"]
    assert own == pytest.approx(table * 27 / 1200)


def test_methods_of_the_families_that_stand_under_the_programmes_are_taken_before_the_latest():
    asked = [("cement", "2024"), ("steel", "2024"), ("lime", "2024"), ("ceramics", "2024")]
    under = families_of(M, R, asked, "ndrc_one_grid")
    assert list(under.values()) == ["ndrc_building_2013", "ndrc_steel_2013", "ndrc_general", "ndrc_ceramics_2013"]
    assert families_of(M, R, asked[:1], "gbt_32151")["cement", "2024"] == "gbt_32151"
    assert families_of(M, R, asked[:2], "provincial_2025")["steel", "2024"] == "cets_2024"


def test_a_method_under_the_programmes_rule_takes_its_electricity_factor():
    one = line(made(POWER), "A", "co2_electricity_t", "total", "2019")["value"]
    flux = data(("A", "steel", "flux/limestone/amount", "2019", 300.0, "t"))
    assert line(made(POWER, flux), "A", "co2_electricity_t", "total", "2019")["value"] == pytest.approx(one)
    other = line(made(POWER, flux, family="ndrc_steel_2013"), "A", "co2_electricity_t", "total", "2019")["value"]
    assert other != pytest.approx(one)
    assert R.under("ndrc_steel_2013") is R


def test_a_quantity_of_the_year_beside_months_is_told_and_not_lost_unseen():
    rows = [("A", "cement", "clinker/portland/amount", f"2019-{m:02d}", 100.0, "t") for m in range(1, 13)]
    shares = [("A", "cement", f"clinker/portland/{n}", "2019", v, "1") for n, v in (("cao", 0.65), ("mgo", 0.02))]
    dust = ("A", "cement", "clinker/portland/kiln_dust", "2019", 3.0, "t")
    given = pl.concat([POWER, data(*rows, *shares, dust)])
    found = inventory(given, R, family="ndrc_one_grid", registry=WORKS).findings
    told = found.filter(pl.col("kind") == "month_year")
    assert told["measure"].to_list() == ["stream:clinker/portland/kiln_dust"]
    assert "按月报送" in told["note"][0]
