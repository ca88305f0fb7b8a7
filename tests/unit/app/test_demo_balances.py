"""The demonstration's balances: read whole, closing where they should, with the two faults that a reader finds."""

from __future__ import annotations

import polars as pl

from dafeng.account.regional.balance import closure
from dafeng.app.demo import balances
from dafeng.app.demo.city import CITY
from dafeng.collect.regional_cells import Given
from dafeng.collect.regional_tables import read_regional
from dafeng.rules.regional import regional_rules

AMOUNTS = pl.DataFrame(
    [
        (year, measure, item, power, value)
        for year in balances.BALANCE_YEARS
        for measure, item, power, value in (
            ("energy_used", "bituminous", True, 6e6), ("energy_used", "bituminous", False, 4e6),
            ("energy_used", "cleaned_coal", False, 1.1e7), ("energy_used", "coke", False, 2.5e6),
            ("energy_produced", "coke", False, 7.7e6), ("energy_used", "electricity", False, 2.3e7),
            ("energy_produced", "electricity", True, 2.2e7), ("energy_used", "natural_gas", False, 5e4),
            ("energy_feedstock", "bituminous", False, 9e5), ("energy_used", "diesel", False, 1.5e4),
        )
    ],
    schema=["year", "measure", "item", "power", "value"], orient="row",
)  # fmt: skip


def test_the_workbook_is_read_whole_and_closes_but_for_the_misprint():
    table = read_regional(balances.balance_workbook(AMOUNTS), "演示.xlsx", Given(area=CITY))
    assert (table.kind, table.parsed.rejected.height) == ("balance", 0)
    assert set(table.cells["period"]) == {str(y) for y in balances.BALANCE_YEARS}
    checks = closure(table.cells, regional_rules())
    off = checks.filter(~pl.col("closes")).select("period", "carrier", "identity").sort("identity").rows()
    assert off == [("2022", "diesel", "closing"), ("2022", "diesel", "final")]


def test_one_fuel_does_not_come_together_and_the_balance_says_so():
    cells = read_regional(balances.balance_workbook(AMOUNTS), "演示.xlsx", Given(area=CITY)).cells
    apart = cells.filter(pl.col("row") == "difference").select("period", "carrier").rows()
    assert apart == [("2023", "raw_coal")]


def test_the_same_amounts_give_the_same_bytes():
    assert balances.balance_workbook(AMOUNTS) == balances.balance_workbook(AMOUNTS)


def test_the_counties_come_to_more_than_the_city():
    rows = pl.read_csv(balances.inventory_csv(), schema_overrides={"area": pl.String})
    city = rows.filter((pl.col("area") == CITY) & (pl.col("year") == 2024))["mt_co2"].item()
    counties = rows.filter((pl.col("area") != CITY) & (pl.col("year") == 2024))["mt_co2"]
    assert len(counties) == 12
    assert 1.05 < counties.sum() / city < 1.09
