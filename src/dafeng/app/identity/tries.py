"""Tries at a password or a code 尝试计数: each is counted before it is looked at, whoever asks and wherever.

So a thousand tries sent at once are as few as a thousand sent in a row, at the sign-in and behind it.
"""

from __future__ import annotations

from dafeng.app.identity.ports import Credential
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest

_AT_ONCE = 8  # tries of one account that may come between ours before we give up


def counted(services: Services, user_id: str) -> int | None:
    """Count a try; the count, or None where the account is locked (or other tries came between all the time).

    An account without a password (it signs in elsewhere) gets an empty one, so that its codes are counted too.
    """
    now, rules, store = services.clock.now(), services.settings.identity, services.identities
    for _ in range(_AT_ONCE):
        seen = store.one(Credential, user_id=user_id) or _empty(services, user_id)
        if seen is None:
            continue
        if seen.locked_until is not None and now < seen.locked_until:
            return None
        tries = seen.failures + 1
        lock = rules.locked_for(tries)
        where = {"user_id": user_id, "failures": seen.failures, "locked_until": seen.locked_until}
        if store.change(Credential, where, {"failures": tries, "locked_until": now + lock if lock else None}):
            return tries
    return None


def given_back(services: Services, user_id: str, count: int) -> None:
    """The try was good: it does not count. Others that failed meanwhile do."""
    where = {"user_id": user_id, "failures": count}
    services.identities.change(Credential, where, {"failures": count - 1, "locked_until": None})


def _empty(services: Services, user_id: str) -> Credential | None:
    fresh = Credential(user_id, "", False, services.clock.now())
    try:
        services.identities.add(fresh)
    except BadRequest:  # somebody was quicker
        return None
    return fresh
