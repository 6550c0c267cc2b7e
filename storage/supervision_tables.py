"""The tables of supervision; private to `storage`."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, or_

from storage.columns import ID, WORD, UtcDateTime, metadata, partial_index, person

# `wishes` and `note` are sealed with the key of whose request it is, and gone when it has ended.
# `looks_at` is when the program looks at it next, in whatever state.
supervision_requests = Table(
    "supervision_requests",
    metadata,
    Column("id", ID, primary_key=True),
    person(),
    Column("level", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("waits_since", UtcDateTime, nullable=False),
    Column("reply_by", UtcDateTime, nullable=False),
    Column("looks_at", UtcDateTime),
    Column("first_until", UtcDateTime),
    Column("supervisor_id", ID, ForeignKey("people.id")),
    Column("claimed_at", UtcDateTime),
    Column("handed_back_at", UtcDateTime),
    Column("booked_at", UtcDateTime),
    Column("mode", WORD),
    Column("met_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("left_at", UtcDateTime),
    Column("nobody_since", UtcDateTime),
    Column("wishes", LargeBinary),
    Column("note", LargeBinary),
)
_r = supervision_requests.c
_open = _r.state == "open"
_held = or_(_r.state == "claimed", _r.state == "booked", _r.state == "met")
partial_index("ix_supervision_requests_open", _r.sent_at, _r.id, where=_open)
partial_index("ix_supervision_requests_held", _r.supervisor_id, where=_held)
Index("ix_supervision_requests_person", _r.person_id, _r.sent_at)
partial_index(
    "ix_supervision_requests_looks_at",
    _r.looks_at,
    where=_r.looks_at.is_not(None),
)

# Who opened the note of a request, for the person whose note it is. It outlives whoever opened it.
supervision_openings = Table(
    "supervision_openings",
    metadata,
    Column("id", ID, primary_key=True),
    Column("request_id", ID, ForeignKey("supervision_requests.id"), nullable=False, index=True),
    Column("person_id", ID, ForeignKey("people.id")),
    Column("at", UtcDateTime, nullable=False),
)

# The small record of a meeting. `next_step` is sealed: the person's own words.
supervision_records = Table(
    "supervision_records",
    metadata,
    Column("request_id", ID, ForeignKey("supervision_requests.id"), primary_key=True),
    person(),
    Column("supervisor_id", ID, ForeignKey("people.id")),
    Column("on_date", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("mode", WORD, nullable=False),
    Column("next_step", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
Index(
    "ix_supervision_records_person",
    supervision_records.c.person_id,
    supervision_records.c.on_date,
)

supervisors = Table(
    "supervisors",
    metadata,
    person(primary_key=True),
    Column("most", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

time_off = Table(
    "time_off",
    metadata,
    Column("id", ID, primary_key=True),
    person(index=True),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
)
