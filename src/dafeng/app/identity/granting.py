"""What may be granted 授权规则: which roles go together, and what scope each needs. All roles of one account share one
scope, so roles that check each other never stand on one account."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from dafeng.app.identity.ports import Account, Identities
from dafeng.app.identity.sessions import roles_of
from dafeng.app.permission import within
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.base.callers import ADMINISTRATORS, ROLES, Caller
from dafeng.base.errors import BadRequest, NotAllowed

GRANTABLE = frozenset(ROLES) - {"owner", "public"}
BY_AREA = frozenset({"officer", "county"})
BY_FIRM = frozenset({"filler", "approver", "verifier"})
# who checks whom: two of a pair never stand on one account
APART: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"filler"}), frozenset({"approver"})),
    (frozenset({"filler", "approver"}), frozenset({"officer", "county", "verifier"})),
    (frozenset({"verifier"}), frozenset({"officer", "county"})),
    *((frozenset({role}), GRANTABLE - {role}) for role in sorted(ADMINISTRATORS)),  # 三员分立
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an account shall have from now on."""

    roles: frozenset[str]
    areas: frozenset[str] = frozenset()
    enterprises: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()


def check_grant(services: Services, account: Account, wanted: Wanted) -> None:
    """Raise BadRequest where the roles do not go together, or the scope is not what they need."""
    _check_roles(wanted.roles)
    _check_needs(wanted)
    _check_scope(services, wanted)
    _check_other_accounts(services, account, wanted)
    check_one_office(services, account, wanted.roles)


def _check_roles(roles: frozenset[str]) -> None:
    unknown = roles - GRANTABLE
    if unknown:
        raise BadRequest(
            f"{', '.join(sorted(unknown))} cannot be granted",
            where="roles",
            mend=f"Choose among {', '.join(sorted(GRANTABLE))}.",
            zh=f"不能授予角色{_named(unknown)}",
            mend_zh=f"可授予的角色：{_named(GRANTABLE)}。",
        )
    for one, other in APART:
        if roles & one and roles & other:
            raise BadRequest(
                f"{', '.join(sorted(roles & one))} and {', '.join(sorted(roles & other))} do not go together",
                where="roles",
                mend="Give the second role to another person's account.",
                zh=f"{_named(roles & one)}与{_named(roles & other)}不能授予同一账号",
                mend_zh="请把其中一个角色授予另一人的账号。",
            )


def _check_needs(wanted: Wanted) -> None:
    if wanted.roles & BY_AREA and not wanted.areas:
        raise _needs(wanted.roles & BY_AREA, "areas", "Name at least one area code.", "请至少选择一个区域。")
    if wanted.roles & BY_FIRM and not wanted.enterprises:
        raise _needs(wanted.roles & BY_FIRM, "enterprises", "Name at least one enterprise.", "请至少选择一家企业。")
    if wanted.roles & BY_FIRM and wanted.areas:
        raise BadRequest(
            f"{', '.join(sorted(wanted.roles & BY_FIRM))} reach named enterprises, no areas",
            where="areas",
            mend="Leave the areas out.",
            zh=f"{_named(wanted.roles & BY_FIRM)}的范围是指定的企业，不能是区域",
            mend_zh="请清空区域，只选企业。",
        )
    if wanted.roles & ADMINISTRATORS and (wanted.areas or wanted.enterprises or wanted.departments):
        raise BadRequest(
            "an administrator has no scope",
            where="areas",
            mend="Leave the scope out.",
            zh="管理员角色没有数据范围",
            mend_zh="请清空区域、企业和部门。",
        )


def _needs(roles: frozenset[str], what: str, mend: str, mend_zh: str) -> BadRequest:
    zh = f"{_named(roles)}缺少{'区域' if what == 'areas' else '企业'}范围"
    return BadRequest(f"{', '.join(sorted(roles))} without {what}", where=what, mend=mend, zh=zh, mend_zh=mend_zh)


def _named(roles: frozenset[str]) -> str:
    """The roles in Chinese; what is no role as it was written."""
    return "、".join(ROLES[r][0] if r in ROLES else r for r in sorted(roles))


