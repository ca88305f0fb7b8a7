"""Use cases of long work 作业: start, see, cancel; and what a runner does with one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from dafeng.app.identity.sessions import caller_of_id as session_caller
from dafeng.app.jobs_ports import ENDED, Job, JobEvent, JobStore
from dafeng.app.permission import may, reaches, require, use_case
from dafeng.app.ports import Progress
from dafeng.app.running import Render
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, StoreError

MOST_WAITING = 100  # of one person
_PARAMETERS_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Outside:
    """What a kind of work may need that use cases have not: how reports become files, the programme's directory."""

    render: Render
    folder: Path


Work = Callable[[Services, Caller, Progress, dict[str, Any], Outside], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work: the use case it needs, its names, and the function that does it.

    parameters names what may be given. Unless it ``writes``, the programme's lock is not taken.
    """

    name: str
    use_case: str
    zh: str
    en: str
    parameters: frozenset[str]
    work: Work
    writes: bool = True


KINDS: dict[str, JobKind] = {}
KIND_MODULES = ("dafeng.app.job_kinds", "dafeng.app.backup")  # where kinds enrol


def enrol(kind: JobKind) -> None:
    """Make a kind known."""
    KINDS[kind.name] = kind


def kinds() -> dict[str, JobKind]:
    """All kinds of long work."""
    for module in KIND_MODULES:
        import_module(module)
    return KINDS


class TooMany(BadRequest):
    """More than may wait; asks the caller to come back."""

    status = 429


@use_case("job.start")
def start_job(services: Services, caller: Caller, kind: str, parameters: dict[str, Any]) -> Job:
    """Queue long work for the caller. Raises BadRequest on an unknown kind or parameter, NotAllowed as its use case."""
    known = kinds().get(kind)
    if known is None:
        raise BadRequest(f"there is no work called {kind[:40]!r}", where="kind", mend=f"One of: {', '.join(KINDS)}.")
    require(caller, known.use_case)
    _check(known, parameters)
    store = _store(services)
    if sum(1 for job in store.listed(caller.name) if job.state not in ENDED) >= MOST_WAITING:
        raise TooMany("too much work is waiting", where=caller.name, mend="Wait until some has ended, or cancel some.")
    now = services.clock.now()
    job = Job(uuid.uuid4().hex, kind, parameters, "queued", caller.name, now, caller=_plain(caller))
    store.add(job)
    return job


def _check(kind: JobKind, parameters: dict[str, Any]) -> None:
    unknown = parameters.keys() - kind.parameters
    if unknown:
        mend = f"Known: {', '.join(sorted(kind.parameters)) or 'none'}."
        raise BadRequest(f"unknown parameter {min(unknown)[:60]!r}", where="parameters", mend=mend)
    if len(repr(parameters)) > _PARAMETERS_BYTES:
        raise BadRequest("the parameters are too long", where="parameters", mend="Name files, do not send them.")


@use_case("job.see")
def jobs_of(services: Services, caller: Caller, limit: int = 200) -> list[Job]:
    """The caller's jobs, newest first; everybody's for who reaches all."""
    mine = None if "all" in reaches(caller, "job.see") else caller.name
    return _store(services).listed(mine, limit)


@use_case("job.see")
def job_of(services: Services, caller: Caller, job_id: str) -> Job:
    """One job. Raises NotFound where there is none in the caller's reach."""
    return _reached(services, caller, job_id, "job.see")


@use_case("job.see")
def job_events(services: Services, caller: Caller, job_id: str, after: int = 0) -> list[JobEvent]:
    """What happened to a job after an event, oldest first."""
    _reached(services, caller, job_id, "job.see")
    return _store(services).events(job_id, after)


@use_case("job.cancel")
def cancel_job(services: Services, caller: Caller, job_id: str) -> Job:
    """Ask a job to stop: at once where it waits, after its step where it runs; one that ended stays as it is."""
    job = _reached(services, caller, job_id, "job.cancel")
    return _store(services).ask_cancel(job.id, services.clock.now()) or job


def _reached(services: Services, caller: Caller, job_id: str, case: str) -> Job:
    job = _store(services).get(job_id)
    if job is None or not ("all" in reaches(caller, case) or job.created_by == caller.name):
        raise NotFound(f"there is no job {job_id[:60]}", where="jobs", mend="See the list of jobs.")
    return job


def _store(services: Services) -> JobStore:
    if services.jobs is None:
        raise StoreError("this programme keeps no jobs", mend="Open it with a record store.")
    return services.jobs


def _plain(caller: Caller) -> dict[str, Any]:
    return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in asdict(caller).items()}


def caller_of(job: Job) -> Caller:
    """Whom a job works for, as he was when he started it."""
    given: dict[str, Any] = {k: frozenset(v) if isinstance(v, list) else v for k, v in job.caller.items()}
    return Caller(**given)


def caller_now(services: Services, job: Job, kind: JobKind) -> Caller:
    """Whom a job works for, as he is now: what was taken from him since he started it is not his any more.

    A caller without an account (who sits at the machine) is as he was. Raises NotAllowed where he may not any more.
    """
    given = caller_of(job)
    if not given.id:
        return given
    now = session_caller(services, given.id)
    if now is None or not may(now, kind.use_case):
        what = f"{given.display or given.name} may not do this any more: the account, key or role has ended since"
        raise NotAllowed(what, where=kind.use_case, mend="Have somebody start it who may.")
    return now


def elapsed_s(job: Job, now: datetime) -> float | None:
    """Seconds since the job was begun, until it ended."""
    return None if job.started_at is None else ((job.ended_at or now) - job.started_at).total_seconds()
