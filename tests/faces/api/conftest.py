"""A small real programme behind the API: the made-up town on SQLite, accounts of several roles, signed in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from litestar.testing import TestClient

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "app"))

from api_town import PEOPLE, SETTINGS, accounts, furnish

from dafeng.api.app import create_app
from dafeng.app.system.serving import ServeOptions
from dafeng.wiring import make_programme, programme


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
