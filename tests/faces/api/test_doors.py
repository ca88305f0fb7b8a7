"""Every door of the API × every role, in and out of scope: open or shut as the matrix says; a foreign id is no id.

Which line of the matrix a door asks is not written here: it is watched while the request is made.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from litestar.testing import TestClient

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "app"))

from busy_town import LOGIN, REPORT, callers, cases_in
from filing_town import row, workbook
from tiny_town import EAST, OWNER

from dafeng.api.app import create_app, document_text
from dafeng.app import permission
from dafeng.app.accounts import accounting
from dafeng.app.identity.ports import Grant, SessionRow, User
from dafeng.app.identity.sessions import sha256
from dafeng.app.jobs import work as jobs
from dafeng.app.permission import matrix
from dafeng.app.system.serving import ServeOptions
from dafeng.base.callers import ROLES
from dafeng.wiring import make_programme, programme

API = "/api/v1"
ON_NETWORK = tuple(r for r in ROLES if r != "owner")
# Doors where nobody's right is asked: whether the server lives, signing in and out, and what a route answers itself.
OPEN = {"healthz", "readyz", "session_begin", "session_end", "session_code", "oidc_start", "oidc_callback"}
# Doors for several acts: which one is meant decides (tests/unit/app/test_matrix.py walks the acts).
BY_ACT = {
    "filing_move",
    "filing_moves",
    "finding_move",
    "finding_attach",
    "dispatch_move",
    "task_acknowledge",
    "job_start",
    # without a subject they speak of the whole programme: tests/unit/app walks them with one
    "account_quality",
    "account_uncertainty",
    "energy_flow",
    "energy_totals",
}
WHOLE = {
    "report_publish",
    "report_withdraw",
    "account_quality",
    "account_uncertainty",
    "closings_pending",
    "close_year",
    "restate_year",
    "energy_flow",
    "energy_totals",
    "region_account_again",
    "region_import",
    "region_rest",
    "region_rest_withdraw",
}  # refused to who may, but has a narrower scope than the programme
BOOK = {"files": {"file": ("能源.csv", workbook(row(period="2025-01")), "text/csv")}}
COAL_CASE = {
    "case": "door", "period": "2023", "method": "other_industry", "family": "ndrc_general",
    "activity": [{"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1}}],
}  # fmt: skip
CLAIM = {"purpose": "scope2", "enterprise_id": "E-1", "month": "2025-01", "count": 5}
BODIES = {
    "region_rest": {"period": "2019", "value": "1 Mt CO2", "source": "走查"},
    "region_rest_withdraw": {"why": "走查"},
    "filing_open": {"enterprise_id": "E-1", "period": "2025-01", "contract": "energy"},
    "filing_rows": {"rows": [{"item": "烟煤", "unit": "吨", "used": "9"}]},
    "filing_move": {"move": "approve"},
    "filing_moves": {"move": "approve", "items": [{"id": "C-0000000000000000", "version": 1}]},
    "filing_remind": {"all_late": True},
    "finding_write": {"enterprise_id": "E-1", "severity": "minor", "words": "缺记录"},
    "finding_move": {"move": "answer", "words": "已补"},
    "me_password": {"old": "x", "new": "y"},
    "me_totp_begin": {"password": "x"},
    "me_totp_confirm": {"code": "000000"},
    "me_totp_remove": {"password": "x", "code": "000000"},
    "me_recovery_codes": {"password": "x"},
    "me_key_create": {"name": "报表", "days": 30},
    "user_create": {"login": "wang", "display": "王某"},
    "user_grant": {"roles": ["county"], "areas": [EAST], "reason": "走查"},
    "user_confirm": {"taken_at": "2026-01-05T00:00:00Z", "reason": "走查"},
    "user_revoke": {"roles": ["county"], "reason": "走查"},
    "user_link": {"issuer": "https://provider.example", "subject": "li"},
    "job_start": {"kind": "report", "parameters": {}},
    "record_add": {"kind": "task", "span": [0, 5], "why": "走查"},
    "record_act": {"act": "confirm", "why": "走查"},
    "record_link": {"why": "走查", "indicator_id": "energy_leaders"},
    "report_write": {},
    "report_publish": {"why": "走查"},
    "report_withdraw": {"why": "走查"},
    "task_progress": {"words": "过半", "percent": 50, "date": "2025-02-01", "area": EAST},
    "task_dispatch": {"words": "请报", "term": "2099-05-01", "department": "市统计局"},
    "task_acknowledge": {"dispatch_id": "C-0000000000000000"},
    "dispatch_move": {"move": "withdraw", "reason": "误发"},
    "compute_case": COAL_CASE,
    "compare_case": COAL_CASE,
    "close_year": {"why": "走查"},
    "restate_year": {"cause": "data", "why": "走查"},
    "certificate_claim": CLAIM,
    "certificate_propose": CLAIM,
    "certificate_retire": {"number": "N-1"},
    "certificate_withdraw": {"reason": "走查"},
    "certificate_transfer": {"enterprise_id": "E-1", "first_code": "GEC-2025-00000400", "reason": "走查"},
}
FILES = {"certificate_import", "filing_workbook", "finding_attach", "plan_read", "region_import", "task_attach"}
QUERY = {"q": "E", "row": "2", "to": "energy_leaders", "why": "走查", "year": "2024", "family": "ndrc_general",
         "enterprise": "E-1", "enterprise_id": "E-1", "area": EAST, "method": "provincial_2025"}  # fmt: skip
NOWHERE = {
    "filings": "C-0000000000000000", "findings": "C-0000000000000000", "enterprises": "E-0",
    "explain": "L-0000000000000000", "jobs": "0" * 32,
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town at work on SQLite, with an account and a session for every caller; (services, ids)."""
    from api_town import SETTINGS, furnish

    folder = tmp_path_factory.mktemp("doors") / "programme"
    make_programme(folder, {"dafeng.toml": SETTINGS})
    with programme(folder, writing=True) as services:
        furnish(services)
        for role in ON_NETWORK:
            for caller in callers(role).values():
                services.identities.add(*_account(caller))
        services.identities.add(User(f"U-{LOGIN}", LOGIN, "李", "", False, datetime.now(UTC), "test"))
        services.files.write(f"reports/{REPORT}.pdf", b"%PDF-1.7 public")
        ids = cases_in(services)
        job = jobs.start_job(services, callers("officer")["own"], "report", {})
        jobs.cancel_job(services, callers("officer")["own"], job.id)
        lines = accounting.accounts(services, OWNER).lines
        line = lines.filter(subject_id="E-1", measure="co2_total_t", item="total", period="2024")["line_id"].item()
    with programme(folder) as services:
        yield services, ids | {"job": job.id, "line": line}


