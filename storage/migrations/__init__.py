"""The steps by which the tables came to be; `storage.migrate` runs them."""
