"""The attacker has two views 两种视图: his own sight or a key of it, and beside it what the public or an analyst reads.

Every shown sum is an equation over the firms behind it, every figure he knows one more; no firm that he does not know
may be a combination of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from busy_town import MemoryIdentities
from fakes import NOW
from larger_town import larger
from tiny_town import CITY, EAST, OWNER, WEST, delivered, run, town
from wider_town import wider

from dafeng.app.accounts.accounting import accounts, current_run, every_line
from dafeng.app.assessing import current_assessment, values_of
from dafeng.app.identity.ports import ApiKey, Grant
from dafeng.app.identity.scopes import granted_scopes
from dafeng.app.identity.sessions import narrowed
from dafeng.app.memory import Memory
from dafeng.app.pages.dashboard import as_shown, overview
from dafeng.app.publishing import publish
from dafeng.app.registries import registry_of
from dafeng.app.reporting import progress_inputs
from dafeng.app.services import Services
from dafeng.app.sight import results as sight
from dafeng.app.versions import stated
from dafeng.base.callers import PUBLIC, Caller

ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({CITY}))
GRANTED = {
    "verifier of three of four": ("verifier", ("E-8", "E-14", "E-20")),
    "verifier in both counties": ("verifier", ("E-1", "E-9", "E-12", "E-18")),
    "group of firms": ("filler", ("E-5", "E-7", "E-4")),
    "one firm": ("filler", ("E-3",)),
    "lone firm": ("verifier", ("E-2",)),
}


def grant(user: str, role: str, areas: tuple[str, ...] = (), firms: tuple[str, ...] = ()) -> Grant:
    return Grant(user, (role,), areas, firms, (), NOW, None, "安全管理员")


def granted(services: Services) -> Services:
    kept = MemoryIdentities()
    kept.add(*(grant(f"U-{name}", role, firms=firms) for name, (role, firms) in GRANTED.items()))
    kept.add(grant("U-counties", "county", areas=(EAST,)), grant("U-city", "officer", areas=(CITY,)))
    return replace(services, identities=kept, memory=Memory())


TOWNS = {"wider": wider, "larger": lambda: larger(delivered(whole=True)),
         "small": lambda: run(town(delivered(whole=True)))}  # fmt: skip
SIGHTS = {
    "east": Caller("东县", frozenset({"county"}), areas=frozenset({EAST})),
    "west": Caller("西县", frozenset({"county"}), areas=frozenset({WEST})),
    **{name: Caller(name, frozenset({role}), enterprises=frozenset(firms)) for name, (role, firms) in GRANTED.items()},
}


@pytest.fixture(scope="module", params=TOWNS)
def services(request) -> Services:
    return granted(TOWNS[request.param]())


def keys_of(owner: Caller) -> list[Caller]:
    """Every key cut to one firm of the owner's."""
    key = ApiKey("k", "u", "", "k", tuple(owner.roles), (), (), (), NOW, NOW + timedelta(days=1))
    return [narrowed(owner, replace(key, enterprises=(firm,))) for firm in sorted(owner.enterprises)]


def firms_behind(services: Services) -> dict[str, frozenset[str]]:
    """Of every sum the firms in it, by the registry (nobody moves in these towns)."""
    registry, found = registry_of(services), {}
    above = {code: [code, *registry.tree.ancestors(code)] for code in (EAST, WEST)}
    for firm, area, industry in registry.enterprises.select("enterprise_id", "area_code", "industry_code").iter_rows():
        upward = [industry[:2], *_sections(registry, industry[:2])]
        for code in (*above[area], *upward, *(f"{a}|{i}" for a in above[area] for i in upward)):
            found.setdefault(code, set()).add(firm)
    return {code: frozenset(firms) for code, firms in found.items()}


def _sections(registry: sight.Registry, division: str) -> list[str]:
    parents = dict(registry.industries.select("industry_code", "parent_code").iter_rows())
    above = parents.get(division)
    return [] if above is None else [above]


