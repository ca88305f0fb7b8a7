"""The matrix refuses what it does not name, and scope hides what is foreign."""

from __future__ import annotations

import polars as pl
import pytest

from dafeng.app.permission import MATRIX, require, require_everything, sees, visible_enterprises
from dafeng.base.callers import ROLES, Caller
from dafeng.base.errors import NotAllowed


@pytest.mark.parametrize("use_case", MATRIX)
@pytest.mark.parametrize("role", ROLES)
def test_every_role_and_use_case_is_as_the_matrix_says(use_case, role):
    caller = Caller("a", frozenset({role}))
    if role in MATRIX[use_case]:
        require(caller, use_case)
    else:
        with pytest.raises(NotAllowed):
            require(caller, use_case)


def test_an_unknown_use_case_is_refused_to_everybody():
    with pytest.raises(NotAllowed):
        require(Caller("a", frozenset(ROLES), everything=True), "universe.end")


def test_running_the_programme_needs_the_whole_scope():
    with pytest.raises(NotAllowed):
        require_everything(Caller("a", frozenset({"officer"}), areas=frozenset({"990101"})), "programme.run")


def test_a_county_sees_its_own_firms_only():
    rows = pl.DataFrame({"enterprise_id": ["E-1", "E-2", "E-3"], "area_code": ["990101", "990102", "990102"]})
    county = Caller("c", frozenset({"county"}), areas=frozenset({"990101"}), enterprises=frozenset({"E-3"}))
    assert visible_enterprises(county, rows, frozenset({"990101"}))["enterprise_id"].to_list() == ["E-1", "E-3"]


def test_a_subject_is_seen_where_its_area_or_its_own_id_is_in_the_scope():
    scope = frozenset({"990101", "E-1", "31"})
    assert sees("enterprise", "E-1", scope)
    assert not sees("enterprise", "E-2", scope)
    assert sees("area_industry", "990101|31", scope)
    assert not sees("area_industry", "990102|31", scope)
    assert not sees("industry", "31", scope)  # a firm with the id 31 does not open the industry of that code
