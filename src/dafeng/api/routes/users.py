"""Routes of accounts 账号: for the administrators, and the trail for the auditor.

Answers that hold a secret told once say no-store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.params import JSONBody, Parameter, QueryParameter

from dafeng.api.given import SECRET, Body, Caller, Filter, Login, Names, Services, Short
from dafeng.app.identity import people, trail
from dafeng.app.identity.accounts import NewPassword, Person
from dafeng.app.identity.acts import Act
from dafeng.app.identity.ports import AuditEntry, Grant, TrailQuery
from dafeng.app.pages import scoping
from dafeng.app.pages.desk import AreaNode, Hit
from dafeng.base.errors import BadRequest

Most = Annotated[int, Parameter(description="How many at most.", ge=1, le=100)]


class AccountAsked(Body, frozen=True):
    """A new account."""

    login: Short
    display: Short
    email: Short = ""


class GrantAsked(Body, frozen=True):
    """Roles and scope from now on, in place of the earlier ones."""

    roles: Names
    areas: Names = ()
    enterprises: Names = ()
    departments: Names = ()
    until: datetime | None = None
    reason: Short = ""
    taken_at: datetime | None = None  # of an account handed over: the moment that was looked at


class ConfirmAsked(Body, frozen=True):
    """The moment of taking over that the owner was asked about (``taken_at`` of the account)."""

    taken_at: datetime
    reason: Short = ""


class RevokeAsked(Body, frozen=True):
    """Roles to take away; all where none is named."""

    roles: Names = ()
    reason: Short = ""


class LinkAsked(Body, frozen=True):
    """A person at the external provider."""

    issuer: Short
    subject: Short


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines of the trail, the newest first. names: of the codes of areas and firms in scopes on them."""

    entries: tuple[AuditEntry, ...]
    next_cursor: str | None
    names: dict[str, str]


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
    return Response(made, status_code=201, headers=SECRET)


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
    return Response(people.reset_password(services, caller, login), status_code=200, headers=SECRET)


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
    headers = SECRET | {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(trail.as_csv(services, caller, query, group), media_type="text/csv; charset=utf-8", headers=headers)


def _below(cursor: str) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 15):
        raise BadRequest("this is no cursor of ours", where="cursor", mend="Take next_cursor of the page before.")
    return int(cursor)


handlers = [
    scope_areas, scope_enterprises, users, user, user_grants, user_create, user_disable, user_enable, user_grant,
    user_confirm, user_revoke, user_unlock, user_reset_password, user_reset_second_factor, user_link, audit, audit_acts,
    audit_export,
]  # fmt: skip
