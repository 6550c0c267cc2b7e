"""The steps by which the tables came to be; `storage.migrate` runs them."""

HEAD = "0008"
"""The newest step, written here so that a start need not ask Alembic."""

EXPAND, CONTRACT = "expand", "contract"
"""What a step says of itself as `neighbours`.

After `expand`, a program of the version before may go on running on the tables, and start on them.
After `contract` it may not. See docs/decisions/0025-rolling-deploys.md.
"""
