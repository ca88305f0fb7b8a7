"""Tries at a password or a code 尝试计数: each is counted before it is looked at, whoever asks and wherever.

So a thousand tries sent at once are as few as a thousand sent in a row, at the sign-in and behind it. They are counted
by account and address, and the account is locked for that address; who guesses at one address locks out nobody at
another. Of each address the first few count for the account as a whole too, which is locked for everybody where they
come from many addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dafeng.app.identity.lines import ADDRESS
from dafeng.app.identity.ports import Credential, Tries
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest

_AT_ONCE = 8  # tries of one account that may come between ours before we give up
_LONGEST = 80
FORGOTTEN = timedelta(days=1)  # an address from which nothing came for so long begins anew


@dataclass(frozen=True, slots=True)
class Count:
    """A try that was counted: the failures in a row that it makes at its address, and of the account as a whole (None:
    it counted at its address only)."""

    address: str
    here: int
    whole: int | None


def counted(services: Services, user_id: str, address: str = "") -> Count | None:
    """Count a try from an address (of the request, where none is named).

    None where the account is locked, for this address or for all (or other tries came between all the time). An
    account without a password (it signs in elsewhere) gets an empty one, so that its codes are counted too.
    """
    seen, now = services.identities.one(Credential, user_id=user_id), services.clock.now()
    if seen is not None and seen.locked_until is not None and now < seen.locked_until:
        return None
    place = _place(address)
    here = _counted_here(services, user_id, place)
    if here is None:
        return None
    if here > services.settings.identity.lock_after:
        return Count(place, here, None)
    whole = _counted_whole(services, user_id)
    return None if whole is None else Count(place, here, whole)


def given_back(services: Services, user_id: str, count: Count) -> None:
    """The try was good: it does not count. Others that failed meanwhile do."""
    store = services.identities
    here = {"user_id": user_id, "address": count.address, "failures": count.here}
    store.change(Tries, here, {"failures": count.here - 1, "locked_until": None})
    if count.whole is not None:
        whole = {"user_id": user_id, "failures": count.whole}
        store.change(Credential, whole, {"failures": count.whole - 1, "locked_until": None})


def forgotten(services: Services, user_id: str, address: str | None = None) -> None:
    """The failures of an account count no more: those from an address and the sum, or all (``address`` None)."""
    where = {} if address is None else {"address": _place(address)}
    services.identities.remove(Tries, user_id=user_id, **where)
    services.identities.change(Credential, {"user_id": user_id}, {"failures": 0, "locked_until": None})


def locks(services: Services, now: datetime, user_id: str | None = None) -> Mapping[str, datetime]:
    """Until when accounts are locked at some address, the latest; those that are not are left out."""
    found: dict[str, datetime] = {}
    for row in services.identities.all(Tries, **({} if user_id is None else {"user_id": user_id})):
        if row.locked_until is not None and row.locked_until > max(now, found.get(row.user_id, now)):
            found[row.user_id] = row.locked_until
    return found


def _place(address: str) -> str:
    return (address or ADDRESS.get())[:_LONGEST]


def _counted_here(services: Services, user_id: str, address: str) -> int | None:
    """How many in a row from this address, this one counted; None where it is locked."""
    now, rules, store = services.clock.now(), services.settings.identity, services.identities
    for _ in range(_AT_ONCE):
        seen = store.one(Tries, user_id=user_id, address=address)
        if seen is None:
            lock = rules.locked_for(1)
            if _added(services, Tries(user_id, address, 1, now, now + lock if lock else None)):
                return 1
            continue
        if seen.locked_until is not None and now < seen.locked_until:
            return None
        tries = seen.failures + 1 if now - seen.tried_at < FORGOTTEN else 1
        lock = rules.locked_for(tries)
        where = {"user_id": user_id, "address": address, "failures": seen.failures, "locked_until": seen.locked_until}
        to = {"failures": tries, "tried_at": now, "locked_until": now + lock if lock else None}
        if store.change(Tries, where, to):
            return tries
    return None


def _counted_whole(services: Services, user_id: str) -> int | None:
    """How many of the account as a whole, this one counted; None where it is locked."""
    now, rules, store = services.clock.now(), services.settings.identity, services.identities
    for _ in range(_AT_ONCE):
        seen = store.one(Credential, user_id=user_id)
        if seen is None:
            _added(services, Credential(user_id, "", False, now))
            continue
        if seen.locked_until is not None and now < seen.locked_until:
            return None
        tries = seen.failures + 1
        lock = rules.whole_locked_for(tries)
        where = {"user_id": user_id, "failures": seen.failures, "locked_until": seen.locked_until}
        if store.change(Credential, where, {"failures": tries, "locked_until": now + lock if lock else None}):
            return tries
    return None


def _added(services: Services, row: Tries | Credential) -> bool:
    try:
        services.identities.add(row)
    except BadRequest:  # somebody was quicker
        return False
    return True
