"""Routes of accounts 登录与账号: signing in and out, oneself, accounts for administrators, the trail for the auditor.

Answers that hold a secret told once say no-store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie, State
from litestar.params import JSONBody, Parameter, QueryParameter
from litestar.response import Redirect

from dafeng.api.given import SECRET, Body, Caller, Filter, Names, OptionalSession, Services, Short
from dafeng.api.security import session_cookie
from dafeng.app.identity import elsewhere, keys, own, signin
from dafeng.app.identity.factors import Enrolment
from dafeng.app.identity.keys import KeyShown, NewKey
from dafeng.app.identity.own import Me, OwnSession
from dafeng.app.identity.signin import Started
from dafeng.base.errors import DafengError

OIDC_COOKIE = "dafeng_oidc"
OIDC_PATH = "/api/v1/oidc"
_Password = Annotated[str, msgspec.Meta(max_length=1000)]
RowId = Annotated[str, Parameter(description="Id of a key or session.", max_length=100)]
Req = Request[Any, Any, Any]


class SignIn(Body, frozen=True):
    """Login and password; the code of the second factor may come with them or after them."""

    login: Short
    password: _Password
    code: Short = ""


class Code(Body, frozen=True):
    """A code of the second factor, or a recovery code."""

    code: Short


class PasswordOnly(Body, frozen=True):
    """The password once more."""

    password: _Password


class PasswordAndCode(Body, frozen=True):
    """Password and code once more."""

    password: _Password
    code: Short


class PasswordChange(Body, frozen=True):
    """The old password and a new one."""

    old: _Password
    new: _Password


class KeyAsked(Body, frozen=True):
    """A key: what is left empty is as the owner has it."""

    name: Short
    days: int
    roles: Names = ()
    areas: Names = ()
    enterprises: Names = ()
    departments: Names = ()


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Codes for the day the phone is lost, told once."""

    codes: tuple[str, ...]


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
    token = request.cookies.get(_name(state), "")
    started = signin.give_code(services, token, data.code, ip=_address(request), agent=_agent(request))
    return _signed_in(services, started, state)


@delete("/session", operation_id="session_end", tags=["identity"], status_code=204, sync_to_thread=True)
def session_end(services: Services, session: OptionalSession, state: State) -> Response[None]:
    """Sign out."""
    signin.end(services, session)
    return Response(None, status_code=204, cookies=[_cookie(_name(state), "", state, age=0)])


@get("/oidc/start", operation_id="oidc_start", tags=["identity"], status_code=302, sync_to_thread=True)
def oidc_start(services: Services, state: State, back_to: Filter = "/") -> Redirect:
    """Go to the external provider to sign in there."""
    away = elsewhere.start(services, back_to=back_to)
    age = int(elsewhere.STATE_LIFE.total_seconds())
    cookie = _cookie(OIDC_COOKIE, away.browser, state, age=age, path=OIDC_PATH)
    return Redirect(away.address, status_code=302, cookies=[cookie], headers=SECRET)


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
        return Redirect(f"/login?problem={kind}", status_code=302, cookies=[gone], headers=SECRET)
    cookies = [gone, _session_cookie(back.started, state)]
    return Redirect(back.back_to, status_code=302, cookies=cookies, headers=SECRET)


# oneself


@get("/me", operation_id="me", tags=["identity"], sync_to_thread=True)
def me(services: Services, caller: Caller, session: OptionalSession) -> Response[Me]:
    """Who asks, signed in or not: roles, scope, what may be called, and the CSRF token."""
    return Response(own.me(services, caller, session), headers=SECRET)


@post("/me/password", operation_id="me_password", tags=["identity"], status_code=204, sync_to_thread=True)
def me_password(services: Services, caller: Caller, session: OptionalSession, data: JSONBody[PasswordChange]) -> None:
    """Change the own password; other sessions and all keys end."""
    own.change_password(services, caller, data.old, data.new, session_id=_id(session))


@post("/me/totp", operation_id="me_totp_begin", tags=["identity"], status_code=200, sync_to_thread=True)
def me_totp_begin(services: Services, caller: Caller, data: JSONBody[PasswordOnly]) -> Response[Enrolment]:
    """Begin to set up a second factor: secret, otpauth address and QR code."""
    return Response(own.begin_totp(services, caller, data.password), status_code=200, headers=SECRET)


@post("/me/totp/confirm", operation_id="me_totp_confirm", tags=["identity"], status_code=200, sync_to_thread=True)
def me_totp_confirm(
    services: Services, caller: Caller, session: OptionalSession, data: JSONBody[Code]
) -> Response[RecoveryCodes]:
    """The first code; the answer holds the recovery codes, told once."""
    codes = own.confirm_totp(services, caller, data.code, session_id=_id(session))
    return Response(RecoveryCodes(codes), status_code=200, headers=SECRET)


@post("/me/totp/remove", operation_id="me_totp_remove", tags=["identity"], status_code=204, sync_to_thread=True)
def me_totp_remove(services: Services, caller: Caller, data: JSONBody[PasswordAndCode]) -> None:
    """Take the own second factor away, where the roles allow it."""
    own.remove_totp(services, caller, data.password, data.code)


@post("/me/recovery-codes", operation_id="me_recovery_codes", tags=["identity"], status_code=200, sync_to_thread=True)
def me_recovery_codes(services: Services, caller: Caller, data: JSONBody[PasswordOnly]) -> Response[RecoveryCodes]:
    """New recovery codes in place of the old ones."""
    codes = own.renew_recovery_codes(services, caller, data.password)
    return Response(RecoveryCodes(codes), status_code=200, headers=SECRET)


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
    return Response(made, status_code=201, headers=SECRET)


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


# parts


def _id(session: OptionalSession) -> str:
    return session.session_id if session is not None and session.kind == "session" else ""


def _address(request: Req) -> str:
    found: Any = request.scope.get("dafeng_address")
    return found or (request.client.host if request.client else "")


def _agent(request: Req) -> str:
    return "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())[:300]


def _signed_in(services: Services, started: Started, state: State) -> Response[Me]:
    shown = own.me(services, started.session.caller, started.session)
    return Response(shown, status_code=200, cookies=[_session_cookie(started, state)], headers=SECRET)


def _name(state: State) -> str:
    return session_cookie(secure=state.options.secure)


def _session_cookie(started: Started, state: State) -> Cookie:
    """Ends with the browser; the library ends it by idle and absolute time."""
    return _cookie(_name(state), started.token, state)


def _cookie(name: str, value: str, state: State, *, age: int | None = None, path: str = "/") -> Cookie:
    return Cookie(
        key=name, value=value, path=path, max_age=age, httponly=True, samesite="lax", secure=state.options.secure
    )


handlers = [
    session_begin, session_code, session_end, oidc_start, oidc_callback, me, me_password, me_totp_begin,
    me_totp_confirm, me_totp_remove, me_recovery_codes, me_keys, me_key_create, me_key_revoke, me_sessions,
    me_session_revoke,
]  # fmt: skip
