"""Stories of supervision: how people ask and answer, and at which time it is.

The days are in March 2027: the 2nd is a Tuesday.
"""

from tests.e2e.questions import at, messages

TUESDAY = "2027-03-02T10:04:00Z"
CLAIMED = "2027-03-02T10:31:00Z"
MONDAY = "2027-03-08T09:01:00Z"
NOTE = "Something in the last session stayed with me."

__all__ = [
    "CLAIMED",
    "MONDAY",
    "NOTE",
    "TUESDAY",
    "asks",
    "at",
    "claims",
    "met",
    "opened",
    "pushed",
    "request_of",
]


def asks(person, **values):
    """Ask, from the command to what is said back."""
    person.command("/supervision")
    if person.title != "Ask for supervision":
        person.press("Ask for supervision")
    return person.submit(values={"What is it for?": "For me"} | values)


def opened(person):
    """Open the queue from the Home tab."""
    if person.modal:
        person.close()
    return person.home().press("See all requests", home=True)


def claims(person):
    """Pick up the first that waits."""
    opened(person).press("Pick it up")
    assert "You have picked it up." in person.reads
    return person


def met(person):
    """Pick up the first that waits, record a meeting and close it."""
    claims(person).press("Record the meeting").submit()
    return person.press("Close request")


def pushed(person):
    """What the bot wrote to somebody by itself, oldest first."""
    return [message["text"] for message in messages(person)]


def request_of(bot):
    """The one request there is."""
    [request] = bot.rows("supervision_requests")
    return request
