"""Registers listeners; each says which act of the policy it is, or it does not register.

Commands, shortcuts and clicks are let in or turned away before the listener runs. A submitted
form is let in by its service, inside the transaction that saves it: opening it proved nothing.
"""

from collections.abc import Callable
from dataclasses import field
from re import Pattern
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from domain import policy
from domain.policy import Act
from domain.values import dataclass

Listener = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """A registered listener: what kind, its id, its act and whether it is let in beforehand."""

    kind: str
    id: str
    act: Act
    listener: Listener


@dataclass(frozen=True, slots=True)
class Listen:
    """What a handler module registers its listeners with."""

    app: App
    declared: list[Declared] = field(default_factory=list)

    def form(self, callback_id: str, act: Act, listener: Listener) -> None:
        """A submitted form; its service lets it in."""
        self._declare("form", callback_id, act, listener)
        self.app.view(callback_id)(listener)

    def command(self, name: str, act: Act, listener: Listener) -> None:
        """A slash command."""
        self._declare("command", name, act, listener)
        self.app.command(name, middleware=[_Gate(act)])(listener)

    def shortcut(self, callback_id: str, act: Act, listener: Listener) -> None:
        """A global shortcut."""
        self._declare("shortcut", callback_id, act, listener)
        self.app.shortcut(callback_id, middleware=[_Gate(act)])(listener)

    def click(self, action_id: str | Pattern[str], act: Act, listener: Listener) -> None:
        """A button or another control."""
        name = action_id if isinstance(action_id, str) else action_id.pattern
        self._declare("click", name, act, listener)
        self.app.action(action_id, middleware=[_Gate(act)])(listener)

    def event(self, name: str, listener: Listener) -> None:
        """Something Slack tells by itself. Nobody asks, so nobody is let in; see its docstring."""
        self.app.event(name)(listener)

    def _declare(self, kind: str, name: str, act: Act, listener: Listener) -> None:
        if act not in policy.RULES:
            raise LookupError(f"{kind} {name}: {act} has no rule in domain.policy")
        self.declared.append(Declared(kind, name, act, listener))


class _Gate(Middleware):
    """Lets the person in or refuses; whoever is let in arrives as the argument `me`.

    A class, because Bolt takes 10 us to find out what a function wants to be given, each time.
    """

    def __init__(self, act: Act) -> None:
        self._act = act

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse | None:
        context = req.context
        anyone = policy.RULES[self._act].anyone
        context["me"] = None if anyone else context["house"].people.me(context["by"], self._act)
        return next()
