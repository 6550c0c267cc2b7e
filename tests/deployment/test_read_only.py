"""The bot in a real process, as a container or systemd runs it: without a home, and with its code
read-only. It writes into its data and the folder for temporary files, and nowhere else."""

import ctypes
import stat
import sys
from pathlib import Path

import pytest

from tests.alongside import HERE, Alongside, enrol
from tests.workspace import Control, Someone, start_practice

SAVED = "Your session is saved."
WATCH = Path(__file__).parent / "watch"
DENY_WRITE_EXECUTE = 65
"""PR_SET_MDWE, prctl(2): what MemoryDenyWriteExecute asks for, where the kernel has it."""


class ShutIn(Alongside):
    """Its folder is where it is started; its data and its temporary files are elsewhere."""

    def _environment(self):
        found = super()._environment()
        del found["HOME"]
        return found


def settings_file(bot, mode):
    """The `.env` of an installation, where the bot is started."""
    env = bot.folder / ".env"
    env.write_text("LOG_LEVEL=INFO\n")
    env.chmod(mode)
    return env


def deny_write_execute():
    """No memory may be written and run: kernels before 6.3 do not know that, and say no."""
    ctypes.CDLL(None).prctl(DENY_WRITE_EXECUTE, 1, 0, 0, 0)


@pytest.fixture
def practice():
    started = start_practice()
    yield started
    started.stop()


@pytest.fixture
def shut_in(practice, tmp_path):
    data, notes = tmp_path / "data", tmp_path / "notes"
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "slack_bot_token").write_text(practice.bot_token)
    (secrets / "slack_app_token").write_text(practice.app_token)
    bot = ShutIn(
        tmp_path / "empty",
        slack_api_url=practice.api_url,
        data_folder=data,
        secrets_folder=secrets,
        sweep_seconds=1,
        pythonpath=f"{WATCH}:{HERE}",
        watch_notes=notes,
    )
    yield bot
    bot.kill()


def sits_down(control, handle):
    person = Someone(control, handle).home()
    if "I have read this" in person.home_tab:
        person.press("I have read this", home=True)
    return person


def looked_at():
    """Every file of the code, with its size and when it was changed, without what Python caches."""
    files = (f for room in ("bot", "domain", "storage") for f in (HERE / room).rglob("*"))
    kept = (f for f in files if f.is_file() and "__pycache__" not in f.parts)
    return {file: (file.stat().st_size, file.stat().st_mtime_ns) for file in kept}


@pytest.mark.timeout(120)
def test_it_writes_into_its_data_and_its_temporary_files_alone(practice, shut_in, tmp_path):
    before, control = looked_at(), Control(practice)
    env = settings_file(shut_in, 0o600)
    shut_in.start(preexec_fn=deny_write_execute).until_ready()
    shut_in.wait(lambda: control.get("health")["bot"] == "connected")
    [ada] = enrol(lambda handle: sits_down(control, handle), "ada")
    ada.command("/session")
    ada.submit(values={"Client code": "c7"})
    assert SAVED in ada.reads
    ada.close().home().press("Get a file").submit(values={"Which file?": "All my sessions"})
    shut_in.wait(lambda: ada.files)
    assert shut_in.stop()[0] == 0

    written = {Path(line) for line in (tmp_path / "notes").read_text().splitlines()}
    allowed = (tmp_path / "data", tmp_path / "empty.tmp", Path("/dev"))
    elsewhere = [path for path in written if not any(map(path.is_relative_to, allowed))]
    assert elsewhere == []
    assert tmp_path / "data/alongside.db" in written, "the watch sees something"
    assert list((tmp_path / "empty").iterdir()) == [env]
    assert looked_at() == before


@pytest.mark.timeout(120)
def test_a_settings_file_that_others_can_read_and_nobody_can_change_keeps_it_from_nothing(
    practice, shut_in, tmp_path
):
    env = settings_file(shut_in, 0o644)
    shut_in.settings["watch_read_only"] = tmp_path / "empty"
    shut_in.start().until_ready()
    assert shut_in.stop()[0] == 0
    assert str(env) in (tmp_path / "notes").read_text().splitlines(), "it tried to shut it"
    assert stat.S_IMODE(env.stat().st_mode) == 0o644

    doctor = ShutIn(tmp_path / "empty", "doctor", **shut_in.settings)
    assert doctor.run() == 1
    assert "MEND  .env: others can read it. Run: chmod 600 .env" in doctor.said


@pytest.mark.parametrize("there", [False, True], ids=["before the first", "later"])
@pytest.mark.timeout(120)
def test_where_nobody_could_be_deleted_it_does_not_start_and_says_what_to_mend(
    shut_in, tmp_path, there
):
    ledger = tmp_path / "shared/here/erasures.ledger"
    ledger.parent.mkdir(parents=True)
    if there:
        ledger.touch()
    shut_in.settings |= {"ledger_file": ledger, "watch_read_only": tmp_path / "shared"}
    assert shut_in.run() == 2
    said = shut_in.log.splitlines()[-1]
    assert said.startswith(f"The list of people who are gone, {ledger}, cannot be used: Read-only")
    assert "With systemd, name its folder in ReadWritePaths" in said

    doctor = ShutIn(tmp_path / "empty", "doctor", **shut_in.settings)
    assert doctor.run() == 1
    assert f"MEND  Deletions: {said}" in doctor.said.splitlines()


def test_the_watch_sees_who_writes_elsewhere(tmp_path):
    bot = ShutIn(tmp_path / "empty", pythonpath=f"{WATCH}:{HERE}", watch_notes=tmp_path / "notes")
    bot._command = lambda: [sys.executable, "-c", "open('left-behind', 'w').close()"]
    assert bot.run() == 0
    assert str(tmp_path / "empty/left-behind") in (tmp_path / "notes").read_text().splitlines()
