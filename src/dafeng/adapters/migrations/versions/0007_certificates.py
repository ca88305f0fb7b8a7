"""certificates: the ledger of green certificates; the database itself refuses a second use.

A use is a range of offsets in a block. Two live uses that overlap are refused: on PostgreSQL by an exclusion constraint
over ranges, on SQLite (one writer at a time) by a trigger. Blocks that share a code are refused by a trigger on both;
on PostgreSQL it takes a lock first, so that two who enter the same codes at once wait for each other.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("certificate_blocks", "certificate_transfers", "certificate_claims", "certificate_endings")
_LOCK = 7_202_611  # the advisory lock of who enters certificates

# name → (table, when it must not be inserted, what is told); NEW is the row
_SAME_CODES = """SELECT 1 FROM certificate_blocks b WHERE b.register = NEW.register AND b.prefix = NEW.prefix
  AND b.width = NEW.width AND b.first_no <= NEW.last_no AND b.last_no >= NEW.first_no"""
_BEYOND = """SELECT 1 FROM certificate_blocks b WHERE b.block_no = NEW.block_no
  AND NEW.last_off > b.last_no - b.first_no"""
_USED = """SELECT 1 FROM certificate_uses u WHERE u.block_no = NEW.block_no AND {live}
  AND u.first_off <= NEW.last_off AND u.last_off >= NEW.first_off"""
_ENDED = "SELECT 1 FROM certificate_endings e WHERE e.claim_id = NEW.claim_id AND {withdrawn}"


def upgrade() -> None:
    _tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite() if sqlite else _postgresql():
        op.execute(statement)


def _sqlite() -> list[str]:
    made = [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in _APPEND_ONLY
        for act in ("UPDATE", "DELETE")
    ]
    used, withdrawn = _USED.format(live="u.live = 1"), _ENDED.format(withdrawn="e.act = 'withdrawn'")
    for name, table, when, exists, word in (
        ("certificate_blocks_once", "certificate_blocks", "", _SAME_CODES, "certificates entered twice"),
        ("certificate_uses_inside", "certificate_uses", "", _BEYOND, "certificates beyond their block"),
        ("certificate_uses_once", "certificate_uses", "WHEN NEW.live = 1", used, "certificates claimed twice"),
        ("certificate_transfers_inside", "certificate_transfers", "", _BEYOND, "certificates beyond their block"),
        ("certificate_transfers_free", "certificate_transfers", "", used, "certificates claimed before"),
    ):
        made.append(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{word}') WHERE EXISTS ({exists}); END"
        )
    same = " AND ".join(f"NEW.{c} IS OLD.{c}" for c in ("use_no", "claim_id", "block_no", "first_off", "last_off"))
    made += [
        "CREATE TRIGGER certificate_uses_no_delete BEFORE DELETE ON certificate_uses "
        "BEGIN SELECT RAISE(ABORT, 'certificate_uses is append-only'); END",
        f"CREATE TRIGGER certificate_uses_withdrawn BEFORE UPDATE ON certificate_uses "
        f"WHEN NOT (OLD.live = 1 AND NEW.live = 0 AND {same} AND EXISTS ({withdrawn})) "
        "BEGIN SELECT RAISE(ABORT, 'certificate_uses changes by a withdrawal only'); END",
    ]
    return made


def _postgresql() -> list[str]:
    made = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION dafeng_append_only()"
        for table in _APPEND_ONLY
    ]
    used, withdrawn = _USED.format(live="u.live"), _ENDED.format(withdrawn="e.act = 'withdrawn'")
    lock = f"PERFORM pg_advisory_xact_lock({_LOCK}); "
    made += [
        _function("certificate_blocks_once", lock, _SAME_CODES, "certificates entered twice"),
        _trigger("certificate_blocks_once", "certificate_blocks"),
        _function("certificate_inside", "", _BEYOND, "certificates beyond their block"),
        _trigger("certificate_inside", "certificate_uses"),
        _trigger("certificate_inside", "certificate_transfers"),
        _function("certificate_transfers_free", "", used, "certificates claimed before"),
        _trigger("certificate_transfers_free", "certificate_transfers"),
        "ALTER TABLE certificate_uses ADD CONSTRAINT certificate_uses_once EXCLUDE USING gist (int8range("
        "block_no::bigint * 1000000000 + first_off, block_no::bigint * 1000000000 + last_off, '[]') WITH &&) "
        "WHERE (live)",
        "CREATE OR REPLACE FUNCTION certificate_uses_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND OLD.live AND NOT NEW.live AND (NEW.use_no, NEW.claim_id, NEW.block_no, NEW.first_off, "
        "NEW.last_off) = (OLD.use_no, OLD.claim_id, OLD.block_no, OLD.first_off, OLD.last_off) "
        f"AND EXISTS ({withdrawn}) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'certificate_uses changes by a withdrawal only'; END $$",
        "CREATE TRIGGER certificate_uses_withdrawn BEFORE UPDATE OR DELETE ON certificate_uses "
        "FOR EACH ROW EXECUTE FUNCTION certificate_uses_withdrawn()",
    ]
    return made


def _function(name: str, first: str, exists: str, word: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {first}"
        f"IF EXISTS ({exists}) THEN RAISE EXCEPTION '{word}' USING ERRCODE = 'exclusion_violation'; END IF; "
        "RETURN NEW; END $$"
    )


def _trigger(function: str, table: str) -> str:
    return f"CREATE TRIGGER {table}_{function} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"


def _tables() -> None:
    _blocks()
    op.create_table(
        "certificate_claims",
        sa.Column("claim_id", sa.String(length=80), nullable=False),
        sa.Column("claimant", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        *_recorded(),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    op.create_index("certificate_claims_by_claimant", "certificate_claims", ["claimant", "month"])
    op.create_table(
        "certificate_transfers",
        sa.Column("transfer_no", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("transfer_id", sa.String(length=80), nullable=False),
        *_range(),
        sa.Column("giver", sa.String(length=60), nullable=False),
        sa.Column("taker", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_recorded(),
        sa.CheckConstraint("first_off >= 0 AND last_off >= first_off", name="certificate_transfer_range"),
        sa.ForeignKeyConstraint(["block_no"], ["certificate_blocks.block_no"]),
        sa.PrimaryKeyConstraint("transfer_no"),
    )
    op.create_index("certificate_transfers_by_block", "certificate_transfers", ["block_no"])
    op.create_index("certificate_transfers_by_taker", "certificate_transfers", ["taker"])
    op.create_table(
        "certificate_uses",
        sa.Column("use_no", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("claim_id", sa.String(length=80), nullable=False),
        *_range(),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.CheckConstraint("first_off >= 0 AND last_off >= first_off", name="certificate_use_range"),
        sa.ForeignKeyConstraint(["claim_id"], ["certificate_claims.claim_id"]),
        sa.ForeignKeyConstraint(["block_no"], ["certificate_blocks.block_no"]),
        sa.PrimaryKeyConstraint("use_no"),
    )
    op.create_index("certificate_uses_by_block", "certificate_uses", ["block_no", "first_off"])
    op.create_index("certificate_uses_by_claim", "certificate_uses", ["claim_id"])
    op.create_table(
        "certificate_endings",
        sa.Column("claim_id", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_recorded(),
        sa.CheckConstraint("act IN ('retired', 'withdrawn')", name="certificate_ending_act"),
        sa.ForeignKeyConstraint(["claim_id"], ["certificate_claims.claim_id"]),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    op.create_table(
        "certificate_books",
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("holder"),
    )


def _blocks() -> None:
    op.create_table(
        "certificate_blocks",
        sa.Column("block_no", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("register", sa.String(length=20), nullable=False),
        sa.Column("prefix", sa.String(length=80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("first_no", sa.BigInteger(), nullable=False),
        sa.Column("last_no", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=80), nullable=False),
        sa.Column("project", sa.String(length=300), nullable=False),
        sa.Column("generation_month", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("stated_until", sa.Date(), nullable=True),
        sa.Column("commissioned_on", sa.Date(), nullable=True),
        sa.Column("acquired", sa.String(length=20), nullable=False),
        sa.Column("credited", sa.Boolean(), nullable=True),
        sa.Column("factor", sa.Float(), nullable=True),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("file", sa.String(length=400), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.String(length=80), nullable=False),
        *_recorded(),
        sa.CheckConstraint("last_no >= first_no AND last_no - first_no < 1000000000", name="certificate_block_range"),
        sa.PrimaryKeyConstraint("block_no"),
    )
    op.create_index("certificate_blocks_by_code", "certificate_blocks", ["register", "prefix", "width", "first_no"])
    op.create_index("certificate_blocks_by_holder", "certificate_blocks", ["holder"])


def _range() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("block_no", sa.Integer(), nullable=False),
        sa.Column("first_off", sa.BigInteger(), nullable=False),
        sa.Column("last_off", sa.BigInteger(), nullable=False),
    )


def _recorded() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
    )


def downgrade() -> None:
    for table in ("certificate_books", "certificate_endings", "certificate_uses", "certificate_transfers",
                  "certificate_claims", "certificate_blocks"):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("certificate_blocks_once", "certificate_inside", "certificate_transfers_free",
                     "certificate_uses_withdrawn"):  # fmt: skip
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
