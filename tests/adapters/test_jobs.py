"""Long work in the database and its runner: claimed once, told, stopped, taken up again after a crash."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from test_records import url  # noqa: F401 (the fixture: SQLite, and PostgreSQL where one is given)

from dafeng.adapters import job_runner
from dafeng.adapters.identities import SqlIdentities
from dafeng.adapters.jobs import SqlAnswers, SqlJobs
from dafeng.adapters.records import open_records
from dafeng.app.identity.ports import Grant, User
from dafeng.app.jobs.ports import MOST_ATTEMPTS, GivenAnswer, Job
from dafeng.app.jobs.work import KINDS, JobKind, Outside, caller_of, enrol
from dafeng.app.stages import Cancelled
from dafeng.base.errors import BadRequest, StoreError

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
PERSON = {"name": "李工", "roles": ["officer"], "areas": ["990000"], "enterprises": [], "departments": [],
          "everything": False, "id": "", "display": "李工"}  # fmt: skip


def job(number: int, **fields) -> Job:
    base = {"id": f"j{number}", "kind": "run", "parameters": {"year": 2025}, "state": "queued", "created_by": "李工",
            "created_at": NOW + timedelta(seconds=number), "caller": PERSON}  # fmt: skip
    return Job(**(base | fields))


@pytest.fixture
def records(url):  # noqa: F811
    opened = open_records(url)
    yield opened
    opened.close()


@pytest.fixture
def jobs(records):
    return SqlJobs(records.engine)


def test_a_job_comes_back_as_written_and_the_newest_stands_first(jobs):
    jobs.add(job(1))
    jobs.add(job(2, created_by="张"))
    assert jobs.get("j1") == job(1)
    assert jobs.get("j9") is None
    assert [j.id for j in jobs.listed()] == ["j2", "j1"]
    assert [j.id for j in jobs.listed("李工")] == ["j1"]
    assert caller_of(job(1)).areas == frozenset({"990000"})


def test_the_oldest_is_claimed_first_and_each_only_once_by_many_runners(jobs):
    for n in range(12):
        jobs.add(job(n))
    with ThreadPoolExecutor(6) as pool:
        claimed = [j for j in pool.map(lambda n: jobs.claim(f"h:{n}:0", NOW), range(24)) if j is not None]
    rest = []
    while (more := jobs.claim("h:99:0", NOW)) is not None:
        rest.append(more)
    taken = [j.id for j in claimed + rest]
    assert sorted(taken) == sorted(f"j{n}" for n in range(12))
    assert {j.state for j in claimed} == {"running"}
    assert {j.attempts for j in claimed} == {1}


def test_only_the_runner_that_claimed_it_may_change_a_job(jobs):
    jobs.add(job(1))
    jobs.claim("h:1:0", NOW)
    jobs.advance("j1", "h:2:0", NOW, stage="foreign", done=9, total=9, message="")
    assert not jobs.end("j1", "h:2:0", NOW, "done", result={})
    assert jobs.beat("j1", "h:2:0", NOW)  # tells the foreign runner to stop
    assert not jobs.beat("j1", "h:1:0", NOW)
    jobs.advance("j1", "h:1:0", NOW, stage="accounts", done=1, total=3, message="a")
    assert jobs.end("j1", "h:1:0", NOW, "done", result={"stages": 3})
    ended = jobs.get("j1")
    assert (ended.state, ended.stage, ended.done, ended.result) == ("done", "accounts", 1, {"stages": 3})
    assert ended.problem is None
    assert [e.data.get("state") for e in jobs.events("j1")] == ["queued", "running", "running", "done"]
    seqs = [e.seq for e in jobs.events("j1")]
    assert [e.seq for e in jobs.events("j1", after=seqs[1])] == seqs[2:]


def test_what_happened_to_a_job_cannot_be_changed(jobs, records):
    jobs.add(job(1))
    for change in ("UPDATE job_events SET data = '{}'", "DELETE FROM job_events"):
        with pytest.raises(sa.exc.DatabaseError), records.engine.begin() as connection:
            connection.execute(sa.text(change))


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(jobs):
    jobs.add(job(1))
    jobs.add(job(2))
    assert jobs.claim("h:1:0", NOW).id == "j1"
    assert jobs.ask_cancel("j2", NOW).state == "cancelled"
    assert jobs.ask_cancel("j1", NOW).state == "running"
    assert jobs.beat("j1", "h:1:0", NOW)
    assert jobs.claim("h:1:0", NOW) is None
    jobs.end("j1", "h:1:0", NOW, "done", result={})
    assert jobs.ask_cancel("j1", NOW).state == "done"


# the runner


class Work:
    """A kind of work that does what the test says."""

    def __init__(self, *steps):
        self.steps, self.seen, self.entered = list(steps), [], threading.Event()

    def __call__(self, services, caller, progress, parameters, outside):
        self.seen.append((caller.name, parameters))
        self.entered.set()
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step(progress)


@pytest.fixture
def work_as():
    def enrolled(work, **more):
        enrol(JobKind("test.work", "rules.see", "试", "test", frozenset({"year"}), work, **more))
        return work

    yield enrolled
    KINDS.pop("test.work", None)


OUTSIDE = Outside(lambda report: {}, None)


@contextmanager
def opened(writing):
    yield f"writing={writing}"


def worked(jobs, work, stopping=None, opening=opened):
    jobs.add(job(1, kind="test.work"))
    claimed = jobs.claim(job_runner.this_runner(), NOW)
    job_runner.work_on(claimed, jobs, opening, OUTSIDE, stopping or threading.Event())
    return jobs.get("j1")


def test_work_that_ends_leaves_its_result_and_tells_its_steps(jobs, work_as):
    def steps(progress):
        progress.stage("count", 3)
        for n in range(3):
            progress.step(f"step {n}")
        return {"counted": 3}

    done = worked(jobs, work_as(Work(steps)))
    assert (done.state, done.result, done.stage, done.done, done.total) == ("done", {"counted": 3}, "count", 3, 3)
    assert done.runner is None


def test_a_refusal_is_shown_and_a_fault_is_not(jobs, work_as):
    failed = worked(jobs, work_as(Work(BadRequest("no such year", where="year", mend="Choose another."))))
    assert (failed.state, failed.problem["what"]) == ("failed", "no such year")
    jobs.add(job(2, kind="test.work"))
    work_as(Work(ZeroDivisionError("secret path")))
    job_runner.work_on(jobs.claim("h:1:0", NOW), jobs, opened, OUTSIDE, threading.Event())
    assert jobs.get("j2").state == "failed"
    assert "secret" not in str(jobs.get("j2").problem)


def test_work_that_is_cancelled_stops_between_steps(jobs, work_as):
    def steps(progress):
        jobs.ask_cancel("j1", NOW)
        deadline = time.monotonic() + 20
        while not progress.cancelled():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        raise Cancelled("stopped; what was finished stays")

    assert worked(jobs, work_as(Work(steps))).state == "cancelled"


def test_a_server_that_stops_leaves_the_job_to_the_next_one(jobs, work_as):
    stopping = threading.Event()

    def steps(progress):
        stopping.set()
        assert progress.cancelled()
        raise Cancelled("stopped")

    left = worked(jobs, work_as(Work(steps)), stopping)
    assert (left.state, left.attempts, left.runner) == ("queued", 0, None)


def test_work_waits_while_another_process_writes(jobs, work_as, monkeypatch):
    monkeypatch.setattr(job_runner, "_PUT_OFF_S", 0)

    @contextmanager
    def locked(writing):
        raise StoreError("another dafeng is writing to this programme")
        yield

    put_off = worked(jobs, work_as(Work()), opening=locked)
    assert (put_off.state, put_off.attempts) == ("queued", 0)
    assert "another dafeng is writing" in put_off.message


def test_work_that_does_not_write_takes_no_lock(jobs, work_as):
    opened_as = []

    @contextmanager
    def noted(writing):
        opened_as.append(writing)
        yield None

    worked(jobs, work_as(Work(lambda progress: {}), writes=False), opening=noted)
    assert opened_as == [False]


@pytest.fixture
def people(records):
    """An officer's account; ``people.opening`` hands it to the runner."""
    store = SqlIdentities(records.engine)
    store.add(User("u1", "li", "李工", "", False, NOW, "test"), grant("officer", since=NOW))
    services = SimpleNamespace(identities=store, clock=SimpleNamespace(now=lambda: NOW + timedelta(hours=2)))

    @contextmanager
    def opening(writing):
        yield services

    return SimpleNamespace(store=store, opening=opening)