def equations(services: Services, callers: list[Caller], period: str = "2024") -> set[frozenset[str]]:
    """The sums of CO2 that are shown to any of them, as the firms they are of; single firms too."""
    behind, found = firms_behind(services), set()
    for caller in callers:
        lines = accounts(services, caller).lines
        rows = lines.filter(measure="co2_total_t", item="total", period=period).drop_nulls("value")
        for kind, subject in rows.select("subject_kind", "subject_id").iter_rows():
            found.add(frozenset({subject}) if kind == "enterprise" else behind[subject])
    return found


def worked_out(known: set[frozenset[str]]) -> set[str]:
    """The firms whose figure is a combination of these sums, in exact numbers."""
    firms = sorted(frozenset().union(*known))
    rows = [[Fraction(int(f in one)) for f in firms] for one in known]
    done: list[list[Fraction]] = []
    for row in rows:
        for other in done:
            lead = next(i for i, x in enumerate(other) if x)
            row = [x - row[lead] * y for x, y in zip(row, other, strict=True)]
        lead = next((i for i, x in enumerate(row) if x), None)
        if lead is not None:
            row = [x / row[lead] for x in row]
            done = [[x - o[lead] * y for x, y in zip(o, row, strict=True)] for o in done] + [row]
    return {firms[next(i for i, x in enumerate(row) if x)] for row in done if sum(x != 0 for x in row) == 1}


@pytest.mark.parametrize("who", SIGHTS)
def test_own_sight_and_the_published_sums_give_no_foreign_firm(services, who):
    caller = SIGHTS[who]
    own = sight.eyes(services, caller)[0]
    told = equations(services, [caller, ANALYST]) | {frozenset({f}) for f in own}
    assert worked_out(told) <= own


@pytest.mark.parametrize("who", [w for w in SIGHTS if "county" not in SIGHTS[w].roles])
def test_own_sight_and_all_keys_of_it_give_no_foreign_firm(services, who):
    caller = SIGHTS[who]
    own = sight.eyes(services, caller)[0]
    assert worked_out(equations(services, [caller, ANALYST, *keys_of(caller)])) <= own


@pytest.mark.parametrize("who", [w for w in SIGHTS if "county" not in SIGHTS[w].roles])
def test_a_key_shows_no_sum_that_its_owner_is_not_shown(services, who):
    caller = SIGHTS[who]
    own = {one for one in equations(services, [caller]) if len(one) > 1}
    for key in keys_of(caller):
        behind = {one for one in equations(services, [key]) if len(one) > 1}
        assert behind <= own


def test_who_has_no_firm_of_his_own_sees_what_everybody_sees(services):
    """An officer of a county sees of the sums that are not all his own those that are published, and no other."""
    public = equations(services, [ANALYST])
    for who in ("east", "west"):
        own = sight.eyes(services, SIGHTS[who])[0]
        assert {one for one in equations(services, [SIGHTS[who]]) if not one <= own} <= public


def test_the_attack_finds_what_sums_judged_for_one_alone_give_away(monkeypatch):
    """As it was: four firms stand behind a sum, and a verifier has three of them."""
    alone = granted(wider())
    monkeypatch.setattr(sight, "onlookers", lambda *_: ())
    verifier = SIGHTS["verifier of three of four"]
    told = equations(alone, [verifier, ANALYST])
    assert "E-26" in worked_out(told) - set(verifier.enterprises)


def test_every_county_and_the_city_are_still_shown():
    lines = accounts(granted(wider()), ANALYST).lines
    shown = lines.filter(measure="co2_total_t", item="total", period="2024").drop_nulls("value")["subject_id"].to_list()
    assert {CITY, EAST, WEST} <= set(shown)


