"""Lets an operator's own watch look at this process, where it is asked for with HEALTH_PORT."""

from contextlib import ExitStack

from bot.figures import Figures
from bot.pulse import Pulse
from bot.settings import Settings
from storage import migrate
from storage.engine import open_database


def watched(settings: Settings, pulse: Pulse, stack: ExitStack) -> Figures:
    """Answer whoever asks from now on, until the stack is left; return what counts.

    Raises:
        BadSettings: The port cannot be used.
        DatabaseProblem: The database's address makes no sense.
    """
    if settings.health_port is None:
        return Figures()
    from bot import health  # time and memory that most installations do without
    from bot.prometheus import Prometheus

    figures = Prometheus(
        face="http" if settings.signing_secret is not None else "socket",
        database=open_database(settings.database).dialect,
        tables=migrate.head(),
    )
    host = str(settings.health_host)
    stack.callback(health.serve(host, settings.health_port, pulse, figures))
    return figures
