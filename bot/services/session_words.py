"""What a partner keeps with a session for themselves alone: sealed, and never in a list."""

import json
from dataclasses import replace
from datetime import date

from bot.services.gate import admit
from bot.services.peace import keep_peace
from bot.services.session_access import changing, own
from domain import sessions as rules
from domain.clock import Clock
from domain.identifiers import kinds_in
from domain.people import Account
from domain.policy import Act
from domain.sessions import (
    Cornerstone,
    Heaviness,
    Session,
    SessionDetails,
    SessionWords,
    Skill,
    Wish,
)
from domain.values import dataclass
from storage import sessions as store
from storage.engine import Connection, Database
from storage.sessions import Sealed
from storage.vault import Place, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session with what only its owner may read."""

    session: Session
    details: SessionDetails
    words: SessionWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of the words: kept with `session`; or, while it `asks`, not kept at all.

    `asks` names what the words seem to hold, such as `email` or `phone`.
    """

    session: Session | None
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PrivateWords:
    """The use cases of a session's private part, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def open(self, by: Account, session_id: str) -> Opened:
        """Return one of the person's own sessions with what they alone may read."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SESSIONS)
            session = own(conn, me, session_id, Act.SEE_SESSIONS)
            return Opened(
                session=session,
                details=details_of(conn, self.vault, session),
                words=self._words(conn, session),
            )

    def say(
        self,
        by: Account,
        session_id: str,
        *,
        heaviness: Heaviness | None = None,
        wish: Wish | None = None,
    ) -> Session:
        """Keep how heavy it was, or what the person would like now.

        After a heavy one the person is left alone for a while.
        """
        with changing(self.database, self.clock, by, session_id) as change:
            before = details_of(change.conn, self.vault, change.session)
            details = replace(
                before, heaviness=heaviness or before.heaviness, wish=wish or before.wish
            )
            changed = replace(change.session, has_details=True, updated_at=change.now)
            sealed = store.sealed(change.conn, session_id)._replace(
                details=self._seal(change.conn, changed, "details", _pack(details))
            )
            store.update(change.conn, changed, sealed)
            if heaviness is not None:
                keep_peace(change.conn, self.vault, change.me, heaviness, now=change.now)
            change.done("session_details_kept")
        return changed

    def keep(
        self,
        by: Account,
        session_id: str,
        details: SessionDetails,
        words: SessionWords,
        *,
        confirmed: bool,
    ) -> Kept:
        """Keep details and words with a session, in place of what was there.

        Args:
            by: Who asks.
            session_id: Their session.
            details: Skills and cornerstone; heaviness and wish stay as they were.
            words: None deletes what was there.
            confirmed: The person has seen that the words may say who somebody is.

        Raises:
            NotValid: Words that are too long.
        """
        rules.check_words(words)
        kinds = kinds_in(" \n ".join(text for text in (words.action, words.note) if text))
        if kinds and not confirmed:
            return Kept(session=None, asks=kinds)
        with changing(self.database, self.clock, by, session_id) as change:
            before = details_of(change.conn, self.vault, change.session)
            kept = replace(details, heaviness=before.heaviness, wish=before.wish)
            changed = replace(
                change.session,
                action_on=words.action_on,
                note_expires_on=self._expiry(change.conn, change.session, words.note),
                has_details=True,
                has_action=words.action is not None,
                has_note=words.note is not None,
                updated_at=change.now,
            )
            sealed = Sealed(
                details=self._seal(change.conn, changed, "details", _pack(kept)),
                action=self._seal(change.conn, changed, "action", words.action),
                note=self._seal(change.conn, changed, "note", words.note),
            )
            store.update(change.conn, changed, sealed)
            change.done("session_words_kept")
        return Kept(session=changed)

    def _expiry(self, conn: Connection, session: Session, note: str | None) -> date | None:
        """A note expires 90 days after it was written; saving it unchanged does not renew it."""
        if note is None:
            return None
        if session.note_expires_on and note == self._words(conn, session).note:
            return session.note_expires_on
        return self.clock().date() + rules.NOTE_KEPT

    def _words(self, conn: Connection, session: Session) -> SessionWords:
        sealed = store.sealed(conn, session.id)
        return SessionWords(
            action=self._opened(conn, session, "action", sealed.action),
            action_on=session.action_on,
            note=self._opened(conn, session, "note", sealed.note),
        )

    def _opened(
        self, conn: Connection, session: Session, column: str, sealed: bytes | None
    ) -> str | None:
        if sealed is None:
            return None
        return self.vault.open(conn, session.person_id, _place(session, column), sealed)

    def _seal(
        self, conn: Connection, session: Session, column: str, text: str | None
    ) -> bytes | None:
        if text is None:
            return None
        return self.vault.seal(conn, session.person_id, _place(session, column), text)


def details_of(conn: Connection, vault: Vault, session: Session) -> SessionDetails:
    """Return what is kept with a session for its owner's eyes, or for whom they show it."""
    sealed = store.sealed(conn, session.id).details
    if sealed is None:
        return SessionDetails()
    return _unpack(vault.open(conn, session.person_id, _place(session, "details"), sealed))


def _place(session: Session, column: str) -> Place:
    return Place("sessions", column, session.id)


def _pack(details: SessionDetails) -> str:
    return json.dumps(
        {
            "heaviness": details.heaviness,
            "wish": details.wish,
            "cornerstone": details.cornerstone,
            "skills": sorted(details.skills),
        }
    )


def _unpack(text: str) -> SessionDetails:
    kept = json.loads(text)
    return SessionDetails(
        heaviness=Heaviness(kept["heaviness"]) if kept["heaviness"] else None,
        wish=Wish(kept["wish"]) if kept["wish"] else None,
        cornerstone=Cornerstone(kept["cornerstone"]) if kept["cornerstone"] else None,
        skills=frozenset(Skill(skill) for skill in kept["skills"]),
    )
