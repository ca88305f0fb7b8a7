"""Routes of accounts 登录与账号: signing in and out, oneself, accounts for administrators, the trail for the auditor.

Answers that hold a secret told once say no-store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie, State
from litestar.params import JSONBody, Parameter, QueryParameter
from litestar.response import Redirect

from dafeng.api.given import Caller, OptionalSession, Services
from dafeng.api.security import COOKIE
from dafeng.app.identity import elsewhere, keys, own, people, signin, trail
from dafeng.app.identity.accounts import NewPassword, Person
from dafeng.app.identity.acts import Act
from dafeng.app.identity.factors import Enrolment
from dafeng.app.identity.keys import KeyShown, NewKey
from dafeng.app.identity.own import Me, OwnSession
from dafeng.app.identity.ports import AuditEntry, Grant, TrailQuery
from dafeng.app.identity.signin import Started
from dafeng.app.pages import scoping
from dafeng.app.pages.desk import AreaNode, Hit
from dafeng.base.errors import BadRequest, DafengError

OIDC_COOKIE = "dafeng_oidc"
OIDC_PATH = "/api/v1/oidc"
_SECRET = {"Cache-Control": "no-store"}
_Short = Annotated[str, msgspec.Meta(max_length=300)]
_Names = Annotated[tuple[_Short, ...], msgspec.Meta(max_length=500)]
_Password = Annotated[str, msgspec.Meta(max_length=1000)]
Login = Annotated[str, Parameter(description="Login of an account.", max_length=64)]
RowId = Annotated[str, Parameter(description="Id of a key or session.", max_length=100)]
Filter = Annotated[str, Parameter(max_length=300)]
Most = Annotated[int, Parameter(description="How many at most.", ge=1, le=100)]
Req = Request[Any, Any, Any]


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes in: unknown fields are refused."""


class SignIn(_Body, frozen=True):
    """Login and password; the code of the second factor may come with them or after them."""

    login: _Short
    password: _Password
    code: _Short = ""


class Code(_Body, frozen=True):
    """A code of the second factor, or a recovery code."""

    code: _Short


class PasswordOnly(_Body, frozen=True):
    """The password once more."""

    password: _Password


class PasswordAndCode(_Body, frozen=True):
    """Password and code once more."""

    password: _Password
    code: _Short


class PasswordChange(_Body, frozen=True):
    """The old password and a new one."""

    old: _Password
    new: _Password


class KeyAsked(_Body, frozen=True):
    """A key: what is left empty is as the owner has it."""

    name: _Short
    days: int
    roles: _Names = ()
    areas: _Names = ()
    enterprises: _Names = ()
    departments: _Names = ()


class AccountAsked(_Body, frozen=True):
    """A new account."""

    login: _Short
    display: _Short
    email: _Short = ""


class GrantAsked(_Body, frozen=True):
    """Roles and scope from now on, in place of the earlier ones."""

    roles: _Names
    areas: _Names = ()
    enterprises: _Names = ()
    departments: _Names = ()
    until: datetime | None = None
    reason: _Short = ""
    taken_at: datetime | None = None  # of an account handed over: the moment that was looked at


class ConfirmAsked(_Body, frozen=True):
    """The moment of taking over that the owner was asked about (``taken_at`` of the account)."""

    taken_at: datetime
    reason: _Short = ""


class RevokeAsked(_Body, frozen=True):
    """Roles to take away; all where none is named."""

    roles: _Names = ()
    reason: _Short = ""


class LinkAsked(_Body, frozen=True):
    """A person at the external provider."""

    issuer: _Short
    subject: _Short


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Codes for the day the phone is lost, told once."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines of the trail, the newest first. names: of the codes of areas and firms in scopes on them."""

    entries: tuple[AuditEntry, ...]
    next_cursor: str | None
    names: dict[str, str]


# signing in and out


