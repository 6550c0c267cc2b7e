"""The steps by which the tables came to be; `storage.migrate` runs them."""

HEAD = "0008"
"""The newest step, written here so that a start need not ask Alembic."""
