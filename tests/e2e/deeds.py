"""What several stories do, and what they look at."""

import sqlite3
import time
from contextlib import closing, contextmanager

SAVED = "Your session is saved."
FOR_THE_PROGRAMME = "Alongside is for people in the programme."
ANOTHER_ROLE = "This part is for another role."
FORM_TABLES = ("sessions", "cohorts", "cohort_members", "roles", "preferences", "sent_files")


def log(person, **values):
    """Log a session from the command to what is said back."""
    person.close().command("/session")
    person.submit(values={"Client code": "C-07"} | values)
    assert SAVED in person.reads
    return person


def stored(bot):
    """What every form together has brought into the database."""
    return {table: bot.rows(table) for table in FORM_TABLES}


def until(true, seconds=30):
    """Wait for what comes by itself."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"it did not come within {seconds} seconds"
        time.sleep(0.05)


@contextmanager
def held(file):
    """Another program holds the database file."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
