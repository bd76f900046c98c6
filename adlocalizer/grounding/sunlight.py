"""What the sun does with a day: its length, its golden and blue hour, and how long shadows are at the shooting hour."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from adlocalizer.domain import City, Fact
from adlocalizer.grounding.days import off_the_ends
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin
from adlocalizer.grounding.sun import local_moment, sun_at, sun_origin

HORIZON = -0.833
"""Where the sun's middle stands when its upper edge rises or sets, in degrees: 34' of refraction and 16' of its own."""

GOLDEN, BLUE = (6.0, -4.0), (-4.0, -6.0)
"""From which height of the sun down to which, in degrees."""

_TEXT = {
    "ordinary": "the sun rises and sets",
    "polar_night": "polar night, the sun stays below the horizon",
    "midnight_sun": "midnight sun, the sun does not set",
}
_ACCURATE = timedelta(seconds=15)
_LONGEST_SHADOW = 60
_LENGTHS = (
    (0.15, "hardly any shadows, the light falls from straight above"),
    (0.6, "short shadows, less than half as long as things are tall"),
    (0.85, "short shadows, shorter than things are tall"),
    (1.25, "shadows about as long as things are tall"),
    (1.75, "shadows about one and a half times as long as things are tall"),
    (2.5, "shadows about twice as long as things are tall"),
    (3.5, "shadows about three times as long as things are tall"),
    (7, "long shadows, about five times as long as things are tall"),
    (15, "very long shadows, about ten times as long as things are tall"),
)


class Day(NamedTuple):
    """A sun's day: from the midnight before its noon to the one after, by the sun and not by the clock, in UTC."""

    dawn_side: datetime
    noon: datetime
    dusk_side: datetime
    heights: tuple[float, float, float]
    """Degrees over the horizon at the three, without refraction."""


class Stretch(NamedTuple):
    """The evening's time between two heights of the sun; None where it lasts all day long or all night."""

    starts: datetime | None
    ends: datetime | None


def sunlight_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Day length, sunrise and sunset, the evening's golden and blue hour by the city's clock."""
    city, on = occasion.city, occasion.on
    day, origin = sun_day(city, on), sun_origin(city, on)
    kind, hours = kind_of(day), round(day_length(city, day).total_seconds() / 3600, 1)
    return (
        origin.fact("day_length_hours", hours, f"{hours:g} hours of daylight"),
        origin.fact("daylight", kind, _TEXT[kind]),
        *_rise_and_set(origin, city, day),
        _hour_fact(origin, "golden_hour", city, day),
        _hour_fact(origin, "blue_hour", city, day),
    )


def sun_day(city: City, on: date) -> Day:
    """The sun's day around the noon that is nearest to the clock's on the date."""
    # The sun's year repeats: the calendar's first and last day borrow their neighbours' sun.
    moment, _ = local_moment(city, off_the_ends(on, 3), 12)
    return _day_at(round(city.latitude, 3), round(city.longitude, 3), moment.astimezone(UTC))


def kind_of(day: Day) -> str:
    """`ordinary`, `polar_night` or `midnight_sun`."""
    if max(day.heights) < HORIZON:
        return "polar_night"
    return "midnight_sun" if min(day.heights) > HORIZON else "ordinary"


def day_length(city: City, day: Day) -> timedelta:
    """How long the sun's upper edge is over the horizon: nothing in the polar night, 24 hours in the midnight sun."""
    halves = ((day.dawn_side, day.noon), (day.noon, day.dusk_side))
    return sum((_time_above(city, start, end) for start, end in halves), timedelta())


def sunrise_and_sunset(city: City, day: Day) -> tuple[datetime | None, datetime | None]:
    """When the sun's upper edge crosses the horizon, in UTC; None where it does not."""
    return _crossing(city, HORIZON, day.dawn_side, day.noon), _crossing(city, HORIZON, day.noon, day.dusk_side)