def test_no_value_of_an_indicator_is_shown_that_a_county_could_take_its_own_off(services):
    """What is left of a shown value when one county is taken off it is made of three firms, or of none."""
    shown = values_of(services, ANALYST).filter(source="computed", subject_id=CITY).drop_nulls("value")
    every = (
        values_of(services, OWNER)
        .filter(source="computed")
        .join(
            shown.select("indicator_id", "subject_id", "period"),
            on=["indicator_id", "subject_id", "period"],
            how="semi",
        )
    )
    makers = pl.concat([
        services.columns.facts().select("subject_id", "subject_kind", pl.col("fact_id").alias("id")),
        every_line(services, current_run(services)).select("subject_id", "subject_kind", pl.col("line_id").alias("id")),
    ]).filter(subject_kind="enterprise")  # fmt: skip
    for inputs in every["inputs"]:
        firms = set(makers.filter(pl.col("id").is_in(inputs.to_list()))["subject_id"])
        for who in ("east", "west"):
            left = firms - sight.eyes(services, SIGHTS[who])[0]
            assert not left or len(left) >= 3


# -- what is published, and what is granted later ----------------------------------------------------------------------


def test_the_published_overview_and_the_public_report_are_of_the_same_veil():
    services = granted(wider())
    publish(services, OWNER, "assessment", current_assessment(services), "测试")
    told, everybody = as_shown(services, PUBLIC)
    assert equations(told, [everybody]) == equations(services, [ANALYST])
    assert overview(services, PUBLIC).area_code == CITY
    shown = equations(services, [ANALYST])
    codes = set(progress_inputs(services, OWNER, public=True).industries.drop_nulls("co2_t")["industry_code"])
    behind = firms_behind(services)
    assert codes
    assert {behind[f"{CITY}|{code}"] for code in codes} <= shown


def test_a_grant_makes_what_is_published_be_judged_again():
    """Of four steelworks in the west nobody knows three, until somebody is granted them."""
    services = replace(wider(), identities=MemoryIdentities(), memory=Memory())
    works, before = frozenset({"E-8", "E-14", "E-20", "E-26"}), stated(services)
    assert works in equations(services, [ANALYST])
    services.identities.add(grant("U-9", "verifier", firms=("E-8", "E-14", "E-20")))
    assert stated(services) != before
    assert works not in equations(services, [ANALYST])


def test_scopes_that_count_are_those_of_whoever_sees_several_firms_now_or_later():
    kept = MemoryIdentities()
    kept.add(
        grant("U-1", "verifier", firms=("E-1", "E-2")),
        replace(grant("U-1", "verifier", firms=("E-3", "E-4")), since=NOW + timedelta(days=1)),
        grant("U-2", "filler", firms=("E-5",)),
        replace(grant("U-3", "county", areas=(EAST,)), until=NOW - timedelta(days=1)),
        grant("U-4", "analyst", areas=(CITY,)),
        grant("U-5", "county", areas=(WEST,)),
    )
    services = replace(town([]), identities=kept)
    assert granted_scopes(services) == (((), ("E-3", "E-4")), ((WEST,), ()))
    assert granted_scopes(town([])) == ()


def test_differences_of_all_that_is_told_to_two_views_are_no_firms_figure():
    """The numbers themselves: each shown sum less each other, and less any of the sums of what he knows."""
    services = granted(wider())
    every = every_line(services, current_run(services)).filter(item="total", period="2024", measure="co2_total_t")
    firms = every.filter(subject_kind="enterprise").drop_nulls("value")
    figures = dict(firms.select("subject_id", "value").iter_rows())
    for caller in SIGHTS.values():
        own = sight.eyes(services, caller)[0]
        seen = pl.concat([accounts(services, c).lines for c in (caller, ANALYST)]).filter(
            item="total", period="2024", measure="co2_total_t"
        )
        sums = seen.filter(pl.col("subject_kind") != "enterprise")["value"].drop_nulls().unique().to_numpy()
        parts = [0.0] + [sum(figures[f] for f in some) for n in (1, 2, 3) for some in combinations(sorted(own), n)]
        told = np.concatenate([sums, np.subtract.outer(sums, sums).ravel()])
        left = np.subtract.outer(np.abs(told), np.array(parts)).ravel()
        for firm in figures.keys() - own - {"E-1", "E-2", "E-3", "E-4"}:  # these are of round sizes
            assert not np.any(np.abs(np.abs(left) - figures[firm]) < 1e-9 * figures[firm]), (caller.name, firm)
