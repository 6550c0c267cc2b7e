"""What the lines "Who can see this" say of a kind of thing, as keys of the catalogue.

Each sentence of a line is whole, and names people in whole phrases, so that it can be translated.
"""

from domain.sights import UNSEEN, Row, Sight, Thing, Viewer, sight
from domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """One sentence of a line: in what way, and who, as keys of the catalogue."""

    key: str
    who: tuple[str, ...] = ()


def ways(thing: Thing, *, you: Viewer | None = Viewer.AUTHOR) -> tuple[Way, ...]:
    """Return what a line says of a kind of thing: a sentence for each way in which it is seen.

    Args:
        thing: What the form asks for.
        you: Who reads the line; None where they are among others, as co-leads are.
    """
    return ways_of({viewer: sight(thing, viewer) for viewer in Viewer}, you=you)


def ways_of(row: Row, *, you: Viewer | None = Viewer.AUTHOR) -> tuple[Way, ...]:
    """Return what a line says of a row; as in `ways`."""
    seen: dict[Sight, list[Viewer]] = {}
    for viewer in Viewer:
        seen.setdefault(_said_as(row[viewer]), []).append(viewer)
    whole = seen.pop(Sight.YES, [])
    found = [_whole(whole, you, alone=set(seen) <= _UNSAID)]
    for way in (one for one in Sight if one in seen and one not in _UNSAID - {Sight.NEVER}):
        found.append(Way(_key(way, you), tuple(_who(one, way, you) for one in seen[way])))
    return tuple(found)


_UNSAID = UNSEEN | {Sight.IF_FACILITATOR}
_WHOLE = frozenset({Sight.OWN, Sight.YES, Sight.THAT_ONE})


_CHOSEN = {
    (Sight.IF_SHARED, Viewer.ACCEPTING): "sees.who.supervisor",
    (Sight.IF_SHARED, Viewer.SET): "sees.who.set_of_yours",
    (Sight.WHAT_I_CHOOSE, Viewer.ACCEPTING): "sees.who.supervisor",
    (Sight.WHAT_I_CHOOSE, Viewer.SET): "sees.who.sets_of_yours",
    (Sight.WHAT_I_CHOOSE, Viewer.FACILITATOR): "sees.who.their_facilitators",
}
"""Whoever shares something chooses one supervisor or one set of theirs, or shows it to all sets."""


_BY_CHOICE = frozenset({Sight.IF_SHARED, Sight.WHAT_I_CHOOSE, Sight.TO_ARRANGE})
"""What the author decides: to anybody else, the line says that it is theirs to decide."""


def _key(way: Sight, you: Viewer | None) -> str:
    of_others = way in _BY_CHOICE and you is not Viewer.AUTHOR
    return f"sees.{way}.of_others" if of_others else f"sees.{way}"


def _said_as(found: Sight) -> Sight:
    if found is Sight.IF_ATTACHED:
        return Sight.WHAT_I_CHOOSE
    return Sight.YES if found in _WHOLE else found


def _whole(viewers: list[Viewer], you: Viewer | None, *, alone: bool) -> Way:
    if not viewers:
        return Way("sees.nobody")
    if alone and viewers == [you]:
        return Way("sees.only_you")
    first = sorted(viewers, key=lambda one: one is not you)
    return Way("sees.yes", tuple(_who(one, Sight.YES, you) for one in first))


def _who(viewer: Viewer, way: Sight, you: Viewer | None) -> str:
    if viewer is you:
        return "sees.who.you"
    of_yours = _CHOSEN.get((way, viewer)) if you is Viewer.AUTHOR else None
    return of_yours or f"sees.who.{viewer}"