def evening(city: City, day: Day, heights: tuple[float, float]) -> Stretch | None:
    """When the sun sinks from the one height to the other after noon; None when it does not come between them."""
    _, highest, lowest = day.heights
    upper, lower = heights
    if highest <= lower or lowest >= upper:
        return None
    return Stretch(_crossing(city, upper, day.noon, day.dusk_side), _crossing(city, lower, day.noon, day.dusk_side))


def shadow_text(length: float) -> str:
    """Words for a shadow's length in heights of what throws it."""
    told = (text for most, text in _LENGTHS if length < most)
    return next(told, "endless shadows, the sun is on the horizon")


def _rise_and_set(origin: Origin, city: City, day: Day) -> Iterator[Fact]:
    for name, moment in zip(("sunrise", "sunset"), sunrise_and_sunset(city, day), strict=True):
        at = _clock(moment, city)
        yield origin.fact(name, at or "none", f"{name} at {at}" if at else f"no {name}")


def _hour_fact(origin: Origin, name: str, city: City, day: Day) -> Fact:
    heights, called = (GOLDEN, "golden") if name == "golden_hour" else (BLUE, "blue")
    stretch = evening(city, day, heights)
    if stretch is None:
        reason = "the sun stays higher" if day.heights[2] >= heights[0] else "the sun stays lower"
        return origin.fact(name, "none", f"no {called} hour in the evening, {reason}")
    starts, ends = (_clock(moment, city) for moment in stretch)
    value = f"{starts or 'all day'} to {ends or 'all night'}"
    if starts and ends:
        return origin.fact(name, value, f"the evening's {called} hour is from {starts} to {ends}")
    if starts:
        return origin.fact(name, value, f"{called} light from {starts} on and all night")
    return origin.fact(name, value, f"{called} light all day {f'until {ends}' if ends else 'and all night'}")


def shadow_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """How long shadows are at the shooting hour."""
    city, origin = occasion.city, sun_origin(occasion.city, occasion.on)
    height, _ = sun_at(city.latitude, city.longitude, local_moment(city, occasion.on, occasion.hour)[0])
    if height <= 0:
        return (origin.fact("shadow", "none", "no sun, no shadows"),)
    length = round(min(1 / math.tan(math.radians(height)), _LONGEST_SHADOW), 1) + 0.0
    return (origin.fact("shadow", abs(length), shadow_text(length)),)


def _clock(moment: datetime | None, city: City) -> str:
    zone = local_moment(city, date(2000, 1, 1), 12)[0].tzinfo
    return (moment + timedelta(seconds=30)).astimezone(zone).strftime("%H:%M") if moment else ""


@functools.lru_cache(maxsize=4096)
def _day_at(latitude: float, longitude: float, near: datetime) -> Day:
    from astral import Observer
    from astral.sun import noon

    days = [near.date() + timedelta(days=by) for by in (-1, 0, 1)]
    middle = min((noon(Observer(latitude, longitude), day) for day in days), key=lambda at: abs(at - near))
    three = (middle - timedelta(hours=12), middle, middle + timedelta(hours=12))
    before, top, after = (_height(latitude, longitude, moment) for moment in three)
    return Day(*three, heights=(before, top, after))


def _height(latitude: float, longitude: float, moment: datetime) -> float:
    from astral import Observer
    from astral.sun import elevation

    return elevation(Observer(latitude, longitude), moment, with_refraction=False)


def _crossing(city: City, height: float, start: datetime, end: datetime) -> datetime | None:
    """When the sun passes a height, by halving: between a midnight and a noon it only sinks or only rises."""
    at = functools.partial(_height, round(city.latitude, 3), round(city.longitude, 3))
    is_high = at(start) > height
    if is_high == (at(end) > height):
        return None
    while end - start > _ACCURATE:
        middle = start + (end - start) / 2
        start, end = (middle, end) if (at(middle) > height) == is_high else (start, middle)
    return start + (end - start) / 2


def _time_above(city: City, start: datetime, end: datetime) -> timedelta:
    crossing = _crossing(city, HORIZON, start, end)
    is_high = _height(round(city.latitude, 3), round(city.longitude, 3), start) > HORIZON
    if crossing is None:
        return end - start if is_high else timedelta()
    return crossing - start if is_high else end - crossing
