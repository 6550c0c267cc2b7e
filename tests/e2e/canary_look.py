"""Words of which each occurs once in the world, and every place in which they are looked for."""

import base64
import json
import re
import sqlite3
import time
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.alongside import Alongside
from tests.e2e.deeds import held
from tests.e2e.screens import everyone_sees, said_by_the_bot, unpacked
from tests.workspace import Control

STEM = "canary"
AROUND = 400
"""How many bytes on either side of a trace are kept, so that the whole word is among them."""
ID_KEYS = {
    "action_id",
    "block_id",
    "callback_id",
    "external_id",
    "private_metadata",
    "value",
    "url",
}
OWN_COPY = "alongside-my-data"
OPENS_A_MODAL = {"views.open", "views.push", "views.update"}
PLACES = (
    "the log",
    "a message",
    "a top-level text",
    "a Home tab",
    "a call that opens no modal",
    "the name of a file",
    "a file",
    "an id or a value",
    "a text in a view",
    "the database",
    "the bot's folders",
    "a backup",
    "the list of processes",
    "the figures",
)


@dataclass
class Canaries:
    """Hands out words of which each occurs once in the world, and remembers what each was for."""

    given: dict

    def __call__(self, what):
        word = f"{STEM}{len(self.given):03}x{abs(hash((what, time.time()))) % 10**9:09}"
        self.given[what] = word
        return word


@dataclass
class Sqlite:
    """The bot's database as a file beside its own."""

    alongside: Alongside

    @property
    def file(self):
        [file] = self.alongside.folder.rglob("alongside.db")
        return file

    def held(self):
        """Keep everybody else from writing."""
        return held(self.file)

    def query(self, sql):
        with closing(sqlite3.connect(self.file)) as there:
            rows = there.execute(sql).fetchall()
            there.commit()
            return rows

    def files(self):
        """The database, its write-ahead log and its shared memory."""
        return [f for f in self.alongside.folder.rglob("alongside.db*") if f.is_file()]

    own_files = files


@dataclass
class Postgres:
    """The bot's database on a server of this run alone."""

    alongside: Alongside
    server: object
    url: str

    @contextmanager
    def held(self):
        """Keep everybody else from finding out who acts, which every deed begins with."""
        with psycopg.connect(self.url) as other:
            other.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()

    def query(self, sql):
        with psycopg.connect(self.url, autocommit=True) as there:
            found = there.execute(sql)
            return found.fetchall() if found.description else []

    def files(self):
        """Everything the server keeps: tables, indexes, its write-ahead log, its own log."""
        return self._below(self.server.folder)

    def own_files(self):
        """The files of this database alone: its tables, indexes and statistics."""
        [[oid]] = self.query("SELECT oid FROM pg_database WHERE datname = current_database()")
        return self._below(self.server.folder / "base" / str(oid))

    def _below(self, folder):
        self.query("CHECKPOINT")
        return [f for f in folder.rglob("*") if f.is_file()]


@dataclass
class Evidence:
    """What is left behind: the workspace's ledger and files, the bot's log and folders."""

    control: Control
    alongside: Alongside
    kept: Sqlite | Postgres
    processes: list = field(default_factory=list)
    also_said: list = field(default_factory=list)
    figures: str | None = None
    """The address on which the bot shows its figures, where it does."""

    def look_at_processes(self):
        """Remember what anybody on this computer could read of who runs what."""
        for process in Path("/proc").glob("[0-9]*"):
            for name in ("cmdline", "environ"):
                try:
                    self.processes.append((process / name).read_bytes())
                except OSError:
                    continue

    def by_place(self):
        """For each place, everything in it."""
        said = said_by_the_bot(self.control)
        entries = self.control.ledger()
        methods = [(e["method"] or "", e) for e in entries]
        top_level = [p["text"] for p in said if isinstance(p, dict) and p.get("text")]
        files = [e for method, e in methods if method.startswith("files.")]
        uploads = [e for e in entries if e["kind"] == "upload"]
        temp = Path(f"{self.alongside.folder}.tmp")
        kept = [f for folder in (self.alongside.folder, temp) for f in folder.rglob("*")]
        database = self.kept.files()
        backups = [f for f in kept if f.suffix == ".backup"]
        others = [f for f in kept if f.is_file() and f not in [*database, *backups]]
        return {
            "the log": [self.alongside.log, self.alongside.said, *self.also_said],
            "a message": [e for method, e in methods if method.startswith("chat.")],
            "a top-level text": top_level,
            "a Home tab": [e for method, e in methods if method == "views.publish"],
            "a call that opens no modal": [
                e for m, e in methods if e["kind"] == "api" and m not in OPENS_A_MODAL
            ],
            "the name of a file": [files, uploads, [f.name for f in kept]],
            "a file": list(self._downloads()),
            "an id or a value": list(ids_in(said)),
            "a text in a view": list(shown_in(said)),
            "the database": [f.read_bytes() for f in database],
            "the bot's folders": [f.read_bytes() for f in others],
            "a backup": [f.read_bytes() for f in backups],
            "the list of processes": self.processes,
            "the figures": list(self._figures()),
        }

    def places(self, *words):
        """For each word, the names of the places where it is found."""
        near = {
            place: b"\n".join(piece for part in parts for piece in around(_as_bytes(part)))
            for place, parts in self.by_place().items()
        }
        return {
            word: {place for place, blob in near.items() if any(t in blob for t in traces(word))}
            for word in words
        }

    def on_screens(self):
        """Everything on anybody's screen at this moment."""
        return json.dumps(everyone_sees(self.control))

    def _downloads(self):
        """Yield every file but somebody's own copy of what is held, which is for them to have."""
        for file in self.files():
            if not file["name"].startswith(OWN_COPY):
                yield self.control.download(file["url"])

    def files(self):
        """Every file that is in Slack now."""
        messages = [m for c in self.control.get("state")["channels"] for m in c["messages"]]
        return [f for m in messages for f in m["files"]]

    def _figures(self):
        if self.figures is not None:
            with urllib.request.urlopen(self.figures, timeout=10) as answer:
                yield answer.read()


