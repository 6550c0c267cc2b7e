"""What is not possible now is told apart from what somebody has to put right."""

import pytest
import typer

from bot.in_plain_words import in_plain_words
from domain.refusals import StorageUnavailable
from storage.engine import DatabaseProblem
from storage.problems import is_away

SERVER = 'connection failed: connection to server at "127.0.0.1", port 5432 failed: '


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(StorageUnavailable("the connection is lost"), 1), (DatabaseProblem("Mend this."), 2)],
)
def test_what_passes_by_itself_has_a_status_after_which_it_is_started_again(
    trouble: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, in_plain_words():
        raise trouble

    assert ended.value.exit_code == status
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("said", "away"),
    [
        ("Connection refused", True),
        ("timeout expired", True),
        ("FATAL:  the database system is starting up", True),
        ("FATAL:  sorry, too many clients already", True),
        ('FATAL:  password authentication failed for user "me"', False),
        ('FATAL:  database "no_such" does not exist', False),
    ],
)
def test_a_server_that_says_no_is_not_waited_for(said: str, away: bool) -> None:
    assert is_away(StorageUnavailable(SERVER + said)) is away
