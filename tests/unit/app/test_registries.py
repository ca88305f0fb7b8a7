"""The registry of a programme: packaged tables, own areas, and rows as they were known on a day."""

from __future__ import annotations

from datetime import timedelta

from fakes import NOW
from tiny_town import CITY, EAST, PROVINCE, WEST, empty_town, firm_rows, town

from dafeng.app.registries import registry_of


def test_areas_are_cut_to_the_programme_and_what_stands_above():
    assert set(registry_of(town()).areas["area_code"]) == {PROVINCE, CITY, EAST, WEST}


def test_a_firm_of_elsewhere_brings_its_own_areas():
    services = town()
    services.records.put_registry("enterprises", firm_rows(("E-9", "外地厂", "140781", "3120")), "B-2", NOW)
    assert {"140781", "140700", "140000"} <= set(registry_of(services).areas["area_code"])


def test_the_registry_as_it_was_known():
    services = town()
    services.records.put_registry(
        "enterprises", firm_rows(("E-1", "改名厂", EAST, "3120")), "B-2", NOW + timedelta(days=9)
    )
    then, now = registry_of(services, NOW), registry_of(services)
    assert then.enterprises.filter(enterprise_id="E-1")["name"].item() == "东方钢铁厂"
    assert now.enterprises.filter(enterprise_id="E-1")["name"].item() == "改名厂"


def test_an_unknown_code_is_its_own_name():
    registry = registry_of(town())
    assert registry.area_name(EAST) == "东县"
    assert registry.area_name("999999") == "999999"


def test_an_area_in_no_table_gives_the_whole_table_and_no_error():
    registry = registry_of(empty_town(area="999999"))
    assert registry.areas.height > 3000
    assert registry.enterprises.is_empty()
