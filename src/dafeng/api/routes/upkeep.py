"""Routes of the system administrator 系统维护: backups and the state of the installation."""

from __future__ import annotations

from litestar import get, post

from dafeng.api.given import Caller, Services
from dafeng.app.pages.taken import Begun
from dafeng.app.system import backup, health
from dafeng.app.system.backup import BackupCard
from dafeng.app.system.health import SystemState


@get("/backups", operation_id="backups", tags=["system"], summary="备份列表", sync_to_thread=True)
def backups(services: Services, caller: Caller) -> list[BackupCard]:
    """The backups that stand in the programme's backups/, newest first."""
    return backup.backups(services, caller)


@post("/backups", operation_id="backup_start", tags=["system"], summary="备份", status_code=202, sync_to_thread=True)
def backup_start(services: Services, caller: Caller) -> Begun:
    """Make a backup as a job; nobody has to stop working."""
    return Begun(job_id=backup.start_backup(services, caller).id)


@get("/system/state", operation_id="system_state", tags=["system"], summary="系统状态", sync_to_thread=True)
def system_state(services: Services, caller: Caller) -> SystemState:
    """Every quick check of the installation, each with what, where and how to mend."""
    return health.system_state(services, caller)


handlers = [backups, backup_start, system_state]
