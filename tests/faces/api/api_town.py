"""The made-up town behind the API: its settings, the accounts of several roles, and what is known of it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "app"))

import tiny_town as town

from dafeng.app import assessing
from dafeng.app.accounts import accounting
from dafeng.app.identity.ports import Grant, SessionRow, User
from dafeng.app.identity.sessions import sha256
from dafeng.plan.ledger import View
from dafeng.plan.reread import reading_entries

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
