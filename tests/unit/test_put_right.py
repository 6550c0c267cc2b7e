"""Everything that is held about somebody can be put right, or it is said why it cannot."""

from bot.services.retention_file import read_register
from bot.views import put_right
from bot.words import Words
from domain.ids import new_id
from domain.people import Account, Person, Role

REGISTER = read_register()
WORDS = Words()


def person(*roles):
    return Person(
        id=new_id(), account=Account("T1", "U1"), tz="Europe/London", roles=frozenset(roles)
    )


def labels(held, me):
    return [button["text"]["text"] for button in put_right.buttons(WORDS, held, me)]


def test_every_table_with_something_of_a_persons_is_in_one_of_the_three_lists():
    by_form = [table for way in put_right.WAYS for table in way.tables]
    every = [*by_form, *put_right.BY_CO_LEADS, *put_right.AS_IT_HAPPENED]
    assert sorted(every) == sorted(REGISTER.owners)


def test_every_sealed_word_of_a_person_can_be_changed_by_a_form():
    """What somebody wrote is theirs to change; the program's own keys are nobody's words."""
    by_form = {table for way in put_right.WAYS for table in way.tables}
    for entry in REGISTER.entries.values():
        if entry.sealed_for == "person":
            assert entry.table in by_form, entry.name


def test_a_way_is_offered_where_something_is_held_and_their_role_opens_it():
    held = {"sessions.note", "time_off", "preferences"}
    assert labels(held, person(Role.PARTNER)) == ["See my sessions", "Change my settings"]
    assert labels(held, person(Role.SUPERVISOR)) == [
        "Change time off and limit",
        "Change my settings",
    ]
    assert labels({"audit"}, person(*Role)) == []
    assert labels(set(REGISTER.owners), person()) == []
    assert len(labels(set(REGISTER.owners), person(*Role))) == len(put_right.WAYS)
