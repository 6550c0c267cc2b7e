"""Slack in, use case, Slack out. Every listener of the bot is registered here."""

from slack_bolt import App

from bot import ids
from bot.handlers import (
    check_ins,
    choices,
    cohort_plans,
    cohorts,
    errors,
    home,
    journal,
    learning_sets,
    my_data,
    nudges,
    own_settings,
    people,
    prompt_bank,
    reflections,
    session_files,
    session_words,
    sessions,
    set_actions,
    set_dates,
    set_day,
    set_meetings,
    supervision,
    supervision_plan,
    supervision_queue,
    support,
    welcome,
    work,
)
from bot.handlers.listen import Declared, Listen


def register(app: App) -> list[Declared]:
    """Register every listener of the bot and return what each declared.

    Bolt asks one listener after the other, so what must be quick comes first.
    """
    errors.register(app)
    listen = Listen(app)
    for part in (sessions, session_words, session_files, home, support, own_settings, choices):
        part.register(listen)
    check_ins.register(listen)
    cohorts.register(listen)
    cohort_plans.register(listen)
    work.register(listen)
    prompt_bank.register(listen)
    people.register(listen)
    journal.register(listen)
    nudges.register(listen)
    my_data.register(listen)
    reflections.register(listen)
    for part in (supervision, supervision_queue, supervision_plan):
        part.register(listen)
    for part in (learning_sets, set_dates, set_meetings, set_day, set_actions):
        part.register(listen)
    screens = {
        ids.SESSION_FORM: sessions.log_form,
        ids.ALONGSIDE: own_settings.help_view,
        ids.COHORTS_VIEW: cohorts.cohorts_view,
        ids.REFLECT: reflections.reflect_form,
        ids.SUPERVISION: supervision.supervision_view,
        ids.LEARNING_SET: learning_sets.sets_view,
    }
    welcome.register(listen, screens)
    return listen.declared
