"""Accounts through the API: cookies, CSRF, keys, and the same answers as the library gives."""

from __future__ import annotations

from dataclasses import replace

import pyotp
import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient

from dafeng.adapters.hashing import Argon2Hasher
from dafeng.api.app import create_app
from dafeng.app.identity import people
from dafeng.app.making import settings_text
from dafeng.app.serving import ServeOptions
from dafeng.app.settings import Settings
from dafeng.wiring import local_caller, make_programme, programme

GOOD = "青山 correct horse 41"
SECRETS = ("password", "key", "secret", "codes", "qr_svg", "csrf")


@pytest.fixture
def services(tmp_path):
    make_programme(tmp_path / "p", {"dafeng.toml": settings_text(Settings(name="试验", area="140700"))})
    with programme(tmp_path / "p") as opened:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        yield replace(opened, hasher=Argon2Hasher(tmp_path / "p" / "store", hasher=quick))


@pytest.fixture
def client(services):
    app = create_app(services, options=ServeOptions(rate=0, sign_in_rate=0))
    with TestClient(app, base_url="http://testserver.local") as made:
        yield made


def signed_in(client, login, password, code=""):
    client.cookies.clear()
    answer = client.post("/api/v1/session", json={"login": login, "password": password, "code": code})
    assert answer.status_code == 200, answer.text
    return {"X-CSRF-Token": answer.json()["csrf"]}


def account(services, client, login, *roles, **scope):
    """An account whose first password was changed through the API; its headers."""
    first = people.create(services, local_caller(), login, display="某人").password
    headers = signed_in(client, login, first)
    assert client.post("/api/v1/me/password", json={"old": first, "new": GOOD}, headers=headers).status_code == 204
    if roles:
        people.grant(services, local_caller(), login, roles=roles, **scope)
    return signed_in(client, login, GOOD)


def test_nobody_is_told_who_he_is_not(client):
    said = client.get("/api/v1/me").json()
    assert (said["signed_in"], said["roles"], said["csrf"], said["kind"]) == (False, ["public"], "", "none")


def test_signing_in_sets_a_cookie_that_no_script_reads(services, client):
    account(services, client, "li")
    client.cookies.clear()
    cookie = client.post("/api/v1/session", json={"login": "li", "password": GOOD}).headers["set-cookie"]
    assert cookie.startswith("dafeng_session=")
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "secure" not in cookie.lower()


def test_behind_tls_the_cookie_is_secure(services):
    made = people.create(services, local_caller(), "li", display="李")
    with TestClient(create_app(services, options=ServeOptions(rate=0, behind_tls=True))) as client:
        answer = client.post("/api/v1/session", json={"login": "li", "password": made.password})
    assert "secure" in {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}


