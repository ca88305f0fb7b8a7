"""The trail is the auditor's to read, page by page, and reading it is on it."""

from __future__ import annotations

import csv
import io

import pytest

from dafeng.app.identity import audit, trail
from dafeng.app.identity.ports import TrailQuery
from dafeng.base.callers import ROLES, Caller
from dafeng.base.errors import BadRequest, NotAllowed

AUDITOR = Caller("auditor", frozenset({"auditor"}), id="U-1")


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"auditor"}))
def test_nobody_but_the_auditor_reads_it_and_who_tries_is_on_it(desk, role):
    caller = Caller("somebody", frozenset({role}), everything=True)
    for read in (trail.trail, trail.whole_trail, trail.as_csv):
        with pytest.raises(NotAllowed):
            read(desk.services, caller, TrailQuery())
    assert desk.acts("refused") == ["audit.see"]


def test_pages_follow_each_other_without_gap_or_double(desk):
    for n in range(25):
        audit.note(desk.services, AUDITOR, "table.export", f"t{n}")
    seen, below = [], None
    while True:
        page = trail.trail(desk.services, AUDITOR, TrailQuery(act="table.export", limit=10, below=below))
        seen += [e.subject for e in page.entries]
        below = page.below
        if below is None:
            break
    assert seen == [f"t{n}" for n in reversed(range(25))]


def test_an_outcome_there_is_not_is_refused(desk):
    with pytest.raises(BadRequest):
        trail.trail(desk.services, AUDITOR, TrailQuery(outcome="perhaps"))


def test_taking_the_trail_away_is_on_the_trail(desk):
    audit.note(desk.services, AUDITOR, "x")
    assert [e.act for e in trail.whole_trail(desk.services, AUDITOR, TrailQuery())] == ["audit.export", "x"]


def test_the_csv_holds_every_line_and_no_formula(desk):
    for n in range(trail.MOST + 5):
        audit.note(desk.services, AUDITOR, "table.export", f"=HYPERLINK({n})", ip="10.0.0.1", columns=["a"])
    rows = list(
        csv.DictReader(
            io.StringIO(trail.as_csv(desk.services, AUDITOR, TrailQuery(act="table.export")).decode("utf-8-sig"))
        )
    )
    assert len(rows) == trail.MOST + 5
    assert rows[-1]["subject"] == "'=HYPERLINK(0)"
    assert rows[-1]["detail"] == '{"columns": ["a"]}'


def test_the_address_of_a_request_is_on_every_line_within_it(desk):
    with audit.coming_from("10.2.3.4"):
        audit.note(desk.services, AUDITOR, "one")
    audit.note(desk.services, AUDITOR, "two")
    assert [e.ip for e in desk.store.lines] == ["10.2.3.4", ""]


def test_a_line_cannot_be_broken_by_what_it_tells(desk):
    audit.note(desk.services, AUDITOR, "x", "a\nforged \x1b[2J line" + "y" * 1000)
    line = desk.store.lines[0].subject
    assert "\n" not in line
    assert "\x1b" not in line
    assert len(line) == 300
