"""Table definitions of action-learning sets; private to `storage`."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    or_,
)

from storage.columns import ID, WORD, UtcDateTime, metadata, partial_index


def _of(table: str, name: str, *, primary_key: bool = False, index: bool = False) -> Column[str]:
    return Column(
        name, ID, ForeignKey(f"{table}.id"), primary_key=primary_key, index=index, nullable=False
    )


# `arrivals` counts those who ever pressed Join; it grows while the row is held, so that each
# arrival has a number of its own. `link` is sealed with the set's key.
learning_sets = Table(
    "learning_sets",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("cohort_id", ID, ForeignKey("cohorts.id")),
    Column("size", Integer, nullable=False),
    Column("quorum", Integer, nullable=False),
    Column("every_weeks", Integer, nullable=False),
    Column("meetings", Integer, nullable=False),
    Column("agenda", WORD, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("channel", WORD),
    Column("zone", String(64), nullable=False),
    Column("facilitator_id", ID, ForeignKey("people.id"), index=True),
    Column("link", LargeBinary),
    Column("arrivals", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", ID),
    Column("closed_at", UtcDateTime),
)

learning_set_keys = Table(
    "learning_set_keys",
    metadata,
    _of("learning_sets", "set_id", primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_key_id", WORD, nullable=False, index=True),
)

# A place, an offered place, or a wait for one. Whoever leaves has no row.
set_members = Table(
    "set_members",
    metadata,
    _of("learning_sets", "set_id", primary_key=True),
    _of("people", "person_id", primary_key=True, index=True),
    Column("standing", WORD, nullable=False),
    Column("arrival", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("offer_id", ID),
    Column("offered_until", UtcDateTime),
    UniqueConstraint("set_id", "arrival"),
)
partial_index(
    "ix_set_members_offered_until",
    set_members.c.offered_until,
    where=set_members.c.offered_until.is_not(None),
)

# `on_date` and `minute`, from midnight, are by the wall clock of `zone`; `starts_at` is their
# instant. The clock has done everything up to `stepped_at` and looks again at `next_at`.
set_meetings = Table(
    "set_meetings",
    metadata,
    Column("id", ID, primary_key=True),
    _of("learning_sets", "set_id", index=True),
    Column("number", Integer, nullable=False),
    Column("state", WORD, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("agenda", WORD, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("edition", ID, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("on_date", Date),
    Column("minute", Integer),
    Column("starts_at", UtcDateTime),
    Column("facilitator_id", ID, ForeignKey("people.id"), index=True),
    Column("few", Boolean, nullable=False),
    Column("part", Integer),
    Column("part_ends_at", UtcDateTime),
    Column("part_left", Integer),
    Column("step", ID),
    Column("stepped_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", ID),
    Column("closed_at", UtcDateTime),
)
_ahead = or_(set_meetings.c.state == "polling", set_meetings.c.state == "booked")
partial_index("ix_set_meetings_ahead", set_meetings.c.set_id, where=_ahead)
partial_index("ix_set_meetings_led", set_meetings.c.facilitator_id, where=_ahead)
partial_index(
    "ix_set_meetings_next_at",
    set_meetings.c.next_at,
    where=set_meetings.c.next_at.is_not(None),
)

set_dates = Table(
    "set_dates",
    metadata,
    Column("id", ID, primary_key=True),
    _of("set_meetings", "meeting_id", index=True),
    Column("on_date", Date, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
)

set_ticks = Table(
    "set_ticks",
    metadata,
    _of("set_dates", "date_id", primary_key=True),
    _of("people", "person_id", primary_key=True),
)

# Whether somebody ticked dates, and whether they come, where they said so.
set_answers = Table(
    "set_answers",
    metadata,
    _of("set_meetings", "meeting_id", primary_key=True),
    _of("people", "person_id", primary_key=True),
    Column("ticked", Boolean, nullable=False),
    Column("coming", Boolean),
)

set_roles = Table(
    "set_roles",
    metadata,
    _of("set_meetings", "meeting_id", primary_key=True),
    _of("people", "person_id", primary_key=True),
    Column("role", WORD, primary_key=True),
    Column("state", WORD, nullable=False),
)

# What somebody would like to think about, sealed with their key; gone when the meeting closes.
set_offers = Table(
    "set_offers",
    metadata,
    _of("set_meetings", "meeting_id", primary_key=True),
    _of("people", "person_id", primary_key=True),
    Column("words", LargeBinary, nullable=False),
)

# What somebody took away from a meeting, sealed with their key.
set_actions = Table(
    "set_actions",
    metadata,
    Column("id", ID, primary_key=True),
    _of("learning_sets", "set_id"),
    _of("set_meetings", "meeting_id"),
    _of("people", "person_id", index=True),
    Column("words", LargeBinary, nullable=False),
    Column("state", WORD, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("reviewed_in", ID, ForeignKey("set_meetings.id")),
)
Index("ix_set_actions_set", set_actions.c.set_id, set_actions.c.made_at, set_actions.c.id)
_goes_on = or_(*(set_actions.c.state == state for state in ("open", "part", "not_yet")))
partial_index("ix_set_actions_going_on", set_actions.c.person_id, where=_goes_on)
