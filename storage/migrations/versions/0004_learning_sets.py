"""Action-learning sets: places, meetings, dates, roles, offers and actions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "learning_sets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.String(length=32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("agenda", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("facilitator_id", sa.String(length=32), nullable=True),
        sa.Column("link", sa.LargeBinary(), nullable=True),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_learning_sets_cohort_id_cohorts")
        ),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["people.id"], name=op.f("fk_learning_sets_facilitator_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_sets")),
    )
    op.create_index(
        op.f("ix_learning_sets_facilitator_id"), "learning_sets", ["facilitator_id"], unique=False
    )
    op.create_table(
        "learning_set_keys",
        sa.Column("set_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["learning_sets.id"], name=op.f("fk_learning_set_keys_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_learning_set_keys")),
    )
    op.create_index(
        op.f("ix_learning_set_keys_master_key_id"),
        "learning_set_keys",
        ["master_key_id"],
        unique=False,
    )
    op.create_table(
        "set_meetings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("set_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("agenda", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facilitator_id", sa.String(length=32), nullable=True),
        sa.Column("few", sa.Boolean(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("part_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("part_left", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=32), nullable=True),
        sa.Column("stepped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["people.id"], name=op.f("fk_set_meetings_facilitator_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["learning_sets.id"], name=op.f("fk_set_meetings_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_meetings")),
    )
    op.create_index(
        op.f("ix_set_meetings_facilitator_id"), "set_meetings", ["facilitator_id"], unique=False
    )
    op.create_index(
        "ix_set_meetings_next_at",
        "set_meetings",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_set_meetings_set_id"), "set_meetings", ["set_id"], unique=False)
    op.create_table(
        "set_members",
        sa.Column("set_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_set_members_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["learning_sets.id"], name=op.f("fk_set_members_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("set_id", "person_id", name=op.f("pk_set_members")),
        sa.UniqueConstraint("set_id", "arrival", name=op.f("uq_set_members_set_id_arrival")),
    )
    op.create_index(
        "ix_set_members_offered_until",
        "set_members",
        ["offered_until"],
        unique=False,
        sqlite_where=sa.text("offered_until IS NOT NULL"),
        postgresql_where=sa.text("offered_until IS NOT NULL"),
    )
    op.create_index(op.f("ix_set_members_person_id"), "set_members", ["person_id"], unique=False)
    op.create_table(
        "set_actions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("set_id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_in", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["set_meetings.id"], name=op.f("fk_set_actions_meeting_id_set_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_set_actions_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_in"],
            ["set_meetings.id"],
            name=op.f("fk_set_actions_reviewed_in_set_meetings"),
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["learning_sets.id"], name=op.f("fk_set_actions_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_actions")),
    )
    op.create_index(op.f("ix_set_actions_person_id"), "set_actions", ["person_id"], unique=False)
    op.create_index("ix_set_actions_set", "set_actions", ["set_id", "made_at", "id"], unique=False)
    op.create_table(
        "set_answers",
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("ticked", sa.Boolean(), nullable=False),
        sa.Column("coming", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["set_meetings.id"], name=op.f("fk_set_answers_meeting_id_set_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_set_answers_person_id_people")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_set_answers")),
    )
    op.create_table(
        "set_dates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["set_meetings.id"], name=op.f("fk_set_dates_meeting_id_set_meetings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_dates")),
    )
    op.create_index(op.f("ix_set_dates_meeting_id"), "set_dates", ["meeting_id"], unique=False)
    op.create_table(
        "set_offers",
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["set_meetings.id"], name=op.f("fk_set_offers_meeting_id_set_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_set_offers_person_id_people")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_set_offers")),
    )
    op.create_table(
        "set_roles",
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["set_meetings.id"], name=op.f("fk_set_roles_meeting_id_set_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_set_roles_person_id_people")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", "role", name=op.f("pk_set_roles")),
    )
    op.create_table(
        "set_ticks",
        sa.Column("date_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["date_id"], ["set_dates.id"], name=op.f("fk_set_ticks_date_id_set_dates")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_set_ticks_person_id_people")
        ),
        sa.PrimaryKeyConstraint("date_id", "person_id", name=op.f("pk_set_ticks")),
    )
    # ### end Alembic commands ###


def downgrade() -> None:
    """Take it back."""
    for table in (
        "set_actions",
        "set_offers",
        "set_roles",
        "set_answers",
        "set_ticks",
        "set_dates",
        "set_meetings",
        "set_members",
        "learning_set_keys",
        "learning_sets",
    ):
        op.drop_table(table)
