"""Provenance: a result is as sure as its least sure input, and an id is its content."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.provenance import STATUS_ZH, STATUSES, Place, Status, content_id, worst

statuses = st.lists(st.sampled_from(STATUSES), min_size=1)


@settings(deadline=None)
@given(statuses)
def test_the_worst_is_one_of_them_and_none_is_less_sure(found):
    assert worst(found) in found
    assert max(map(STATUSES.index, found)) == STATUSES.index(worst(found))


@settings(deadline=None)
@given(statuses, statuses)
def test_the_worst_of_two_lists_is_the_worst_of_their_worst(one, other):
    assert worst([*one, *other]) == worst([worst(one), worst(other)])


def test_of_nothing_nothing_is_doubtful_and_an_unknown_status_is_a_fault():
    assert worst([]) == "official"
    with pytest.raises(ValueError):
        worst(["sure"])


def test_every_status_has_a_mark_of_its_own():
    assert set(STATUSES) == set(get_args(Status)) == set(STATUS_ZH)
    assert len(set(STATUS_ZH.values())) == len(STATUSES)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abc,", max_size=4)), st.lists(st.text(alphabet="abc,", max_size=4)))
def test_an_id_is_its_content(one, other):
    same = one == other or {tuple(one), tuple(other)} == {(), ("",)}  # no part and one empty part say the same
    assert (content_id("X", *one) == content_id("X", *other)) == same


def test_a_place_leaves_out_what_is_not_known():
    assert Place(file="a.xlsx").words() == "a.xlsx"
    assert Place(file="a.xlsx", sheet="能源", row=3, column="数值").words() == "a.xlsx › 能源 › row 3 › 数值"
