"""Ports 端口: what the use cases ask of the outside. Adapters answer; tests answer with hand-made fakes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

import polars as pl

from dafeng.plan.ledger import Entry

CURRENT = "current"  # the name of the pointer to the run that is believed now
InputKind = Literal["plans", "registry", "activity", "map", "reports"]


def assessed_of(run_id: str) -> str:
    """The name of the pointer to a run's assessment; where it pointed before stays on record."""
    return f"assessed:{run_id}"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file in a folder of the programme: which, path relative to the programme, bytes, when it was written."""

    kind: InputKind
    path: str
    size: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file as it came 证据: kept for ever under the hash of its bytes."""

    sha256: str
    name: str
    size: int
    kind: str
    received_at: datetime
    received_by: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One plan file read by one version of the reader; repairs is the list as plain values."""

    doc: str
    sha256: str
    reader: str
    read_at: datetime
    summary: dict[str, Any]
    repairs: list[dict[str, Any]]
    source_text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One delivered workbook, taken in under one contract 批次."""

    batch_id: str
    sha256: str
    contract: str
    file: str
    rows: int
    accepted: int
    rejected: int
    facts: int
    problems: list[dict[str, Any]]
    imported_at: datetime
    imported_by: str


@dataclass(frozen=True, slots=True)
class StageRun:
    """What one stage did last: key is the hash of everything it depends on."""

    stage: str
    key: str
    state: Literal["running", "done"]
    summary: dict[str, Any]
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One computation 运算: named by the hash of code, rulebook, inputs and scope."""

    run_id: str
    code_version: str
    rulebook_version: str
    as_of: datetime
    created_at: datetime
    summary: dict[str, Any]


class RecordStore(Protocol):
    """Records: ledger, evidence, batches, registry rows, stages, runs. Entries can only be added."""

    def append_entries(self, entries: Iterable[Entry]) -> int: ...
    def entries(self, doc: str | None = None) -> list[Entry]: ...
    def put_evidence(self, evidence: Evidence) -> None: ...
    def evidence(self, sha256: str) -> Evidence | None: ...
    def received_bytes(self, by: str, since: datetime) -> int: ...
    def put_reading(self, reading: Reading, entries: Iterable[Entry]) -> int: ...
    def readings(self, doc: str | None = None) -> list[Reading]: ...
    def put_batch(self, batch: Batch) -> None: ...
    def batches(self) -> list[Batch]: ...
    def put_registry(self, table: str, rows: pl.DataFrame, batch_id: str, at: datetime) -> None: ...
    def registry(self, table: str, as_of: datetime | None = None) -> pl.DataFrame: ...
    def put_stage(self, stage: StageRun) -> None: ...
    def stages(self) -> dict[str, StageRun]: ...
    def put_run(self, run: RunRecord) -> None: ...
    def runs(self) -> list[RunRecord]: ...
    def point(self, name: str, run_id: str) -> None: ...
    def repoint(self, name: str, before: str | None, run_id: str) -> bool:
        """Move a pointer from where the caller saw it; False, and nothing moved, where it stands elsewhere by now."""
        ...

    def pointed(self, name: str) -> str | None: ...
    def is_current(self) -> bool:
        """Whether the store answers and is of this version."""
        ...

    def revision(self) -> tuple[int, ...]:
        """Grows whenever ledger, batches, registry, readings or pointers do: what was derived before is stale."""
        ...


class ColumnStore(Protocol):
    """Columns: facts by batch, results by run, and the bytes of evidence."""

    def put_bytes(self, sha256: str, data: bytes) -> None: ...
    def get_bytes(self, sha256: str) -> bytes: ...
    def put_facts(self, batch_id: str, facts: pl.DataFrame) -> None: ...
    def facts(self) -> pl.DataFrame: ...
    def put_result(self, run_id: str, name: str, frame: pl.DataFrame) -> None: ...
    def result(self, run_id: str, name: str) -> pl.DataFrame | None: ...


class Files(Protocol):
    """The programme's directory: inboxes to read from, and places to write what a person takes away.

    ``write`` and ``place`` say where a file stands (place: None where it is not there, or not any more).
    """

    def inputs(self, kind: InputKind) -> Sequence[InputFile]: ...
    def read(self, file: InputFile) -> bytes: ...
    def write(self, path: str, data: bytes) -> str: ...
    def place(self, path: str) -> str | None: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
    def today(self) -> date: ...


class Progress(Protocol):
    """Where long work tells how far it is. A face draws it; ``cancelled`` is asked between steps."""

    def stage(self, name: str, total: int) -> None: ...
    def step(self, words: str = "") -> None: ...
    def cancelled(self) -> bool: ...
