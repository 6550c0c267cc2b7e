"""Which version may stand beside the newest one: so that several can be replaced one by one."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import EXPAND

revision = "0006"
down_revision = "0005"
neighbours = EXPAND


def upgrade() -> None:
    """Make room beside the version of the tables; `env` fills it after every step."""
    op.add_column("alembic_version", sa.Column("before", sa.String(length=32)))
    op.add_column("alembic_version", sa.Column("neighbours", sa.String(length=32)))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("alembic_version", "neighbours")
    op.drop_column("alembic_version", "before")
