"""Every table there is. Whoever needs the metadata whole imports it from here."""

from storage import my_data_tables
from storage.tables import metadata

__all__ = ["metadata", "my_data_tables"]
