"""The certificate ledger over the API, on a real database: enter, try, claim, be refused by name, retire."""

from __future__ import annotations

import api_town
import pytest
from api_town import PEOPLE, SETTINGS, accounts, furnish
from certificate_town import BOUGHT, row, table
from tiny_town import fact, facts

from dafeng.wiring import make_programme, programme

API = "/api/v1/certificates"
APPROVER = {"roles": ("approver",), "enterprises": ("E-1",)}
STRANGER = {"roles": ("filler",), "enterprises": ("E-3",)}
CLAIM = {"enterprise_id": "E-1", "purpose": "scope2", "month": "2024-11", "count": 100}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A programme of this file's own: it is written to."""
    made = tmp_path_factory.mktemp("certificates") / "programme"
    make_programme(made, {"dafeng.toml": SETTINGS})
    months = [
        fact(firm, "energy_bought", "electricity", 2024, mwh, "MWh") | {"period": f"2024-{m:02d}", "batch_id": "B-M"}
        for firm, mwh in BOUGHT.items()
        for m in range(1, 13)
    ]
    with pytest.MonkeyPatch.context() as patched, programme(made, writing=True) as services:
        furnish(services)
        services.columns.put_facts("B-M", facts(months))
        patched.setattr(api_town, "PEOPLE", PEOPLE | {"approver": APPROVER, "stranger": STRANGER})
        for login in api_town.PEOPLE:
            services.identities.add(*accounts(login, services.clock.now()))
    return made


@pytest.fixture(scope="module")
def services(folder):
    with programme(folder) as opened:
        yield opened


def send(client, *rows: str, name: str = "绿证.csv"):
    return client.post(f"{API}/workbook", files={"file": (name, table(*rows), "text/csv")})


def test_from_the_table_to_the_retired_claim(as_):
    filler = as_("filler")
    assert filler.get(f"{API}/template").content[:2] == b"PK"
    # generated in the year of use, two years before today at most: the claim must not depend on the day of the test
    entered = send(
        filler, row(1, 2_000, month="2024-06", kind="I-REC"), row(2_000, 2_001, month="2024-07", kind="I-REC")
    )
    assert entered.status_code == 200, entered.text
    assert {k: entered.json()[k] for k in ("rows", "accepted", "rejected", "entered")} == {
        "rows": 2, "accepted": 1, "rejected": 1, "entered": 1,
    }  # fmt: skip
    assert "第2行" in entered.json()["problems"][0]["what"]["zh"]
    tried = filler.post(f"{API}/proposals", json=CLAIM).json()
    assert (tried["state"], tried["claim_id"], tried["count"]) == ("proposed", None, 100)
    made = filler.post(f"{API}/claims", json=CLAIM)
    assert made.status_code == 201, made.text
    claim_id, first = made.json()["claim_id"], made.json()["ranges"][0]["first_code"]
    again = filler.post(
        f"{API}/claims", json={"enterprise_id": "E-1", "purpose": "footprint", "month": "2024-11", "first_code": first}
    )
    assert again.status_code == 409
    assert claim_id in again.json()["what"]
    assert claim_id in again.json()["what_zh"]
    too_much = filler.post(f"{API}/claims", json=CLAIM | {"count": 1_000})
    assert too_much.status_code == 422
    assert "剩余900.5" in too_much.json()["what_zh"]
    assert filler.post(f"{API}/claims/{claim_id}/retirement", json={"number": "N"}).status_code == 403
    done = as_("approver").post(f"{API}/claims/{claim_id}/retirement", json={"number": "N-1"})
    assert (done.status_code, done.json()["state"]) == (200, "retired")
    late = as_("approver").post(f"{API}/claims/{claim_id}/withdrawal", json={"reason": "误填"})
    assert late.status_code == 409
    _seen(as_, claim_id)


def _seen(as_, claim_id: str) -> None:
    """What others see of it afterwards."""
    county = as_("county")
    book = county.get(API, params={"enterprise": "E-1", "year": 2024}).json()
    assert book["totals"] == {"held": 2000, "free": 1900, "claimed": 0, "retired": 100, "expired": 0, "mwh": 2000.0}
    november = next(m for m in book["months"] if m["month"] == "2024-11")
    assert november["market_t"] == pytest.approx((1000.5 - 100) * november["residual_factor"])
    assert not book["may_claim"]
    months = county.get(f"{API}/scope2", params={"enterprise": "E-1", "year": 2024}).json()
    assert len(months) == 12
    assert county.get(f"{API}/claims/{claim_id}").json()["retirement"] == "N-1"
    assert as_("stranger").get(f"{API}/claims/{claim_id}").status_code == 404
    assert as_("stranger").get(API, params={"enterprise": "E-1"}).status_code == 404
    assert as_("officer").post(f"{API}/claims", json=CLAIM).status_code == 403
    rows = as_("officer").get("/api/v1/tables/certificates").json()
    assert {r["state"] for r in rows["rows"]} == {"free", "retired"}
    exported = as_("officer").get("/api/v1/tables/certificate_claims/export?format=csv")
    assert claim_id in exported.text
    assert "演示数据" in exported.text


def test_the_public_sees_the_rules_and_nothing_of_the_ledger(client):
    assert client.get(f"{API}/rules").json()["validity"][0]["months"] == 24
    for path in (API, f"{API}/claims/GC-1", "/api/v1/tables/certificates"):
        assert client.get(path).status_code in (401, 403)


def test_wrong_requests_are_told_and_change_nothing(as_):
    approver = as_("approver")
    assert approver.post(f"{API}/claims", json=CLAIM | {"month": "2024-13"}).status_code == 422
    assert approver.post(f"{API}/claims", json=CLAIM | {"purpose": "fun"}).status_code == 422
    assert approver.post(f"{API}/claims", json=CLAIM | {"colour": "green"}).status_code == 422
    moved = {"enterprise_id": "E-1", "first_code": "X9", "reason": "转出"}
    assert approver.post(f"{API}/transfers", json=moved).status_code == 422
    assert approver.get(API, params={"day": "2999-01-01"}).status_code == 422
    foreign = send(as_("filler"), row(9_001, 9_002, firm="E-3", month="2024-06"), name="外.csv")
    assert foreign.status_code == 403
