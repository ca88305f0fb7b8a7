"""What is stopped at the door stands in the trail; an answer is given again only to whom it may still be given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from litestar.testing import TestClient

from dafeng.adapters.tables_identity import audit
from dafeng.adapters.tables_jobs import answers
from dafeng.api.app import create_app
from dafeng.app.identity import keys
from dafeng.app.identity.lines import FIRST
from dafeng.app.identity.ports import Grant, SessionRow, TrailQuery, User
from dafeng.app.identity.sessions import caller_of_id, caller_of_session, sha256
from dafeng.app.jobs.work import jobs_of
from dafeng.app.memory import Memory
from dafeng.app.system.serving import ServeOptions

JOB = {"kind": "report", "parameters": {}}


def lines(services, **asked):
    return services.identities.trail(TrailQuery(**asked))


def grant(services, login, *roles, **scope):
    held = {"areas": (), "enterprises": (), "departments": ()} | scope
    since = datetime.now(UTC) - timedelta(seconds=1)
    services.identities.add(Grant(f"u-{login}", roles, since=since, until=None, granted_by="test", **held))


@pytest.fixture
def somebody(client, services):
    """A new officer, signed in: his login, and the client with his cookie."""
    login, now = f"p{uuid4().hex[:8]}", datetime.now(UTC)
    row = SessionRow(sha256(f"token-{login}"), f"u-{login}", f"csrf-{login}", now, now, now + timedelta(hours=1), True)
    services.identities.add(User(f"u-{login}", login, login, "", False, now, "test"), row)
    grant(services, login, "officer", areas=("990100",))
    client.cookies.set("dafeng_session", f"token-{login}")
    client.headers["X-CSRF-Token"] = f"csrf-{login}"
    yield login, client
    for job in jobs_of(services, caller_of_session(services, f"token-{login}").caller) if services.jobs else ():
        services.jobs.ask_cancel(job.id, now)


def test_an_answer_is_not_given_again_after_the_right_was_taken(somebody, services):
    login, client = somebody
    headers = {"Idempotency-Key": str(uuid4())}
    first = client.post("/api/v1/jobs", json=JOB, headers=headers)
    assert client.post("/api/v1/jobs", json=JOB, headers=headers).json() == first.json()
    grant(services, login, "analyst", areas=("990100",))
    again = client.post("/api/v1/jobs", json=JOB, headers=headers)
    assert again.status_code == 403
    assert first.json()["id"] not in again.text
    assert "权限已变更" in again.json()["what_zh"]
    assert [(e.act, e.outcome) for e in lines(services, who=login, act="door.replay")] == [("door.replay", "refused")]
    assert len(lines(services, who=login, act="job.start")) == 1  # nor was it done again
    grant(services, login, "officer", areas=("990100",))


def test_an_answer_is_not_given_again_after_the_scope_was_moved(somebody, services):
    login, client = somebody
    headers = {"Idempotency-Key": str(uuid4())}
    first = client.post("/api/v1/jobs", json=JOB, headers=headers)
    grant(services, login, "officer", areas=("990102",))
    again = client.post("/api/v1/jobs", json=JOB, headers=headers)
    assert again.status_code == 403
    assert first.json()["id"] not in again.text
    grant(services, login, "officer", "analyst", areas=("990100",))
    assert client.post("/api/v1/jobs", json=JOB, headers=headers).json() == first.json()  # who has more, has this too


def test_a_refusal_is_asked_anew_once_the_right_was_given(somebody, services):
    login, client = somebody
    grant(services, login, "analyst")
    headers = {"Idempotency-Key": str(uuid4())}
    assert client.post("/api/v1/jobs", json=JOB, headers=headers).status_code == 403
    grant(services, login, "officer", areas=("990100",))
    assert client.post("/api/v1/jobs", json=JOB, headers=headers).status_code == 202


def test_a_key_and_its_owner_do_not_share_an_answer(somebody, services):
    login, client = somebody
    owner = caller_of_session(services, f"token-{login}").caller
    made = keys.create_key(services, owner, "x", days=1, areas=["990101"])
    headers = {"Idempotency-Key": str(uuid4())}
    first = client.post("/api/v1/jobs", json=JOB, headers=headers)
    bearer = headers | {"Authorization": f"Bearer {made.key}"}
    again = client.post("/api/v1/jobs", json=JOB, headers=bearer)
    assert again.status_code == 403  # the key is cut to a county: it writes no report of the whole programme
    assert first.json()["id"] not in again.text
    assert client.get("/api/v1/jobs", headers=bearer).json() == []
    assert client.get("/api/v1/me/keys", headers=bearer).status_code == 403
    assert caller_of_id(services, f"key:{made.shown.key_id}").narrow


def test_of_strangers_no_answer_is_kept(client, services):
    with services.records.engine.connect() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(answers)).scalar_one()
    client.post("/api/v1/jobs", json=JOB, headers={"Idempotency-Key": str(uuid4())})
    with services.records.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(answers)).scalar_one() == before


def test_no_header_of_an_answer_tells_what_was_kept_beside_it(somebody):
    _, client = somebody
    headers = {"Idempotency-Key": str(uuid4())}
    answers = [client.post("/api/v1/jobs", json=JOB, headers=headers) for _ in range(2)]
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert not any("sight" in a.headers for a in answers)


def test_a_wrong_token_and_another_site_stand_in_the_trail(somebody, services):
    login, client = somebody
    assert client.post("/api/v1/jobs", json=JOB, headers={"X-CSRF-Token": "wrong"}).status_code == 403
    assert client.post("/api/v1/jobs", json=JOB, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    found = {e.act: e for e in lines(services, who=login) if e.act.startswith("door.")}
    assert (found["door.csrf"].outcome, found["door.csrf"].subject) == ("refused", "/api/v1/jobs")
    assert found["door.csrf"].ip
    assert "wrong" not in found["door.csrf"].detail["why"].replace("missing or wrong", "")
    assert lines(services, act="door.origin")[0].outcome == "refused"


def test_a_key_that_is_none_stands_in_the_trail_without_itself(services):
    secret = "dfk_0123456789ab_" + "s" * 43
    own = replace(services, memory=Memory())  # what other tests were refused is not counted together with this
    with TestClient(create_app(own, options=ServeOptions(rate=0, sign_in_rate=0))) as stranger:
        assert stranger.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    line = next(e for e in lines(services, act="door.key") if e.subject == "0123456789ab")
    assert (line.who, line.subject, line.outcome) == ("public", "0123456789ab", "refused")
    assert "sss" not in repr(line)


def test_a_flood_of_refused_questions_is_a_few_lines(services):
    own = replace(services, memory=Memory())
    with services.records.engine.connect() as connection:
        count = sa.select(sa.func.count()).select_from(audit)
        before = connection.execute(count).scalar_one()
        with TestClient(create_app(own, options=ServeOptions(rate=0, sign_in_rate=0))) as stranger:
            for _ in range(200):
                assert stranger.get("/api/v1/jobs").status_code == 401
        assert connection.execute(count).scalar_one() - before <= FIRST + 1


def test_a_granted_reading_writes_nothing(as_, services):
    officer = as_("officer")
    before = lines(services)[0].seq
    for path in ("/api/v1/overview", "/api/v1/tables/enterprises", "/api/v1/jobs", "/api/v1/inbox", "/api/v1/plans"):
        assert officer.get(path).status_code == 200
    assert lines(services)[0].seq == before


def test_the_auditor_reads_in_words_by_groups(as_, services):
    as_("officer").get("/api/v1/audit")  # refused
    auditor = as_("auditor")
    words = {a["act"]: a for a in auditor.get("/api/v1/audit/acts").json()}
    assert words["door.csrf"]["zh"] == "页面令牌不符"
    page = auditor.get("/api/v1/audit", params={"group": "audit", "outcome": "refused"}).json()
    assert {e["act"] for e in page["entries"]} <= {"audit.see", "audit.export"}
    assert "officer" in {e["who"] for e in page["entries"]}
    assert auditor.get("/api/v1/audit", params={"group": "none"}).status_code == 422
    text = auditor.get("/api/v1/audit/export", params={"group": "audit", "outcome": "refused"}).text
    assert "officer" in text
    assert "session.begin" not in text
    assert as_("officer").get("/api/v1/audit/acts").status_code == 403
