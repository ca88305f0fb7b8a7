"""The machines are whole: every state can be reached and left, every move is somebody's, terms are named."""

from __future__ import annotations

from datetime import date

import pytest

from dafeng.act.machine import KINDS, NEEDS, Given, barred, machine, unmet
from dafeng.app.permission import matrix
from dafeng.base.errors import BadRequest


@pytest.mark.parametrize("kind", KINDS)
def test_every_move_joins_known_states_by_a_use_case_of_the_matrix(kind):
    life = machine(kind)
    for move in (life.start, *life.moves):
        assert move.target in life.states
        assert move.source in {*life.states, ""}
        assert move.who in matrix()
        assert move.needs <= NEEDS
        assert move.zh
        assert move.en
    assert set(life.line) <= set(life.states)


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_reached_from_the_start(kind):
    life = machine(kind)
    reached = {life.start.target}
    while found := {m.target for s in reached for m in life.out_of(s)} - reached:
        reached |= found
    assert reached == set(life.states)


@pytest.mark.parametrize("kind", ["filing", "dispatch", "finding"])
def test_a_case_that_has_not_ended_waits_for_somebody(kind):
    life = machine(kind)
    for state in life.states.values():
        assert any(not m.aside for m in life.out_of(state.id)) is not state.ends


@pytest.mark.parametrize("kind", KINDS)
def test_one_use_case_makes_a_move_of_a_state_in_one_way_only(kind):
    ways = [(m.source, m.id, m.who) for m in machine(kind).moves]
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_told_after_the_term_is_a_use_case_of_the_matrix(kind):
    for state in machine(kind).states.values():
        assert state.passes in ("remind", "escalate")
        assert (state.escalates_to in matrix()) is (state.passes == "escalate")


def test_a_return_always_needs_a_reason_and_a_review_another_person():
    moves = machine("filing").moves
    assert all("reason" in m.needs for m in moves if m.id in ("return", "reopen", "withdraw"))
    assert all("place" in m.needs for m in moves if m.id == "return")
    assert all("another_person" in m.needs for m in moves if m.id in ("approve", "pass", "confirm"))


def test_what_a_move_lacks_is_listed_whole():
    submit = machine("filing").find("draft", "submit")[0]
    assert [p.column or p.where for p in unmet(submit, Given("a"))]
    assert unmet(submit, Given("a", rows=1)) == ()
    back = machine("filing").find("submitted", "return")[0]
    assert [p.column for p in unmet(back, Given("a", reason="  "))] == ["cells", "reason"]
    assert unmet(back, Given("a", reason="单位", whole=True)) == unmet(back, Given("a", reason="单位", cells=1)) == ()


def test_who_filled_in_and_who_is_not_addressed_is_barred():
    approve = machine("filing").find("submitted", "approve")[0]
    assert barred(approve, Given("a", filled_by=frozenset({"a"})))
    assert barred(approve, Given("b", filled_by=frozenset({"a"}))) is None
    assert barred(machine("dispatch").find("sent", "acknowledge")[0], Given("a"))


def test_the_term_of_a_step_counts_from_its_day_and_else_is_the_cases_own():
    life = machine("filing")
    assert life.term("submitted", date(2025, 2, 3), date(2025, 2, 20)) == date(2025, 2, 6)
    assert life.term("draft", date(2025, 2, 3), date(2025, 2, 20)) == date(2025, 2, 20)
    assert life.term("confirmed", date(2025, 2, 3), date(2025, 2, 20)) is None


def test_an_unknown_kind_or_move_is_refused():
    with pytest.raises(BadRequest):
        machine("dream")
    with pytest.raises(BadRequest):
        machine("filing").named("forget")
