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
from dafeng.base.callers import ADMINISTRATORS, ROLES, Caller
from dafeng.base.errors import BadRequest, NotFound

_MOST_KEYS = 20
GIVABLE = frozenset(ROLES) - ADMINISTRATORS - {"owner", "public"}  # what is done by programs, not in person
_WORDS = {"roles": "角色", "areas": "地区", "enterprises": "企业", "departments": "部门"}


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


@use_case("self.change", writes=False)
def keys(services: Services, caller: Caller) -> list[KeyShown]:
    """My keys, the latest first. Raises NotAllowed for a key, which is told of no others, and for nobody signed in."""
    user_id = own_account(services, caller).user.user_id
    return [_shown(k) for k in reversed(services.identities.all(ApiKey, user_id=user_id))]


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
        raise BadRequest(
            f"a key lives 1 to {most} days",
            where="days",
            mend="Choose a shorter time.",
            zh=f"密钥有效期为 1 至 {most} 天",
            mend_zh="请缩短有效期。",
        )
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise BadRequest(
            "a key needs a name",
            where="name",
            mend="Write what it is for.",
            zh="请为密钥填写名称（不超过200字，不含控制字符）",
            mend_zh="写明用途，例如“月度报表程序”。",
        )
    held = caller.roles & GIVABLE
    asked = frozenset(roles) or held
    _check(caller, asked, held, frozenset(areas), frozenset(enterprises), frozenset(departments))
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = f"{KEY_PREFIX}{key_id}_{secret}"
    row = ApiKey(
        key_id, account.user.user_id, sha256(key), name.strip(), tuple(sorted(asked)), tuple(sorted(areas)),
        tuple(sorted(enterprises)), tuple(sorted(departments)), now, now + timedelta(days=days),
    )  # fmt: skip
    if not services.identities.add_key(row, _MOST_KEYS):
        raise BadRequest(
            f"there are {_MOST_KEYS} keys already",
            where="keys",
            mend="Revoke one that is not used.",
            zh=f"有效密钥已达 {_MOST_KEYS} 个",
            mend_zh="请先吊销不用的密钥。",
        )
    return NewKey(key, _shown(row))


@audited("key.revoke", "key_id")
@use_case("self.change")
def revoke_key(services: Services, caller: Caller, key_id: str) -> None:
    """End one of my keys. Raises NotFound."""
    user_id = own_account(services, caller).user.user_id
    if not services.identities.change(ApiKey, {"key_id": key_id, "user_id": user_id}, {"revoked": True}):
        raise NotFound(
            "there is no such key",
            where=key_id[:40],
            mend="See the list of your keys.",
            zh="您没有这个密钥",
            mend_zh="请从本人密钥列表中选择。",
        )


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
        raise BadRequest(
            "no role of yours can be given to a key",
            where="roles",
            mend="Administrators sign in.",
            zh="您的角色不能授予密钥",
            mend_zh="三员的操作须本人登录进行；没有业务角色的账号不能生成密钥。",
        )
    beyond = {
        "roles": asked - held,
        "areas": {a for a in areas if not covered(caller.areas, a)},
        "enterprises": enterprises - caller.enterprises,
        "departments": departments - caller.departments,
    }
    for where, more in beyond.items():
        if more:
            raise BadRequest(
                f"{', '.join(sorted(more))} is not yours to give",
                where=where,
                mend="Name what you have yourself.",
                zh=f"{_WORDS[where]}“{'、'.join(sorted(more))}”不在您的权限内，不能授予密钥",
                mend_zh="只能授予本人已有的角色与范围。",
            )


def _shown(key: ApiKey) -> KeyShown:
    return KeyShown(
        key.key_id, key.name, key.roles, key.areas, key.enterprises, key.departments, key.created_at, key.expires_at,
        key.last_used, key.revoked,
    )  # fmt: skip
