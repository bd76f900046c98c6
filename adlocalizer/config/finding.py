"""Which place a row of a short city table means: the one there is, or a flaw that names what it could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from adlocalizer.config.gazetteer import SAME_PLACE_KM, Gazetteer, Place, folded, km_between
from adlocalizer.config.places import CountryNames, city_id, country_name
from adlocalizer.config.rows import Flaw, number_or_text
from adlocalizer.config.wording import listed, quoted
from adlocalizer.domain import City

_MOST_NAMED = 10
_NORTH, _EAST = 90.0, 180.0
_OWN = "for a place the gazetteer lacks, write latitude, longitude and timezone"

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


class Atlas(NamedTuple):
    """What short rows are looked up in."""

    gazetteer: Gazetteer
    shipped: Sequence[City]
    """Cities we have climate and landmarks of; they win over the gazetteer."""
    regions: Mapping[str, str]
    """Region by market."""
    country_names: CountryNames


class Found(NamedTuple):
    """The place a row means: a shipped city, a place of the gazetteer, or neither when the row says all itself."""

    city: City | None = None
    place: Place | None = None
    id: str = ""

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales of a shipped city."""
        return self.city.locales if self.city else ()

    def values(self, language: str) -> dict[str, str]:
        """What a full table would say of it, its local name in a language."""
        if self.city is not None:
            said = self.city.model_dump(mode="json", exclude={"locales", "market"})
            return {column: "" if value is None else str(value) for column, value in said.items()}
        if self.place is None:
            return {}
        return {
            "city_id": self.id,
            "city": self.place.name,
            "local_name": self.place.local_names.get(language, self.place.name),
            "latitude": str(self.place.latitude),
            "longitude": str(self.place.longitude),
            "timezone": self.place.timezone,
        }


def find_place(said: Mapping[str, str], market: str, atlas: Atlas) -> Found | Flaw:
    """What a row's city, admin and coordinates mean in a country; a Flaw where they mean nothing or several places."""
    at = _point(said)
    named = atlas.gazetteer.named(market, said["city"])
    shipped = _shipped(said["city"], market, atlas)
    if shipped is not None and not said["admin"] and (at is None or _is_at(shipped, at)):
        return Found(city=shipped)
    if at is not None:
        there = [place for place in named if _is_at(place, at)]
        return _found(there[0], atlas) if len(there) == 1 else _own(said, market, atlas)
    if not named:
        return _unknown(said["city"], market, atlas.gazetteer)
    there = [place for place in named if place.lies_in(said["admin"])] if said["admin"] else list(named)
    known = [one for one in (_found(place, atlas) for place in there) if one.city is not None]
    if len(there) == 1 or len(known) == 1:
        return known[0] if known else _found(there[0], atlas)
    return _ambiguous(said, there) if there else _elsewhere(said, named, market)


def _point(said: Mapping[str, str]) -> Point | None:
    """Where a row says its place is; None where it says nothing, or what is no place on Earth."""
    latitude, longitude = number_or_text(said["latitude"]), number_or_text(said["longitude"])
    if not (isinstance(latitude, float) and isinstance(longitude, float)):
        return None
    return (latitude, longitude) if abs(latitude) <= _NORTH and abs(longitude) <= _EAST else None


def _is_at(one: City | Place, at: Point) -> bool:
    return km_between((one.latitude, one.longitude), at) < SAME_PLACE_KM


def _shipped(name: str, market: str, atlas: Atlas) -> City | None:
    key = folded(name)
    cities = (city for city in atlas.shipped if city.market == market)
    return next((city for city in cities if key in (folded(city.city), folded(city.local_name))), None)


def _found(place: Place, atlas: Atlas) -> Found:
    """A place, as the shipped city where it is one."""
    names = {folded(name) for name in (place.name, *place.local_names.values(), *place.other_names)}
    at = (place.latitude, place.longitude)
    cities = (city for city in atlas.shipped if city.market == place.market and folded(city.city) in names)
    city = next((city for city in cities if _is_at(city, at)), None)
    return Found(city=city, place=place, id=_id(place, atlas.gazetteer))


def _id(place: Place, gazetteer: Gazetteer) -> str:
    """`jp-sapporo`; with the state's code where the country has several: the same in every table."""
    twins = [one for one in gazetteer.named(place.market, place.name) if one.geonameid != place.geonameid]
    in_state = [one for one in twins if one.admin == place.admin]
    more = (place.admin, place.geonameid) if in_state else (place.admin,) if twins else ()
    return city_id(place.market, place.name, *more) or city_id(place.market, place.geonameid)


def _own(said: Mapping[str, str], market: str, atlas: Atlas) -> Found | Flaw:
    """A place of the row's own coordinates."""
    id = said["city_id"] or city_id(market, said["city"])
    if not said["timezone"]:
        found = f"found nothing, and no {quoted(said['city'])} within {SAME_PLACE_KM:.0f} km of the coordinates"
        return Flaw("timezone", found, "write the IANA zone of your own place, such as 'Europe/Paris'")
    if not said["city_id"] and any(city.city_id == id for city in atlas.shipped):
        found = f"{quoted(said['city'])} at these coordinates is not the shipped {id}"
        return Flaw("city", found, "give it an id of its own in a column city_id, or leave the coordinates empty")
    return Found()


def _unknown(name: str, market: str, gazetteer: Gazetteer) -> Flaw:
    found = f"there is no {quoted(name)} in {country_name(market)} of 15,000 people or more"
    near = gazetteer.near_names(market, name)
    elsewhere = [country_name(one) for one in gazetteer.markets_with(name) if one != market]
    guesses = [f"did you mean {' or '.join(map(repr, near))}?"] if near else []
    guesses += [f"is the country right? There is one in {listed(elsewhere, most=3)}"] if elsewhere else []
    return Flaw("city", found, "; ".join((*guesses, _OWN)))


def _ambiguous(said: Mapping[str, str], there: Sequence[Place]) -> Flaw:
    named = [f"{place.name} ({place.state}, {place.population:,} people)" for place in there]
    found = f"{quoted(said['city'])} is any of {len(there)} places: {listed(named, most=_MOST_NAMED)}"
    if len({place.admin for place in there}) > 1 and not said["admin"]:
        return Flaw("city", found, f"write the state in a column admin, such as {there[0].state!r}")
    return Flaw("city", found, "write its latitude and longitude")


def _elsewhere(said: Mapping[str, str], named: Sequence[Place], market: str) -> Flaw:
    found = f"there is no {quoted(said['city'])} in {quoted(said['admin'])}, {country_name(market)}"
    states = [place.state for place in named]
    return Flaw("admin", found, f"write {listed(list(dict.fromkeys(states)), most=_MOST_NAMED)}; {_OWN}")
