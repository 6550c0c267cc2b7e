"""Configuration, read once at start. Nothing else reads the environment."""

import os
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    IPvAnyAddress,
    Secret,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from bot.services.upkeep import BEAT_EVERY

BotToken = Secret[Annotated[str, StringConstraints(pattern=r"^xoxb-.+")]]
AppToken = Secret[Annotated[str, StringConstraints(pattern=r"^xapp-.+")]]
InstanceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,60}$")]
AccountId = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9]{2,}$")]

SLACK = "https://slack.com/api/"
_HERE = IPv4Address("127.0.0.1")


class BadSettings(Exception):
    """Settings that cannot work. The message names each and never prints a value."""


class Settings(BaseSettings):
    """The bot's environment; `.env.example` lists the same names with what each is for."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    slack_bot_token: BotToken | None = None
    slack_app_token: AppToken | None = None
    slack_signing_secret: Secret[str] | None = None
    slack_api_url: str = SLACK
    slack_mode: Literal["socket", "http"] = "socket"
    http_host: IPvAnyAddress = _HERE
    http_port: int = Field(default=3000, ge=1, le=65535)
    first_co_lead: AccountId | None = None
    database_url: Secret[str] | None = None
    master_keys: Secret[str] | None = None
    master_key_file: Path | None = None
    data_folder: Path = Path(".alongside")
    ledger_file: Path | None = None
    practice_port: int = Field(default=8065, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}_[A-Z]{2}$")] = "en_GB"
    sweep_seconds: int = Field(default=30, ge=1, le=3600)
    pace_per_second: int = Field(default=4, ge=1, le=20)
    health_host: IPvAnyAddress = _HERE
    health_port: int | None = Field(default=None, ge=1, le=65535)
    drain_seconds: int = Field(default=3, ge=0, le=3)
    instance_name: InstanceName | None = None
    secrets_folder: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read also a folder with a file for each setting, named as it is, where there is one.

        Containers and systemd hand secrets over like that. The environment and `.env` go before it.
        """
        usual = (init_settings, env_settings, dotenv_settings)
        lines = getattr(dotenv_settings, "env_vars", {})
        folder = os.environ.get("SECRETS_FOLDER") or lines.get("secrets_folder")
        if not folder or not Path(folder).is_dir():
            return usual
        _refuse_shut_files(Path(folder), settings_cls.model_fields)
        return (*usual, SecretsSettingsSource(settings_cls, folder))

    @model_validator(mode="after")
    def _tokens_go_together(self) -> Self:
        if self.slack_bot_token and self.slack_mode == "socket" and not self.slack_app_token:
            raise ValueError("SLACK_APP_TOKEN is missing. SLACK_BOT_TOKEN is there without it")
        if self.slack_app_token and not self.slack_bot_token:
            raise ValueError("SLACK_BOT_TOKEN is missing. SLACK_APP_TOKEN is there without it")
        if self.slack_mode == "http" and self.slack_signing_secret and not self.slack_bot_token:
            raise ValueError("SLACK_BOT_TOKEN is missing. SLACK_SIGNING_SECRET is there without it")
        if self.slack_bot_token and self.slack_mode == "http" and not self.slack_signing_secret:
            raise ValueError("SLACK_SIGNING_SECRET is missing. HTTP mode needs it")
        address = urlsplit(self.slack_api_url)
        if address.scheme == "http" and not self.on_this_computer:
            raise ValueError("SLACK_API_URL must begin with https:// unless it is this computer")
        if address.scheme not in {"http", "https"}:
            raise ValueError("SLACK_API_URL must begin with https://")
        return self

    @property
    def on_this_computer(self) -> bool:
        """Whether the workspace is one on this computer, made for practice or for tests."""
        return urlsplit(self.slack_api_url).hostname in {"127.0.0.1", "localhost", "::1"}

    @property
    def has_tokens(self) -> bool:
        """Whether there is a workspace to connect to; else the practice one is started."""
        return self.slack_bot_token is not None

    @property
    def signing_secret(self) -> str | None:
        """What signs requests over HTTP; None for Socket Mode."""
        if self.slack_mode == "socket" or self.slack_signing_secret is None:
            return None
        return self.slack_signing_secret.get_secret_value()

    @property
    def database(self) -> str:
        """The database's URL; an embedded one in the data folder by default."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_folder / 'alongside.db'}"

    @property
    def key_file(self) -> Path:
        """Where the master keys are kept unless MASTER_KEYS holds them."""
        return self.master_key_file or self.data_folder / "master.keys"

    @property
    def ledger(self) -> Path:
        """Where the list of people who are gone is kept."""
        return self.ledger_file or self.data_folder / "erasures.ledger"

    @property
    def mark(self) -> Path:
        """Where it is marked how far the database had come: beside that list."""
        return self.ledger.with_name("database.mark")

    @property
    def tick_is_fresh(self) -> timedelta:
        """How long after its last sign of life the bot may still be running."""
        return BEAT_EVERY + timedelta(seconds=2 * self.sweep_seconds + 10)

    @property
    def between(self) -> timedelta:
        """The time from one message that the bot sends by itself to the next."""
        return timedelta(seconds=1) / self.pace_per_second

    @property
    def api_url(self) -> str:
        """The address of Slack's methods, with a slash at the end."""
        return self.slack_api_url.rstrip("/") + "/"


