"""Questions to think with: they come, wait, are answered, put off, set aside, and go quiet."""

import pytest
from tests.e2e.questions import (begin, at, messages, buttons, question, press, of, BUTTONS, WEDNESDAY, NEXT_WEDNESDAY)

@pytest.fixture
def bot(bot, control):
    begin(bot, control)
    return bot

def test_x(bot, ada, control):
    at(bot, control, WEDNESDAY)
    import pprint
    pprint.pprint(messages(ada))
    pprint.pprint(ada.sees["channels"])
    print(of(bot,"ada","deliveries"), of(bot,"ada","schedules"))
    ada.command("/reflect")
    print(ada.reads)
    ada.close().home()
    print(ada.home_tab)
    assert 0
