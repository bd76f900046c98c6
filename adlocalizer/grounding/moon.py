"""What moon a night scene has: its phase, whether it is up at the hour, and which side of it is lit."""

from __future__ import annotations

from datetime import UTC

from adlocalizer.domain import Fact
from adlocalizer.grounding.days import off_the_ends
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.sun import local_moment, sun_origin

_NEW_TO_NEW = 28.0
# astral counts a month as 28 days and begins it half a day before the new moon.
_ASTRAL_AHEAD = 0.5
_PHASES = (
    (1.0, "new moon"),
    (6.0, "waxing crescent moon"),
    (8.0, "half moon, waxing"),
    (13.0, "gibbous moon, waxing"),
    (15.0, "full moon"),
    (20.0, "gibbous moon, waning"),
    (22.0, "half moon, waning"),
    (27.0, "waning crescent moon"),
)

# Nearer to the equator the lit side is the one below or above.
_SIDED_DEGREES = 25


def moon_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """The moon at the occasion's hour; its phase is good to half a day, its height to a few degrees."""
    from astral import Observer
    from astral.moon import elevation, phase

    city = occasion.city
    moment = local_moment(city, off_the_ends(occasion.on, 2), occasion.hour)[0].astimezone(UTC)
    age = (phase(moment.date()) + moment.hour / 24 - _ASTRAL_AHEAD) % _NEW_TO_NEW
    name = phase_of(age)
    height = elevation(Observer(city.latitude, city.longitude), moment)
    text = f"{name}{_lit_side(age, name, city.latitude)}, {_height_text(height)}"
    value = name.removesuffix(" moon").replace(" moon,", "").replace(" ", "_")
    return (sun_origin(city, occasion.on).fact("moon", value, text),)


def phase_of(age: float) -> str:
    """The phase of a moon so many 28ths of a month after new moon."""
    return next((name for before, name in _PHASES if age < before), _PHASES[0][1])


def _lit_side(age: float, name: str, latitude: float) -> str:
    if abs(latitude) < _SIDED_DEGREES or name in ("new moon", "full moon"):
        return ""
    is_waxing = age < _NEW_TO_NEW / 2
    return f", its {'right' if is_waxing == (latitude > 0) else 'left'} side lit"


def _height_text(degrees: float) -> str:
    if degrees < 0:
        return "below the horizon at this hour"
    return "low in the sky" if degrees < 20 else "high in the sky" if degrees > 50 else "halfway up the sky"
