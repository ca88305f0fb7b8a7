"""Energy, quality and uncertainty over HTTP: who may see them, and what stands in the answers."""

from __future__ import annotations

import pytest
from tiny_town import CITY, EAST, OWNER, WEST

from dafeng.app.accounts.energy import totals
from dafeng.app.accounts.quality import account_quality

PATHS = ("energy/totals", "energy/flow", "accounts/quality", "accounts/uncertainty")


@pytest.mark.parametrize("path", PATHS)
def test_a_county_sees_its_own_and_no_sum_with_others(as_, path):
    county = as_("county")
    assert county.get(f"/api/v1/{path}", params={"area": EAST}).status_code == 200
    for area in (CITY, WEST):
        answer = county.get(f"/api/v1/{path}", params={"area": area})
        assert answer.status_code == 403
        assert "scope" in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_whoever_is_not_signed_in_sees_nothing(client, path):
    assert client.get(f"/api/v1/{path}").status_code in (401, 403)


def test_the_answers_are_those_of_the_use_cases(as_, services):
    officer = as_("officer")
    told = officer.get("/api/v1/energy/totals", params={"enterprise": "E-1", "year": 2023}).json()
    made = totals(services, OWNER, "E-1", None, 2023)
    assert [t["equivalent"] for t in told["totals"]] == [t.equivalent for t in made.totals]
    quality = officer.get("/api/v1/accounts/quality", params={"enterprise": "E-1", "year": 2023}).json()
    assert quality["score"] == pytest.approx(account_quality(services, OWNER, "E-1", None, 2023).score)


def test_a_flow_can_be_drawn_from_the_answer(as_):
    told = as_("officer").get("/api/v1/energy/flow", params={"enterprise": "E-1", "year": 2023}).json()
    ids = {n["id"] for n in told["nodes"]}
    assert told["links"]
    assert all(x["source"] in ids and x["target"] in ids for x in told["links"])


@pytest.mark.parametrize("draws", [1, 10**7])
def test_draws_out_of_bounds_are_refused(as_, draws):
    answer = as_("officer").get("/api/v1/accounts/uncertainty", params={"enterprise": "E-1", "draws": draws})
    assert answer.status_code == 422
