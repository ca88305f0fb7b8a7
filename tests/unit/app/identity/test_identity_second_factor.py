"""The second factor: a code is good once, a recovery code too, and who needs one does nothing without it."""

from __future__ import annotations

import pytest
from identity_fakes import GOOD, Desk

from dafeng.app.identity import own, people, signin
from dafeng.app.identity.ports import Totp
from dafeng.app.identity.signin import SignInFailed
from dafeng.base.callers import PUBLIC
from dafeng.base.errors import BadRequest, NotAllowed


@pytest.fixture
def enrolled(desk):
    desk.account("li", "county", areas=["990101"])
    desk.totp = desk.enrol("li")
    return desk


def test_with_a_second_factor_the_password_alone_gives_half_a_session(enrolled):
    half = enrolled.sign_in("li")
    assert half.session.caller is PUBLIC
    assert not half.session.second_factor
    assert own.me(enrolled.services, PUBLIC, half.session).second_factor == "awaited"
    assert not own.me(enrolled.services, PUBLIC, half.session).signed_in
    full = signin.give_code(enrolled.services, half.token, enrolled.code(enrolled.totp))
    assert full.session.caller.roles == {"county"}
    assert enrolled.session(half.token) is None  # the half one is worth nothing any more
    assert full.token != half.token


def test_password_and_code_in_one_step(enrolled):
    assert enrolled.sign_in("li", code=enrolled.code(enrolled.totp)).session.caller.roles == {"county"}


def test_a_replayed_code_is_refused(enrolled):
    code = enrolled.code(enrolled.totp)
    enrolled.sign_in("li", code=code)
    with pytest.raises(SignInFailed):
        enrolled.sign_in("li", code=code)
    enrolled.clock.on(seconds=30)
    with pytest.raises(SignInFailed):  # still within the window of half a minute, but used
        enrolled.sign_in("li", code=code)
    assert enrolled.sign_in("li", code=enrolled.code(enrolled.totp)).session.second_factor


def test_an_older_code_than_the_last_one_used_is_refused(enrolled):
    older = enrolled.code(enrolled.totp)
    enrolled.clock.on(seconds=30)
    enrolled.sign_in("li", code=enrolled.code(enrolled.totp))
    with pytest.raises(SignInFailed):
        enrolled.sign_in("li", code=older)


def test_a_code_of_two_steps_ago_is_too_old(enrolled):
    code = enrolled.code(enrolled.totp)
    enrolled.clock.on(seconds=61)
    with pytest.raises(SignInFailed):
        enrolled.sign_in("li", code=code)


def test_codes_cannot_be_guessed_without_end(enrolled):
    half = enrolled.sign_in("li")
    wrong = "000000" if enrolled.code(enrolled.totp) != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(SignInFailed):
            signin.give_code(enrolled.services, half.token, wrong)
    with pytest.raises(SignInFailed):
        signin.give_code(enrolled.services, half.token, enrolled.code(enrolled.totp))


def test_signing_in_with_the_password_does_not_give_new_tries_for_the_code(enrolled):
    wrong = "000000" if enrolled.code(enrolled.totp) != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(SignInFailed):
            signin.give_code(enrolled.services, enrolled.sign_in("li").token, wrong)
    with pytest.raises(SignInFailed):
        enrolled.sign_in("li")


def test_half_sessions_left_alone_do_not_lock_the_account(enrolled):
    for _ in range(12):
        enrolled.sign_in("li")
    assert enrolled.sign_in("li", code=enrolled.code(enrolled.totp)).session.second_factor


def test_a_half_session_lasts_five_minutes(enrolled):
    half = enrolled.sign_in("li")
    enrolled.clock.on(minutes=5)
    with pytest.raises(SignInFailed):
        signin.give_code(enrolled.services, half.token, enrolled.code(enrolled.totp))


