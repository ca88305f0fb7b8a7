"""The door: who asks, what must not pass, what every answer bears, and how errors read."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest
from litestar.testing import TestClient

from dafeng.api.app import create_app
from dafeng.api.headers import Proxies, cookie_of
from dafeng.api.limits import Buckets
from dafeng.api.routes import jobs as job_routes
from dafeng.app.system.serving import ServeOptions

ADDRESSES = ["/", "/healthz", "/docs", "/api/v1/openapi.json", "/api/v1/jobs", "/api/v1/nothing", "/assets/nothing.js"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_bears_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy  # no inline script, no eval, nothing from elsewhere
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in headers
    assert "no-store" in headers["cache-control"] or "no-cache" in headers["cache-control"]


def test_behind_tls_browsers_are_told_to_stay_there(services):
    with TestClient(create_app(services, options=ServeOptions(rate=0, behind_tls=True))) as client:
        assert "max-age=31536000" in client.get("/healthz").headers["strict-transport-security"]


def problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "what", "id", "what_zh"} <= body.keys()
    return body


def test_who_has_not_signed_in_is_told_so(client):
    assert problem(client.get("/api/v1/jobs"), 401)["mend"] == "Sign in first."


def test_who_may_not_is_refused_and_told_what_to_do(as_):
    assert problem(as_("filler").post("/api/v1/jobs", json={"kind": "run"}), 403)["mend"]


@pytest.mark.parametrize(
    ("login", "path", "status", "told", "step"),
    [
        (None, "/overview", 404, "总览尚未发布", "等主管部门发布"),
        ("officer", "/enterprises/E-99", 404, "没有企业E-99", "企业列表"),
        ("officer", "/targets/T-99", 404, "没有目标T-99", "目标页"),
        ("officer", "/tables/enterprises?f.colour=red", 422, "没有“colour”这一列", "清除筛选"),
        ("officer", "/tables/enterprises?cursor=x", 422, "翻页位置已失效", "第一页"),
    ],
)
def test_a_problem_says_in_chinese_what_it_says_in_english(client, as_, login, path, status, told, step):
    body = problem((as_(login) if login else client).get(f"/api/v1{path}"), status)
    assert told in body["what_zh"]
    assert step in body["mend_zh"]


def test_a_sign_in_that_fails_says_so_in_chinese(client):
    sent = {"login": "nobody", "password": "wrong-wrong-wrong"}
    body = problem(client.post("/api/v1/session", json=sent, headers={"Origin": "http://testserver.local"}), 401)
    assert "登录未成功" in body["what_zh"]
    assert "安全管理员" in body["mend_zh"]


def test_a_session_that_is_none_is_nobody(client):
    client.cookies.set("dafeng_session", "token-nobody")
    problem(client.get("/api/v1/jobs"), 401)


@pytest.mark.parametrize("key", ["dfk_nothing", "nothing", "", "x" * 5000])
def test_a_key_that_is_none_is_refused_even_where_the_public_may_ask(client, key):
    answer = client.get("/api/v1/plans", headers={"Authorization": f"Bearer {key}"})
    problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_errors_of_the_framework_are_problems_too(as_):
    officer = as_("officer")
    assert problem(officer.get("/api/v1/nothing"), 404)["instance"] == "/api/v1/nothing"
    assert "POST" in officer.put("/api/v1/jobs").headers["allow"]
    problem(officer.put("/api/v1/jobs"), 405)
    problem(officer.post("/api/v1/jobs", content="{", headers={"content-type": "application/json"}), 400)
    unknown = problem(officer.post("/api/v1/jobs", json={"kind": "run", "colour": "red"}), 422)
    assert "colour" in unknown["problems"][0]["what"]
    limit = problem(officer.get("/api/v1/jobs?limit=many"), 422)
    assert limit["problems"][0]["where"] == "query limit"
    problem(officer.post("/api/v1/jobs", content=b"x" * 1_100_000, headers={"content-type": "application/json"}), 413)


def test_a_fault_of_ours_gives_an_id_and_nothing_of_our_insides(as_, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr(job_routes.use_cases, "jobs_of", broken)
    body = problem(as_("officer").get("/api/v1/jobs"), 500)
    assert "secret" not in str(body)
    assert body["id"] in caplog.text
    assert "secret of the inside" in caplog.text


# writing


@pytest.mark.parametrize("token", [None, "", "csrf-county", "csrf-officer\xe9"])
def test_a_write_with_a_cookie_needs_the_token_of_the_session(as_, token):
    officer = as_("officer")
    del officer.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token.encode("latin-1")}
    assert (
        problem(officer.post("/api/v1/jobs", json={"kind": "nothing"}, headers=headers), 403)["where"] == "X-CSRF-Token"
    )


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_may_not_write(as_, headers):
    problem(as_("officer").post("/api/v1/jobs", json={"kind": "nothing"}, headers=headers), 403)


def test_our_own_site_may(as_):
    headers = {"Origin": "http://testserver.local", "Sec-Fetch-Site": "same-origin"}
    problem(as_("officer").post("/api/v1/jobs", json={"kind": "nothing"}, headers=headers), 422)


# how much, and under which name


def test_who_asks_too_much_is_asked_to_wait(services):
    with TestClient(create_app(services, options=ServeOptions(rate=2))) as client:
        answers = [client.get("/healthz") for _ in range(12)]
        assert [a.status_code for a in answers[:8]] == [200] * 8
        assert int(answers[-1].headers["retry-after"]) >= 1
        problem(answers[-1], 429)


SIGN_INS = [("POST", "/api/v1/session"), ("GET", "/api/v1/oidc/callback?state=x&code=y"), ("GET", "/api/v1/oidc/start")]


@pytest.mark.parametrize(("method", "path"), SIGN_INS)
def test_who_tries_to_sign_in_too_often_is_asked_to_wait(services, method, path):
    options = ServeOptions(rate=0, sign_in_rate=0.2, sign_in_burst=3)
    with TestClient(create_app(services, options=options), raise_server_exceptions=False) as client:
        body = {"login": "nobody", "password": "nothing at all"} if method == "POST" else None
        answers = [client.request(method, path, json=body, follow_redirects=False) for _ in range(4)]
        assert 429 not in [a.status_code for a in answers[:3]]
        problem(answers[3], 429)
        assert 1 <= int(answers[3].headers["retry-after"]) <= 5
        assert client.get("/api/v1/me").status_code == 200  # the rest of the portal goes on


def test_a_failed_sign_in_is_named_as_what_it_is(client):
    refused = problem(client.post("/api/v1/session", json={"login": "nobody", "password": "nothing at all"}), 401)
    assert refused["type"] == "urn:dafeng:problem:sign-in-failed"


def test_the_application_is_made_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        create_app(None)


def test_a_bucket_fills_again(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("dafeng.api.limits.time.monotonic", lambda: now[0])
    bucket = Buckets(1.0, 2.0)
    assert [bucket.take("a"), bucket.take("a")] == [0, 0]
    assert bucket.take("a") == pytest.approx(1.0)
    assert bucket.take("b") == 0  # everybody has his own
    now[0] += 1.0
    assert bucket.take("a") == 0
    assert bucket.take("a") > 0


def test_a_name_that_is_not_ours_is_not_served(services):
    with TestClient(create_app(services, options=ServeOptions(rate=0, hosts=("portal.city",)))) as client:
        problem(client.get("/api/v1/plans"), 421)
        assert client.get("/api/v1/plans", headers={"Host": "portal.city:8000"}).status_code == 200
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ((), "10.0.0.1", "1.2.3.4", "10.0.0.1"),
        (("10.0.0.0/8",), "10.0.0.1", "1.2.3.4", "1.2.3.4"),
        (("10.0.0.0/8",), "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (("10.0.0.0/8",), "9.9.9.9", "1.2.3.4", "9.9.9.9"),
        (("10.0.0.0/8",), "10.0.0.1", "10.0.0.3", "10.0.0.1"),
        (("::1",), "::1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_a_trusted_proxy_says_who_is_behind_it(trusted, peer, forwarded, client):
    assert Proxies(trusted).client(peer, forwarded) == client


def test_the_first_cookie_of_a_name_counts():
    assert cookie_of(b'a=1; dafeng_session="x"; dafeng_session=y', "dafeng_session") == "x"
    assert cookie_of(b"dafeng_session=", "dafeng_session") is None
    assert cookie_of(b"\xff\xfe=;;", "dafeng_session") is None


def test_the_reference_works_offline(client):
    page = client.get("/docs").text
    assert "<script" not in page
    assert "src=" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "/api/v1/jobs" in page


def test_ready_says_so_and_what_is_missing(client, services):
    assert client.get("/readyz").json() == {"status": "ok"}
    other = replace(services, records=Earlier())
    with TestClient(create_app(other, options=ServeOptions(rate=0))) as earlier:
        answer = earlier.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "the tables are of another version of dafeng")


class Earlier:
    """A store whose tables are those of an earlier version."""

    def is_current(self):
        return False


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/findings"])
def test_a_document_nested_too_deeply_is_refused_and_no_fault_of_ours(client, path):
    answer = client.post(path, content=b'{"code":' + b"[" * 50_000, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "nested" in answer.json()["what"]


def test_doubled_slashes_lead_nowhere_so_that_no_check_is_passed_by_them(client):
    assert client.post("/api//v1/session", json={"login": "a", "password": "b"}).status_code == 404


def test_trying_keys_is_limited_like_everything_else(services):
    app = create_app(services, options=ServeOptions(rate=1, sign_in_rate=0))
    with TestClient(app, base_url="http://testserver.local") as client:
        bearer = {"authorization": "Bearer dfk_abc_def"}
        tried = [client.get("/api/v1/periods", headers=bearer).status_code for _ in range(12)]
    assert tried[0] == 401
    assert 429 in tried
