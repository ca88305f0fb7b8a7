"""For any sequence of moves by anybody: the state is one the machine allows, and the trail tells all of it."""

from __future__ import annotations

from filing_town import APPROVER, BOTH, CITY, COUNTY, EVERYBODY, FILLER, GOOD, MONTH, draft, filing_town
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.act.machine import machine
from dafeng.app.cases import line_of, store
from dafeng.app.filing import acts as filing
from dafeng.app.filing import moves as filing_moves
from dafeng.app.permission import may
from dafeng.base.errors import DafengError
from dafeng.collect.facts import current

LIFE = machine("filing")
MOVES = ("save", *sorted({m.id for m in LIFE.moves} - {"edit", "upload"}))
ORDERLY = ((FILLER, "submit"), (APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm"), (CITY, "return"))
ACTS = st.lists(
    st.one_of(st.sampled_from(ORDERLY), st.tuples(st.sampled_from((*EVERYBODY, BOTH)), st.sampled_from(MOVES))),
    max_size=14,
)


def act(town, who, page, move, number):
    version = store(town).case(page.id).version
    if move == "save":
        rows = filing.FilingRows(rows=[dict(GOOD[0]) | {"used": str(1000 + number), "bought": str(1000 + number)}])
        filing.save_rows(town, who, page.id, rows, version)
    else:
        filing_moves.move_filing(town, who, page.id, filing_moves.FilingMove(move=move, reason="因故"), version)


@settings(max_examples=40, deadline=None)
@given(ACTS)
def test_the_state_is_always_allowed_and_the_trail_complete(acts):
    town = filing_town()
    page = draft(town)
    case = store(town).case(page.id)
    town.cases.put(_with_rows(case), case.version)
    done = 0
    for number, (who, move) in enumerate(acts):
        before = store(town).case(page.id)
        try:
            act(town, who, page, move, number)
        except DafengError:
            assert store(town).case(page.id) == before  # what is refused changes nothing
            continue
        done += 1
        after = store(town).case(page.id)
        name = "edit" if move == "save" else move
        allowed = [m for m in LIFE.find(before.state, name) if may(who, m.who)]
        assert after.state in {m.target for m in allowed}
        assert after.version == before.version + 1
    _is_whole(town, page.id, done)


def _with_rows(case):
    from dataclasses import replace

    return replace(case, data=case.data | {"rows": [dict(r) for r in GOOD]})


def _is_whole(town, case_id, done):
    case, trail = store(town).case(case_id), store(town).moves(case_id)
    assert [s.from_state for s in trail] == ["", *(s.to_state for s in trail[:-1])]
    assert trail[-1].to_state == case.state
    assert len(trail) <= done + 1
    moves = [s.move for s in trail]
    facts = current(town.columns.facts()).filter(subject_id="E-1", period=MONTH)
    assert facts.is_empty() is ("confirm" not in moves)  # facts are there from the first confirmation on
    for step in trail[1:]:
        assert step.who
        assert step.role
        assert step.at
        assert step.reason or step.move not in ("return", "withdraw", "reopen")
    line = line_of(case, trail)
    assert [s.here for s in line].count(True) == 1