def _account(caller):
    now = datetime.now(UTC)
    yield User(caller.id, caller.name, caller.name, "", False, now, "test")
    scope = {n: tuple(getattr(caller, n)) for n in ("roles", "areas", "enterprises", "departments")}
    yield Grant(caller.id, since=now - timedelta(days=1), until=None, granted_by="test", **scope)
    expires = now + timedelta(hours=8)
    yield SessionRow(sha256(f"token-{caller.name}"), caller.id, f"csrf-{caller.name}", now, now, expires, full=True)


@pytest.fixture(scope="module")
def doors(town):
    services, ids = town
    with TestClient(create_app(services, options=ServeOptions(rate=0, sign_in_rate=0))) as client:
        yield Doors(client, ids)


class Doors:
    """The operations of the document, and how one is asked."""

    def __init__(self, client: TestClient, ids: dict[str, str]) -> None:
        self.client, self.ids = client, ids
        paths = client.get(f"{API}/openapi.json").json()["paths"]
        self.all = {op["operationId"]: (m, path, op) for path, item in paths.items() for m, op in item.items()}

    def ask(self, name, caller, nowhere=None):
        """Status, text and the lines of the matrix that were asked on the way."""
        method, path, op = self.all[name]
        address = path
        for parameter in op.get("parameters", ()):
            if parameter["in"] == "path":
                key = parameter["name"]
                value = nowhere if nowhere and key == "id" else self.value(path, key)
                address = address.replace(f"{{{key}}}", quote(value, safe=""))
        wanted = [p["name"] for p in op.get("parameters", ()) if p.get("required") and p["in"] != "path"]
        headers = {"If-Match": '"1"'} if "If-Match" in wanted else {}
        if caller.id:
            headers |= {"Cookie": f"dafeng_session=token-{caller.name}", "X-CSRF-Token": f"csrf-{caller.name}"}
        body = BOOK if name in FILES else {"json": BODIES[name]} if name in BODIES else {}
        asked = []
        with watched(asked):
            answer = self.client.request(
                method.upper(), address, params={k: v for k, v in QUERY.items() if k in wanted}, headers=headers, **body
            )
        return answer.status_code, answer.text, asked

    def value(self, path, key):
        kind = path.removeprefix(f"{API}/").split("/")[0]
        of_kind = {
            "filings": self.ids["draft"] if path.endswith(("rows", "workbook")) else self.ids["sent"],
            "findings": self.ids["finding"], "dispatches": self.ids["dispatch"], "jobs": self.ids["job"],
            "explain": self.ids["line"], "enterprises": "E-1", "records": "plan#t1", "targets": "plan#t1",
            "tasks": "plan#k1", "reports": REPORT, "certificates": "GC-0000000000000001", "regions": "lines",
            "rules": "ndrc_general.coke.ncv", "rulebook": "ndrc_general.coke.ncv",
        }  # fmt: skip
        fixed = {
            "sha256": "ab" * 32, "login": LOGIN, "doc": "plan", "name": "sources", "format": "pdf",
            "key_id": "00", "session_id": "00", "method": "other_industry", "family": "ndrc_general", "year": "2024",
            "version": "2", "claim_id": "GC-0000000000000001", "table": "account",
        }  # fmt: skip
        return of_kind[kind] if kind == "regions" else fixed.get(key) or of_kind[kind]