def grant(*roles, since):
    return Grant("u1", roles, ("990000",), (), (), since, None, "test")


def job_of(jobs, people, kind="test.officers"):
    jobs.add(job(1, kind=kind, caller=PERSON | {"id": "u1"}))
    job_runner.work_on(jobs.claim(job_runner.this_runner(), NOW), jobs, people.opening, OUTSIDE, threading.Event())
    return jobs.get("j1")


@pytest.fixture
def officers_work():
    work = Work(lambda progress: {})
    enrol(JobKind("test.officers", "programme.run", "试", "test", frozenset({"year"}), work))
    yield work
    KINDS.pop("test.officers")


def test_a_job_of_a_person_who_still_may_is_done_with_what_he_has_now(jobs, people, officers_work):
    assert job_of(jobs, people).state == "done"
    assert officers_work.seen == [("li", {"year": 2025})]


@pytest.mark.parametrize("taken", ["disabled", "stripped"])
def test_a_job_of_a_person_who_may_not_any_more_fails_with_words(jobs, people, officers_work, taken):
    if taken == "disabled":
        people.store.change(User, {"user_id": "u1"}, {"disabled": True})
    else:
        people.store.add(grant("analyst", since=NOW + timedelta(hours=1)))
    failed = job_of(jobs, people)
    assert (failed.state, officers_work.seen) == ("failed", [])
    assert "may not do this any more" in failed.problem["what"]
    assert failed.problem["mend"]


