"""Tables of the record store. Migrations make them; this is what the code believes they are."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
_WHEN = DateTime(timezone=False)  # UTC, without zone: SQLite keeps none

entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", _WHEN, nullable=False),
    Column("who", String(200), nullable=False),
    Column("action", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("record_id", String(300), nullable=False),
    Column("doc", String(300), nullable=False),
    Column("why", Text),
    Column("source", Text),
    Column("before", JSON),
    Column("after", JSON),
    Index("entries_by_doc", "doc", "seq"),
    Index("entries_by_record", "record_id", "seq"),
)
evidence = Table(
    "evidence",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", String(400), nullable=False),
    Column("size", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("received_at", _WHEN, nullable=False),
    Column("received_by", String(200), nullable=False),
)
readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("doc", String(300), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("reader", String(40), nullable=False),
    Column("read_at", _WHEN, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("repairs", JSON, nullable=False),
    Column("source_text", Text, nullable=False),
    Index("readings_by_doc", "doc", "id"),
)
batches = Table(
    "batches",
    metadata,
    Column("batch_id", String(80), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("contract", String(60), nullable=False),
    Column("file", String(400), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("imported_at", _WHEN, nullable=False),
    Column("imported_by", String(200), nullable=False),
)
_DATED = (("since", Date, False), ("until", Date, True))


def _registry(name: str, *columns: Column[object]) -> Table:
    """A registry table: rows are only added; the latest of a key and its ``since`` is the one believed."""
    return Table(
        name,
        metadata,
        Column("row_id", Integer, primary_key=True, autoincrement=True),
        *columns,
        *(Column(n, t, nullable=null) for n, t, null in _DATED),
        Column("batch_id", String(80), nullable=False),
        Column("recorded_at", _WHEN, nullable=False),
    )


enterprises = _registry(
    "enterprises",
    Column("enterprise_id", String(60), nullable=False),
    Column("uscc", String(18)),
    Column("name", String(300), nullable=False),
    Column("area_code", String(12), nullable=False),
    Column("industry_code", String(8), nullable=False),
    Column("above_scale", Boolean),
    Column("key_user", Boolean),
    Column("status", String(40)),
    Column("synthetic", Boolean, nullable=False),
)
sites = _registry(
    "sites",
    Column("site_id", String(80), nullable=False),
    Column("enterprise_id", String(60), nullable=False),
    Column("name", String(300), nullable=False),
    Column("area_code", String(12), nullable=False),
)
areas = _registry(
    "areas",
    Column("area_code", String(12), nullable=False),
    Column("name", String(200), nullable=False),
    Column("level", String(20), nullable=False),
    Column("parent_code", String(12)),
)
REGISTRY = {"enterprises": (enterprises, "enterprise_id"), "sites": (sites, "site_id"), "areas": (areas, "area_code")}
stages = Table(
    "stages",
    metadata,
    Column("stage", String(60), primary_key=True),
    Column("key", String(80), nullable=False),
    Column("state", String(20), nullable=False),
    Column("summary", JSON, nullable=False),
    Column("started_at", _WHEN, nullable=False),
    Column("ended_at", _WHEN),
)
runs = Table(
    "runs",
    metadata,
    Column("run_id", String(80), primary_key=True),
    Column("code_version", String(40), nullable=False),
    Column("rulebook_version", String(80), nullable=False),
    Column("as_of", _WHEN, nullable=False),
    Column("created_at", _WHEN, nullable=False),
    Column("summary", JSON, nullable=False),
)
pointers = Table(
    "pointers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),
    Column("run_id", String(80), nullable=False),
    Column("moved_at", _WHEN, nullable=False),
    UniqueConstraint("name", "id"),
)
