"""What everybody reads who is not in the programme, and what is there for everyone."""

import pytest

from bot import ids
from bot.manifest import COMMANDS
from practice.people import TEAM_ID, user_id
from tests.e2e.deeds import FOR_THE_PROGRAMME, log, stored
from tests.e2e.screens import everyone_sees, said_by_the_bot
from tests.forging import Forger, sent_views
from tests.workspace import Bot, Control, Someone, metadata, start_practice


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


def slack_says_gone(control, handle):
    """Slack tells the bot that the account was switched off; here they can go on pressing."""
    user = {"id": user_id(handle), "team_id": TEAM_ID, "deleted": True, "profile": {}}
    answer = control.post("event", event={"type": "user_change", "user": user})
    assert answer["ok"], answer


@pytest.mark.parametrize("handle", ["iona", "kit"])
def test_whoever_is_not_enrolled_reads_one_kind_sentence_and_nothing_else(
    someone, control, bot, handle
):
    person = someone(handle, welcomed=False)
    person.home()
    assert person.home_tab.splitlines()[0].startswith(FOR_THE_PROGRAMME)
    assert "Log a session" not in person.home_tab
    before = stored(bot), bot.rows("people")

    for command in COMMANDS:
        if command == "/support":
            continue
        told = len(person.whispers)
        person.command(command, "a word")
        assert person.modal is None
        assert len(person.whispers) == told + 1
    assert all(text.startswith(FOR_THE_PROGRAMME) for text in person.whispers)

    person.shortcut("Log a session")
    assert FOR_THE_PROGRAMME in person.reads
    assert (stored(bot), bot.rows("people")) == before


def test_a_guest_who_is_enrolled_takes_part_like_everyone(someone, dilys, bot):
    dilys.command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("kit")], "Roles": ["Partner"]})

    log(someone("kit"))
    assert [row["client_code"] for row in bot.rows("sessions")] == ["C-07"]


def test_an_outsider_reads_one_kind_sentence(control, bot):
    lena = Someone(control, "lena")
    lena.home()
    assert lena.home_tab.startswith(FOR_THE_PROGRAMME)

    lena.shortcut("Log a session")
    assert FOR_THE_PROGRAMME in lena.reads
    assert bot.rows("sessions") == []


@pytest.mark.parametrize(
    ("handle", "why"),
    [
        ("jonas", "This account is switched off in Slack."),
        ("lena", "This account belongs to another organisation."),
        ("alongside", "This account is a bot."),
    ],
)
def test_accounts_that_cannot_take_part_are_not_let_in(dilys, bot, control, handle, why):
    people = control.get("state")["people"]
    account = next(p["id"] for p in people if p["name"] == handle)
    before = stored(bot)
    dilys.command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [account, user_id("iona")], "Roles": ["Partner"]})

    assert why in dilys.reads
    new = [row for row in bot.rows("roles") if row not in before["roles"]]
    assert len(new) == 1


def test_an_account_that_was_switched_off_is_let_in_nowhere(ada, control, bot, forger):
    log(ada).press("Change session")
    form = sent_views(control, ids.SESSION_FORM)[-1]
    slack_says_gone(control, "ada")
    before = stored(bot)

    ada.close().command("/session")
    assert ada.modal is None
    assert ada.whispers[-1].startswith(FOR_THE_PROGRAMME)
    forger.show(ada, form).submit(values={"How long was it?": "5 hours"})
    assert FOR_THE_PROGRAMME in " ".join(ada.errors.values())
    ada.close().home()
    assert ada.home_tab.startswith(FOR_THE_PROGRAMME)
    assert stored(bot) == before


# Support, whatever happens


@pytest.fixture
def ruin(tmp_path):
    """Overwrites a bot's database file, once told to; and the control API of its workspace."""
    practice = start_practice()
    bot = Bot(practice, f"sqlite:///{tmp_path / 'alongside.db'}")
    control = Control(practice)
    Someone(control, "ada").home()

    def overwrite():
        for part in tmp_path.glob("alongside.db*"):
            part.write_bytes(b"rubbish" * 2000)

    yield control, overwrite
    bot.stop()
    practice.stop()


@pytest.fixture
def ruined(ruin):
    """The control API of a workspace whose bot had its database file overwritten."""
    control, overwrite = ruin
    overwrite()
    return control


@pytest.mark.parametrize("handle", ["ada", "dilys", "farah", "hari", "iona", "kit"])
def test_support_is_for_everyone(someone, handle):
    person = someone(handle, welcomed=False)

    person.command("/support")
    assert person.title == "Find support"
    for number in ("999", "116 123", "85258"):
        assert number in person.reads

    person.close().home().press("Find support", home=True)
    assert person.title == "Find support"


@pytest.mark.parametrize("handle", ["ada", "dilys", "iona"])
def test_support_is_there_when_the_database_is_not(ruined, handle):
    person = Someone(ruined, handle)
    person.command("/session")
    assert person.modal is None
    assert person.whispers, "it is not said that nothing can be done now"

    person.command("/support")

    assert person.title == "Find support"
    assert "116 123" in person.reads


def test_the_support_button_works_when_the_database_does_not(ruined):
    ada = Someone(ruined, "ada")

    ada.press("Find support", home=True)

    assert ada.title == "Find support"


def test_whoever_is_not_safe_sees_who_to_call_when_the_database_does_not_work(ruin):
    control, overwrite = ruin
    ada = Someone(control, "ada").home().press("I have read this", home=True)
    ada.command("/supervision")
    overwrite()

    ada.submit(values={"How soon?": "I am not safe now"})

    assert ada.title == "Find support"
    assert "Call 999" in ada.reads


# Words after a command


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_typed_after_a_command_is_neither_kept_nor_said_back(
    someone, control, bot, command
):
    for handle in ("ada", "dilys", "iona"):
        someone(handle).command(command, "zebra <!channel> <@U0HOSTILE00> help me")

    assert "zebra" not in str(everyone_sees(control))
    assert "zebra" not in str(said_by_the_bot(control))
    assert "zebra" not in str([bot.rows(table.name) for table in metadata.sorted_tables])
