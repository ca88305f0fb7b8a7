"""The trail is the auditor's to read, page by page, and reading it is on it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

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
    assert desk.acts("refused") == ["audit.see", "audit.export", "audit.see"]


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


LIVE = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x"]


@pytest.mark.parametrize("text", LIVE)
def test_no_cell_of_the_csv_is_a_formula(desk, text):
    caller = replace(AUDITOR, name=text)
    audit.note(desk.services, caller, "x", text, ip=text)
    rows = csv.DictReader(io.StringIO(trail.as_csv(desk.services, AUDITOR, TrailQuery(act="x")).decode("utf-8-sig")))
    for cell in (cell for row in rows for cell in row.values()):
        assert cell is not None
        assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")), cell


def test_the_csv_has_the_filters_in_force_and_the_trail_tells_them(desk):
    for who, act in (("li", "filing.rows"), ("li", "task.progress"), ("wang", "filing.rows")):
        audit.note(desk.services, replace(AUDITOR, name=who), act, "C-1")
    text = trail.as_csv(desk.services, AUDITOR, TrailQuery(who="li"), "filing").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["who"], r["act"], r["act_zh"]) for r in rows] == [("li", "filing.rows", "保存填报数据")]
    line = desk.store.lines[-1]
    assert (line.act, line.detail) == ("audit.export", {"who": "li", "group": "filing"})


def test_a_group_holds_its_acts_and_an_unknown_one_is_refused(desk):
    audit.note(desk.services, AUDITOR, "filing.rows")
    audit.note(desk.services, AUDITOR, "task.progress")
    page = trail.trail(desk.services, AUDITOR, TrailQuery(), "tasks")
    assert [e.act for e in page.entries] == ["task.progress"]
    with pytest.raises(BadRequest) as refused:
        trail.trail(desk.services, AUDITOR, TrailQuery(), "everything")
    assert refused.value.zh


def test_scopes_on_the_lines_are_named(desk):
    detail = {"areas": ["990101", "123456"], "enterprises": ["E-1"]}
    audit.note(desk.services, AUDITOR, "user.grant", "li", **detail)
    names = trail.trail(desk.services, AUDITOR, TrailQuery()).names
    firm = desk.services.records.registry("enterprises").filter(enterprise_id="E-1")["name"][-1]
    assert names["E-1"] == firm
    assert "123456" not in names


def test_every_act_is_told_in_words(desk):
    known = trail.known_acts(desk.services, AUDITOR)
    assert {"session.begin", "door.csrf", "filing.move"} <= {a.act for a in known}
    assert all(a.zh and a.en and a.group_zh and a.group_en for a in known)


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
