"""Doubtful values are marked with the reason; sound ones are left in peace; nothing is changed."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from collect_tables import LATER, energy_row, imported

from dafeng.collect.plausible import default_checks, plausibility


def year(
    item: str = "烟煤", unit: str = "吨", changed: dict[int, Any] | None = None, **more: Any
) -> list[tuple[Any, ...]]:
    return [energy_row(f"2023-{m:02d}", item, unit, used=(changed or {}).get(m, 100 + m), **more) for m in range(1, 13)]


def doubts(*rows: tuple[Any, ...], **known: Any) -> list[tuple[str, str, int]]:
    done = imported(*rows, **known)
    assert done.parsed.rejected.is_empty()
    assert len(done.parsed.rows) == len(rows)
    return done.parsed.faults.select("kind", "column", "row").rows()


def test_a_sound_year_has_no_findings() -> None:
    assert doubts(*year()) == []


@pytest.mark.parametrize("factor", [1000, 10_000, 0.001])
def test_a_month_in_another_unit_stands_out_from_its_own_series(factor: float) -> None:
    found = doubts(*year(changed={6: 106 * factor}))
    assert found == [("unit_scale", "used", 7)]  # once for the cell, and not for the month that comes back


def test_a_jump_is_told_of_the_month_that_left_the_usual_not_of_the_one_that_came_back() -> None:
    assert doubts(*year(changed={6: 1_100})) == [("month_jump", "used", 7)]
    assert doubts(*year(changed={6: 10})) == [("month_jump", "used", 7)]


def test_what_rounding_leaves_is_no_imbalance() -> None:
    assert doubts(energy_row(opening=0, bought=1e-13, used=0, closing=0)) == []
    assert doubts(energy_row(opening=0, bought=0.02, used=0.05, closing=0)) == [("stock_balance", "used", 2)]


def test_a_month_in_another_unit_stands_out_from_what_is_known_already() -> None:
    known = imported(*year()).facts
    found = doubts(energy_row("2024-01", used=108_000), existing=known, at=LATER)
    assert ("unit_scale", "used", 2) in found


def test_known_facts_are_not_marked_again() -> None:
    known = imported(*year(changed={6: 106_000})).facts
    assert doubts(energy_row("2024-05", used=108), existing=known, at=LATER) == []


def test_a_whole_series_in_kilowatt_hours_called_megawatt_hours_is_beyond_any_works() -> None:
    months = {m: 30_000_000 + m for m in range(1, 13)}
    found = doubts(*year("电力", "兆瓦时", changed=months))
    assert {kind for kind, *_ in found} == {"beyond_any_works"}
    assert len(found) == 12
    assert doubts(*year("电力", "千瓦时", changed=months)) == []


def test_stocks_that_do_not_balance_are_told_with_what_they_give() -> None:
    good = energy_row(opening=50, bought=100, used=110, sold=10, closing=30)
    bad = energy_row("2023-07", opening=50, bought=100, used=150, closing=30)
    done = imported(good, bad)
    assert done.parsed.faults.select("kind", "row").rows() == [("stock_balance", 3)]
    assert "120 t" in done.parsed.faults["what"].item()


def test_without_stock_figures_on_both_ends_there_is_no_balance_to_check() -> None:
    assert doubts(energy_row(opening=50, bought=100, used=150)) == []


def test_opening_stock_must_be_the_closing_stock_of_the_month_before() -> None:
    rows = [energy_row("2023-12", used=1, closing=30), energy_row("2024-01", used=1, opening=35)]
    assert doubts(*rows) == [("stock_carry", "opening_stock", 3)]


def test_feedstock_is_part_of_what_was_used() -> None:
    header = ("统一社会信用代码", "时期", "能源品种", "计量单位", "消费量", "原料用能")
    row = energy_row(used=10)[:4]
    done = imported((*row, 10, 12), header=header)
    assert done.parsed.faults.select("kind", "column").rows() == [("feedstock_above_used", "feedstock")]
    assert imported((*row, 12, 12), header=header).parsed.faults.is_empty()


def test_a_year_that_is_not_the_sum_of_its_months_is_told() -> None:
    total = sum(100 + m for m in range(1, 13))
    assert doubts(*year(), energy_row("2023", used=total)) == []
    assert doubts(*year(), energy_row("2023", used=total + 100)) == [("year_against_months", "used", 14)]
    assert doubts(*year()[:11], energy_row("2023", used=1)) == []


def test_findings_are_warnings_in_both_languages() -> None:
    faults = imported(*year(changed={6: 106_000})).parsed.faults
    assert set(faults["severity"]) == {"warning"}
    first = faults.filter(kind="unit_scale").row(0, named=True)
    assert "106000 t" in first["what"]
    assert "106000" in first["what_zh"]
    assert "单位" in first["mend_zh"]


def test_thresholds_are_data() -> None:
    facts = imported(*year(changed={6: 500})).facts
    assert plausibility(facts).is_empty()
    strict = [dict(check) | ({"ratio": 2} if check["id"] == "month_jump" else {}) for check in default_checks()]
    assert set(plausibility(facts, checks=strict)["kind"]) == {"month_jump"}
    assert plausibility(facts, checks=[]).is_empty()


def test_order_of_rows_does_not_matter() -> None:
    facts = imported(*year(changed={6: 106_000})).facts
    one, other = plausibility(facts), plausibility(facts.reverse())
    assert one.sort(pl.all()).equals(other.sort(pl.all()))