class watched:
    """While it lasts, every line of the matrix that is asked is written down."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked

    def __enter__(self):
        self.real = permission.require

        def require(caller, use_case):
            self.asked.append(use_case)
            self.real(caller, use_case)

        permission.require = require

    def __exit__(self, *_):
        permission.require = self.real


@cache
def named() -> tuple[str, ...]:
    """Every operation of the document."""
    paths = json.loads(document_text())["paths"]
    return tuple(op["operationId"] for item in paths.values() for op in item.values())


@pytest.mark.parametrize("name", [n for n in named() if n not in OPEN])
def test_a_door_is_open_to_whom_the_matrix_says(doors, name):
    lines = set()
    for role in ON_NETWORK:
        for which, caller in callers(role).items():
            status, text, asked = doors.ask(name, caller)
            told = f"{role} {which}: {status} {asked} {text[:300]}"
            assert status != 500, told
            assert asked, told  # else the request was refused before anybody asked who may
            lines.add(asked[0])
            refused = next((line for line in asked if role not in matrix()[line].reach), None)
            if refused:
                assert status == (401 if role == "public" else 403), told
            elif name not in BY_ACT and not (name in WHOLE and which == "foreign"):
                assert status != 403, told
                assert status != 401 or name.startswith("me_"), told  # a wrong password is no refusal by the matrix
    assert len(lines) == 1, lines


_BY_ID = [n for n in named() if n.startswith(("filing", "finding", "enterprise_page", "explain", "job", "job_"))]


@pytest.mark.parametrize("name", _BY_ID)
def test_a_foreign_id_is_answered_in_the_words_of_an_unknown_one(doors, name):
    _, path, _ = doors.all[name]
    kind = path.removeprefix(f"{API}/").split("/")[0]
    if "{id}" not in path:
        pytest.skip("asks for no id")
    real = doors.value(path, "id")
    for role in ("county", "filler", "approver", "verifier", "analyst"):
        caller = callers(role)["foreign"]
        status, text, _ = doors.ask(name, caller)
        unknown = doors.ask(name, caller, NOWHERE[kind])
        assert status in (403, 404), text
        assert status == unknown[0]
        assert _plain(text, real) == _plain(unknown[1], NOWHERE[kind])


def _plain(text: str, id: str) -> str:
    """Without the id asked for and the number of the request."""
    return re.sub(r'"(id|instance|request_id)":"[^"]*"', "", text.replace(id, "…").replace(quote(id, safe=""), "…"))
