"""Who grants what to whom: separated duties, scopes that fit the role, and everything in the trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations

import pytest
from identity_fakes import GOOD, Desk

from dafeng.app.identity import own, people
from dafeng.app.identity.ports import Grant, Handover, User
from dafeng.app.identity.sessions import covered
from dafeng.base.callers import ADMINISTRATORS, ROLES
from dafeng.base.errors import BadRequest, NotAllowed, NotFound


@pytest.fixture
def office(desk):
    for role in ADMINISTRATORS:
        desk.account(role, role)
    desk.account("li")
    return desk


def test_the_three_administrators_share_the_work(office):
    sysadmin, secadmin, auditor = (office.caller(r) for r in ("sysadmin", "secadmin", "auditor"))
    people.create(office.services, sysadmin, "wang", display="王")
    with pytest.raises(NotAllowed):
        people.grant(office.services, sysadmin, "wang", roles=["officer"], areas=["990100"])
    with pytest.raises(NotAllowed):
        people.create(office.services, secadmin, "zhao", display="赵")
    people.grant(office.services, secadmin, "wang", roles=["officer"], areas=["990100"])
    for act in (people.people, lambda s, c: people.disable(s, c, "wang")):
        with pytest.raises(NotAllowed):
            act(office.services, auditor)


@pytest.mark.parametrize(
    ("who", "act"),
    [("secadmin", "grant"), ("secadmin", "revoke"), ("secadmin", "unlock"), ("sysadmin", "reset_password"),
     ("sysadmin", "reset_second_factor"), ("sysadmin", "enable")],
)  # fmt: skip
def test_nobody_does_it_for_himself(office, who, act):
    more = {"roles": ["officer"], "areas": ["990100"]} if act == "grant" else {}
    with pytest.raises(NotAllowed, match="for himself") as caught:
        getattr(people, act)(office.services, office.caller(who), who, **more)
    assert "自己的账号" in caught.value.zh


@pytest.mark.parametrize("act", ["reset_password", "reset_second_factor", "link"])
@pytest.mark.parametrize("whose", ["secadmin", "auditor"])
def test_an_administrators_way_in_is_reset_at_the_machine_only(office, act, whose):
    more = {"issuer": "https://id.example", "subject": "7"} if act == "link" else {}
    with pytest.raises(NotAllowed, match="at the machine only"):
        getattr(people, act)(office.services, office.caller("sysadmin"), whose, **more)


def test_the_system_administrator_does_not_disable_himself(office):
    with pytest.raises(NotAllowed, match="for himself"):
        people.disable(office.services, office.caller("sysadmin"), "sysadmin")


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in sorted(ADMINISTRATORS) for b in sorted(ROLES) if a != b])
def test_an_administrator_has_no_other_role(office, one, other):
    with pytest.raises(BadRequest):
        people.grant(office.services, office.owner, "li", roles=[one, other])


@pytest.mark.parametrize("role", ["owner", "public", "signed_in", "emperor"])
def test_some_roles_are_nobodys_to_grant(office, role):
    with pytest.raises(BadRequest, match="cannot be granted"):
        people.grant(office.services, office.owner, "li", roles=[role])


@pytest.mark.parametrize(
    ("one", "other"),
    [*combinations(("filler", "approver", "verifier"), 2), ("filler", "county"), ("approver", "officer"),
     ("verifier", "county")],
)  # fmt: skip
def test_who_is_checked_is_not_who_checks(office, one, other):
    with pytest.raises(BadRequest, match="do not go together"):
        people.grant(office.services, office.owner, "li", roles=[one, other], areas=["990101"], enterprises=["E-1"])


def test_one_person_with_two_accounts_is_not_filler_and_approver_of_one_firm(desk):
    desk.account("fill", "filler", email="li@firm.example", enterprises=["E-1", "E-2"])
    desk.account("approve", email="LI@firm.example")
    with pytest.raises(BadRequest, match="the same person"):
        people.grant(desk.services, desk.owner, "approve", roles=["approver"], enterprises=["E-2", "E-3"])
    assert people.grant(desk.services, desk.owner, "approve", roles=["approver"], enterprises=["E-3"]).roles == (
        "approver",
    )


OFFICES = [("sysadmin", {}), ("secadmin", {}), ("auditor", {}), ("officer", {"areas": ["990100"]}),
           ("filler", {"enterprises": ["E-1"]})]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"), [(a, b) for a, b in permutations(OFFICES, 2) if {a[0], b[0]} & ADMINISTRATORS]
)
def test_one_person_with_two_accounts_is_not_administrator_and_anything_else(desk, one, other):
    desk.account("first", one[0], email="wang@city.example", **one[1])
    desk.account("second", email=" Wang+2@CITY.example".strip())
    desk.account("another", other[0], email="zhao@city.example", **other[1])  # somebody else may be
    with pytest.raises(BadRequest, match="the same person") as refused:
        people.grant(desk.services, desk.owner, "second", roles=[other[0]], **other[1])
    assert "first" in refused.value.zh


def test_two_accounts_of_one_person_granted_at_the_same_moment_are_not_both_granted(desk, monkeypatch):
    """The other grant is written after the check of this one and before it."""
    for login in ("first", "second"):
        desk.account(login, email="wang@city.example")
    real, left = desk.store.put_grant, [1]

    def put_grant(*given):
        if left:
            left.pop()
            people.grant(desk.services, desk.owner, "first", roles=["auditor"])
        return real(*given)

    monkeypatch.setattr(desk.store, "put_grant", put_grant)
    with pytest.raises(BadRequest, match="the same person"):
        people.grant(desk.services, desk.owner, "second", roles=["sysadmin"])
    assert people.person(desk.services, desk.owner, "second").roles == ()


def test_the_same_office_twice_is_no_second_office(desk):
    desk.account("first", "secadmin", email="wang@city.example")
    desk.account("second", email="wang@city.example")
    assert people.grant(desk.services, desk.owner, "second", roles=["secadmin"]).roles == ("secadmin",)


def test_a_disabled_account_does_not_come_back_into_a_second_office(desk):
    desk.account("old", "officer", email="wang@city.example", areas=["990100"])
    people.disable(desk.services, desk.owner, "old")
    desk.account("new", "auditor", email="wang@city.example")
    with pytest.raises(BadRequest, match="the same person"):
        people.enable(desk.services, desk.owner, "old")


def test_nobody_grants_to_another_account_of_his_own(desk):
    desk.account("sec", "secadmin", email="sec@city.example")
    desk.account("mine", email="SEC@city.example")
    with pytest.raises(NotAllowed, match="for himself"):
        people.grant(desk.services, desk.caller("sec"), "mine", roles=["secadmin"])
    with pytest.raises(NotAllowed, match="for himself"):
        people.grant(desk.services, desk.caller("sec"), "mine", roles=["officer"], areas=["990100"])


def test_nobody_confirms_another_account_of_his_own(desk):
    """The grant is older than the address by which the two are known for one person's."""
    for login, role in (("sys", "sysadmin"), ("sec", "secadmin"), ("mine", "secadmin")):
        desk.account(login, role, email=f"{login}@city.example")
    user_id = desk.store.one(User, login="mine").user_id
    desk.store.add(Handover(user_id, desk.clock.moment, "sys", "password", "", desk.clock.moment))
    people.write_email(desk.services, desk.owner, "mine", email="sec@city.example")
    with pytest.raises(NotAllowed, match="for himself"):
        people.confirm(desk.services, desk.caller("sec"), "mine", taken_at=desk.clock.moment)


