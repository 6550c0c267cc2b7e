"""Stories in which questions come: at which time it is, and what somebody finds in their messages.

The days are in March 2026: the 3rd is a Tuesday, and questions come on Wednesdays at half past
nine.
"""

from practice.people import user_id

TUESDAY = "2026-03-03T12:00:00Z"
WEDNESDAY = "2026-03-04T09:31:00Z"
NEXT_WEDNESDAY = "2026-03-11T09:31:00Z"
BUTTONS = ["Answer", "Ask me tomorrow", "Skip", "Not this one again", "Change how often"]


def begin(bot, control, now=TUESDAY):
    """Let it be that time, with the made-up people enrolled just now."""
    bot.settle()
    control.post("clock", now=now)
    bot.start_over()


def at(bot, control, now):
    """Let that time come, and with it what is due."""
    control.post("clock", now=now)
    bot.tick()


def messages(person):
    """What the bot has written to somebody, oldest first, each with the channel it stands in."""
    found = [m | {"channel": c["id"]} for c in person.sees["channels"] for m in c["messages"]]
    return sorted((m for m in found if m["bot_id"] and not m["ephemeral"]), key=_ts)


def _ts(message):
    return message["ts"]


def buttons(message):
    """The words on the buttons of a message."""
    rows = [b["elements"] for b in message["blocks"] if b["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


def question(message):
    """The question that a message brings."""
    return message["blocks"][0]["text"]["text"]


def press(person, message, label):
    """Press a button of that message."""
    return person.press(label, channel=message["channel"], ts=message["ts"])


def of(bot, handle, table):
    """The rows of a table that are somebody's."""
    [person] = [p["id"] for p in bot.rows("people") if p["account"] == user_id(handle)]
    return [row for row in bot.rows(table) if row["person_id"] == person]
