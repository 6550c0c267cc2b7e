"""The one source of the current time, and dates as people live them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Clock = Callable[[], datetime]

HOME_ZONE = "Europe/London"


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name, or the programme's own where the name is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(HOME_ZONE)


def local_date(now: datetime, zone_name: str) -> date:
    """Return the calendar date at the aware time `now` in that zone."""
    return now.astimezone(zone(zone_name)).date()
