"""Help says to each person what the commands do for them, and nothing of what they cannot use."""

import pytest

TELLS = {
    "ada": {"/session", "/reflect", "/supervision lets you ask", "/learning-set"},
    "farah": {"/supervision shows what waits for a supervisor", "/learning-set"},
    "dilys": {"/cohort", "/reflect", "/supervision shows what is promised", "/learning-set"},
    "hari": {"/supervision shows how many requests there were"},
}
FOR_EVERYONE = ("/support shows where to turn", "/my-data shows what is held", "call 999")


@pytest.mark.parametrize("handle", TELLS)
def test_help_tells_everybody_of_their_own_commands(someone, handle):
    person = someone(handle).command("/alongside")

    assert person.title == "Help"
    told = {begin for begins in TELLS.values() for begin in begins if begin in person.reads}
    assert told == TELLS[handle]
    for begin in FOR_EVERYONE:
        assert begin in person.reads


def test_a_learning_partner_finds_the_number_of_requests_on_the_home_tab(someone):
    hari = someone("hari").home().press("See number of requests", home=True)

    assert "Fewer than five requests for supervision were sent in the last 90 days." in hari.reads