def test_an_administrator_is_known_by_an_address(desk):
    """Over the network it is needed; the owner at the machine, who makes the first ones, is told."""
    desk.account("sec", "secadmin", email="sec@city.example")
    desk.account("new")
    with pytest.raises(BadRequest, match="e-mail") as refused:
        people.grant(desk.services, desk.caller("sec"), "new", roles=["auditor"])
    assert "邮箱" in refused.value.zh
    assert people.grant(desk.services, desk.owner, "new", roles=["auditor"]).roles == ("auditor",)
    people.write_email(desk.services, desk.owner, "new", email="New@city.example")
    assert people.grant(desk.services, desk.caller("sec"), "new", roles=["auditor"]).email == "new@city.example"


def test_an_address_is_written_at_the_machine_and_not_into_a_second_office(office):
    for who in ("sysadmin", "secadmin"):
        with pytest.raises(NotAllowed):
            people.write_email(office.services, office.caller(who), "li", email="li@city.example")
    people.write_email(office.services, office.owner, "secadmin", email="x@city.example")
    people.grant(office.services, office.owner, "li", roles=["analyst"])
    with pytest.raises(BadRequest, match="the same person"):
        people.write_email(office.services, office.owner, "li", email="X@city.example")
    with pytest.raises(BadRequest, match="no e-mail"):
        people.write_email(office.services, office.owner, "li", email="nobody")


