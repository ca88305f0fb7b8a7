"""Energy totals, flows, quality and uncertainty through the ports: the same numbers for whoever may see them, no
others."""

from __future__ import annotations

import pytest
from tiny_town import CITY, EAST, EAST_COUNTY, FILLER, OWNER, PUBLIC, WEST, delivered, fact, town

from dafeng.app.accounts.accounting import compute
from dafeng.app.accounts.energy import flow, totals
from dafeng.app.accounts.quality import account_quality, account_uncertainty
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest, NotAllowed, NotFound

ASKED = (totals, flow, account_quality, account_uncertainty)


@pytest.fixture(scope="module")
def services() -> Services:
    """Every firm has delivered; the first also tells where its power went, and what it feeds on."""
    more = [
        fact("E-1", "energy_use.at_rolling", "electricity", 2024, 5.0, "MWh"),
        fact("E-1", "energy_use.feedstock_ammonia", "bituminous", 2024, 2.0, "t"),
    ]
    made = town([*delivered(whole=True), *more])
    compute(made, OWNER)
    return made


@pytest.mark.parametrize("asked", ASKED)
def test_an_area_is_for_who_sees_every_firm_in_it(services, asked):
    assert asked(services, OWNER).subject.id == CITY
    assert asked(services, EAST_COUNTY, area=EAST).subject.enterprises == 2
    for area in (CITY, WEST):
        with pytest.raises(NotAllowed):
            asked(services, EAST_COUNTY, area=area)
    with pytest.raises(NotAllowed):
        asked(services, FILLER, area=EAST)
    with pytest.raises(NotAllowed):
        asked(services, PUBLIC)


@pytest.mark.parametrize("asked", ASKED)
def test_a_firm_is_for_who_sees_it_and_nobody_else_learns_that_it_is(services, asked):
    assert asked(services, FILLER, enterprise_id="E-1").subject.kind == "enterprise"
    with pytest.raises(NotFound) as there:
        asked(services, FILLER, enterprise_id="E-3")
    with pytest.raises(NotFound) as never:
        asked(services, FILLER, enterprise_id="E-99")
    assert str(there.value).replace("E-3", "E-99") == str(never.value)


@pytest.mark.parametrize("asked", ASKED)
def test_a_year_without_an_account_is_not_found(services, asked):
    with pytest.raises(NotFound, match="1999"):
        asked(services, OWNER, year=1999)
    with pytest.raises(NotFound, match="no area"):
        asked(services, OWNER, area="nowhere")


def test_the_totals_of_a_county_are_those_of_its_firms(services):
    county = {t.measure: t for t in totals(services, EAST_COUNTY, area=EAST).totals}
    firms = [{t.measure: t for t in totals(services, OWNER, enterprise_id=f).totals} for f in ("E-1", "E-2")]
    for measure, row in county.items():
        assert row.equivalent == pytest.approx(sum(f[measure].equivalent for f in firms)), measure
    assert county["feedstock_deducted"].equivalent > 0
    gone = county["statistical"].equivalent - county["control_intensity"].equivalent
    assert gone == pytest.approx(county["feedstock_deducted"].equivalent)


def test_a_silent_firm_leaves_the_total_open_and_says_what_there_is():
    made = town(delivered())
    compute(made, OWNER)
    row = {t.measure: t for t in totals(made, OWNER).totals}["statistical"]
    assert row.equivalent is None
    assert row.partial_equivalent
    assert (row.present, row.expected) == (3, 4)
    assert "部分" in row.note
    assert flow(made, OWNER).silent == ("E-4",)
    assert flow(made, OWNER).balanced is None
    assert account_quality(made, OWNER).unweighted == pytest.approx(6 / 7)
    said = account_uncertainty(made, OWNER, draws=500)
    assert said.silent == ("E-4",)
    assert not said.complete


def test_the_flow_ties_up_with_its_nodes(services):
    made = flow(services, OWNER, enterprise_id="E-1")
    ids = {n.id for n in made.nodes}
    assert {x.source for x in made.links} | {x.target for x in made.links} == ids
    assert {"use:rolling", "feedstock:ammonia"} <= ids
    assert all(n.name.zh and n.name.en for n in made.nodes)
    assert made.unexplained_out >= 0
    assert (made.balanced is None) == bool(made.missing)


def test_quality_and_uncertainty_speak_of_the_account_s_own_total(services):
    made = account_uncertainty(services, OWNER, enterprise_id="E-1", draws=2000)
    assert made.complete
    assert made.low < made.value < made.high
    assert made.propagated
    assert made.contributions[0].share >= made.contributions[-1].share
    assert sum(p.value for p in made.parts) == pytest.approx(made.value)
    again = account_uncertainty(services, OWNER, enterprise_id="E-1", draws=2000)
    assert (again.low, again.high) == (made.low, made.high)
    judged = account_quality(services, OWNER, enterprise_id="E-1")
    assert judged.completeness == 1
    assert 0 < judged.score <= 100
    assert sum(c.share for c in judged.classes if c.role == "activity") == pytest.approx(1)


def test_too_many_draws_are_refused(services):
    with pytest.raises(BadRequest, match="too many"):
        account_uncertainty(services, OWNER, draws=1_000_000)
