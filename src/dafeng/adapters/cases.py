"""The case store on SQLAlchemy Core: a write is one transaction that names the version it was made on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from dafeng.adapters.tables_cases import case_moves, cases
from dafeng.app.case_ports import HEAD_SCHEMA, Case, Moved
from dafeng.base.errors import StaleRecord

_LONGEST = {"title": 400, "owner": 200}  # characters of what is shown, and only shown
_RELOAD = "Load it again; what you typed is still on your screen."


class SqlCases:
    """``CaseStore`` on a SQL database; moves are only ever added (a trigger refuses the rest)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, case: Case, moves: Iterable[Moved]) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(cases.insert(), [_row(case)])
                _add(connection, moves)
        except IntegrityError as error:
            raise StaleRecord(
                "there is such a case already", where=case.case_id, mend="Open the list again."
            ) from error

    def put(self, case: Case, on_version: int, moves: Iterable[Moved] = ()) -> Case:
        written = replace(case, version=on_version + 1)
        values = {k: v for k, v in _row(written).items() if k not in ("case_id", "created_at")}
        of_version = (cases.c.case_id == case.case_id) & (cases.c.version == on_version)
        with self._engine.begin() as connection:
            done = connection.execute(cases.update().where(of_version).values(**values)).rowcount
            if done != 1:
                raise StaleRecord("somebody changed the case meanwhile", where=case.case_id, mend=_RELOAD)
            _add(connection, moves)
        return written

    def case(self, case_id: str) -> Case | None:
        if "\x00" in case_id:  # PostgreSQL takes no NUL, not even in a question
            return None
        found = self._cases(sa.select(cases).where(cases.c.case_id == case_id))
        return found[0] if found else None

    def cases(self, kind: str, subjects: Sequence[str] | None = None) -> list[Case]:
        query = sa.select(cases).where(cases.c.kind == kind).order_by(cases.c.case_id)
        if subjects is not None:
            query = query.where(cases.c.subject_id.in_(subjects))
        return self._cases(query)

    def heads(self, kind: str | None = None) -> pl.DataFrame:
        query = sa.select(*(cases.c[name] for name in HEAD_SCHEMA)).order_by(cases.c.case_id)
        if kind is not None:
            query = query.where(cases.c.kind == kind)
        with self._engine.connect() as connection:
            rows = [tuple(map(_aware, row)) for row in connection.execute(query)]
        return pl.DataFrame(rows, schema=HEAD_SCHEMA, orient="row")

    def moves(self, case_id: str) -> list[Moved]:
        return self._moves(sa.select(case_moves).where(case_moves.c.case_id == case_id))

    def moves_of(self, kind: str) -> list[Moved]:
        of_kind = sa.select(cases.c.case_id).where(cases.c.kind == kind)
        return self._moves(sa.select(case_moves).where(case_moves.c.case_id.in_(of_kind)))

    def revision(self) -> tuple[int, ...]:
        """Every write adds to the versions, also one without a move."""
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(cases.c.version), 0))
        with self._engine.connect() as connection:
            return tuple(int(n) for n in connection.execute(query).one())

    def _cases(self, query: sa.Select[Any]) -> list[Case]:
        with self._engine.connect() as connection:
            return [Case(**_read(row)) for row in connection.execute(query).mappings()]

    def _moves(self, query: sa.Select[Any]) -> list[Moved]:
        with self._engine.connect() as connection:
            rows = [_read(row) for row in connection.execute(query.order_by(case_moves.c.seq)).mappings()]
        return [Moved(**(row | {"evidence": tuple(row["evidence"])})) for row in rows]


def _add(connection: Connection, moves: Iterable[Moved]) -> None:
    rows = [{k: v for k, v in _row(m).items() if k != "seq"} | {"evidence": list(m.evidence)} for m in moves]
    if rows:
        connection.execute(case_moves.insert(), rows)


def _row(record: Case | Moved) -> dict[str, Any]:
    """Field → value as stored: moments in UTC without their zone, texts without NUL and as long as their column."""
    return {name: _plain(name, value) for name, value in asdict(record).items()}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, str):
        return value.replace("\x00", "")[: _LONGEST.get(name)]
    return value


def _read(row: Any) -> dict[str, Any]:
    return {k: _aware(v) for k, v in dict(row).items()}


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
