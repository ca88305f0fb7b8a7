"""Dated rows: right in every year, never overwritten."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dafeng.base.errors import BadRequest
from dafeng.registry.areas import area_tree
from dafeng.registry.dated import as_of, date_faults, revised
from dafeng.registry.enterprises import (
    ENTERPRISE,
    SITE,
    enterprise_id,
    one_row_each,
    registry_faults,
    subject_attributes,
    subject_tree,
)
from dafeng.registry.industries import industry_tree


def firm(since: str, until: str | None = None, **more: object) -> dict[str, object]:
    row = {"enterprise_id": "E-1", "name": "甲厂", "area_code": "140781", "industry_code": "3120", "synthetic": True}
    return row | {"since": date.fromisoformat(since), "until": until and date.fromisoformat(until)} | more


MOVED = ENTERPRISE.frame([firm("2020-01-01", "2022-07-01"), firm("2022-07-01", area_code="140702")])


def test_the_row_in_force_on_the_day_speaks() -> None:
    assert as_of(MOVED, date(2022, 6, 30))["area_code"].to_list() == ["140781"]
    assert as_of(MOVED, date(2022, 7, 1))["area_code"].to_list() == ["140702"]
    assert as_of(MOVED, date(2019, 12, 31)).is_empty()


def test_a_firm_that_moved_counts_where_it_stood_at_the_end_of_each_period() -> None:
    asked = pl.DataFrame({"enterprise_id": ["E-1"] * 5, "period": ["2021", "2022", "2022-06", "2022-07", "2019"]})
    found = subject_attributes(asked, MOVED)
    assert found.select("period", "area_code").rows() == [
        ("2021", "140781"),
        ("2022", "140702"),
        ("2022-06", "140781"),
        ("2022-07", "140702"),
        ("2019", None),
    ]


def test_a_firm_that_closed_in_the_year_still_belongs_somewhere_in_that_year() -> None:
    closed = ENTERPRISE.frame([firm("2020-01-01", "2022-03-01")])
    asked = pl.DataFrame({"enterprise_id": ["E-1", "E-1"], "period": ["2022", "2023"]})
    assert subject_attributes(asked, closed)["area_code"].to_list() == ["140781", None]


@pytest.mark.parametrize(
    ("rows", "kind", "severity"),
    [
        ([firm("2020-01-01"), firm("2022-01-01")], "dates_overlap", "error"),
        ([firm("2020-01-01", "2022-02-01"), firm("2022-01-01")], "dates_overlap", "error"),
        ([firm("2020-01-01", "2021-01-01"), firm("2022-01-01")], "dates_gap", "warning"),
        ([firm("2020-01-01", "2020-01-01")], "dates_backwards", "error"),
    ],
)
def test_histories_that_do_not_join_are_told(rows: list[dict[str, object]], kind: str, severity: str) -> None:
    faults = date_faults(ENTERPRISE.frame(rows), "enterprise_id")
    assert faults.select("kind", "severity").rows() == [(kind, severity)]


def test_a_clean_history_has_no_faults() -> None:
    assert date_faults(MOVED, "enterprise_id").is_empty()


def test_strangers_in_a_registry_are_told() -> None:
    enterprises = ENTERPRISE.frame([firm("2020-01-01", area_code="140799", industry_code="3199")])
    sites = SITE.frame([{"site_id": "S-1", "enterprise_id": "E-2", "name": "一厂", "since": date(2020, 1, 1)}])
    faults = registry_faults(enterprises, sites, area_tree(), industry_tree())
    assert sorted(faults["kind"]) == ["unknown_area_code", "unknown_enterprise_id", "unknown_industry_code"]


def test_the_same_roster_twice_is_as_once() -> None:
    once, changes = revised(ENTERPRISE.empty(), MOVED, "enterprise_id")
    again, nothing = revised(once, MOVED, "enterprise_id")
    assert changes["kind"].to_list() == ["added", "added"]
    assert nothing.is_empty()
    assert again.equals(once)


def test_a_change_ends_the_old_row_and_a_correction_replaces_it() -> None:
    start = ENTERPRISE.frame([firm("2020-01-01")])
    changed, listed = revised(start, ENTERPRISE.frame([firm("2023-01-01", name="乙厂")]), "enterprise_id")
    assert changed.select("name", "since", "until").rows() == [
        ("甲厂", date(2020, 1, 1), date(2023, 1, 1)),
        ("乙厂", date(2023, 1, 1), None),
    ]
    assert listed.select("kind", "changed").rows() == [("changed", "name")]
    assert date_faults(changed, "enterprise_id").is_empty()
    corrected, listed = revised(start, ENTERPRISE.frame([firm("2020-01-01", industry_code="3110")]), "enterprise_id")
    assert corrected["industry_code"].to_list() == ["3110"]
    assert listed["kind"].to_list() == ["corrected"]


def test_a_change_in_the_middle_of_a_history_keeps_what_follows() -> None:
    middle, _ = revised(MOVED, ENTERPRISE.frame([firm("2021-01-01", name="丙厂")]), "enterprise_id")
    assert middle.select("name", "area_code", "since", "until").rows() == [
        ("甲厂", "140781", date(2020, 1, 1), date(2021, 1, 1)),
        ("丙厂", "140781", date(2021, 1, 1), date(2022, 7, 1)),
        ("甲厂", "140702", date(2022, 7, 1), None),
    ]
    assert date_faults(middle, "enterprise_id").is_empty()


def test_a_blank_attribute_is_no_change_and_an_end_ends() -> None:
    start = ENTERPRISE.frame([firm("2020-01-01")])
    same, nothing = revised(start, ENTERPRISE.frame([firm("2023-01-01", area_code=None)]), "enterprise_id")
    assert nothing.is_empty()
    assert same.equals(start)
    ended, listed = revised(start, ENTERPRISE.frame([firm("2020-01-01", "2024-01-01")]), "enterprise_id")
    assert ended["until"].to_list() == [date(2024, 1, 1)]
    assert len(listed) == 1


def test_a_row_before_the_first_one_ends_where_that_begins() -> None:
    earlier, _ = revised(MOVED, ENTERPRISE.frame([firm("2015-01-01", name="老厂")]), "enterprise_id")
    assert earlier.select("name", "until").row(0) == ("老厂", date(2020, 1, 1))
    assert date_faults(earlier, "enterprise_id").is_empty()


def test_sites_stand_below_enterprises_and_those_in_areas() -> None:
    sites = SITE.frame([{"site_id": "S-1", "enterprise_id": "E-1", "name": "一厂", "since": date(2020, 1, 1)}])
    tree = subject_tree(MOVED, sites, date(2023, 1, 1))
    assert tree.select("subject_id", "parent_id").rows() == [("E-1", "140702"), ("S-1", "E-1")]


def test_a_registry_with_two_rows_in_force_is_refused() -> None:
    with pytest.raises(BadRequest, match="E-1"):
        one_row_each(ENTERPRISE.frame([firm("2020-01-01"), firm("2021-01-01")]), date(2022, 1, 1))
    assert len(one_row_each(MOVED, date(2022, 1, 1))) == 1


def test_an_enterprise_is_known_by_its_credit_code() -> None:
    assert enterprise_id("91110000600037341L") == "E-91110000600037341L"
