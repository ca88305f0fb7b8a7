"""Tables as JSON lines 表的导出与载入: records of PostgreSQL in a backup, and back into SQLite or PostgreSQL."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

_VERSION = "alembic_version"
_AT_ONCE = 1_000


def revision_of(connection: Connection) -> str:
    """The version of the tables; empty where there are none yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def export_tables(connection: Connection) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every table by name, its rows as JSON lines in the order of its key; parents before children."""
    for table in _tables(connection):
        yield table.name, _lines(connection, table)


def _tables(connection: Connection) -> list[sa.Table]:
    known = sa.MetaData()
    known.reflect(connection)
    return [t for t in known.sorted_tables if t.name != _VERSION]


def _lines(connection: Connection, table: sa.Table) -> Iterator[bytes]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    for row in rows.mappings():
        yield json.dumps(dict(row), default=_plain, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} in a record table")


def make_tables(engine: Engine, revision: str) -> None:
    """Make the tables of a revision in an empty database."""
    config = Config()
    config.set_main_option("script_location", "dafeng.adapters:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def is_empty(engine: Engine) -> bool:
    """Whether the database holds no table at all."""
    return not sa.inspect(engine).get_table_names()


def table_order(engine: Engine) -> list[str]:
    """The names of the tables, parents before children."""
    with engine.connect() as connection:
        return [t.name for t in _tables(connection)]


def load_table(engine: Engine, name: str, lines: Iterable[bytes]) -> int:
    """Insert the rows of one table, and set its counter behind the last key. Gives how many there were."""
    count = 0
    with engine.begin() as connection:
        known = sa.MetaData()
        known.reflect(connection, only=[name])
        table = known.tables[name]
        rows: list[dict[str, Any]] = []
        for line in lines:
            rows.append({k: _typed(v, table.c[k]) for k, v in json.loads(line).items()})
            count += 1
            if len(rows) >= _AT_ONCE:
                connection.execute(table.insert(), rows)
                rows = []
        if rows:
            connection.execute(table.insert(), rows)
        _count_on(connection, table)
    return count


def _typed(value: Any, column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.JSON) or value is None:
        return value
    kind = column.type.python_type
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    return base64.b64decode(value) if kind is bytes else value


def _count_on(connection: Connection, table: sa.Table) -> None:
    """PostgreSQL keeps the next key beside the table; SQLite takes the highest."""
    key = table.autoincrement_column
    if connection.dialect.name != "postgresql" or key is None:
        return
    last = connection.execute(sa.select(sa.func.max(key))).scalar()
    if last is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
        connection.execute(sa.select(sa.func.setval(sequence, last)))
