"""Stages of a run 运行阶段: each is named by the hash of what it depends on; what did not change is not done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from dafeng.app.ports import StageRun
from dafeng.app.services import Services
from dafeng.base.errors import DafengError
from dafeng.base.provenance import content_id

Outcome = Literal["done", "unchanged", "skipped"]


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage did: done, unchanged (nothing to do), or skipped (what it needs is not there), with a summary."""

    stage: str
    outcome: Outcome
    summary: dict[str, Any]


class Cancelled(DafengError):
    """The person asked to stop; what was finished stays."""

    exit_code = 130


def key_of(*parts: object) -> str:
    """The name of a stage's inputs."""
    return content_id("K", *(str(p) for p in parts))


def run_stage(
    services: Services,
    stage: str,
    key: str,
    work: Callable[[], dict[str, Any]],
    *,
    force: bool = False,
    kept: bool = True,
) -> StageResult:
    """Do the work unless it was done for the same key and its results are kept. Interrupted, it is done again."""
    last = services.records.stages().get(stage)
    if last is not None and last.key == key and last.state == "done" and kept and not force:
        return StageResult(stage, "unchanged", last.summary)
    begun = services.clock.now()
    services.records.put_stage(StageRun(stage, key, "running", {}, begun, None))
    summary = work()
    services.records.put_stage(StageRun(stage, key, "done", summary, begun, services.clock.now()))
    return StageResult(stage, "done", summary)
