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
from dafeng.app.identity.sessions import sees_at_least
from dafeng.app.jobs.ports import ENDED, Job, JobEvent, JobStore
from dafeng.app.permission import may, reaches, require, use_case
from dafeng.app.ports import Progress
from dafeng.app.running import Render
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, StoreError

MOST_WAITING = 100  # of one person
_PARAMETERS_BYTES = 20_000
_MOST_LOOKED = 5000  # of its owner's jobs a key is shown those in its sight


@dataclass(frozen=True, slots=True)
class Outside:
    """What a kind of work may need that use cases have not: how reports become files, the programme's directory."""

    render: Render
    folder: Path


Check = Callable[[Services, dict[str, Any]], None]
Work = Callable[[Services, Caller, Progress, dict[str, Any], Outside], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work: the use case it needs, its names, and the function that does it.

    parameters names what may be given; ``check`` raises BadRequest or NotFound where it is not what the work takes.
    Unless it ``writes``, the programme's lock is not taken.
    """

    name: str
    use_case: str
    zh: str
    en: str
    parameters: frozenset[str]
    work: Work
    writes: bool = True
    check: Check | None = None


KINDS: dict[str, JobKind] = {}
KIND_MODULES = ("dafeng.app.jobs.kinds", "dafeng.app.system.backup")  # where kinds enrol


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


@use_case("job.start", act="job.start")
def start_job(services: Services, caller: Caller, kind: str, parameters: dict[str, Any]) -> Job:
    """Queue long work for the caller. Raises BadRequest on an unknown kind or parameter and on one that is not what the
    kind takes, NotAllowed as its use case."""
    known = kinds().get(kind)
    if known is None:
        raise BadRequest(
            f"there is no work called {kind[:40]!r}",
            where="kind",
            mend=f"One of: {', '.join(KINDS)}.",
            zh=f"没有名为“{kind[:40]}”的作业",
            mend_zh=f"可启动的作业：{'、'.join(f'{k.name}（{k.zh}）' for k in KINDS.values())}。",
        )
    require(caller, known.use_case)
    _check(known, parameters)
    if known.check is not None:
        known.check(services, parameters)
    store = _store(services)
    if sum(1 for job in store.listed(caller.name) if job.state not in ENDED) >= MOST_WAITING:
        raise TooMany(
            "too much work is waiting",
            where=caller.name,
            mend="Wait until some has ended, or cancel some.",
            zh=f"您已有{MOST_WAITING}项作业在排队或进行中",
            mend_zh="请等部分作业结束，或取消不需要的作业。",
        )
    now = services.clock.now()
    job = Job(uuid.uuid4().hex, kind, parameters, "queued", caller.name, now, caller=_plain(caller))
    store.add(job)
    return job


def _check(kind: JobKind, parameters: dict[str, Any]) -> None:
    unknown = parameters.keys() - kind.parameters
    if unknown:
        known = sorted(kind.parameters)
        raise BadRequest(
            f"unknown parameter {min(unknown)[:60]!r}",
            where="parameters",
            mend=f"Known: {', '.join(known) or 'none'}.",
            zh=f"作业“{kind.zh}”没有参数“{min(unknown)[:60]}”",
            mend_zh=f"可用参数：{'、'.join(known)}。" if known else "该作业不需要参数。",
        )
    if len(repr(parameters)) > _PARAMETERS_BYTES:
        raise BadRequest(
            "the parameters are too long",
            where="parameters",
            mend="Name files, do not send them.",
            zh="作业参数过长",
            mend_zh="参数中请填文件名，不要填文件内容。",
        )


@use_case("job.see")
def jobs_of(services: Services, caller: Caller, limit: int = 200) -> list[Job]:
    """The caller's jobs, newest first; everybody's for who reaches all; to a key those in its sight."""
    if "all" in reaches(caller, "job.see"):
        return _store(services).listed(None, limit)
    if not _is_key(caller):
        return _store(services).listed(caller.name, limit)
    return [job for job in _store(services).listed(caller.name, _MOST_LOOKED) if _is_own(caller, job)][:limit]


@use_case("job.see")
def job_of(services: Services, caller: Caller, job_id: str) -> Job:
    """One job. Raises NotFound where there is none in the caller's reach."""
    return _reached(services, caller, job_id, "job.see")


@use_case("job.see")
def job_events(services: Services, caller: Caller, job_id: str, after: int = 0) -> list[JobEvent]:
    """What happened to a job after an event, oldest first."""
    _reached(services, caller, job_id, "job.see")
    return _store(services).events(job_id, after)


@use_case("job.cancel", act="job.cancel")
def cancel_job(services: Services, caller: Caller, job_id: str) -> Job:
    """Ask a job to stop: at once where it waits, after its step where it runs; one that ended stays as it is."""
    job = _reached(services, caller, job_id, "job.cancel")
    return _store(services).ask_cancel(job.id, services.clock.now()) or job


def _reached(services: Services, caller: Caller, job_id: str, case: str) -> Job:
    job = _store(services).get(job_id)
    if job is None or not ("all" in reaches(caller, case) or _is_own(caller, job)):
        raise NotFound(
            f"there is no job {job_id[:60]}",
            where="jobs",
            mend="See the list of jobs.",
            zh="没有这项作业，或者它不是您启动的",
            mend_zh="请从作业列表中选择。",
        )
    return job


def _is_own(caller: Caller, job: Job) -> bool:
    """Whether the caller began it. A key: it itself, or its owner when he saw no more than the key does."""
    if job.created_by != caller.name or not _is_key(caller):
        return job.created_by == caller.name
    begun_by = caller_of(job) if job.caller else None
    return begun_by is not None and (begun_by.id == caller.id or sees_at_least(caller, begun_by))


def _is_key(caller: Caller) -> bool:
    return caller.id.startswith("key:")


def _store(services: Services) -> JobStore:
    if services.jobs is None:
        raise StoreError(
            "this programme keeps no jobs",
            mend="Open it with a record store.",
            zh="本方案未启用作业队列",
            mend_zh="请由管理员启用记录库后再试。",
        )
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
        raise NotAllowed(
            what,
            where=kind.use_case,
            mend="Have somebody start it who may.",
            zh=f"“{given.display or given.name}”已无权执行“{kind.zh}”：账号、密钥或角色在启动之后已失效",
            mend_zh="请由有权限的人员重新启动。",
        )
    return now


def elapsed_s(job: Job, now: datetime) -> float | None:
    """Seconds since the job was begun, until it ended."""
    return None if job.started_at is None else ((job.ended_at or now) - job.started_at).total_seconds()
