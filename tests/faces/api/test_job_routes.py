"""Long work over the API: started once, seen by its own people, followed, cancelled."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dafeng.app.jobs import work as use_cases
from dafeng.app.jobs.ports import Job

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def start(client, headers=None, **body):
    return client.post(
        "/api/v1/jobs", json={"kind": "report", "parameters": {"year": 2024}} | body, headers=headers or {}
    )


def test_a_job_is_queued_and_found_under_its_address(as_):
    officer = as_("officer")
    answer = start(officer)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["state"], body["kind"], body["zh"], body["created_by"]) == ("queued", "report", "编写报告", "officer")
    assert officer.get(answer.headers["location"]).json()["id"] == body["id"]
    assert body["id"] in {j["id"] for j in officer.get("/api/v1/jobs").json()}
    cancelled = officer.post(f"/api/v1/jobs/{body['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")


def test_what_is_no_work_is_refused_with_what_there_is(as_):
    officer = as_("officer")
    assert "report" in start(officer, kind="dance").json()["mend"]
    assert start(officer, parameters={"colour": 1}).status_code == 422
    assert start(as_("sysadmin")).status_code == 403  # may start work, but not write reports


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("report", {"year": 10**400}), ("report", {"year": 1989}), ("report", {"year": "2024"}),
     ("report", {"year": True}), ("report", {"public": 1}), ("run", {"force": 1}),
     ("run", {"force": "yes", "year": 2024}), ("import", {"file": 5}), ("import", {})],
)  # fmt: skip
def test_work_that_would_fail_of_its_parameters_is_not_begun(as_, kind, parameters):
    officer = as_("officer")
    before = len(officer.get("/api/v1/jobs").json())
    answer = start(officer, kind=kind, parameters=parameters)
    assert answer.status_code == 422, answer.text
    assert answer.json()["where"].startswith("parameters.")
    assert answer.json()["what_zh"]
    assert len(officer.get("/api/v1/jobs").json()) == before


def test_a_number_without_end_is_an_error_of_who_sends_it(as_):
    body = '{"kind": "report", "parameters": {"year": ' + "9" * 6000 + "}}"
    answer = as_("officer").post("/api/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_a_foreign_job_does_not_exist_for_others_but_for_the_administrator(as_):
    job = start(as_("officer")).json()["id"]
    foreign, unknown = (as_("county").get(f"/api/v1/jobs/{j}") for j in (job, "0" * 32))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json()["what"].replace(job, "") == unknown.json()["what"].replace("0" * 32, "")
    assert as_("county").post(f"/api/v1/jobs/{job}/cancel").status_code == 404
    assert as_("county").get(f"/api/v1/jobs/{job}/events").status_code == 404
    assert as_("sysadmin").get(f"/api/v1/jobs/{job}").status_code == 200
    as_("sysadmin").post(f"/api/v1/jobs/{job}/cancel")


def events(text):
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in lines:
            yield int(lines["id"]), json.loads(lines["data"])


def test_events_are_told_until_the_end_and_from_where_one_left_off(as_, services):
    store, runner = services.jobs, "h:1:1"
    store.add(Job("told", "report", {}, "queued", "officer", datetime(2000, 1, 1, tzinfo=UTC)))
    assert store.claim(runner, NOW).id == "told"  # the oldest
    store.advance("told", runner, NOW, stage="accounts 核算", done=1, total=2, message="")
    store.end("told", runner, NOW, "done", result={"files": []})
    answer = as_("officer").get("/api/v1/jobs/told/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = list(events(answer.text))
    assert [d["state"] for _, d in told] == ["queued", "running", "running", "done"]
    assert told[2][1]["stage"] == "accounts 核算"
    left = as_("officer").get("/api/v1/jobs/told/events", headers={"Last-Event-ID": str(told[1][0])})
    assert [i for i, _ in events(left.text)] == [i for i, _ in told[2:]]


def test_one_person_may_not_queue_without_end(as_, monkeypatch):
    monkeypatch.setattr(use_cases, "MOST_WAITING", 2)
    officer = as_("officer")
    answers = [start(officer) for _ in range(3)]
    assert answers[2].status_code == 429
    for answer in answers[:2]:
        officer.post(f"{answer.headers['location']}/cancel")


# the same request twice


def test_the_same_key_gives_the_first_answer_again(as_):
    officer, key = as_("officer"), {"Idempotency-Key": "key-00000001"}
    first, again = start(officer, key), start(officer, key)
    assert first.json() == again.json()
    assert again.status_code == 202
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "content-security-policy" in again.headers
    other = start(officer, key, parameters={"year": 2023})
    assert (other.status_code, other.json()["where"]) == (422, "Idempotency-Key")
    assert start(as_("sysadmin"), key, kind="backup", parameters={}).json()["id"] != first.json()["id"]


def test_a_refusal_is_given_again_but_a_fault_is_tried_again(as_, monkeypatch):
    officer = as_("officer")
    refused = [start(officer, {"Idempotency-Key": "key-00000002"}, kind="dance") for _ in range(2)]
    assert refused[0].json()["id"] == refused[1].json()["id"]

    def broken(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(use_cases, "start_job", broken)
        assert start(officer, {"Idempotency-Key": "key-00000003"}).status_code == 500
    assert start(officer, {"Idempotency-Key": "key-00000003"}).status_code == 202


def test_a_key_that_is_none_is_refused(as_):
    assert start(as_("officer"), {"Idempotency-Key": "short"}).status_code == 422
