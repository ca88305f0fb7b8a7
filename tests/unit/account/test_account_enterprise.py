"""Enterprise accounts: net use, factors, months and years, and what is missing."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from account_frames import OLD, facts, line, months, registry

from dafeng.account.inventory import enterprise_lines, inventory, with_partial
from dafeng.account.lines import LINE_SCHEMA
from dafeng.base.errors import BadRequest, RuleUnknown
from dafeng.rules.rulebook import packaged_rulebook

BOOK = packaged_rulebook()
COAL = 23.204 * 0.02618 * 0.93 * 44 / 12  # tCO2 per t of bituminous coal, ndrc_general


def accounted(*rows: tuple, **options: object):
    return enterprise_lines(facts(*rows), BOOK, **options)


def test_fuel_used_is_burnt_by_the_carbon_balance() -> None:
    lines = accounted(("A", "used", "bituminous", "2023", 1000.0))
    co2 = line(lines, "A", "co2_combustion_t", "bituminous", "2023")
    assert co2["value"] == pytest.approx(1000 * COAL)
    assert co2["rule"] == "combustion.fossil@2013-01-01"
    assert co2["status"] == "transcribed"
    assert line(lines, "A", "co2_total_t", "total", "2023")["value"] == pytest.approx(1000 * COAL)


def test_where_use_is_not_delivered_the_stock_balance_gives_it() -> None:
    rows = [("opening_stock", 100.0), ("bought", 1000.0), ("sold", 50.0), ("closing_stock", 150.0)]
    lines = accounted(*[("A", m, "bituminous", "2023", v) for m, v in rows])
    assert line(lines, "A", "co2_combustion_t", "bituminous", "2023")["value"] == pytest.approx(900 * COAL)


def test_an_opening_stock_without_a_closing_one_gives_no_balance() -> None:
    lines = accounted(("A", "opening_stock", "coke", "2023", 100.0), ("A", "bought", "coke", "2023", 1000.0))
    assert line(lines, "A", "co2_combustion_t", "coke", "2023")["value"] is None


def test_a_net_exporter_of_power_has_negative_emissions() -> None:
    lines = accounted(("A", "bought", "electricity", "2022", 10.0), ("A", "sold", "electricity", "2022", 110.0))
    assert line(lines, "A", "co2_electricity_t", "electricity", "2022")["value"] == pytest.approx(-100 * 0.5366)
    assert line(lines, "A", "energy_tce_calorific", "electricity", "2022")["value"] == pytest.approx(-12.29)
    assert line(lines, "A", "energy_tce_equivalent", "electricity", "2022")["value"] == pytest.approx(-30.15)


def test_own_generation_is_not_counted_twice() -> None:
    """Coal is burnt for 400 MWh of own power; 500 are used: only 100 are bought."""
    lines = accounted(
        ("A", "used", "bituminous", "2022", 200.0),
        ("A", "produced", "electricity", "2022", 400.0),
        ("A", "used", "electricity", "2022", 500.0),
    )
    assert line(lines, "A", "co2_electricity_t", "electricity", "2022")["value"] == pytest.approx(100 * 0.5366)
    assert line(lines, "A", "co2_total_t", "total", "2022")["value"] == pytest.approx(200 * COAL + 100 * 0.5366)


def test_power_used_and_sold_without_a_source_has_no_result() -> None:
    lines = accounted(("A", "used", "electricity", "2022", 100.0), ("A", "sold", "electricity", "2022", 10.0))
    found = line(lines, "A", "co2_electricity_t", "electricity", "2022")
    assert found["value"] is None
    assert "不足以计算" in found["note"]


def test_own_coke_is_taken_off_and_own_coal_is_not() -> None:
    lines = accounted(
        ("A", "used", "coke", "2023", 100.0),
        ("A", "produced", "coke", "2023", 80.0),
        ("A", "used", "bituminous", "2023", 30.0),
        ("A", "produced", "bituminous", "2023", 5000.0),
    )
    coke = 28.446 * 0.0294 * 0.93 * 44 / 12
    assert line(lines, "A", "co2_combustion_t", "coke", "2023")["value"] == pytest.approx(20 * coke)
    assert line(lines, "A", "co2_combustion_t", "bituminous", "2023")["value"] == pytest.approx(30 * COAL)


def test_feedstock_is_energy_but_not_burnt() -> None:
    lines = accounted(("A", "used", "coke", "2023", 100.0), ("A", "feedstock", "coke", "2023", 60.0))
    co2 = line(lines, "A", "co2_combustion_t", "coke", "2023")
    assert co2["value"] == pytest.approx(40 * 28.446 * 0.0294 * 0.93 * 44 / 12)
    assert co2["note"] == "原料用能部分未按燃烧计"
    assert line(lines, "A", "energy_tce_calorific", "coke", "2023")["value"] == pytest.approx(97.14)


def test_heat_takes_the_default_factor() -> None:
    lines = accounted(("A", "bought", "heat", "2023", 1000.0))
    assert line(lines, "A", "co2_heat_t", "heat", "2023")["value"] == pytest.approx(110)
    assert line(lines, "A", "energy_tce_calorific", "total", "2023")["value"] == pytest.approx(34.12)


def test_steam_by_weight_has_energy_but_asks_for_its_heat() -> None:
    lines = accounted(("A", "bought", "steam", "2023", 10.0))
    found = line(lines, "A", "co2_heat_t", "steam", "2023")
    assert found["value"] is None
    assert "焓值" in found["note"]
    assert line(lines, "A", "energy_tce_calorific", "steam", "2023")["value"] == pytest.approx(1.286)


def test_biogas_is_energy_but_no_fossil_carbon() -> None:
    lines = accounted(("A", "used", "biogas", "2023", 10.0))
    assert lines.filter(measure="co2_combustion_t").is_empty()
    assert line(lines, "A", "energy_tce_calorific", "biogas", "2023")["value"] == pytest.approx(71.43)


def test_the_grid_factor_is_that_of_the_place_and_year() -> None:
    place = registry(("A", "140781", "3120", OLD, None))
    rows = [("A", "bought", "electricity", str(y), 1000.0) for y in (2020, 2021, 2022, 2023)]
    lines = accounted(*rows, registry=place)
    found = {y: line(lines, "A", "co2_electricity_t", "electricity", str(y)) for y in (2020, 2021, 2022, 2023)}
    assert [found[y]["value"] for y in found] == pytest.approx([884.3, 722.2, 709.6, 709.6])
    assert found[2023]["status"] == "trial"
    assert "沿用" in found[2023]["note"]
    one_grid = accounted(*rows, registry=place, family="ndrc_one_grid")
    assert line(one_grid, "A", "co2_electricity_t", "electricity", "2020")["value"] == pytest.approx(722.2)


def test_families_are_never_mixed() -> None:
    rows = [("A", "used", "bituminous", "2023", 1.0)]
    by = {f: accounted(*rows, family=f) for f in ("ndrc_general", "ndrc_steel_2013", "mee_ets_2023")}
    value = {f: line(b, "A", "co2_combustion_t", "bituminous", "2023")["value"] for f, b in by.items()}
    assert value["ndrc_general"] == pytest.approx(COAL)
    assert value["ndrc_steel_2013"] == pytest.approx(19.57 * 0.0261 * 0.93 * 44 / 12)
    assert value["mee_ets_2023"] is None  # it prints no oxidation rate for solid fuel; none is borrowed
    with pytest.raises(RuleUnknown):
        accounted(*rows, family="none")


def test_a_proxy_fuel_is_said_on_the_line() -> None:
    found = line(accounted(("A", "used", "raw_coal", "2023", 1.0)), "A", "co2_combustion_t", "raw_coal", "2023")
    assert (found["value"], found["status"]) == (pytest.approx(COAL), "trial")
    assert "煤种" in found["note"]


def test_a_factor_not_in_force_costs_the_line_and_names_the_file() -> None:
    lines = accounted(("A", "bought", "electricity", "2030", 1.0))
    found = line(lines, "A", "co2_electricity_t", "electricity", "2030")
    assert found["value"] is None
    assert "mee_national.yaml" in found["note"]
    assert line(lines, "A", "energy_tce_calorific", "electricity", "2030")["value"] == pytest.approx(0.1229)


def test_a_year_before_the_formula_has_no_result_and_stops_nothing() -> None:
    lines = accounted(("A", "used", "coke", "2012", 1.0), ("A", "used", "coke", "2013", 1.0))
    found = [line(lines, "A", "co2_combustion_t", "coke", y) for y in ("2012", "2013")]
    assert found[0]["value"] is None
    assert "尚未施行" in found[0]["note"]
    assert found[1]["value"] is not None


def test_the_knowledge_day_chooses_the_factor() -> None:
    row = ("A", "bought", "electricity", "2022", 1000.0)
    then = line(accounted(row, as_of=date(2024, 6, 1)), "A", "co2_electricity_t", "electricity", "2022")
    assert (then["value"], then["status"]) == (pytest.approx(556.8), "trial")


def test_twelve_months_make_a_year() -> None:
    lines = accounted(*months("A", "used", "bituminous", 2023, [10.0] * 12))
    year = line(lines, "A", "co2_total_t", "total", "2023")
    assert year["value"] == pytest.approx(120 * COAL)
    assert (year["coverage"], year["expected"], year["present"], year["partial"]) == (1.0, 12, 12, None)
    by_item = line(lines, "A", "co2_combustion_t", "bituminous", "2023")
    assert by_item["rule"] == "sum.months"
    assert len(by_item["inputs"]) == 12


def test_ten_months_make_no_year_but_say_what_is_there() -> None:
    lines = accounted(*months("A", "used", "bituminous", 2023, [10.0] * 10))
    for item in ("bituminous", "total"):
        year = line(lines, "A", "co2_combustion_t", item, "2023")
        assert year["value"] is None
        assert year["partial"] == pytest.approx(100 * COAL)
        assert (year["coverage"], year["expected"], year["present"]) == (pytest.approx(10 / 12), 12, 10)
        assert "10/12月" in year["note"]


def test_a_stated_missing_month_is_missing_like_an_absent_one() -> None:
    lines = accounted(*months("A", "used", "bituminous", 2023, [10.0] * 11 + [None]))
    december = line(lines, "A", "co2_combustion_t", "bituminous", "2023-12")
    assert (december["value"], december["note"]) == (None, "缺消费量")
    assert line(lines, "A", "co2_total_t", "total", "2023")["value"] is None


def test_a_stream_left_out_in_one_month_is_missing_there_not_zero() -> None:
    sold = months("A", "sold", "electricity", 2022, [5.0] * 11)
    lines = accounted(*months("A", "bought", "electricity", 2022, [20.0] * 12), *sold)
    december = line(lines, "A", "co2_electricity_t", "electricity", "2022-12")
    assert (december["value"], december["note"]) == (None, "缺外供量")


def test_an_item_left_out_in_one_month_leaves_that_total_open() -> None:
    gas = months("A", "used", "natural_gas", 2023, [1.0] * 11)
    lines = accounted(*months("A", "used", "bituminous", 2023, [10.0] * 12), *gas)
    december = line(lines, "A", "co2_combustion_t", "total", "2023-12")
    assert december["value"] is None
    assert december["partial"] == pytest.approx(10 * COAL)
    assert "天然气" in december["note"]
    assert line(lines, "A", "co2_combustion_t", "total", "2023")["present"] == 11


def test_a_works_that_opened_in_july_owes_six_months() -> None:
    place = registry(("A", "140781", "3120", date(2023, 7, 1), None))
    rows = [("A", "used", "bituminous", f"2023-{m:02d}", 10.0) for m in range(7, 13)]
    year = line(accounted(*rows, registry=place), "A", "co2_total_t", "total", "2023")
    assert (year["value"], year["expected"]) == (pytest.approx(60 * COAL), 6)


def test_months_and_a_different_year_are_a_finding() -> None:
    rows = [*months("A", "used", "bituminous", 2023, [10.0] * 12), ("A", "used", "bituminous", "2023", 130.0)]
    result = inventory(facts(*rows), BOOK)
    assert line(result.lines, "A", "co2_total_t", "total", "2023")["value"] == pytest.approx(120 * COAL)
    found = result.findings.filter(kind="month_year", measure="co2_combustion_t").row(0, named=True)
    assert (found["value"], found["other"]) == (pytest.approx(120 * COAL), pytest.approx(130 * COAL))


def test_months_and_the_same_year_are_no_finding_and_count_once() -> None:
    rows = [*months("A", "used", "bituminous", 2023, [10.0] * 12), ("A", "used", "bituminous", "2023", 120.0)]
    result = inventory(facts(*rows), BOOK)
    assert result.findings.is_empty()
    assert line(result.lines, "A", "co2_total_t", "total", "2023")["value"] == pytest.approx(120 * COAL)


def test_a_delivered_year_stands_where_months_are_missing() -> None:
    rows = [*months("A", "used", "bituminous", 2023, [10.0] * 3), ("A", "used", "bituminous", "2023", 130.0)]
    year = line(accounted(*rows), "A", "co2_total_t", "total", "2023")
    assert (year["value"], year["coverage"]) == (pytest.approx(130 * COAL), 1.0)


def test_stock_and_use_that_disagree_are_a_finding() -> None:
    rows = [("A", "bought", "coke", "2023", 100.0), ("A", "used", "coke", "2023", 80.0)]
    found = inventory(facts(*rows), BOOK).findings.row(0, named=True)
    assert (found["kind"], found["value"], found["other"]) == ("balance", 80.0, 100.0)


def test_an_unknown_item_or_period_is_a_finding_and_not_lost_in_silence() -> None:
    result = inventory(facts(("A", "used", "unobtainium", "2023", 1.0), ("A", "used", "coke", "2023Q1", 1.0)), BOOK)
    assert sorted(result.findings["kind"]) == ["unknown_item", "unused_period"]
    assert result.lines.is_empty()


def test_data_of_a_site_are_not_lost_in_silence() -> None:
    of_site = facts(("S", "used", "coke", "2023", 1.0)).with_columns(subject_kind=pl.lit("site"))
    result = inventory(of_site, BOOK)
    assert (result.findings["kind"].to_list(), result.lines.height) == (["site"], 0)


def test_delivered_process_emissions_are_part_of_the_total() -> None:
    lines = accounted(("A", "used", "bituminous", "2023", 1.0), ("A", "process_emissions_t_co2", "", "2023", 50.0))
    assert line(lines, "A", "co2_total_t", "total", "2023")["value"] == pytest.approx(COAL + 50)


def test_missing_process_emissions_leave_the_total_open() -> None:
    lines = accounted(("A", "used", "bituminous", "2023", 1.0), ("A", "process_emissions_t_co2", "", "2023", None))
    total = line(lines, "A", "co2_total_t", "total", "2023")
    assert (total["value"], total["partial"]) == (None, pytest.approx(COAL))
    assert "工业过程排放" in total["note"]


@pytest.mark.parametrize(("status", "expected"), [("official", "transcribed"), ("draft", "draft"), ("synthetic",) * 2])
def test_the_least_sure_input_marks_every_result(status: str, expected: str) -> None:
    lines = enterprise_lines(facts(("A", "used", "bituminous", "2023", 1.0), status=status), BOOK)
    assert set(lines["status"]) == {expected}


def test_two_versions_of_one_fact_are_refused() -> None:
    with pytest.raises(BadRequest, match="stand twice"):
        accounted(("A", "used", "coke", "2023", 1.0), ("A", "used", "coke", "2023", 2.0))


def test_no_facts_no_lines() -> None:
    result = inventory(facts(), BOOK, registry=registry())
    assert result.lines.is_empty()
    assert result.lines.schema == LINE_SCHEMA


def test_a_partial_sum_stands_only_where_asked_and_says_so() -> None:
    lines = accounted(*months("A", "used", "bituminous", 2023, [10.0] * 11))
    kept = line(with_partial(lines, 0.95), "A", "co2_total_t", "total", "2023")
    taken = line(with_partial(lines, 0.9), "A", "co2_total_t", "total", "2023")
    assert kept["value"] is None
    assert (taken["value"], taken["status"]) == (pytest.approx(110 * COAL), "trial")
    assert "11/12月" in taken["note"]


def test_same_inputs_same_ids_and_a_changed_fact_changes_only_what_hangs_on_it() -> None:
    rows = [("A", "used", "bituminous", "2023", 1.0), ("B", "used", "coke", "2023", 1.0)]
    changed = [rows[0], ("B", "used", "coke", "2023", 2.0)]
    first, again, other = (inventory(facts(*r), BOOK) for r in (rows, rows[::-1], changed))
    assert first.run_id == again.run_id != other.run_id
    ids = {b: set(i.lines.filter(subject_id=b)["line_id"]) for b in "A" for i in [first]}
    assert ids["A"] == set(again.lines.filter(subject_id="A")["line_id"])
    assert ids["A"] == set(other.lines.filter(subject_id="A")["line_id"])
    assert not set(first.lines.filter(subject_id="B")["line_id"]) & set(other.lines.filter(subject_id="B")["line_id"])
    assert first.lines["line_id"].is_unique().all()


def test_a_value_from_another_file_is_another_line() -> None:
    one = facts(("A", "used", "coke", "2023", 1.0))
    other = one.with_columns(fact_id=one["fact_id"].str.replace("F-.", "F-0"))
    lines = [enterprise_lines(f, BOOK)["line_id"].to_list() for f in (one, other)]
    assert not set(lines[0]) & set(lines[1])


def test_notes_are_joined_without_loose_marks_and_said_once() -> None:
    """A proxy fuel and a feedstock share: two notes on one line."""
    lines = accounted(("A", "used", "raw_coal", "2023", 100.0), ("A", "feedstock", "raw_coal", "2023", 60.0))
    note = line(lines, "A", "co2_combustion_t", "raw_coal", "2023")["note"]
    parts = note.split("；")
    assert parts[-1] == "原料用能部分未按燃烧计"
    assert len(parts) == len(set(parts)) >= 2
    assert all(parts)


def test_the_months_after_a_works_has_closed_are_not_due() -> None:
    life = registry(
        ("A", "140781", "3120", OLD, date(2023, 7, 1)), ("A", "140781", "3120", date(2023, 7, 1), None, True, "closed")
    )
    rows = months("A", "used", "coke", 2023, [10.0] * 6)
    lines = accounted(*rows, registry=life)
    year = line(lines, "A", "co2_total_t", "total", "2023")
    assert (year["coverage"], year["expected"], year["note"]) == (1.0, 6, None)
    short = accounted(*rows[:5], registry=life)
    assert "5/6月" in line(short, "A", "co2_total_t", "total", "2023")["note"]
