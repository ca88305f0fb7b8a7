"""Two persons for power: who sets a password does not grant, and what was granted waits for owner and second person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from identity_fakes import GOOD, Desk

from dafeng.app.identity import handover, keys, own, people
from dafeng.app.identity.handover import given, open_handover, taken
from dafeng.app.identity.ports import Credential, Grant, Handover, User
from dafeng.app.identity.sessions import caller_of_id, caller_of_key
from dafeng.base.errors import BadRequest, NotAllowed, StaleRecord

OTHER = "蓝天 battery staple 17"
COUNTY = {"roles": ["county"], "areas": ["990101"]}


class Office(Desk):
    """The desk with its administrators, and what they do to the account ``li``."""

    def __init__(self, **rules):
        super().__init__(**rules)
        for login, role in (("sys", "sysadmin"), ("sec", "secadmin"), ("sec2", "secadmin")):
            self.account(login, role, email=f"{login}@city.example")
        self.sys, self.sec, self.sec2 = (self.caller(n) for n in ("sys", "sec", "sec2"))

    def create(self, login="li"):
        return people.create(self.services, self.sys, login, display="李").password

    def grant(self, by=None, **more):
        """Granted after a look at the account, as the page does."""
        seen = {"taken_at": self.person().taken_at}
        return people.grant(self.services, by or self.sec, "li", **(COUNTY | seen | more))

    def take_over(self, first, new=GOOD, login="li"):
        self.clock.on(minutes=1)
        own.change_password(self.services, self.sign_in(login, first).session.caller, first, new)

    def confirm(self, by=None, taken_at=None, reason=""):
        seen = taken_at or self.person().taken_at or self.clock.moment
        return people.confirm(self.services, by or self.sec, "li", taken_at=seen, reason=reason)

    def person(self):
        return people.person(self.services, self.sec, "li")

    def roles(self, password=GOOD):
        return self.sign_in("li", password).session.caller.roles


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def working(office):
    """li, made, taken over, granted and at work."""
    office.take_over(office.create())
    office.grant()
    assert office.roles() == {"county"}
    return office


def test_neither_administrator_can_do_it_alone(office):
    office.create()
    with pytest.raises(NotAllowed):
        office.grant(by=office.sys)
    for act in (people.reset_password, people.reset_second_factor):
        with pytest.raises(NotAllowed):
            act(office.services, office.sec, "li")
    with pytest.raises(NotAllowed):
        people.link(office.services, office.sec, "li", issuer="https://id.example", subject="7")
    with pytest.raises(NotAllowed):
        people.confirm(office.services, office.sys, "li", taken_at=office.clock.moment)


def test_who_made_the_account_does_not_get_what_is_granted_later(office):
    first = office.create()
    assert office.grant().handover == "to_take_over"
    office.take_over(first, OTHER)  # by whom the password was known to: the system administrator
    assert office.person().handover == "to_confirm"
    caller = office.sign_in("li", OTHER).session.caller
    assert (caller.roles, caller.areas) == ({"signed_in"}, frozenset())
    assert caller_of_id(office.services, caller.id).roles == {"signed_in"}  # jobs too
    with pytest.raises(NotAllowed):
        people.people(office.services, caller)


def test_a_reset_password_takes_the_powers_away_until_owner_and_security_administrator_have_spoken(working):
    made = people.reset_password(working.services, working.sys, "li")
    assert working.roles(made.password) == {"signed_in"}
    with pytest.raises(BadRequest, match="not taken the account over"):
        working.confirm()
    working.take_over(made.password, OTHER)
    assert working.roles(OTHER) == {"signed_in"}
    session = working.sign_in("li", OTHER).session
    told = own.me(working.services, session.caller, session)
    assert (told.handover, told.roles, told.must_change_password) == ("to_confirm", (), False)
    assert working.confirm(reason="电话核实").handover == ""
    assert working.roles(OTHER) == {"county"}
    last = people.grants(working.services, working.sec, "li")[-1]
    assert (last.roles, last.areas, last.granted_by) == (("county",), ("990101",), "sec")
    assert "电话核实" in last.reason


def test_a_grant_made_after_the_owner_took_over_is_in_force_at_once(office):
    office.take_over(office.create())
    assert office.person().handover == "to_confirm"
    assert office.grant().handover == ""
    assert office.roles() == {"county"}


def test_taking_roles_away_vouches_for_nothing(working):
    people.grant(working.services, working.sec, "li", roles=["county", "analyst"], areas=["990101"])
    working.take_over(people.reset_password(working.services, working.sys, "li").password)
    assert people.revoke(working.services, working.sec, "li", roles=["analyst"]).handover == "to_confirm"
    seen = working.person().taken_at
    assert people.grant(working.services, working.sec, "li", roles=[], taken_at=seen).handover == "to_confirm"
    with pytest.raises(BadRequest, match="no roles to confirm"):
        working.confirm()


def test_what_was_looked_at_is_what_is_confirmed(working):
    """Between the look of the security administrator and the click the account is reset and taken over once more."""
    working.take_over(people.reset_password(working.services, working.sys, "li").password)
    seen = working.person().taken_at
    working.take_over(people.reset_password(working.services, working.sys, "li").password, OTHER)
    for act in (working.confirm, working.grant):
        with pytest.raises(StaleRecord):
            act(taken_at=seen)
    assert working.roles(OTHER) == {"signed_in"}


def test_a_grant_vouches_for_nothing_that_was_not_looked_at(working):
    """The reset password is changed by whom it was told to; then the scope is changed for another reason."""
    working.take_over(people.reset_password(working.services, working.sys, "li").password, OTHER)
    told = people.grant(working.services, working.sec, "li", roles=["county"], areas=["990102"], reason="调整")
    assert (told.handover, told.areas) == ("to_confirm", ("990102",))
    assert working.roles(OTHER) == {"signed_in"}
    assert working.grant(taken_at=told.taken_at).handover == ""
    assert working.roles(OTHER) == {"county"}


def test_a_revocation_is_not_undone_by_a_confirmation_that_began_before(working, monkeypatch):
    """The grant is read, another security administrator takes everything away, then the confirmation is written."""
    working.take_over(people.reset_password(working.services, working.sys, "li").password, OTHER)
    seen = working.person().taken_at
    meanwhile(monkeypatch, working.store, lambda: people.revoke(working.services, working.sec2, "li"))
    with pytest.raises(StaleRecord, match="meanwhile"):
        working.confirm(taken_at=seen)
    assert working.person().roles == ()
    assert working.person().handover == "to_confirm"  # nothing was vouched for either
    assert working.roles(OTHER) == {"signed_in"}


def test_a_revocation_is_not_undone_by_one_of_other_roles(working, monkeypatch):
    people.grant(working.services, working.sec, "li", roles=["county", "analyst"], areas=["990101"])
    meanwhile(monkeypatch, working.store, lambda: people.revoke(working.services, working.sec2, "li"))
    with pytest.raises(StaleRecord):
        people.revoke(working.services, working.sec, "li", roles=["analyst"])
    assert working.person().roles == ()


def test_taking_everything_away_is_never_too_late(working, monkeypatch):
    meanwhile(monkeypatch, working.store, working.grant)
    assert people.revoke(working.services, working.sec, "li").roles == ()
    monkeypatch.undo()
    meanwhile(monkeypatch, working.store, working.grant)
    assert people.grant(working.services, working.sec, "li", roles=[]).roles == ()


def meanwhile(monkeypatch, store, act):
    """Once, after the next account is read, something else happens."""
    real, left = store.account, [act]

    def account(user_id):
        found = real(user_id)
        if found.user.login == "li" and left:
            left.pop()()
        return found

    monkeypatch.setattr(store, "account", account)


def test_who_set_the_password_does_not_vouch_for_it_in_another_office(working):
    """A system administrator who has become security administrator since."""
    working.take_over(people.reset_password(working.services, working.sys, "li").password)
    people.grant(working.services, working.sec, "sys", roles=["secadmin"], reason="转岗")
    for act in (working.confirm, working.grant):
        with pytest.raises(NotAllowed, match="cannot vouch"):
            act(by=working.caller("sys"))
    assert working.confirm(by=working.sec2).handover == ""


def test_nobody_confirms_himself_and_nothing_is_confirmed_twice(working):
    with pytest.raises(BadRequest, match="nothing to confirm"):
        working.confirm()
    with pytest.raises(NotAllowed, match="for himself"):
        people.confirm(working.services, working.sec, "sec", taken_at=working.clock.moment)


def test_a_reset_while_the_owner_changes_his_password_is_not_taken_over_by_that(working):
    """The owner's request began before the reset and ends after it: the password of the reset is still a stranger's."""
    caller = working.caller("li")
    seen = open_handover(working.services, caller.id)
    made = people.reset_password(working.services, working.sys, "li")
    with pytest.raises(Exception, match="not right"):
        own.change_password(working.services, caller, GOOD, OTHER)
    taken(working.services, seen, "password")
    assert working.person().handover == "to_take_over"
    working.clock.on(seconds=1)
    row = open_handover(working.services, caller.id)
    given(working.services, working.sys, caller.id, "password")
    taken(working.services, row, "password")  # read before the second reset
    assert working.person().handover == "to_take_over"
    assert working.sign_in("li", made.password).session.must_change_password


def test_the_new_password_never_meets_the_old_powers(working, monkeypatch):
    """At the moment when the hash is written the account is held already."""
    held = []
    real = working.hasher.hash
    monkeypatch.setattr(working.hasher, "hash", lambda p: held.append(working.person().handover) or real(p))
    people.reset_password(working.services, working.sys, "li")
    assert held == ["to_take_over"]


def test_a_lost_phone_suspends_until_a_new_one_is_set_up(working):
    working.enrol("li")
    people.reset_second_factor(working.services, working.sys, "li")
    assert working.person().handover == "to_take_over"
    assert working.roles() == {"signed_in"}
    working.enrol("li")
    assert working.person().handover == "to_confirm"
    assert working.confirm().handover == ""


def test_without_a_new_phone_an_own_password_does(working):
    working.enrol("li")
    people.reset_second_factor(working.services, working.sys, "li")
    working.take_over(GOOD, OTHER)
    assert working.person().handover == "to_confirm"


def test_a_new_phone_does_not_take_a_reset_password_over(working):
    made = people.reset_password(working.services, working.sys, "li")
    people.reset_second_factor(working.services, working.sys, "li")
    caller = working.sign_in("li", made.password).session.caller
    secret = own.begin_totp(working.services, caller, made.password).secret
    import pyotp

    own.confirm_totp(working.services, caller, working.code(pyotp.TOTP(secret)))
    assert working.person().handover == "to_take_over"


def test_a_link_suspends_and_a_password_does_not_take_it_over(working):
    people.link(working.services, working.sys, "li", issuer="https://id.example", subject="7")
    assert working.person().handover == "to_take_over"
    working.take_over(GOOD, OTHER)
    assert working.person().handover == "to_take_over"
    row = open_handover(working.services, working.store.one(User, login="li").user_id)
    taken(working.services, row, "link")
    assert working.person().handover == "to_confirm"


def test_an_account_is_one_person_at_the_provider(working):
    people.link(working.services, working.sys, "li", issuer="https://id.example", subject="7")
    people.link(working.services, working.sys, "li", issuer="https://id.example", subject="8")
    from dafeng.app.identity.ports import OidcLink

    assert [link.subject for link in working.store.all(OidcLink)] == ["8"]
    with pytest.raises(BadRequest, match="an account already"):
        people.link(working.services, working.sys, "li", issuer="https://id.example", subject="8")


def test_what_the_owner_sets_at_the_machine_is_trusted(working):
    made = people.reset_password(working.services, working.owner, "li")
    working.take_over(made.password, OTHER)
    assert working.roles(OTHER) == {"county"}
    people.reset_second_factor(working.services, working.owner, "li")
    assert working.roles(OTHER) == {"county"}


def test_what_the_owner_sets_ends_what_an_administrator_set_and_no_more(working):
    people.reset_password(working.services, working.sys, "li")
    made = people.reset_password(working.services, working.owner, "li")
    assert working.person().handover == ""
    people.link(working.services, working.sys, "li", issuer="https://id.example", subject="7")
    again = people.reset_password(working.services, working.owner, "li")
    assert again.password != made.password
    assert working.person().handover == "to_take_over"  # the link is still a stranger's


def test_an_account_of_before_is_as_it_was(desk):
    """No row of handing over: an account that was there before there were any."""
    desk.store.add(User("U-old", "old", "旧", "", False, desk.clock.moment, "sysadmin"))
    desk.store.add(Credential("U-old", desk.hasher.hash(GOOD), True, desk.clock.moment))
    desk.store.add(Grant("U-old", ("county",), ("990101",), (), (), desk.clock.moment, None, "secadmin"))
    started = desk.sign_in("old")
    assert started.session.must_change_password
    own.change_password(desk.services, started.session.caller, GOOD, OTHER)
    assert desk.sign_in("old", OTHER).session.caller.roles == {"county"}


def test_keys_end_with_a_reset_and_none_is_made_while_held(working):
    key = keys.create_key(working.services, working.caller("li"), "night", days=3).key
    assert caller_of_key(working.services, key).caller.roles == {"county"}
    working.take_over(people.reset_password(working.services, working.sys, "li").password)
    assert caller_of_key(working.services, key) is None
    caller = working.caller("li")
    made = None
    try:
        made = keys.create_key(working.services, caller, "power", days=3).key
    except BadRequest:
        return
    assert not caller_of_key(working.services, made).caller.roles & {"county"}


def test_administrators_keep_their_own_way(working):
    """A held account that was granted an administrator's role is still reset at the machine only."""
    people.reset_password(working.services, working.sys, "li")
    people.write_email(working.services, working.owner, "li", email="li@city.example")
    people.grant(working.services, working.sec, "li", roles=["auditor"])
    with pytest.raises(NotAllowed, match="at the machine only"):
        people.reset_password(working.services, working.sys, "li")