def around(blob):
    """Yield every part of it that may hold one of the words."""
    for trace in traces(STEM):
        for found in re.finditer(re.escape(trace), blob):
            yield blob[max(0, found.start() - AROUND) : found.end() + AROUND]


def traces(word):
    """The word as it could stand in a file: plain, in two bytes a letter, in hex or in base64."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield plain.hex().encode()
    for shift in range(3):
        yield base64.b64encode(b"x" * shift + plain)[4 * bool(shift) : -4]


def _as_bytes(part):
    return part if isinstance(part, bytes) else json.dumps(part).encode()


def ids_in(place):
    """Every id, value and piece of metadata in blocks, views and payloads."""
    if isinstance(place, list):
        for part in place:
            yield from ids_in(part)
    elif isinstance(place, dict):
        for name, part in place.items():
            if name in ID_KEYS and isinstance(part, str):
                yield part
            elif name == "metadata":
                yield json.dumps(part)
            yield from ids_in(part)


def shown_in(place, name=""):
    """Every text but what stands in a person's own field."""
    if isinstance(place, list):
        for part in place:
            yield from shown_in(part, name)
    elif isinstance(place, dict):
        for key, part in place.items():
            yield from shown_in(part, key)
    elif isinstance(place, str) and name != "initial_value":
        yield place


# Forms and fields


def views_sent(control):
    """Every view that the bot showed anybody."""
    return [p["view"] for p in said_by_the_bot(control) if isinstance(p.get("view"), dict)]


def text_fields(control):
    """Every field for words, as form and field, that was on anybody's screen."""
    return {
        (view.get("callback_id"), block["block_id"])
        for view in views_sent(control)
        for block in view.get("blocks", ())
        if block["type"] == "input" and block["element"]["type"].endswith("text_input")
    }


def filled_fields(control):
    """Every field, as form and field, that was sent with one of the words in it."""
    found = set()
    for entry in control.ledger():
        sent = unpacked(entry["payload"]) if entry["kind"] == "envelope" else {}
        view = sent.get("view") or {}
        for block, state in (view.get("state") or {}).get("values", {}).items():
            if sent.get("type") == "view_submission" and STEM in json.dumps(state):
                found.add((view["callback_id"], block))
    return found


def shown_to(control, word):
    """Who was shown a word in a text of a view: by what they pressed or sent."""
    entries = control.ledger()
    people = {}
    for entry in (e for e in entries if e["kind"] == "envelope"):
        sent = entry["payload"]
        known = (
            sent.get("trigger_id"),
            entry.get("envelope_id"),
            (sent.get("view") or {}).get("id"),
        )
        user = (sent.get("user") or {}).get("id") or sent.get("user_id")
        people |= {key: user for key in known if key}
    shown = [
        entry
        for entry in entries
        if entry["kind"] in {"api", "ack"} and isinstance(entry["payload"], dict)
        if any(word in text for text in shown_in(unpacked(entry["payload"])))
    ]
    keys = ("trigger_id", "view_id")
    return {
        people[next(k for k in (e.get("envelope_id"), *map(e["payload"].get, keys)) if k in people)]
        for e in shown
    }
