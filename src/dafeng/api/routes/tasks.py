"""Routes of tasks 任务: the page, entries with evidence, dispatches, reminders. The list is the table ``tasks``."""

from __future__ import annotations

from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.params import JSONBody, Parameter

from dafeng.api.files import Upload, file_answer, if_match_version
from dafeng.api.given import Caller, IfMatch, Services
from dafeng.app.evidences import MOST_BYTES
from dafeng.app.tasks import dispatching
from dafeng.app.tasks import progress as tasking
from dafeng.app.tasks import reminders as told
from dafeng.app.tasks.dispatching import DispatchCard, DispatchMove, DispatchOrder
from dafeng.app.tasks.progress import Attached, ProgressEntry, TaskPage
from dafeng.app.tasks.reminders import ReminderLine, TaskTerms

TaskId = Annotated[str, Parameter(description="Id of the task; its # is written %23.", max_length=300)]
CaseId = Annotated[str, Parameter(description="Id of the dispatch.", max_length=80)]
Sha = Annotated[str, Parameter(description="SHA-256 of the file.", pattern="^[0-9a-f]{64}$")]


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which dispatch is acknowledged."""

    dispatch_id: Annotated[str, msgspec.Meta(max_length=80)]


@get("/tasks/reminders", operation_id="task_reminders", tags=["tasks"], sync_to_thread=True)
def task_reminders(services: Services, caller: Caller) -> list[ReminderLine]:
    """Tasks whose term nears or has passed and that were not told of it yet."""
    return told.due_reminders(services, caller)


@post("/tasks/reminders", operation_id="task_remind", tags=["tasks"], status_code=200, sync_to_thread=True)
def task_remind(services: Services, caller: Caller) -> list[ReminderLine]:
    """Write today's reminders into the trails of their tasks."""
    return told.write_reminders(services, caller)


@get("/tasks/terms", operation_id="task_terms", tags=["tasks"], sync_to_thread=True)
def task_terms(services: Services, caller: Caller) -> TaskTerms:
    """When the year's work is assessed next."""
    return told.task_terms(services, caller)


@get("/tasks/{id:str}", operation_id="task_page", tags=["tasks"], sync_to_thread=True)
def task_page(services: Services, caller: Caller, id: TaskId) -> TaskPage:
    """A task with its passage, entries, dispatches and trail."""
    return tasking.task_page(services, caller, id)


@post("/tasks/{id:str}/progress", operation_id="task_progress", tags=["tasks"], status_code=200, sync_to_thread=True)
def task_progress(
    services: Services, caller: Caller, id: TaskId, data: JSONBody[ProgressEntry], if_match: IfMatch
) -> TaskPage:
    """Enter how far a task is."""
    return tasking.add_progress(services, caller, id, data, if_match_version(if_match))


@post(
    "/tasks/{id:str}/evidence",
    operation_id="task_attach",
    tags=["tasks"],
    request_max_body_size=MOST_BYTES + 64 * 1024,
)
async def task_attach(services: Services, caller: Caller, id: TaskId, data: Upload) -> Attached:
    """Attach a file; entries and answers name it by its hash."""
    given = await data.file.read(MOST_BYTES + 1)
    return await run_sync(tasking.attach, services, caller, id, given, data.file.filename)


@get("/tasks/{id:str}/evidence/{sha256:str}", operation_id="task_evidence", tags=["tasks"], sync_to_thread=True)
def task_evidence(services: Services, caller: Caller, id: TaskId, sha256: Sha) -> Response[bytes]:
    """A file that was attached."""
    return file_answer(tasking.task_evidence(services, caller, id, sha256))


@post("/tasks/{id:str}/dispatch", operation_id="task_dispatch", tags=["tasks"], sync_to_thread=True)
def task_dispatch(services: Services, caller: Caller, id: TaskId, data: JSONBody[DispatchOrder]) -> DispatchCard:
    """Send the task to a department or a county with a term and words."""
    return dispatching.dispatch(services, caller, id, data)


@post(
    "/tasks/{id:str}/acknowledge", operation_id="task_acknowledge", tags=["tasks"], status_code=200, sync_to_thread=True
)
def task_acknowledge(
    services: Services, caller: Caller, id: TaskId, data: JSONBody[Acknowledged], if_match: IfMatch
) -> DispatchCard:
    """Acknowledge a dispatch of the task; If-Match is the dispatch's version."""
    move = DispatchMove(move="acknowledge")
    return dispatching.move_dispatch(services, caller, data.dispatch_id, move, if_match_version(if_match), id)


@get("/dispatches/{id:str}", operation_id="dispatch_card", tags=["tasks"], sync_to_thread=True)
def dispatch_card(services: Services, caller: Caller, id: CaseId) -> DispatchCard:
    """A dispatch as it stands."""
    return dispatching.dispatch_card(services, caller, id)


@post("/dispatches/{id:str}/moves", operation_id="dispatch_move", tags=["tasks"], status_code=200, sync_to_thread=True)
def dispatch_move(
    services: Services, caller: Caller, id: CaseId, data: JSONBody[DispatchMove], if_match: IfMatch
) -> DispatchCard:
    """Acknowledge, answer, close, return or withdraw a dispatch."""
    return dispatching.move_dispatch(services, caller, id, data, if_match_version(if_match))


handlers = [
    task_reminders,
    task_remind,
    task_terms,
    task_page,
    task_progress,
    task_attach,
    task_evidence,
    task_dispatch,
    task_acknowledge,
    dispatch_card,
    dispatch_move,
]