def test_the_words_are_in_both_languages(working):
    working.take_over(people.reset_password(working.services, working.sys, "li").password)
    with pytest.raises(StaleRecord) as caught:
        working.confirm(taken_at=working.clock.moment - timedelta(days=1))
    assert "接管" in caught.value.zh
    assert "核实" in caught.value.mend_zh


def test_every_confirmation_stands_in_the_trail(working):
    working.take_over(people.reset_password(working.services, working.sys, "li").password)
    working.store.lines.clear()
    with pytest.raises(NotAllowed):
        working.confirm(by=working.sys)
    working.confirm(reason="见面核实")
    told = [(e.who, e.act, e.subject, e.outcome) for e in working.store.lines if e.act == "user.confirm"]
    assert told == [("sys", "user.confirm", "li", "refused"), ("sec", "user.confirm", "li", "ok")]


def test_two_administrators_at_once_leave_one_handover(working, monkeypatch):
    """Between look and write another one was quicker: neither way is lost."""
    user_id = working.store.one(User, login="li").user_id
    real, raced = working.store.one, []

    def one(kind, **where):
        found = real(kind, **where)
        if kind is Handover and found is None and not raced:
            raced.append(True)
            working.store.add(Handover(user_id, working.clock.moment, "sys9", "link", "link"))
        return found

    monkeypatch.setattr(working.store, "one", one)
    handover.given(working.services, working.sys, user_id, "password")
    row = real(Handover, user_id=user_id)
    assert (row.ways, row.awaits, len(working.store.all(Handover))) == ("link+password", "link+password", 1)
