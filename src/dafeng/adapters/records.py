"""The record store on SQLAlchemy Core: SQLite in the programme's directory, or PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import polars as pl
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from dafeng.adapters import tables
from dafeng.app.ports import Batch, Evidence, Reading, RunRecord, StageRun
from dafeng.base.errors import BadRequest, StoreError
from dafeng.plan.ledger import Entry

_ENTRY_FIELDS = ("at", "who", "action", "kind", "record_id", "doc", "why", "source", "before", "after")

_POOL = {"pool_size": 8, "max_overflow": 24}  # as many as a worker has threads; those beyond the first are closed again


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _aware(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for k, v in row.items()}


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return {k: _naive(v) if isinstance(v, datetime) else v for k, v in values.items()}


def open_records(url: str) -> SqlRecords:
    """Open the store and bring it to this version's tables. Raises StoreError where it cannot be reached."""
    engine = open_engine(url)
    where = engine.url.render_as_string(hide_password=True)
    try:
        with engine.begin() as connection:
            _migrate(connection)
    except DatabaseError as error:
        raise StoreError(
            f"the record store cannot be opened: {error.orig}",
            where=where,
            mend="Check the address in dafeng.toml, that the server runs, and the rights on the folder.",
        ) from error
    except CommandError as error:
        raise StoreError(
            f"the record store is of another version: {error}",
            where=where,
            mend="Use the dafeng that wrote it, or newer.",
        ) from error
    return SqlRecords(engine)


def open_engine(url: str) -> Engine:
    """The database behind an address. Raises BadRequest where it is no address, or its driver is missing."""
    mend = 'Write records = "postgresql+psycopg://user@host/name" in dafeng.toml, or leave it out.'
    try:
        engine = sa.create_engine(url, **_POOL)
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadRequest("this is no address of a database", where="dafeng.toml › records", mend=mend) from error
    except ImportError as error:
        mend = f"{mend} Install dafeng with the extra postgresql."
        raise BadRequest(f"no driver for this database: {error}", where="dafeng.toml › records", mend=mend) from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_settings)
    return engine


def _sqlite_settings(connection: Any, _: Any) -> None:
    """Write-ahead log so that readers never wait; full synchronisation so that what is acknowledged is on disk."""
    for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {line}")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "dafeng.adapters:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


