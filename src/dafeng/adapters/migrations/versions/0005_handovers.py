"""handovers: accounts whose way in was set by somebody else, until the security administrator has vouched for them.

Accounts that are there already get no row: what they may do stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("ways", sa.String(length=60), nullable=False),
        sa.Column("awaits", sa.String(length=60), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"]),
        sa.PrimaryKeyConstraint("user_id"),
    )


def downgrade() -> None:
    op.drop_table("handovers")
