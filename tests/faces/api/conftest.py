"""A small real programme behind the API: the made-up town on SQLite, accounts of several roles, signed in."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "app"))

import tiny_town as town

from dafeng.api.app import create_app
from dafeng.app import accounting, assessing
from dafeng.app.identity.ports import Grant, SessionRow, User
from dafeng.app.identity.sessions import sha256
from dafeng.app.serving import ServeOptions
from dafeng.plan.ledger import View
from dafeng.plan.reread import reading_entries
from dafeng.wiring import make_programme, programme

SETTINGS = f'name = "试验"\narea = "{town.CITY}"\ndemonstration = true\n'
PEOPLE = {
    "officer": {"roles": ("officer",), "areas": (town.CITY,)},
    "county": {"roles": ("county",), "areas": (town.EAST,)},
    "filler": {"roles": ("filler",), "enterprises": ("E-1",)},
    "sysadmin": {"roles": ("sysadmin",)},
    "auditor": {"roles": ("auditor",)},
}


def accounts(login: str, now: datetime):
    """The records of a person who has signed in with both factors; his cookie is ``token-<login>``."""
    scope = {"roles": (), "areas": (), "enterprises": (), "departments": ()} | PEOPLE[login]
    yield User(f"u-{login}", login, login.title(), "", False, now, "test")
    yield Grant(f"u-{login}", since=now - timedelta(days=1), until=None, granted_by="test", **scope)
    expires = now + timedelta(hours=8)
    yield SessionRow(sha256(f"token-{login}"), f"u-{login}", f"csrf-{login}", now, now, expires, full=True)


def furnish(services) -> None:
    """The town's registry, plan and figures, accounted and evaluated."""
    records, at = services.records, datetime.now(UTC)
    records.put_registry("areas", town.area_rows(), "B-0", at)
    records.put_registry("enterprises", town.firm_rows(*town.FIRMS), "B-0", at)
    records.put_registry("sites", town.site_rows(), "B-0", at)
    records.append_entries(reading_entries(View(), [town.DOCUMENT, *town.TARGETS, *town.TASKS], at, "plan.txt"))
    services.columns.put_facts("B-1", town.facts(town.delivered()))
    accounting.compute(services, town.OWNER)
    assessing.assess(services, town.OWNER, None)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The programme's directory."""
    made = tmp_path_factory.mktemp("portal") / "programme"
    make_programme(made, {"dafeng.toml": SETTINGS})
    with programme(made, writing=True) as services:
        furnish(services)
        for login in PEOPLE:
            services.identities.add(*accounts(login, services.clock.now()))
    return made


@pytest.fixture(scope="session")
def services(folder):
    with programme(folder) as opened:
        yield opened


@pytest.fixture
def app(services):
    return create_app(services, options=ServeOptions(rate=0, sign_in_rate=0))


@pytest.fixture
def client(app):
    """Somebody who has not signed in."""
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def as_(client):
    """``as_("officer")`` signs the client in."""

    def signed_in(login: str) -> TestClient:
        client.cookies.set("dafeng_session", f"token-{login}")
        client.headers["X-CSRF-Token"] = f"csrf-{login}"
        return client

    return signed_in
