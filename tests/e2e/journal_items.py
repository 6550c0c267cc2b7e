"""Items of somebody's journal as they stand there, written without the form."""

from datetime import UTC, date, datetime

from bot.services.journal_items import keep_item, resolve_shares
from domain.ids import new_id
from domain.journal import Written
from practice.people import TEAM_ID, user_id

ANSWER = "I listened more than I spoke."
QUESTION = "What did you notice?"


def person_of(bot, handle):
    """The row of somebody known."""
    [person] = [p for p in bot.rows("people") if p["account"] == user_id(handle)]
    return person


def write(
    bot,
    handle,
    answer=ANSWER,
    *,
    question=QUESTION,
    on=date(2026, 3, 3),
    now=None,
    supervisor=None,
    learning_partner=False,
    named=True,
):
    """Keep an item of theirs, shared so, and return its id."""
    item_id = new_id()
    journals = bot.house.journals
    with journals.database.write() as conn:
        shares = resolve_shares(
            conn,
            TEAM_ID,
            supervisor=user_id(supervisor) if supervisor else None,
            learning_partner=learning_partner,
            named=named,
        )
        keep_item(
            conn,
            journals.vault,
            item_id=item_id,
            person_id=person_of(bot, handle)["id"],
            on_date=on,
            written=Written(answer=answer, question=question),
            prompted=question is not None,
            shares=shares,
            now=now or datetime(2026, 3, 3, 14, tzinfo=UTC),
        )
    return item_id


def opened_lines(bot, item_id):
    """Who opened an item, as the audit has it."""
    return [
        line["actor"]
        for line in bot.rows("audit")
        if line["object_id"] == item_id and line["action"] == "journal_opened"
    ]