@post("/session", operation_id="session_begin", tags=["identity"], status_code=200, sync_to_thread=True)
def session_begin(
    services: Services, session: OptionalSession, data: JSONBody[SignIn], request: Req, state: State
) -> Response[Me]:
    """Sign in. second_factor "awaited" in the answer: give the code at /session/code."""
    started = signin.begin(services, data.login, data.password, data.code, ip=_address(request), agent=_agent(request))
    signin.end(services, session)
    return _signed_in(services, started, state)


@post("/session/code", operation_id="session_code", tags=["identity"], status_code=200, sync_to_thread=True)
def session_code(services: Services, data: JSONBody[Code], request: Req, state: State) -> Response[Me]:
    """The second factor of a sign-in that waits for it."""
    token = request.cookies.get(COOKIE, "")
    started = signin.give_code(services, token, data.code, ip=_address(request), agent=_agent(request))
    return _signed_in(services, started, state)


@delete("/session", operation_id="session_end", tags=["identity"], status_code=204, sync_to_thread=True)
def session_end(services: Services, session: OptionalSession, state: State) -> Response[None]:
    """Sign out."""
    signin.end(services, session)
    return Response(None, status_code=204, cookies=[_cookie(COOKIE, "", state, age=0)])


@get("/oidc/start", operation_id="oidc_start", tags=["identity"], status_code=302, sync_to_thread=True)
def oidc_start(services: Services, state: State, back_to: Filter = "/") -> Redirect:
    """Go to the external provider to sign in there."""
    away = elsewhere.start(services, back_to=back_to)
    age = int(elsewhere.STATE_LIFE.total_seconds())
    cookie = _cookie(OIDC_COOKIE, away.browser, state, age=age, path=OIDC_PATH)
    return Redirect(away.address, status_code=302, cookies=[cookie], headers=_SECRET)


@get("/oidc/callback", operation_id="oidc_callback", tags=["identity"], status_code=302, sync_to_thread=True)
def oidc_callback(
    services: Services,
    request: Req,
    state: State,
    code: Annotated[str, Parameter(max_length=4000)] = "",
    handle: Annotated[str, QueryParameter(name="state", max_length=300)] = "",
) -> Redirect:
    """Back from the provider. A browser stands here, so a refusal is a page: the sign-in page says that it failed."""
    gone = _cookie(OIDC_COOKIE, "", state, age=0, path=OIDC_PATH)
    try:
        browser = request.cookies.get(OIDC_COOKIE, "")
        back = elsewhere.finish(
            services, state=handle, code=code, browser=browser, ip=_address(request), agent=_agent(request)
        )
    except DafengError as error:
        kind = getattr(error, "kind", "sign-in-elsewhere-failed")
        return Redirect(f"/login?problem={kind}", status_code=302, cookies=[gone], headers=_SECRET)
    cookies = [gone, _session_cookie(back.started, state)]
    return Redirect(back.back_to, status_code=302, cookies=cookies, headers=_SECRET)


# oneself


@get("/me", operation_id="me", tags=["identity"], sync_to_thread=True)
def me(services: Services, caller: Caller, session: OptionalSession) -> Response[Me]:
    """Who asks, signed in or not: roles, scope, what may be called, and the CSRF token."""
    return Response(own.me(services, caller, session), headers=_SECRET)


@post("/me/password", operation_id="me_password", tags=["identity"], status_code=204, sync_to_thread=True)
def me_password(services: Services, caller: Caller, session: OptionalSession, data: JSONBody[PasswordChange]) -> None:
    """Change the own password; other sessions and all keys end."""
    own.change_password(services, caller, data.old, data.new, session_id=_id(session))


@post("/me/totp", operation_id="me_totp_begin", tags=["identity"], status_code=200, sync_to_thread=True)
def me_totp_begin(services: Services, caller: Caller, data: JSONBody[PasswordOnly]) -> Response[Enrolment]:
    """Begin to set up a second factor: secret, otpauth address and QR code."""
    return Response(own.begin_totp(services, caller, data.password), status_code=200, headers=_SECRET)


