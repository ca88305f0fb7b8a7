"""Accounts through the API: cookies, CSRF, keys, and the same answers as the library gives."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pyotp
import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient

from dafeng.adapters.hashing import Argon2Hasher
from dafeng.api.app import create_app
from dafeng.app.identity import people
from dafeng.app.identity.ports import Tries, User
from dafeng.app.making import settings_text
from dafeng.app.settings import Settings
from dafeng.app.system.serving import ServeOptions
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
        assert answer.headers["set-cookie"].startswith("__Host-dafeng_session=")
        assert {"secure", "path=/"} <= {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
        assert "domain" not in answer.headers["set-cookie"].lower()
        token = answer.headers["set-cookie"].split("=", 1)[1].split(";")[0]
        client.cookies.clear()
        signed_in = [
            client.get("/api/v1/me", headers={"Cookie": f"{name}={token}"}).json()["signed_in"]
            for name in ("__Host-dafeng_session", "dafeng_session")
        ]

    assert signed_in == [True, False]  # what a neighbouring host or a plain connection has set is not taken


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


def administrator(services, client, role):
    """An administrator with a second factor; what signs him in, good ten times."""
    headers = account(services, client, role, role)
    secret = client.post("/api/v1/me/totp", json={"password": GOOD}, headers=headers).json()["secret"]
    code = pyotp.TOTP(secret).at(services.clock.now())
    codes = client.post("/api/v1/me/totp/confirm", json={"code": code}, headers=headers).json()["codes"]
    return lambda: signed_in(client, role, GOOD, codes.pop())


def test_power_takes_two_persons_and_the_owner_of_the_account(services, client):
    """Made and reset by one, granted and confirmed by another, taken over by the person himself in between."""
    sysadmin, secadmin = (administrator(services, client, r) for r in ("sysadmin", "secadmin"))
    first = client.post("/api/v1/users", json={"login": "wang", "display": "王"}, headers=sysadmin()).json()["password"]
    granting = {"roles": ["analyst"], "areas": ["140700"], "reason": "新任"}
    headers = secadmin()
    assert client.post("/api/v1/users/wang/grant", json=granting, headers=headers).json()["handover"] == "to_take_over"
    for act in ("reset-password", "reset-second-factor"):
        assert client.post(f"/api/v1/users/wang/{act}", headers=headers).status_code == 403
    sure = {"taken_at": "2026-01-05T00:00:00Z"}
    early = client.post("/api/v1/users/wang/confirm", json=sure, headers=headers)
    assert (early.status_code, early.json()["what_zh"]) == (422, "本人尚未接管此账号：口令仍是他人设置的")

    headers = signed_in(client, "wang", first)
    assert client.post("/api/v1/me/password", json={"old": first, "new": GOOD}, headers=headers).status_code == 204
    me = client.get("/api/v1/me").json()
    assert (me["handover"], me["roles"], me["must_change_password"]) == ("to_confirm", [], False)
    assert client.get("/api/v1/overview").status_code == 403

    headers = secadmin()
    seen = client.get("/api/v1/users/wang").json()
    assert (seen["handover"], seen["handover_by"], seen["roles"]) == ("to_confirm", "sysadmin", ["analyst"])
    assert client.post("/api/v1/users/wang/confirm", json=sure, headers=headers).status_code == 412
    sure = {"taken_at": seen["taken_at"], "reason": "电话核实"}
    assert client.post("/api/v1/users/wang/confirm", json=sure, headers=sysadmin()).status_code == 403
    assert client.post("/api/v1/users/wang/confirm", json=sure, headers=secadmin()).json()["handover"] == ""
    assert signed_in(client, "wang", GOOD)
    me = client.get("/api/v1/me").json()
    assert (me["handover"], me["roles"]) == ("", ["analyst"])


WRONG = [
    ("/api/v1/me/password", {"old": "guess {n}", "new": "a new one for 99"}),
    ("/api/v1/me/totp/remove", {"password": "guess {n}", "code": "000000"}),
    ("/api/v1/me/totp/remove", {"password": GOOD, "code": "00000{n}"}),
    ("/api/v1/me/recovery-codes", {"password": "guess {n}"}),
]


@pytest.mark.parametrize(("path", "body"), WRONG, ids=["password", "removal", "removal by code", "recovery codes"])
def test_twenty_wrong_guesses_at_once_are_as_few_as_five_in_a_row(services, client, path, body):
    """Behind the sign-in as at it: five are looked at, then the account is locked, for the right password too."""
    headers = account(services, client, "li", "analyst", areas=["140700"])
    secret = client.post("/api/v1/me/totp", json={"password": GOOD}, headers=headers).json()["secret"]
    code = pyotp.TOTP(secret).at(services.clock.now())
    assert client.post("/api/v1/me/totp/confirm", json={"code": code}, headers=headers).status_code == 200
    looked = Counting(services.hasher)
    app = create_app(replace(services, hasher=looked), options=ServeOptions(rate=0, sign_in_rate=0))
    together = threading.Barrier(20)
    with TestClient(app, base_url="http://testserver.local", cookies=dict(client.cookies)) as many:

        def guess(n: int) -> int:
            sent = {k: v.format(n=n % 10) for k, v in body.items()}
            together.wait()
            return many.post(path, json=sent, headers=headers).status_code

        with ThreadPoolExecutor(20) as pool:
            told = list(pool.map(guess, range(20)))
        assert set(told) == {401}
        assert looked.asked <= 5
        tries = services.identities.one(Tries, user_id=services.identities.one(User, login="li").user_id)
        assert (tries.failures, tries.address) == (5, "testclient")
        assert tries.locked_until > services.clock.now()
        right = {k: GOOD if k in ("old", "password") else v for k, v in body.items()}
        assert many.post(path, json=right, headers=headers).status_code == 401
        assert looked.asked <= 5  # not even looked at
        many.cookies.clear()
        assert many.post("/api/v1/session", json={"login": "li", "password": GOOD}).status_code == 401


class Counting:
    """A hasher that counts how many passwords it was asked about."""

    def __init__(self, hasher):
        self._hasher, self.asked = hasher, 0
        self._lock = threading.Lock()

    def verify(self, hashed, password):
        with self._lock:
            self.asked += 1
        return self._hasher.verify(hashed, password)

    def __getattr__(self, name):
        return getattr(self._hasher, name)


def test_a_right_password_does_not_count(services, client):
    headers = account(services, client, "li")
    for n in range(8):  # more often than the lock allows failures
        old, new = (GOOD, f"{GOOD} {n}") if n == 0 else (f"{GOOD} {n - 1}", f"{GOOD} {n}")
        assert client.post("/api/v1/me/password", json={"old": old, "new": new}, headers=headers).status_code == 204


def test_the_administrators_through_the_api(services, client):
    sysadmin, secadmin, auditor = (
        administrator(services, client, role) for role in ("sysadmin", "secadmin", "auditor")
    )
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
