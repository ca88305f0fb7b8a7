"""Answers told once are told once: nothing of a password, a key or a code is kept for a request that is sent again."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import sqlalchemy as sa

from dafeng.adapters.tables_jobs import answers
from dafeng.api import idempotency


def kept(services):
    """Everything that the store of given answers holds, as text."""
    with services.records.engine.connect() as connection:
        return str(connection.execute(sa.select(answers)).all())


def again(client, path, body):
    """The same request twice under one key; both answers."""
    headers = {"Idempotency-Key": str(uuid4())}
    return [client.post(path, json=body, headers=headers) for _ in range(2)]


def told_once(first, second):
    assert first.status_code in (200, 201), first.text
    assert second.status_code == 409, second.text
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json()["type"].endswith(":told-once")
    assert second.headers["content-type"].startswith("application/problem+json")


def cancelled(as_, answer):
    """Take a job away again: other tests of the same programme count what waits."""
    assert as_("officer").post(f"{answer.headers['location']}/cancel").status_code == 202


def test_a_generated_password_is_told_once_and_not_kept(as_, services):
    login = f"new{uuid4().hex[:8]}"
    first, second = again(as_("sysadmin"), "/api/v1/users", {"login": login, "display": "新人"})
    told_once(first, second)
    secret = first.json()["password"]
    assert secret
    assert secret not in kept(services)
    assert secret not in second.text


def test_a_key_is_told_once_made_once_and_not_kept(as_, services):
    officer = as_("officer")
    name = f"key {uuid4().hex[:6]}"
    first, second = again(officer, "/api/v1/me/keys", {"name": name, "days": 3})
    told_once(first, second)
    secret = next(v for v in first.json().values() if isinstance(v, str) and v.startswith("dfk_"))
    assert secret not in kept(services)
    assert [k["name"] for k in officer.get("/api/v1/me/keys").json()].count(name) == 1


def test_signing_in_has_no_keys_and_leaves_nothing(client, services):
    before = kept(services)
    first, second = again(client, "/api/v1/session", {"login": "officer", "password": "not mine 12345"})
    assert (first.status_code, second.status_code) == (401, 401)
    assert "idempotency-replayed" not in second.headers
    assert kept(services) == before


def test_what_was_refused_of_oneself_is_tried_anew(as_):
    first, second = again(as_("officer"), "/api/v1/me/totp", {"password": "not mine 12345"})
    assert first.status_code == second.status_code >= 400
    assert "idempotency-replayed" not in second.headers


def test_other_answers_are_given_again(as_, services):
    first, second = again(as_("officer"), "/api/v1/jobs", {"kind": "report", "parameters": {"year": 2024}})
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert first.json()["id"] in kept(services)
    cancelled(as_, first)


def test_of_a_body_no_plain_hash_is_kept(as_, services):
    client, body = as_("sysadmin"), b'{"login":"somebody","display":"x","email":"x"}'
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    client.post("/api/v1/users", content=body, headers=headers)
    assert hashlib.sha256(body).hexdigest() not in kept(services)


def test_the_same_body_upon_another_version_is_another_request(as_):
    """A change that was made of the first version is not told of as made of the second."""
    officer, body = as_("officer"), {"kind": "report", "parameters": {"year": 2022}}
    key = {"Idempotency-Key": str(uuid4())}
    first = officer.post("/api/v1/jobs", json=body, headers=key | {"If-Match": '"1"'})
    assert first.status_code == 202
    cancelled(as_, first)
    other = officer.post("/api/v1/jobs", json=body, headers=key | {"If-Match": '"2"'})
    assert other.status_code == 422
    again = officer.post("/api/v1/jobs", json=body, headers=key | {"If-Match": '"1"'})
    assert again.headers["idempotency-replayed"] == "true"


def test_another_body_under_the_same_key_is_refused(as_):
    body = {"kind": "report", "parameters": {"year": 2023}}
    officer, headers = as_("officer"), {"Idempotency-Key": str(uuid4())}
    first = officer.post("/api/v1/jobs", json=body, headers=headers)
    assert first.status_code == 202
    cancelled(as_, first)
    other = officer.post("/api/v1/jobs", json=body | {"parameters": {}}, headers=headers)
    assert other.status_code == 422


def test_of_who_has_much_kept_a_long_answer_is_not_kept_nor_the_work_done_again(as_, monkeypatch):
    monkeypatch.setattr(idempotency, "_MOST_BYTES", 0)
    monkeypatch.setattr(idempotency, "_SHORT", 10)
    made, told = again(as_("officer"), "/api/v1/jobs", {"kind": "report", "parameters": {"year": 2020}})
    cancelled(as_, made)
    assert (made.status_code, told.status_code) == (202, 409)
    assert told.json()["type"].endswith(":told-once")


def test_of_one_caller_so_many_answers_are_kept_and_those_of_others_stay(as_, monkeypatch, services):
    monkeypatch.setattr(idempotency, "_MOST_ANSWERS", 3)
    body = {"kind": "report", "parameters": {"year": 2019}}
    theirs = {"Idempotency-Key": str(uuid4())}
    as_("county").post("/api/v1/me/keys", json={"name": uuid4().hex[:6], "days": 3}, headers=theirs)
    before = count(services)
    for _ in range(6):
        cancelled(as_, as_("officer").post("/api/v1/jobs", json=body, headers={"Idempotency-Key": str(uuid4())}))
    assert count(services) <= before + 4
    second = as_("county").post("/api/v1/me/keys", json={"name": "other", "days": 3}, headers=theirs)
    assert second.status_code == 422  # known still: another body under the same key


def count(services) -> int:
    with services.records.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(answers)).scalar_one()