@post("/me/totp/confirm", operation_id="me_totp_confirm", tags=["identity"], status_code=200, sync_to_thread=True)
def me_totp_confirm(
    services: Services, caller: Caller, session: OptionalSession, data: JSONBody[Code]
) -> Response[RecoveryCodes]:
    """The first code; the answer holds the recovery codes, told once."""
    codes = own.confirm_totp(services, caller, data.code, session_id=_id(session))
    return Response(RecoveryCodes(codes), status_code=200, headers=_SECRET)


@post("/me/totp/remove", operation_id="me_totp_remove", tags=["identity"], status_code=204, sync_to_thread=True)
def me_totp_remove(services: Services, caller: Caller, data: JSONBody[PasswordAndCode]) -> None:
    """Take the own second factor away, where the roles allow it."""
    own.remove_totp(services, caller, data.password, data.code)


@post("/me/recovery-codes", operation_id="me_recovery_codes", tags=["identity"], status_code=200, sync_to_thread=True)
def me_recovery_codes(services: Services, caller: Caller, data: JSONBody[PasswordOnly]) -> Response[RecoveryCodes]:
    """New recovery codes in place of the old ones."""
    codes = own.renew_recovery_codes(services, caller, data.password)
    return Response(RecoveryCodes(codes), status_code=200, headers=_SECRET)


@get("/me/keys", operation_id="me_keys", tags=["identity"], sync_to_thread=True)
def me_keys(services: Services, caller: Caller) -> list[KeyShown]:
    """My keys, the latest first."""
    return keys.keys(services, caller)


@post("/me/keys", operation_id="me_key_create", tags=["identity"], sync_to_thread=True)
def me_key_create(services: Services, caller: Caller, data: JSONBody[KeyAsked]) -> Response[NewKey]:
    """A new key, told once."""
    made = keys.create_key(
        services, caller, data.name, days=data.days, roles=data.roles, areas=data.areas, enterprises=data.enterprises,
        departments=data.departments,
    )  # fmt: skip
    return Response(made, status_code=201, headers=_SECRET)


@delete("/me/keys/{key_id:str}", operation_id="me_key_revoke", tags=["identity"], status_code=204, sync_to_thread=True)
def me_key_revoke(services: Services, caller: Caller, key_id: RowId) -> None:
    """End a key of mine."""
    keys.revoke_key(services, caller, key_id)


@get("/me/sessions", operation_id="me_sessions", tags=["identity"], sync_to_thread=True)
def me_sessions(services: Services, caller: Caller, session: OptionalSession) -> list[OwnSession]:
    """My open sessions, the latest first."""
    return own.sessions(services, caller, session_id=_id(session))


@delete(
    "/me/sessions/{session_id:str}",
    operation_id="me_session_revoke",
    tags=["identity"],
    status_code=204,
    sync_to_thread=True,
)
def me_session_revoke(services: Services, caller: Caller, session_id: RowId) -> None:
    """End a session of mine."""
    own.revoke_session(services, caller, session_id)


# accounts


@get("/users", operation_id="users", tags=["identity"], sync_to_thread=True)
def users(services: Services, caller: Caller) -> list[Person]:
    """Every account, by login."""
    return people.people(services, caller)


@get("/scopes/areas", operation_id="scope_areas", tags=["identity"], sync_to_thread=True)
def scope_areas(services: Services, caller: Caller) -> list[AreaNode]:
    """All areas that a scope may hold."""
    return scoping.scope_areas(services, caller)


@get("/scopes/enterprises", operation_id="scope_enterprises", tags=["identity"], sync_to_thread=True)
def scope_enterprises(services: Services, caller: Caller, q: Filter, limit: Most = 30) -> list[Hit]:
    """Firms that a scope may hold, by name, pinyin or id."""
    return scoping.scope_enterprises(services, caller, q, limit)


