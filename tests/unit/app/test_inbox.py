"""The inbox holds what waits for a move of the caller, and nothing else; findings go their way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from filing_town import (
    ANALYST,
    APPROVER,
    BOTH,
    CITY,
    COUNTY,
    FILLER,
    FOREIGN,
    OTHER_COUNTY,
    VERIFIER,
    draft,
    filing_town,
    filled,
    step,
)  # fmt: skip

from dafeng.app import findings
from dafeng.app.cases import Unmet
from dafeng.app.findings import FindingDraft, FindingMove
from dafeng.app.inbox import inbox
from dafeng.app.permission import may
from dafeng.app.tasks import dispatching
from dafeng.app.tasks.dispatching import DispatchOrder
from dafeng.base.callers import ROLES, Caller
from dafeng.base.errors import NotAllowed, NotFound


@pytest.fixture
def town():
    return filing_town()


def waits(town, caller, kind="filing"):
    return {(i.id, i.moves) for i in inbox(town, caller).items if i.kind == kind and not i.escalated}


def test_a_filing_that_waits_is_named_in_both_languages(town):
    page = draft(town)
    (item,) = (i for i in inbox(town, FILLER).items if i.id == page.id)
    firm = page.enterprise_name
    assert item.title == f"{firm} {page.contract_name.zh} {page.period_name.zh}"
    assert item.title_en == f"{firm} {page.contract_name.en} {page.period}"


def test_a_filing_waits_for_one_role_after_the_other(town):
    page = draft(town)
    way = (
        (FILLER, "draft", ("submit",)),
        (APPROVER, "submitted", ("approve", "return")),
        (COUNTY, "approved", ("pass", "return")),
        (CITY, "county_passed", ("confirm", "return")),
    )
    page = filled(town)
    for who, state, moves in way:
        assert page.state == state
        assert waits(town, who) == {(page.id, moves)}
        for other in (FILLER, APPROVER, COUNTY, CITY, OTHER_COUNTY, FOREIGN, VERIFIER):
            if other is not who:
                assert waits(town, other) == set()
        page = step(town, who, page, moves[0])
    assert all(waits(town, who) == set() for who in (FILLER, APPROVER, COUNTY, CITY))


def test_who_filled_in_does_not_wait_for_his_own_approval(town):
    page = step(town, BOTH, filled(town, caller=BOTH), "submit")
    assert waits(town, BOTH) == set()
    assert waits(town, APPROVER) == {(page.id, ("approve", "return"))}


def test_what_is_due_waits_until_a_filing_is_open(town):
    assert "E-1|energy|2025-01" in {i for i, _ in waits(town, FILLER, "due")}
    draft(town)
    assert "E-1|energy|2025-01" not in {i for i, _ in waits(town, FILLER, "due")}
    assert {i.split("|")[0] for i, _ in waits(town, FILLER, "due")} == {"E-1"}
    assert waits(town, COUNTY, "due") == set()


ODD_SCOPES = {
    "no scope": {},
    "a foreign area": {"areas": frozenset({"110000"})},
    "no area at all": {"areas": frozenset({"", "x"})},
    "an unknown firm": {"enterprises": frozenset({"E-nobody"})},
    "an unknown department": {"departments": frozenset({"无此部门"})},
    "everything": {"everything": True},
}


@pytest.fixture(scope="module")
def busy():
    """A town where something of every kind waits."""
    town = filing_town()
    step(town, FILLER, filled(town), "submit")
    order = DispatchOrder(words="请报进展", term=date(2025, 4, 1), department="市工信局")
    dispatching.dispatch(town, CITY, "plan#k1", order)
    county = DispatchOrder(words="请报进展", term=date(2025, 4, 1), area="990101")
    dispatching.dispatch(town, CITY, "plan#k1", county)
    findings.write_finding(town, VERIFIER, FindingDraft(enterprise_id="E-1", severity="major", words="缺化验单"))
    return town


@pytest.mark.parametrize("role", [r for r in ROLES if may(Caller("x", frozenset({r})), "inbox.see")])
@pytest.mark.parametrize("scope", ODD_SCOPES)
def test_every_role_has_an_inbox_whatever_its_scope(busy, role, scope):
    found = inbox(busy, Caller(f"{role}甲", frozenset({role}), **ODD_SCOPES[scope]))
    assert found.total == len(found.items)
    if scope != "everything":
        assert {i.kind for i in found.items} <= {"task", "dispatch"}


def test_a_term_that_passed_is_shown_to_whom_it_escalates(town):
    page = step(town, FILLER, filled(town), "submit")
    page = step(town, APPROVER, page, "approve")
    assert not [i for i in inbox(town, CITY).items if i.id == page.id]
    town.clock.moment += timedelta(days=6)
    told = [i for i in inbox(town, CITY).items if i.id == page.id]
    assert [(i.escalated, i.moves, i.urgency.level) for i in told] == [(True, (), "red")]
    assert waits(town, COUNTY) == {(page.id, ("pass", "return"))}


def test_items_are_in_the_order_of_their_terms_and_counted(town):
    filled(town)
    found = inbox(town, FILLER)
    assert [i.term for i in found.items] == sorted(i.term for i in found.items)
    assert found.total == len(found.items) == sum(found.kinds.values())
    assert found.kinds["filing"] == 1
    assert sum(found.levels.values()) == sum(1 for i in found.items if i.urgency)


def test_a_dispatch_waits_for_its_recipient(town):
    order = DispatchOrder(words="报送", term=date(2025, 4, 1), area="990101")
    card = dispatching.dispatch(town, CITY, "plan#k1", order)
    assert waits(town, COUNTY, "dispatch") == {(card.id, ("acknowledge",))}
    assert waits(town, OTHER_COUNTY, "dispatch") == set()
    assert inbox(town, ANALYST).items == ()


def test_a_finding_is_answered_by_the_firm_and_closed_by_the_verifier(town):
    wrote = FindingDraft(enterprise_id="E-1", severity="major", words="电表未检定")
    found = findings.write_finding(town, VERIFIER, wrote)
    assert (found.state, found.term) == ("open", "2025-03-11")
    assert waits(town, FILLER, "finding") == {(found.id, ("answer",))}
    with pytest.raises(NotAllowed):
        findings.move_finding(town, FILLER, found.id, FindingMove(move="withdraw", reason="x"), found.version)
    with pytest.raises(Unmet):
        findings.move_finding(town, FILLER, found.id, FindingMove(move="answer"), found.version)
    with_file = findings.attach_to_finding(town, FILLER, found.id, b"proof", "检定证书.pdf", found.version)
    said = findings.move_finding(town, FILLER, found.id, FindingMove(move="answer", words="已送检"), with_file.version)
    assert waits(town, VERIFIER, "finding") == {(found.id, ("close", "reopen"))} or waits(
        town, VERIFIER, "finding"
    ) == {(found.id, ("reopen", "close"))}
    closed = findings.move_finding(town, VERIFIER, found.id, FindingMove(move="close"), said.version)
    assert (closed.state, closed.answer) == ("closed", "已送检")
    assert [s.move for s in closed.trail] == ["write", "attach", "answer", "close"]
    sha = closed.evidence[0][0]
    assert findings.finding_evidence(town, VERIFIER, found.id, sha).data == b"proof"


def test_a_finding_on_a_foreign_firm_or_number_is_not_there(town):
    foreign = town.columns.facts().filter(subject_id="E-1")["fact_id"][0]
    for wrote in (
        FindingDraft(enterprise_id="E-3", severity="note", words="x"),
        FindingDraft(enterprise_id="E-1", severity="note", words="x", node="F-0000000000000000"),
    ):
        with pytest.raises(NotFound):
            findings.write_finding(town, VERIFIER, wrote)
    mine = findings.write_finding(
        town, VERIFIER, FindingDraft(enterprise_id="E-1", severity="note", words="x", node=foreign)
    )
    for who in (FOREIGN, OTHER_COUNTY):
        with pytest.raises(NotFound):
            findings.finding(town, who, mine.id)
        assert waits(town, who, "finding") == set()
    with pytest.raises(NotAllowed):
        findings.write_finding(town, COUNTY, FindingDraft(enterprise_id="E-1", severity="note", words="x"))
