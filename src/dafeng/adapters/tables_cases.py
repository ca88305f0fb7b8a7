"""Tables of cases 事项表: where each stands, and every move it made."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Index, Integer, String, Table, Text

from dafeng.adapters.tables import _WHEN, metadata

cases = Table(
    "cases",
    metadata,
    Column("case_id", String(80), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("form", String(60), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", String(300), nullable=False),
    Column("title", String(400), nullable=False),
    Column("period", String(40), nullable=False),
    Column("state", String(30), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("term", Date),
    Column("created_at", _WHEN, nullable=False),
    Column("changed_at", _WHEN, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Index("cases_by_subject", "kind", "subject_id"),
)
case_moves = Table(
    "case_moves",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(80), nullable=False),
    Column("at", _WHEN, nullable=False),
    Column("who", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("move", String(30), nullable=False),
    Column("from_state", String(30), nullable=False),
    Column("to_state", String(30), nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("data", JSON, nullable=False),
    Index("case_moves_by_case", "case_id", "seq"),
)
