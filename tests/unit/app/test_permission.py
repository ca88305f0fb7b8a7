"""The matrix refuses what it does not name, and scope hides what is foreign."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from dafeng.app.permission import (
    REACHES,
    SIGNED_IN,
    matrix,
    reaches,
    require,
    require_everything,
    sees,
    visible_enterprises,
)
from dafeng.base.callers import ROLES, Caller
from dafeng.base.errors import NotAllowed


@pytest.mark.parametrize("use_case", matrix())
@pytest.mark.parametrize("role", ROLES)
def test_every_role_and_use_case_is_as_the_matrix_says(use_case, role):
    caller = Caller("a", frozenset({role}))
    if role in matrix()[use_case].reach:
        require(caller, use_case)
    else:
        with pytest.raises(NotAllowed):
            require(caller, use_case)


def test_an_unknown_use_case_is_refused_to_everybody():
    with pytest.raises(NotAllowed):
        require(Caller("a", frozenset(ROLES), everything=True), "universe.end")


OFFICER = Caller("o", frozenset({"officer"}), areas=frozenset({"990100"}))


def test_every_line_is_whole():
    for line in matrix().values():
        assert line.zh
        assert line.en
        assert line.reach.keys() <= ROLES.keys() | {SIGNED_IN}
        assert set(line.reach.values()) <= set(REACHES)


def test_a_caller_of_two_roles_reaches_as_far_as_either():
    both = Caller("a", frozenset({"officer", "public"}))
    assert reaches(both, "plan.see") == {"all", "published"}


@pytest.mark.parametrize("areas", [{"990101"}, {"980000"}, set()])
def test_what_touches_the_whole_programme_needs_the_whole_scope(areas):
    with pytest.raises(NotAllowed):
        require_everything(replace(OFFICER, areas=frozenset(areas)), "programme.run", "990100")


@pytest.mark.parametrize("areas", [{"990100"}, {"990000"}, {"990101", "990100"}])
def test_an_officer_of_the_programmes_area_has_the_whole_of_it(areas):
    require_everything(replace(OFFICER, areas=frozenset(areas)), "programme.run", "990100")


def test_the_whole_scope_gives_no_right_that_the_role_has_not():
    with pytest.raises(NotAllowed):
        require_everything(replace(OFFICER, roles=frozenset({"county"})), "programme.run", "990100")


def test_no_role_may_grant_itself_power_and_read_the_trail_away():
    powers = {"user.create", "user.grant", "audit.see"}
    for role in ROLES.keys() - {"owner"}:
        assert len([p for p in powers if role in matrix()[p].reach]) <= 1


def firms(*rows: tuple[str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["enterprise_id", "area_code", "since"], orient="row").with_columns(
        pl.date("since", 1, 1)
    )


def test_an_analyst_sees_no_single_firm():
    rows = firms(("E-1", "990101", 2020))
    analyst = Caller("a", frozenset({"analyst"}), areas=frozenset({"990101"}), everything=True)
    assert visible_enterprises(analyst, rows, frozenset({"990101"})).is_empty()


def test_a_county_sees_its_own_firms_only():
    rows = firms(("E-1", "990101", 2020), ("E-2", "990102", 2020), ("E-3", "990102", 2020))
    county = Caller("c", frozenset({"county"}), areas=frozenset({"990101"}), enterprises=frozenset({"E-3"}))
    assert visible_enterprises(county, rows, frozenset({"990101"}))["enterprise_id"].to_list() == ["E-1", "E-3"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_firm_that_moved_is_its_new_countys_with_all_its_rows(order):
    moved = [("E-1", "990101", 2020), ("E-1", "990102", 2025)]
    rows = firms(*(moved[i] for i in order))
    old = Caller("旧县", frozenset({"county"}), areas=frozenset({"990101"}))
    new = Caller("新县", frozenset({"county"}), areas=frozenset({"990102"}))
    assert visible_enterprises(old, rows, old.areas).is_empty()
    assert visible_enterprises(new, rows, new.areas).height == 2
    assert visible_enterprises(replace(old, enterprises=frozenset({"E-1"})), rows, old.areas).height == 2


def test_a_subject_is_seen_where_its_area_or_its_own_id_is_in_the_scope():
    scope = frozenset({"990101", "E-1", "31"})
    assert sees("enterprise", "E-1", scope)
    assert not sees("enterprise", "E-2", scope)
    assert sees("area_industry", "990101|31", scope)
    assert not sees("area_industry", "990102|31", scope)
    assert not sees("industry", "31", scope)  # a firm with the id 31 does not open the industry of that code
