"""What the use cases of accounts share 账号记录的读写; nothing here asks who may."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from dafeng.app.identity.granting import Wanted
from dafeng.app.identity.handover import State, given, stale, state_of
from dafeng.app.identity.passwords import generated_password
from dafeng.app.identity.ports import Account, ApiKey, Credential, Grant, Handover, SessionRow, User
from dafeng.app.identity.sessions import in_force, must_enrol
from dafeng.app.identity.tries import forgotten, locks
from dafeng.app.permission import within
from dafeng.app.services import Services
from dafeng.base.callers import ADMINISTRATORS, Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,63}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}")
_LONG = 200
_ACTS = {"disable": "停用", "enable": "启用", "grant": "授权", "revoke": "撤销授权", "confirm": "确认授权",
         "unlock": "解锁", "reset": "重置", "link": "关联外部登录"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """An account as administrators see it; roles and scope are those granted for now.

    handover "" = they are in force; to_take_over: suspended until the owner has replaced what somebody else has set
    (``handover_by`` at ``handover_at``); to_confirm: taken over at ``taken_at``, suspended until the security
    administrator has vouched for it.
    """

    login: str
    display: str
    email: str
    disabled: bool
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    enterprises: tuple[str, ...]
    departments: tuple[str, ...]
    until: datetime | None
    granted_by: str
    locked_until: datetime | None
    must_change_password: bool
    second_factor: str  # given | to_enrol | none
    created_at: datetime
    created_by: str
    handover: State
    handover_by: str
    handover_at: datetime | None
    taken_at: datetime | None
    area_names: dict[str, str] = field(default_factory=dict)  # as far as who asks may know them
    area_names_en: dict[str, str] = field(default_factory=dict)
    enterprise_names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A generated password, told once; it must be changed at the first sign-in."""

    login: str
    password: str


@within
def hand_out(services: Services, caller: Caller, user_id: str, *, must_change: bool = True) -> str:
    """A generated password, set by somebody else than the owner of the account: see ``handover``."""
    password = generated_password()
    given(services, caller, user_id, "password")
    _set_password(services, user_id, password, must_change=must_change)
    given(services, caller, user_id, "password")
    return password


def _set_password(services: Services, user_id: str, password: str, *, must_change: bool) -> None:
    """Hash and keep a password; failures so far are forgotten."""
    fresh = Credential(user_id, services.hasher.hash(password), must_change, services.clock.now())
    to = {f.name: getattr(fresh, f.name) for f in fields(fresh) if f.name != "user_id"}
    forgotten(services, user_id)
    if not services.identities.change(Credential, {"user_id": user_id}, to):
        services.identities.add(fresh)


def create_account(services: Services, login: str, display: str, email: str, created_by: str) -> User:
    """An account without password and role."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise BadRequest(
            "a login is 2 to 64 letters, digits, points and dashes, a letter first",
            where="login",
            mend="Take such one.",
            zh="登录名须为2至64个小写字母、数字、点、横线或下划线，以字母开头",
            mend_zh="请换一个登录名，如姓名的拼音。",
        )
    if not display.strip() or len(display) > _LONG or not display.isprintable():
        raise BadRequest(
            "the name is empty or too long",
            where="display",
            mend="Write the person's name.",
            zh=f"姓名为空、超过{_LONG}个字符或含有不可见字符",
            mend_zh="请填写使用人的姓名。",
        )
    check_email(email)
    if services.identities.one(User, login=login):
        raise BadRequest(
            f"there is an account {login} already",
            where="login",
            mend="Choose another login.",
            zh=f"登录名 {login} 已被使用",
            mend_zh="请换一个登录名；停用的账号也占用登录名。",
        )
    now = services.clock.now()
    user = User(f"U-{secrets.token_hex(8)}", login, display.strip(), email.lower(), False, now, created_by)
    services.identities.add(user)
    return user


def check_email(email: str) -> None:
    """Raise BadRequest for what is no e-mail address; none at all is one."""
    if email and not _EMAIL.fullmatch(email):
        raise BadRequest(
            "this is no e-mail address",
            where="email",
            mend="Correct it or leave it out.",
            zh="电子邮箱的格式不正确",
            mend_zh="请更正，或留空。",
        )


@within
def new_account(services: Services, caller: Caller, login: str, display: str, email: str) -> NewPassword:
    user = create_account(services, login, display, email, caller.name)
    return NewPassword(user.login, hand_out(services, caller, user.user_id))


@within
def put_grant(
    services: Services,
    caller: Caller,
    account: Account,
    wanted: Wanted,
    until: datetime | None,
    reason: str,
    *,
    ends: Handover | None = None,
) -> None:
    """Grant in place of what was read, and end a hand-over with it, in one step.

    Raises StaleRecord where grant or hand-over have changed since they were read.
    """
    fresh = _granted(services, caller, account, wanted, until, reason)
    if not services.identities.put_grant(fresh, account.grant, ends):
        raise stale()


@within
def take_roles(services: Services, caller: Caller, account: Account, reason: str) -> None:
    """Take all roles away, whatever was granted meanwhile."""
    services.identities.add(_granted(services, caller, account, Wanted(frozenset()), None, reason))


def _granted(
    services: Services, caller: Caller, account: Account, wanted: Wanted, until: datetime | None, reason: str
) -> Grant:
    return Grant(
        account.user.user_id,
        tuple(sorted(wanted.roles)),
        tuple(sorted(wanted.areas)),
        tuple(sorted(wanted.enterprises)),
        tuple(sorted(wanted.departments)),
        services.clock.now(),
        until,
        caller.name,
        reason[:_LONG],
    )


def found(services: Services, login: str) -> Account:
    user = services.identities.one(User, login=login.strip().lower()[:64])
    account = services.identities.account(user.user_id) if user else None
    if account is None:
        raise NotFound(
            "there is no such account",
            where=login[:64],
            mend="See the list of accounts.",
            zh="没有这个账号",
            mend_zh="请从账号列表进入。",
        )
    return account


@within
def another(services: Services, caller: Caller, login: str, act: str) -> Account:
    """Somebody else's account: nobody acts as administrator on himself."""
    account = found(services, login)
    if caller.id == account.user.user_id:
        raise NotAllowed(
            f"nobody may {act} for himself",
            where=login,
            mend="Ask another administrator.",
            zh=f"不能对自己的账号进行此操作：{_ACTS[act]}",
            mend_zh="请另一位管理员办理。",
        )
    return account


