"""Requests for supervision, their records, and supervisors."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "supervision_requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supervisor_id", sa.String(length=32), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mode", sa.String(length=40), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nobody_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wishes", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_supervision_requests_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["people.id"],
            name=op.f("fk_supervision_requests_supervisor_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_requests")),
    )
    op.create_index(
        "ix_supervision_requests_held",
        "supervision_requests",
        ["supervisor_id"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed' OR state = 'booked' OR state = 'met'"),
        postgresql_where=sa.text("state = 'claimed' OR state = 'booked' OR state = 'met'"),
    )
    op.create_index(
        "ix_supervision_requests_looks_at",
        "supervision_requests",
        ["looks_at"],
        unique=False,
        sqlite_where=sa.text("looks_at IS NOT NULL"),
        postgresql_where=sa.text("looks_at IS NOT NULL"),
    )
    op.create_index(
        "ix_supervision_requests_open",
        "supervision_requests",
        ["sent_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_supervision_requests_person",
        "supervision_requests",
        ["person_id", "sent_at"],
        unique=False,
    )
    op.create_table(
        "supervisors",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_supervisors_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_supervisors")),
    )
    op.create_table(
        "time_off",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_time_off_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
    )
    op.create_index(op.f("ix_time_off_person_id"), "time_off", ["person_id"], unique=False)
    op.create_table(
        "supervision_openings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_supervision_openings_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["supervision_requests.id"],
            name=op.f("fk_supervision_openings_request_id_supervision_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_openings")),
    )
    op.create_index(
        op.f("ix_supervision_openings_request_id"),
        "supervision_openings",
        ["request_id"],
        unique=False,
    )
    op.create_table(
        "supervision_records",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("supervisor_id", sa.String(length=32), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("next_step", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_supervision_records_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["supervision_requests.id"],
            name=op.f("fk_supervision_records_request_id_supervision_requests"),
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["people.id"],
            name=op.f("fk_supervision_records_supervisor_id_people"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_supervision_records")),
    )
    op.create_index(
        "ix_supervision_records_person",
        "supervision_records",
        ["person_id", "on_date"],
        unique=False,
    )
    op.create_index(
        "ix_deliveries_subject",
        "deliveries",
        ["subject"],
        unique=False,
        sqlite_where=sa.text("subject IS NOT NULL"),
        postgresql_where=sa.text("subject IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_deliveries_subject", table_name="deliveries")
    for table in (
        "supervision_records",
        "supervision_openings",
        "time_off",
        "supervisors",
        "supervision_requests",
    ):
        op.drop_table(table)
