"""One's own account 本人账号: who I am and what I may call; my password, second factor and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dafeng.app.identity import factors
from dafeng.app.identity.audit import audited
from dafeng.app.identity.factors import Enrolment
from dafeng.app.identity.handover import State, open_handover, state_of, taken
from dafeng.app.identity.names import area_names, enterprise_names, names_en
from dafeng.app.identity.passwords import check_password, normal
from dafeng.app.identity.ports import Account, ApiKey, Credential, Recovery, SessionRow, Totp
from dafeng.app.identity.sessions import Session, roles_of
from dafeng.app.identity.signin import SignInFailed
from dafeng.app.identity.tries import Count, counted, given_back
from dafeng.app.permission import matrix, may, use_case, within
from dafeng.app.services import Services
from dafeng.base.callers import PUBLIC, ROLES, Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks, signed in or not. menu: the use cases that may be called now.

    second_factor: none (not needed) | given | awaited (the code is still to be given) | to_enrol (must set one up) |
    set (there is one, and it was not asked for: a key)
    handover: "" | to_take_over | to_confirm: the granted roles are suspended, since somebody else has set the way in;
    they wait for the own password (or factor), then for the security administrator
    """

    signed_in: bool
    name: str
    display: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    enterprises: tuple[str, ...]
    departments: tuple[str, ...]
    area_names: dict[str, str]  # of the areas above; a code without a name is not in the programme
    area_names_en: dict[str, str]
    enterprise_names: dict[str, str]
    csrf: str
    must_change_password: bool
    second_factor: str
    handover: State
    recovery_codes_left: int
    kind: str  # session | key | none
    expires_at: datetime | None
    menu: tuple[str, ...]
    programme: str
    area: str
    zone: str  # of the programme, for days and times on the screen
    demonstration: bool
    min_password_length: int
    sign_in_elsewhere: str  # what the button says; "" where no provider is set


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of my sessions: id is no secret, the token is."""

    id: str
    created_at: datetime
    last_seen: datetime
    expires_at: datetime
    ip: str
    agent: str
    current: bool


@use_case("self.see")
def me(services: Services, caller: Caller, session: Session | None = None) -> Me:
    """Who asks. Somebody not signed in is told of the programme and what the public may call."""
    settings = services.settings
    account = services.identities.account(session.user_id) if session else None
    oidc = settings.identity.oidc
    known = account is not None and session is not None and session.second_factor
    return Me(
        signed_in=known or (session is None and caller is not PUBLIC),
        name=account.user.login if account else caller.name,
        display=(account.user.display if account else caller.display) or caller.name,
        roles=tuple(sorted(caller.roles & ROLES.keys())),
        areas=tuple(sorted(caller.areas)),
        enterprises=tuple(sorted(caller.enterprises)),
        departments=tuple(sorted(caller.departments)),
        area_names=(named := area_names(services, caller, caller.areas)),
        area_names_en=names_en(named),
        enterprise_names=enterprise_names(services, caller, caller.enterprises),
        csrf=session.csrf if session else "",
        must_change_password=bool(session and session.must_change_password),
        second_factor=_second_factor(session, account),
        handover=state_of(account) if account is not None and known else "",
        recovery_codes_left=_codes_left(services, account) if known else 0,
        kind=session.kind if session else "none",
        expires_at=session.expires_at if session else None,
        menu=tuple(key for key in matrix() if may(caller, key)),
        programme=settings.name,
        area=settings.area,
        zone=settings.zone,
        demonstration=settings.demonstration,
        min_password_length=settings.identity.min_length,
        sign_in_elsewhere=oidc.name if oidc else "",
    )


@audited("password.change")
@use_case("self.change")
def change_password(services: Services, caller: Caller, old: str, new: str, *, session_id: str = "") -> None:
    """A new password; every other session and every key ends. Raises WeakPassword, or SignInFailed for a wrong old one.

    A wrong old password counts as a failed sign-in, so that an open screen is no place to guess from.
    """
    account = own_account(services, caller)
    user_id = account.user.user_id
    handed = open_handover(services, user_id)
    proved = prove(services, account, old)
    password = check_password(services, account.user, new)
    if normal(old) == password:
        raise BadRequest(
            "this is the old password",
            where="password",
            mend="Take a new one.",
            zh="新口令与原口令相同",
            mend_zh="请换一个新口令。",
        )
    _replace_password(services, proved, password)
    taken(services, handed, "password", "second_factor")
    end_others(services, user_id, session_id)
    services.identities.change(ApiKey, {"user_id": user_id, "revoked": False}, {"revoked": True})


@audited("second_factor.begin")
@use_case("self.change")
def begin_totp(services: Services, caller: Caller, password: str) -> Enrolment:
    """A secret for an authenticator; it counts once a code of it was given (``confirm_totp``).

    The password is asked again: who finds an open screen must not lock its owner out.
    """
    account = own_account(services, caller)
    if account.totp is not None and account.totp.confirmed:
        raise BadRequest(
            "there is a second factor already",
            where="second factor",
            mend="Remove it first.",
            zh="此账号已有二次验证",
            mend_zh="要换手机，请先在“本人”页移除原有的二次验证。",
        )
    prove(services, account, password)
    secret = factors.begun(services, account.user.user_id)
    return factors.enrolment(secret, account.user.login, services.settings.name)


@audited("second_factor.confirm")
@use_case("self.change")
def confirm_totp(services: Services, caller: Caller, code: str, *, session_id: str = "") -> tuple[str, ...]:
    """The first code; from now on one is asked for. Gives the recovery codes, told once. Other sessions end."""
    account = own_account(services, caller)
    user_id = account.user.user_id
    handed = open_handover(services, user_id)
    if account.totp is None or account.totp.confirmed:
        raise BadRequest(
            "no second factor is being set up",
            where="second factor",
            mend="Begin first.",
            zh="还没有开始设置二次验证",
            mend_zh="请先输入口令，取得二维码。",
        )
    count = counted(services, user_id)
    if count is None or not factors.use_code(services, account.totp, code):
        raise _wrong_first_code()
    given_back(services, user_id, count)
    begun = {"user_id": user_id, "sealed": account.totp.sealed}  # the one that this code is of
    if not services.identities.change(Totp, begun, {"confirmed": True}):
        raise _wrong_first_code()
    taken(services, handed, "second_factor")
    end_others(services, user_id, session_id)
    return factors.fresh_recovery_codes(services, user_id)


@audited("second_factor.remove")
@use_case("self.change")
def remove_totp(services: Services, caller: Caller, password: str, code: str) -> None:
    """Take the own second factor away, by password and code. Raises NotAllowed where the roles need one."""
    account = own_account(services, caller)
    settings, now = services.settings, services.clock.now()
    if settings.identity.strong(roles_of(account, now), synthetic=settings.demonstration):
        raise NotAllowed(
            "your roles need a second factor",
            where=caller.name,
            mend="To move it, ask the system administrator.",
            zh="您的角色必须使用二次验证，不能移除",
            mend_zh="要换手机，请系统管理员重置二次验证。",
        )
    count = _try(services, account)
    _compare(services, account, password)
    if account.totp is None or not factors.use_code(services, account.totp, code):
        raise SignInFailed(
            "the code is not right",
            where="code",
            mend="Wait for the next code.",
            zh="验证码不正确",
            mend_zh="请等下一个验证码再试；每个验证码只能用一次。",
        )
    given_back(services, account.user.user_id, count)
    factors.forget(services, account.user.user_id)


@audited("recovery_codes.renew")
@use_case("self.change")
def renew_recovery_codes(services: Services, caller: Caller, password: str) -> tuple[str, ...]:
    """Ten new recovery codes, told once; the old ones are void."""
    account = own_account(services, caller)
    if account.totp is None or not account.totp.confirmed:
        raise BadRequest(
            "there is no second factor",
            where="second factor",
            mend="Set one up first.",
            zh="此账号还没有二次验证，因此没有恢复码",
            mend_zh="请先设置二次验证。",
        )
    prove(services, account, password)
    return factors.fresh_recovery_codes(services, account.user.user_id)


@use_case("self.see")
def sessions(services: Services, caller: Caller, *, session_id: str = "") -> list[OwnSession]:
    """My sessions that are still open, the latest first."""
    if not caller.id or caller.id.startswith("key:"):
        return []
    now, idle = services.clock.now(), services.settings.identity.idle
    rows = services.identities.all(SessionRow, user_id=caller.id, revoked=False)
    return [
        OwnSession(
            r.session_id[:16], r.created_at, r.last_seen, min(r.expires_at, r.last_seen + idle), r.ip, r.agent,
            r.session_id == session_id,
        )
        for r in reversed(rows)
        if now < min(r.expires_at, r.last_seen + idle)
    ]  # fmt: skip


@audited("session.revoke", "session")
@use_case("self.change")
def revoke_session(services: Services, caller: Caller, session: str) -> None:
    """End one of my sessions. Raises NotFound."""
    user_id = own_account(services, caller).user.user_id
    for row in services.identities.all(SessionRow, user_id=user_id, revoked=False):
        if row.session_id[:16] == session:
            services.identities.change(SessionRow, {"session_id": row.session_id}, {"revoked": True})
            return
    raise NotFound(
        "there is no such session",
        where=session[:16],
        mend="See the list of your sessions.",
        zh="您没有这个会话，它可能已经结束",
        mend_zh="请刷新会话列表。",
    )


# shared with keys.py


@within
def own_account(services: Services, caller: Caller) -> Account:
    """The caller's account. Raises NotAllowed for a key, or for somebody without an account."""
    account = services.identities.account(caller.id) if caller.id and not caller.id.startswith("key:") else None
    if account is None:
        raise NotAllowed(
            "this needs a person who has signed in",
            where=caller.name,
            mend="Sign in with a browser.",
            zh="此操作须由本人登录后进行，接口密钥不能代替",
            mend_zh="请用浏览器登录后再操作。",
        )
    return account