@within
def no_administrator(account: Account, caller: Caller, now: datetime) -> Account:
    """The account, unless it is an administrator's and the caller is not the owner at the machine.

    Who could set an administrator's password, factor or sign-in elsewhere could be that administrator 三员分立.
    """
    if _is_anothers(account, caller, now):
        raise NotAllowed(
            "an administrator's way in is reset at the machine only",
            where=account.user.login,
            mend="Ask the owner of the programme: dafeng user unlock --password.",
            zh="管理员的口令、二次验证和外部登录只能在服务器上重置",
            mend_zh="请工作区所有者执行 dafeng user unlock --password。",
        )
    return account


@within
def not_barring(account: Account, caller: Caller, now: datetime) -> Account:
    """As ``no_administrator``, for barring and admitting: who could disable the others would be alone 三员分立."""
    if _is_anothers(account, caller, now):
        raise NotAllowed(
            "an administrator is disabled and enabled at the machine only",
            where=account.user.login,
            mend="Ask the owner of the programme: dafeng user disable, or enable.",
            zh="管理员账号只能在服务器上停用或启用",
            mend_zh="请工作区所有者执行 dafeng user disable 或 enable。",
        )
    return account


def _is_anothers(account: Account, caller: Caller, now: datetime) -> bool:
    """Whether the account is an administrator's, and the caller not the owner at the machine."""
    grant = in_force(account.grant, now)
    return grant is not None and bool(ADMINISTRATORS & set(grant.roles)) and "owner" not in caller.roles


def end_all(services: Services, user_id: str) -> None:
    services.identities.change(SessionRow, {"user_id": user_id, "revoked": False}, {"revoked": True})
    services.identities.change(ApiKey, {"user_id": user_id, "revoked": False}, {"revoked": True})


def shown(
    services: Services, account: Account, now: datetime, locked_here: Mapping[str, datetime] | None = None
) -> Person:
    """The account as administrators see it. locked_here: the ``locks`` of several accounts, where they were read."""
    user, credential, grant = account.user, account.credential, in_force(account.grant, now)
    confirmed = account.totp is not None and account.totp.confirmed
    here = locks(services, now, user.user_id) if locked_here is None else locked_here
    ends = [end for end in (credential.locked_until if credential else None, here.get(user.user_id)) if end is not None]
    locked = max(ends, default=now)
    open_row = account.handover
    return Person(
        login=user.login,
        display=user.display,
        email=user.email,
        disabled=user.disabled,
        roles=grant.roles if grant else (),
        areas=grant.areas if grant else (),
        enterprises=grant.enterprises if grant else (),
        departments=grant.departments if grant else (),
        until=grant.until if grant else None,
        granted_by=grant.granted_by if grant else "",
        locked_until=locked if locked > now else None,
        must_change_password=bool(credential and credential.must_change),
        second_factor="given" if confirmed else "to_enrol" if must_enrol(services, account, now) else "none",
        created_at=user.created_at,
        created_by=user.created_by,
        handover=state_of(account),
        handover_by=open_row.given_by if open_row else "",
        handover_at=open_row.given_at if open_row else None,
        taken_at=open_row.taken_at if open_row else None,
    )
