"""A page that shows a name is given that person's answers or none; what is refused is told under what was asked."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from dafeng.app.identity.ports import TrailQuery

READS = ("/api/v1/overview", "/api/v1/tables/tasks", "/api/v1/plans", "/api/v1/reports", "/api/v1/overview/tile")


def ended(answer):
    assert answer.status_code == 401, answer.text
    body = answer.json()
    assert body["type"].endswith("session-ended")
    assert body["what_zh"]
    assert body["mend_zh"]
    return body


@pytest.mark.parametrize("path", READS)
def test_whoever_has_no_session_any_more_is_not_given_the_publics_answer(client, path):
    assert ended(client.get(path, headers={"X-Signed-In-As": "officer"}))["what"] == "the session has ended"


@pytest.mark.parametrize("path", READS)
def test_nobody_is_given_the_answer_of_whoever_signed_in_meanwhile(as_, path):
    found = ended(as_("county").get(path, headers={"X-Signed-In-As": "officer"}))
    assert found["what"] == "somebody else is signed in here by now"


def test_a_write_meant_by_another_is_not_done(as_):
    filler = as_("filler")
    body = {"kind": "report", "parameters": {}}
    before = filler.get("/api/v1/jobs").status_code
    ended(filler.post("/api/v1/jobs", json=body, headers={"X-Signed-In-As": "officer"}))
    assert filler.get("/api/v1/jobs").status_code == before


def test_the_same_person_and_whoever_does_not_say_are_answered(as_):
    officer = as_("officer")
    assert officer.get("/api/v1/overview", headers={"X-Signed-In-As": "officer"}).status_code == 200
    assert officer.get("/api/v1/overview").status_code == 200


def test_the_end_is_told_before_the_token_that_ended_with_it(as_):
    client = as_("officer")
    ended(client.post("/api/v1/jobs", json={}, headers={"X-CSRF-Token": "old", "X-Signed-In-As": quote("张三")}))


@pytest.mark.parametrize("name", ["public", "", "%00", "%E5%BC%A0", "\u00ff"])
def test_a_name_that_nobody_has_is_no_way_in(client, name):
    ended(client.get("/api/v1/overview", headers={"X-Signed-In-As": name.encode("latin-1")}))


@pytest.mark.parametrize(
    ("login", "table", "act"),
    [("auditor", "plans", "plan.see"), ("sysadmin", "targets", "progress.see"), ("auditor", "enterprises", None)],
)
def test_a_refused_reading_of_a_table_stands_under_what_was_asked(as_, services, login, table, act):
    before = services.identities.trail(TrailQuery())[0].seq
    answer = as_(login).get(f"/api/v1/tables/{table}")
    assert answer.status_code == 403
    told = [e for e in services.identities.trail(TrailQuery(outcome="refused")) if e.seq > before and e.who == login]
    assert len(told) == 1
    assert told[0].subject == table
    assert told[0].act != "self.see"
    assert act is None or told[0].act == act


def test_a_parameter_that_is_missing_is_named(as_):
    answer = as_("officer").get("/api/v1/search")
    body = answer.json()
    assert answer.status_code == 422
    assert body["where"] == "query q"
    assert body["what"] == "the parameter q is missing"
    assert "q" in body["what_zh"]
    assert "查询条件" in body["where_zh"]
    assert body["problems"][0]["where"] == "query q"


def test_what_does_not_fit_is_told_in_words(as_):
    body = as_("officer").get("/api/v1/overview", params={"year": "abc"}).json()
    assert body["what"] == "expected a whole number or nothing, got text"
    assert body["what_zh"] == "应为整数或空，实为文字"


def test_what_may_not_be_done_is_told_in_words(as_):
    body = as_("auditor").get("/api/v1/tables/plans").json()
    assert body["what"].startswith("auditor may not ")
    assert "plan.see" not in body["what"] + body["what_zh"]
    assert body["what_zh"].startswith("auditor无权")
