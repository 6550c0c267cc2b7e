"""How someone wants the bot to treat them: how often, when, where and how.

A choice counts from the moment it is saved. What is on its way to the person just then is waited
for, so that nothing comes after they were told that it is saved.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.services import rhythms
from bot.services.choices import choices_of, keep_choices
from bot.services.gate import admit
from bot.services.landing import after_landing
from domain.clock import Clock, local_date
from domain.people import Account, Person
from domain.policy import Act, allows
from domain.preferences import Choices, Place, Remind, Times, check_pause, check_quiet, check_rhythm
from domain.schedules import Cadence, Quiet, Rhythm, What
from domain.values import dataclass
from storage import audit, schedules
from storage.engine import Connection, Database

Change = Callable[[Connection, Person, Choices], Choices]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Someone's choices as they are kept, and the rhythm that their prompts have now.

    `reflects` where questions are for them at all. `nudge` is the rhythm of their own nudge, if
    they have one. `under_way` where something was on its way to them and did not land in time.
    """

    choices: Choices
    prompts: Rhythm
    today: date
    reflects: bool
    nudge: Rhythm | None = None
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """The use cases, given a database and a clock."""

    database: Database
    clock: Clock

    def mine(self, by: Account) -> Chosen:
        """Return the person's own choices."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.CHANGE_SETTINGS)
            return self._chosen(conn, me, choices_of(conn, me.id))

    def save_prompts(self, by: Account, wanted: Rhythm | None, paused_until: date | None) -> Chosen:
        """Keep how often prompts come and when, and until when nothing comes.

        Without `wanted`, the prompts stay as they were. Those that stay as they were are not
        refused, whatever the quiet times are by now: nobody has to choose before they can pause.

        Raises:
            NotValid: By `domain.preferences`.
        """

        def change(conn: Connection, me: Person, choices: Choices) -> Choices:
            today = local_date(self.clock(), me.tz)
            until = paused_until if paused_until != choices.paused_until else None
            check_pause(until, today)
            rhythm = choices.prompts
            if wanted is not None:
                if not _same(wanted, rhythms.prompts_rhythm(conn, me)):
                    check_rhythm(wanted, choices.quiet)
                rhythm = rhythms.anchored(wanted, rhythm, today)
            return replace(choices, prompts=rhythm, paused_until=paused_until)

        return self._change(by, "prompts_chosen", change)

    def save_quiet(self, by: Account, quiet: Quiet) -> Chosen:
        """Keep when nothing comes, also where a rhythm falls into it: peace comes at once.

        Raises:
            NotValid: By `domain.preferences`.
        """

        def change(conn: Connection, me: Person, choices: Choices) -> Choices:
            check_quiet(quiet)
            return replace(choices, quiet=quiet)

        return self._change(by, "quiet_chosen", change)

    def save_messages(
        self, by: Account, check_ins: Place, reminders: frozenset[Remind], times: Times
    ) -> Chosen:
        """Keep where check-ins reach someone, when they are reminded, and how times are written."""

        def change(conn: Connection, me: Person, choices: Choices) -> Choices:
            return replace(choices, check_ins=check_ins, reminders=reminders, times=times)

        return self._change(by, "messages_chosen", change)

    def _change(self, by: Account, action: str, change: Change) -> Chosen:
        def keep(conn: Connection, me: Person, under_way: bool) -> Chosen:
            now = self.clock()
            choices = change(conn, me, choices_of(conn, me.id))
            keep_choices(conn, me.id, choices, now=now)
            rhythms.refit(conn, me, now=now)
            audit.write(conn, at=now, actor=me.id, action=action, kind="settings", object_id=me.id)
            return replace(self._chosen(conn, me, choices), under_way=under_way)

        return after_landing(self.database, by, Act.CHANGE_SETTINGS, keep)

    def _chosen(self, conn: Connection, me: Person, choices: Choices) -> Chosen:
        rhythm = rhythms.prompts_rhythm(conn, me)
        nudge = schedules.of_person(conn, What.NUDGE, me.id)
        return Chosen(
            choices=choices,
            prompts=rhythm or replace(rhythms.USUAL, cadence=Cadence.OFF),
            today=local_date(self.clock(), me.tz),
            reflects=allows(Act.REFLECT, me),
            nudge=nudge.rhythm if nudge else None,
        )


def _same(wanted: Rhythm, before: Rhythm | None) -> bool:
    return before is not None and replace(wanted, anchor=before.anchor) == before
