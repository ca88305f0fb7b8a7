"""Roll-ups by area, industry and both: once up each tree, by where a works stood in the period."""

from __future__ import annotations

from datetime import date

import pytest
from account_frames import OLD, Registry, facts, line, registry

from dafeng.account.inventory import enterprise_lines, inventory, roll_ups
from dafeng.rules.rulebook import packaged_rulebook

BOOK = packaged_rulebook()
HEAT = 0.11
TWO = (("A", "140781", "3120", OLD, None), ("B", "140728", "2521", OLD, None))


def rolled(rows: list[tuple], place: Registry):
    return inventory(facts(*rows), BOOK, registry=place).lines


def heat(subject: str, period: str, value: float | None) -> tuple:
    return (subject, "bought", "heat", period, value)


def test_each_enterprise_counts_once_in_every_node_above_it() -> None:
    lines = rolled([heat("A", "2023", 1000.0), heat("B", "2023", 500.0)], registry(*TWO))
    want = {
        "140781": 110, "140728": 55, "140700": 165, "140000": 165,
        "3120": 110, "312": 110, "31": 110, "2521": 55, "C": 165,
        "140781|31": 110, "140700|31": 110, "140000|25": 55,
    }  # fmt: skip
    for node, value in want.items():
        found = line(lines, node, "co2_total_t", "total", "2023")
        assert found["value"] == pytest.approx(value), node
        assert found["coverage"] == 1.0
    assert line(lines, "140700", "co2_total_t", "total", "2023")["expected"] == 2


def test_a_works_that_moved_counts_in_each_county_in_its_time() -> None:
    place = registry(
        ("A", "140781", "3120", OLD, date(2022, 7, 1)),
        ("A", "140728", "2521", date(2022, 7, 1), None),
    )
    rows = [heat("A", f"{y}-{m:02d}", 100.0) for y in (2021, 2022, 2023) for m in range(1, 13)]
    lines = rolled(rows, place)
    assert line(lines, "140781", "co2_total_t", "total", "2021")["value"] == pytest.approx(132)
    assert line(lines, "140781", "co2_total_t", "total", "2022-06")["value"] == pytest.approx(11)
    assert line(lines, "140728", "co2_total_t", "total", "2022-07")["value"] == pytest.approx(11)
    assert line(lines, "140728", "co2_total_t", "total", "2022")["value"] == pytest.approx(132)
    assert line(lines, "2521", "co2_total_t", "total", "2023")["value"] == pytest.approx(132)
    assert lines.filter(subject_id="140781", period="2022").is_empty()
    for year in ("2021", "2022", "2023"):
        assert line(lines, "140700", "co2_total_t", "total", year)["value"] == pytest.approx(132)


def test_a_silent_key_user_leaves_the_area_open() -> None:
    lines = rolled([heat("A", "2023", 1000.0)], registry(*TWO))
    city = line(lines, "140700", "co2_total_t", "total", "2023")
    assert (city["value"], city["partial"]) == (None, pytest.approx(110))
    assert (city["present"], city["expected"], city["coverage"]) == (1, 2, 0.5)
    assert city["note"] == "部分（1/2家）"
    assert line(lines, "140781", "co2_total_t", "total", "2023")["value"] == pytest.approx(110)


@pytest.mark.parametrize(("key_user", "status"), [(False, "operating"), (True, "closed"), (True, "building")])
def test_who_owes_no_data_does_not_open_the_area(key_user: bool, status: str) -> None:
    place = registry(TWO[0], (*TWO[1], key_user, status))
    city = line(rolled([heat("A", "2023", 1000.0)], place), "140700", "co2_total_t", "total", "2023")
    assert (city["value"], city["expected"]) == (pytest.approx(110), 1)


def test_a_member_with_a_missing_month_shows_its_share() -> None:
    rows = [heat("A", f"2023-{m:02d}", 100.0) for m in range(1, 10)] + [heat("B", "2023", 500.0)]
    city = line(rolled(rows, registry(*TWO)), "140700", "co2_heat_t", "total", "2023")
    assert city["value"] is None
    assert city["partial"] == pytest.approx(99 + 55)
    assert city["coverage"] == pytest.approx((9 / 12 + 1) / 2)


def test_strangers_are_findings() -> None:
    place = registry(("A", "999999", "3120", OLD, None), ("C", "140781", None, OLD, None))
    rows = [heat(s, "2023", 1.0) for s in "ABC"]
    result = inventory(facts(*rows), BOOK, registry=place)
    kinds = {(r["kind"], r["subject_id"]) for r in result.findings.iter_rows(named=True)}
    assert {("no_area", "A"), ("not_registered", "B"), ("no_industry", "C")} <= kinds
    assert line(result.lines, "140781", "co2_heat_t", "total", "2023")["value"] == pytest.approx(HEAT)
    assert line(result.lines, "31", "co2_heat_t", "total", "2023")["value"] == pytest.approx(HEAT)


def test_rolling_up_finished_lines_gives_the_same() -> None:
    rows, place = [heat("A", "2023", 1000.0), heat("B", "2023-05", 500.0)], registry(*TWO)
    whole = rolled(rows, place)
    above = roll_ups(enterprise_lines(facts(*rows), BOOK, registry=place), place)
    assert above.equals(whole.filter(whole["subject_kind"] != "enterprise"))
