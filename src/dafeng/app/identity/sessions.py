"""Who stands behind a cookie or a key 会话与密钥: asked on every request, so remembered for two seconds."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dafeng.app.identity.ports import Account, ApiKey, Grant, SessionRow
from dafeng.app.permission import SIGNED_IN, within
from dafeng.app.services import Services
from dafeng.base.callers import ADMINISTRATORS, PUBLIC, Caller

REMEMBERED = timedelta(seconds=2)
TOUCHED = timedelta(minutes=1)  # how exactly we know when a session was last used
KEY_PREFIX = "dfk_"
_MOST = 20_000
_KEYED_BY = {"key": "sha256", "key_id": "key_id"}  # what is looked up → the field of ApiKey
_SAME = {"session": "session", "key": "key_id"}  # kind of session → by what it is looked up again


@dataclass(frozen=True, slots=True)
class Session:
    """A request's caller and what it still has to do.

    second_factor False: the password was right, the code is still to be given; the caller is the public until then.
    must_change_password, must_enrol: the caller may only look at and change himself (role ``signed_in``).
    """

    caller: Caller
    csrf: str
    user_id: str
    second_factor: bool
    must_change_password: bool
    expires_at: datetime
    kind: Literal["session", "key"]
    session_id: str = ""
    must_enrol: bool = False


@dataclass(frozen=True, slots=True)
class _Looked:
    """A row with its account as they stood at a moment, when the store had seen so many changes."""

    at: datetime
    changes: int
    row: SessionRow | ApiKey
    account: Account


class Recent:
    """What was looked up within two seconds; a change made by this process is seen at once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Looked] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, now: datetime, changes: int) -> _Looked | None:
        with self._lock:
            found = self._kept.get(name)
            fresh = found is not None and found.changes == changes and timedelta(0) <= now - found.at <= REMEMBERED
            return found if fresh else None

    def keep(self, name: str, looked: _Looked) -> None:
        with self._lock:
            self._kept[name] = looked
            self._kept.move_to_end(name)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)


