"""Signing in: the same answer whatever is wrong, fewer tries the more fail, sessions that end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from identity_fakes import GOOD, Desk

from dafeng.app.identity import audit, own, people, signin
from dafeng.app.identity.ports import Credential
from dafeng.app.identity.signin import SignInFailed, TooManyAttempts
from dafeng.base.callers import PUBLIC
from dafeng.base.errors import BadRequest, NotAllowed


def words(desk: Desk, login: str, password: str) -> str:
    with pytest.raises(SignInFailed) as caught:
        desk.sign_in(login, password)
    return str(caught.value)


def test_a_signed_in_person_is_who_was_granted(desk):
    desk.account("li", "county", areas=["990101"])
    caller = desk.session(desk.sign_in("li").token).caller
    assert (caller.name, caller.roles, caller.areas, caller.display) == ("li", {"county"}, {"990101"}, "某人")


def test_the_login_is_read_without_case_and_the_password_with_it(desk):
    desk.account("li")
    assert desk.sign_in(" LI ").session.caller.name == "li"
    words(desk, "li", GOOD.upper())


def test_unknown_wrong_locked_and_disabled_are_answered_alike(desk):
    for login in ("wrong", "locked", "gone"):
        desk.account(login)
    people.disable(desk.services, desk.owner, "gone")
    for _ in range(5):
        words(desk, "locked", "no such password")
    said = {
        words(desk, "nobody", GOOD),
        words(desk, "wrong", "x"),
        words(desk, "locked", GOOD),
        words(desk, "gone", GOOD),
    }
    assert len(said) == 1


def test_the_auditor_reads_which_part_was_wrong_in_both_languages(desk):
    for login in ("wrong", "locked", "gone"):
        desk.account(login)
    people.disable(desk.services, desk.owner, "gone")
    for _ in range(5):
        words(desk, "locked", "no such password")
    for login, password in (("nobody", GOOD), ("wrong", "x"), ("locked", GOOD), ("gone", GOOD)):
        words(desk, login, password)
    told = [e.detail for e in desk.store.lines if e.act == "session.begin" and e.outcome == "failed"][-4:]
    assert [t["why"] for t in told] == [
        "there is no account of this login",
        "the password is wrong",
        "the account is locked for a while after wrong passwords",
        "the account is disabled",
    ]
    assert [t["why_zh"] for t in told] == ["没有这个登录名", "口令不正确", "连续输错，账号暂被锁定", "账号已停用"]


def test_an_unknown_login_costs_as_much_hashing_as_a_known_one(desk):
    desk.account("li")
    counts = []
    for login in ("li", "nobody"):
        before = desk.hasher.asked
        words(desk, login, "x")
        counts.append(desk.hasher.asked - before)
    assert counts == [1, 1]


def test_brute_force_meets_a_lock_that_doubles(desk):
    desk.account("li")
    for _ in range(5):
        words(desk, "li", "guess")
    words(desk, "li", GOOD)  # locked: even the right one
    desk.clock.on(seconds=29)
    words(desk, "li", GOOD)
    desk.clock.on(seconds=2)
    words(desk, "li", "guess")  # the lock has ended, the sixth failure locks for a minute
    desk.clock.on(seconds=59)
    words(desk, "li", GOOD)
    desk.clock.on(seconds=2)
    assert desk.sign_in("li").session.caller.name == "li"


def test_a_guesser_at_one_address_locks_out_nobody_at_another(desk):
    desk.account("sec", "secadmin")
    for _ in range(60):  # for hours: whenever the lock ends, once more
        desk.clock.on(minutes=20)
        with pytest.raises(SignInFailed):
            desk.sign_in("sec", "guess", ip="10.0.0.66")
    assert desk.sign_in("sec", ip="10.0.0.7").session.caller.roles == {"secadmin"}
    with pytest.raises(SignInFailed):
        desk.sign_in("sec", GOOD, ip="10.0.0.66")  # and the owner's coming in does not open it to the guesser


def test_guesses_from_many_addresses_lock_the_account_for_all(desk):
    desk.account("li")
    for n in range(25):
        with pytest.raises(SignInFailed):
            desk.sign_in("li", "guess", ip=f"10.0.1.{n}")
    with pytest.raises(SignInFailed):
        desk.sign_in("li", ip="10.0.0.7")
    assert people.person(desk.services, desk.owner, "li").locked_until is not None
    people.unlock(desk.services, desk.owner, "li")
    assert people.person(desk.services, desk.owner, "li").locked_until is None
    assert desk.sign_in("li", ip="10.0.0.7").session.caller.name == "li"


def test_the_administrator_sees_a_lock_of_one_address_and_lifts_it(desk):
    desk.account("li")
    for _ in range(5):
        with pytest.raises(SignInFailed):
            desk.sign_in("li", "guess", ip="10.0.0.66")
    told = {p.login: p.locked_until for p in people.people(desk.services, desk.owner)}
    assert told["li"] == desk.clock.moment + timedelta(seconds=30)
    people.unlock(desk.services, desk.owner, "li")
    assert desk.sign_in("li", ip="10.0.0.66").session.caller.name == "li"


def test_tries_behind_the_sign_in_count_at_the_address_of_the_request(desk):
    desk.account("li")
    caller = desk.caller("li")
    with audit.coming_from("10.0.0.66"):
        for _ in range(5):
            with pytest.raises(SignInFailed):
                own.change_password(desk.services, caller, "guess", "another good one 77")
        with pytest.raises(SignInFailed):
            own.change_password(desk.services, caller, GOOD, "another good one 77")
    with audit.coming_from("10.0.0.7"):
        own.change_password(desk.services, caller, GOOD, "another good one 77")


def test_the_lock_never_grows_beyond_its_longest():
    rules = Desk().services.settings.identity
    assert [rules.locked_for(n).total_seconds() for n in (4, 5, 6, 7, 500)] == [0, 30, 60, 120, 3600]


def test_a_success_forgets_the_failures(desk):
    user_id = desk.account("li")
    for _ in range(4):
        words(desk, "li", "guess")
    desk.sign_in("li")
    assert desk.store.one(Credential, user_id=user_id).failures == 0


def test_a_try_counts_before_the_password_is_looked_at(desk):
    """Many tries at once are no more than many in a row: the count stands before the answer is known."""
    user_id = desk.account("li")
    counted = []
    verify = desk.hasher.verify
    desk.hasher.verify = lambda h, p: (
        counted.append(desk.store.one(Credential, user_id=user_id).failures) or verify(h, p)
    )
    words(desk, "li", "guess")
    assert counted == [1]


def test_unlocking_is_the_security_administrators(desk):
    desk.account("li")
    desk.account("sec", "secadmin")
    desk.account("sys", "sysadmin")
    for _ in range(5):
        words(desk, "li", "guess")
    with pytest.raises(NotAllowed):
        people.unlock(desk.services, desk.caller("sys"), "li")
    people.unlock(desk.services, desk.caller("sec"), "li")
    assert desk.sign_in("li").session.caller.name == "li"


def test_an_address_with_many_failures_is_refused_whatever_the_login():
    desk = Desk(address_failures=6, address_minutes=10)
    desk.account("li")
    for n in range(6):
        with pytest.raises(SignInFailed):
            desk.sign_in(f"nobody{n}", "x", ip="10.0.0.9")
    with pytest.raises(TooManyAttempts) as caught:
        desk.sign_in("li", ip="10.0.0.9")
    assert caught.value.headers["Retry-After"] == "600"
    assert desk.sign_in("li", ip="10.0.0.8").session.caller.name == "li"
    desk.clock.on(minutes=11)
    assert desk.sign_in("li", ip="10.0.0.9").session.caller.name == "li"


def test_a_session_ends_when_it_was_idle(desk):
    desk.account("li")
    token = desk.sign_in("li").token
    desk.clock.on(minutes=29)
    assert desk.session(token) is not None  # and this use begins the half hour anew
    desk.clock.on(minutes=29)
    assert desk.session(token) is not None
    desk.clock.on(minutes=31)
    assert desk.session(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(desk):
    desk.account("li")
    token = desk.sign_in("li").token
    for _ in range(47):
        desk.clock.on(minutes=15)
        assert desk.session(token) is not None
    desk.clock.on(minutes=15)
    assert desk.session(token) is None


def test_last_seen_is_written_once_a_minute(desk):
    desk.account("li")
    token = desk.sign_in("li").token
    before = desk.store.changes()
    for _ in range(50):
        desk.clock.on(seconds=1)
        desk.session(token)
    assert desk.store.changes() == before
    desk.clock.on(seconds=11)
    desk.session(token)
    assert desk.store.changes() == before + 1


def test_signing_out_ends_the_session_at_once(desk):
    desk.account("li")
    started = desk.sign_in("li")
    signin.end(desk.services, desk.session(started.token))
    assert desk.session(started.token) is None


def test_a_disabled_account_has_no_session_any_more(desk):
    desk.account("li", "analyst")
    token = desk.sign_in("li").token
    people.disable(desk.services, desk.owner, "li")
    assert desk.session(token) is None
    people.enable(desk.services, desk.owner, "li")
    assert desk.session(token) is None  # it does not come back


def test_the_store_holds_neither_token_nor_password(desk):
    desk.account("li")
    token = desk.sign_in("li").token
    assert token not in repr(desk.store.rows)
    assert GOOD not in repr(desk.store.lines)


def test_a_made_up_or_changed_token_is_nobody(desk):
    desk.account("li")
    token = desk.sign_in("li").token
    assert [desk.session(t) for t in ("", "x", token[:-1], f"{token}x")] == [None] * 4


def test_the_first_password_must_be_changed_before_anything_else(desk):
    first = people.create(desk.services, desk.owner, "li", display="李工").password
    people.grant(desk.services, desk.owner, "li", roles=["secadmin"])
    session = desk.sign_in("li", first).session
    assert session.must_change_password
    with pytest.raises(NotAllowed):
        people.people(desk.services, session.caller)
    own.change_password(desk.services, session.caller, first, GOOD)
    assert people.people(desk.services, desk.caller("li"))


def test_changing_the_password_ends_the_other_sessions(desk):
    desk.account("li")
    here, there = desk.sign_in("li"), desk.sign_in("li")
    own.change_password(
        desk.services, here.session.caller, GOOD, "another good one 77", session_id=here.session.session_id
    )
    assert desk.session(here.token) is not None
    assert desk.session(there.token) is None


def test_the_old_password_is_asked_for_and_guessing_it_locks(desk):
    desk.account("li")
    caller = desk.caller("li")
    for _ in range(5):
        with pytest.raises(SignInFailed):
            own.change_password(desk.services, caller, "guess", "another good one 77")
    with pytest.raises(SignInFailed):
        own.change_password(desk.services, caller, GOOD, "another good one 77")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("Kurz-9gh", "fewer than 12"),
        ("xx-zhangwei-yy-99", "login or the name"),
        ("PASSWORD1234", "leaked"),
        ("ababababababab", "repeats"),
        ("x9!k" * 40, "more than 128"),
    ],
)
def test_a_weak_password_is_refused_and_says_why(desk, bad, why):
    desk.account("zhangwei")
    with pytest.raises(BadRequest) as caught:
        own.change_password(desk.services, desk.caller("zhangwei"), GOOD, bad)
    assert why in str([p.what for p in caught.value.problems])


def test_all_that_is_wrong_with_a_password_is_said_in_both_languages(desk):
    desk.account("li")
    with pytest.raises(BadRequest) as caught:
        own.change_password(desk.services, desk.caller("li"), GOOD, "aaaa")
    assert "fewer than" in caught.value.what
    assert "repeats a few characters" in caught.value.what
    assert caught.value.zh.count("；") == caught.value.what.count("; ") >= 1


def test_the_least_length_is_a_setting():
    desk = Desk(min_length=20)
    with pytest.raises(BadRequest, match="fewer than 20"):
        desk.account("li")  # sets GOOD, which has 19


def test_a_hash_of_weaker_making_is_made_anew_at_sign_in(desk):
    user_id = desk.account("li")
    desk.hasher.strength = "3"
    desk.sign_in("li")
    assert desk.store.one(Credential, user_id=user_id).hash == f"3:{GOOD}"
    assert desk.sign_in("li").session.caller.name == "li"


def test_a_composed_and_a_decomposed_password_are_one(desk):
    desk.account("li")
    own.change_password(desk.services, desk.caller("li"), GOOD, "caf\u00e9 im Garten 12")
    assert desk.sign_in("li", "cafe\u0301 im Garten 12").session.caller.name == "li"


def test_every_sign_in_stands_in_the_trail_and_an_unknown_login_is_not_written_down(desk):
    desk.account("li")
    desk.store.lines.clear()
    desk.sign_in("li", ip="10.1.1.1")
    words(desk, "li", "guess")
    words(desk, GOOD, "typed into the wrong field")
    told = [(e.who, e.outcome, e.ip) for e in desk.store.lines]
    assert told == [("li", "ok", "10.1.1.1"), ("li", "failed", ""), ("(unknown)", "failed", "")]


def test_nobody_signed_in_is_told_of_the_programme_only(desk):
    shown = own.me(desk.services, PUBLIC)
    assert (shown.signed_in, shown.roles, shown.csrf, shown.programme) == (False, ("public",), "", "试验")
    assert "template.get" in shown.menu
    assert "self.change" not in shown.menu


def test_the_menu_is_what_the_matrix_says(desk):
    desk.account("sec", "secadmin")
    started = desk.sign_in("sec")
    menu = own.me(desk.services, started.session.caller, started.session).menu
    assert "user.grant" in menu
    assert not {"user.create", "audit.see", "account.see"} & set(menu)


def test_revoking_one_of_my_sessions_ends_it_and_only_mine(desk):
    desk.account("li")
    desk.account("wang")
    mine, other = desk.sign_in("li"), desk.sign_in("wang")
    with pytest.raises(Exception, match="no such session"):
        own.revoke_session(desk.services, mine.session.caller, other.session.session_id[:16])
    listed = own.sessions(desk.services, mine.session.caller, session_id=mine.session.session_id)
    assert [s.current for s in listed].count(True) == 1
    own.revoke_session(desk.services, mine.session.caller, mine.session.session_id[:16])
    assert desk.session(mine.token) is None
    assert desk.session(other.token) is not None
