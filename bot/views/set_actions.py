"""What people take away from a meeting: their own list, the form, and a set's review."""

from collections.abc import Sequence

from bot import ids
from bot.services.set_actions import OwnAction, Review
from bot.views import kit
from bot.views.forms import Meta
from bot.views.kit import Json
from bot.views.learning_sets import page
from bot.views.set_day import line_form
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.refusals import Refused
from domain.set_actions import ActionState

ACTION = "action"
SHOWN = 20
_ANSWERS = (ActionState.DONE, ActionState.PART, ActionState.NOT_YET, ActionState.LET_GO)


def mine_page(words: Words, actions: Sequence[OwnAction], *, said: str | None = None) -> Json:
    """Render somebody's own actions that go on, with what they can say of each."""
    blocks = [kit.say(words(said))] if said else []
    blocks.append(kit.say(words("action.about" if actions else "action.none")))
    for own in actions[:SHOWN]:
        blocks += _own(words, own)
    blocks.append(who_sees(words, Thing.SET_ACTION, also=words("action.never_counted")))
    return page(words, "action.mine", blocks)


def action_form(
    words: Words,
    *,
    form: str,
    meeting_id: str | None = None,
    action_id: str | None = None,
    text: str | None = None,
    asks: frozenset[str] = frozenset(),
) -> Json:
    """Ask for an action in one line; with `action_id`, change one."""
    meta = Meta(form=form, meeting=meeting_id, item=action_id)
    sees = who_sees(words, Thing.SET_ACTION, also=words("action.kept"))
    return line_form(words, ACTION, ids.SET_ACTION_FORM, meta, text, asks, sees=sees)


def review_page(words: Words, data: Review) -> Json:
    """Render what the meeting asks about: whose it is, their words, and what they said of it."""
    blocks = [kit.say(words("review.about" if data.actions else "review.none"))]
    for action, person, text in data.actions[:SHOWN]:
        said = words(f"action.state.{action.state}")
        blocks += [kit.say_person(person.account.user, f". {said}"), kit.say(text)]
    back = kit.button(words("meeting.back"), ids.OPEN_MEETING, data.meeting.id)
    mine = kit.button(words("action.open_mine"), ids.OPEN_MY_ACTIONS)
    blocks += [kit.buttons(mine, back), who_sees(words, Thing.SET_ACTION, you=None)]
    return page(words, "review.title", blocks)


def read_answer(name: str) -> ActionState:
    """Return what a button says of an action.

    Raises:
        Refused: It says nothing known.
    """
    try:
        return ActionState(name)
    except ValueError:
        raise Refused("form_too_old") from None


def _own(words: Words, own: OwnAction) -> list[Json]:
    action = own.action
    said = [words("action.from", name=own.set_name)]
    if action.state is not ActionState.OPEN:
        said.append(words(f"action.state.{action.state}"))
    buttons = [
        kit.button(words(f"action.answer.{a}"), f"{ids.REVIEW_ACTION}.{a}", action.id)
        for a in _ANSWERS
        if a is not action.state
    ]
    buttons += [
        kit.button(words("action.change"), ids.OPEN_ACTION_FORM, f"- {action.id}"),
        _delete(words, action.id),
    ]
    return [kit.say(own.text), kit.small(" ".join(said)), kit.buttons(*buttons)]


def _delete(words: Words, action_id: str) -> Json:
    return kit.button(
        words("action.delete"),
        ids.DELETE_ACTION,
        action_id,
        confirm=kit.confirm(
            words("action.delete_title"),
            words("action.delete_ask"),
            words("action.delete_yes"),
            words("action.delete_no"),
        ),
    )
