"""Where the sun stands at the local shooting hour, and what light that gives."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from adlocalizer.domain import City, Fact
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin

_LIGHT_TEXT = {
    "day": "full daylight",
    "golden": "golden-hour light",
    "blue": "blue-hour light",
    "twilight": "twilight",
    "night": "night",
}
_WINDS = (
    *("north", "north-northeast", "northeast", "east-northeast", "east", "east-southeast", "southeast"),
    *("south-southeast", "south", "south-southwest", "southwest", "west-southwest", "west", "west-northwest"),
    *("northwest", "north-northwest"),
)


def sun_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """The hour, the sun's height and direction, and the light, at any latitude, date and hour."""
    city, on, hour = occasion.city, occasion.on, occasion.hour
    elevation, azimuth = sun_at(city.latitude, city.longitude, local_moment(city, on, hour)[0])
    clock, origin = Origin("shooting hour of the campaign", on.isoformat()), sun_origin(city, on)
    light = light_of(elevation)
    return (
        clock.fact("hour", hour, f"{hour:02}:00 local time"),
        origin.fact("sun_elevation_degrees", elevation, _height_text(elevation)),
        origin.fact("sun_azimuth_degrees", azimuth, f"in the {_WINDS[round(azimuth / 22.5) % 16]}"),
        origin.fact("light", light, _LIGHT_TEXT[light]),
    )


def sun_origin(city: City, on: date) -> Origin:
    """Who works out where sun and moon stand, and by which clock."""
    import astral

    _, is_zoned = local_moment(city, on, 12)
    clocked = f"astral {astral.__version__}, time zone {city.timezone}"
    guessed = f"astral {astral.__version__}, mean solar time: no time zone {city.timezone}"
    return Origin(clocked if is_zoned else guessed, on.isoformat(), "exact" if is_zoned else "estimated")


def light_at(occasion: Occasion) -> str:
    """The class of light at the occasion's hour."""
    moment, _ = local_moment(occasion.city, occasion.on, occasion.hour)
    return light_of(sun_at(occasion.city.latitude, occasion.city.longitude, moment)[0])


def local_moment(city: City, on: date, hour: int) -> tuple[datetime, bool]:
    """The city's clock at an hour, and whether its zone is known; else mean solar time by its longitude.

    An hour a clock change skips is read with the offset before the change, an hour that comes twice is the first.
    """
    zone: tzinfo
    try:
        zone, is_zoned = ZoneInfo(city.timezone), True
    except (KeyError, ValueError, OSError):
        zone, is_zoned = timezone(timedelta(hours=round(city.longitude / 15))), False
    return datetime.combine(on, time(hour), zone), is_zoned


@functools.lru_cache(maxsize=1024)
def sun_at(latitude: float, longitude: float, moment: datetime) -> tuple[float, float]:
    """The sun's height over the horizon, refraction included, and its direction from north, to a tenth of a degree."""
    from astral import Observer
    from astral.sun import azimuth, elevation

    try:
        utc = moment.astimezone(UTC)
    except OverflowError:  # the first and last day Python can count
        utc = moment.replace(tzinfo=UTC)
    place = Observer(latitude, longitude)
    # 360.0 after rounding is north again; adding 0.0 turns -0.0 into 0.0, which reads better and has one digest.
    return round(elevation(place, utc), 1) + 0.0, round(azimuth(place, utc), 1) % 360


def light_of(elevation_degrees: float) -> str:
    """The class of light at a height of the sun."""
    if elevation_degrees > 6:
        return "day"
    if elevation_degrees >= -4:
        return "golden"
    if elevation_degrees >= -6:
        return "blue"
    return "twilight" if elevation_degrees >= -18 else "night"


def _height_text(degrees: float) -> str:
    if abs(degrees) < 0.5:
        return "on the horizon"
    if degrees >= 80:
        return f"almost overhead, {degrees:.0f}° above the horizon"
    return f"about {max(1, round(abs(degrees)))}° {'above' if degrees > 0 else 'below'} the horizon"
