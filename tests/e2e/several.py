"""Several processes of the bot on one database, and what stands before them and watches them."""

import http.client
import socket
import threading
import time
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError, URLError

import psycopg

from bot.handlers import register
from bot.handlers.listener_names import ListenerNames
from tests.alongside import Alongside, connected_to
from tests.e2e.deeds import SAVED
from tests.workspace import KEYS, Someone

PATIENCE_SECONDS = 60
IN_TIME = 10.0 + 5.0
"""What is promised, and what a machine that is busy with other tests may add."""


@dataclass
class Group:
    """Makes processes that share a database, the keys and the list of people who are gone."""

    practice: object
    folder: Path
    database_url: str
    ports: object
    started: list = field(default_factory=list)

    def member(self, name, *arguments, code=None, **settings):
        """One of them, not started yet; `code` is a folder with another version's code."""
        ours = {
            "database_url": self.database_url,
            "master_keys": KEYS.text(),
            "ledger_file": self.folder / "erasures.ledger",
            "sweep_seconds": 1,
            "health_port": self.ports(),
            "instance_name": name,
        } | settings
        if arguments == ("serve",):
            ours |= {
                "slack_bot_token": self.practice.bot_token,
                "slack_signing_secret": self.practice.signing_secret,
                "slack_api_url": self.practice.api_url,
                "http_port": self.ports(),
            }
            one = OfVersion(self.folder / name, *arguments, **ours)
        else:
            made = connected_to(self.practice, self.folder / name, **ours)
            one = OfVersion(made.folder, *arguments, **made.settings)
        one.code = code
        self.started.append(one)
        return one

    def rows(self, sql):
        """What stands in the database."""
        with psycopg.connect(self.database_url) as there:
            return there.execute(sql.encode()).fetchall()

    def kill(self):
        for one in self.started:
            one.kill()


class OfVersion(Alongside):
    """The command, of this version or of the one whose code lies in another folder."""

    code = None

    def _environment(self):
        theirs = {} if self.code is None else {"PYTHONPATH": str(self.code)}
        return super()._environment() | theirs

    def asked(self, page):
        """The status and the text of one of its pages; None where nobody answers."""
        return asked(self.settings["health_port"], page)

    def until(self, page, word):
        """Wait until a page says this word."""
        self.wait(lambda: (answer := self.asked(page)) and answer[1].strip() == word)
        return self


def asked(port, page):
    """Ask a page of the port of health."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except (URLError, OSError):
        return None


def free_port():
    """A port that nobody listens at."""
    with closing(socket.socket()) as any_free:
        any_free.bind(("127.0.0.1", 0))
        return any_free.getsockname()[1]


class Registers:
    """Stands for Bolt's app where only names are asked for: whatever is registered is taken."""

    def __getattr__(self, _):
        return lambda *given, **more: lambda listener: listener


def listener_names():
    """The names of every listener of the bot."""
    return ListenerNames(register(Registers())).all


@dataclass
class Presses:
    """Somebody who logs one session after another until told to stop."""

    person: Someone
    letter: str
    saved: list = field(default_factory=list)
    trouble: list = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def start(self):
        self.thread = threading.Thread(target=self._go_on)
        self.thread.start()
        return self

    def stop(self):
        self.enough.set()
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive()
        return self

    def _go_on(self):
        number = 0
        while not self.enough.is_set():
            number += 1
            code = f"{self.letter}-{number:03}"
            try:
                self.person.close().command("/session").submit(values={"Client code": code})
            except AssertionError as problem:
                self.trouble.append(str(problem))
                continue
            if self.person.modal and SAVED in self.person.reads:
                self.saved.append(code)
            else:
                self.trouble.append((code, self.person.last, self.person.notices))


def pressing(people):
    """All of them press; each client code is a letter of theirs and a number."""
    return [Presses(one, letter).start() for one, letter in zip(people, "KLMNPQRS", strict=False)]


def until_each_has_saved(presses, more):
    """Wait until each of them has had this many more sessions saved."""
    wanted = [len(one.saved) + more for one in presses]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(len(one.saved) < number for one, number in zip(presses, wanted, strict=True)):
        assert time.monotonic() < deadline, [(len(one.saved), one.trouble) for one in presses]
        time.sleep(0.02)


class Balancer:
    """A load balancer: it asks who is ready, and takes the next where one does not listen."""

    def __init__(self, port):
        self.members, self.ready, self.turn = [], [], 0
        self.sent = {}
        self.lock, self.stopped = threading.Lock(), threading.Event()
        balancer = self

        class Passing(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                balancer.passed(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Passing)
        self.server.daemon_threads = True
        for work in (self.server.serve_forever, self._look):
            threading.Thread(target=work, daemon=True).start()

    def stop(self):
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()

    def passed(self, asking):
        body = asking.rfile.read(int(asking.headers["Content-Length"]))
        for one in self._in_turn():
            port = one.settings["http_port"]
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as there:
                try:
                    there.connect()
                except ConnectionRefusedError:
                    continue
                there.request("POST", asking.path, body=body, headers=dict(asking.headers))
                answer = there.getresponse()
                said = answer.read()
            with self.lock:
                self.sent[port] = self.sent.get(port, 0) + 1
            asking.send_response(answer.status)
            asking.send_header("Content-Type", answer.getheader("Content-Type", "text/plain"))
            asking.send_header("Content-Length", str(len(said)))
            asking.end_headers()
            asking.wfile.write(said)
            return
        asking.send_error(502)

    def _in_turn(self):
        with self.lock:
            self.turn += 1
            ready = list(self.ready)
        first = self.turn % len(ready) if ready else 0
        return ready[first:] + ready[:first]

    def _look(self):
        while not self.stopped.wait(0.1):
            with suppress(OSError):
                ready = [one for one in self.members if one.asked("/ready") == (200, "ready\n")]
                with self.lock:
                    self.ready = ready
