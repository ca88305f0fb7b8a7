"""Three totals of energy by hand: statistical, control and fossil, in both values 当量值、等价值."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "account"))

from account_frames import facts

from dafeng.account.energy.flow import energy_flow
from dafeng.account.energy.totals import CERTIFIED, energy_totals
from dafeng.account.inventory import enterprise_lines
from dafeng.rules.rulebook import packaged_rulebook

CASE: dict[str, Any] = json.loads((Path(__file__).parent / "energy" / "three_totals.json").read_text("utf-8"))
RULES = packaged_rulebook()
FAMILY = RULES.family("ndrc_general")
C = CASE["coefficients"]
ROWS = [("E-1", what, item, str(year), value) for year, name in ((2022, "given"), (2020, "given_base"))
        for what, item, value in CASE[name]]  # fmt: skip


def by_hand(power: float) -> dict[str, float]:
    """The arithmetic of the case in plain numbers; power: tce per MWh of the value asked."""
    fuel = 1360 * C["anthracite"] + 120 * C["bituminous"]
    statistical = fuel + (1020 - 40) * power + 500 * C["heat"]
    feedstock = 620 * C["anthracite"]
    added = (150 - 30) * power
    return {
        "statistical": statistical, "feedstock": feedstock, "feedstock_deducted": feedstock,
        "renewables_deducted": added, "control_intensity": statistical - feedstock,
        "control_total": statistical - feedstock - added, "fossil": statistical - 150 * power, "fossil_fuels": fuel,
    }  # fmt: skip


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    held = facts(*ROWS)
    certified = pl.DataFrame([("E-1", *row) for row in CASE["certified"]], schema=CERTIFIED, orient="row")
    return energy_totals(enterprise_lines(held, RULES), held, RULES, FAMILY, certified=certified).rows


@pytest.mark.parametrize("item", ["anthracite", "bituminous", "heat"])
def test_the_coefficients_are_those_of_the_rulebook(item: str) -> None:
    assert RULES.parameter(f"gbt2589.{item}.tce").on(date(2022, 6, 1)).value == pytest.approx(C[item], rel=1e-9)


@pytest.mark.parametrize("value", ["calorific", "equivalent"])
@pytest.mark.parametrize("measure", sorted(by_hand(0.0)))
def test_each_total_is_the_one_worked_out_by_hand(made: pl.DataFrame, measure: str, value: str) -> None:
    row = made.filter(measure=measure, year=CASE["year"]).row(0, named=True)
    assert row[value] == pytest.approx(by_hand(C[f"electricity_{value}"])[measure], rel=1e-9)


def test_what_flows_in_flows_out() -> None:
    """The flow of the same works: every node closes, and what enters is what is used, sold and fed."""
    flow = energy_flow(facts(*ROWS), RULES, FAMILY)
    links = flow.links.filter(pl.col("year") == CASE["year"])
    assert flow.balances.filter(pl.col("year") == CASE["year"])["balanced"].all()
    ends: dict[str, float] = {}
    for source, target, tce in links.select("source", "target", "tce_calorific").iter_rows():
        ends[source] = ends.get(source, 0.0) - tce
        ends[target] = ends.get(target, 0.0) + tce
    inner = [v for node, v in ends.items() if node.startswith("item:")]
    assert inner == pytest.approx([0.0] * len(inner), abs=1e-6)
    assert ends["feedstock:ammonia"] == pytest.approx(by_hand(0)["feedstock"])
    assert ends["sold"] == pytest.approx(40 * C["electricity_calorific"])
