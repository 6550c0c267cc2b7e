"""The bank of questions: the reviewed file with co-leads' changes laid over it."""

from dataclasses import replace
from datetime import datetime

from bot.services.gate import admit
from domain.clock import Clock
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, Viewer, check_shows
from domain.prompts import Prompt, check_prompt, merge
from domain.refusals import Refused
from domain.sessions import Cornerstone
from domain.values import dataclass
from storage import audit, idempotency, prompts
from storage.engine import Connection, Database


@dataclass(frozen=True, slots=True)
class PromptBank:
    """The bank's use cases, given a database, a clock and the questions of the file."""

    database: Database
    clock: Clock
    file: tuple[Prompt, ...]

    def all(self, conn: Connection) -> tuple[Prompt, ...]:
        """Return every question as it is now, retired ones too."""
        return merge(self.file, prompts.every(conn))

    def every(self, by: Account) -> tuple[Prompt, ...]:
        """Return every question to a co-lead."""
        with self.database.read() as conn:
            admit(conn, by, Act.EDIT_PROMPTS)
            check_shows(Thing.QUESTION_BANK, Viewer.CO_LEADS, Sight.YES)
            return self.all(conn)

    def one(self, by: Account, prompt_id: str) -> Prompt:
        """Return one question.

        Raises:
            Refused: `not_found`.
        """
        with self.database.read() as conn:
            admit(conn, by, Act.EDIT_PROMPTS)
            return self._known(conn, prompt_id)

    def save(
        self,
        by: Account,
        prompt_id: str | None,
        text: str,
        cornerstone: Cornerstone,
        *,
        learning: bool,
        for_co_leads: bool,
        form: str,
    ) -> Prompt:
        """Add a question, or put other words in the place of one; return it as it is now.

        A question keeps its id, so that what people were asked stays true. The same `form` a second
        time changes nothing.

        Raises:
            NotValid: By `domain.prompts`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.EDIT_PROMPTS)
            now = self.clock()
            done = idempotency.once(conn, form, me.id, now=now)
            if done is not None:
                return self._known(conn, done)
            before = self._known(conn, prompt_id) if prompt_id else None
            prompt = Prompt(
                id=before.id if before else new_id(),
                text=check_prompt(text),
                cornerstone=cornerstone,
                learning=learning,
                for_co_leads=for_co_leads,
                retired=before.retired if before else False,
                own=before.own if before else True,
            )
            self._keep(conn, me, "prompt_changed" if before else "prompt_added", prompt, now)
            idempotency.remember(conn, form, prompt.id)
            return prompt

    def retire(self, by: Account, prompt_id: str, retired: bool) -> Prompt:
        """Let a question be asked no more, or bring it back. Once more changes nothing.

        Who was asked it, and what they wrote, stays as it is.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.EDIT_PROMPTS)
            before = self._known(conn, prompt_id)
            prompt = replace(before, retired=retired)
            if prompt != before:
                action = "prompt_retired" if retired else "prompt_brought_back"
                self._keep(conn, me, action, prompt, self.clock())
            return prompt

    def _known(self, conn: Connection, prompt_id: str) -> Prompt:
        for prompt in self.all(conn):
            if prompt.id == prompt_id:
                return prompt
        raise Refused("not_found")

    def _keep(
        self, conn: Connection, me: Person, action: str, prompt: Prompt, now: datetime
    ) -> None:
        prompts.put(conn, prompt, by=me.id, now=now)
        audit.write(conn, at=now, actor=me.id, action=action, kind="prompt", object_id=prompt.id)
