"""How requests and meetings of supervision stand, in words."""

from bot.views.times import Times
from bot.words import Words
from domain.supervision import Chance, Record


def chance_in_words(times: Times, chance: Chance) -> str:
    """Say why nobody can take a request now."""
    if chance.nobody == "away" and chance.back_at is not None:
        return times.words("chance.away", date=times.day(chance.back_at))
    return times.words(f"chance.{chance.nobody}")


def record_in_words(words: Words, record: Record) -> str:
    """Say when somebody met, for how long, with how many and how."""
    size = words("record.one_to_one")
    if record.people > 1:
        size = words("record.group_of", people=record.people)
    return words(
        "record.said",
        date=words.day(record.on_date),
        length=words.duration(record.minutes),
        size=size,
        mode=words(f"session.mode.{record.mode}"),
    )
