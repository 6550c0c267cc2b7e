"""A learning set in which everything is typed everywhere, for the search for words that leak."""

from datetime import datetime, time, timedelta

from practice.people import user_id
from tests.e2e.set_story import CHANNEL, LONDON, joins, offers_dates, opens_meeting, sees_set
from tests.workspace import Someone

PEOPLE = ("ada", "bilal", "dilys", "farah")

FIELDS = {"Joining link", "I'd like to think about...", "I will..."}
OFFER, ACTION = "I'd like to think about...", "I will..."
OPENED = {"a joining link", "an offer", "an action of a set"}
"""Opened in a modal by those in the set."""
NOT_SAVED = "We could not save this just now."


def a_set(control, canary, kept):
    """Dilys makes, changes and dates it, Farah leads it, Ada and Bilal are in it."""
    ada, bilal, dilys, farah = (Someone(control, handle) for handle in PEOPLE)
    _made(dilys, canary, kept)
    for person in (ada, bilal):
        person.close() if person.modal else None
        joins(person)
    assert "See joining link" in sees_set(ada).reads
    ada.press("See joining link")
    assert canary.given["a joining link"] in ada.reads
    starts = _booked(dilys, control, days=7)
    control.post("clock", now=(starts - timedelta(minutes=5)).isoformat())
    kept.alongside.wait(lambda: "See offers of today" in opens_meeting(ada).reads)
    _offered(ada, bilal, canary, kept)
    opens_meeting(ada).press("Calendar file")
    opens_meeting(farah).press("See agenda").press("Start agenda").press("Next part")
    farah.press("Close meeting")
    assert "This meeting is closed." in farah.reads
    assert "See offers of today" not in opens_meeting(bilal).reads
    _taken_away(ada, canary, kept)
    _booked(dilys, control, days=28, number=2)
    opens_meeting(bilal, 2).press("See actions to review")
    assert canary.given["an action of a set"] in bilal.reads
    for person in (ada, bilal, dilys):
        person.close().home()


def _made(dilys, canary, kept):
    dilys.close().command("/learning-set").press("Make a set")
    dilys.submit(values={"Name": canary("a set asked about"), "Joining link": canary("no link")})
    assert "link" in dilys.errors
    with kept.held():
        link = f"https://video.example.org/{canary('a link that could not be saved')}"
        typed = {"Name": canary("a set that could not be saved"), "Joining link": link}
        dilys.submit(values=typed)
        assert NOT_SAVED in " ".join(dilys.errors.values())
    link = f"https://video.example.org/{canary('a joining link')}"
    dilys.submit(
        values={
            "Name": canary("a set"),
            "Joining link": link,
            "Facilitator": user_id("farah"),
            "The set's own channel": CHANNEL,
        }
    )
    assert "The set is made." in dilys.reads, dilys.errors
    dilys.press("Change set").submit(Name=canary("a set's new name"))
    assert "Your change is saved." in dilys.reads


def _booked(dilys, control, *, days, number=1):
    """Ask about two dates from so many days ahead, and choose the first."""
    now = datetime.fromisoformat(control.get("clock")["now"]).astimezone(LONDON)
    first = datetime.combine(now.date() + timedelta(days=days), time(14), LONDON)
    dilys.close()
    offers_dates(dilys, *(int((first + timedelta(days=n)).timestamp()) for n in (0, 1)))
    opens_meeting(dilys, number).press("See what suits").press("Choose this date")
    assert "The date is chosen" in dilys.reads
    return first


def _offered(ada, bilal, canary, kept):
    ada.press("See offers of today").press("Make an offer")
    ada.submit(values={OFFER: f"{canary('an offer asked about')} on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    with kept.held():
        ada.submit(values={OFFER: canary("an offer that could not be saved")})
        assert NOT_SAVED in " ".join(ada.errors.values())
    ada.submit(values={OFFER: canary("an offer")})
    assert canary.given["an offer"] in opens_meeting(bilal).press("See offers of today").reads


def _taken_away(ada, canary, kept):
    opens_meeting(ada).press("Write an action")
    ada.submit(values={ACTION: f"{canary('an action of a set asked about')} a@b.uk"})
    assert "This may hold an e-mail address" in ada.reads
    with kept.held():
        ada.submit(values={ACTION: canary("an action of a set that could not be saved")})
        assert NOT_SAVED in " ".join(ada.errors.values())
    ada.submit(values={ACTION: canary("an action of a set")})
    assert "Your action is saved." in ada.reads
    ada.press("Part of it")
