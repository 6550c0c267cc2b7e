"""Run by Alembic inside the transaction that `storage.migrate` holds."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo

from storage.all_tables import metadata
from storage.migrations import CONTRACT

KNOWS_NEIGHBOURS = "0006"
"""The first step whose tables say which version may stand beside the newest one."""


def remember(
    ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]
) -> None:
    """Write beside the version which one came before it, and whether that may still be used."""
    for revision in step.destination_revision_ids:
        if revision < KNOWS_NEIGHBOURS:
            continue
        script = context.script.get_revision(revision)
        kind = getattr(script.module, "neighbours", CONTRACT)
        _connection(ctx).execute(_BESIDE, {"before": script.down_revision, "kind": kind})


def _connection(ctx: MigrationContext) -> sa.Connection:
    assert ctx.connection is not None
    return ctx.connection


_BESIDE = sa.text("UPDATE alembic_version SET before = :before, neighbours = :kind")

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
    on_version_apply=remember,
)
with context.begin_transaction():
    context.run_migrations()
