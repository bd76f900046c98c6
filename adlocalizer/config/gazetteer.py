"""The shipped gazetteer: places by country and name, as people spell them; only the countries asked for are read."""

from __future__ import annotations

import csv
import difflib
import functools
import gzip
import math
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import regex

from adlocalizer.errors import ConfigError

COLUMNS = (
    *("market", "name", "admin", "admin_names", "latitude", "longitude", "timezone", "population"),
    *("local_names", "other_names", "geonameid"),
)
SAME_PLACE_KM = 20.0
"""Places of one name in one state nearer than this are one: the larger (a town and its own centre, listed twice)."""

_KM_PER_DEGREE = 111.2
_MOST_NEAR = 3
# Letters that decompose to nothing plainer; the rest loses its marks by decomposition.
_PLAINER = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "e"}
)
# Accents, Hebrew points and Arabic vowels, which people leave out; not the marks that make か into が, or Indic vowels.
_ACCENTS = frozenset((*range(10, 37), *range(200, 255)))
_APART = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_APOSTROPHES = regex.compile("['\u2018\u2019\u02bb\u02bc`\u00b4]")


class Place(NamedTuple):
    """A place of the gazetteer."""

    market: str
    """ISO 3166-1 alpha-2."""
    name: str
    """English name."""
    admin: str
    """GeoNames' code of its first-level division."""
    admin_names: tuple[str, ...]
    """Names of the division, English first, and its code people use."""
    latitude: float
    longitude: float
    timezone: str
    population: int
    local_names: dict[str, str]
    """By language subtag."""
    other_names: tuple[str, ...]
    geonameid: str

    @property
    def state(self) -> str:
        """Its first-level division in words, else its code."""
        return self.admin_names[0] if self.admin_names else self.admin

    def lies_in(self, admin: str) -> bool:
        """Whether a division's name or code means the one it lies in."""
        return folded(admin) in {folded(name) for name in (self.admin, *self.admin_names)}


class Gazetteer:
    """Places by country and name; a country's part is read when somebody asks for it."""

    def __init__(self, path: Path, shown: str) -> None:
        self._path, self._shown = path, shown
        self._countries: dict[str, _Country] = {}

    def named(self, market: str, name: str) -> tuple[Place, ...]:
        """Every place of a country a name may mean, largest first.

        Those called so; beside them only larger places that are spelt so too: Halle is a town, and what a city is
        called for short.
        """
        country, key = self._country(market), folded(name)
        own = country.by_name.get(key, [])
        least = max((place.population for place in own), default=0)
        others = [place for place in country.by_other_name.get(key, ()) if place not in own]
        found = [*own, *(place for place in others if place.population > least)]
        return _apart(sorted(found, key=lambda place: (-place.population, place.geonameid)))

    def near_names(self, market: str, name: str) -> tuple[str, ...]:
        """Names of a country's places that are spelt much like a name, likest first."""
        country, key = self._country(market), folded(name[:80])
        near = difflib.get_close_matches(key, country.by_initial(key), n=_MOST_NEAR, cutoff=0.7)
        return tuple(dict.fromkeys(max(country.by_name[one], key=lambda place: place.population).name for one in near))

    def markets_with(self, name: str) -> tuple[str, ...]:
        """Countries that have a place of an English name, the largest such place first."""
        key = folded(name)
        largest = {
            market: max(place.population for place in self._country(market).by_name[key])
            for market in self._markets.get(key, ())
        }
        return tuple(sorted(largest, key=lambda market: (-largest[market], market)))

    @functools.cached_property
    def _markets(self) -> dict[str, set[str]]:
        """Countries by the names of their places; no name holds a comma, so a row need not be read for it."""
        found: dict[str, set[str]] = {}
        for market, lines in self._lines.items():
            for line in lines:
                found.setdefault(folded(line.split(",", 2)[1]), set()).add(market)
        return found

    def _country(self, market: str) -> _Country:
        if market not in self._countries:
            self._countries[market] = _Country(self._read(market))
        return self._countries[market]

    def _read(self, market: str) -> tuple[Place, ...]:
        try:
            return tuple(map(_place, csv.reader(self._lines.get(market, ()))))
        except (ValueError, csv.Error):
            raise self._broken(f"a row of {market} is damaged") from None

    @functools.cached_property
    def _lines(self) -> dict[str, list[str]]:
        """Lines by market, not read further."""
        try:
            header, *lines = gzip.decompress(self._path.read_bytes()).decode("utf-8").splitlines()
        except (OSError, EOFError, ValueError, zlib.error):
            raise self._broken("is missing or damaged") from None
        if header != ",".join(COLUMNS):
            raise self._broken(f"begins with {header[:60]!r}")
        by_market: dict[str, list[str]] = {}
        for line in lines:
            by_market.setdefault(line[:2], []).append(line)
        return by_market

    def _broken(self, found: str) -> ConfigError:
        return ConfigError(
            self._shown, found, "take the file from the repository again; docs/cities.md says how it is made"
        )


