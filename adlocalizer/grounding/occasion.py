"""What facts are asked about: a city and its readers, a day and an hour, and the tables to look in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from adlocalizer.domain import (
    City,
    Cliche,
    Climate,
    Country,
    DayWeather,
    Dress,
    Feast,
    Flight,
    Landmark,
    SeasonWords,
    ShoppingDay,
    Streets,
    Vegetation,
)


class Sources(NamedTuple):
    """The tables facts are looked up in, by city id or market."""

    climate: Mapping[str, Climate]
    landmarks: Mapping[str, tuple[Landmark, ...]]
    streets: Mapping[str, Streets] = {}
    countries: Mapping[str, Country] = {}
    vegetation: tuple[Vegetation, ...] = ()
    dress: tuple[Dress, ...] = ()
    cliches: tuple[Cliche, ...] = ()
    shopping_days: tuple[ShoppingDay, ...] = ()
    season_words: tuple[SeasonWords, ...] = ()
    feasts: tuple[Feast, ...] = ()
    weather: Mapping[str, DayWeather] = {}
    """The day's forecast by city id; a city without one has its month's typical weather."""


class Occasion(NamedTuple):
    """A city for readers of a locale, on a day at a local hour, within a flight."""

    city: City
    locale: str
    on: date
    hour: int
    sources: Sources
    flight: Flight | None = None

    @property
    def climate(self) -> Climate | None:
        """The city's month normals, where the table has them and they say something."""
        normals = self.sources.climate.get(self.city.city_id)
        # A cell such as `nan` or `inf` is a number to Python, but says nothing.
        return normals if normals and all(map(math.isfinite, (*normals.mean_celsius, *normals.rain_mm))) else None
