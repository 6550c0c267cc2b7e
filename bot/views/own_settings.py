"""Help and a person's own settings."""

from collections.abc import Mapping
from typing import Any

from bot import ids
from bot.views import kit
from bot.views.choices import doors
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.views.welcome import told_first
from bot.words import Words
from domain.people import Nation
from domain.policy import Act, Thing
from domain.preferences import Preferences, Works
from domain.refusals import NotValid

NATION = "nation"
WORKS = "works"
SHARED = "shared"
CO_LEADS = "yes"
SETS = "sets"


_HELP = (
    (Act.LOG_SESSION, "help.session"),
    (Act.REFLECT, "help.reflect"),
    (Act.ASK_SUPERVISION, "help.supervision.ask"),
    (Act.TAKE_REQUESTS, "help.supervision.take"),
    (Act.RUN_SUPERVISION, "help.supervision.run"),
    (Act.COUNT_REQUESTS, "help.supervision.count"),
    (Act.SEE_SETS, "help.learning_set"),
    (Act.RUN_COHORTS, "help.cohort"),
)


def help_page(words: Words, may: frozenset[Act]) -> Json:
    """Say what there is, by role, and what it is not."""
    blocks = [kit.say(words("help.what"))]
    blocks += [kit.say(words(key)) for act, key in _HELP if act in may]
    blocks += [
        kit.say(words("help.support")),
        kit.say(words("help.my_data")),
        kit.say(words("help.no_words_in_commands")),
        told_first(words),
        kit.say(words("welcome.not_emergency")),
        kit.buttons(
            kit.button(words("settings.open"), ids.OPEN_SETTINGS),
            kit.button(words("support.open"), ids.OPEN_SUPPORT),
        ),
    ]
    return kit.modal(
        words("help.title"), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )


def settings_form(words: Words, data: Preferences, *, form: str) -> Json:
    """Ask where the person lives and what works for them."""
    nations = [kit.option(words(f"nation.{n}"), n.value) for n in Nation]
    nations.append(kit.option(words("nation.all"), "all"))
    works = [kit.option(words(f"works.{w}"), w.value) for w in Works]
    share = [
        kit.option(words("settings.share"), CO_LEADS),
        kit.option(words("settings.share_sets"), SETS),
    ]
    ticked = {CO_LEADS: data.shared, SETS: data.shared_with_sets}
    blocks = [
        doors(words),
        who_sees(words, Thing.NATION, Thing.ACCESS),
        kit.field(
            NATION,
            words("settings.nation"),
            kit.select(nations, data.nation or "all"),
            hint=words("settings.nation_hint"),
        ),
        kit.field(
            WORKS,
            words("settings.works"),
            kit.checkboxes(works, data.works),
            hint=words("settings.works_hint"),
            optional=True,
        ),
        kit.field(
            SHARED,
            words("settings.share_label"),
            kit.checkboxes(share, [value for value, shared in ticked.items() if shared]),
            optional=True,
        ),
        kit.small(words("settings.zone")),
    ]
    return kit.modal(
        words("settings.title"),
        blocks,
        callback_id=ids.SETTINGS_FORM,
        submit=words("settings.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form).pack(),
    )


def read_settings_form(view: Mapping[str, Any]) -> Preferences:
    """Parse submitted settings.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    nation = values.choice(NATION)
    try:
        return Preferences(
            nation=Nation(nation) if nation and nation != "all" else None,
            works=frozenset(Works(value) for value in values.choices(WORKS)),
            shared=CO_LEADS in values.choices(SHARED),
            shared_with_sets=SETS in values.choices(SHARED),
        )
    except ValueError:
        raise NotValid({NATION: "choose_one"}) from None


def settings_saved(words: Words) -> Json:
    """Say that the settings are kept."""
    return kit.modal(
        words("settings.title"),
        [kit.say(words("settings.saved"))],
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )
