"""Tables that guard what people keep: keys, chain, erasures, retention. Private to `storage`."""

from sqlalchemy import Column, Date, ForeignKey, Integer, LargeBinary, String, Table, Text

from storage.columns import ID, WORD, UtcDateTime, metadata, partial_index

_LINK = String(64)

# Keys of the house itself, such as the one that chains the audit; a master key wraps each.
house_keys = Table(
    "house_keys",
    metadata,
    Column("name", WORD, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_key_id", WORD, nullable=False, index=True),
)

# One row. Every line of the audit above `anchor_id` up to `head_id` is linked to the one before;
# what stood up to `anchor_id` had its time and is gone. `proof` says that the row is ours.
audit_chain = Table(
    "audit_chain",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("anchor_id", Integer, nullable=False),
    Column("anchor_link", _LINK, nullable=False),
    Column("head_id", Integer, nullable=False),
    Column("head_link", _LINK, nullable=False),
    Column("proof", _LINK, nullable=False),
)

# One row for each time somebody had everything about them deleted. While it is under way it holds
# their id; when it has ended, only numbers.
erasures = Table(
    "erasures",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("gone_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("counts", Text, nullable=False),
)
_under_way = erasures.c.done_at.is_(None)
partial_index(
    "ix_erasures_under_way",
    erasures.c.asked_at,
    where=_under_way,
)

# What stays of the paid sessions of somebody who is gone: no account, no client, no words.
# `whose` is a random word that the sessions of one person have in common, and nothing else.
kept_pay = Table(
    "kept_pay",
    metadata,
    Column("id", ID, primary_key=True),
    Column("whose", ID, nullable=False),
    Column("on_date", Date, nullable=False, index=True),
    Column("type", WORD, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("preparation_minutes", Integer, nullable=False),
    Column("travel_minutes", Integer, nullable=False),
    Column("outcome", WORD, nullable=False),
    Column("pay", WORD, nullable=False),
)

# Since when somebody known is not enrolled any more.
departures = Table(
    "departures",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("left_at", UtcDateTime, nullable=False, index=True),
)

# When what had its time was taken away, and how much of each kind. Numbers only.
retention_runs = Table(
    "retention_runs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("counts", Text, nullable=False),
)
