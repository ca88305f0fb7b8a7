"""Ports answered from memory: stores that keep what they are given, no files but those put there, a day that stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import polars as pl

from dafeng.app.ports import Batch, Evidence, InputFile, InputKind, Reading, RunRecord, StageRun
from dafeng.collect.facts import FACT_SCHEMA
from dafeng.plan.ledger import Entry
from dafeng.registry.areas import AREA
from dafeng.registry.enterprises import ENTERPRISE, SITE

NOW = datetime(2025, 3, 1, 2, tzinfo=UTC)
_DATED = {"since": pl.Date, "until": pl.Date}
_TABLES = {
    "areas": ("area_code", AREA.schema | _DATED),
    "enterprises": ("enterprise_id", ENTERPRISE.schema),
    "sites": ("site_id", SITE.schema),
}


@dataclass
class MemoryRecords:
    """``RecordStore`` in lists; registry rows stand as the latest of their key and ``since``."""

    _entries: list[Entry] = field(default_factory=list)
    _evidence: dict[str, Evidence] = field(default_factory=dict)
    _readings: list[Reading] = field(default_factory=list)
    _batches: list[Batch] = field(default_factory=list)
    _registry: dict[str, list[tuple[datetime, pl.DataFrame]]] = field(default_factory=dict)
    _stages: dict[str, StageRun] = field(default_factory=dict)
    _runs: dict[str, RunRecord] = field(default_factory=dict)
    _pointers: dict[str, str] = field(default_factory=dict)
    _moves: int = 0

    def append_entries(self, entries: Iterable[Entry]) -> int:
        new = list(entries)
        self._entries += new
        return len(new)

    def entries(self, doc: str | None = None) -> list[Entry]:
        return [e for e in self._entries if doc is None or e.doc == doc]

    def put_evidence(self, evidence: Evidence) -> None:
        self._evidence.setdefault(evidence.sha256, evidence)

    def evidence(self, sha256: str) -> Evidence | None:
        return self._evidence.get(sha256)

    def received_bytes(self, by: str, since: datetime) -> int:
        return sum(e.size for e in self._evidence.values() if e.received_by == by and e.received_at >= since)

    def put_reading(self, reading: Reading, entries: Iterable[Entry]) -> int:
        self._readings.append(reading)
        return self.append_entries(entries)

    def readings(self, doc: str | None = None) -> list[Reading]:
        return [r for r in self._readings if doc is None or r.doc == doc]

    def put_batch(self, batch: Batch) -> None:
        self._batches.append(batch)

    def batches(self) -> list[Batch]:
        return list(self._batches)

    def put_registry(self, table: str, rows: pl.DataFrame, batch_id: str, at: datetime) -> None:
        stamped = rows.with_columns(pl.lit(batch_id).alias("batch_id"))
        self._registry.setdefault(table, []).append((at, stamped))

    def registry(self, table: str, as_of: datetime | None = None) -> pl.DataFrame:
        key, schema = _TABLES[table]
        schema = schema | {"batch_id": pl.String}
        known = [rows for at, rows in self._registry.get(table, []) if as_of is None or at <= as_of]
        rows = pl.concat([pl.DataFrame(schema=schema), *(r.select(list(schema)) for r in known)])
        return rows.unique([key, "since"], keep="last", maintain_order=True).sort(key, "since")

    def put_stage(self, stage: StageRun) -> None:
        self._stages[stage.stage] = stage

    def stages(self) -> dict[str, StageRun]:
        return dict(self._stages)

    def put_run(self, run: RunRecord) -> None:
        self._runs.setdefault(run.run_id, run)

    def runs(self) -> list[RunRecord]:
        return list(self._runs.values())

    def point(self, name: str, run_id: str) -> None:
        self._moves += self._pointers.get(name) != run_id
        self._pointers[name] = run_id

    def repoint(self, name: str, before: str | None, run_id: str) -> bool:
        if self._pointers.get(name) != before:
            return False
        self.point(name, run_id)
        return True

    def pointed(self, name: str) -> str | None:
        return self._pointers.get(name)

    def is_current(self) -> bool:
        return True

    def revision(self) -> tuple[int, ...]:
        held = (self._entries, self._readings, self._batches, *self._registry.values())
        return (*(len(h) for h in held), self._moves)


@dataclass
class MemoryColumns:
    """``ColumnStore`` in dictionaries."""

    _bytes: dict[str, bytes] = field(default_factory=dict)
    _facts: dict[str, pl.DataFrame] = field(default_factory=dict)
    _results: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)

    def put_bytes(self, sha256: str, data: bytes) -> None:
        self._bytes[sha256] = data

    def get_bytes(self, sha256: str) -> bytes:
        return self._bytes[sha256]

    def put_facts(self, batch_id: str, facts: pl.DataFrame) -> None:
        assert batch_id not in self._facts
        self._facts[batch_id] = facts

    def facts(self) -> pl.DataFrame:
        return pl.concat([pl.DataFrame(schema=FACT_SCHEMA), *self._facts.values()])

    def put_result(self, run_id: str, name: str, frame: pl.DataFrame) -> None:
        self._results[run_id, name] = frame

    def result(self, run_id: str, name: str) -> pl.DataFrame | None:
        return self._results.get((run_id, name))


@dataclass
class MemoryFiles:
    """``Files`` in a dictionary: path → bytes."""

    held: dict[str, bytes] = field(default_factory=dict)

    def inputs(self, kind: InputKind) -> Sequence[InputFile]:
        return [InputFile(kind, p, len(d)) for p, d in sorted(self.held.items()) if p.startswith(f"{kind}/")]

    def read(self, file: InputFile) -> bytes:
        return self.held[file.path]

    def write(self, path: str, data: bytes) -> str:
        self.held[path] = data
        return path

    def place(self, path: str) -> str | None:
        return path if path in self.held else None


@dataclass
class StandingClock:
    """``Clock`` that goes on by a second whenever it is asked, on one day."""

    moment: datetime = NOW

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    def today(self) -> date:
        return self.moment.date()
