"""The runner of long work 作业进程: takes one job at a time, tells how far it is, and can be stopped between steps."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dafeng.app.jobs.ports import MOST_ATTEMPTS, SILENT_S, Job, JobStore
from dafeng.app.jobs.work import Outside, caller_now, kinds
from dafeng.app.ports import Progress
from dafeng.app.services import Services
from dafeng.app.stages import Cancelled
from dafeng.base.errors import DafengError, StoreError

log = logging.getLogger("dafeng.jobs")
Opening = Callable[[bool], AbstractContextManager[Services]]  # whether to hold the programme's lock
_POLL_S, _BEAT_S, _LOOK_S, _TELL_S, _PUT_OFF_S = 0.5, 1.0, 10.0, 0.2, 2.0
_AGAIN = "begun again after an interruption 中断后重新开始"
_WAITS = "waits for the store 等待其他进程写完"


class _PutOff(Exception):
    """The programme cannot be written now: another dafeng holds its lock, or the database is away."""


def _now() -> datetime:
    return datetime.now(UTC)


def started(pid: int) -> str:
    """When a process of this machine began, in the kernel's ticks; empty where there is none (or no /proc)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def this_runner() -> str:
    """The name of this process: machine, process, start."""
    return f"{socket.gethostname()}:{os.getpid()}:{started(os.getpid())}"


def is_gone(job: Job, now: datetime) -> bool:
    """Whether the runner of a running job has died: its process on this machine, its heartbeat on another."""
    host, pid, start = (job.runner or "::").rsplit(":", 2)
    if host == socket.gethostname() and pid.isdecimal():
        return started(int(pid)) != start
    return job.heartbeat_at is None or (now - job.heartbeat_at).total_seconds() > SILENT_S


def take_back(jobs: JobStore) -> int:
    """Queue again what dead runners left; give up what was begun too often. How many were found."""
    left = [job for job in jobs.running() if is_gone(job, _now())]
    for job in left:
        if job.cancel:
            jobs.end(job.id, job.runner or "", _now(), "cancelled", message="the runner ended 作业进程已结束")
        elif job.attempts >= MOST_ATTEMPTS:
            problem = {
                "what": f"it was begun {job.attempts} times and its process died each time",
                "where": job.kind,
                "mend": "Look into the log of the server; then start it again.",
            }
            jobs.end(job.id, job.runner or "", _now(), "failed", problem=problem)
        else:
            jobs.requeue(
                job.id, job.runner or "", _now(), "begun again after an interruption 中断后重新开始", count=True
            )
    return len(left)


class StoredProgress:
    """``Progress`` into the job store, at most five times a second; asks whether to stop from a beating thread."""

    def __init__(self, jobs: JobStore, job: Job, runner: str, stopping: threading.Event) -> None:
        self._jobs, self._job, self._runner, self._stopping = jobs, job, runner, stopping
        self._cancel, self._ended = threading.Event(), threading.Event()
        self._told = 0.0
        self._stage, self._done, self._total = "", 0, 0
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> StoredProgress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def stage(self, name: str, total: int) -> None:
        self._stage, self._done, self._total = name, 0, total
        self._tell("", at_once=True)

    def step(self, words: str = "") -> None:
        self._done += 1
        self._tell(words, at_once=self._done >= self._total)

    def cancelled(self) -> bool:
        return self._cancel.is_set() or self._stopping.is_set()

    def _tell(self, words: str, *, at_once: bool) -> None:
        if at_once or time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            told = {"stage": self._stage[:200], "done": self._done, "total": self._total, "message": words[:500]}
            self._jobs.advance(self._job.id, self._runner, _now(), **told)

    def _beat(self) -> None:
        while not self._ended.wait(_BEAT_S):
            try:
                if self._jobs.beat(self._job.id, self._runner, _now()):
                    self._cancel.set()
            except Exception:  # the database is away for a moment; the next beat tries again
                log.warning("a heartbeat of job %s failed", self._job.id, exc_info=True)


def work_on(job: Job, jobs: JobStore, open_services: Opening, outside: Outside, stopping: threading.Event) -> None:
    """Do a claimed job to its end, whatever the end is."""
    runner = job.runner or ""
    with StoredProgress(jobs, job, runner, stopping) as progress:
        try:
            result = _worked(job, open_services, outside, progress)
        except Cancelled as error:
            if stopping.is_set():
                jobs.requeue(job.id, runner, _now(), "the server was stopped 服务停止,启动后继续", count=False)
            else:
                jobs.end(job.id, runner, _now(), "cancelled", message=error.what)
        except _PutOff as error:
            jobs.requeue(job.id, runner, _now(), f"{_WAITS}: {error}", count=False)
            stopping.wait(_PUT_OFF_S)
        except DafengError as error:
            jobs.end(job.id, runner, _now(), "failed", problem=_problem(error))
        except Exception:
            log.exception("job %s (%s) failed", job.id, job.kind)
            what = {"what": "something went wrong inside dafeng", "where": job.kind, "mend": f"Quote job {job.id}."}
            jobs.end(job.id, runner, _now(), "failed", problem=what)
        else:
            jobs.end(job.id, runner, _now(), "done", result=result, message="")


def _worked(job: Job, open_services: Opening, outside: Outside, progress: Progress) -> dict[str, Any]:
    kind = kinds()[job.kind]
    with ExitStack() as stack:
        try:
            services = stack.enter_context(open_services(kind.writes))
        except StoreError as error:
            raise _PutOff(error.what) from error
        return kind.work(services, caller_now(services, job, kind), progress, job.parameters, outside)


def _problem(error: DafengError) -> dict[str, Any]:
    return {"what": error.what, "where": error.where, "mend": error.mend}


def run_forever(jobs: JobStore, open_services: Opening, outside: Outside, stopping: threading.Event) -> None:
    """Take jobs until told to stop; look now and then for what dead runners left."""
    looked = 0.0
    while not stopping.is_set():
        if time.monotonic() - looked > _LOOK_S or not looked:
            take_back(jobs)
            looked = time.monotonic()
        job = jobs.claim(this_runner(), _now())
        if job is None:
            stopping.wait(_POLL_S)
        else:
            work_on(job, jobs, open_services, outside, stopping)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: the current step ends, then the runner."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
