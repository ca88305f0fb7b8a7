"""Accounts for looking at the demonstration programme 演示账号: one a role, passwords generated, told once.

Their passwords need not be changed at the first sign-in, as everybody else's must: the data are synthetic, the
passwords are printed on the screen of the person who has just made them, and made anew each time. For the same reason
it is refused where the programme is not a demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dafeng.app.identity import factors
from dafeng.app.identity.accounts import create_account, end_all, found, hand_out, put_grant
from dafeng.app.identity.audit import audited
from dafeng.app.identity.granting import Wanted, check_grant
from dafeng.app.identity.ports import User
from dafeng.app.permission import use_case
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound

REASON = "演示 demonstration"
_HOST = "demo.example"  # the people of the play have addresses where there is nobody (RFC 2606)


@dataclass(frozen=True, slots=True)
class _Cast:
    """The firms of the play: one with data and months that are missing, a neighbour, and one of another county."""

    firm: str
    neighbour: str
    foreign: str
    county: str


@audited("user.demo")
@use_case("user.create")
def demo_people(services: Services, caller: Caller) -> list[tuple[str, str, str, str]]:
    """(role, login, password, words) of an account for each role that signs in, created or with a new password.

    Raises BadRequest where the programme is no demonstration, NotFound where it has no data yet.
    """
    if not services.settings.demonstration:
        raise BadRequest(
            "accounts with printed passwords are for a demonstration only",
            where="demonstration",
            mend="Use `dafeng user first-admins` and `dafeng user create`.",
        )
    registry = registry_of(services)
    cast = _cast(services, registry)
    return [
        (role, login, _made(services, caller, login, display, wanted), words)
        for role, login, display, words, wanted in _roles(services, registry, cast)
    ]


def _roles(services: Services, registry: Registry, cast: _Cast) -> list[tuple[str, str, str, str, Wanted]]:
    """role, login, display, words, what is granted."""
    names = dict(registry.enterprises.select("enterprise_id", "name").iter_rows())
    area = services.settings.area
    county, city = registry.area_name(cast.county), registry.area_name(area)
    firm, foreign = names[cast.firm], names[cast.foreign]
    two = f"{firm}、{names[cast.neighbour]}"
    return [
        ("officer", "officer", "演示·市级", city, _by_area("officer", area)),
        ("county", "county", "演示·县级", county, _by_area("county", cast.county)),
        ("filler", "filler", "演示·填报", firm, _by_firms("filler", cast.firm)),
        ("approver", "approver", "演示·审核", firm, _by_firms("approver", cast.firm)),
        ("filler", "stranger", "演示·外企", foreign, _by_firms("filler", cast.foreign)),
        ("verifier", "verifier", "演示·核查", two, _by_firms("verifier", cast.firm, cast.neighbour)),
        ("analyst", "analyst", "演示·分析", city, _by_area("analyst", area)),
        ("sysadmin", "sysadmin", "演示·系统", "", Wanted(frozenset({"sysadmin"}))),
        ("secadmin", "secadmin", "演示·安全", "", Wanted(frozenset({"secadmin"}))),
        ("auditor", "auditor", "演示·审计", "", Wanted(frozenset({"auditor"}))),
    ]


def _by_area(role: str, area: str) -> Wanted:
    return Wanted(frozenset({role}), areas=frozenset({area}))


def _by_firms(role: str, *firms: str) -> Wanted:
    return Wanted(frozenset({role}), enterprises=frozenset(firms))


def _made(services: Services, caller: Caller, login: str, display: str, wanted: Wanted) -> str:
    """The account with this grant and a fresh password."""
    if services.identities.one(User, login=login) is None:
        create_account(services, login, display, f"{login}@{_HOST}", caller.name)
    services.identities.change(User, {"login": login, "email": ""}, {"email": f"{login}@{_HOST}"})
    account = found(services, login)
    check_grant(services, account, wanted)
    put_grant(services, caller, account, wanted, None, REASON)
    services.identities.change(User, {"user_id": account.user.user_id}, {"disabled": False})
    factors.forget(services, account.user.user_id)
    password = hand_out(services, caller, account.user.user_id, must_change=False)
    end_all(services, account.user.user_id)
    return password


def _cast(services: Services, registry: Registry) -> _Cast:
    """By the data alone: of the firms heard of in the last year, one with the fewest months, the first by id."""
    latest = registry.enterprises.sort("since").group_by("enterprise_id", maintain_order=True).last()
    heard = _months_heard(services.columns.facts()).join(latest, on="enterprise_id").sort("months", "enterprise_id")
    for firm, county in heard.select("enterprise_id", "area_code").iter_rows():
        near = heard.filter((pl.col("area_code") == county) & (pl.col("enterprise_id") != firm))
        far = heard.filter(pl.col("area_code") != county)
        if near.height and far.height and county != services.settings.area:
            return _Cast(firm, near["enterprise_id"][-1], far["enterprise_id"][-1], county)
    raise NotFound(
        "there are no firms with data to show", where=services.settings.name, mend="Run `dafeng demo` or import data."
    )


def _months_heard(facts: pl.DataFrame) -> pl.DataFrame:
    """enterprise_id and the number of periods with energy figures in the last year that has any."""
    energy = facts.filter((pl.col("subject_kind") == "enterprise") & pl.col("measure").str.starts_with("energy"))
    year = energy["period"].str.slice(0, 4).max()
    return (
        energy.filter(pl.col("period").str.starts_with(str(year)) & pl.col("value").is_not_null())
        .group_by(pl.col("subject_id").alias("enterprise_id"))
        .agg(months=pl.col("period").n_unique())
    )


def firms_of_the_play(services: Services) -> tuple[str, str, str]:
    """The firm of the demonstration's filler, its neighbour, and one of another county. Raises NotFound."""
    cast = _cast(services, registry_of(services))
    return cast.firm, cast.neighbour, cast.foreign
