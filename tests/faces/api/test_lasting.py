"""What lasts and what is large: event streams end with the session and have places; bodies are bounded by route."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import TestClient

from dafeng.adapters.identities import SqlIdentities
from dafeng.api.app import create_app
from dafeng.api.limits import BodyLimits, Streams, TooManyStreams
from dafeng.app.identity.ports import ApiKey, Grant, Handover, SessionRow, User
from dafeng.app.identity.sessions import sha256
from dafeng.app.jobs.ports import Job
from dafeng.app.system.serving import ServeOptions
from dafeng.base.callers import PUBLIC, Caller

_PIECE = 16 * 1024
SOON_S = 8.0  # two seconds are remembered, half a second is looked, and this machine has other work


@pytest.fixture
def follower(services):
    """Somebody with a session, a key and a job that never begins; gives the name that all of them bear."""
    name, now = f"f{time.monotonic_ns()}", datetime.now(UTC)
    later = now + timedelta(hours=1)
    services.identities.add(
        User(f"u-{name}", name, name, "", False, now, "test"),
        Grant(f"u-{name}", ("officer",), ("990100",), (), (), now - timedelta(days=1), None, "test"),
        SessionRow(sha256(f"token-{name}"), f"u-{name}", f"csrf-{name}", now, now, later, full=True),
        ApiKey(f"k-{name}"[:40], f"u-{name}", sha256(f"dfk_{name}"), "月报", ("officer",), (), (), (), now, later),
    )
    begun_by = {"name": name, "roles": ["officer"], "areas": ["990100"], "id": f"u-{name}"}
    services.jobs.add(Job(f"job-{name}", "report", {}, "queued", name, now, caller=begun_by))
    return name


@pytest.fixture
def portal(services):
    """A portal where two streams of one account, and four in all, may be open."""
    options = ServeOptions(rate=0, sign_in_rate=0, streams_each=2, streams=4)
    with TestClient(create_app(services, options=options), raise_server_exceptions=False) as client:
        yield client


def follow(client, name, *, key=False):
    """The answer of a stream, when it has ended, and after how long."""
    sent = {"Authorization": f"Bearer dfk_{name}"} if key else {"Cookie": f"dafeng_session=token-{name}"}
    begun = time.monotonic()
    answer = client.get(f"/api/v1/jobs/job-{name}/events", headers=sent)
    return answer.status_code, time.monotonic() - begun


def signed_out(store, name):
    store.change(SessionRow, {"user_id": f"u-{name}"}, {"revoked": True})


def idle_too_long(store, name):
    store.change(SessionRow, {"user_id": f"u-{name}"}, {"last_seen": datetime.now(UTC) - timedelta(days=1)})


def disabled(store, name):
    store.change(User, {"user_id": f"u-{name}"}, {"disabled": True})


def role_taken(store, name):
    store.add(Grant(f"u-{name}", (), (), (), (), datetime.now(UTC), None, "test"))


def reset(store, name):
    store.add(Handover(f"u-{name}", datetime.now(UTC), "sys", "password", "password"))


def forgotten(store, name):
    store.remove(SessionRow, user_id=f"u-{name}")


ENDS = [signed_out, idle_too_long, disabled, role_taken, reset, forgotten]


@pytest.mark.parametrize("ended", ENDS, ids=lambda f: f.__name__)
def test_a_stream_ends_with_the_right_to_it(portal, services, follower, ended):
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(follow, portal, follower)
        assert not wait([going], 1.5).done  # it goes on while nothing has changed
        ended(services.identities, follower)
        status, _ = going.result(SOON_S)
    assert status == 200


def test_a_stream_of_a_key_ends_with_the_key(portal, services, follower):
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(follow, portal, follower, key=True)
        assert not wait([going], 1.5).done
        services.identities.change(ApiKey, {"user_id": f"u-{follower}"}, {"revoked": True})
        assert going.result(SOON_S)[0] == 200


def test_a_stream_ends_soon_where_another_worker_has_ended_the_session(portal, services, follower):
    """That worker's store counts its own changes: ours finds out when what it remembers is two seconds old."""
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(follow, portal, follower)
        assert not wait([going], 1.0).done
        signed_out(SqlIdentities(services.records.engine), follower)
        assert going.result(SOON_S)[0] == 200


def test_following_is_no_use_of_the_session(portal, services, follower):
    """Who only follows a job is idle: the time of last use does not move."""
    old = datetime.now(UTC) - timedelta(minutes=5)
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(follow, portal, follower)
        wait([going], 1.0)
        services.identities.change(SessionRow, {"user_id": f"u-{follower}"}, {"last_seen": old})
        wait([going], 3.0)
        assert services.identities.one(SessionRow, user_id=f"u-{follower}").last_seen == old
        signed_out(services.identities, follower)
        going.result(SOON_S)


def test_one_account_has_so_many_streams_and_gets_its_places_back(portal, services, follower):
    with ThreadPoolExecutor(3) as pool:
        three = [pool.submit(follow, portal, follower) for _ in range(3)]
        refused = wait(three, SOON_S, return_when="FIRST_COMPLETED").done
        assert [f.result()[0] for f in refused] == [429]
        signed_out(services.identities, follower)
        assert sorted(f.result(SOON_S)[0] for f in three) == [200, 200, 429]
    services.identities.change(SessionRow, {"user_id": f"u-{follower}"}, {"revoked": False})
    with ThreadPoolExecutor(1) as pool:
        again = pool.submit(follow, portal, follower)
        assert not wait([again], 1.5).done
        signed_out(services.identities, follower)
        assert again.result(SOON_S)[0] == 200