def _check_scope(services: Services, wanted: Wanted) -> None:
    if not wanted.areas and not wanted.enterprises:
        return
    registry, root = registry_of(services), services.settings.area
    inside = {root, *registry.tree.descendants(root)} if root in registry.tree else {root}
    strange = wanted.areas - inside
    if strange:
        raise BadRequest(
            f"{', '.join(sorted(strange))} is no area of this programme",
            where="areas",
            mend="See `dafeng areas`.",
            zh=f"{'、'.join(sorted(strange))}不是本方案范围内的区域",
            mend_zh="请从区域列表中选择。",
        )
    if "county" in wanted.roles and root in wanted.areas:
        raise BadRequest(
            "a county officer cannot have the whole programme",
            where="areas",
            mend="Name the county.",
            zh="县级人员不能以整个方案为范围",
            mend_zh="请选择所属的县（市、区）。",
        )
    missing = wanted.enterprises - set(registry.enterprises["enterprise_id"].to_list())
    if missing:
        raise BadRequest(
            f"{', '.join(sorted(missing))} is not in the registry",
            where="enterprises",
            mend="Import the registry first, or correct the id.",
            zh=f"名录中没有企业{'、'.join(sorted(missing))}",
            mend_zh="请先导入名录，或更正企业编码。",
        )


def _check_other_accounts(services: Services, account: Account, wanted: Wanted) -> None:
    """One person (by e-mail) is not filler and approver of the same firm by two accounts either."""
    pair = {"filler": "approver", "approver": "filler"}
    mine = next((r for r in wanted.roles if r in pair), None)
    if mine is None:
        return
    now = services.clock.now()
    for other in _same_person(services.identities, account):
        grant = other.grant
        if grant and pair[mine] in roles_of(other, now) and wanted.enterprises & set(grant.enterprises):
            raise BadRequest(
                f"the same person (by e-mail) is {pair[mine]} of this enterprise as {other.user.login}",
                where="enterprises",
                mend="Who fills in does not approve: grant it to somebody else.",
                zh=f"同一人（按邮箱）已以账号 {other.user.login} 担任该企业的{ROLES[pair[mine]][0]}",
                mend_zh="填报与审核不能是同一人，请授予他人。",
            )


def check_one_office(services: Services, account: Account, roles: frozenset[str]) -> None:
    """Raise BadRequest where a person (by e-mail) would be administrator and anything else by two accounts 三员分立.

    At the external provider nobody has two accounts of ours: its subject is linked to one.
    """
    now = services.clock.now()
    for other in _same_person(services.identities, account):
        there = roles_of(other, now)
        one = roles & ADMINISTRATORS and there - roles
        if one or (there & ADMINISTRATORS and roles - there):
            raise BadRequest(
                f"the same person (by e-mail) is {', '.join(sorted(there))} as {other.user.login}",
                where="roles",
                mend="An administrator has no second office: grant it to another person.",
                zh=f"同一人（按邮箱）已以账号 {other.user.login} 担任{_named(there)}",
                mend_zh="管理员不得兼任其他角色，请授予另一人。",
            )


@within
def check_giver(services: Services, caller: Caller, account: Account, roles: frozenset[str]) -> None:
    """Raise NotAllowed where the account is another one of the caller's own (by e-mail), BadRequest where an
    administrator's has no e-mail to tell its person by. The owner at the machine is told of that, not refused."""
    if "owner" in caller.roles:
        return
    giver = services.identities.account(caller.id)
    mine = mailbox(giver.user.email) if giver else ""
    if mine and mine == mailbox(account.user.email):
        raise NotAllowed(
            "this account has your e-mail address: nobody may grant for himself, by another account either",
            where=account.user.login,
            mend="Ask another administrator.",
            zh="该账号与您的账号是同一邮箱，不能由您授权",
            mend_zh="请另一位安全管理员办理。",
        )
    if roles & ADMINISTRATORS and not account.user.email:
        raise BadRequest(
            "the account has no e-mail address to tell its person by: no administrator's role can be granted to it",
            where="email",
            mend="Have it written at the machine: dafeng user email.",
            zh="该账号没有邮箱，无法核对是否同一人兼任，不能授予管理员角色",
            mend_zh="请工作区所有者执行 dafeng user email 补上邮箱。",
        )


def mailbox(email: str) -> str:
    """The mailbox behind an address, for comparing: one case and form, without what follows a plus."""
    name, at, host = unicodedata.normalize("NFKC", email).strip().casefold().partition("@")
    return f"{name.partition('+')[0]}{at}{host}"


def _same_person(identities: Identities, account: Account) -> list[Account]:
    """Other accounts in use with the same mailbox; none of an account without one."""
    mine = account.user
    box = mailbox(mine.email)
    if not box:
        return []
    return [
        a
        for a in identities.accounts()
        if a.user.user_id != mine.user_id and mailbox(a.user.email) == box and not a.user.disabled
    ]
