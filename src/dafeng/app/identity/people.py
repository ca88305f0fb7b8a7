"""Accounts and what they may do 账号管理: created by one administrator, granted by another, both on the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from dafeng.app.identity import factors
from dafeng.app.identity.accounts import (
    NewPassword,
    Person,
    another,
    check_email,
    end_all,
    found,
    hand_out,
    new_account,
    no_administrator,
    not_barring,
    put_grant,
    shown,
    take_roles,
)
from dafeng.app.identity.audit import audited
from dafeng.app.identity.demo import demo_people
from dafeng.app.identity.granting import Wanted, check_giver, check_grant, check_one_office
from dafeng.app.identity.handover import given, vouched
from dafeng.app.identity.names import area_names, enterprise_names, names_en
from dafeng.app.identity.ports import Account, Grant, OidcLink, User
from dafeng.app.identity.sessions import in_force, roles_of
from dafeng.app.identity.tries import forgotten, locks
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest

__all__ = ["NewPassword", "Person", "confirm", "create", "demo_people", "disable", "enable", "grant", "grants", "link",
           "people", "person", "reset_password", "reset_second_factor", "revoke", "unlock", "write_email"]  # fmt: skip


@use_case("user.see")
def people(services: Services, caller: Caller) -> list[Person]:
    """Every account, by login, with the names of its scope as far as the caller may know them."""
    now = services.clock.now()
    here = locks(services, now)
    told = [shown(services, a, now, here) for a in services.identities.accounts()]
    areas = area_names(services, caller, {code for one in told for code in one.areas})
    firms = enterprise_names(services, caller, {firm for one in told for firm in one.enterprises})
    return [_named(one, areas, firms) for one in told]


@use_case("user.see")
def person(services: Services, caller: Caller, login: str) -> Person:
    """One account, with the names of all it holds and held as far as the caller may know them. Raises NotFound."""
    account = found(services, login)
    told = shown(services, account, services.clock.now())
    held: list[Person | Grant] = [told, *services.identities.all(Grant, user_id=account.user.user_id)]
    areas = area_names(services, caller, {code for one in held for code in one.areas})
    firms = enterprise_names(services, caller, {firm for one in held for firm in one.enterprises})
    return replace(told, area_names=areas, area_names_en=names_en(areas), enterprise_names=firms)


def _named(person: Person, areas: Mapping[str, str], firms: Mapping[str, str]) -> Person:
    """The account with the names of what it holds, and of nothing else."""
    own = {code: areas[code] for code in person.areas if code in areas}
    its = {firm: firms[firm] for firm in person.enterprises if firm in firms}
    return replace(person, area_names=own, area_names_en=names_en(own), enterprise_names=its)


@use_case("user.see")
def grants(services: Services, caller: Caller, login: str) -> list[Grant]:
    """What an account was granted and when, the earliest first."""
    return services.identities.all(Grant, user_id=found(services, login).user.user_id)


@audited("user.create", "login")
@use_case("user.create")
def create(services: Services, caller: Caller, login: str, *, display: str, email: str = "") -> NewPassword:
    """An account without any role, with a generated password. Raises BadRequest where the login is taken or odd."""
    return new_account(services, caller, login, display, email)


@audited("user.email", "login")
@use_case("user.email")
def write_email(services: Services, caller: Caller, login: str, *, email: str) -> Person:
    """Write an account's e-mail address, at the machine only: by it one person is known in two accounts.

    Raises BadRequest where it is none, or the person so known would be administrator and anything else.
    """
    account, email = found(services, login), email.strip().lower()
    check_email(email)
    known = replace(account, user=replace(account.user, email=email))
    check_one_office(services, known, roles_of(account, services.clock.now()))
    services.identities.change(User, {"user_id": account.user.user_id}, {"email": email})
    return shown(services, found(services, login), services.clock.now())


@audited("user.disable", "login")
@use_case("user.create")
def disable(services: Services, caller: Caller, login: str) -> Person:
    """Nobody signs in with the account any more; sessions and keys end at once.

    Raises NotAllowed for an administrator's account, but of the owner at the machine.
    """
    account = not_barring(another(services, caller, login, "disable"), caller, services.clock.now())
    services.identities.change(User, {"user_id": account.user.user_id}, {"disabled": True})
    end_all(services, account.user.user_id)
    return shown(services, found(services, login), services.clock.now())


@audited("user.enable", "login")
@use_case("user.create")
def enable(services: Services, caller: Caller, login: str) -> Person:
    """The account may be used again; its keys stay revoked. Raises NotAllowed as ``disable``, BadRequest where the
    same person has become an administrator meanwhile, or was one."""
    account, now = another(services, caller, login, "enable"), services.clock.now()
    not_barring(account, caller, now)
    check_one_office(services, account, roles_of(account, now))
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
    taken_at: datetime | None = None,
) -> Person:
    """Roles and scope of an account from now on (until a moment), in place of what it had; no roles takes all away.

    Where the owner has taken the account over, a grant with the moment of it (``taken_at``) vouches for it as
    ``confirm`` does; without that, and where he has not yet, it stands but is suspended.
    Raises NotAllowed for oneself (by one's e-mail too), BadRequest where they do not go together, StaleRecord for
    another ``taken_at`` and where somebody else has granted meanwhile.
    """
    account, now = another(services, caller, login, "grant"), services.clock.now()
    wanted = Wanted(frozenset(roles), frozenset(areas), frozenset(enterprises), frozenset(departments))
    if until is not None and (until.tzinfo is None or until <= now):
        raise BadRequest(
            "the grant would end before it begins",
            where="until",
            mend="Give a later moment, with zone.",
            zh="授权的截止时间不晚于现在，或没有写明时区",
            mend_zh="请选择以后的日期。",
        )
    if not wanted.roles:
        take_roles(services, caller, account, reason)
        return shown(services, found(services, login), services.clock.now())
    check_giver(services, caller, account, wanted.roles)
    check_grant(services, account, wanted)
    put_grant(services, caller, account, wanted, until, reason, ends=vouched(caller, account, taken_at))
    try:  # of two accounts of one person that are granted at the same moment the later one sees the other here
        check_one_office(services, account, wanted.roles)
    except BadRequest:
        take_roles(services, caller, account, "one person, two offices 同一人兼任")
        raise
    return shown(services, found(services, login), services.clock.now())


@audited("user.confirm", "login")
@use_case("user.confirm")
def confirm(services: Services, caller: Caller, login: str, *, taken_at: datetime, reason: str = "") -> Person:
    """Vouch that an account is in its owner's hands, after asking him: what was granted is in force again.

    taken_at: the moment of taking over that was looked at. Raises BadRequest where there is nothing to confirm (yet),
    StaleRecord where the account was set or taken over anew since, NotAllowed for oneself.
    """
    account, now = another(services, caller, login, "confirm"), services.clock.now()
    held = in_force(account.grant, now)
    _check_confirmable(account, held)
    wanted = _held(held)
    check_giver(services, caller, account, wanted.roles)
    check_one_office(services, account, wanted.roles)
    ends = vouched(caller, account, taken_at)
    until, why = held.until if held else None, f"confirmed 授权确认 {reason}".rstrip()
    put_grant(services, caller, account, wanted, until, why, ends=ends)
    return shown(services, found(services, login), services.clock.now())


@audited("user.revoke", "login")
@use_case("user.grant")
def revoke(services: Services, caller: Caller, login: str, *, roles: Iterable[str] = (), reason: str = "") -> Person:
    """Take roles away (all where none is named); the scope stays with the roles that stay.

    Raises StaleRecord where roles shall stay and somebody else has granted or taken meanwhile.
    """
    account, now = another(services, caller, login, "revoke"), services.clock.now()
    held, named = in_force(account.grant, now), frozenset(roles)
    left = frozenset(held.roles) - named if held and named else frozenset()
    if held and left:
        put_grant(services, caller, account, replace(_held(held), roles=left), held.until, reason)
    else:
        take_roles(services, caller, account, reason)
    return shown(services, found(services, login), services.clock.now())


@audited("user.unlock", "login")
@use_case("user.unlock")
def unlock(services: Services, caller: Caller, login: str) -> Person:
    """Let an account that failed too often try again."""
    account = another(services, caller, login, "unlock")
    forgotten(services, account.user.user_id)
    return shown(services, found(services, login), services.clock.now())


@audited("user.reset_password", "login")
@use_case("user.reset")
def reset_password(services: Services, caller: Caller, login: str) -> NewPassword:
    """A generated password that must be changed at once; every session and key of the account ends.

    Until the owner has changed it and the security administrator has confirmed, the account has no roles.
    """
    account = no_administrator(another(services, caller, login, "reset"), caller, services.clock.now())
    password = hand_out(services, caller, account.user.user_id)
    end_all(services, account.user.user_id)
    return NewPassword(account.user.login, password)


@audited("user.reset_second_factor", "login")
@use_case("user.reset")
def reset_second_factor(services: Services, caller: Caller, login: str) -> Person:
    """Take second factor and recovery codes away, for somebody who lost the phone; sessions and keys end.

    Suspended like a reset password: until the owner has a new factor (or a new password), and the confirmation.
    """
    account = no_administrator(another(services, caller, login, "reset"), caller, services.clock.now())
    given(services, caller, account.user.user_id, "second_factor")
    factors.forget(services, account.user.user_id)
    given(services, caller, account.user.user_id, "second_factor")
    end_all(services, account.user.user_id)
    return shown(services, found(services, login), services.clock.now())


@audited("user.link", "login")
@use_case("user.reset")
def link(services: Services, caller: Caller, login: str, *, issuer: str, subject: str) -> None:
    """Say which person at the external provider the account is, in place of whom it was linked to before.

    Suspended like a reset password, until that person has come in by it. Raises BadRequest where he has an account.
    """
    account = no_administrator(another(services, caller, login, "link"), caller, services.clock.now())
    if not issuer or not subject:
        raise BadRequest(
            "issuer and subject are both needed",
            where="subject",
            mend="Copy them from the provider.",
            zh="缺少外部身份的签发方或主体标识",
            mend_zh="请从统一身份认证平台复制这两项。",
        )
    there, user_id = services.identities.one(OidcLink, issuer=issuer, subject=subject), account.user.user_id
    if there is not None:
        raise BadRequest(
            "this person has an account already",
            where="subject",
            mend="Link another person, or use that account.",
            zh="此外部身份已关联一个账号",
            mend_zh="请核对主体标识，或使用已关联的账号。",
        )
    given(services, caller, user_id, "link")
    services.identities.remove(OidcLink, user_id=user_id)
    services.identities.add(OidcLink(issuer, subject, user_id, services.clock.now(), caller.name))
    end_all(services, user_id)


def _held(grant: Grant | None) -> Wanted:
    """What a grant gives, as it would be granted anew."""
    if grant is None:
        return Wanted(frozenset())
    return Wanted(*(frozenset(part) for part in (grant.roles, grant.areas, grant.enterprises, grant.departments)))


def _check_confirmable(account: Account, held: Grant | None) -> None:
    login = account.user.login
    if account.handover is None:
        raise BadRequest(
            "there is nothing to confirm",
            where=login,
            mend="The grant is in force.",
            zh="此账号没有待确认的授权",
            mend_zh="授权已经生效，无须确认。",
        )
    if account.handover.awaits:
        raise BadRequest(
            "the owner has not taken the account over yet",
            where=login,
            mend="Let the person sign in and set an own password first.",
            zh="本人尚未接管此账号：口令仍是他人设置的",
            mend_zh="请本人先登录并改为自己的口令，再来确认。",
        )
    if held is None or not held.roles:
        raise BadRequest(
            "the account has no roles to confirm",
            where=login,
            mend="Grant roles: that vouches for the account as well.",
            zh="此账号还没有角色，无可确认",
            mend_zh="请直接授权；此时授权即视为确认。",
        )