@pytest.mark.parametrize("act", ["disable", "enable"])
@pytest.mark.parametrize("whose", ["secadmin", "auditor"])
def test_an_administrator_is_disabled_at_the_machine_only(office, act, whose):
    with pytest.raises(NotAllowed, match="at the machine only") as refused:
        getattr(people, act)(office.services, office.caller("sysadmin"), whose)
    assert "服务器" in refused.value.zh
    assert people.disable(office.services, office.owner, whose).disabled
    assert not people.enable(office.services, office.owner, whose).disabled


@pytest.mark.parametrize(
    ("roles", "scope", "why"),
    [
        (["county"], {}, "without areas"),
        (["officer"], {"enterprises": ["E-1"]}, "without areas"),
        (["filler"], {}, "without enterprises"),
        (["approver"], {"enterprises": ["E-1"], "areas": ["990101"]}, "no areas"),
        (["verifier"], {"areas": ["990101"]}, "without enterprises"),
        (["county"], {"areas": ["990100"]}, "whole programme"),
        (["county"], {"areas": ["110000"]}, "no area of this programme"),
        (["filler"], {"enterprises": ["E-9"]}, "not in the registry"),
        (["auditor"], {"areas": ["990101"]}, "no scope"),
    ],
)
def test_a_role_needs_its_scope(office, roles, scope, why):
    with pytest.raises(BadRequest, match=why):
        people.grant(office.services, office.owner, "li", roles=roles, **scope)


def test_a_grant_takes_the_place_of_the_one_before_and_both_stay_on_record(office):
    people.grant(office.services, office.owner, "li", roles=["county"], areas=["990101"])
    token = office.sign_in("li").token
    people.grant(office.services, office.owner, "li", roles=["county"], areas=["990102"], reason="moved")
    assert office.session(token).caller.areas == {"990102"}  # at once, without a new sign-in
    rows = people.grants(office.services, office.caller("secadmin"), "li")
    assert [(g.areas, g.granted_by, g.reason) for g in rows] == [
        (("990101",), office.owner.name, ""),
        (("990102",), office.owner.name, "moved"),
    ]


def test_a_grant_ends_when_it_says_so(office):
    until = office.clock.moment + timedelta(hours=1)
    people.grant(office.services, office.owner, "li", roles=["analyst"], until=until)
    token = office.sign_in("li").token
    office.clock.on(minutes=20)
    assert office.session(token).caller.roles == {"analyst"}
    office.clock.on(minutes=20)
    office.session(token)
    office.clock.on(minutes=20)
    assert office.session(token).caller.roles == {"signed_in"}


def test_a_grant_does_not_end_in_the_past(office):
    with pytest.raises(BadRequest, match="end before"):
        people.grant(office.services, office.owner, "li", roles=["analyst"], until=datetime(2020, 1, 1, tzinfo=UTC))


def test_revoking_takes_the_named_roles_and_leaves_the_others(office):
    people.grant(office.services, office.owner, "li", roles=["county", "analyst"], areas=["990101"])
    left = people.revoke(office.services, office.caller("secadmin"), "li", roles=["county"])
    assert (left.roles, left.areas) == (("analyst",), ("990101",))
    assert people.revoke(office.services, office.caller("secadmin"), "li").roles == ()
    assert len(office.store.all(Grant, user_id=office.caller("li").id)) == 3


def test_a_reset_password_is_new_must_be_changed_and_ends_sessions(office):
    token = office.sign_in("li").token
    made = people.reset_password(office.services, office.caller("sysadmin"), "li")
    assert office.session(token) is None
    with pytest.raises(Exception, match="wrong"):
        office.sign_in("li", GOOD)
    assert office.sign_in("li", made.password).session.must_change_password


@pytest.mark.parametrize("login", ["Ab c", "1abc", "a", "李工", "a" * 65, "x/../y"])
def test_a_login_is_plain(office, login):
    with pytest.raises(BadRequest):
        people.create(office.services, office.owner, login, display="x")


def test_a_login_is_taken_once(office):
    with pytest.raises(BadRequest, match="already"):
        people.create(office.services, office.owner, "LI", display="x")


def test_passwords_made_by_us_differ_and_pass_the_rules(office):
    made = {people.create(office.services, office.owner, f"p{n}", display="x").password for n in range(20)}
    assert len(made) == 20
    assert all(len(p) >= 16 for p in made)