def test_the_refusal_says_what_to_do(portal, services, follower):
    portal.app.asgi_handler._streams.enter(f"u-{follower}")
    portal.app.asgi_handler._streams.enter(f"u-{follower}")
    answer = portal.get(f"/api/v1/jobs/job-{follower}/events", headers={"Cookie": f"dafeng_session=token-{follower}"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "10"
    assert "实时进度过多" in answer.json()["what_zh"]


def test_places_are_bounded_in_all():
    places = Streams(each=2, most=3)
    for name in ("a", "a", "b"):
        places.enter(name)
    for name in ("a", "b", "c"):
        with pytest.raises(TooManyStreams):
            places.enter(name)
    places.leave("a")
    places.enter("c")


def test_an_address_that_only_looks_like_a_stream_has_its_time(services):
    """The route says that its answer lasts; an unknown one that ends in /events does not stay for ever."""
    held = threading.Event()
    slow = replace(services, jobs=Slow(services.jobs, held))
    with TestClient(create_app(slow, options=ServeOptions(rate=0, time_s=0.5)), raise_server_exceptions=False) as made:
        made.cookies.set("dafeng_session", "token-officer")
        answer = made.get("/api/v1/jobs/nothing/events")
        held.set()
    assert answer.status_code == 503  # no stream had begun: the time of every request holds


class Slow:
    """A job store that does not answer."""

    def __init__(self, store, held):
        self._store, self._held = store, held

    def job(self, *_):
        self._held.wait(5)

    def __getattr__(self, name):
        return self.job if name in ("get", "job", "one") else getattr(self._store, name)


# bodies


def test_who_has_not_signed_in_sends_little(client):
    for path in ("/api/v1/session", "/api/v1/jobs", "/api/v1/plans", "/api/v1/nothing"):
        answer = client.post(path, content=b" " * 70_000, headers={"content-type": "application/json"})
        assert answer.status_code == 413, path
        assert "64 KB" in answer.json()["what_zh"]


@pytest.mark.parametrize("key", ["", "key-large-1"], ids=["plain", "with a key"])
@pytest.mark.parametrize(("login", "most"), [("", 64 * 1024), ("officer", 1024 * 1024)], ids=["nobody", "officer"])
def test_no_more_is_read_than_the_route_takes(app, login, most, key):
    """Without a length said beforehand too, and also where an answer is to be given once."""
    read, told = [], []
    lines = {"host": "testserver.local", "content-type": "application/json", "idempotency-key": key}
    if login:
        lines |= {"cookie": f"dafeng_session=token-{login}", "x-csrf-token": f"csrf-{login}"}
    headers = [(name.encode(), value.encode()) for name, value in lines.items() if value]
    path = "/api/v1/jobs"
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": headers, "client": ("10.0.0.9", 1), "server": ("testserver.local", 80), "scheme": "http",
             "http_version": "1.1", "root_path": "", "extensions": {}}  # fmt: skip

    async def receive():
        read.append(_PIECE)
        return {"type": "http.request", "body": b"x" * _PIECE, "more_body": len(read) < 200}

    async def send(message):
        told.append(message)

    asyncio.run(app(scope, receive, send))
    assert told[0]["status"] == 413
    assert sum(read) <= most + _PIECE


def test_a_route_for_files_takes_more_but_only_of_who_may_do_something(app):
    limits = BodyLimits(app, 1024 * 1024, 64 * 1024)
    officer, nobody_yet = Caller("li", frozenset({"officer"})), Caller("li", frozenset({"signed_in"}))
    large = limits.of("POST", "/api/v1/plans", officer)
    assert large > 1024 * 1024
    assert limits.of("POST", "/api/v1/jobs", officer) == 1024 * 1024
    assert limits.of("POST", "/api/v1/findings/F-1/evidence", officer) > 1024 * 1024
    assert limits.of("GET", "/api/v1/plans", officer) == 1024 * 1024
    for nobody in (PUBLIC, nobody_yet):
        assert limits.of("POST", "/api/v1/plans", nobody) == 64 * 1024


# forms of other sites, and deep documents


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/session/code"])
def test_a_sign_in_is_json_and_nothing_that_a_form_can_send(client, path, kind):
    sent = b'{"login": "li", "password": "x", "code": "1"}'
    answer = client.post(path, content=sent, headers={"content-type": kind} if kind else {})
    assert answer.status_code == 415
    assert answer.json()["where"] == "Content-Type"


def test_a_sign_in_may_say_its_charset(client):
    sent = b'{"login": "nobody", "password": "x"}'
    answer = client.post("/api/v1/session", content=sent, headers={"content-type": "Application/JSON; charset=utf-8"})
    assert answer.status_code == 401


@pytest.mark.parametrize("depth", [9, 60, 900, 20_000])
@pytest.mark.parametrize("outer", ["list", "object"])
def test_parameters_of_a_job_are_not_nested_deeply(as_, depth, outer):
    inner = "[" * depth + "]" * depth if outer == "list" else '{"a":' * depth + "1" + "}" * depth
    sent = f'{{"kind": "report", "parameters": {{"year": {inner}}}}}'.encode()
    answer = as_("officer").post("/api/v1/jobs", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "nested" in answer.json()["what"]