@get("/users/{login:str}", operation_id="user", tags=["identity"], sync_to_thread=True)
def user(services: Services, caller: Caller, login: Login) -> Person:
    """One account."""
    return people.person(services, caller, login)


@get("/users/{login:str}/grants", operation_id="user_grants", tags=["identity"], sync_to_thread=True)
def user_grants(services: Services, caller: Caller, login: Login) -> list[Grant]:
    """What an account was granted, the earliest first."""
    return people.grants(services, caller, login)


@post("/users", operation_id="user_create", tags=["identity"], sync_to_thread=True)
def user_create(services: Services, caller: Caller, data: JSONBody[AccountAsked]) -> Response[NewPassword]:
    """A new account without roles; its first password, told once."""
    made = people.create(services, caller, data.login, display=data.display, email=data.email)
    return Response(made, status_code=201, headers=_SECRET)


@post(
    "/users/{login:str}/disable", operation_id="user_disable", tags=["identity"], status_code=200, sync_to_thread=True
)
def user_disable(services: Services, caller: Caller, login: Login) -> Person:
    """Nobody signs in with the account any more."""
    return people.disable(services, caller, login)


@post("/users/{login:str}/enable", operation_id="user_enable", tags=["identity"], status_code=200, sync_to_thread=True)
def user_enable(services: Services, caller: Caller, login: Login) -> Person:
    """The account may be used again."""
    return people.enable(services, caller, login)


@post("/users/{login:str}/grant", operation_id="user_grant", tags=["identity"], status_code=200, sync_to_thread=True)
def user_grant(services: Services, caller: Caller, login: Login, data: JSONBody[GrantAsked]) -> Person:
    """Roles and scope of an account, in place of what it had."""
    return people.grant(
        services, caller, login, roles=data.roles, areas=data.areas, enterprises=data.enterprises,
        departments=data.departments, until=data.until, reason=data.reason, taken_at=data.taken_at,
    )  # fmt: skip


@post("/users/{login:str}/confirm", operation_id="user_confirm", tags=["identity"], status_code=200,
      sync_to_thread=True)  # fmt: skip
def user_confirm(services: Services, caller: Caller, login: Login, data: JSONBody[ConfirmAsked]) -> Person:
    """Vouch that the account is in its owner's hands: what was granted is in force again."""
    return people.confirm(services, caller, login, taken_at=data.taken_at, reason=data.reason)


@post("/users/{login:str}/revoke", operation_id="user_revoke", tags=["identity"], status_code=200, sync_to_thread=True)
def user_revoke(services: Services, caller: Caller, login: Login, data: JSONBody[RevokeAsked]) -> Person:
    """Take roles away."""
    return people.revoke(services, caller, login, roles=data.roles, reason=data.reason)


@post("/users/{login:str}/unlock", operation_id="user_unlock", tags=["identity"], status_code=200, sync_to_thread=True)
def user_unlock(services: Services, caller: Caller, login: Login) -> Person:
    """Let an account that failed too often try again."""
    return people.unlock(services, caller, login)


@post("/users/{login:str}/reset-password", operation_id="user_reset_password", tags=["identity"], status_code=200,
      sync_to_thread=True)  # fmt: skip
def user_reset_password(services: Services, caller: Caller, login: Login) -> Response[NewPassword]:
    """A generated password, told once, to be changed at the next sign-in."""
    return Response(people.reset_password(services, caller, login), status_code=200, headers=_SECRET)


@post("/users/{login:str}/reset-second-factor", operation_id="user_reset_second_factor", tags=["identity"],
      status_code=200, sync_to_thread=True)  # fmt: skip
def user_reset_second_factor(services: Services, caller: Caller, login: Login) -> Person:
    """Take an account's second factor away."""
    return people.reset_second_factor(services, caller, login)


