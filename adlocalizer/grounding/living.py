"""What the season does to plants and to people's clothes: rows of two tables, tried from top to bottom."""

from __future__ import annotations

from adlocalizer.domain import Dress, Fact, Vegetation
from adlocalizer.grounding.calendar import calendar_facts
from adlocalizer.grounding.climate import climate_facts
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Certainty, Origin, version_of
from adlocalizer.grounding.weather import weather_facts

EVERY = "*"
"""Stands for every season, or every market."""


def vegetation_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """What grows in the city's climate and how it looks in the season: the first row that fits, nothing without one."""
    # By the month, not by the day's weather: a warm day does not bring leaves.
    said = {fact.name: fact for fact in (*calendar_facts(occasion), *climate_facts(occasion))}
    climate, celsius, season = said["climate"], float(said["temperature_celsius"].value), said["season"]
    row = next((one for one in occasion.sources.vegetation if _grows(one, climate, season, celsius)), None)
    if row is None:
        return ()
    sure: Certainty = "estimated" if climate.certainty == "estimated" else "typical"
    origin = Origin(f"vegetation table: {row.source}", version_of(row), sure)
    return (origin.fact("vegetation", f"{row.koppen} {season.value}", row.text),)


def dress_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """What passers-by wear at the temperature in the market: the first row that fits, nothing without one."""
    warmth = next(fact for fact in weather_facts(occasion) if fact.name == "temperature_celsius")
    market, celsius = occasion.city.market, float(warmth.value)
    row = next((one for one in occasion.sources.dress if _worn(one, market, celsius)), None)
    if row is None:
        return ()
    sure: Certainty = "estimated" if warmth.certainty == "estimated" else "typical"
    return (Origin(f"dress table: {row.source}", version_of(row), sure).fact("dress", row.id, row.text),)


def _grows(row: Vegetation, climate: Fact, season: Fact, celsius: float) -> bool:
    fits_climate = str(climate.value).startswith(row.koppen) and row.season in (EVERY, season.value)
    return fits_climate and (row.below_celsius is None or celsius < row.below_celsius)


def _worn(row: Dress, market: str, celsius: float) -> bool:
    fits_market = EVERY in row.markets or market in row.markets
    return fits_market and (row.below_celsius is None or celsius < row.below_celsius)
