"""What every use case is handed: the programme's settings, stores, files and clock."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.app.ports import Clock, ColumnStore, Files, RecordStore
from dafeng.app.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The outside, as ports; made in ``wiring``."""

    settings: Settings
    records: RecordStore
    columns: ColumnStore
    files: Files
    clock: Clock
    code_version: str


class Silent:
    """``Progress`` that tells nobody."""

    def stage(self, name: str, total: int) -> None:
        """Nothing to show."""

    def step(self, words: str = "") -> None:
        """Nothing to show."""

    def cancelled(self) -> bool:
        return False
