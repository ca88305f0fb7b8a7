"""One's own account 本人账号: who I am and what I may call; my password, second factor and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dafeng.app.identity import factors
from dafeng.app.identity.accounts import set_password
from dafeng.app.identity.audit import audited
from dafeng.app.identity.factors import Enrolment
from dafeng.app.identity.names import area_names, enterprise_names
from dafeng.app.identity.passwords import check_password, normal
from dafeng.app.identity.ports import Account, ApiKey, Credential, Recovery, SessionRow, Totp
from dafeng.app.identity.sessions import Session, roles_of
from dafeng.app.identity.signin import SignInFailed
from dafeng.app.permission import matrix, may, use_case, within
from dafeng.app.services import Services
from dafeng.base.callers import PUBLIC, ROLES, Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks, signed in or not. menu: the use cases that may be called now.

    second_factor: none (not needed) | given | awaited (the code is still to be given) | to_enrol (must set one up) |
    set (there is one, and it was not asked for: a key)
    """

    signed_in: bool
    name: str
    display: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    enterprises: tuple[str, ...]
    departments: tuple[str, ...]
    area_names: dict[str, str]  # of the areas above; a code without a name is not in the programme
    enterprise_names: dict[str, str]
    csrf: str
    must_change_password: bool
    second_factor: str
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
        area_names=area_names(services, caller, caller.areas),
        enterprise_names=enterprise_names(services, caller, caller.enterprises),
        csrf=session.csrf if session else "",
        must_change_password=bool(session and session.must_change_password),
        second_factor=_second_factor(session, account),
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
    prove(services, account, old)
    password = check_password(services, account.user, new)
    if normal(old) == password:
        raise BadRequest("this is the old password", where="password", mend="Take a new one.")
    user_id = account.user.user_id
    set_password(services, user_id, password, must_change=False)
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
        raise BadRequest("there is a second factor already", where="second factor", mend="Remove it first.")
    prove(services, account, password)
    secret = factors.begun(services, account.user.user_id)
    return factors.enrolment(secret, account.user.login, services.settings.name)


@audited("second_factor.confirm")
@use_case("self.change")
def confirm_totp(services: Services, caller: Caller, code: str, *, session_id: str = "") -> tuple[str, ...]:
    """The first code; from now on one is asked for. Gives the recovery codes, told once. Other sessions end."""
    account = own_account(services, caller)
    if account.totp is None or account.totp.confirmed:
        raise BadRequest("no second factor is being set up", where="second factor", mend="Begin first.")
    if not factors.use_code(services, account.totp, code):
        raise BadRequest("the code is not right", where="code", mend="Wait for the next code; check the phone's time.")
    user_id = account.user.user_id
    services.identities.change(Totp, {"user_id": user_id}, {"confirmed": True})
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
            "your roles need a second factor", where=caller.name, mend="To move it, ask the security administrator."
        )
    prove(services, account, password)
    if account.totp is None or not factors.use_code(services, account.totp, code):
        raise SignInFailed("the code is not right", where="code", mend="Wait for the next code.")
    factors.forget(services, account.user.user_id)


@audited("recovery_codes.renew")
@use_case("self.change")
def renew_recovery_codes(services: Services, caller: Caller, password: str) -> tuple[str, ...]:
    """Ten new recovery codes, told once; the old ones are void."""
    account = own_account(services, caller)
    if account.totp is None or not account.totp.confirmed:
        raise BadRequest("there is no second factor", where="second factor", mend="Set one up first.")
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
    raise NotFound("there is no such session", where=session[:16], mend="See the list of your sessions.")


# shared with keys.py


@within
def own_account(services: Services, caller: Caller) -> Account:
    """The caller's account. Raises NotAllowed for a key, or for somebody without an account."""
    account = services.identities.account(caller.id) if caller.id and not caller.id.startswith("key:") else None
    if account is None:
        raise NotAllowed("this needs a person who has signed in", where=caller.name, mend="Sign in with a browser.")
    return account


def prove(services: Services, account: Account, password: str) -> None:
    """The password once more. Raises SignInFailed; a failure counts as a failed sign-in does."""
    credential, now = account.credential, services.clock.now()
    if credential is None:
        raise SignInFailed("the account has no password", where="password", mend="Ask for a reset.")
    open_now = credential.locked_until is None or now >= credential.locked_until
    if not services.hasher.verify(credential.hash, normal(password)) or not open_now:
        tries = credential.failures + 1
        lock = services.settings.identity.locked_for(tries)
        if open_now:
            to = {"failures": tries, "locked_until": now + lock if lock else None}
            services.identities.change(Credential, {"user_id": account.user.user_id}, to)
        raise SignInFailed(
            "the password is not right",
            where="password",
            mend="Type it again.",
            zh="口令不正确",
            mend_zh="请重新输入。",
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
