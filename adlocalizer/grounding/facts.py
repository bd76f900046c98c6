"""Every fact of a picture: one statement a name, whatever the city, date and hour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from adlocalizer.domain import City, Climate, Fact, Landmark
from adlocalizer.grounding.calendar import calendar_facts
from adlocalizer.grounding.climate import climate_facts
from adlocalizer.grounding.landmark import landmark_facts
from adlocalizer.grounding.locale import locale_facts
from adlocalizer.grounding.stating import RULE_OF_THUMB, Origin, plain, version_of
from adlocalizer.grounding.sun import sun_facts

SOMETIMES = frozenset({"landmark", "landmark_kind", "landmark_shape", "landmark_note", "currency"})
"""Facts a city may lack: a template asks `{% if landmark is defined %}` before it uses one."""

FACT_NAMES = SOMETIMES | {
    *("city_id", "city", "local_name", "country", "hemisphere", "month", "season", "hour"),
    *("sun_elevation_degrees", "sun_azimuth_degrees", "light", "climate", "temperature_celsius", "weather"),
    *("language", "script", "direction"),
}
"""Every name a fact can have."""


class Sources(NamedTuple):
    """The tables facts are looked up in, by city id."""

    climate: Mapping[str, Climate]
    landmarks: Mapping[str, tuple[Landmark, ...]]


def facts_for(city: City, locale: str, on: date, hour: int, sources: Sources) -> tuple[Fact, ...]:
    """The facts of a city for readers of a locale, on a date at a local hour; a gap in a table is said."""
    normals = _finite(sources.climate.get(city.city_id))
    sun = sun_facts(city, on, hour)
    light = str(next(fact.value for fact in sun if fact.name == "light"))
    return (
        *_city_facts(city),
        *calendar_facts(city, on, normals),
        *climate_facts(city, normals, on.month, hour),
        *sun,
        *landmark_facts(sources.landmarks.get(city.city_id, ()), light),
        *locale_facts(city, locale, on),
    )


def is_estimated(facts: Iterable[Fact]) -> bool:
    """Whether temperature or season rest on a rule of thumb, because the climate table has no row for the city."""
    return any(fact.name in ("temperature_celsius", "season") and fact.as_of == RULE_OF_THUMB for fact in facts)


def _finite(climate: Climate | None) -> Climate | None:
    # A cell such as `nan` or `inf` is a number to Python, but says nothing.
    return climate if climate and all(map(math.isfinite, (*climate.mean_celsius, *climate.rain_mm))) else None


def _city_facts(city: City) -> tuple[Fact, ...]:
    origin = Origin("city table", version_of(city))
    name = plain(city.city) or city.city_id
    local_name = plain(city.local_name) or name
    return (
        origin.fact("city_id", city.city_id, city.city_id),
        origin.fact("city", name, name),
        origin.fact("local_name", local_name, local_name),
    )
