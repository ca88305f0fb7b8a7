"""Tables of the certificate ledger 绿证台账表: blocks, transfers, claims with their uses, how claims ended.

Rows are only added (triggers refuse the rest, but for ``live``, which a withdrawal turns off). That no certificate
stands in two live uses, nor in two blocks, is refused by the database itself: see migration 0007.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from dafeng.adapters.tables import _WHEN, metadata

certificate_blocks = Table(
    "certificate_blocks",
    metadata,
    Column("block_no", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("register", String(20), nullable=False),
    Column("prefix", String(80), nullable=False),
    Column("width", Integer, nullable=False),
    Column("first_no", BigInteger, nullable=False),
    Column("last_no", BigInteger, nullable=False),
    Column("source", String(20), nullable=False),
    Column("region", String(80), nullable=False),
    Column("project", String(300), nullable=False),
    Column("generation_month", Date, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("stated_until", Date),
    Column("commissioned_on", Date),
    Column("acquired", String(20), nullable=False),
    Column("credited", Boolean),
    Column("factor", Float),
    Column("holder", String(60), nullable=False),
    Column("status", String(20), nullable=False),
    Column("file", String(400), nullable=False),
    Column("sheet", String(200)),
    Column("row", Integer),
    Column("batch_id", String(80), nullable=False),
    Column("recorded_at", _WHEN, nullable=False),
    Column("recorded_by", String(200), nullable=False),
    CheckConstraint("last_no >= first_no AND last_no - first_no < 1000000000", name="certificate_block_range"),
    Index("certificate_blocks_by_code", "register", "prefix", "width", "first_no"),
    Index("certificate_blocks_by_holder", "holder"),
)
certificate_transfers = Table(
    "certificate_transfers",
    metadata,
    Column("transfer_no", Integer, primary_key=True, autoincrement=True),
    Column("transfer_id", String(80), nullable=False),
    Column("block_no", Integer, ForeignKey("certificate_blocks.block_no"), nullable=False),
    Column("first_off", BigInteger, nullable=False),
    Column("last_off", BigInteger, nullable=False),
    Column("giver", String(60), nullable=False),
    Column("taker", String(60), nullable=False),
    Column("on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", _WHEN, nullable=False),
    Column("recorded_by", String(200), nullable=False),
    CheckConstraint("first_off >= 0 AND last_off >= first_off", name="certificate_transfer_range"),
    Index("certificate_transfers_by_block", "block_no"),
    Index("certificate_transfers_by_taker", "taker"),
)
certificate_claims = Table(
    "certificate_claims",
    metadata,
    Column("claim_id", String(80), primary_key=True),
    Column("claimant", String(60), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("month", Date, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("claimed_on", Date, nullable=False),
    Column("recorded_at", _WHEN, nullable=False),
    Column("recorded_by", String(200), nullable=False),
    Index("certificate_claims_by_claimant", "claimant", "month"),
)
certificate_uses = Table(
    "certificate_uses",
    metadata,
    Column("use_no", Integer, primary_key=True, autoincrement=True),
    Column("claim_id", String(80), ForeignKey("certificate_claims.claim_id"), nullable=False),
    Column("block_no", Integer, ForeignKey("certificate_blocks.block_no"), nullable=False),
    Column("first_off", BigInteger, nullable=False),
    Column("last_off", BigInteger, nullable=False),
    Column("live", Boolean, nullable=False),
    CheckConstraint("first_off >= 0 AND last_off >= first_off", name="certificate_use_range"),
    Index("certificate_uses_by_block", "block_no", "first_off"),
    Index("certificate_uses_by_claim", "claim_id"),
)
certificate_endings = Table(
    "certificate_endings",
    metadata,
    Column("claim_id", String(80), ForeignKey("certificate_claims.claim_id"), primary_key=True),
    Column("act", String(20), nullable=False),
    Column("on", Date, nullable=False),
    Column("number", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", _WHEN, nullable=False),
    Column("recorded_by", String(200), nullable=False),
    CheckConstraint("act IN ('retired', 'withdrawn')", name="certificate_ending_act"),
)
certificate_books = Table(
    "certificate_books",
    metadata,
    Column("holder", String(60), primary_key=True),
    Column("version", Integer, nullable=False),
)
