"""Which electricity factor a family takes, as known on a day; and what is said where a value came later."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dafeng.base.errors import RuleNotInForce
from dafeng.rules.checks import _families
from dafeng.rules.frames import resolve
from dafeng.rules.rulebook import packaged_rulebook

R = packaged_rulebook()
IN_2021, IN_2022 = date(2021, 6, 1), date(2022, 6, 1)


@pytest.mark.parametrize("id", ["ndrc_general", "ndrc_steel_2013", "ndrc_building_2013", "gbt_32151"])
def test_the_step_of_2021_is_that_of_the_day_it_is_asked_on(id):
    family = R.family(id)
    asked = [family.electricity_step(IN_2021, d) for d in (date(2024, 4, 11), date(2024, 4, 12), None)]
    assert [s.parameter for s in asked] == ["ndrc.grid_co2", "mee.grid_co2", "mee.grid_co2"]
    assert family.electricity_step(IN_2022, date(2023, 1, 1)).parameter == "mee.grid_co2"
    assert family.electricity_step(date(2020, 1, 1)).parameter == "ndrc.grid_co2"


def test_a_step_revised_later_is_no_overlap_but_an_unannounced_one_is():
    assert [p for p in _families(R) if "two electricity factor rules" in p.what] == []


def test_a_value_published_later_names_the_day_in_both_languages():
    with pytest.raises(RuleNotInForce) as error:
        R.parameter("mee.grid_co2", "320000").on(IN_2022, date(2023, 6, 1))
    assert "published on 2024-12-26" in error.value.what
    assert "as known on 2023-06-01" in error.value.what
    assert "2024-12-26" in error.value.zh
    assert "2024-12-26" in error.value.mend_zh
    with pytest.raises(RuleNotInForce) as never:
        R.parameter("mee.grid_co2", "320000").on(date(2031, 1, 1))
    assert "published on" not in never.value.what


def test_the_reason_of_a_line_names_it_too():
    asked = pl.DataFrame({"id": ["mee.grid_co2"], "scope": ["320000"], "period": ["2022"]})
    assert "2024-12-26才公布" in resolve(R, asked, date(2023, 6, 1))["reason"][0]
    assert resolve(R, asked, date(2025, 1, 1))["value"][0] == 0.5978
