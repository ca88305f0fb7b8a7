"""Decomposition by hand, the zero and the negative cases, and from accounts to drivers."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest
from evaluate_frames import facts, lines, registry

from dafeng.base.errors import BadRequest
from dafeng.evaluate.driver_frames import drivers_of_change
from dafeng.evaluate.drivers import EFFECTS, decompose


def activity(*rows):
    return pl.DataFrame(
        rows, schema={"industry_code": pl.String, "period": pl.String, "value_added": pl.Float64}, orient="row"
    )


def use(*rows):
    names = {
        "industry_code": pl.String,
        "item": pl.String,
        "period": pl.String,
        "energy": pl.Float64,
        "co2": pl.Float64,
    }
    return pl.DataFrame(rows, schema=names, orient="row")


def run(act, used, **more):
    return decompose(act, used, "2020", "2023", **more)


def test_one_industry_by_hand():
    """Q 100 → 120, energy 2 → 1.5 per Q, 2.5 t per unit of energy: 500 → 450, L = 50/ln(10/9) = 474.561."""
    found = run(
        activity(("31", "2020", 100.0), ("31", "2023", 120.0)),
        use(("31", "coke", "2020", 200.0, 500.0), ("31", "coke", "2023", 180.0, 450.0)),
    )
    assert found.effects["activity"] == pytest.approx(86.5228, abs=1e-3)
    assert found.effects["intensity"] == pytest.approx(-136.5228, abs=1e-3)
    assert [found.effects[e] for e in ("structure", "mix", "factor", "process", "unattributed")] == pytest.approx(
        [0.0] * 5, abs=1e-9
    )
    assert found.change == -50.0
    assert abs(found.residual) < 1e-9


def test_a_pure_shift_between_industries_is_structure():
    """Shares 50/50 → 25/75 at 4 and 1 t per Q: −100 and +25 by hand."""
    found = run(
        activity(("31", "2020", 50.0), ("39", "2020", 50.0), ("31", "2023", 25.0), ("39", "2023", 75.0)),
        use(
            ("31", "coke", "2020", 100.0, 200.0),
            ("31", "coke", "2023", 50.0, 100.0),
            ("39", "gas", "2020", 25.0, 50.0),
            ("39", "gas", "2023", 37.5, 75.0),
        ),
    )
    assert found.effects["structure"] == pytest.approx(-75.0)
    by = dict(found.by("industry_code").select("industry_code", "structure").iter_rows())
    assert by == {"31": pytest.approx(-100.0), "39": pytest.approx(25.0)}


def test_a_cleaner_grid_is_factor():
    found = run(
        activity(("31", "2020", 10.0), ("31", "2023", 10.0)),
        use(("31", "electricity", "2020", 10.0, 60.0), ("31", "electricity", "2023", 10.0, 50.0)),
    )
    assert found.effects["factor"] == pytest.approx(-10.0)


def test_a_fuel_that_appears_counts_as_mix():
    found = run(
        activity(("31", "2020", 10.0), ("31", "2023", 10.0)),
        use(("31", "coal", "2020", 10.0, 26.0), ("31", "coal", "2023", 5.0, 13.0), ("31", "gas", "2023", 5.0, 8.0)),
    )
    assert found.effects["mix"] == pytest.approx(-5.0)
    gas = found.cells.filter(pl.col("item") == "gas").row(0, named=True)
    assert gas["mix"] == pytest.approx(8.0)
    assert sum(gas[e] for e in EFFECTS) == pytest.approx(8.0)


def test_an_industry_that_appears_counts_as_structure():
    found = run(
        activity(("31", "2020", 10.0), ("31", "2023", 10.0), ("39", "2020", 0.0), ("39", "2023", 5.0)),
        use(("31", "coal", "2020", 10.0, 26.0), ("31", "coal", "2023", 10.0, 26.0), ("39", "coal", "2023", 2.0, 5.0)),
    )
    assert dict(found.by("industry_code").select("industry_code", "structure").iter_rows())["39"] == pytest.approx(5.0)


def test_process_emissions_have_no_mix_and_no_factor():
    found = run(
        activity(("30", "2020", 10.0), ("30", "2023", 12.0)),
        use(("30", "process", "2020", 0.0, 100.0), ("30", "process", "2023", 0.0, 90.0)),
    )
    assert found.effects["process"] < 0 < found.effects["activity"]
    assert found.effects["mix"] == found.effects["factor"] == found.effects["intensity"] == 0.0
    assert found.effects["process"] + found.effects["activity"] == pytest.approx(-10.0)


def test_a_net_exporter_in_both_years_is_decomposed():
    found = run(
        activity(("44", "2020", 10.0), ("44", "2023", 10.0)),
        use(
            ("44", "coal", "2020", 100.0, 260.0),
            ("44", "coal", "2023", 110.0, 286.0),
            ("44", "electricity", "2020", -30.0, -170.0),
            ("44", "electricity", "2023", -33.0, -187.0),
        ),
    )
    assert found.effects["unattributed"] == 0.0
    assert found.effects["intensity"] == pytest.approx(9.0)
    assert abs(found.residual) < 1e-9


def test_a_change_of_sign_is_told_and_not_forced():
    found = run(
        activity(("44", "2020", 10.0), ("44", "2023", 10.0)),
        use(
            ("44", "coal", "2020", 100.0, 260.0),
            ("44", "coal", "2023", 110.0, 286.0),
            ("44", "electricity", "2020", 3.0, 17.0),
            ("44", "electricity", "2023", -33.0, -187.0),
        ),
    )
    cell = found.cells.filter(pl.col("item") == "electricity").row(0, named=True)
    assert cell["unattributed"] == pytest.approx(-204.0)
    assert "净输出" in cell["reason"]
    assert sum(found.effects.values()) == pytest.approx(found.change)


@pytest.mark.parametrize(
    ("start", "end", "word"), [(10.0, None, "缺增加值"), (10.0, -2.0, "为负"), (10.0, 0.0, "为零")]
)
def test_without_value_added_the_change_is_not_attributed(start, end, word):
    rows = [("31", "2020", start), ("39", "2020", 5.0), ("39", "2023", 20.0)]
    act = activity(*rows, *([] if end is None else [("31", "2023", end)]))
    found = run(act, use(("31", "coal", "2020", 10.0, 26.0), ("31", "coal", "2023", 20.0, 52.0)))
    assert found.effects["unattributed"] == pytest.approx(26.0)
    assert word in found.cells["reason"][0]


def test_a_missing_figure_takes_its_cell_out_of_both_years():
    found = run(
        activity(("31", "2020", 10.0), ("31", "2023", 10.0)),
        use(
            ("31", "coal", "2020", 10.0, 26.0),
            ("31", "coal", "2023", None, None),
            ("31", "gas", "2020", 1.0, 2.0),
            ("31", "gas", "2023", 1.0, 2.0),
        ),
    )
    assert found.left_out.rows() == [("31", "coal")]
    assert (found.start, found.end) == (2.0, 2.0)


def test_energy_has_no_factor():
    found = run(
        activity(("31", "2020", 100.0), ("31", "2023", 120.0)),
        use(("31", "coke", "2020", 200.0, None), ("31", "coke", "2023", 180.0, None)),
        of="energy",
    )
    weight = -20 / math.log(180 / 200)
    assert found.effects["activity"] == pytest.approx(weight * math.log(1.2))
    assert found.effects["factor"] == 0.0


def test_a_key_given_twice_and_a_total_that_is_not_there_are_errors():
    used = use(("31", "coke", "2020", 1.0, 1.0), ("31", "coke", "2023", 1.0, 1.0))
    with pytest.raises(BadRequest, match="twice"):
        run(activity(("31", "2020", 1.0), ("31", "2020", 1.0)), used)
    with pytest.raises(BadRequest, match="2023"):
        run(activity(("31", "2020", 1.0)), used)


def test_from_accounts_to_drivers_by_county():
    reg = registry([("E-a", "990001", "3110", True), ("E-b", "990002", "3011", True)])
    line, fact = [], []
    for year, coal_a, power_b in (("2020", 100.0, 10.0), ("2023", 90.0, 12.0)):
        line += [
            ("E-a", "energy_tce_calorific", "bituminous", year, coal_a, "tce", 1.0),
            ("E-a", "energy_tce_calorific", "total", year, coal_a, "tce", 1.0),
            ("E-a", "co2_combustion_t", "bituminous", year, coal_a * 2.6, "t CO2", 1.0),
            ("E-a", "co2_total_t", "total", year, coal_a * 2.6, "t CO2", 1.0),
            ("E-b", "energy_tce_calorific", "electricity", year, power_b, "tce", 1.0),
            ("E-b", "co2_electricity_t", "total", year, power_b * 4.6, "t CO2", 1.0),
            ("E-b", "co2_process_t", "total", year, 40.0, "t CO2", 1.0),
        ]
        fact += [
            ("E-a", "value_added_constant", "", year, 50.0, "10^4 cny"),
            ("E-b", "value_added_constant", "", year, 50.0, "10^4 cny"),
        ]
    found = drivers_of_change(lines(*line), facts(*fact), reg, 2020, 2023, "990000", by_county=True)
    assert (found.start, found.end) == (pytest.approx(260 + 46 + 40), pytest.approx(234 + 55.2 + 40))
    assert found.effects["intensity"] == pytest.approx(-26 + 9.2)
    assert set(found.by("area_code")["area_code"]) == {"990001", "990002"}
    assert set(found.by("item")["item"]) == {"bituminous", "electricity", "process"}


def _two_firms(broken: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two alike steel works, 100 and 90 tce of coke; the second lacks in 2023 what ``broken`` says."""
    line, fact = [], []
    for firm, year, tce in (("a", "2020", 100.0), ("a", "2023", 90.0), ("b", "2020", 100.0), ("b", "2023", 90.0)):
        lacking = (firm, year) == ("b", "2023")
        if lacking and broken == "all":
            continue
        share = 11 / 12 if lacking and broken == "month" else 1.0
        line += [
            (f"E-{firm}", "energy_tce_calorific", "coke", year, tce * share, "tce", share),
            (f"E-{firm}", "co2_combustion_t", "coke", year, tce * 2.8 * share, "t CO2", share),
            (f"E-{firm}", "co2_total_t", "total", year, tce * 2.8 * share, "t CO2", share),
        ]
        if not (lacking and broken == "value"):
            fact.append((f"E-{firm}", "value_added_constant", "", year, 50.0, "10^4 cny"))
    return lines(*line), facts(*fact)