@post("/users/{login:str}/link", operation_id="user_link", tags=["identity"], status_code=204, sync_to_thread=True)
def user_link(services: Services, caller: Caller, login: Login, data: JSONBody[LinkAsked]) -> None:
    """Say which person at the external provider the account is."""
    people.link(services, caller, login, issuer=data.issuer, subject=data.subject)


# the trail


@get("/audit", operation_id="audit", tags=["identity"], sync_to_thread=True)
def audit(
    services: Services,
    caller: Caller,
    who: Filter = "",
    act: Filter = "",
    outcome: Filter = "",
    subject: Filter = "",
    ip: Filter = "",
    group: Filter = "",
    since: Annotated[datetime | None, QueryParameter(name="from")] = None,
    until: Annotated[datetime | None, QueryParameter(name="to")] = None,
    cursor: Annotated[str, Parameter(max_length=20)] = "",
    limit: Annotated[int, Parameter(ge=1, le=trail.MOST)] = 100,
) -> AuditPage:
    """A page of the audit trail, the newest first; ``from`` inclusive, ``to`` exclusive."""
    query = TrailQuery(who, act, outcome, ip, subject, since, until, _below(cursor), limit)
    page = trail.trail(services, caller, query, group)
    return AuditPage(page.entries, None if page.below is None else str(page.below), page.names)


@get("/audit/acts", operation_id="audit_acts", tags=["identity"], sync_to_thread=True)
def audit_acts(services: Services, caller: Caller) -> list[Act]:
    """What a line of the trail may tell of, in words, and by groups."""
    return list(trail.known_acts(services, caller))


@get("/audit/export", operation_id="audit_export", tags=["identity"], sync_to_thread=True)
def audit_export(
    services: Services,
    caller: Caller,
    who: Filter = "",
    act: Filter = "",
    outcome: Filter = "",
    subject: Filter = "",
    ip: Filter = "",
    group: Filter = "",
    since: Annotated[datetime | None, QueryParameter(name="from")] = None,
    until: Annotated[datetime | None, QueryParameter(name="to")] = None,
) -> Response[bytes]:
    """The trail as CSV, with the filters in force."""
    query = TrailQuery(who, act, outcome, ip, subject, since, until)
    headers = _SECRET | {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(trail.as_csv(services, caller, query, group), media_type="text/csv; charset=utf-8", headers=headers)


# parts


def _below(cursor: str) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 15):
        raise BadRequest("this is no cursor of ours", where="cursor", mend="Take next_cursor of the page before.")
    return int(cursor)


def _id(session: OptionalSession) -> str:
    return session.session_id if session is not None and session.kind == "session" else ""


def _address(request: Req) -> str:
    found: Any = request.scope.get("dafeng_address")
    return found or (request.client.host if request.client else "")


def _agent(request: Req) -> str:
    return "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())[:300]


def _signed_in(services: Services, started: Started, state: State) -> Response[Me]:
    shown = own.me(services, started.session.caller, started.session)
    return Response(shown, status_code=200, cookies=[_session_cookie(started, state)], headers=_SECRET)


def _session_cookie(started: Started, state: State) -> Cookie:
    """Ends with the browser; the library ends it by idle and absolute time."""
    return _cookie(COOKIE, started.token, state)


def _cookie(name: str, value: str, state: State, *, age: int | None = None, path: str = "/") -> Cookie:
    return Cookie(
        key=name, value=value, path=path, max_age=age, httponly=True, samesite="lax", secure=state.options.secure
    )


handlers = [
    session_begin, session_code, session_end, oidc_start, oidc_callback, me, me_password, me_totp_begin,
    me_totp_confirm, me_totp_remove, me_recovery_codes, me_keys, me_key_create, me_key_revoke, me_sessions,
    me_session_revoke, scope_areas, scope_enterprises,
    users, user, user_grants, user_create, user_disable, user_enable, user_grant, user_confirm,
    user_revoke, user_unlock, user_reset_password, user_reset_second_factor, user_link, audit, audit_acts, audit_export,
]  # fmt: skip
