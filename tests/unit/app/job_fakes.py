"""Jobs, backups and the machine answered from memory, as far as use cases ask them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from dafeng.app.jobs.ports import ENDED, Job, JobEvent
from dafeng.app.ports import Progress
from dafeng.app.system.backup_ports import Manifest, Stamp
from dafeng.app.system.health_ports import Check


@dataclass
class MemoryJobs:
    """The part of ``JobStore`` that use cases call; nothing here runs a job."""

    _jobs: dict[str, Job] = field(default_factory=dict)

    def add(self, job: Job) -> None:
        self._jobs[job.id] = job

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def listed(self, created_by: str | None = None, limit: int = 200) -> list[Job]:
        found = [j for j in self._jobs.values() if created_by in (None, j.created_by)]
        return sorted(found, key=lambda j: j.created_at, reverse=True)[:limit]

    def ask_cancel(self, job_id: str, at: datetime) -> Job | None:
        job = self._jobs[job_id]
        if job.state not in ENDED:
            self._jobs[job_id] = replace(job, state="cancelled", ended_at=at, cancel=True)
        return self._jobs[job_id]

    def events(self, job_id: str, after: int = 0) -> list[JobEvent]:
        job = self._jobs[job_id]
        return [JobEvent(1, job_id, job.created_at, {"state": job.state})] if after < 1 else []


@dataclass
class MemoryArchives:
    """``Archives`` that keeps the manifests."""

    made: list[tuple[str, int, Manifest]] = field(default_factory=list)

    def make(self, stamp: Stamp, place: str | None, progress: Progress) -> tuple[str, Manifest]:
        manifest = Manifest(
            format=1, made_at=stamp.made_at, made_by=stamp.made_by, code_version=stamp.code_version,
            programme=stamp.programme, area=stamp.area, records="sqlite", revision="1", rows={"users": 1}, members=(),
            keys=(),
        )  # fmt: skip
        self.made.append((place or f"backups/{len(self.made) + 1}.tar", 1, manifest))
        return self.made[-1][0], manifest

    def listed(self) -> list[tuple[str, int, Manifest]]:
        return list(self.made)


class StillMachine:
    """``Machine`` on which all is well."""

    def examine(self, *, deep: bool = False) -> tuple[Check, ...]:
        return (Check(check="disk", level="ok", what="there is room", what_zh="空间充足"),)