def prove(services: Services, account: Account, password: str) -> Credential:
    """The password once more; gives what it was compared with. Raises SignInFailed; a failure counts as a failed
    sign-in does, and a locked account proves nothing."""
    count = _try(services, account)
    credential = _compare(services, account, password)
    given_back(services, account.user.user_id, count)
    return credential


def _try(services: Services, account: Account) -> Count:
    """Count a try before anything is looked at. Raises SignInFailed where the account is locked."""
    count = counted(services, account.user.user_id)
    if count is None:
        raise SignInFailed(
            "the password is not right, or the account is locked for a while",
            where="password",
            mend="Type it again in a while.",
            zh="口令不正确，或输错次数过多、账号暂被锁定",
            mend_zh="请稍候再试，或请安全管理员解锁。",
        )
    return count


def _compare(services: Services, account: Account, password: str) -> Credential:
    credential = services.identities.one(Credential, user_id=account.user.user_id)
    if credential is not None and not credential.hash:
        raise SignInFailed(
            "the account has no password",
            where="password",
            mend="Ask the system administrator for one.",
            zh="此账号没有口令，只能从统一身份认证登录",
            mend_zh="需要口令时，请系统管理员重置。",
        )
    if not services.hasher.verify(credential.hash if credential else "", normal(password)) or credential is None:
        raise SignInFailed(
            "the password is not right",
            where="password",
            mend="Type it again; after several wrong ones the account is locked for a while.",
            zh="口令不正确",
            mend_zh="请重新输入；连续输错会暂时锁定账号。",
        )
    return credential


