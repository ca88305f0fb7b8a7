"""The certificate ledger on SQLAlchemy Core: every write is one transaction on the versions of the books it touches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from dafeng.account.certificates.ledger import (
    BLOCK_SCHEMA,
    CLAIM_SCHEMA,
    ENDING_SCHEMA,
    TRANSFER_SCHEMA,
    USE_SCHEMA,
    Ledger,
)
from dafeng.adapters import tables_certificates as t
from dafeng.app.certificates.ports import Books, Claim, Ending, Given, TakenMeanwhile

_TABLES = {
    "blocks": (t.certificate_blocks, BLOCK_SCHEMA),
    "transfers": (t.certificate_transfers, TRANSFER_SCHEMA),
    "claims": (t.certificate_claims, CLAIM_SCHEMA),
    "uses": (t.certificate_uses, USE_SCHEMA),
    "endings": (t.certificate_endings, ENDING_SCHEMA),
}
_COUNTED = (t.certificate_blocks.c.block_no, t.certificate_transfers.c.transfer_no, t.certificate_uses.c.use_no)
_MEND = "Load it again and choose anew."


class SqlCertificates:
    """``CertificateStore`` on a SQL database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ledger(self, holder: str | None = None) -> Ledger:
        wanted = dict.fromkeys(_TABLES) if holder is None else _of(holder)
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # all tables as they stood at one moment
                connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            else:
                connection.execute(sa.text("BEGIN"))
            frames = {name: _frame(connection, name, wanted[name]) for name in _TABLES}
        return Ledger(**frames)

    def version(self, holder: str) -> int:
        b = t.certificate_books
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(b.c.version).where(b.c.holder == holder)).scalar_one_or_none()
        return int(found or 0)

    def enter(self, blocks: pl.DataFrame, on: Books) -> None:
        rows = [_stored(row) for row in blocks.drop("block_no", strict=False).iter_rows(named=True)]
        with self._writing(on) as connection:
            if rows:
                connection.execute(t.certificate_blocks.insert(), rows)

    def claim(self, claim: Claim, uses: pl.DataFrame, on: Books) -> None:
        ranges = uses.select("block_no", "first_off", "last_off").to_dicts()
        with self._writing(on) as connection:
            connection.execute(t.certificate_claims.insert(), [_stored(asdict(claim))])
            connection.execute(
                t.certificate_uses.insert(), [r | {"claim_id": claim.claim_id, "live": True} for r in ranges]
            )

    def end(self, ending: Ending, on: Books) -> None:
        with self._writing(on) as connection:
            connection.execute(t.certificate_endings.insert(), [_stored(asdict(ending))])
            if ending.act == "withdrawn":
                mine = t.certificate_uses.c.claim_id == ending.claim_id
                connection.execute(t.certificate_uses.update().where(mine).values(live=False))

    def give(self, given: Given, ranges: pl.DataFrame, on: Books) -> None:
        head = _stored(asdict(given))
        rows = [r | head for r in ranges.select("block_no", "first_off", "last_off").to_dicts()]
        with self._writing(on) as connection:
            connection.execute(t.certificate_transfers.insert(), rows)

    def revision(self) -> tuple[int, ...]:
        books = sa.select(sa.func.coalesce(sa.func.sum(t.certificate_books.c.version), 0)).scalar_subquery()
        last = [sa.select(sa.func.coalesce(sa.func.max(c), 0)).scalar_subquery() for c in _COUNTED]
        with self._engine.connect() as connection:
            return tuple(int(n) for n in connection.execute(sa.select(books, *last)).one())

    @contextmanager
    def _writing(self, on: Books) -> Iterator[Connection]:
        """One transaction that turns the pages of the books first; what the database refuses was taken meanwhile."""
        try:
            with self._engine.begin() as connection:
                for holder in sorted(on):  # always in one order: two writers wait, and do not block each other
                    _turn(connection, holder, on[holder])
                yield connection
        except IntegrityError as error:
            raise TakenMeanwhile(
                "certificates of this entry are taken already",
                where=_refusal(error),
                mend=_MEND,
                zh="其中有绿证已被登记或使用",
                mend_zh="请重新载入后再选择。",
            ) from error


def _refusal(error: IntegrityError) -> str:
    return str(error.orig).splitlines()[0][:200]


def _turn(connection: Connection, holder: str, version: int) -> None:
    b = t.certificate_books
    if version == 0:
        connection.execute(b.insert(), [{"holder": holder, "version": 1}])
        return
    of_version = (b.c.holder == holder) & (b.c.version == version)
    if connection.execute(b.update().where(of_version).values(version=version + 1)).rowcount != 1:
        raise TakenMeanwhile(
            "somebody wrote into this book meanwhile",
            where=holder,
            mend=_MEND,
            zh="台账刚被他人改动",
            mend_zh="请重新载入后再操作。",
        )


def _of(holder: str) -> dict[str, sa.ColumnElement[bool]]:
    """The conditions that leave the entries of every block the holder entered or took over."""
    b, moved, uses = t.certificate_blocks, t.certificate_transfers, t.certificate_uses
    taken = sa.select(moved.c.block_no).where(moved.c.taker == holder)
    blocks = sa.select(b.c.block_no).where((b.c.holder == holder) | b.c.block_no.in_(taken))
    claims = sa.select(uses.c.claim_id).where(uses.c.block_no.in_(blocks))
    return {
        "blocks": b.c.block_no.in_(blocks),
        "transfers": moved.c.block_no.in_(blocks),
        "claims": t.certificate_claims.c.claim_id.in_(claims),
        "uses": uses.c.block_no.in_(blocks),
        "endings": t.certificate_endings.c.claim_id.in_(claims),
    }


def _frame(connection: Connection, name: str, condition: sa.ColumnElement[bool] | None) -> pl.DataFrame:
    table, schema = _TABLES[name]
    query = sa.select(*(table.c[column] for column in schema)).order_by(*table.primary_key.columns)
    if condition is not None:
        query = query.where(condition)
    rows = [tuple(r) for r in connection.execute(query)]
    plain = {k: pl.Datetime("us") if isinstance(v, pl.Datetime) else v for k, v in schema.items()}
    frame = pl.DataFrame(rows, schema=plain, orient="row")
    return frame.with_columns(
        pl.col(k).dt.replace_time_zone("UTC") for k, v in schema.items() if isinstance(v, pl.Datetime)
    )


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """Moments in UTC without their zone, texts without NUL (PostgreSQL takes none)."""
    return {k: _plain(v) for k, v in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value.replace("\x00", "") if isinstance(value, str) else value
