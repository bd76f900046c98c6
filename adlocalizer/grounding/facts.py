"""Every fact of a picture: one statement a name, whatever the city, date and hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from adlocalizer.domain import Fact
from adlocalizer.grounding.calendar import calendar_facts
from adlocalizer.grounding.country import country_facts
from adlocalizer.grounding.events import event_facts
from adlocalizer.grounding.holidays import holiday_facts
from adlocalizer.grounding.landmark import landmark_facts, landmark_name_facts
from adlocalizer.grounding.living import dress_facts, vegetation_facts
from adlocalizer.grounding.locale import locale_facts
from adlocalizer.grounding.moon import moon_facts
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.shopping import shopping_facts
from adlocalizer.grounding.stating import RULE_OF_THUMB, Origin, plain, version_of
from adlocalizer.grounding.streets import sign_facts, street_facts
from adlocalizer.grounding.sun import sun_facts
from adlocalizer.grounding.sunlight import shadow_facts, sunlight_facts
from adlocalizer.grounding.weather import weather_facts
from adlocalizer.grounding.writing import writing_facts


class Group(NamedTuple):
    """Facts that are found out together, by name; not every city has each."""

    names: tuple[str, ...]
    state: Callable[[Occasion], tuple[Fact, ...]]


def _city_facts(occasion: Occasion) -> tuple[Fact, ...]:
    city = occasion.city
    origin = Origin("city table", version_of(city))
    name = plain(city.city) or city.city_id
    local_name = plain(city.local_name) or name
    return (
        origin.fact("city_id", city.city_id, city.city_id),
        origin.fact("city", name, name),
        origin.fact("local_name", local_name, local_name),
    )


PAINTED = (
    Group(("city_id", "city", "local_name"), _city_facts),
    Group(("hemisphere", "month", "season"), calendar_facts),
    Group(("climate", "temperature_celsius", "weather"), weather_facts),
    Group(("hour", "sun_elevation_degrees", "sun_azimuth_degrees", "light"), sun_facts),
    Group(("landmark", "landmark_kind", "landmark_shape", "landmark_note"), landmark_facts),
    Group(("country", "language", "script", "direction", "currency"), locale_facts),
)
"""What every picture is drawn from: the preview's painter reads their values, so they are part of a prompt's digest."""

TOLD: tuple[Group, ...] = (
    Group(("landmark_local_name",), landmark_name_facts),
    Group(("street_texture", "architecture"), street_facts),
    Group(("street_script",), sign_facts),
    Group(("vegetation",), vegetation_facts),
    Group(("dress",), dress_facts),
    Group(("driving_side", "plugs", "units", "temperature_unit"), country_facts),
    Group(
        (
            *("local_country", "local_language", "digits", "number_format", "date_format", "hour_format"),
            *("first_weekday", "price_format"),
        ),
        writing_facts,
    ),
    Group(("public_holidays", "observances", "ramadan"), holiday_facts),
    Group(("shopping_events",), shopping_facts),
    Group(("event",), event_facts),
    Group(("day_length_hours", "daylight", "sunrise", "sunset", "golden_hour", "blue_hour"), sunlight_facts),
    Group(("shadow",), shadow_facts),
    Group(("moon",), moon_facts),
)
"""What only words tell: found out where a recipe's template asks for one of them, or somebody wants to see all."""

RULED = frozenset({"market_wants", "market_avoids"})
"""What market rules say to a picture: planning adds them, since they hang on product and copy, too."""

FACT_NAMES = RULED | {name for group in (*PAINTED, *TOLD) for name in group.names}
"""Every name a fact can have."""

SOMETIMES = RULED | frozenset(
    {
        *("landmark", "landmark_kind", "landmark_shape", "landmark_note", "landmark_local_name", "currency"),
        *("street_texture", "architecture", "vegetation", "dress"),
        *("driving_side", "plugs", "units", "temperature_unit", "price_format"),
        *("public_holidays", "observances", "ramadan", "shopping_events", "event"),
    }
)
"""Facts a city may lack: a template asks `{% if landmark is defined %}` before it uses one."""

ALWAYS = frozenset(name for group in PAINTED for name in group.names) - SOMETIMES
"""Facts every city has, whatever the tables lack."""


def facts_for(occasion: Occasion, wanted: frozenset[str] | None = None) -> tuple[Fact, ...]:
    """The facts of an occasion: all of them, or those pictures are drawn from and the groups of the wanted names.

    A gap in a table is said, never an error: whatever a city lacks has no fact, or an estimated one.
    """
    groups = [*PAINTED, *(one for one in TOLD if wanted is None or not wanted.isdisjoint(one.names))]
    return tuple(fact for group in groups for fact in group.state(occasion))


def is_estimated(facts: Iterable[Fact]) -> bool:
    """Whether temperature or season rest on a rule of thumb, because the climate table has no row for the city."""
    return any(fact.name in ("temperature_celsius", "season") and fact.as_of == RULE_OF_THUMB for fact in facts)