def read_settings(mode: Literal["socket", "http"] | None = None) -> Settings:
    """Read the environment and `.env`; `mode` goes before what SLACK_MODE says.

    Raises:
        BadSettings: Names each setting that is wrong and says what it needs.
    """
    try:
        return Settings() if mode is None else Settings(slack_mode=mode)
    except ValidationError as error:
        raise BadSettings("\n".join(_said(problem) for problem in _problems(error))) from None


def _refuse_shut_files(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        for file in (folder / name, folder / name.upper()):
            if file.exists() and not os.access(file, os.R_OK):
                raise BadSettings(
                    f"{file} cannot be read by the user who runs this program. "
                    "Give it to that user with chown."
                )


def _problems(error: ValidationError) -> list[dict[str, object]]:
    return [dict(p) for p in error.errors(include_input=False, include_url=False)]


def _said(problem: dict[str, object]) -> str:
    place = problem["loc"]
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not isinstance(place, tuple) or not place:
        return f"{message}. Look at .env.example for what it means."
    name = str(place[0]).upper()
    return f"{name} cannot be used: {_NEEDS.get(name, message)} Look at .env.example."


_NEEDS = {
    "SLACK_BOT_TOKEN": "it must begin with xoxb-.",
    "SLACK_APP_TOKEN": "it must begin with xapp-.",
    "FIRST_CO_LEAD": "it must be a member ID such as U012AB3CD.",
    "PRACTICE_PORT": "it must be a port number from 0 to 65535.",
    "HTTP_HOST": "it must be an address such as 127.0.0.1 or 0.0.0.0.",
    "HTTP_PORT": "it must be a port number from 1 to 65535.",
    "HEALTH_HOST": "it must be an address such as 127.0.0.1 or 0.0.0.0.",
    "HEALTH_PORT": "it must be a port number from 1 to 65535.",
    "DRAIN_SECONDS": "it must be a number from 0 to 3.",
    "INSTANCE_NAME": "it must be letters, digits, dots and dashes, 60 at most.",
    "LOG_LEVEL": "it must be DEBUG, INFO, WARNING or ERROR.",
    "SLACK_MODE": "it must be socket or http.",
    "LANGUAGE": "it must be a language such as en_GB.",
    "SWEEP_SECONDS": "it must be a number from 1 to 3600.",
    "PACE_PER_SECOND": "it must be a number from 1 to 20.",
}
