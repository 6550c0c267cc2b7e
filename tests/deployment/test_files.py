"""What the files for containers and systemd promise, held against the files and the program."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bot.settings import Settings
from storage.engine import open_database
from tests.deployment.files import ROOT, read_dockerfile, read_unit, read_yaml
from tests.docs.pages import committed, name

COMPOSE = read_yaml((ROOT / "compose.yaml").read_text())
UNIT = read_unit((ROOT / "deploy/alongside.service").read_text())
BUILD, IMAGE = read_dockerfile((ROOT / "Dockerfile").read_text())
SETTINGS = {field.upper() for field in Settings.model_fields}
WITHOUT_LIMITS = {"secrets", "networks", "volumes"}
SERVICE = {
    "build", "cap_drop", "depends_on", "deploy", "environment", "healthcheck", "image", "init",
    "logging", "networks", "read_only", "restart", "secrets", "security_opt", "shm_size",
    "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip
"""The words of the Compose specification that we use, https://compose-spec.io."""


def said(stage, word):
    return [rest for one, rest in stage if one == word]


def kept_out(path):
    """Whether .dockerignore leaves this file out: the last line that fits decides."""
    out = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, again = line.lstrip("!"), line.startswith("!")
            if _fits(path, pattern):
                out = not again
    return out


def _fits(path, pattern):
    parts = path.split("/")
    heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    if pattern.startswith("**/"):
        return any(fnmatch(part, pattern[3:]) for part in parts)
    return any(fnmatch(head, pattern) for head in heads)


def test_the_image_is_built_in_one_stage_and_run_in_another_by_nobody_special():
    assert said(BUILD, "FROM") == ["python:3.11-slim-bookworm AS build"]
    assert said(IMAGE, "FROM") == ["python:3.11-slim-bookworm"]
    assert said(IMAGE, "USER") == ["10001:10001"]
    words = [word for word, _ in IMAGE]
    assert words.index("USER") > words.index("RUN"), "whoever runs it has made nothing"
    assert said(IMAGE, "VOLUME") == ["/data"]
    assert said(IMAGE, "ENTRYPOINT") == ['["alongside"]']
    assert "apt-get" not in str(BUILD + IMAGE)


def test_only_wheels_whose_hashes_we_know_go_into_it():
    assert said(BUILD, "RUN") == ["sh deploy/build.sh /opt/alongside"]
    script = re.sub(r"\\\n\s*", "", (ROOT / "deploy/build.sh").read_text())
    first, second = re.findall(r"pip install (.*)", script)
    assert {"--require-hashes", "--requirement requirements.txt"} <= set(
        re.findall(r"--require\S+(?: requirements\.txt)?", first)
    )
    assert "--only-binary :all:" in first
    assert second.split()[-1] == "."
    assert {"--no-deps", "--no-build-isolation"} <= set(second.split())
    subprocess.run(["sh", "-n", ROOT / "deploy/build.sh"], check=True)


def test_everything_that_is_needed_goes_in_and_nothing_else():
    inside = {name(file) for file in committed() if not kept_out(name(file))}
    rooms = {path.split("/")[0] for path in inside if "/" in path}
    assert rooms == {"bot", "domain", "practice", "storage", "deploy"}
    alone = {path for path in inside if "/" not in path or path.startswith("deploy/")}
    assert alone == {
        "README.md", "pyproject.toml", "requirements.txt",
        "deploy/build.sh", "deploy/healthcheck.py",
    }  # fmt: skip
    assert {"bot/content/prompts.toml", "practice/page/index.html"} <= inside


@pytest.mark.parametrize(
    "path",
    [".env", "bot/.env", ".alongside/master.keys", "secrets/slack_bot_token", "bot/alongside.db",
     ".git/config", "bot/master.keys", "storage/erasures.ledger", "bot/__pycache__/cli.pyc"],
)  # fmt: skip
def test_no_secret_and_no_data_goes_in(path):
    assert kept_out(path)


def test_no_secret_is_written_into_the_image():
    for stage in (BUILD, IMAGE):
        assert not said(stage, "ARG")
        for line in said(stage, "ENV"):
            assert not re.search(r"TOKEN|SECRET=|KEYS?=|PASSWORD|DATABASE_URL", line)


