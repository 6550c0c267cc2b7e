"""The chain of the audit, erasures, what is kept of pay, and retention."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    with op.batch_alter_table("supervision_openings") as openings:
        openings.alter_column("person_id", existing_type=sa.String(length=32), nullable=True)
    op.add_column("audit", sa.Column("link", sa.String(length=64), nullable=True))
    op.create_table(
        "house_keys",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_keys")),
    )
    op.create_index(op.f("ix_house_keys_master_key_id"), "house_keys", ["master_key_id"])
    op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("anchor_id", sa.Integer(), nullable=False),
        sa.Column("anchor_link", sa.String(length=64), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("head_link", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(
        "ix_erasures_under_way",
        "erasures",
        ["asked_at"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "kept_pay",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("whose", sa.String(length=32), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("preparation_minutes", sa.Integer(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("pay", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_pay")),
    )
    op.create_index(op.f("ix_kept_pay_on_date"), "kept_pay", ["on_date"])
    op.create_table(
        "departures",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_departures_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_departures")),
    )
    op.create_index(op.f("ix_departures_left_at"), "departures", ["left_at"])
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
    )


def downgrade() -> None:
    """Take it back."""
    for table in (
        "retention_runs",
        "departures",
        "kept_pay",
        "erasures",
        "audit_chain",
        "house_keys",
    ):
        op.drop_table(table)
    op.drop_column("audit", "link")
    # Who opened a note and had everything deleted since cannot be named any more.
    op.execute("DELETE FROM supervision_openings WHERE person_id IS NULL")
    with op.batch_alter_table("supervision_openings") as openings:
        openings.alter_column("person_id", existing_type=sa.String(length=32), nullable=False)
