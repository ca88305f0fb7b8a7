"""``dafeng user``: accounts of the portal, for whoever owns the programme's directory. Passwords are printed once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dafeng.app.identity import people
from dafeng.app.identity.accounts import NewPassword, Person
from dafeng.base.callers import ADMINISTRATORS, ROLES
from dafeng.base.errors import BadRequest
from dafeng.cli import shown
from dafeng.cli.options import HERE, Json, Programme
from dafeng.wiring import local_caller, programme

app = typer.Typer(no_args_is_help=True, help="Accounts of the portal 账号: create, grant, list, unlock.")
Login = Annotated[str, typer.Argument(help="Login of the account.")]
Several = list[str]
_WAITS = {"": "", "to_take_over": "waits for its owner 待本人接管", "to_confirm": "waits for confirmation 待授权确认"}
_ADMINISTRATORS = (("sysadmin", "系统管理员"), ("secadmin", "安全管理员"), ("auditor", "审计员"))


@app.command("list")
def list_people(programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """Every account with its roles and scope."""
    with programme(programme_dir) as services:
        found = people.people(services, local_caller())
    if as_json:
        shown.as_json(found)
        return
    shown.table("accounts 账号", ("login", "name", "roles", "scope", "state"), [_row(p) for p in found])


@app.command()
def create(
    login: Login,
    display: Annotated[str, typer.Option("--name", help="Name of the person.")],
    email: Annotated[str, typer.Option(help="E-mail address.")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """An account without roles; its first password is printed, and must be changed at the first sign-in."""
    with programme(programme_dir) as services:
        made = people.create(services, local_caller(), login, display=display, email=email)
    _tell([made], as_json=as_json)


@app.command()
def grant(
    login: Login,
    role: Annotated[Several, typer.Option(help="Role; may be given several times. None takes all away.")] = [],  # noqa: B006
    area: Annotated[Several, typer.Option(help="GB/T 2260 code whose subtree is the scope.")] = [],  # noqa: B006
    enterprise: Annotated[Several, typer.Option(help="Enterprise id in the scope.")] = [],  # noqa: B006
    department: Annotated[Several, typer.Option(help="Department, as plans write it.")] = [],  # noqa: B006
    until: Annotated[datetime | None, typer.Option(help="When the grant ends (UTC).", formats=["%Y-%m-%d"])] = None,
    why: Annotated[str, typer.Option(help="The reason 理由.")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Roles and scope of an account, in place of what it had."""
    ends = until.replace(tzinfo=UTC) if until else None
    with programme(programme_dir) as services:
        person = people.grant(
            services,
            local_caller(),
            login,
            roles=role,
            areas=area,
            enterprises=enterprise,
            departments=department,
            until=ends,
            reason=why,
        )
    _show(person, as_json=as_json)
    _warn([person.login] if set(person.roles) & ADMINISTRATORS and not person.email else [], as_json=as_json)


@app.command()
def confirm(
    login: Login,
    why: Annotated[str, typer.Option(help="The reason 理由.")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Vouch for an account that its owner has taken over, after asking him: its grant is in force again 授权确认."""
    with programme(programme_dir) as services:
        seen = people.person(services, local_caller(), login).taken_at or services.clock.now()
        person = people.confirm(services, local_caller(), login, taken_at=seen, reason=why)
    _show(person, as_json=as_json)


@app.command()
def email(
    login: Login,
    address: Annotated[str, typer.Argument(help="E-mail address of the person.")],
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Write the e-mail address of an account: by it one person is known in two accounts 邮箱."""
    with programme(programme_dir) as services:
        person = people.write_email(services, local_caller(), login, email=address)
    _show(person, as_json=as_json)


@app.command()
def disable(login: Login, programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """Nobody signs in with the account any more; its sessions and keys end."""
    with programme(programme_dir) as services:
        person = people.disable(services, local_caller(), login)
    _show(person, as_json=as_json)


@app.command()
def enable(login: Login, programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """The account may be used again."""
    with programme(programme_dir) as services:
        person = people.enable(services, local_caller(), login)
    _show(person, as_json=as_json)


@app.command()
def unlock(
    login: Login,
    password: Annotated[bool, typer.Option("--password", help="Make a new password as well.")] = False,
    second_factor: Annotated[bool, typer.Option("--second-factor", help="Take the second factor away.")] = False,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Let an account try again; on demand with a new password, or without its second factor."""
    with programme(programme_dir) as services:
        person = people.unlock(services, local_caller(), login)
        if second_factor:
            person = people.reset_second_factor(services, local_caller(), login)
        made = people.reset_password(services, local_caller(), login) if password else None
    if made is not None:
        _tell([made], as_json=as_json)
    else:
        _show(person, as_json=as_json)


@app.command("first-admins")
def first_admins(programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """The three administrators of a new programme; each password is for another person 三员分立."""
    with programme(programme_dir) as services:
        owner = local_caller()
        there = {r for p in people.people(services, owner) if not p.disabled for r in p.roles}
        missing = [(role, name) for role, name in _ADMINISTRATORS if role not in there]
        if not missing:
            raise BadRequest("there are administrators already", where="accounts", mend="See `dafeng user list`.")
        made = [people.create(services, owner, role, display=name) for role, name in missing]
        for role, _ in missing:
            people.grant(services, owner, role, roles=[role], reason="first administrators")
    _tell(made, as_json=as_json)
    _warn([m.login for m in made], as_json=as_json)


def _warn(logins: list[str], *, as_json: bool) -> None:
    """Administrators without an e-mail address cannot be known for one person in two accounts."""
    if logins and not as_json:
        shown.say(f"Write their e-mail addresses 请补邮箱: dafeng user email {'|'.join(logins)} ADDRESS")


def _tell(made: list[NewPassword], *, as_json: bool) -> None:
    if as_json:
        shown.as_json(made)
        return
    shown.table(
        "passwords, shown this once 口令仅显示一次", ("login", "password"), [(m.login, m.password) for m in made]
    )
    shown.say("Each must be changed at the first sign-in 首次登录须修改.")


def _show(person: Person, *, as_json: bool) -> None:
    if as_json:
        shown.as_json(person)
        return
    shown.table("account 账号", ("login", "name", "roles", "scope", "state"), [_row(person)])


def _row(person: Person) -> tuple[str, ...]:
    roles = "、".join(f"{ROLES[r][0]} {r}" for r in person.roles) or "—"
    scope = ", ".join((*person.areas, *person.enterprises, *person.departments)) or "—"
    states = [
        "disabled 停用" if person.disabled else "",
        "locked 锁定" if person.locked_until else "",
        "must change password 须改口令" if person.must_change_password else "",
        _WAITS[person.handover],
        f"until {person.until:%Y-%m-%d}" if person.until else "",
    ]
    return person.login, person.display, roles, scope, ", ".join(s for s in states if s) or "in use 正常"