def test_every_setting_that_the_files_name_exists():
    named = set(re.findall(r"([A-Z_]+)=", " ".join(said(IMAGE, "ENV"))))
    named -= {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    assert named == {"DATA_FOLDER", "SECRETS_FOLDER"}
    bot = COMPOSE["services"]["bot"]
    assert named | set(bot["environment"]) <= SETTINGS
    assert {secret.upper() for secret in bot["secrets"]} <= SETTINGS


@pytest.mark.parametrize("service", ["bot", "database"])
def test_each_container_can_do_as_little_as_it_needs(service):
    one = COMPOSE["services"][service]
    assert set(one) <= SERVICE
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    user, group = one["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert any(place.startswith("/tmp:") for place in one["tmpfs"])
    assert {"privileged", "network_mode", "pid", "cap_add", "ports"}.isdisjoint(one)


def test_what_a_service_names_is_there():
    for service in COMPOSE["services"].values():
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(
            COMPOSE["volumes"]
        )
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])


def test_secrets_come_from_files_outside_of_git_and_nowhere_else():
    for word, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{word}"}
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    for service in COMPOSE["services"].values():
        for setting, value in service["environment"].items():
            if re.search("TOKEN|PASSWORD|KEY|SECRET|URL", setting):
                assert value.removeprefix("/run/secrets/") in service["secrets"], setting


def test_the_database_is_reached_by_the_bot_alone_and_more_than_one_bot_can_run():
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    bot = COMPOSE["services"]["bot"]
    assert bot["depends_on"]["database"] == {"condition": "service_healthy"}
    assert {"container_name", "ports"}.isdisjoint(bot), "two of one name or port cannot be"
    assert bot["user"] == said(IMAGE, "USER")[0]
    assert bot["volumes"] == ["data:/data"], "the list of people who are gone is shared"


@pytest.mark.parametrize("service", ["bot", "database"])
def test_each_container_comes_back_after_the_computer_has_started_anew(service):
    assert COMPOSE["services"][service]["restart"] == "unless-stopped"