def test_a_recovery_code_is_good_once_as_written_or_not(enrolled):
    first, second = enrolled.codes[:2]
    assert enrolled.sign_in("li", code=first.lower().replace("-", " ")).session.second_factor
    with pytest.raises(SignInFailed):
        enrolled.sign_in("li", code=first)
    started = enrolled.sign_in("li", code=second)
    assert own.me(enrolled.services, started.session.caller, started.session).recovery_codes_left == 8
    assert len(set(enrolled.codes)) == 10


def test_new_recovery_codes_void_the_old_ones(enrolled):
    caller = enrolled.sign_in("li", code=enrolled.code(enrolled.totp)).session.caller
    own.renew_recovery_codes(enrolled.services, caller, GOOD)
    with pytest.raises(SignInFailed):
        enrolled.sign_in("li", code=enrolled.codes[0])


def test_the_enrolment_is_an_otpauth_address_and_a_drawing_without_script(desk):
    desk.account("li")
    made = own.begin_totp(desk.services, desk.caller("li"), GOOD)
    assert made.uri.startswith("otpauth://totp/")
    assert f"secret={made.secret}" in made.uri
    assert made.qr_svg.startswith("<svg")
    assert "<script" not in made.qr_svg
    assert made.secret not in repr(desk.store.rows)  # sealed


def test_an_enrolment_not_confirmed_asks_nobody_for_a_code(desk):
    desk.account("li")
    own.begin_totp(desk.services, desk.caller("li"), GOOD)
    assert desk.sign_in("li").session.second_factor
    with pytest.raises(BadRequest):
        own.confirm_totp(desk.services, desk.caller("li"), "12345")


def test_setting_up_asks_for_the_password_again(desk):
    desk.account("li")
    with pytest.raises(SignInFailed):
        own.begin_totp(desk.services, desk.caller("li"), "guess")


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor", "approver"])
def test_administrators_and_approvers_may_do_nothing_before_they_have_one(role):
    desk = Desk(second_factor_for=None)
    scope = {"enterprises": ["E-1"]} if role == "approver" else {}
    desk.account("li", role, **scope)
    session = desk.sign_in("li").session
    assert session.must_enrol
    assert session.caller.roles == {"signed_in"}
    totp = desk.enrol("li")
    again = desk.sign_in("li", code=desk.code(totp)).session
    assert again.caller.roles == {role}


def test_others_need_none_and_a_demonstration_needs_none():
    desk = Desk(second_factor_for=None)
    desk.account("li", "county", areas=["990101"])
    assert desk.sign_in("li").session.caller.roles == {"county"}
    shown = Desk(demonstration=True, second_factor_for=None)
    shown.account("sec", "secadmin")
    assert shown.sign_in("sec").session.caller.roles == {"secadmin"}


def test_who_needs_one_cannot_take_it_away():
    desk = Desk(second_factor_for=("secadmin",))
    desk.account("sec", "secadmin")
    totp = desk.enrol("sec")
    caller = desk.sign_in("sec", code=desk.code(totp)).session.caller
    desk.clock.on(minutes=1)
    with pytest.raises(NotAllowed):
        own.remove_totp(desk.services, caller, GOOD, desk.code(totp))


def test_others_can_by_password_and_code(enrolled):
    caller = enrolled.sign_in("li", code=enrolled.code(enrolled.totp)).session.caller
    with pytest.raises(SignInFailed):
        own.remove_totp(enrolled.services, caller, GOOD, "000")
    enrolled.clock.on(minutes=1)
    own.remove_totp(enrolled.services, caller, GOOD, enrolled.code(enrolled.totp))
    assert enrolled.sign_in("li").session.second_factor


def test_a_lost_phone_is_mended_by_the_system_administrator(enrolled):
    enrolled.account("sys", "sysadmin")
    people.reset_second_factor(enrolled.services, enrolled.caller("sys"), "li")
    assert enrolled.store.all(Totp) == []
    assert enrolled.sign_in("li").session.second_factor
