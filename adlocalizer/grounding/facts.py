"""Every fact of a picture: one statement a name, whatever the city, date and hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from adlocalizer.domain import Fact
from adlocalizer.grounding.calendar import calendar_facts
from adlocalizer.grounding.climate import climate_facts
from adlocalizer.grounding.landmark import landmark_facts
from adlocalizer.grounding.locale import locale_facts
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import RULE_OF_THUMB, Origin, plain, version_of
from adlocalizer.grounding.sun import sun_facts


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
    Group(("climate", "temperature_celsius", "weather"), climate_facts),
    Group(("hour", "sun_elevation_degrees", "sun_azimuth_degrees", "light"), sun_facts),
    Group(("landmark", "landmark_kind", "landmark_shape", "landmark_note"), landmark_facts),
    Group(("country", "language", "script", "direction", "currency"), locale_facts),
)
"""What every picture is drawn from: the preview's painter reads their values, so they are part of a prompt's digest."""

TOLD: tuple[Group, ...] = ()
"""What only words tell: found out where a recipe's template asks for one of them, or somebody wants to see all."""

FACT_NAMES = frozenset(name for group in (*PAINTED, *TOLD) for name in group.names)
"""Every name a fact can have."""

SOMETIMES = frozenset({"landmark", "landmark_kind", "landmark_shape", "landmark_note", "currency"})
"""Facts a city may lack: a template asks `{% if landmark is defined %}` before it uses one."""


def facts_for(occasion: Occasion, wanted: frozenset[str] | None = None) -> tuple[Fact, ...]:
    """The facts of an occasion: all of them, or those pictures are drawn from and the groups of the wanted names.

    A gap in a table is said, never an error: whatever a city lacks has no fact, or an estimated one.
    """
    groups = [*PAINTED, *(one for one in TOLD if wanted is None or not wanted.isdisjoint(one.names))]
    return tuple(fact for group in groups for fact in group.state(occasion))


def is_estimated(facts: Iterable[Fact]) -> bool:
    """Whether temperature or season rest on a rule of thumb, because the climate table has no row for the city."""
    return any(fact.name in ("temperature_celsius", "season") and fact.as_of == RULE_OF_THUMB for fact in facts)
