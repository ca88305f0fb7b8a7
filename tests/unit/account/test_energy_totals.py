"""Statistical, control and fossil energy: what is left out, from when, and what cannot be known."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from account_frames import SCHEMA, facts

from dafeng.account.energy.totals import CERTIFIED, EnergyTotals, energy_totals, of_subjects
from dafeng.account.inventory import enterprise_lines
from dafeng.base.provenance import content_id
from dafeng.rules.rulebook import packaged_rulebook

RULES = packaged_rulebook()
FAMILY = RULES.family("ndrc_general")
Row = tuple[str, str, str, str, float | None]
BASE: list[Row] = [
    ("E-1", "used", "bituminous", "2022", 1000.0),
    ("E-1", "bought", "electricity", "2022", 500.0),
    ("E-1", "used", "bituminous", "2020", 800.0),
    ("E-1", "bought", "electricity", "2020", 400.0),
]


def totals(
    *rows: Row, certified: list[tuple[str, int, float, bool]] | None = None, as_of: date | None = None,
    more: pl.DataFrame | None = None,
) -> EnergyTotals:  # fmt: skip
    held = facts(*rows) if more is None else pl.concat([facts(*rows), more])
    lines = enterprise_lines(held, RULES)
    given = None if certified is None else pl.DataFrame(certified, schema=CERTIFIED, orient="row")
    return energy_totals(lines, held, RULES, FAMILY, certified=given, as_of=as_of)


def one(made: EnergyTotals, measure: str, year: int = 2022) -> dict:
    rows = made.rows.filter(measure=measure, year=year)
    assert rows.height == 1, made.rows
    return rows.row(0, named=True)


@pytest.fixture(scope="module")
def coal() -> float:
    return RULES.parameter("gbt2589.bituminous.tce").on(date(2022, 6, 1)).value


def test_without_deductions_the_three_are_one(coal: float) -> None:
    made = totals(*BASE)
    assert one(made, "statistical")["calorific"] == pytest.approx(1000 * coal + 500 * 0.1229)
    assert one(made, "statistical")["equivalent"] == pytest.approx(1000 * coal + 500 * 0.3015)
    for measure in ("control_total", "control_intensity", "fossil", "comprehensive"):
        assert one(made, measure)["equivalent"] == pytest.approx(one(made, "statistical")["equivalent"]), measure
    assert one(made, "fossil_fuels")["equivalent"] == pytest.approx(1000 * coal)


def test_feedstock_is_left_out_of_year_and_base_year_alike(coal: float) -> None:
    made = totals(
        *BASE,
        ("E-1", "use.feedstock_ammonia", "bituminous", "2022", 300.0),
        ("E-1", "use.feedstock_ammonia", "bituminous", "2020", 200.0),
    )
    for year, amount in ((2022, 300), (2020, 200)):
        gone = one(made, "statistical", year)["equivalent"] - one(made, "control_intensity", year)["equivalent"]
        assert gone == pytest.approx(amount * coal)
    assert one(made, "fossil")["equivalent"] == pytest.approx(one(made, "statistical")["equivalent"])


def test_a_product_that_is_not_listed_is_not_left_out_and_is_found() -> None:
    made = totals(*BASE, ("E-1", "use.feedstock_other", "bituminous", "2022", 300.0))
    assert one(made, "feedstock_deducted")["equivalent"] == 0
    assert one(made, "feedstock")["equivalent"] > 0
    assert made.findings.filter(kind="feedstock_not_listed").height == 1


def test_feedstock_without_its_product_is_taken_with_a_lower_status() -> None:
    made = totals(*BASE, ("E-1", "feedstock", "bituminous", "2022", 300.0))
    row = one(made, "feedstock_deducted")
    assert row["equivalent"] > 0
    assert row["status"] == "trial"
    assert "未分产品" in row["note"]


def test_parts_that_contradict_the_whole_are_found() -> None:
    made = totals(
        *BASE,
        ("E-1", "feedstock", "bituminous", "2022", 300.0),
        ("E-1", "use.feedstock_ammonia", "bituminous", "2022", 200.0),
    )
    assert made.findings.filter(kind="feedstock_split").row(0, named=True)["other"] == 200


def test_before_the_notice_was_known_nothing_is_left_out() -> None:
    rows = (*BASE, ("E-1", "use.feedstock_ammonia", "bituminous", "2022", 300.0))
    then = totals(*rows, as_of=date(2022, 9, 30))  # type: ignore[arg-type]
    assert one(then, "feedstock_deducted")["equivalent"] == 0
    assert one(totals(*rows), "feedstock_deducted")["equivalent"] > 0  # type: ignore[arg-type]


def test_renewables_above_the_base_year_count_in_the_total_and_not_in_the_intensity() -> None:
    made = totals(*BASE, certified=[("E-1", 2022, 120.0, True), ("E-1", 2020, 20.0, False)])
    stat = one(made, "statistical")
    assert stat["equivalent"] - one(made, "control_total")["equivalent"] == pytest.approx(100 * 0.3015)
    assert stat["calorific"] - one(made, "control_total")["calorific"] == pytest.approx(100 * 0.1229)
    assert one(made, "control_intensity")["equivalent"] == pytest.approx(stat["equivalent"])
    assert stat["equivalent"] - one(made, "fossil")["equivalent"] == pytest.approx(120 * 0.3015)


def test_what_no_certificate_proves_is_not_left_out() -> None:
    made = totals(*BASE, certified=[("E-1", 2022, 120.0, False), ("E-1", 2020, 20.0, False)])
    assert one(made, "renewables_deducted")["equivalent"] == 0


def test_renewables_without_a_base_year_are_not_known() -> None:
    made = totals(*BASE, certified=[("E-1", 2022, 120.0, True)])
    row = one(made, "control_total")
    assert row["equivalent"] is None
    assert "2020" in row["note"]
    assert one(made, "control_intensity")["equivalent"] is not None


def test_less_renewables_than_in_the_base_year_add_nothing() -> None:
    made = totals(*BASE, certified=[("E-1", 2022, 10.0, True), ("E-1", 2020, 20.0, True)])
    assert one(made, "renewables_deducted")["equivalent"] == 0


def test_a_missing_month_leaves_the_total_unknown() -> None:
    made = totals(("E-1", "used", "bituminous", "2022", None), ("E-1", "bought", "electricity", "2022", 500.0))
    assert one(made, "statistical")["equivalent"] is None
    assert one(made, "control_total")["equivalent"] is None
    assert one(made, "statistical")["note"]


def test_own_power_from_own_heat_is_not_counted_twice(coal: float) -> None:
    made = totals(
        ("E-1", "used", "bituminous", "2022", 1000.0),
        ("E-1", "used", "electricity", "2022", 300.0),
        ("E-1", "produced", "electricity", "2022", 300.0),
    )
    assert one(made, "statistical")["equivalent"] == pytest.approx(1000 * coal)


def _medium(value: float | None, measure: str = "medium_oxygen", unit: str = "10^4 Nm3") -> pl.DataFrame:
    id = content_id("F", measure, str(value))
    row = (id, "enterprise", "E-1", measure, "", "2022", value, unit, value, unit, None, "official", "m.xlsx",
           "ee" * 32, "x", 2, "数值")  # fmt: skip
    return pl.DataFrame([row], schema=SCHEMA, orient="row")


def test_bought_media_count_in_comprehensive_energy_alone() -> None:
    made = totals(*BASE, more=_medium(2.0))
    assert one(made, "media")["calorific"] == pytest.approx(2 * 4.0)  # 20 000 m3 of oxygen at 0.4 kgce/m3
    gone = one(made, "comprehensive")["calorific"] - one(made, "statistical")["calorific"]
    assert gone == pytest.approx(8.0)
    assert one(totals(*BASE, more=_medium(None)), "comprehensive")["calorific"] is None


def test_an_area_with_a_firm_that_lacks_it_has_no_total_but_says_what_there_is() -> None:
    made = totals(*BASE, ("E-2", "used", "bituminous", "2022", None))
    area = of_subjects(made.rows, ["E-1", "E-2"], "140000")
    row = area.filter(measure="statistical", year=2022).row(0, named=True)
    assert row["equivalent"] is None
    assert row["note"] == "部分（1/2家企业）"
    whole = of_subjects(made.rows, ["E-1"], "140000").filter(measure="statistical", year=2022).row(0, named=True)
    assert whole["equivalent"] == pytest.approx(row["partial_equivalent"])


def test_more_left_out_than_used_is_found() -> None:
    made = totals(
        ("E-1", "used", "bituminous", "2022", 10.0),
        ("E-1", "use.feedstock_ammonia", "bituminous", "2022", 300.0),
    )
    assert one(made, "control_total")["equivalent"] < 0  # said, never clipped
    assert "control_total" in made.findings.filter(kind="deduction")["measure"].to_list()
