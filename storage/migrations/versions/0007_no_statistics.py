"""A PostgreSQL server keeps values of columns in its statistics; of these columns it does not."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
neighbours = "expand"

# What is sealed, wrapped keys, and what leads to a person. Deleting somebody empties no statistics:
# ANALYZE leaves those of an empty table as they are. None of these is sorted or searched by but by
# keys, for which the server needs no statistics.
COLUMNS = {
    "people": {"account": "varchar(40)"},
    "sessions": {
        "client_code": "varchar(40)",
        "details": "bytea",
        "action": "bytea",
        "note": "bytea",
    },
    "preferences": {"words": "bytea"},
    "schedules": {"peace": "bytea"},
    "journal": {"words": "bytea"},
    "nudges": {"words": "bytea"},
    "check_ins": {"bag": "bytea", "words": "bytea"},
    "check_in_keys": {"wrapped": "bytea"},
    "supervision_requests": {"wishes": "bytea", "note": "bytea"},
    "supervision_records": {"next_step": "bytea"},
    "learning_sets": {"link": "bytea"},
    "learning_set_keys": {"wrapped": "bytea"},
    "set_offers": {"words": "bytea"},
    "set_actions": {"words": "bytea"},
    "idempotency": {"result": "text"},
    "deliveries": {"recipient": "varchar(40)"},
    "person_keys": {"wrapped": "bytea"},
    "house_keys": {"wrapped": "bytea"},
    "vault_sentinel": {"sealed": "bytea"},
}


def upgrade() -> None:
    """Make it so. Naming a column's type once more drops the statistics that there were."""
    for table, column, kind in _columns():
        op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')
        op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind}')


def downgrade() -> None:
    """Undo it."""
    for table, column, _ in _columns():
        op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS -1')


def _columns() -> list[tuple[str, str, str]]:
    if op.get_bind().dialect.name != "postgresql":
        return []
    return [
        (table, name, kind) for table, columns in COLUMNS.items() for name, kind in columns.items()
    ]
