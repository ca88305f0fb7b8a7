"""Personal keys: never more than the owner has, for a time, and not for changing the owner."""

from __future__ import annotations

from dataclasses import replace

import pytest
from identity_fakes import GOOD

from dafeng.app.identity import keys, own, people
from dafeng.app.identity.sessions import caller_of_key, sees_at_least
from dafeng.app.permission import may, require
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound


@pytest.fixture
def county(desk):
    desk.account("li", "county", "analyst", areas=["990101"], departments=["工信局"])
    return desk


def made(desk, **asked):
    return keys.create_key(desk.services, desk.caller("li"), "monthly", **({"days": 30} | asked))


def of(desk, key):
    return caller_of_key(desk.services, key)


def test_a_key_is_its_owner_cut_to_what_was_asked(county):
    session = of(county, made(county, roles=["analyst"]).key)
    assert (session.kind, session.caller.name, session.caller.roles) == ("key", "li", {"analyst"})
    assert session.caller.areas == {"990101"}
    assert of(county, made(county).key).caller.roles == {"county", "analyst"}


@pytest.mark.parametrize(
    "beyond",
    [{"roles": ["officer"]}, {"areas": ["990102"]}, {"areas": ["990100"]}, {"enterprises": ["E-1"]},
     {"departments": ["统计局"]}],
)  # fmt: skip
def test_a_key_reaches_no_further_than_its_owner(county, beyond):
    with pytest.raises(BadRequest, match="not yours to give"):
        made(county, **beyond)


def test_a_key_shrinks_with_its_owner(county):
    key = made(county, roles=["county"], areas=["990101"]).key
    people.grant(county.services, county.owner, "li", roles=["county"], areas=["990102"])
    assert of(county, key).caller.areas == frozenset()  # not the new county: the key named the old one
    people.revoke(county.services, county.owner, "li")
    assert of(county, key).caller.roles == frozenset()


@pytest.mark.parametrize("days", [0, -1, 366, 100_000])
def test_a_key_lives_a_year_at_most(county, days):
    with pytest.raises(BadRequest, match="1 to 365 days"):
        made(county, days=days)


def test_a_key_ends(county):
    key = made(county, days=1).key
    county.clock.on(hours=23, minutes=59)
    assert of(county, key) is not None
    county.clock.on(minutes=1)
    assert of(county, key) is None


def test_a_revoked_key_is_nobody_at_once(county):
    new = made(county)
    assert of(county, new.key) is not None
    keys.revoke_key(county.services, county.caller("li"), new.shown.key_id)
    assert of(county, new.key) is None


def test_only_the_owner_revokes_a_key(county):
    county.account("wang")
    new = made(county)
    with pytest.raises(NotFound):
        keys.revoke_key(county.services, county.caller("wang"), new.shown.key_id)
    assert of(county, new.key) is not None


def test_keys_end_with_the_account_and_with_its_password(county):
    first = made(county).key
    own.change_password(county.services, county.caller("li"), GOOD, "another good one 77")
    assert of(county, first) is None
    second = keys.create_key(
        county.services, county.sign_in("li", "another good one 77").session.caller, "n", days=3
    ).key
    people.disable(county.services, county.owner, "li")
    assert of(county, second) is None


