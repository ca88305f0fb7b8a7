"""Accounts and what they may do 账号管理: created by one administrator, granted by another, both on the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dafeng.app.identity import factors
from dafeng.app.identity.accounts import (
    NewPassword,
    Person,
    another,
    end_all,
    found,
    new_account,
    no_administrator,
    put_grant,
    set_password,
    shown,
)
from dafeng.app.identity.audit import audited
from dafeng.app.identity.demo import demo_people
from dafeng.app.identity.granting import Wanted, check_grant
from dafeng.app.identity.names import area_names, enterprise_names
from dafeng.app.identity.passwords import generated_password
from dafeng.app.identity.ports import Credential, Grant, OidcLink, User
from dafeng.app.identity.sessions import in_force
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest

__all__ = ["NewPassword", "Person", "create", "demo_people", "disable", "enable", "grant", "grants", "link", "people",
           "person", "reset_password", "reset_second_factor", "revoke", "unlock"]  # fmt: skip


@use_case("user.see")
def people(services: Services, caller: Caller) -> list[Person]:
    """Every account, by login."""
    now = services.clock.now()
    return [shown(services, a, now) for a in services.identities.accounts()]


@use_case("user.see")
def person(services: Services, caller: Caller, login: str) -> Person:
    """One account, with the names of its scope as far as the caller may know them. Raises NotFound."""
    told = shown(services, found(services, login), services.clock.now())
    return replace(
        told,
        area_names=area_names(services, caller, told.areas),
        enterprise_names=enterprise_names(services, caller, told.enterprises),
    )


@use_case("user.see")
def grants(services: Services, caller: Caller, login: str) -> list[Grant]:
    """What an account was granted and when, the earliest first."""
    return services.identities.all(Grant, user_id=found(services, login).user.user_id)


@audited("user.create", "login")
@use_case("user.create")
def create(services: Services, caller: Caller, login: str, *, display: str, email: str = "") -> NewPassword:
    """An account without any role, with a generated password. Raises BadRequest where the login is taken or odd."""
    return new_account(services, caller, login, display, email)


@audited("user.disable", "login")
@use_case("user.create")
def disable(services: Services, caller: Caller, login: str) -> Person:
    """Nobody signs in with the account any more; sessions and keys end at once."""
    account = another(services, caller, login, "disable")
    services.identities.change(User, {"user_id": account.user.user_id}, {"disabled": True})
    end_all(services, account.user.user_id)
    return shown(services, found(services, login), services.clock.now())


@audited("user.enable", "login")
@use_case("user.create")
def enable(services: Services, caller: Caller, login: str) -> Person:
    """The account may be used again; its keys stay revoked."""
    account = another(services, caller, login, "enable")
    services.identities.change(User, {"user_id": account.user.user_id}, {"disabled": False})
    return shown(services, found(services, login), services.clock.now())


@audited("user.grant", "login")
@use_case("user.grant")
def grant(
    services: Services,
    caller: Caller,
    login: str,
    *,
    roles: Iterable[str],
    areas: Iterable[str] = (),
    enterprises: Iterable[str] = (),
    departments: Iterable[str] = (),
    until: datetime | None = None,
    reason: str = "",
) -> Person:
    """Roles and scope of an account from now on (until a moment), in place of what it had; no roles takes all away.

    Raises NotAllowed for oneself, BadRequest where they do not go together.
    """
    account, now = another(services, caller, login, "grant"), services.clock.now()
    wanted = Wanted(frozenset(roles), frozenset(areas), frozenset(enterprises), frozenset(departments))
    if until is not None and (until.tzinfo is None or until <= now):
        raise BadRequest("the grant would end before it begins", where="until", mend="Give a later moment, with zone.")
    check_grant(services, account, wanted)
    put_grant(services, caller, account, wanted, until, reason)
    return shown(services, found(services, login), services.clock.now())


@audited("user.revoke", "login")
@use_case("user.grant")
def revoke(services: Services, caller: Caller, login: str, *, roles: Iterable[str] = (), reason: str = "") -> Person:
    """Take roles away (all where none is named); the scope stays with the roles that stay."""
    account, now = another(services, caller, login, "revoke"), services.clock.now()
    held, named = in_force(account.grant, now), frozenset(roles)
    left = frozenset(held.roles) - named if held and named else frozenset()
    if held and left:
        wanted = Wanted(left, frozenset(held.areas), frozenset(held.enterprises), frozenset(held.departments))
        put_grant(services, caller, account, wanted, held.until, reason)
    else:
        put_grant(services, caller, account, Wanted(frozenset()), None, reason)
    return shown(services, found(services, login), services.clock.now())


@audited("user.unlock", "login")
@use_case("user.unlock")
def unlock(services: Services, caller: Caller, login: str) -> Person:
    """Let an account that failed too often try again."""
    account = another(services, caller, login, "unlock")
    services.identities.change(Credential, {"user_id": account.user.user_id}, {"failures": 0, "locked_until": None})
    return shown(services, found(services, login), services.clock.now())


@audited("user.reset_password", "login")
@use_case("user.unlock")
def reset_password(services: Services, caller: Caller, login: str) -> NewPassword:
    """A generated password that must be changed at once; every session and key of the account ends."""
    account = no_administrator(another(services, caller, login, "reset"), caller, services.clock.now())
    password = generated_password()
    set_password(services, account.user.user_id, password, must_change=True)
    end_all(services, account.user.user_id)
    return NewPassword(account.user.login, password)


@audited("user.reset_second_factor", "login")
@use_case("user.unlock")
def reset_second_factor(services: Services, caller: Caller, login: str) -> Person:
    """Take second factor and recovery codes away, for somebody who lost the phone; sessions and keys end."""
    account = no_administrator(another(services, caller, login, "reset"), caller, services.clock.now())
    factors.forget(services, account.user.user_id)
    end_all(services, account.user.user_id)
    return shown(services, found(services, login), services.clock.now())


@audited("user.link", "login")
@use_case("user.grant")
def link(services: Services, caller: Caller, login: str, *, issuer: str, subject: str) -> None:
    """Say which person at the external provider the account is. Raises BadRequest where that person has one."""
    account = no_administrator(another(services, caller, login, "link"), caller, services.clock.now())
    if not issuer or not subject:
        raise BadRequest("issuer and subject are both needed", where="subject", mend="Copy them from the provider.")
    row = OidcLink(issuer, subject, account.user.user_id, services.clock.now(), caller.name)
    services.identities.add(row)
