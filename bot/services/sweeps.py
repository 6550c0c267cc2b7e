"""How what has had its time is counted and taken away, entry by entry of the reviewed file."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.services import check_in_results
from domain.ids import new_id
from domain.retention import LEFT, AtEnd, Entry, Register
from domain.values import dataclass
from storage import (
    audit_chain,
    check_ins,
    ended_sets,
    erasures,
    retention,
    sessions,
    supervision,
)
from storage.engine import Connection
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Sweep:
    """Counts what is over at a cutoff, and takes some of it away; that returns how much.

    Taking is safe to repeat. None is left where it takes fewer than `size`.
    """

    count: Callable[[Connection, datetime], int]
    take: Callable[[Connection, datetime, int], int]


def sweeps(register: Register, vault: Vault, now: Callable[[], datetime]) -> Mapping[str, Sweep]:
    """Return a sweep for each entry that has one, rows before those that they refer to.

    Raises:
        KeyError: The file names code that is not here.
    """
    known = by_hand(vault, now)
    found = {}
    for entry in in_order(register):
        if entry.by_hand is not None:
            found[entry.name] = known[entry.by_hand]
        else:
            found[entry.name] = _plain(_expiring(entry, register))
    return found


def in_order(register: Register) -> list[Entry]:
    """Return the entries that are swept, such that no row goes before one that refers to it."""
    order = {name: place for place, name in enumerate(retention.in_order())}
    swept = [entry for entry in register.entries.values() if entry.swept]
    return sorted(swept, key=lambda entry: -order[entry.table])


def by_hand(vault: Vault, now: Callable[[], datetime]) -> Mapping[str, Sweep]:
    """Return what needs more than deleting rows, by its name in the file."""
    return {
        "sessions": Sweep(
            lambda conn, cutoff: sessions.old_count(conn, on=cutoff.date()),
            lambda conn, cutoff, size: sessions.remove_old(conn, on=cutoff.date(), size=size),
        ),
        "supervision_requests": Sweep(
            lambda conn, cutoff: supervision.old_count(conn, before=cutoff),
            lambda conn, cutoff, size: supervision.remove_old(conn, before=cutoff, size=size),
        ),
        "learning_sets": Sweep(
            lambda conn, cutoff: ended_sets.count(conn, before=cutoff),
            lambda conn, cutoff, size: ended_sets.remove(conn, before=cutoff, size=size),
        ),
        "check_in_words": Sweep(
            lambda conn, cutoff: check_ins.words_over_count(conn, before=cutoff),
            lambda conn, cutoff, size: _forget_words(conn, vault, cutoff, size, now()),
        ),
        "audit": Sweep(
            lambda conn, cutoff: audit_chain.over(conn, cutoff=cutoff),
            lambda conn, cutoff, size: _sweep_audit(conn, vault, cutoff, size),
        ),
        "people": Sweep(
            lambda conn, cutoff: retention.gone_for_long_count(conn, cutoff=cutoff),
            lambda conn, cutoff, size: _let_go(conn, cutoff, size, now()),
        ),
    }


def cutoff_of(entry: Entry, now: datetime) -> datetime:
    """Return the moment at which, and before which, what counts from there is over."""
    if entry.ends is not None:
        return now
    period = entry.period
    assert period is not None, "a test holds that it has one"
    return period.before(now)


def _expiring(entry: Entry, register: Register) -> retention.Expiring:
    if entry.begins == LEFT:
        return retention.by_leaving(entry.table, register.owners)
    emptied = (entry.column,) if entry.at_end is AtEnd.EMPTIED and entry.column else ()
    column = entry.ends or entry.begins
    assert column is not None
    return retention.by_column(entry.table, column, emptied=emptied)


def _plain(what: retention.Expiring) -> Sweep:
    return Sweep(
        lambda conn, cutoff: retention.count(conn, what, cutoff=cutoff),
        lambda conn, cutoff, size: retention.take(conn, what, cutoff=cutoff, size=size),
    )


def _forget_words(
    conn: Connection, vault: Vault, cutoff: datetime, size: int, now: datetime
) -> int:
    found = check_ins.words_over(conn, before=cutoff, size=size)
    for check_in_id in found:
        check_in_results.forget_words(conn, vault, check_in_id, now)
    return len(found)


def _sweep_audit(conn: Connection, vault: Vault, cutoff: datetime, size: int) -> int:
    key = vault.house_key(conn, audit_chain.KEY)
    assert key is not None, "made when it is first needed"
    return audit_chain.sweep(conn, key, cutoff=cutoff, size=size)


def _let_go(conn: Connection, cutoff: datetime, size: int, now: datetime) -> int:
    """Ask that everything about people who left long ago is deleted, as they could have asked."""
    found = retention.gone_for_long(conn, cutoff=cutoff, size=size)
    asked = [person_id for person_id in found if not erasures.asked_for(conn, person_id)]
    for person_id in asked:
        erasures.ask(conn, new_id(), person_id, now=now)
    return len(asked)
