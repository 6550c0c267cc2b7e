"""The tables of people, sessions, reflection, check-ins and what runs; private to `storage`.

Ids are 32 hex digits made by `domain.ids`. Sealed columns hold what `storage.vault` gives.
"""

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
    text,
)

from storage.columns import ID, WORD, UtcDateTime, metadata, partial_index, person

people = Table(
    "people",
    metadata,
    Column("id", ID, primary_key=True),
    Column("team", WORD, nullable=False),
    Column("account", WORD, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("deactivated", Boolean, nullable=False),
    Column("nation", WORD),
    Column("welcomed_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("team", "account"),
)

roles = Table(
    "roles",
    metadata,
    person(primary_key=True),
    Column("role", WORD, primary_key=True, index=True),
    Column("given_by", ID),
    Column("given_at", UtcDateTime, nullable=False),
)

cohorts = Table(
    "cohorts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("channel", WORD),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", ID),
)

cohort_phases = Table(
    "cohort_phases",
    metadata,
    Column("id", ID, primary_key=True),
    Column("cohort_id", ID, ForeignKey("cohorts.id"), nullable=False, index=True),
    Column("kind", WORD, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
)

cohort_members = Table(
    "cohort_members",
    metadata,
    Column("cohort_id", ID, ForeignKey("cohorts.id"), primary_key=True),
    person(primary_key=True, index=True),
    Column("added_at", UtcDateTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    person(),
    Column("on_date", Date, nullable=False),
    Column("type", WORD, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("preparation_minutes", Integer, nullable=False),
    Column("travel_minutes", Integer, nullable=False),
    Column("mode", WORD, nullable=False),
    Column("client_code", WORD),
    Column("outcome", WORD, nullable=False),
    Column("pay", WORD, nullable=False),
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
partial_index(
    "ix_sessions_newest",
    sessions.c.person_id,
    sessions.c.on_date,
    sessions.c.created_at,
    sessions.c.id,
    where=_there,
)
_supervised = _there & (sessions.c.type == "supervision") & (sessions.c.outcome == "happened")
partial_index(
    "ix_sessions_supervised",
    sessions.c.person_id,
    sessions.c.on_date,
    where=_supervised,
)
partial_index(
    "ix_sessions_deleted_at",
    sessions.c.deleted_at,
    where=sessions.c.deleted_at.is_not(None),
)
partial_index(
    "ix_sessions_private_note_expires_on",
    sessions.c.private_note_expires_on,
    where=sessions.c.private_note_expires_on.is_not(None),
)

_planned = _there & sessions.c.action_on.is_not(None)
partial_index(
    "ix_sessions_actions",
    sessions.c.person_id,
    sessions.c.action_on,
    where=_planned,
)

# One row for each month ('2026-03') and one for 'all', by type. `logged` counts every session
# that is not deleted; the rest only those that happened.
session_totals = Table(
    "session_totals",
    metadata,
    person(primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("type", WORD, primary_key=True),
    Column("logged", Integer, nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("preparation_minutes", Integer, nullable=False),
    Column("travel_minutes", Integer, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    person(primary_key=True),
    Column("choices", Text, nullable=False),
    Column("words", LargeBinary),
    Column("updated_at", UtcDateTime, nullable=False),
)

# Emptied often enough to be searched by time without an index.
idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("person_id", ID, nullable=False),
    Column("result", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Never what somebody wrote. No foreign keys: it outlives what it speaks of. One index, of the few
# lines that people can ask for: it is written with every act and seldom read, and an index of all
# makes logging a session 3 % slower. `link` is put in a little later, and chains each line to the
# one before it.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", ID),
    Column("action", WORD, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("object_id", WORD, nullable=False),
    Column("outcome", WORD, nullable=False),
    Column("reason", WORD),
    Column("link", String(64)),
    sqlite_autoincrement=True,
)
partial_index(
    "ix_audit_opened",
    audit.c.object_id,
    where=or_(audit.c.action == "journal_opened", audit.c.action == "request_note_read"),
)

person_keys = Table(
    "person_keys",
    metadata,
    person(primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_key_id", WORD, nullable=False, index=True),
)

vault_sentinel = Table(
    "vault_sentinel",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("master_key_id", WORD, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

sent_files = Table(
    "sent_files",
    metadata,
    Column("file_id", WORD, primary_key=True),
    Column("person_id", ID, nullable=False),
    Column("delete_after", UtcDateTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", WORD, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# What holds for everyone: `paused`, with a value where nothing is sent to anybody.
programme = Table(
    "programme",
    metadata,
    Column("name", WORD, primary_key=True),
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
    Column("id", ID, primary_key=True),
    Column("kind", WORD, nullable=False),
    Column("person_id", ID, ForeignKey("people.id")),
    Column("cohort_id", ID, ForeignKey("cohorts.id")),
    Column("cadence", WORD, nullable=False),
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
partial_index(
    "ix_schedules_next_at",
    schedules.c.next_at,
    where=schedules.c.next_at.is_not(None),
)

# The one road out. The key on cause, date, recipient and kind is what makes it once. No foreign
# keys besides the person: a cause may be gone by then.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", ID, primary_key=True),
    Column("cause", ID, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("recipient", WORD, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("person_id", ID, ForeignKey("people.id")),
    Column("subject", ID),
    Column("not_before", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("state", WORD, nullable=False),
    Column("reason", WORD),
    Column("tries", Integer, nullable=False),
    Column("owner", ID),
    Column("claimed_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("channel", WORD),
    Column("ts", WORD),
    UniqueConstraint("cause", "on_date", "recipient", "kind"),
)
_pending = deliveries.c.state == "pending"
_sending = deliveries.c.state == "sending"
partial_index(
    "ix_deliveries_pending",
    deliveries.c.not_before,
    where=_pending,
)
partial_index(
    "ix_deliveries_sending",
    deliveries.c.claimed_at,
    where=_sending,
)
partial_index(
    "ix_deliveries_settled",
    deliveries.c.settled_at,
    where=deliveries.c.settled_at.is_not(None),
)
partial_index(
    "ix_deliveries_subject",
    deliveries.c.subject,
    where=deliveries.c.subject.is_not(None),
)
Index("ix_deliveries_person", deliveries.c.person_id, deliveries.c.kind, deliveries.c.on_date)

# When a method of Slack may be called next. What was set after now, the clock having gone back,
# does not count.
pace = Table(
    "pace",
    metadata,
    Column("method", WORD, primary_key=True),
    Column("set_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("closed_until", UtcDateTime),
)

# Co-leads' changes to the bank of prompts, laid over the file.
prompts = Table(
    "prompts",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("text", Text, nullable=False),
    Column("cornerstone", WORD, nullable=False),
    Column("learning", Boolean, nullable=False),
    Column("for_co_leads", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", ID),
)

prompts_given = Table(
    "prompts_given",
    metadata,
    Column("id", ID, primary_key=True),
    person(),
    Column("prompt_id", WORD, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("state", WORD, nullable=False),
    Column("pushed", Boolean, nullable=False),
)
Index("ix_prompts_given_person", prompts_given.c.person_id, prompts_given.c.given_at)

journal = Table(
    "journal",
    metadata,
    Column("id", ID, primary_key=True),
    person(),
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
    Column("item_id", ID, ForeignKey("journal.id"), primary_key=True),
    Column("audience", WORD, primary_key=True),
    Column("target", ID, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
Index("ix_journal_shares_audience", journal_shares.c.audience, journal_shares.c.target)

nudges = Table(
    "nudges",
    metadata,
    person(primary_key=True),
    Column("words", LargeBinary, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# Who has answered and what was answered stand apart in `bag`, sealed with the check-in's own key;
# closing it takes both away and leaves `result`, of five answers and more. `words` is sealed anew.
check_ins = Table(
    "check_ins",
    metadata,
    Column("id", ID, primary_key=True),
    Column("cohort_id", ID, ForeignKey("cohorts.id"), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("bag", LargeBinary),
    Column("result", Text),
    Column("words", LargeBinary),
    UniqueConstraint("cohort_id", "on_date"),
)
partial_index(
    "ix_check_ins_open",
    check_ins.c.closes_at,
    where=text("NOT closed"),
)

partial_index("ix_check_ins_open_of_cohort", check_ins.c.cohort_id, where=text("NOT closed"))

check_in_keys = Table(
    "check_in_keys",
    metadata,
    Column("check_in_id", ID, ForeignKey("check_ins.id"), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_key_id", WORD, nullable=False, index=True),
)
