"""Indicator values from accounts, facts and registry: computed, reported, or the reason why not."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from evaluate_frames import ENTERPRISE, facts, lines, registry

from dafeng.base.errors import BadRequest
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.observations import Subject
from dafeng.evaluate.values import VALUE_SCHEMA, indicator_values

LIBRARY = indicator_library()
CITY, NORTH, SOUTH = Subject("990000"), Subject("990001"), Subject("990002")
REGISTRY = registry(
    [("E-a", "990001", "3110", True), ("E-b", "990002", "3011", True), ("E-c", "990002", "3011", False)]
)
ENERGY = "energy_per_industrial_value_added"


def energy(**tce):
    return lines(*[(f"E-{k}", "energy_tce_equivalent", "total", "2023", v, "tce", 1.0) for k, v in tce.items()])


def added(unit="10^4 cny", **value):
    return facts(*[(f"E-{k}", "value_added_constant", "", "2023", v, unit) for k, v in value.items()])


def one(indicator, line, fact, subject=CITY, year=2023, reg=REGISTRY):
    """The preferred row."""
    frame = indicator_values([LIBRARY.indicator(indicator)], line, fact, reg, [year], [subject])
    return frame.filter(pl.col("preferred")).row(0, named=True)


class TestRatios:
    def test_the_ratio_of_sums_over_above_scale_industry(self):
        row = one(ENERGY, energy(a=100.0, b=50.0, c=9.0), added(a=100.0, b=25.0, c=9.0))
        assert row["value"] == pytest.approx(150 / 125)
        assert (row["unit"], row["coverage"], row["status"]) == ("tce/万元", 1.0, "official")
        assert row["inputs"] == sorted(row["inputs"])
        assert len(row["inputs"]) == 4

    def test_the_city_is_not_the_mean_of_its_counties(self):
        line, fact = energy(a=100.0, b=50.0), added(a=100.0, b=25.0)
        assert one(ENERGY, line, fact, NORTH)["value"] == pytest.approx(1.0)
        assert one(ENERGY, line, fact, SOUTH)["value"] == pytest.approx(2.0)
        assert one(ENERGY, line, fact)["value"] == pytest.approx(1.2)

    def test_an_industry_in_the_area_has_its_own_value(self):
        row = one(ENERGY, energy(a=100.0, b=50.0), added(a=100.0, b=25.0), Subject("990000", ("30",)))
        assert (row["subject_id"], row["value"]) == ("990000|30", 2.0)

    def test_units_are_converted_and_a_unit_that_does_not_fit_is_an_error(self):
        assert one(ENERGY, energy(a=1.0, b=1.0), added("元", a=10_000.0, b=10_000.0))["value"] == pytest.approx(1.0)
        with pytest.raises(BadRequest):
            one(ENERGY, energy(a=1.0, b=1.0), added("吨", a=1.0, b=1.0))

    def test_a_firm_without_data_lowers_the_coverage_and_takes_the_value_away(self):
        row = one(ENERGY, energy(a=100.0, b=50.0), added(a=100.0, b=None))
        assert row["value"] is None
        assert row["coverage"] == pytest.approx(0.5)
        assert "1家(共2家)缺数" in row["reason"]
        assert "value_added_constant" in row["wants"]

    def test_nothing_delivered_says_what_is_wanted(self):
        row = one("energy_per_gdp", energy(a=1.0), facts())
        assert row["value"] is None
        assert row["reason"] == "缺少数据:公布的能源消费总量、地区生产总值(2020年价)"

    def test_months_make_a_year_only_when_all_are_there(self):
        months = [("E-a", "value_added_constant", "", f"2023-{m:02d}", 10.0, "10^4 cny") for m in range(1, 13)]
        reg = registry([("E-a", "990001", "3110", True)])
        assert one(ENERGY, energy(a=60.0), facts(*months), reg=reg)["value"] == pytest.approx(0.5)
        assert one(ENERGY, energy(a=60.0), facts(*months[:11]), reg=reg)["value"] is None

    def test_a_firm_that_moved_counts_where_it_stood_in_the_year(self):
        moved = pl.DataFrame(
            [
                ("E-a", "990001", "3110", True, date(2015, 1, 1), date(2023, 1, 1)),
                ("E-a", "990002", "3110", True, date(2023, 1, 1), None),
            ],
            schema=ENTERPRISE,
            orient="row",
        )
        line, fact = energy(a=100.0), added(a=50.0)
        assert one(ENERGY, line, fact, SOUTH, reg=moved)["value"] == 2.0
        assert one(ENERGY, line, fact, NORTH, reg=moved)["value"] is None


class TestIncompleteYears:
    """What stands in for a year that is not whole (试算) may make a total; it never makes one side of a ratio."""

    def test_eleven_months_of_energy_are_not_set_against_twelve_of_value_added(self):
        line = lines(
            ("E-a", "energy_tce_equivalent", "total", "2023", 91.0, "tce", 11 / 12),
            *[(f"E-{k}", "energy_tce_equivalent", "total", "2023", 200.0, "tce", 1.0) for k in "bdefghijkl"],
        )
        firms = registry([(f"E-{k}", "990001", "3110", True) for k in "abdefghijkl"])
        row = one(ENERGY, line, added(a=100.0, **dict.fromkeys("bdefghijkl", 100.0)), reg=firms)
        assert row["value"] == pytest.approx(2.0)
        assert "1家(共11家)缺数或数据不全" in row["reason"]
        assert "覆盖率90.9%" in row["reason"]
        assert not [i for i in row["inputs"] if "-E-a-" in i]

    def test_one_large_works_left_out_weighs_what_it_weighs(self):
        line = lines(
            ("E-a", "energy_tce_equivalent", "total", "2023", 9_000.0, "tce", 11 / 12),
            *[(f"E-{k}", "energy_tce_equivalent", "total", "2023", 50.0, "tce", 1.0) for k in "bdefghijkl"],
        )
        firms = registry([(f"E-{k}", "990001", "3110", True) for k in "abdefghijkl"])
        row = one(ENERGY, line, added(a=100.0, **dict.fromkeys("bdefghijkl", 100.0)), reg=firms)
        assert row["value"] is None
        assert row["coverage"] == pytest.approx(500 / 9_500)

    def test_a_total_on_partial_sums_says_so(self):
        line = lines(
            ("E-a", "energy_tce_equivalent", "total", "2023", 92.0, "tce", 11 / 12),
            ("E-b", "energy_tce_equivalent", "total", "2023", 50.0, "tce", 1.0),
        )
        row = one("industrial_energy_total", line, facts())
        assert row["value"] == pytest.approx(142 / 10_000)
        assert row["reason"] == "1家(共2家)数据不全,按已报部分合计,覆盖率95.8%"

    def test_a_works_that_is_closed_all_year_owes_nothing(self):
        shut = REGISTRY.with_columns(
            status=pl.when(pl.col("enterprise_id") == "E-b").then(pl.lit("closed")).otherwise(pl.lit("operating"))
        )
        row = one(ENERGY, energy(a=100.0), added(a=50.0), reg=shut)
        assert (row["value"], row["reason"]) == (2.0, None)
        assert one(ENERGY, energy(a=100.0), added(a=50.0))["value"] is None


class TestTotals:
    def test_a_total_with_a_member_missing_is_not_given(self):
        co2 = lines(("E-a", "co2_total_t", "total", "2023", 300.0, "t CO2", 1.0))
        row = one("industrial_co2_total", co2, facts())
        assert row["value"] is None
        assert "2家(共3家)缺数" in row["reason"]

    def test_the_roll_up_of_the_account_comes_first(self):
        co2 = lines(("990000", "co2_total_t", "total", "2023", 50_000.0, "t CO2", 0.98))
        row = one("industrial_co2_total", co2, facts())
        assert (row["value"], row["formula"], row["coverage"]) == (pytest.approx(5.0), "account", 0.98)

    def test_counties_add_up_to_the_city(self):
        co2 = lines(
            *[
                (f"E-{k}", "co2_total_t", "total", "2023", v, "t CO2", 1.0)
                for k, v in {"a": 3e4, "b": 1e4, "c": 5e3}.items()
            ]
        )
        parts = [one("industrial_co2_total", co2, facts(), s)["value"] for s in (NORTH, SOUTH)]
        assert sum(parts) == pytest.approx(one("industrial_co2_total", co2, facts())["value"])


class TestSharesAndCounts:
    def test_a_part_that_is_not_made_is_none_of_the_whole(self):
        fact = facts(
            ("E-a", "product_output", "crude_steel", "2023", 900.0, "t"),
            ("E-b", "product_output", "crude_steel", "2023", 100.0, "t"),
            ("E-b", "product_output", "crude_steel_eaf", "2023", 100.0, "t"),
        )
        assert one("short_process_steel_share", lines(), fact)["value"] == pytest.approx(10.0)

    def test_a_part_stated_missing_is_missing(self):
        fact = facts(
            ("E-a", "product_output", "crude_steel", "2023", 900.0, "t"),
            ("E-a", "product_output", "crude_steel_eaf", "2023", None, "t"),
        )
        assert one("short_process_steel_share", lines(), fact)["value"] is None

    def test_capacity_at_the_benchmark_counts_as_reached(self):
        fact = facts(
            *[(f"E-{k}", "product_capacity", "clinker", "2023", c, "t") for k, c in (("a", 3e6), ("b", 1e6))],
            ("E-a", "unit_energy_consumption", "clinker", "2023", 100.0, "kgce/t"),
            ("E-b", "unit_energy_consumption", "clinker", "2023", 118.0, "kgce/t"),
        )
        row = one("capacity_above_benchmark_clinker", lines(), fact)
        assert (row["value"], row["status"]) == (pytest.approx(75.0), "transcribed")
        assert one("capacity_below_baseline", lines(), fact)["value"] == pytest.approx(25.0)

    def test_net_recovery_is_compared_with_its_sign(self):
        fact = facts(
            ("E-a", "product_capacity", "crude_steel_bof", "2023", 1e6, "t"),
            ("E-a", "unit_energy_consumption", "crude_steel_bof", "2023", -12.0, "kgce/t"),
        )
        assert one("capacity_above_benchmark_steel", lines(), fact)["value"] == 0.0

    def test_capacity_that_was_not_assessed_is_named(self):
        fact = facts(
            ("E-a", "product_capacity", "clinker", "2023", 3e6, "t"),
            ("E-b", "product_capacity", "clinker", "2023", 1e6, "t"),
            ("E-a", "unit_energy_consumption", "clinker", "2023", 99.0, "kgce/t"),
        )
        row = one("capacity_above_benchmark_clinker", lines(), fact)
        assert row["value"] is None
        assert "25.0%的产能未评估" in row["reason"]

    def test_before_the_benchmark_was_in_force_there_is_no_share(self):
        fact = facts(
            ("E-a", "product_capacity", "clinker", "2021", 3e6, "t"),
            ("E-a", "unit_energy_consumption", "clinker", "2021", 99.0, "kgce/t"),
        )
        assert "尚无生效" in one("capacity_above_benchmark_clinker", lines(), fact, year=2021)["reason"]

    def test_a_list_that_exists_gives_a_true_zero(self):
        fact = facts(("E-a", "recognition", "green_factory_national", "2023", 1.0, "个"))
        assert one("green_factories", lines(), fact)["value"] == 1.0
        assert one("green_factories", lines(), fact, SOUTH)["value"] == 0.0
        assert one("green_factories", lines(), fact, year=2022)["value"] is None

    def test_a_list_stands_until_something_else_is_said(self):
        fact = facts(
            ("E-a", "recognition", "green_factory_national", "2021", 1.0, "个"),
            ("E-b", "recognition", "green_factory_national", "2022-06", 1.0, "个"),
            ("E-b", "recognition", "green_factory_national", "2024", 0.0, "个"),
        )
        found = {y: one("green_factories", lines(), fact, year=y)["value"] for y in range(2020, 2026)}
        assert found == {2020: None, 2021: 1.0, 2022: 2.0, 2023: 2.0, 2024: 1.0, 2025: 1.0}

    def test_a_factory_on_two_lists_is_counted_once(self):
        fact = facts(
            ("E-a", "recognition", "green_factory_national", "2023", 1.0, "个"),
            ("E-a", "recognition", "green_factory_province", "2022", 1.0, "个"),
            ("E-b", "recognition", "green_factory_city", "2023", 1.0, "个"),
        )
        assert one("green_factories_city", lines(), fact)["value"] == 2.0

    def test_bulk_and_general_solid_waste_are_two_scopes(self):
        fact = facts(
            ("E-a", "bulk_solid_waste_used_t", "", "2023", 60.0, "t"),
            ("E-a", "bulk_solid_waste_generated_t", "", "2023", 100.0, "t"),
            ("E-a", "solid_waste_generated_t", "", "2023", 400.0, "t"),
        )
        assert one("bulk_solid_waste_use_rate", lines(), fact)["value"] == pytest.approx(60.0)
        assert one("general_solid_waste_use_rate", lines(), fact)["value"] is None

    def test_water_reuse_is_reused_over_reused_and_new(self):
        fact = facts(
            ("E-a", "water_reused_m3", "", "2023", 900.0, "m3"), ("E-a", "water_used_m3", "", "2023", 100.0, "m3")
        )
        assert one("water_reuse_rate", lines(), fact)["value"] == pytest.approx(90.0)

    def test_a_mean_is_weighted_by_output(self):
        fact = facts(
            ("E-a", "product_output", "clinker", "2023", 3.0, "t"),
            ("E-b", "product_output", "clinker", "2023", 1.0, "t"),
            ("E-a", "unit_energy_consumption", "clinker", "2023", 100.0, "kgce/t"),
            ("E-b", "unit_energy_consumption", "clinker", "2023", 120.0, "kgce/t"),
        )
        assert one("clinker_unit_energy", lines(), fact)["value"] == pytest.approx(105.0)


class TestReported:
    def test_both_are_shown_with_their_difference_and_the_stated_one_is_preferred(self):
        fact = pl.concat(
            [added(a=100.0, b=25.0), facts(("990000", f"indicator:{ENERGY}", "", "2023", 1.25, "tce/万元"))]
        )
        rows = indicator_values([LIBRARY.indicator(ENERGY)], energy(a=100.0, b=50.0), fact, REGISTRY, [2023], [CITY])
        assert rows.sort("source")["source"].to_list() == ["computed", "reported"]
        assert rows.filter(pl.col("preferred"))["source"].to_list() == ["reported"]
        assert rows["difference"].to_list() == pytest.approx([-0.05, -0.05])
        assert rows["reason"].to_list() == [None, None]

    def test_a_large_difference_is_said(self):
        fact = pl.concat(
            [added(a=100.0, b=25.0), facts(("990000", f"indicator:{ENERGY}", "", "2023", 1.5, "tce/万元"))]
        )
        assert "核算值与公布值相差-20.0%" in one(ENERGY, energy(a=100.0, b=50.0), fact)["reason"]

    def test_the_other_one_serves_where_the_preferred_has_no_value(self):
        fact = facts(("990000", "indicator:short_process_steel_share", "", "2023", 4.0, "%"))
        row = one("short_process_steel_share", lines(), fact)
        assert (row["value"], row["source"]) == (4.0, "reported")

    def test_what_cannot_be_measured_stays_visible(self):
        row = one("forest_coverage", lines(), facts())
        assert row["reason"].startswith("暂不可测")
        assert "indicator:forest_coverage" in row["wants"]


class TestFrame:
    def test_every_indicator_subject_and_year_has_exactly_one_preferred_row(self):
        frame = indicator_values(
            list(LIBRARY.indicators.values()),
            energy(a=1.0, b=1.0),
            added(a=1.0, b=1.0),
            REGISTRY,
            [2022, 2023],
            [CITY, NORTH, Subject("990000", ("31",))],
        )
        assert dict(frame.schema) == {k: v() if isinstance(v, type) else v for k, v in VALUE_SCHEMA.items()}
        wanted = sum((3 if i.by_industry else 2) * 2 for i in LIBRARY.indicators.values())
        assert frame.filter(pl.col("preferred")).height == wanted
        assert frame.filter(pl.col("value").is_null() & pl.col("reason").is_null()).height == 0

    def test_row_order_is_no_matter(self):
        line, fact = energy(a=100.0, b=50.0), added(a=100.0, b=25.0)
        assert one(ENERGY, line.reverse(), fact.reverse()) == one(ENERGY, line, fact)

    def test_synthetic_inputs_stay_marked(self):
        fact = added(a=100.0, b=25.0).with_columns(pl.lit("synthetic").alias("status"))
        assert one(ENERGY, energy(a=100.0, b=50.0), fact)["status"] == "synthetic"

    def test_no_subject_is_a_bad_request(self):
        with pytest.raises(BadRequest):
            indicator_values([], lines(), facts(), REGISTRY, [2023], [])


class TestMetals:
    REG = registry([("E-al", "990001", "3216", True), ("E-re", "990002", "3240", True)])

    def test_the_renewable_share_of_aluminium_is_of_the_electricity_of_its_smelters(self):
        fact = facts(
            ("E-al", "electricity_used_mwh", "electrolytic_aluminium", "2023", 1000.0, "MWh"),
            ("E-al", "renewable_electricity_used_mwh", "electrolytic_aluminium", "2023", 300.0, "MWh"),
            ("E-re", "electricity_used_mwh", "recycled_aluminium", "2023", 5000.0, "MWh"),
            ("E-re", "renewable_electricity_used_mwh", "", "2023", 4000.0, "MWh"),
            ("E-al", "product_output", "electrolytic_aluminium", "2023", 80.0, "t"),
        )
        assert one("aluminium_renewable_share", lines(), fact, reg=self.REG)["value"] == pytest.approx(30.0)
        row = one("aluminium_unit_power", lines(), fact, reg=self.REG)
        assert (row["value"], row["formula"]) == (pytest.approx(12_500.0), "metered")

    def test_the_stated_power_of_aluminium_comes_before_the_metered(self):
        fact = facts(
            ("E-al", "unit_energy_consumption", "electrolytic_aluminium", "2023", 13_400.0, "千瓦时/t"),
            ("E-al", "product_output", "electrolytic_aluminium", "2023", 80.0, "t"),
            ("E-al", "electricity_used_mwh", "electrolytic_aluminium", "2023", 1000.0, "MWh"),
        )
        row = one("aluminium_unit_power", lines(), fact, reg=self.REG)
        assert (row["value"], row["formula"]) == (pytest.approx(13_400.0), "members")

    def test_the_recycled_share_is_of_all_metal(self):
        fact = facts(
            ("E-al", "product_output", "electrolytic_aluminium", "2023", 75.0, "t"),
            ("E-re", "product_output", "recycled_copper", "2023", 25.0, "t"),
        )
        assert one("recycled_metal_share", lines(), fact, reg=self.REG)["value"] == pytest.approx(25.0)
        assert one("recycled_metal_supply", lines(), fact, reg=self.REG)["value"] == pytest.approx(0.0025)