class SqlRecords:
    """``RecordStore`` on a SQL database; ledger and registry rows are only ever added (a trigger refuses the rest)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """The database, for the other stores of a programme."""
        return self._engine

    def close(self) -> None:
        self._engine.dispose()

    # ledger

    def append_entries(self, entries: Iterable[Entry]) -> int:
        rows = [_entry_row(e) for e in entries]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(tables.entries.insert(), rows)
        return len(rows)

    def entries(self, doc: str | None = None) -> list[Entry]:
        query = sa.select(tables.entries).order_by(tables.entries.c.seq)
        if doc is not None:
            query = query.where(tables.entries.c.doc == doc)
        return [Entry(**row) for row in self._rows(query)]

    # what came in

    def put_evidence(self, evidence: Evidence) -> None:
        with self._engine.begin() as connection:
            if self._one(connection, tables.evidence, sha256=evidence.sha256) is None:
                connection.execute(tables.evidence.insert(), [_stored(asdict(evidence))])

    def evidence(self, sha256: str) -> Evidence | None:
        with self._engine.connect() as connection:
            row = self._one(connection, tables.evidence, sha256=sha256)
        return None if row is None else Evidence(**row)

    def received_bytes(self, by: str, since: datetime) -> int:
        """Bytes of the files that came from this account since then; the same file again is the same bytes."""
        came, own = tables.evidence.c.received_at >= _stored({"at": since})["at"], tables.evidence.c.received_by == by
        with self._engine.connect() as connection:
            total = connection.execute(sa.select(sa.func.sum(tables.evidence.c.size)).where(own, came)).scalar()
        return int(total or 0)

    def put_reading(self, reading: Reading, entries: Iterable[Entry]) -> int:
        """The reading and what it adds to the ledger, in one transaction."""
        rows = [_entry_row(e) for e in entries]
        with self._engine.begin() as connection:
            connection.execute(tables.readings.insert(), [_stored(asdict(reading))])
            if rows:
                connection.execute(tables.entries.insert(), rows)
        return len(rows)

    def readings(self, doc: str | None = None) -> list[Reading]:
        query = sa.select(tables.readings).order_by(tables.readings.c.id)
        if doc is not None:
            query = query.where(tables.readings.c.doc == doc)
        return [Reading(**{k: v for k, v in row.items() if k != "id"}) for row in self._rows(query)]

    def put_batch(self, batch: Batch) -> None:
        with self._engine.begin() as connection:
            if self._one(connection, tables.batches, batch_id=batch.batch_id) is None:
                connection.execute(tables.batches.insert(), [_stored(asdict(batch))])

    def batches(self) -> list[Batch]:
        query = sa.select(tables.batches).order_by(tables.batches.c.imported_at, tables.batches.c.batch_id)
        return [Batch(**row) for row in self._rows(query)]

    # registry

    def put_registry(self, table: str, rows: pl.DataFrame, batch_id: str, at: datetime) -> None:
        target, _ = tables.REGISTRY[table]
        names = [c.name for c in target.columns if c.name not in ("row_id", "batch_id", "recorded_at")]
        stamp = {"batch_id": batch_id, "recorded_at": _naive(at)}
        values = [{**row, **stamp} for row in rows.select(names).to_dicts()]
        with self._engine.begin() as connection:
            done = connection.execute(
                sa.select(sa.func.count()).select_from(target).where(target.c.batch_id == batch_id)
            ).scalar_one()
            if values and not done:
                connection.execute(target.insert(), values)

    def registry(self, table: str, as_of: datetime | None = None) -> pl.DataFrame:
        """Rows as believed (at ``as_of``): of each key and ``since`` the one recorded last."""
        target, key = tables.REGISTRY[table]
        query = sa.select(target).order_by(target.c.row_id)
        if as_of is not None:
            query = query.where(target.c.recorded_at <= _naive(as_of))
        with self._engine.connect() as connection:
            rows = [tuple(r) for r in connection.execute(query)]
        frame = pl.DataFrame(rows, schema={c.name: _dtype(c) for c in target.columns}, orient="row")
        latest = frame.unique([key, "since"], keep="last", maintain_order=True)
        return latest.sort(key, "since").drop("row_id", "recorded_at")

    # stages and runs

    def put_stage(self, stage: StageRun) -> None:
        with self._engine.begin() as connection:
            connection.execute(tables.stages.delete().where(tables.stages.c.stage == stage.stage))
            connection.execute(tables.stages.insert(), [_stored(asdict(stage))])

    def stages(self) -> dict[str, StageRun]:
        return {row["stage"]: StageRun(**row) for row in self._rows(sa.select(tables.stages))}

    def put_run(self, run: RunRecord) -> None:
        with self._engine.begin() as connection:
            if self._one(connection, tables.runs, run_id=run.run_id) is None:
                connection.execute(tables.runs.insert(), [_stored(asdict(run))])

    def runs(self) -> list[RunRecord]:
        return [RunRecord(**row) for row in self._rows(sa.select(tables.runs).order_by(tables.runs.c.created_at))]

    def point(self, name: str, run_id: str) -> None:
        """Move a pointer; where it pointed before stays on record."""
        if self.pointed(name) != run_id:
            with self._engine.begin() as connection:
                row = {"name": name, "run_id": run_id, "moved_at": _naive(datetime.now(UTC))}
                connection.execute(tables.pointers.insert(), [row])

    def repoint(self, name: str, before: str | None, run_id: str) -> bool:
        """Move a pointer from ``before`` in one step; False, and nothing moved, where it stands elsewhere by now."""
        p = tables.pointers
        now = sa.select(p.c.run_id).where(p.c.name == name).order_by(p.c.id.desc()).limit(1)
        values = {"name": name, "run_id": run_id, "moved_at": _naive(datetime.now(UTC))}
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("LOCK TABLE pointers IN SHARE ROW EXCLUSIVE MODE"))
                if connection.execute(now).scalar_one_or_none() != before:
                    return False
                connection.execute(p.insert(), [values])
                return True
            seen = now.scalar_subquery()  # SQLite has one writer at a time: one statement is one step
            row = sa.select(*(sa.literal(v, p.c[k].type) for k, v in values.items()))
            still = row.where(seen.is_(None) if before is None else seen == before)
            return connection.execute(p.insert().from_select(list(values), still)).rowcount == 1

    def pointed(self, name: str) -> str | None:
        p = tables.pointers
        query = sa.select(p.c.run_id).where(p.c.name == name).order_by(p.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def is_current(self) -> bool:
        """Whether the database answers and its tables are those of this version."""
        with self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_heads() == _heads()

    def revision(self) -> tuple[int, ...]:
        """The last numbers of what only grows, in one question: ledger, readings, pointers, registry, batches."""
        with self._engine.connect() as connection:
            return tuple(connection.execute(_REVISION).one())

    # helpers

    def _rows(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            return [_aware(dict(row)) for row in connection.execute(query).mappings()]

    @staticmethod
    def _one(connection: Connection, table: sa.Table, **key: str) -> dict[str, Any] | None:
        row = connection.execute(sa.select(table).filter_by(**key)).mappings().one_or_none()
        return None if row is None else _aware(dict(row))


@cache
def _heads() -> tuple[str, ...]:
    config = Config()
    config.set_main_option("script_location", "dafeng.adapters:migrations")
    return tuple(ScriptDirectory.from_config(config).get_heads())


def _last(column: sa.Column[Any]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.coalesce(sa.func.max(column), 0)).scalar_subquery()


_REVISION = sa.select(
    _last(tables.entries.c.seq),
    _last(tables.readings.c.id),
    _last(tables.pointers.c.id),
    *(_last(table.c.row_id) for table, _ in tables.REGISTRY.values()),
    sa.select(sa.func.count()).select_from(tables.batches).scalar_subquery(),
)


def _entry_row(entry: Entry) -> dict[str, Any]:
    return _stored({name: getattr(entry, name) for name in _ENTRY_FIELDS})


def _dtype(column: sa.Column[Any]) -> pl.DataType | type[pl.DataType]:
    kinds: dict[type, type[pl.DataType]] = {
        str: pl.String,
        int: pl.Int64,
        bool: pl.Boolean,
        date: pl.Date,
        datetime: pl.Datetime,
    }
    return kinds[column.type.python_type]
