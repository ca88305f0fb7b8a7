"""The store of accounts on SQLAlchemy Core, in the same database as the records."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping
from sqlalchemy.exc import IntegrityError

from dafeng.adapters import tables_identity as t
from dafeng.app.identity.ports import (
    Account,
    ApiKey,
    AuditEntry,
    Credential,
    Grant,
    Handover,
    OidcLink,
    OidcState,
    R,
    Record,
    Recovery,
    SessionRow,
    Totp,
    TrailQuery,
    Tries,
    User,
)
from dafeng.base.errors import BadRequest

_TABLES: dict[type[Any], sa.Table] = {
    User: t.users,
    Credential: t.credentials,
    Tries: t.tries,
    Grant: t.grants,
    Handover: t.handovers,
    Totp: t.totps,
    Recovery: t.recoveries,
    SessionRow: t.sessions,
    ApiKey: t.api_keys,
    OidcState: t.oidc_states,
    OidcLink: t.oidc_links,
}
_ORDER: dict[type[Any], str] = {User: "login", Credential: "user_id", Tries: "tried_at", Handover: "user_id",
                                Totp: "user_id", OidcState: "state", OidcLink: "linked_at"}  # fmt: skip
_PARTS: tuple[tuple[type[Any], sa.Table], ...] = (
    (User, t.users),
    (Credential, t.credentials),
    (Grant, t.grants),
    (Totp, t.totps),
    (Handover, t.handovers),
)


def _naive(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return list(value) if isinstance(value, tuple) else value


def _back(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return tuple(value) if isinstance(value, list) else value


def _record(kind: type[Any], row: RowMapping, prefix: str = "") -> Any:
    return kind(**{f.name: _back(row[prefix + f.name]) for f in fields(kind)})


def _where(table: sa.Table, where: Mapping[str, object]) -> list[sa.ColumnElement[bool]]:
    return [table.c[k].is_(None) if v is None else table.c[k] == _naive(v) for k, v in where.items()]


def _values(record: Record) -> dict[str, Any]:
    return {k: _naive(v) for k, v in asdict(record).items()}


def _hold(connection: Connection, user_id: str) -> None:
    """Nobody else decides about this account until the transaction ends: a write of its row locks it in both stores."""
    connection.execute(sa.update(t.users).where(t.users.c.user_id == user_id).values(login=t.users.c.login))


class SqlIdentities:
    """``Identities`` on a SQL database: each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counter = itertools.count(1)
        self._changes = 0

    def changes(self) -> int:
        return self._changes

    def add(self, *records: Record) -> None:
        try:
            with self._engine.begin() as connection:
                for record in records:
                    if isinstance(record, Grant):
                        _hold(connection, record.user_id)
                    connection.execute(_TABLES[type(record)].insert(), [_values(record)])
        except IntegrityError as error:
            raise BadRequest("there is one already", where=type(records[0]).__name__, mend="Take another.") from error
        finally:
            self._changes = next(self._counter)

    def all(self, kind: type[R], **where: object) -> list[R]:
        table = _TABLES[kind]
        query = sa.select(table).where(*_where(table, where)).order_by(table.c[_ORDER.get(kind, "seq")])
        with self._engine.connect() as connection:
            return [_record(kind, row) for row in connection.execute(query).mappings()]

    def one(self, kind: type[R], **where: object) -> R | None:
        table = _TABLES[kind]
        last = table.c[_ORDER.get(kind, "seq")].desc()
        query = sa.select(table).where(*_where(table, where)).order_by(last).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _record(kind, row)

    def change(self, kind: type[R], where: Mapping[str, object], to: Mapping[str, object]) -> int:
        table = _TABLES[kind]
        values = {k: _naive(v) for k, v in to.items()}
        with self._engine.begin() as connection:
            changed = connection.execute(sa.update(table).where(*_where(table, where)).values(values)).rowcount
        self._changes = next(self._counter)
        return int(changed)

    def remove(self, kind: type[R], **where: object) -> int:
        table = _TABLES[kind]
        with self._engine.begin() as connection:
            removed = connection.execute(sa.delete(table).where(*_where(table, where))).rowcount
        self._changes = next(self._counter)
        return int(removed)

    def put_grant(self, grant: Grant, seen: Grant | None, ends: Handover | None = None) -> bool:
        with self._engine.connect() as connection, connection.begin() as step:
            _hold(connection, grant.user_id)
            latest = sa.select(t.grants).where(t.grants.c.user_id == grant.user_id)
            row = connection.execute(latest.order_by(t.grants.c.seq.desc()).limit(1)).mappings().one_or_none()
            same = (None if row is None else _record(Grant, row)) == seen
            if same and ends is not None:
                held = sa.delete(t.handovers).where(*_where(t.handovers, asdict(ends)))
                same = connection.execute(held).rowcount == 1
            if same:
                connection.execute(t.grants.insert(), [_values(grant)])
            else:
                step.rollback()
        self._changes = next(self._counter)
        return same

    def add_key(self, key: ApiKey, most: int) -> bool:
        c = t.api_keys.c
        living = (c.user_id == key.user_id, c.revoked.is_(False), c.expires_at > _naive(key.created_at))
        with self._engine.begin() as connection:
            _hold(connection, key.user_id)
            there = connection.execute(sa.select(sa.func.count()).select_from(t.api_keys).where(*living)).scalar_one()
            if there < most:
                connection.execute(t.api_keys.insert(), [_values(key)])
        self._changes = next(self._counter)
        return bool(there < most)

    def account(self, user_id: str) -> Account | None:
        with self._engine.connect() as connection:
            row = connection.execute(_ACCOUNTS.where(t.users.c.user_id == user_id)).mappings().one_or_none()
        return None if row is None else _account(row)

    def accounts(self) -> list[Account]:
        with self._engine.connect() as connection:
            return [_account(row) for row in connection.execute(_ACCOUNTS.order_by(t.users.c.login)).mappings()]

    def note(self, entry: AuditEntry) -> None:
        values = {k: _naive(v) for k, v in asdict(entry).items() if k != "seq"}
        with self._engine.begin() as connection:
            connection.execute(t.audit.insert(), [values])

    def trail(self, query: TrailQuery) -> list[AuditEntry]:
        c = t.audit.c
        asked = [c[name] == getattr(query, name) for name in ("who", "act", "outcome", "ip", "subject")
                 if getattr(query, name)]  # fmt: skip
        asked += [c.act.in_(query.acts)] if query.acts else []
        asked += [c.at >= _naive(query.since)] if query.since else []
        asked += [c.at < _naive(query.until)] if query.until else []
        asked += [c.seq < query.below] if query.below is not None else []
        lines = sa.select(t.audit).where(*asked).order_by(c.seq.desc()).limit(query.limit)
        with self._engine.connect() as connection:
            return [_record(AuditEntry, row) for row in connection.execute(lines).mappings()]

    def failures_from(self, ip: str, since: datetime) -> int:
        c = t.audit.c
        failed = sa.and_(c.ip == ip, c.at >= _naive(since), c.act == "session.begin", c.outcome == "failed")
        with self._engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(t.audit).where(failed)).scalar_one()


def _account(row: RowMapping) -> Account:
    """Credential, grant, second factor and handover are None where the account has none."""
    parts = [
        _record(kind, row, f"{table.name}__") if row[f"{table.name}__user_id"] is not None else None
        for kind, table in _PARTS
    ]
    return Account(*parts)  # type: ignore[arg-type]


def _accounts() -> sa.Select[Any]:
    later = t.grants.alias()  # of the grants the latest is in force
    last = sa.select(sa.func.max(later.c.seq)).where(later.c.user_id == t.users.c.user_id)
    joined = (
        t.users.outerjoin(t.credentials, t.credentials.c.user_id == t.users.c.user_id)
        .outerjoin(t.grants, t.grants.c.seq == last.correlate(t.users).scalar_subquery())
        .outerjoin(t.totps, t.totps.c.user_id == t.users.c.user_id)
        .outerjoin(t.handovers, t.handovers.c.user_id == t.users.c.user_id)
    )
    columns = [c.label(f"{table.name}__{c.name}") for _, table in _PARTS for c in table.columns]
    return sa.select(*columns).select_from(joined)


_ACCOUNTS = _accounts()
