"""Personal API keys 个人密钥: a part of what the owner may do, for a time, for programs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dafeng.app.identity.audit import audited
from dafeng.app.identity.own import own_account
from dafeng.app.identity.ports import ApiKey
from dafeng.app.identity.sessions import KEY_PREFIX, covered, sha256
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import ADMINISTRATORS, Caller
from dafeng.base.errors import BadRequest, NotFound

_MOST_KEYS = 20


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key as its owner sees it: never the key itself."""

    key_id: str
    name: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    enterprises: tuple[str, ...]
    departments: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; ``key`` is told this once."""

    key: str
    shown: KeyShown


@use_case("self.see")
def keys(services: Services, caller: Caller) -> list[KeyShown]:
    """My keys, the latest first."""
    if not caller.id or caller.id.startswith("key:"):
        return []
    return [_shown(k) for k in reversed(services.identities.all(ApiKey, user_id=caller.id))]


@audited("key.create", "name")
@use_case("self.change")
def create_key(
    services: Services,
    caller: Caller,
    name: str,
    *,
    days: int,
    roles: Iterable[str] = (),
    areas: Iterable[str] = (),
    enterprises: Iterable[str] = (),
    departments: Iterable[str] = (),
) -> NewKey:
    """A key with some (or all) of my roles and scope. Raises BadRequest where it would reach further than I do."""
    account, now = own_account(services, caller), services.clock.now()
    most = services.settings.identity.key_days_most
    if not 1 <= days <= most:
        raise BadRequest(f"a key lives 1 to {most} days", where="days", mend="Choose a shorter time.")
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise BadRequest("a key needs a name", where="name", mend="Write what it is for.")
    if (
        sum(not k.revoked and k.expires_at > now for k in services.identities.all(ApiKey, user_id=caller.id))
        >= _MOST_KEYS
    ):
        raise BadRequest(f"there are {_MOST_KEYS} keys already", where="keys", mend="Revoke one that is not used.")
    held = caller.roles - ADMINISTRATORS
    asked = frozenset(roles) or held
    _check(caller, asked, held, frozenset(areas), frozenset(enterprises), frozenset(departments))
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = f"{KEY_PREFIX}{key_id}_{secret}"
    row = ApiKey(
        key_id, account.user.user_id, sha256(key), name.strip(), tuple(sorted(asked)), tuple(sorted(areas)),
        tuple(sorted(enterprises)), tuple(sorted(departments)), now, now + timedelta(days=days),
    )  # fmt: skip
    services.identities.add(row)
    return NewKey(key, _shown(row))


@audited("key.revoke", "key_id")
@use_case("self.change")
def revoke_key(services: Services, caller: Caller, key_id: str) -> None:
    """End one of my keys. Raises NotFound."""
    user_id = own_account(services, caller).user.user_id
    if not services.identities.change(ApiKey, {"key_id": key_id, "user_id": user_id}, {"revoked": True}):
        raise NotFound("there is no such key", where=key_id[:40], mend="See the list of your keys.")


def _check(
    caller: Caller,
    asked: frozenset[str],
    held: frozenset[str],
    areas: frozenset[str],
    enterprises: frozenset[str],
    departments: frozenset[str],
) -> None:
    """A key never reaches further than its owner; administrators' acts are done by a person."""
    if not asked or not held:
        raise BadRequest("no role of yours can be given to a key", where="roles", mend="Administrators sign in.")
    beyond = {
        "roles": asked - held,
        "areas": {a for a in areas if not covered(caller.areas, a)},
        "enterprises": enterprises - caller.enterprises,
        "departments": departments - caller.departments,
    }
    for where, more in beyond.items():
        if more:
            raise BadRequest(
                f"{', '.join(sorted(more))} is not yours to give", where=where, mend="Name what you have yourself."
            )


def _shown(key: ApiKey) -> KeyShown:
    return KeyShown(
        key.key_id, key.name, key.roles, key.areas, key.enterprises, key.departments, key.created_at, key.expires_at,
        key.last_used, key.revoked,
    )  # fmt: skip
