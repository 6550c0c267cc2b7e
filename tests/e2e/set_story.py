"""Stories of learning sets: how a set is made, joined and given a date.

The days are in March and April 2027: the 2nd of March is a Tuesday.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from practice.people import user_id

TUESDAY = "2027-03-02T10:00:00Z"
LONDON = ZoneInfo("Europe/London")
CHANNEL = "C0SPRING000"
LINK = "https://video.example.org/room"


def seconds(*when):
    """A moment in London as a form has it."""
    return int(datetime(*when, tzinfo=LONDON).timestamp())


def makes_set(dilys, facilitator="emeka", **values):
    """Make a set, from the command to its page."""
    dilys.command("/learning-set").press("Make a set")
    dilys.submit(
        values={
            "Name": "Harbour",
            "The set's own channel": CHANNEL,
            "Facilitator": user_id(facilitator) if facilitator else None,
            "Joining link": LINK,
        }
        | values
    )
    assert "The set is made." in dilys.reads, dilys.errors
    return dilys


def sees_set(person):
    """Open the one set there is."""
    if person.modal:
        person.close()
    return person.command("/learning-set").press("Open set")


def joins(person):
    """Press Join, or what is there in its place."""
    sees_set(person)
    return person.press("Join set" if "Join set" in person.reads else "Wait for a place")


def offers_dates(dilys, *moments):
    """Ask the members about dates."""
    sees_set(dilys).press("Offer dates")
    dilys.submit(values={f"Date {n}": moment for n, moment in enumerate(moments, start=1)})
    assert "Members are asked which dates suit them." in dilys.reads, dilys.errors
    return dilys


def opens_meeting(person, number=None):
    """Open a meeting of the one set there is; without a number the first that is shown."""
    sees_set(person)
    if number is None:
        return person.press("Open meeting")
    label = f"Open meeting {number}"
    [place] = [
        block["block_id"]
        for block in person.modal["blocks"]
        if block.get("accessory", {}).get("accessibility_label") == label
    ]
    return person.press("Open meeting", block_id=place)
