"""Everything that touches the database: tables, queries, the vault and migrations."""