def test_an_unknown_login_is_not_found(office):
    with pytest.raises(NotFound):
        people.unlock(office.services, office.owner, "nobody")


def test_every_act_and_every_refusal_stands_in_the_trail_without_secrets(office):
    office.store.lines.clear()
    secadmin = office.caller("secadmin")
    people.grant(office.services, secadmin, "li", roles=["county"], areas=["990101"], reason="new")
    with pytest.raises(NotAllowed):
        people.create(office.services, secadmin, "zhao", display="赵")
    with pytest.raises(BadRequest):
        people.grant(office.services, secadmin, "li", roles=["owner"])
    made = people.reset_password(office.services, office.caller("sysadmin"), "li")
    told = [(e.who, e.act, e.subject, e.outcome) for e in office.store.lines if e.act.startswith("user.")]
    assert told == [
        ("secadmin", "user.grant", "li", "ok"),
        ("secadmin", "user.create", "zhao", "refused"),
        ("secadmin", "user.grant", "li", "failed"),
        ("sysadmin", "user.reset_password", "li", "ok"),
    ]
    granted = next(e for e in office.store.lines if e.act == "user.grant")
    assert granted.detail == {"roles": ["county"], "areas": ["990101"], "reason": "new"}
    assert made.password not in repr(office.store.lines)


def test_an_account_without_a_role_sees_itself_and_nothing_else(office):
    caller = office.caller("li")
    assert caller.roles == {"signed_in"}
    with pytest.raises(NotAllowed):
        people.people(office.services, caller)


def test_demo_accounts_are_refused_outside_a_demonstration(desk):
    with pytest.raises(BadRequest, match="demonstration only"):
        people.demo_people(desk.services, desk.owner)


def test_demo_accounts_are_one_a_role_and_can_sign_in():
    from tiny_town import delivered, facts

    desk = Desk(demonstration=True, second_factor_for=None)
    desk.services.columns.put_facts("B-1", facts(delivered()))
    made = people.demo_people(desk.services, desk.owner)
    assert {role for role, *_ in made} == set(ROLES) - {"owner", "public"}
    known = {p.email for p in people.people(desk.services, desk.owner)}
    assert len(known) == len(made)
    assert all(email.endswith(".example") for email in known)
    for role, login, password, _ in made:
        session = desk.sign_in(login, password).session
        assert session.caller.roles == {role}
        assert not session.must_change_password
    scopes = {login: desk.sign_in(login, password).session.caller for _, login, password, _ in made}
    assert scopes["filler"].enterprises == scopes["approver"].enterprises
    assert not scopes["stranger"].enterprises & scopes["verifier"].enterprises
    assert len(scopes["verifier"].enterprises) == 2
    again = people.demo_people(desk.services, desk.owner)
    assert {login for _, login, *_ in again} == set(scopes)
    assert not {p for *_, p, _ in again} & {p for *_, p, _ in made}


def test_areas_nest_by_their_codes():
    assert covered(frozenset({"990000"}), "990101")
    assert covered(frozenset({"990100"}), "990101")
    assert not covered(frozenset({"990101"}), "990100")
    assert not covered(frozenset({"990200"}), "990101")


def test_a_scope_is_named_as_far_as_the_asker_may_know(office):
    """Areas for everybody; a firm for itself and for who chooses firms for a scope, and for no other administrator."""
    secadmin = office.caller("secadmin")
    people.grant(office.services, secadmin, "li", roles=["county"], areas=["990101"])
    told = people.person(office.services, secadmin, "li")
    assert (told.area_names, told.area_names_en) == ({"990101": "东县"}, {"990101": "Dongxian County"})
    assert own.me(office.services, office.caller("li")).area_names_en == {"990101": "Dongxian County"}
    people.grant(office.services, secadmin, "li", roles=["filler"], enterprises=["E-1"])
    told = people.person(office.services, secadmin, "li")
    assert (told.enterprises, told.enterprise_names) == (("E-1",), {"E-1": "东方钢铁厂"})
    assert told.area_names == {"990101": "东县"}  # of what was granted before, too
    listed = {one.login: one for one in people.people(office.services, secadmin)}
    assert (listed["li"].area_names, listed["li"].enterprise_names) == ({}, {"E-1": "东方钢铁厂"})
    assert people.person(office.services, office.caller("sysadmin"), "li").enterprise_names == {}
    assert own.me(office.services, office.caller("li")).enterprise_names == {"E-1": "东方钢铁厂"}
    assert own.me(office.services, secadmin).enterprise_names == {}