def test_the_unit_shuts_in_what_it_starts():
    service = UNIT["Service"]
    wanted = {
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "MemoryDenyWriteExecute": "yes",
        "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
        "RestrictNamespaces": "yes",
        "PrivateDevices": "yes",
        "ProtectKernelTunables": "yes",
        "LockPersonality": "yes",
        "UMask": "0077",
        "RestartPreventExitStatus": "2",
    }
    assert {name: service[name] for name in wanted} == {n: [v] for n, v in wanted.items()}
    assert service["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]
    assert service["User"] != ["root"]
    assert all(path.startswith("-/opt/alongside/") for path in service["ReadWritePaths"])
    assert service["ExecStart"] == [f"{service['WorkingDirectory'][0]}/.venv/bin/alongside run"]


# The settings that come as files


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv("SECRETS_FOLDER", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_secret_in_a_file_is_a_setting_and_the_environment_goes_before_it(secrets, monkeypatch):
    (secrets / "slack_bot_token").write_text("xoxb-made-up\n")
    (secrets / "SLACK_APP_TOKEN").write_text("xapp-made-up\n")
    (secrets / "database_url").write_text("postgresql://someone@127.0.0.1/one\n")
    settings = Settings()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-made-up"
    assert settings.slack_app_token.get_secret_value() == "xapp-made-up"
    assert settings.database == "postgresql://someone@127.0.0.1/one"
    open_database(settings.database).close()
    monkeypatch.setenv("DATABASE_URL", "sqlite:///two.db")
    assert Settings().database == "sqlite:///two.db"


def test_without_that_folder_nothing_is_different(secrets, monkeypatch):
    monkeypatch.setenv("SECRETS_FOLDER", str(secrets / "not-there"))
    assert Settings().slack_bot_token is None


def test_the_folder_may_be_named_in_the_file_of_settings(secrets, monkeypatch, tmp_path):
    monkeypatch.delenv("SECRETS_FOLDER")
    (tmp_path / ".env").write_text(f"SECRETS_FOLDER={secrets}\n")
    (secrets / "slack_bot_token").write_text("xoxb-made-up")
    (secrets / "slack_app_token").write_text("xapp-made-up")
    assert Settings().has_tokens


# Every night


def test_every_night_a_copy_is_made_and_old_ones_go(tmp_path):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    program = tmp_path / ".venv/bin/alongside"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    program.chmod(0o755)
    there = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def run(*command, fails=False):
        done = subprocess.run(
            command, cwd=tmp_path, env=there, check=False, capture_output=True, text=True
        )
        assert (done.returncode != 0) is fails, done.stderr

    copies, script = tmp_path / "copies", ROOT / "deploy/nightly.sh"
    run("sh", script, copies, fails=True)
    copies.mkdir()
    run(program, "keys", "new")
    run(program, "migrate")
    old = copies / "2026-01-01-023000.backup"
    old.write_text("an old one")
    os.utime(old, (0, 0))
    run("sh", script, copies)
    [copy] = copies.glob("*.backup")
    assert copy.stat().st_mode & 0o777 == 0o600

    gone = tmp_path / ".alongside/erasures.ledger"
    gone.write_text("a mark\n")
    copy.unlink()
    run("sh", script, copies)
    assert (copies / "erasures.ledger").read_text() == "a mark\n"
    [copy] = copies.glob("*.backup")

    again = tmp_path / "again"
    again.mkdir()
    gone.unlink()
    there["DATABASE_URL"] = f"sqlite:///{again}/other.db"
    run(program, "restore", copy)


def test_the_unit_of_the_night_runs_that_script_shut_in_as_the_bot_is():
    service = read_unit((ROOT / "deploy/alongside-nightly.service").read_text())["Service"]
    for word in ("User", "WorkingDirectory", "StateDirectory", "ProtectSystem", "ProtectHome"):
        assert service[word] == UNIT["Service"][word]
    shell, script, copies, gone = service["ExecStart"][0].split()
    assert (ROOT / script.removeprefix("/opt/alongside/app/")).is_file()
    assert shell == "/bin/sh"
    assert copies in service["ReadWritePaths"][0].split()
    assert gone == "/var/lib/alongside/erasures.ledger"
    timer = read_unit((ROOT / "deploy/alongside-nightly.timer").read_text())
    assert timer["Timer"]["OnCalendar"] == ["*-*-* 02:30"]
    subprocess.run(["sh", "-n", ROOT / "deploy/nightly.sh"], check=True)


# Whether it is well


@pytest.mark.parametrize(("answer", "status"), [(200, 0), (503, 1)])
def test_the_check_of_health_asks_the_port_and_says_what_it_hears(answer, status):
    class Health(BaseHTTPRequestHandler):
        asked: list = []  # noqa: RUF012

        def do_GET(self):
            self.asked.append(self.path)
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *words):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert health(HEALTH_PORT=str(server.server_port)) == status
        assert Health.asked == ["/health"]
        server.shutdown()
    assert health(HEALTH_PORT=str(server.server_port)) == 1, "nobody is there"


def test_without_a_port_the_doctor_is_asked(tmp_path):
    for says in (0, 1):
        doctor = tmp_path / "alongside"
        doctor.write_text(f'#!/bin/sh\n[ "$1" = doctor ] && exit {says}\nexit 7\n')
        doctor.chmod(0o755)
        python = tmp_path / "python"
        python.unlink(missing_ok=True)
        python.symlink_to(sys.executable)
        assert health(python) == says


def health(python=sys.executable, **environment):
    asked = [python, ROOT / "deploy/healthcheck.py"]
    return subprocess.run(asked, env=environment, check=False).returncode


# The reader of our files is strict


@pytest.mark.parametrize(
    "text", ["a: b: c", "a:\n  - b\n - c", "a: 1\na: 2", "a: [1, 2]", "a: &b c", "a:", "a: 'b'"]
)
def test_what_it_does_not_know_it_does_not_read(text):
    with pytest.raises(AssertionError):
        read_yaml(text)
