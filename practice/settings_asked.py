"""Control of the workspace itself: faults, the clock, starting over."""

import copy
import random

from practice.asked import ClockAsk, FaultAsk
from practice.clock import read_iso
from practice.faults import Fault
from practice.interact import Cannot
from practice.things import Json
from practice.world import World


async def fault_asked(world: World, ask: FaultAsk) -> Json:
    """Plan trouble, or clear it."""
    faults = world.faults
    if ask.clear:
        faults.clear()
        world.hub.refusals = 0
    if ask.rate_limits is not None:
        faults.rate_limits = ask.rate_limits
        world.rates.buckets.clear()
    if ask.delivery == "duplicate":
        faults.duplicates += ask.times or 1
    if ask.kind is not None:
        faults.add(_fault(ask))
    if ask.socket == "cut":
        world.hub.cut()
    elif ask.socket == "disconnect":
        await world.hub.ask_to_refresh()
    elif ask.socket == "refuse":
        world.hub.refusals += ask.times or 1
    return {"ok": True, "faults": len(faults.rules), "rate_limits": faults.rate_limits}


def _fault(ask: FaultAsk) -> Fault:
    given = ask.latency_ms
    low, high = given if isinstance(given, tuple) else (given, given)
    if not 0 <= low <= high:
        raise Cannot("bad_request", "latency_ms must be a number or [low, high]")
    if ask.kind is None:
        raise Cannot("bad_request", "kind is missing")
    return Fault(
        method=ask.method,
        kind=ask.kind,
        times=ask.times,
        rate=ask.rate,
        latency_ms=(low, high),
        retry_after=ask.retry_after,
        error=ask.error,
        skip=ask.skip,
        accept=ask.accept,
        luck=random.Random(ask.seed),
    )


async def move_clock(world: World, ask: ClockAsk) -> Json:
    """Move the clock for everyone, the app included.

    With `settle_ms` what the app does about it is waited for, and told: `calls` it made since,
    and whether it is `quiet` by now.
    """
    ways = [w for w in (ask.advance_seconds, ask.now, ask.offset_seconds) if w is not None]
    if len(ways) != 1:
        raise Cannot("bad_request", "Give one of advance_seconds, now, offset_seconds.")
    offset = world.clock.offset
    if ask.advance_seconds is not None:
        offset += ask.advance_seconds
    elif ask.offset_seconds is not None:
        offset = ask.offset_seconds
    elif ask.now is not None:
        try:
            offset += read_iso(ask.now) - world.clock.now()
        except ValueError:
            raise Cannot("bad_request", "now must be a moment in ISO 8601") from None
    world.store.put("clock", "offset", {"offset": offset})
    before = world.activity.begun
    face = await world.clock.move_and_wait(offset)
    world.workspace.touch()
    if not ask.settle_ms:
        return {"ok": True, **face}
    quiet = await world.activity.settle(ask.settle_ms, world.settings.step_limit_ms)
    return {"ok": True, **face, "calls": world.activity.begun - before, "quiet": quiet}


def reset(world: World) -> Json:
    """Back to the seeds; tokens, connections and the clock stay."""
    world.faults.clear()
    world.hub.refusals = 0
    world.ledger.empty()
    world.workspace.empty()
    world.workspace.fill(copy.deepcopy(world.seeds))
    world.workspace.touch()
    return {"ok": True}
