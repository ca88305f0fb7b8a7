"""Tables of accounts; in the same metadata as the others. Grants and the audit trail are append-only (triggers)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from dafeng.adapters.tables import _WHEN, metadata

_SHA = String(64)


def _owner() -> Column[str]:
    return Column("user_id", String(40), ForeignKey("users.user_id"), nullable=False)


users = Table(
    "users",
    metadata,
    Column("user_id", String(40), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("display", String(200), nullable=False),
    Column("email", String(300), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", _WHEN, nullable=False),
    Column("created_by", String(200), nullable=False),
)
credentials = Table(
    "credentials",
    metadata,
    Column("user_id", String(40), ForeignKey("users.user_id"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("changed_at", _WHEN, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", _WHEN),
)
tries = Table(
    "tries",
    metadata,
    Column("user_id", String(40), ForeignKey("users.user_id"), primary_key=True),
    Column("address", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("tried_at", _WHEN, nullable=False),
    Column("locked_until", _WHEN),
)
grants = Table(
    "grants",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    _owner(),
    Column("roles", JSON, nullable=False),
    Column("areas", JSON, nullable=False),
    Column("enterprises", JSON, nullable=False),
    Column("departments", JSON, nullable=False),
    Column("since", _WHEN, nullable=False),
    Column("until", _WHEN),
    Column("granted_by", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Index("grants_by_user", "user_id", "seq"),
)
handovers = Table(
    "handovers",
    metadata,
    Column("user_id", String(40), ForeignKey("users.user_id"), primary_key=True),
    Column("given_at", _WHEN, nullable=False),
    Column("given_by", String(200), nullable=False),
    Column("ways", String(60), nullable=False),
    Column("awaits", String(60), nullable=False),
    Column("taken_at", _WHEN),
)
totps = Table(
    "totps",
    metadata,
    Column("user_id", String(40), ForeignKey("users.user_id"), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("last_step", Integer, nullable=False),
    Column("created_at", _WHEN, nullable=False),
)
recoveries = Table(
    "recoveries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    _owner(),
    Column("sha256", _SHA, nullable=False),
    Column("used_at", _WHEN),
    UniqueConstraint("user_id", "sha256"),
)
sessions = Table(
    "sessions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("session_id", _SHA, nullable=False, unique=True),
    _owner(),
    Column("csrf", String(80), nullable=False),
    Column("created_at", _WHEN, nullable=False),
    Column("last_seen", _WHEN, nullable=False),
    Column("expires_at", _WHEN, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("ip", String(80), nullable=False),
    Column("agent", String(300), nullable=False),
    Column("revoked", Boolean, nullable=False),
    Index("sessions_by_user", "user_id"),
)
api_keys = Table(
    "api_keys",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key_id", String(40), nullable=False, unique=True),
    _owner(),
    Column("sha256", _SHA, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("areas", JSON, nullable=False),
    Column("enterprises", JSON, nullable=False),
    Column("departments", JSON, nullable=False),
    Column("created_at", _WHEN, nullable=False),
    Column("expires_at", _WHEN, nullable=False),
    Column("last_used", _WHEN),
    Column("revoked", Boolean, nullable=False),
    Index("api_keys_by_user", "user_id"),
)
oidc_states = Table(
    "oidc_states",
    metadata,
    Column("state", String(80), primary_key=True),
    Column("browser", _SHA, nullable=False),
    Column("nonce", String(80), nullable=False),
    Column("verifier", String(140), nullable=False),
    Column("back_to", String(300), nullable=False),
    Column("expires_at", _WHEN, nullable=False),
)
oidc_links = Table(
    "oidc_links",
    metadata,
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(300), primary_key=True),
    _owner(),
    Column("linked_at", _WHEN, nullable=False),
    Column("linked_by", String(200), nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", _WHEN, nullable=False),
    Column("who", String(300), nullable=False),
    Column("user_id", String(80), nullable=False),
    Column("act", String(60), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("ip", String(80), nullable=False),
    Column("detail", JSON, nullable=False),
    Index("audit_by_address", "ip", "at"),
    Index("audit_by_act", "act", "seq"),
    Index("audit_by_who", "who", "seq"),
)
APPEND_ONLY = ("grants", "audit")