@functools.lru_cache(maxsize=65_536)  # a table of thousands of rows asks for the same names again and again
def folded(name: str) -> str:
    """How two spellings of a name are compared: without case, accents, marks and apostrophes; St. is Saint."""
    plain = _APOSTROPHES.sub("", name.casefold())
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain).casefold().translate(_PLAINER)
        apart = unicodedata.normalize("NFKD", letters)
        plain = "".join(letter for letter in apart if unicodedata.combining(letter) not in _ACCENTS)
    words = _APART.sub(" ", _APOSTROPHES.sub("", plain)).split()
    return " ".join("saint" if word == "st" else word for word in words)


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places of (latitude, longitude), near enough for neighbours."""
    east = (other[1] - one[1] + 180) % 360 - 180
    east *= math.cos(math.radians((one[0] + other[0]) / 2))
    return _KM_PER_DEGREE * math.hypot(east, other[0] - one[0])


class _Country:
    """A country's places by the ways they are spelt."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self._places = places
        self.by_name: dict[str, list[Place]] = {}
        for place in places:
            for key in {folded(name) for name in (place.name, *place.local_names.values())}:
                self.by_name.setdefault(key, []).append(place)

    @functools.cached_property
    def by_other_name(self) -> dict[str, list[Place]]:
        """Places by the spellings that are not their own names."""
        found: dict[str, list[Place]] = {}
        for place in self._places:
            for key in {folded(name) for name in place.other_names}:
                found.setdefault(key, []).append(place)
        return found

    @functools.cached_property
    def _initials(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in self.by_name:
            found.setdefault(key[:1], []).append(key)
        return found

    def by_initial(self, key: str) -> list[str]:
        """Names with a key's first letter: people mistype it least; all names for one that begins like none."""
        return self._initials.get(key[:1]) or list(self.by_name)


def _place(cells: list[str]) -> Place:
    market, name, admin, admin_names, latitude, longitude, timezone, population, local, others, id = cells
    return Place(
        market=market,
        name=name,
        admin=admin,
        admin_names=tuple(_parts(admin_names)),
        latitude=float(latitude),
        longitude=float(longitude),
        timezone=timezone,
        population=int(population),
        local_names={said[0]: said[2] for said in (one.partition("=") for one in _parts(local))},
        other_names=tuple(_parts(others)),
        geonameid=id,
    )


def _parts(cell: str) -> Iterator[str]:
    return (part for part in cell.split("|") if part)


def _apart(places: list[Place]) -> tuple[Place, ...]:
    """Without those that are a larger one listed twice."""
    kept: list[Place] = []
    for place in places:
        here = (place.latitude, place.longitude)
        larger = (one for one in kept if one.admin == place.admin)
        if not any(km_between(here, (one.latitude, one.longitude)) < SAME_PLACE_KM for one in larger):
            kept.append(place)
    return tuple(kept)
