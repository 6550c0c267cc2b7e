"""Table definitions; private to `storage`.

Ids are 32 hex digits made by `domain.ids`. Sealed columns hold what `storage.vault` gives.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database, SQLite included.

    SQLite keeps `2026-03-03 14:00:00.000000`, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """Refuse naive times; store the rest as UTC."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Put back the zone that SQLite drops."""
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    utc = _to_utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(32)
_WORD = String(40)


def _person(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    return Column(
        "person_id",
        _ID,
        ForeignKey("people.id"),
        primary_key=primary_key,
        index=index,
        nullable=False,
    )


people = Table(
    "people",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("team", _WORD, nullable=False),
    Column("account", _WORD, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("deactivated", Boolean, nullable=False),
    Column("nation", _WORD),
    Column("welcomed_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("team", "account"),
)

roles = Table(
    "roles",
    metadata,
    _person(primary_key=True),
    Column("role", _WORD, primary_key=True, index=True),
    Column("given_by", _ID),
    Column("given_at", UtcDateTime, nullable=False),
)

cohorts = Table(
    "cohorts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("channel", _WORD),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", _ID),
)

cohort_phases = Table(
    "cohort_phases",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("cohort_id", _ID, ForeignKey("cohorts.id"), nullable=False, index=True),
    Column("kind", _WORD, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
)

cohort_members = Table(
    "cohort_members",
    metadata,
    Column("cohort_id", _ID, ForeignKey("cohorts.id"), primary_key=True),
    _person(primary_key=True, index=True),
    Column("added_at", UtcDateTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", _ID, primary_key=True),
    _person(),
    Column("on_date", Date, nullable=False),
    Column("type", _WORD, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("preparation_minutes", Integer, nullable=False),
    Column("travel_minutes", Integer, nullable=False),
    Column("mode", _WORD, nullable=False),
    Column("client_code", _WORD),
    Column("outcome", _WORD, nullable=False),
    Column("pay", _WORD, nullable=False),
    Column("action_on", Date),
    Column("private_note_expires_on", Date),
    Column("details", LargeBinary),
    Column("action", LargeBinary),
    Column("note", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
)

_there = sessions.c.deleted_at.is_(None)
Index(
    "ix_sessions_newest",
    sessions.c.person_id,
    sessions.c.on_date,
    sessions.c.created_at,
    sessions.c.id,
    sqlite_where=_there,
    postgresql_where=_there,
)
_supervised = _there & (sessions.c.type == "supervision") & (sessions.c.outcome == "happened")
Index(
    "ix_sessions_supervised",
    sessions.c.person_id,
    sessions.c.on_date,
    sqlite_where=_supervised,
    postgresql_where=_supervised,
)
Index(
    "ix_sessions_deleted_at",
    sessions.c.deleted_at,
    sqlite_where=sessions.c.deleted_at.is_not(None),
    postgresql_where=sessions.c.deleted_at.is_not(None),
)
Index(
    "ix_sessions_private_note_expires_on",
    sessions.c.private_note_expires_on,
    sqlite_where=sessions.c.private_note_expires_on.is_not(None),
    postgresql_where=sessions.c.private_note_expires_on.is_not(None),
)

_planned = _there & sessions.c.action_on.is_not(None)
Index(
    "ix_sessions_actions",
    sessions.c.person_id,
    sessions.c.action_on,
    sqlite_where=_planned,
    postgresql_where=_planned,
)

# One row for each month ('2026-03') and one for 'all', by type. `logged` counts every session
# that is not deleted; the rest only those that happened.
session_totals = Table(
    "session_totals",
    metadata,
    _person(primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("type", _WORD, primary_key=True),
    Column("logged", Integer, nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("preparation_minutes", Integer, nullable=False),
    Column("travel_minutes", Integer, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    _person(primary_key=True),
    Column("choices", Text, nullable=False),
    Column("words", LargeBinary),
    Column("updated_at", UtcDateTime, nullable=False),
)

# Emptied often enough to be searched by time without an index.
idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("person_id", _ID, nullable=False),
    Column("result", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Never what somebody wrote. No foreign keys: it outlives what it speaks of. No indexes: it is
# written with every act and seldom read, and each index makes logging a session 3 % slower.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", _ID),
    Column("action", _WORD, nullable=False),
    Column("kind", _WORD, nullable=False),
    Column("object_id", _WORD, nullable=False),
    Column("outcome", _WORD, nullable=False),
    Column("reason", _WORD),
    sqlite_autoincrement=True,
)

person_keys = Table(
    "person_keys",
    metadata,
    _person(primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_key_id", _WORD, nullable=False, index=True),
)

vault_sentinel = Table(
    "vault_sentinel",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("master_key_id", _WORD, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

sent_files = Table(
    "sent_files",
    metadata,
    Column("file_id", _WORD, primary_key=True),
    Column("person_id", _ID, nullable=False),
    Column("delete_after", UtcDateTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", _WORD, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# What holds for everyone: `paused`, with a value where nothing is sent to anybody.
programme = Table(
    "programme",
    metadata,
    Column("name", _WORD, primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# One rhythm for each kind of thing and each person or cohort. `minute` counts from midnight by the
# wall clock of `zone`. What comes next is at `next_at`, for the local date `next_on`; both are
# empty where it is off or quiet. No date up to `last_on` is planned again. `peace` is sealed: until
# when somebody is left alone after something heavy.
schedules = Table(
    "schedules",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", _WORD, nullable=False),
    Column("person_id", _ID, ForeignKey("people.id")),
    Column("cohort_id", _ID, ForeignKey("cohorts.id")),
    Column("cadence", _WORD, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("anchor", Date, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("next_on", Date),
    Column("next_at", UtcDateTime),
    Column("last_on", Date),
    Column("quiet_since", Date),
    Column("peace", LargeBinary),
    UniqueConstraint("person_id", "kind"),
    UniqueConstraint("cohort_id", "kind"),
)
Index(
    "ix_schedules_next_at",
    schedules.c.next_at,
    sqlite_where=schedules.c.next_at.is_not(None),
    postgresql_where=schedules.c.next_at.is_not(None),
)

# The one road out. The key on cause, date, recipient and kind is what makes it once. No foreign
# keys besides the person: a cause may be gone by then.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("cause", _ID, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("recipient", _WORD, nullable=False),
    Column("kind", _WORD, nullable=False),
    Column("person_id", _ID, ForeignKey("people.id")),
    Column("subject", _ID),
    Column("not_before", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("state", _WORD, nullable=False),
    Column("reason", _WORD),
    Column("tries", Integer, nullable=False),
    Column("owner", _ID),
    Column("claimed_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("channel", _WORD),
    Column("ts", _WORD),
    UniqueConstraint("cause", "on_date", "recipient", "kind"),
)
_pending = deliveries.c.state == "pending"
_sending = deliveries.c.state == "sending"
Index(
    "ix_deliveries_pending",
    deliveries.c.not_before,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
Index(
    "ix_deliveries_sending",
    deliveries.c.claimed_at,
    sqlite_where=_sending,
    postgresql_where=_sending,
)
Index(
    "ix_deliveries_settled",
    deliveries.c.settled_at,
    sqlite_where=deliveries.c.settled_at.is_not(None),
    postgresql_where=deliveries.c.settled_at.is_not(None),
)
Index("ix_deliveries_person", deliveries.c.person_id, deliveries.c.kind, deliveries.c.on_date)

# When a method of Slack may be called next. What was set after now, the clock having gone back,
# does not count.
pace = Table(
    "pace",
    metadata,
    Column("method", _WORD, primary_key=True),
    Column("set_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("closed_until", UtcDateTime),
)

# Co-leads' changes to the bank of prompts, laid over the file.
prompts = Table(
    "prompts",
    metadata,
    Column("id", _WORD, primary_key=True),
    Column("text", Text, nullable=False),
    Column("cornerstone", _WORD, nullable=False),
    Column("learning", Boolean, nullable=False),
    Column("for_co_leads", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", _ID),
)

prompts_given = Table(
    "prompts_given",
    metadata,
    Column("id", _ID, primary_key=True),
    _person(),
    Column("prompt_id", _WORD, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("state", _WORD, nullable=False),
    Column("pushed", Boolean, nullable=False),
)
Index("ix_prompts_given_person", prompts_given.c.person_id, prompts_given.c.given_at)

journal = Table(
    "journal",
    metadata,
    Column("id", _ID, primary_key=True),
    _person(),
    Column("on_date", Date, nullable=False),
    Column("prompted", Boolean, nullable=False),
    Column("words", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
Index("ix_journal_newest", journal.c.person_id, journal.c.created_at, journal.c.id)

journal_shares = Table(
    "journal_shares",
    metadata,
    Column("item_id", _ID, ForeignKey("journal.id"), primary_key=True),
    Column("audience", _WORD, primary_key=True),
    Column("target", _ID, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
Index("ix_journal_shares_audience", journal_shares.c.audience, journal_shares.c.target)

nudges = Table(
    "nudges",
    metadata,
    _person(primary_key=True),
    Column("words", LargeBinary, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# Who has answered and what was answered stand apart in `bag`, sealed with the check-in's own key;
# closing it takes both away and leaves `result`, of five answers and more. `words` is sealed anew.
check_ins = Table(
    "check_ins",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("cohort_id", _ID, ForeignKey("cohorts.id"), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("bag", LargeBinary),
    Column("result", Text),
    Column("words", LargeBinary),
    UniqueConstraint("cohort_id", "on_date"),
)
Index(
    "ix_check_ins_open",
    check_ins.c.closes_at,
    sqlite_where=text("NOT closed"),
    postgresql_where=text("NOT closed"),
)

check_in_keys = Table(
    "check_in_keys",
    metadata,
    Column("check_in_id", _ID, ForeignKey("check_ins.id"), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_key_id", _WORD, nullable=False, index=True),
)

# So that whoever has this metadata has all of it. They stand below what they are made with.
from storage import learning_set_tables as learning_set_tables  # noqa: E402
