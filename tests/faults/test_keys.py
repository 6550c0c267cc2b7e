"""The master key is changed under load, and killed: a small part of what `make faults` does."""

import pytest

from tests.faults.keys import rotation_under_load
from tests.faults.places import Places


@pytest.mark.timeout(240)
def test_keys_change_while_people_write_and_the_newest_alone_opens_everything(tmp_path):
    outcome = rotation_under_load(Places(tmp_path), 1, 0)

    assert outcome.kills == 1
    assert outcome.accepted >= 4
    assert outcome.violations == 0, outcome.line()
    assert outcome.explained == 1, "it was killed half-way, with keys on both sides"
