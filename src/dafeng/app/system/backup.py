"""Use cases of backups 备份: make one while the server runs, as a job too, and list them.

A backup holds everything: records, columns, evidence, settings, inboxes, reports, and the key files of the programme
(without them second factors would have to be enrolled anew). It is as secret as the programme's directory itself.
Restoring is for the command line.
"""

from __future__ import annotations

from typing import Any

import msgspec

from dafeng.app.identity.audit import audited
from dafeng.app.jobs.ports import Job
from dafeng.app.jobs.work import JobKind, Outside, enrol, start_job
from dafeng.app.permission import use_case
from dafeng.app.ports import Progress
from dafeng.app.services import Services, Silent
from dafeng.app.system.backup_ports import Archives, Manifest, Stamp
from dafeng.base.callers import Caller
from dafeng.base.errors import StoreError


class BackupCard(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that stands in the programme's backups/."""

    name: str
    size: int
    made_at: str
    made_by: str
    code_version: str
    files: int
    rows: int


@audited("backup.make", "place")
@use_case("backup.make")
def make_backup(
    services: Services, caller: Caller, place: str | None = None, progress: Progress | None = None
) -> tuple[str, Manifest]:
    """Write a backup and verify it; nobody has to stop working. Gives its place and what it holds."""
    settings = services.settings
    stamp = Stamp(services.clock.now().isoformat(), caller.name, services.code_version, settings.name, settings.area)
    return _archives(services).make(stamp, place, progress or Silent())


@use_case("backup.make", writes=False)
def backups(services: Services, caller: Caller) -> list[BackupCard]:
    """The backups in the programme's backups/, newest first."""
    cards = [
        BackupCard(
            name=name,
            size=size,
            made_at=m.made_at,
            made_by=m.made_by,
            code_version=m.code_version,
            files=len(m.members),
            rows=sum(m.rows.values()),
        )
        for name, size, m in _archives(services).listed()
    ]
    return sorted(cards, key=lambda c: c.made_at, reverse=True)


@use_case("backup.make", writes=False)
def start_backup(services: Services, caller: Caller) -> Job:
    """Queue a backup as a job."""
    return start_job(services, caller, "backup", {})


def _archives(services: Services) -> Archives:
    if services.archives is None:
        raise StoreError("this programme keeps no backups", mend="Open it from its directory.")
    return services.archives


def _work(
    services: Services, caller: Caller, progress: Progress, parameters: dict[str, Any], outside: Outside
) -> dict[str, Any]:
    place, manifest = make_backup(services, caller, None, progress)
    return {
        "name": place.rsplit("/", 1)[-1],
        "files": len(manifest.members),
        "rows": sum(manifest.rows.values()),
        "skipped": list(manifest.skipped),
    }


enrol(JobKind("backup", "backup.make", "备份", "make a backup", frozenset(), _work, writes=False))
