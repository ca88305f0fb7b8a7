"""Routes of long work 作业: start, list, one, cancel, and its events as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from litestar import Request, Response, get, post
from litestar.params import HeaderParameter, JSONBody, Parameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from dafeng.api.given import Caller, OptionalSession, Services
from dafeng.app.identity.sessions import Session, still_there
from dafeng.app.jobs import work as use_cases
from dafeng.app.jobs.ports import ENDED, Job, JobEvent, JobState
from dafeng.base.errors import BadRequest, NotAllowed, NotFound

_LOOK_S, _ALIVE_S = 0.5, 15.0
_DEEPEST = 8  # parameters are names and numbers; nothing of ours is nested
JobId = Annotated[str, Parameter(description="Id of the job.", max_length=40)]


class TooDeep(BadRequest):
    """A document nested deeper than anything we know of. Faces answer 400."""

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "too-deep"


class JobProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job failed."""

    what: str
    where: str = ""
    mend: str = ""


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it is shown: done of total steps of the stage."""

    id: str
    kind: str
    zh: str
    en: str
    parameters: dict[str, Any]
    state: JobState
    stage: str
    done: int
    total: int
    message: str
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    elapsed_s: float | None
    attempts: int
    cancelling: bool
    result: dict[str, Any] | None
    problem: JobProblem | None


class JobStart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which work to start, with what."""

    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    parameters: dict[str, Any] = {}


def _view(services: Services, job: Job) -> JobView:
    kind = use_cases.kinds().get(job.kind)
    problem = None if job.problem is None else JobProblem(**job.problem)
    return JobView(
        **{
            name: getattr(job, name)
            for name in JobView.__struct_fields__
            if name not in ("zh", "en", "problem", "elapsed_s", "cancelling")
        },
        zh=kind.zh if kind else job.kind,
        en=kind.en if kind else job.kind,
        problem=problem,
        elapsed_s=use_cases.elapsed_s(job, services.clock.now()),
        cancelling=job.cancel and job.state == "running",
    )


@post("/jobs", operation_id="job_start", tags=["jobs"], summary="启动作业", status_code=202, sync_to_thread=True)
def job_start(services: Services, caller: Caller, data: JSONBody[JobStart]) -> Response[JobView]:
    """Queue long work: run, report, import, backup. Follow it under Location."""
    _check_depth(data.parameters)
    job = use_cases.start_job(services, caller, data.kind, data.parameters)
    return Response(_view(services, job), status_code=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


@get("/jobs", operation_id="jobs", tags=["jobs"], summary="作业列表", sync_to_thread=True)
def jobs(services: Services, caller: Caller, limit: Annotated[int, Parameter(ge=1, le=500)] = 100) -> list[JobView]:
    """The caller's jobs, newest first; the system administrator sees everybody's."""
    return [_view(services, job) for job in use_cases.jobs_of(services, caller, limit)]


@get("/jobs/{id:str}", operation_id="job", tags=["jobs"], summary="一项作业", sync_to_thread=True)
def job(services: Services, caller: Caller, id: JobId) -> JobView:
    """One job: how far it is, what came of it."""
    return _view(services, use_cases.job_of(services, caller, id))


@post(
    "/jobs/{id:str}/cancel",
    operation_id="job_cancel",
    tags=["jobs"],
    summary="取消作业",
    status_code=202,
    sync_to_thread=True,
)
def job_cancel(services: Services, caller: Caller, id: JobId) -> JobView:
    """Ask a job to stop; it does so after its current step, and what was finished stays."""
    return _view(services, use_cases.cancel_job(services, caller, id))


@get(
    "/jobs/{id:str}/events",
    operation_id="job_events",
    tags=["jobs"],
    summary="作业进度（服务器推送）",
    media_type="text/event-stream",
)
async def job_events(
    services: Services,
    caller: Caller,
    session: OptionalSession,
    request: Request[Any, Any, Any],
    id: JobId,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", pattern="^[0-9]{1,18}$")] = None,
) -> ServerSentEvent:
    """Server-sent events of a job: ``progress`` with state, stage, done, total, message; ends with job or session."""
    after = int(last_event_id or 0)
    found = await asyncio.to_thread(use_cases.job_of, services, caller, id)
    if session is None:
        raise NotAllowed("events need a session or a key", where=id, mend="Sign in first.")
    request.scope["dafeng_stay"].lasts()  # type: ignore[typeddict-item]
    return ServerSentEvent(_told(services, session, found.id, after), retry_duration=2000)


async def _told(services: Services, session: Session, job_id: str, after: int) -> AsyncIterator[ServerSentEventMessage]:
    silent = 0.0
    while True:
        events, over = await asyncio.to_thread(_look, services, session, job_id, after)
        for event in events:
            after, silent = event.seq, 0.0
            text = msgspec.json.encode(event.data | {"at": event.at}).decode()
            yield ServerSentEventMessage(data=text, event="progress", id=str(event.seq))
            if event.data.get("state") in ENDED:
                return
        if over:
            return
        await asyncio.sleep(_LOOK_S)
        silent += _LOOK_S
        if silent >= _ALIVE_S:  # a comment keeps proxies from closing a silent stream
            silent = 0.0
            yield ServerSentEventMessage(comment="alive")


def _look(services: Services, session: Session, job_id: str, after: int) -> tuple[list[JobEvent], bool]:
    """What is new, and whether nothing more will come: the job has ended, or who asks may not see it any more."""
    caller = still_there(services, session)
    if caller is None:
        return [], True
    try:
        events = use_cases.job_events(services, caller, job_id, after)
        over = not events and use_cases.job_of(services, caller, job_id).state in ENDED
    except (NotAllowed, NotFound):
        return [], True
    return events, over


def _check_depth(parameters: dict[str, Any]) -> None:
    """Raise TooDeep where lists and objects lie deeper in each other than any parameter of ours."""
    level: list[Any] = [parameters]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise TooDeep(
        "the parameters are nested too deeply",
        where="parameters",
        mend="Write each parameter as a word, a number or a short list.",
        zh="作业参数的嵌套层数过多",
        mend_zh="每个参数只写文字、数字或简单列表。",
    )


handlers = [job_start, jobs, job, job_cancel, job_events]
