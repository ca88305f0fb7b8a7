"""Regional accounts, whatever the figures: parts make the whole, order does not matter, more fuel never emits less."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.regional.balance import closure
from dafeng.account.regional.downscale import PROXY_SCHEMA, downscaled, shares
from dafeng.account.regional.inventory import RegionalAccount, regional_account
from dafeng.account.regional.totals import by_carrier, by_row
from dafeng.collect.regional_cells import CELL_SCHEMA
from dafeng.rules.regional import regional_rules
from dafeng.rules.rulebook import packaged_rulebook

RULES, BOOK = regional_rules(), packaged_rulebook()
ROWS = ("final.agriculture", "final.industry", "final.construction", "final.transport", "final.other")
FUELS = ("raw_coal", "coke", "diesel", "natural_gas", "lpg")
AREAS = ("140100", "140200", "140300")
amount = st.floats(0, 1e7, allow_nan=False)
cell = st.tuples(st.sampled_from(AREAS), st.sampled_from(ROWS), st.sampled_from(FUELS), amount)
cells = st.lists(cell, min_size=1, max_size=25, unique_by=lambda c: c[:3])


def balance(rows: list[tuple[str, str, str, float]], scale: float = 1.0) -> pl.DataFrame:
    blank = dict.fromkeys(CELL_SCHEMA)
    made = [
        blank
        | {"cell_id": f"RC-{a}{r}{c}", "kind": "balance", "area_code": a, "period": "2014", "basis": "tce", "row": r,
           "carrier": c, "value": v * scale, "unit": "tce", "value_delivered": v, "status": "official", "sha256": "x"}
        for a, r, c, v in rows
    ]  # fmt: skip
    return pl.DataFrame(made, schema=CELL_SCHEMA, orient="row")


def account(rows: list[tuple[str, str, str, float]], scale: float = 1.0) -> RegionalAccount:
    return regional_account(balance(rows, scale), BOOK, RULES)


def whole(made: RegionalAccount) -> float:
    return made.totals.filter(total="combustion", approach="sectoral")["value"].sum()


@settings(deadline=None, max_examples=40)
@given(cells)
def test_sectors_and_fuels_both_add_up_to_the_total(rows):
    made = account(rows)
    lines = made.lines.filter(approach="sectoral")
    assert by_row(lines)["value"].sum() == pytest.approx(whole(made))
    assert by_carrier(lines)["value"].sum() == pytest.approx(whole(made))
    assert lines.height == len(rows)


@settings(deadline=None, max_examples=40)
@given(cells, st.randoms())
def test_the_order_of_cells_does_not_matter(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    one, other = account(rows), account(shuffled)
    assert one.lines["line_id"].sort().to_list() == other.lines["line_id"].sort().to_list()
    assert whole(one) == pytest.approx(whole(other))


@settings(deadline=None, max_examples=30)
@given(cells, st.floats(0.001, 1000))
def test_twice_the_energy_is_twice_the_co2(rows, scale):
    assert whole(account(rows, scale)) == pytest.approx(whole(account(rows)) * scale, rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(cells, amount)
def test_more_fuel_never_emits_less(rows, more):
    (area, row, fuel, value), *rest = rows
    assert whole(account([(area, row, fuel, value + more), *rest])) >= whole(account(rows)) - 1e-6


@settings(deadline=None, max_examples=30)
@given(cells)
def test_co2_is_carbon_times_44_over_12(rows):
    lines = account(rows).lines.filter(approach="sectoral")
    carbon = {"raw_coal": (0.02637, 0.94), "coke": (0.0295, 0.93), "diesel": (0.0202, 0.98),
              "natural_gas": (0.0153, 0.99),
              "lpg": (0.0172, 0.98)}  # fmt: skip
    for line in lines.iter_rows(named=True):
        content, oxidised = carbon[line["carrier"]]
        assert line["value"] == pytest.approx(line["activity"] * 29.3076 * content * oxidised * 44 / 12)


@settings(deadline=None, max_examples=30)
@given(cells, st.lists(st.floats(0.1, 1e6), min_size=3, max_size=3))
def test_counties_add_up_to_the_city_and_none_is_surer_than_it(rows, weights):
    made = account([("140000", *r[1:]) for r in {r[1:3]: r for r in rows}.values()])
    proxies = pl.DataFrame(
        [(a, "2014", "gdp_current", w, "official", f"F-{a}") for a, w in zip(AREAS, weights, strict=True)],
        schema=PROXY_SCHEMA,
        orient="row",
    )
    family = dict.fromkeys(AREAS, "140000")
    down = downscaled(made.lines, shares(proxies, family, RULES), family, RULES)
    assert down["value"].sum() == pytest.approx(whole(made))
    assert down["estimated"].all()
    assert set(down["status"]) == {"trial"}
    assert down["uncertainty"].min() > made.lines.filter(approach="sectoral")["uncertainty"].max()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=2, max_size=2), st.floats(-1e5, 1e5, allow_nan=False))
def test_a_balance_says_by_exactly_how_much_it_does_not_close(parts, error):
    printed = sum(parts) + error
    rows = [("140100", "supply.production", "coke", parts[0]), ("140100", "supply.stock_change", "coke", parts[1]),
            ("140100", "supply.total", "coke", printed)]  # fmt: skip
    judged = closure(balance(rows), RULES).filter(identity="supply").row(0, named=True)
    assert judged["gap"] == pytest.approx(-error, abs=1e-6)
    assert judged["closes"] == (abs(judged["gap"]) <= judged["tolerance"])