def _replace_password(services: Services, proved: Credential, password: str) -> None:
    """In place of the password that was proved, and of no other: one that was reset meanwhile stays."""
    fresh = {"hash": services.hasher.hash(password), "must_change": False, "changed_at": services.clock.now(),
             "failures": 0, "locked_until": None}  # fmt: skip
    if not services.identities.change(Credential, {"user_id": proved.user_id, "hash": proved.hash}, fresh):
        raise SignInFailed(
            "the password was set anew meanwhile",
            where="password",
            mend="Sign in with the new one.",
            zh="口令刚被重置，原口令已失效",
            mend_zh="请用新的口令登录。",
        )


def _wrong_first_code() -> BadRequest:
    return BadRequest(
        "the code is not right, or too many were wrong",
        where="code",
        mend="Wait for the next code; check the phone's time.",
        zh="验证码不正确，或输错次数过多",
        mend_zh="请核对手机时间，等下一个验证码再试。",
    )


def end_others(services: Services, user_id: str, session_id: str) -> None:
    """End every session of an account but one."""
    for row in services.identities.all(SessionRow, user_id=user_id, revoked=False):
        if row.session_id != session_id:
            services.identities.change(SessionRow, {"session_id": row.session_id}, {"revoked": True})


def _second_factor(session: Session | None, account: Account | None) -> str:
    if session is None or account is None:
        return "none"
    if not session.second_factor:
        return "awaited"
    if account.totp is not None and account.totp.confirmed:
        return "given" if session.kind == "session" else "set"
    return "to_enrol" if session.must_enrol else "none"


def _codes_left(services: Services, account: Account | None) -> int:
    return len(services.identities.all(Recovery, user_id=account.user.user_id, used_at=None)) if account else 0