def test_a_wrong_password_is_401_and_says_what_where_mend(client):
    answer = client.post("/api/v1/session", json={"login": "nobody", "password": "x"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert all(answer.json()[part] for part in ("what", "where", "mend"))


def test_a_write_without_the_token_is_refused(services, client):
    headers = account(services, client, "li")
    asked = {"name": "n", "days": 3}
    assert client.post("/api/v1/me/password", json={"old": GOOD, "new": "x" * 20}).status_code == 403
    assert client.post("/api/v1/me/keys", json=asked, headers={"X-CSRF-Token": "made up"}).status_code == 403
    assert client.get("/api/v1/me/sessions", headers=headers).status_code == 200


def test_signing_out_ends_it(services, client):
    headers = account(services, client, "li")
    token = client.cookies["dafeng_session"]
    assert client.delete("/api/v1/session", headers=headers).status_code == 204
    client.cookies.set("dafeng_session", token)
    assert client.get("/api/v1/me").json()["signed_in"] is False


def test_the_second_factor_from_set_up_to_sign_in(services, client):
    headers = account(services, client, "sec", "secadmin")
    assert client.get("/api/v1/me").json()["second_factor"] == "to_enrol"
    assert client.get("/api/v1/users").status_code == 403
    begun = client.post("/api/v1/me/totp", json={"password": GOOD}, headers=headers).json()
    totp = pyotp.TOTP(begun["secret"])
    now = services.clock.now()
    codes = client.post("/api/v1/me/totp/confirm", json={"code": totp.at(now)}, headers=headers).json()["codes"]
    half = signed_in(client, "sec", GOOD)
    assert client.get("/api/v1/me").json()["second_factor"] == "awaited"
    assert client.get("/api/v1/users").status_code == 401
    assert client.post("/api/v1/session/code", json={"code": "000000"}, headers=half).status_code == 401
    full = client.post("/api/v1/session/code", json={"code": codes[0]}, headers=half)
    assert full.json()["second_factor"] == "given"
    assert client.get("/api/v1/users").status_code == 200


def test_a_key_reads_without_cookie_and_csrf_and_cannot_change_its_owner(services, client):
    headers = account(services, client, "li", "analyst", areas=["140700"])
    made = client.post("/api/v1/me/keys", json={"name": "monthly", "days": 30}, headers=headers)
    assert made.status_code == 201
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {made.json()['key']}"}
    assert client.get("/api/v1/me", headers=bearer).json()["kind"] == "key"
    refused = client.post("/api/v1/me/password", json={"old": GOOD, "new": "a new one for 99"}, headers=bearer)
    assert refused.status_code == 403
    headers = signed_in(client, "li", GOOD)
    key_id = client.get("/api/v1/me/keys").json()[0]["key_id"]
    assert client.delete(f"/api/v1/me/keys/{key_id}", headers=headers).status_code == 204
    client.cookies.clear()
    assert client.get("/api/v1/me", headers=bearer).status_code == 401


def test_the_administrators_through_the_api(services, client):
    def strong(login, role):
        headers = account(services, client, login, role)
        secret = client.post("/api/v1/me/totp", json={"password": GOOD}, headers=headers).json()["secret"]
        code = pyotp.TOTP(secret).at(services.clock.now())
        codes = client.post("/api/v1/me/totp/confirm", json={"code": code}, headers=headers).json()["codes"]
        return lambda: signed_in(client, login, GOOD, codes.pop())

    sysadmin, secadmin, auditor = (strong(r, r) for r in ("sysadmin", "secadmin", "auditor"))
    headers = sysadmin()
    made = client.post("/api/v1/users", json={"login": "wang", "display": "王"}, headers=headers)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    granting = {"roles": ["county"], "areas": ["140702"], "reason": "新任"}
    assert client.post("/api/v1/users/wang/grant", json=granting, headers=headers).status_code == 403
    assert client.get("/api/v1/audit").status_code == 403
    headers = secadmin()
    assert client.post("/api/v1/users/wang/grant", json=granting, headers=headers).json()["roles"] == ["county"]
    assert client.post("/api/v1/users/secadmin/grant", json=granting, headers=headers).status_code == 403
    assert client.post("/api/v1/users/nobody/unlock", headers=headers).status_code == 404
    auditor()
    page = client.get("/api/v1/audit", params={"act": "user.grant", "limit": 1}).json()
    assert page["entries"][0]["outcome"] == "refused"
    older = client.get("/api/v1/audit", params={"act": "user.grant", "limit": 1, "cursor": page["next_cursor"]}).json()
    assert (older["entries"][0]["who"], older["entries"][0]["subject"]) == ("secadmin", "wang")
    assert older["entries"][0]["ip"]
    assert client.get("/api/v1/audit", params={"cursor": "x"}).status_code == 422
    csv = client.get("/api/v1/audit/export", params={"outcome": "refused"})
    assert csv.headers["content-type"].startswith("text/csv")
    assert csv.text.count("refused") >= 3
    assert client.get("/api/v1/users").status_code == 403


def test_what_holds_a_secret_is_not_to_be_kept(services, client):
    headers = account(services, client, "li")
    for method, path, body in (
        ("GET", "/api/v1/me", None),
        ("POST", "/api/v1/me/totp", {"password": GOOD}),
    ):
        answer = client.request(method, path, json=body, headers=headers)
        assert any(s in answer.text for s in SECRETS)
        assert answer.headers["cache-control"] == "no-store"


def test_unknown_fields_and_wrong_types_are_refused(services, client):
    for body in ({"login": "x"}, {"login": "x", "password": 3}, {"login": "x", "password": "y", "role": "owner"}, []):
        answer = client.post("/api/v1/session", json=body)
        assert 400 <= answer.status_code < 423, answer.text


def test_sign_in_elsewhere_is_not_found_where_none_is_set_and_the_callback_leads_to_the_sign_in_page(client):
    assert client.get("/api/v1/oidc/start").status_code == 404
    back = client.get("/api/v1/oidc/callback", params={"code": "x", "state": "y"}, follow_redirects=False)
    assert (back.status_code, back.headers["location"][:15]) == (302, "/login?problem=")