def test_a_key_changes_nothing_of_its_owner(county):
    caller = of(county, made(county).key).caller
    for act in (
        lambda: keys.create_key(county.services, caller, "more", days=300),
        lambda: own.change_password(county.services, caller, GOOD, "another good one 77"),
        lambda: own.begin_totp(county.services, caller, GOOD),
        lambda: keys.keys(county.services, caller),
        lambda: keys.revoke_key(county.services, caller, caller.id.removeprefix("key:")),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_key_knows_whether_it_was_cut_to_a_part(desk):
    desk.account("li", "officer", areas=["990100"])
    assert not of(desk, made(desk).key).caller.narrow
    assert not of(desk, made(desk, areas=["990100"]).key).caller.narrow
    assert of(desk, made(desk, areas=["990101"]).key).caller.narrow


def test_a_key_cut_to_departments_is_cut_to_a_part(desk):
    desk.account("li", "officer", areas=["990100"], departments=["工信局", "统计局"])
    assert not of(desk, made(desk).key).caller.narrow
    assert not of(desk, made(desk, departments=["工信局", "统计局"]).key).caller.narrow
    caller = of(desk, made(desk, departments=["工信局"]).key).caller
    assert (caller.narrow, caller.departments) == (True, {"工信局"})
    assert may(desk.caller("li"), "plan.act")
    assert not may(caller, "plan.act")  # it would change the whole programme
    with pytest.raises(NotAllowed, match="a part of it"):
        require(caller, "task.dispatch")


def test_a_key_of_departments_that_the_owner_has_no_more_reaches_nothing(desk):
    """No department would be all of them."""
    desk.account("li", "officer", areas=["990100"], departments=["工信局"])
    key = made(desk, departments=["工信局"]).key
    people.grant(desk.services, desk.owner, "li", roles=["officer"], areas=["990100"], departments=["统计局"])
    assert of(desk, key).caller.roles == frozenset()
    people.grant(desk.services, desk.owner, "li", roles=["officer"], areas=["990100"])
    caller = of(desk, key).caller  # the owner has all departments now, the key has its one
    assert (caller.departments, caller.narrow, caller.roles) == ({"工信局"}, True, {"officer"})


def test_an_account_without_a_role_of_its_own_has_no_keys(desk):
    desk.account("li")
    with pytest.raises(BadRequest) as refused:
        made(desk)
    assert "密钥" in refused.value.zh


def test_what_is_wrong_with_a_key_is_told_in_chinese(county):
    for asked in ({"days": 0}, {"roles": ["officer"]}):
        with pytest.raises(BadRequest) as refused:
            made(county, **asked)
        assert refused.value.zh
        assert refused.value.mend_zh


@pytest.mark.parametrize(
    ("before", "now", "sees"),
    [
        ({"areas": {"990101"}}, {"areas": {"990100"}}, True),
        ({"areas": {"990100"}}, {"areas": {"990101"}}, False),
        ({"areas": {"990101"}}, {"areas": {"990102"}}, False),
        ({"enterprises": {"E-1"}}, {"enterprises": {"E-1", "E-2"}}, True),
        ({"departments": {"工信局"}}, {}, False),
    ],
)
def test_who_sees_at_least_as_much(before, now, sees):
    def caller(scope):
        return Caller("li", frozenset({"county"}), **{k: frozenset(v) for k, v in scope.items()})

    assert sees_at_least(caller(now), caller(before)) is sees
    assert not sees_at_least(replace(caller(before), roles=frozenset()), caller(before))
    assert not sees_at_least(replace(caller(before), narrow=True), caller(before))


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_administrators_have_no_keys(desk, role):
    desk.account("li", role)
    with pytest.raises(BadRequest):
        made(desk)


def test_the_key_itself_is_kept_nowhere(county):
    key = made(county).key
    assert key not in repr(county.store.rows)
    assert key not in repr(county.store.lines)
    assert of(county, key[:-1]) is None
    assert of(county, key.removeprefix("dfk_")) is None


def test_there_are_twenty_at_most_and_revoked_ones_do_not_count(county):
    for _ in range(20):
        last = made(county)
    with pytest.raises(BadRequest, match="20 keys"):
        made(county)
    keys.revoke_key(county.services, county.caller("li"), last.shown.key_id)
    assert made(county)


def test_the_list_tells_when_a_key_was_used(county):
    new = made(county)
    assert keys.keys(county.services, county.caller("li"))[0].last_used is None
    of(county, new.key)
    assert keys.keys(county.services, county.caller("li"))[0].last_used == county.clock.moment
