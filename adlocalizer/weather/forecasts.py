"""What a weather service is asked and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from pydantic import Field

from adlocalizer.domain import City, DayWeather, Id, Noun

_NEAR_DEGREES = 0.2
"""Two rows this near share a forecast: its cells are about 0.1° wide."""


class Forecast(Noun):
    """What was said about a city's day, or why nothing was: kept as it is, so that a rerun is told the same."""

    city_id: Id
    day: date
    latitude: float
    longitude: float
    asked: str = Field(description="When, ISO 8601 with its zone")
    weather: DayWeather | None = None
    reason: str = Field(default="", description="Why there is no weather")

    def is_of(self, city: City) -> bool:
        """Whether it is about where the city's row says it is: another table may have another place of that id."""
        across = abs(self.longitude - city.longitude)
        return abs(self.latitude - city.latitude) <= _NEAR_DEGREES and min(across, 360 - across) <= _NEAR_DEGREES


class Forecasts(Protocol):
    """A weather service."""

    def fetch(self, cities: Sequence[City], day: date) -> Mapping[Id, Forecast]:
        """A forecast for each city by its id, inside the deadline; what failed is a reason in it, never an error."""
        ...