def sha256(token: str) -> str:
    """The name under which a random token is kept: its SHA-256 (tokens of 256 bits need no slow hash)."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def caller_of_session(services: Services, token: str) -> Session | None:
    """The session of a cookie; None where it is unknown, ended, revoked, or its account is disabled."""
    now = services.clock.now()
    looked = _looked(services, f"session:{sha256(token)}", now)
    if looked is None or not isinstance(looked.row, SessionRow):
        return None
    row, account, rules = looked.row, looked.account, services.settings.identity
    ends = min(row.expires_at, row.last_seen + rules.idle)
    if row.revoked or account.user.disabled or now >= ends:
        return None
    if now - row.last_seen >= TOUCHED:
        _touch(services, row, now)
        ends = min(row.expires_at, now + rules.idle)
    must_change = account.credential is not None and account.credential.must_change
    enrol = must_enrol(services, account, now)
    narrow = frozenset({SIGNED_IN}) if must_change or enrol else None
    caller = caller_of(account, now, only=narrow) if row.full else PUBLIC
    return Session(
        caller, row.csrf, row.user_id, row.full, must_change, ends, "session", row.session_id, enrol and row.full
    )


def caller_of_key(services: Services, key: str) -> Session | None:
    """The session of a personal key; None where it is unknown, expired or revoked, or its owner is disabled.

    Its roles and scope are those of the key cut to what the owner has today.
    """
    if not key.startswith(KEY_PREFIX):
        return None
    now = services.clock.now()
    looked = _looked(services, f"key:{sha256(key)}", now)
    if looked is None or not isinstance(looked.row, ApiKey):
        return None
    row, account = looked.row, looked.account
    if row.revoked or account.user.disabled or now >= row.expires_at:
        return None
    if row.last_used is None or now - row.last_used >= TOUCHED:
        services.identities.change(ApiKey, {"key_id": row.key_id, "last_used": row.last_used}, {"last_used": now})
    caller = narrowed(caller_of(account, now), row)
    return Session(caller, "", row.user_id, True, False, row.expires_at, "key", row.key_id)


def still_there(services: Services, session: Session) -> Caller | None:
    """The caller of a session or key as he is now; None where it has ended. It does not count as use of the session.

    For what lasts longer than a request: the answer is at most two seconds old.
    """
    now = services.clock.now()
    looked = _looked(services, f"{_SAME[session.kind]}:{session.session_id}", now)
    if looked is None or looked.row.revoked or looked.account.user.disabled or looked.row.user_id != session.user_id:
        return None
    row, account = looked.row, looked.account
    if isinstance(row, ApiKey):
        return narrowed(caller_of(account, now), row) if now < row.expires_at else None
    if now >= min(row.expires_at, row.last_seen + services.settings.identity.idle) or not row.full:
        return None
    narrow = must_enrol(services, account, now) or (account.credential is not None and account.credential.must_change)
    return caller_of(account, now, only=frozenset({SIGNED_IN}) if narrow else None)


def caller_of_id(services: Services, caller_id: str) -> Caller | None:
    """The caller with an id (of an account, or ``key:<id>``) as he is now; None where it may not be used any more."""
    now, store = services.clock.now(), services.identities
    key = store.one(ApiKey, key_id=caller_id[4:]) if caller_id.startswith("key:") else None
    account = store.account(key.user_id if key else caller_id)
    if account is None or account.user.disabled:
        return None
    if key is None:
        return caller_of(account, now)
    return None if key.revoked or now >= key.expires_at else narrowed(caller_of(account, now), key)


def in_force(grant: Grant | None, now: datetime) -> Grant | None:
    """The grant, if it holds at this moment."""
    if grant is None or now < grant.since or (grant.until is not None and now >= grant.until):
        return None
    return grant


def roles_of(account: Account, now: datetime) -> frozenset[str]:
    """The roles an account was granted for a moment, suspended or not; none outside the span of the grant."""
    grant = in_force(account.grant, now)
    return frozenset(grant.roles) if grant else frozenset()


def caller_of(account: Account, now: datetime, *, only: frozenset[str] | None = None) -> Caller:
    """The caller that an account is at a moment; ``only`` puts other roles in place of the granted ones.

    While the account is being handed over (somebody else has set its way in) its grant is suspended.
    """
    user, grant = account.user, in_force(account.grant, now)
    roles = frozenset(grant.roles) if grant else frozenset()
    if only is not None or grant is None or account.handover is not None:
        return Caller(user.login, only or frozenset({SIGNED_IN}), id=user.user_id, display=user.display)
    return Caller(
        user.login,
        roles or frozenset({SIGNED_IN}),
        areas=frozenset(grant.areas),
        enterprises=frozenset(grant.enterprises),
        departments=frozenset(grant.departments),
        id=user.user_id,
        display=user.display,
    )


def narrowed(owner: Caller, key: ApiKey) -> Caller:
    """The owner cut to a key. Its id is the key's, so that nobody changes an account with a key of it.

    An owner of no department has all: a key that names some has those. One of whose departments the owner has none any
    more has no roles, since no department would be all.
    """
    asked = frozenset(key.departments)
    departments = asked & owner.departments if asked and owner.departments else asked or owner.departments
    lost = bool(asked) and not departments
    roles = frozenset() if lost else (frozenset(key.roles) & owner.roles) - ADMINISTRATORS
    named = bool(key.areas or key.enterprises)  # a key that names a place or firm reaches there and nowhere else
    cut = replace(
        owner,
        roles=roles,
        areas=frozenset(a for a in key.areas if covered(owner.areas, a)) if named else owner.areas,
        enterprises=frozenset(key.enterprises) & owner.enterprises if named else owner.enterprises,
        departments=departments,
        id=f"key:{key.key_id}",
    )
    whole = cut.areas >= owner.areas and cut.enterprises >= owner.enterprises and departments == owner.departments
    return replace(cut, narrow=not whole)


@within
def sees_at_least(caller: Caller, other: Caller) -> bool:
    """Whether a caller sees whatever another sees (or saw): roles, areas, firms and departments."""
    return caller.everything or (
        not other.everything
        and caller.roles >= other.roles
        and all(covered(caller.areas, area) for area in other.areas)
        and caller.enterprises >= other.enterprises
        and caller.departments >= other.departments
        and caller.narrow <= other.narrow
    )


def covered(areas: frozenset[str], code: str) -> bool:
    """Whether an area is one of some areas or lies in one, by the nesting of GB/T 2260 codes."""
    return bool(areas & {code, f"{code[:4]}00", f"{code[:2]}0000"})


def must_enrol(services: Services, account: Account, now: datetime) -> bool:
    """Whether the account needs a second factor by its roles, and has none."""
    settings = services.settings
    strong = settings.identity.strong(roles_of(account, now), synthetic=settings.demonstration)
    return strong and not (account.totp is not None and account.totp.confirmed)


def _looked(services: Services, name: str, now: datetime) -> _Looked | None:
    recent = services.memory.get("identity.recent", 0, Recent)
    store = services.identities
    changes = store.changes()
    found = recent.get(name, now, changes)
    if found is not None:
        return found
    kind, word = name.split(":", 1)
    row = store.one(SessionRow, session_id=word) if kind == "session" else store.one(ApiKey, **{_KEYED_BY[kind]: word})
    account = None if row is None else store.account(row.user_id)
    if row is None or account is None:
        return None
    looked = _Looked(now, changes, row, account)
    recent.keep(name, looked)
    return looked


def _touch(services: Services, row: SessionRow, now: datetime) -> None:
    """Once a minute; of several workers that see it at the same moment one writes."""
    where = {"session_id": row.session_id, "last_seen": row.last_seen, "revoked": False}
    services.identities.change(SessionRow, where, {"last_seen": now})
