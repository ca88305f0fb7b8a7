"""Port of cases 事项: what moves, where it stands, and every move it made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import polars as pl

HEAD_SCHEMA = pl.Schema(
    {
        "case_id": pl.String(),
        "kind": pl.String(),
        "form": pl.String(),
        "subject_kind": pl.String(),
        "subject_id": pl.String(),
        "title": pl.String(),
        "period": pl.String(),
        "state": pl.String(),
        "owner": pl.String(),
        "term": pl.Date(),
        "created_at": pl.Datetime("us", "UTC"),
        "changed_at": pl.Datetime("us", "UTC"),
        "changed_by": pl.String(),
        "version": pl.Int64(),
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case 事项. form: the table of a filing, else empty; owner: who opened it, or to whom it was sent.

    term is the day until which the next move is due; version grows with every write; data is the kind's own.
    """

    case_id: str
    kind: str
    subject_kind: str
    subject_id: str
    title: str
    period: str
    state: str
    owner: str
    term: date | None
    created_at: datetime
    changed_at: datetime
    changed_by: str
    form: str = ""
    version: int = 1
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """One move that was made: who, when, why, from where to where, with what. Never changed."""

    case_id: str
    at: datetime
    who: str
    role: str
    move: str
    from_state: str
    to_state: str
    reason: str = ""
    evidence: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    seq: int | None = None


class CaseStore(Protocol):
    """Cases with their moves. A write names the version it was made on; another one meanwhile is StaleRecord."""

    def open(self, case: Case, moves: Iterable[Moved]) -> None:
        """Add a case. Raises StaleRecord where its id is taken."""
        ...

    def put(self, case: Case, on_version: int, moves: Iterable[Moved] = ()) -> Case:
        """Write the case as it stands now with the moves that made it so; its version becomes on_version + 1."""
        ...

    def case(self, case_id: str) -> Case | None: ...
    def cases(self, kind: str, subjects: Sequence[str] | None = None) -> list[Case]: ...
    def heads(self, kind: str | None = None) -> pl.DataFrame:
        """All cases without their data, by HEAD_SCHEMA, in order of their ids."""
        ...

    def moves(self, case_id: str) -> list[Moved]: ...
    def moves_of(self, kind: str) -> list[Moved]:
        """All moves of a kind of case, oldest first."""
        ...

    def revision(self) -> tuple[int, ...]:
        """Changes whenever a case does."""
        ...
