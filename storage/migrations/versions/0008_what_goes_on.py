"""Indexes of what goes on: Home and one's own data cost the same after years of meetings."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import EXPAND

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
neighbours = EXPAND

_GOES_ON = "state = 'open' OR state = 'part' OR state = 'not_yet'"
_AHEAD = "state = 'polling' OR state = 'booked'"
_OPENED = "action = 'journal_opened' OR action = 'request_note_read'"
_INDEXES = (
    ("ix_set_actions_going_on", "set_actions", "person_id", _GOES_ON),
    ("ix_set_meetings_ahead", "set_meetings", "set_id", _AHEAD),
    ("ix_set_meetings_led", "set_meetings", "facilitator_id", _AHEAD),
    ("ix_check_ins_open_of_cohort", "check_ins", "cohort_id", "NOT closed"),
    ("ix_audit_opened", "audit", "object_id", _OPENED),
)


def upgrade() -> None:
    """Make it so."""
    for name, table, column, rows in _INDEXES:
        where = sa.text(rows)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take it back."""
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table_name=table)
