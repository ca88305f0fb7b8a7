"""Use case: the state of the system 系统状态, for who keeps it running; it tells nothing of what the data say."""

from __future__ import annotations

import msgspec

from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.app.system.health_ports import Check
from dafeng.base.callers import Caller
from dafeng.base.errors import StoreError
from dafeng.rules.rulebook import packaged_rulebook


class SystemState(msgspec.Struct, frozen=True, kw_only=True):
    """Findings with their worst level, the versions, and how much there is of what."""

    level: str
    findings: tuple[Check, ...]
    code_version: str
    rulebook_version: str
    checked_at: str
    counts: dict[str, int]


@use_case("system.see")
def system_state(services: Services, caller: Caller) -> SystemState:
    """Every quick check of the installation, and counts of what it holds."""
    if services.machine is None:
        raise StoreError("this programme has no machine to look at", mend="Open it from its directory.")
    findings = services.machine.examine()
    entries, readings, _, *registry, batches = services.records.revision()
    return SystemState(
        level=worst_level(findings),
        findings=findings,
        code_version=services.code_version,
        rulebook_version=packaged_rulebook().version[:12],
        checked_at=services.clock.now().isoformat(),
        counts={"ledger": entries, "readings": readings, "registry": sum(registry), "batches": batches},
    )


def worst_level(findings: tuple[Check, ...]) -> str:
    """fail where one fails, else warn where one warns, else ok."""
    levels = {f.level for f in findings}
    return next((level for level in ("fail", "warn") if level in levels), "ok")
