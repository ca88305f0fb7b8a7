"""Ports of long work 作业 and of answers given once 幂等; what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: frozenset[str] = frozenset({"done", "failed", "cancelled"})
MOST_ATTEMPTS = 3
SILENT_S = 30  # a runner on another machine that is silent for so long is taken for dead


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work. done of total are steps of the stage; ``caller`` is whom it works for, as plain values.

    runner names the process that works on it (machine, process, start); attempts counts how often it was begun.
    """

    id: str
    kind: str
    parameters: dict[str, Any]
    state: JobState
    created_by: str
    created_at: datetime
    caller: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    runner: str | None = None
    heartbeat_at: datetime | None = None
    attempts: int = 0
    cancel: bool = False


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One change of a job, numbered in order over all jobs."""

    seq: int
    job_id: str
    at: datetime
    data: dict[str, Any]


class JobStore(Protocol):
    """Jobs and their events. Only the runner that claimed a job may change it; events can only be added."""

    def add(self, job: Job) -> None: ...
    def get(self, job_id: str) -> Job | None: ...
    def listed(self, created_by: str | None = None, limit: int = 200) -> list[Job]: ...
    def claim(self, runner: str, at: datetime) -> Job | None: ...
    def beat(self, job_id: str, runner: str, at: datetime) -> bool: ...
    def advance(self, job_id: str, runner: str, at: datetime, **progress: Any) -> None: ...
    def end(self, job_id: str, runner: str, at: datetime, state: JobState, **outcome: Any) -> bool: ...
    def requeue(self, job_id: str, runner: str, at: datetime, message: str, *, count: bool) -> bool: ...
    def ask_cancel(self, job_id: str, at: datetime) -> Job | None: ...
    def running(self) -> list[Job]: ...
    def events(self, job_id: str, after: int = 0) -> list[JobEvent]: ...


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered to a request with an Idempotency-Key; status 0 while it is being worked on."""

    body_sha256: str
    status: int
    headers: dict[str, str]
    body: bytes


class AnswerStore(Protocol):
    """Answers under (caller, key, request), kept for a day; names of one caller begin alike."""

    def reserve(self, name: str, body_sha256: str, at: datetime) -> GivenAnswer | None: ...
    def keep(self, name: str, answer: GivenAnswer) -> None: ...
    def forget(self, name: str) -> None: ...
    def held(self, beginning: str) -> tuple[int, int]: ...
    def forget_oldest(self, beginning: str, keeping: int) -> None: ...