def test_what_a_dead_runner_left_is_begun_again_and_given_up_in_the_end(jobs):
    jobs.add(job(1))
    dead = f"{job_runner.socket.gethostname()}:4194305:1"  # above the largest process number there is
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert jobs.claim(dead, NOW).attempts == attempt
        assert job_runner.take_back(jobs) == 1
    given_up = jobs.get("j1")
    assert given_up.state == "failed"
    assert "3 times" in given_up.problem["what"]


def test_a_cancelled_job_of_a_dead_runner_is_not_begun_again(jobs):
    jobs.add(job(1))
    jobs.claim(f"{job_runner.socket.gethostname()}:4194305:1", NOW)
    jobs.ask_cancel("j1", NOW)
    job_runner.take_back(jobs)
    assert jobs.get("j1").state == "cancelled"


def test_who_lives_keeps_his_job(jobs):
    here = job_runner.this_runner()
    host, pid, _ = here.rsplit(":", 2)
    assert not job_runner.is_gone(job(1, runner=here), NOW)
    assert job_runner.is_gone(job(1, runner=f"{host}:{pid}:12"), NOW)  # the number was given to another process
    other = job(1, runner="elsewhere:1:1", heartbeat_at=NOW - timedelta(seconds=20))
    assert not job_runner.is_gone(other, NOW)
    assert job_runner.is_gone(replace(other, heartbeat_at=NOW - timedelta(seconds=31)), NOW)


# answers given once


def test_a_name_is_reserved_once_and_its_answer_is_given_again(records):
    answers = SqlAnswers(records.engine)
    assert answers.reserve("n1", "body", NOW) is None
    assert answers.reserve("n1", "body", NOW).status == 0
    answers.keep("n1", GivenAnswer("body", 201, {"location": "/x"}, b"\x00made"))
    assert answers.reserve("n1", "other", NOW) == GivenAnswer("body", 201, {"location": "/x"}, b"\x00made")
    answers.forget("n1")
    assert answers.reserve("n1", "body", NOW) is None


def test_the_answers_of_one_caller_are_counted_and_the_oldest_forgotten(records):
    answers = SqlAnswers(records.engine)
    for n in range(5):
        for own in ("aa", "ab"):
            answers.reserve(f"{own}{n}f", "b", NOW + timedelta(seconds=n))
            answers.keep(f"{own}{n}f", GivenAnswer("b", 200, {}, b"\x00" * n))
    assert (answers.held("aa"), answers.held("ac")) == ((5, 10), (0, 0))
    answers.forget_oldest("aa", 2)
    assert (answers.held("aa"), answers.held("ab")) == ((2, 7), (5, 10))
    later = NOW + timedelta(minutes=1)
    assert answers.reserve("aa4f", "b", later).status == 200
    assert answers.reserve("aa0f", "b", later) is None


def test_answers_are_kept_for_a_day_and_what_a_dead_worker_reserved_for_minutes(records):
    answers = SqlAnswers(records.engine)
    answers.reserve("kept", "b", NOW)
    answers.keep("kept", GivenAnswer("b", 200, {}, b""))
    answers.reserve("dead", "b", NOW)
    later = NOW + timedelta(minutes=6)
    assert answers.reserve("dead", "b", later) is None
    assert answers.reserve("kept", "b", later).status == 200
    assert answers.reserve("kept", "b", NOW + timedelta(hours=25)) is None


def test_of_many_at_once_one_may_work(records):
    answers = SqlAnswers(records.engine)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: answers.reserve("n", "b", NOW), range(8)))
    assert got.count(None) == 1
