"""Every table there is. Whoever needs the metadata whole imports it from here."""

from storage import learning_set_tables, my_data_tables, supervision_tables, tables
from storage.columns import metadata

__all__ = ["learning_set_tables", "metadata", "my_data_tables", "supervision_tables", "tables"]
