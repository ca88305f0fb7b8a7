"""Routes of long work 作业: start, list, one, cancel, and its events as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import HeaderParameter, JSONBody, Parameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from dafeng.api.given import Caller, Services
from dafeng.app import jobs as use_cases
from dafeng.app.jobs_ports import ENDED, Job, JobState

_LOOK_S, _ALIVE_S = 0.5, 15.0
JobId = Annotated[str, Parameter(description="Id of the job.", max_length=40)]


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
    summary="作业进度(服务器推送)",
    media_type="text/event-stream",
)
async def job_events(
    services: Services,
    caller: Caller,
    id: JobId,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", pattern="^[0-9]{1,18}$")] = None,
) -> ServerSentEvent:
    """Server-sent events of a job: ``progress`` with state, stage, done, total, message; ends with the job."""
    after = int(last_event_id or 0)
    found = await asyncio.to_thread(use_cases.job_of, services, caller, id)
    return ServerSentEvent(_told(services, caller, found.id, after), retry_duration=2000)


async def _told(services: Services, caller: Caller, job_id: str, after: int) -> AsyncIterator[ServerSentEventMessage]:
    silent = 0.0
    while True:
        events = await asyncio.to_thread(use_cases.job_events, services, caller, job_id, after)
        for event in events:
            after, silent = event.seq, 0.0
            text = msgspec.json.encode(event.data | {"at": event.at}).decode()
            yield ServerSentEventMessage(data=text, event="progress", id=str(event.seq))
            if event.data.get("state") in ENDED:
                return
        if not events and await _is_over(services, caller, job_id):
            return
        await asyncio.sleep(_LOOK_S)
        silent += _LOOK_S
        if silent >= _ALIVE_S:  # a comment keeps proxies from closing a silent stream
            silent = 0.0
            yield ServerSentEventMessage(comment="alive")


async def _is_over(services: Services, caller: Caller, job_id: str) -> bool:
    found = await asyncio.to_thread(use_cases.job_of, services, caller, job_id)
    return found.state in ENDED


handlers = [job_start, jobs, job, job_cancel, job_events]
