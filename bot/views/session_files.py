"""The form that asks for a file, and the files themselves."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot import ids
from bot.services.session_files import HoursLetter
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.session_list import by_type
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.refusals import NotValid
from domain.sessions import Session
from domain.spreadsheets import inert

KIND = "kind"
START = "start"
END = "end"
CSV = "csv"
LETTER = "letter"


def files_form(words: Words, *, start: date, end: date, form: str) -> Json:
    """Ask which file and, for the letter, for which period."""
    kinds = [
        kit.option(words("files.letter"), LETTER, words("files.letter_about")),
        kit.option(words("files.csv"), CSV, words("files.csv_about")),
    ]
    blocks = [
        kit.field(KIND, words("files.kind"), kit.radio(kinds, LETTER)),
        kit.field(START, words("files.start"), kit.day(start), hint=words("files.period_hint")),
        kit.field(END, words("files.end"), kit.day(end)),
        who_sees(words, Thing.MY_DATA, also=words("files.sent")),
    ]
    return kit.modal(
        words("files.title"),
        blocks,
        callback_id=ids.SESSION_FILES_FORM,
        submit=words("files.make"),
        close=words("close.not_now"),
        metadata=Meta(form=form).pack(),
    )


def read_files_form(view: Mapping[str, Any]) -> tuple[str, date, date]:
    """Return the kind of file and the period.

    Raises:
        NotValid: A date that is none.
    """
    values = Values(view)
    period = []
    for name in (START, END):
        try:
            day = values.day(name)
        except ValueError:
            day = None
        if day is None:
            raise NotValid({name: "date_wrong"})
        period.append(day)
    return values.choice(KIND) or LETTER, period[0], period[1]


def on_its_way(words: Words) -> Json:
    """Say that a file is being made."""
    return _page(words, words("files.on_its_way"))


def arrived(words: Words) -> Json:
    """Say where the file is and how long it stays."""
    return _page(words, words("files.arrived"))


def did_not_arrive(words: Words) -> Json:
    """Say that the file could not be sent, and what to do."""
    return _page(words, words("files.did_not_arrive"))


def sessions_csv(words: Words, sessions: Iterable[Session]) -> bytes:
    """Return every session as rows: UTF-8 with a mark that spreadsheets look for, CRLF (RFC 4180).

    Facts only: how heavy it was and what a person wrote is never in it.
    """
    columns = ("date", "type", "minutes", "preparation", "travel", "mode", "client", "outcome")
    out = io.StringIO(newline="")
    rows = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow([inert(words(f"csv.{column}")) for column in (*columns, "pay")])
    for session in sessions:
        rows.writerow([inert(cell) for cell in _cells(words, session)])
    return out.getvalue().encode("utf-8-sig")


def hours_letter(words: Words, letter: HoursLetter) -> bytes:
    """Return the hours letter as plain text: sums of a period, no names and no codes."""
    return words(
        "letter.text",
        start=words.day(letter.start),
        end=words.day(letter.end),
        hours=words.duration(letter.totals.minutes),
        practice=words.duration(letter.totals.practice_minutes),
        sessions=letter.totals.sessions,
        clients=letter.clients,
        lines=by_type(words, letter.totals),
        written_on=words.day(letter.written_on),
    ).encode()


def _cells(words: Words, session: Session) -> list[str]:
    facts = session.facts
    return [
        facts.on_date.isoformat(),
        words(f"session.type.{facts.type}"),
        str(facts.minutes),
        str(facts.preparation_minutes),
        str(facts.travel_minutes),
        words(f"session.mode.{facts.mode}"),
        facts.client_code or "",
        words(f"session.outcome.{facts.outcome}"),
        words(f"session.pay.{facts.pay}"),
    ]


def _page(words: Words, text: str) -> Json:
    return kit.modal(
        words("files.title"),
        [kit.say(text)],
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )


def file_name(kind: str) -> str:
    """Return a file name that says nothing private."""
    return "alongside-sessions.csv" if kind == CSV else "alongside-hours.txt"
