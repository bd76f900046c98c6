"""Which day a run is for, and when that day has passed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from adlocalizer.errors import ConfigError

Missed = Literal["skip", "make"]
"""What a run does that starts after its day has ended: nothing, or the day all the same."""


def zone_of(name: str | None) -> tzinfo | None:
    """The time zone with an IANA name; None, which is this machine's, for none. ConfigError for an unknown one."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder, a path out of the database, a name that is not in it
        remedy = "write one of the IANA database, e.g. Asia/Tokyo"
        raise ConfigError("time_zone", f"there is no time zone {name!r}", remedy) from None


def due_day(scheduled: datetime, zone: tzinfo | None, days_ahead: int = 0) -> date:
    """The day a scheduled run is for: the calendar day its start was planned on, in a time zone, and so many later.

    What counts is when the run was to start, never when it did: a run that waited for a machine is for the same day.
    """
    return scheduled.astimezone(zone).date() + timedelta(days=days_ahead)


def has_passed(day: date, now: datetime, zone: tzinfo | None) -> bool:
    """Whether a day has ended in a time zone."""
    return day < now.astimezone(zone).date()
