"""What was published stays as it was 发布版本: a programme read with the run and evaluation that were let out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from dafeng.app.memory import Memory
from dafeng.app.ports import CURRENT, RecordStore, assessed_of
from dafeng.app.services import Services

_MOST = 256  # values kept of one publication


class _Pinned:
    """The record store with some pointers held where they stood; everything else is asked of the store itself."""

    def __init__(self, records: RecordStore, held: Mapping[str, str]) -> None:
        self._records, self._held = records, held

    def pointed(self, name: str) -> str | None:
        return self._held.get(name) or self._records.pointed(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


def pinned(services: Services, run_id: str, made: str) -> Services:
    """The services as they read with this run and this evaluation as the current ones; for reading only.

    Values made of them are kept apart from those of the current run.
    """
    memory = services.memory.get(("pinned", made), run_id, lambda: Memory(_MOST))
    held = {CURRENT: run_id, assessed_of(run_id): made}
    return replace(services, records=cast("RecordStore", _Pinned(services.records, held)), memory=memory)
