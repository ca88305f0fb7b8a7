"""Dated values: which one holds on a day, as it was known on another; what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from dafeng.base.errors import RuleConflict, RuleError, RuleNotInForce, RuleUnknown
from dafeng.rules.rulebook import Rulebook, assemble

REGIONS = {
    "status": "recalled",
    "source": "test",
    "regions": [
        {"region": "north", "zh": "华北", "since": date(2006, 1, 1), "heads": ["14", "15"]},
        {"region": "northeast", "zh": "东北", "since": date(2006, 1, 1), "heads": ["1504"]},
        {"region": "central", "zh": "华中", "since": date(2006, 1, 1), "until": date(2020, 12, 31), "heads": ["51"]},
        {"region": "southwest", "zh": "西南", "since": date(2021, 1, 1), "heads": ["51"]},
    ],
}
ITEMS = {
    "items": [
        {
            "code": "coke",
            "zh": "焦炭",
            "en": "coke",
            "aliases": ["冶金焦"],
            "unit": "t",
            "class": "coke",
            "origin": "secondary",
            "carbon": "fossil",
        }
    ]
}


def parameter(scope: str = "CN", carry: dict | None = None, until: date | None = None, **values: object) -> dict:
    rows = values.get("rows") or [{"value": 0.6}]
    entry = {"id": "grid.co2", "name": {"zh": "电", "en": "grid"}, "unit": "tCO2/MWh", "scope": scope, "values": rows}
    return entry | ({"carry": carry} if carry else {}) | ({"until": until} if until else {})


def book(*parameters: dict, names: tuple[str, ...] = ("a.yaml",)) -> Rulebook:
    defaults = {"since": date(2022, 1, 1), "status": "official", "source": "TEST-1 §3"}
    docs = [(n, {"family": "t", "defaults": defaults, "parameters": list(parameters)}) for n in names]
    return assemble(docs, [], ITEMS, REGIONS, {"ranges": []})


TWO_YEARS = [
    {"since": date(2022, 1, 1), "value": 0.60, "published": date(2023, 2, 7)},
    {"since": date(2023, 1, 1), "value": 0.55, "published": date(2024, 4, 12)},
]


def test_the_value_in_force_on_the_day_is_used() -> None:
    grid = book(parameter(rows=TWO_YEARS)).parameter("grid.co2")
    assert grid.on(date(2022, 12, 31)).value == 0.60
    assert grid.on(date(2023, 1, 1)).value == 0.55


def test_a_day_after_the_last_one_is_an_error_that_names_the_file() -> None:
    grid = book(parameter(rows=TWO_YEARS, until=date(2023, 12, 31))).parameter("grid.co2")
    with pytest.raises(RuleNotInForce) as error:
        grid.on(date(2024, 3, 1))
    assert error.value.where.endswith("a.yaml")
    assert "2024-03-01" in error.value.what
    assert error.value.mend


def test_a_day_before_the_first_one_is_an_error() -> None:
    with pytest.raises(RuleNotInForce):
        book(parameter(rows=TWO_YEARS)).parameter("grid.co2").on(date(2021, 12, 31))


def test_what_was_not_yet_published_was_not_yet_known() -> None:
    grid = book(parameter(rows=TWO_YEARS)).parameter("grid.co2")
    with pytest.raises(RuleNotInForce, match="as known on 2024-01-01"):
        grid.on(date(2023, 5, 1), as_of=date(2024, 1, 1))
    assert grid.on(date(2023, 5, 1), as_of=date(2024, 4, 12)).value == 0.55


def test_a_revision_replaces_the_value_from_the_day_it_was_published() -> None:
    rows = [
        {"value": 0.60, "published": date(2023, 2, 7)},
        {"value": 0.61, "published": date(2023, 9, 1)},
    ]
    grid = book(parameter(rows=rows)).parameter("grid.co2")
    assert grid.on(date(2022, 5, 1), as_of=date(2023, 8, 31)).value == 0.60
    assert grid.on(date(2022, 5, 1)).value == 0.61


@pytest.mark.parametrize(
    "rows",
    [
        [{"value": 0.60}, {"value": 0.61}],
        [{"value": 0.60, "until": date(2023, 6, 30)}, {"value": 0.5, "since": date(2023, 1, 1)}],
        [{"value": 0.60, "until": date(2021, 12, 31)}],
    ],
    ids=["same first day", "overlap", "ends before it begins"],
)
def test_overlapping_values_are_refused_when_the_rulebook_is_read(rows: list[dict]) -> None:
    with pytest.raises(RuleConflict):
        book(parameter(rows=rows))


def test_one_parameter_in_two_files_is_refused() -> None:
    with pytest.raises(RuleConflict, match=r"a\.yaml and b\.yaml"):
        book(parameter(rows=TWO_YEARS), names=("a.yaml", "b.yaml"))


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(RuleError, match="statuss"):
        book(parameter(rows=[{"value": 0.6, "statuss": "official"}]))


def test_the_narrowest_scope_decides() -> None:
    rules = book(
        parameter("CN", rows=[{"value": 0.60}]),
        parameter("grid:north", rows=[{"value": 0.70}]),
        parameter("140000", rows=[{"value": 0.75}]),
    )
    day = date(2022, 5, 1)
    assert rules.parameter("grid.co2", "140781").on(day).value == 0.75
    assert rules.parameter("grid.co2", "150100").on(day).value == 0.70
    assert rules.parameter("grid.co2", "440100").on(day).value == 0.60


def test_a_province_out_of_date_is_not_silently_answered_by_the_nation() -> None:
    rules = book(parameter("CN"), parameter("140000", rows=[{"value": 0.75}], until=date(2022, 12, 31)))
    with pytest.raises(RuleNotInForce, match="140000"):
        rules.parameter("grid.co2", "140781").on(date(2023, 1, 1))


def test_grid_regions_are_dated_and_split_a_province() -> None:
    chain = book(parameter()).scopes.chain
    assert chain("150400", date(2022, 1, 1)) == ("150400", "150000", "grid:northeast", "CN")
    assert "grid:central" in chain("510100", date(2020, 12, 31))
    assert "grid:southwest" in chain("510100", date(2021, 1, 1))
    assert chain("990100", date(2021, 1, 1)) == ("990100", "990000", "CN")


CARRY = {"status": "trial", "note": "沿用", "forward_until": date(2024, 12, 31), "back_since": date(2020, 1, 1)}
DATED = [{"since": date(2022, 1, 1), "until": date(2022, 12, 31), "value": 0.6, "published": date(2023, 2, 7)}]


def test_a_carried_value_says_so_and_loses_status() -> None:
    grid = book(parameter(rows=DATED, carry=CARRY)).parameter("grid.co2")
    own, later, earlier = (grid.on(date(y, 5, 1)) for y in (2022, 2024, 2020))
    assert (own.value, own.status, own.carried) == (0.6, "official", False)
    for carried in (later, earlier):
        assert (carried.value, carried.status, carried.carried) == (0.6, "trial", True)
        assert "2022" in (carried.note or "")


def test_a_value_is_carried_no_further_than_its_rule_allows() -> None:
    grid = book(parameter(rows=DATED, carry=CARRY)).parameter("grid.co2")
    for day in (date(2025, 1, 1), date(2019, 12, 31)):
        with pytest.raises(RuleNotInForce):
            grid.on(day)


def test_unknown_names_are_errors() -> None:
    rules = book(parameter("140000"))
    with pytest.raises(RuleUnknown):
        rules.parameter("grid.co3")
    with pytest.raises(RuleUnknown):
        rules.parameter("grid.co2", "440100").on(date(2022, 5, 1))
    with pytest.raises(RuleUnknown):
        rules.family("none")
    with pytest.raises(RuleUnknown):
        rules.item("none")


def test_the_version_changes_with_any_value_and_only_then() -> None:
    one = book(parameter(rows=[{"value": 0.60}])).version
    assert one == book(parameter(rows=[{"value": 0.60}])).version
    assert one != book(parameter(rows=[{"value": 0.61}])).version


def test_an_energy_item_is_found_by_name_and_alias() -> None:
    rules = book(parameter())
    assert rules.item_named(" 冶金焦 ") == "coke"
    assert rules.item_named("Coke") == "coke"
    assert rules.item_named("石墨") is None
