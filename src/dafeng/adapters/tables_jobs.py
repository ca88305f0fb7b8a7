"""Tables of long work 作业 and of answers given once 幂等."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from dafeng.adapters.tables import metadata

_WHEN = DateTime(timezone=False)  # UTC, without zone

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("created_at", _WHEN, nullable=False),
    Column("caller", JSON, nullable=False),
    Column("stage", String(200), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("started_at", _WHEN),
    Column("ended_at", _WHEN),
    Column("result", JSON(none_as_null=True)),
    Column("problem", JSON(none_as_null=True)),
    Column("runner", String(200)),
    Column("heartbeat_at", _WHEN),
    Column("attempts", Integer, nullable=False),
    Column("cancel", Boolean, nullable=False),
    Index("jobs_by_state", "state", "created_at"),
    Index("jobs_by_person", "created_by", "created_at"),
)
job_events = Table(
    "job_events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(40), ForeignKey("jobs.id"), nullable=False),
    Column("at", _WHEN, nullable=False),
    Column("data", JSON, nullable=False),
    Index("job_events_by_job", "job_id", "seq"),
)
answers = Table(
    "answers",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("body_sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", _WHEN, nullable=False),
    Index("answers_by_time", "at"),
)