@pytest.mark.parametrize(
    ("broken", "reason", "known"),
    [
        ("month", "2023年能源数据不全", 90 * 2.8 * 11 / 12),
        ("value", "2023年缺增加值", 90 * 2.8),
        ("all", "2023年无能源数据", None),
    ],
)
def test_a_works_whose_year_is_not_whole_is_left_out_of_both_years_and_named(broken, reason, known):
    reg = registry([("E-a", "990001", "3110", True), ("E-b", "990001", "3110", True)])
    found = drivers_of_change(*_two_firms(broken), reg, 2020, 2023, "990000")
    assert (found.start, found.end) == (pytest.approx(280.0), pytest.approx(252.0))
    assert found.effects["intensity"] == pytest.approx(-28.0)
    assert found.effects["unattributed"] == 0.0
    assert found.firms_left_out.rows() == [("E-b", reason, pytest.approx(280.0), pytest.approx(known))]


def test_a_works_that_closed_is_no_gap_but_a_change_of_structure():
    reg = registry([("E-a", "990001", "3110", True), ("E-b", "990002", "3011", True)])
    reg = reg.with_columns(status=pl.lit("operating"))
    after = reg.filter(pl.col("enterprise_id") == "E-b").with_columns(
        pl.lit(date(2021, 7, 1)).alias("since"), pl.lit("closed").alias("status")
    )
    before = reg.with_columns(
        pl.when(pl.col("enterprise_id") == "E-b")
        .then(pl.lit(date(2021, 7, 1)))
        .otherwise(pl.col("until"))
        .alias("until")
    )
    found = drivers_of_change(*_two_firms("all"), pl.concat([before, after]), 2020, 2023, "990000", by_county=True)
    assert found.firms_left_out.is_empty()
    assert (found.start, found.end) == (pytest.approx(560.0), pytest.approx(252.0))
    assert found.effects["unattributed"] == 0.0
    gone = found.by("area_code").filter(pl.col("area_code") == "990002").row(0, named=True)
    assert gone["structure"] == pytest.approx(-280.0)
