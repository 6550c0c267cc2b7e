"""Where a database is, by its address."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, make_url

_PORT = 5432
_SECRET = (
    "oauth_client_secret",
    "password",
    "scram_client_key",
    "scram_server_key",
    "sslpassword",
)
"""What a PostgreSQL address may also name behind its question mark, and nobody is to read:
postgresql.org/docs/current/libpq-connect.html, 32.1.2."""


def shown(url: str | URL) -> str:
    """Return the address for people to read, without the passwords in it."""
    address = make_url(url)
    return address.difference_update_query(_SECRET).render_as_string(hide_password=True)


def file_of(url: str) -> Path | None:
    """Return the file of an embedded database; None for a server's."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return None
    return Path(str(address.database)).resolve()


def same(url: str, other: str) -> bool:
    """Whether two addresses lead to one database, as far as they tell."""
    return _place(url) == _place(other)


def _place(url: str) -> Mapping[str, object]:
    file, address = file_of(url), make_url(url)
    return {"file": file} if file is not None else _on_server(address)


def _on_server(address: URL) -> Mapping[str, object]:
    host = address.query.get("host", address.host or "")
    return {"host": host, "port": address.port or _PORT, "name": address.database}
