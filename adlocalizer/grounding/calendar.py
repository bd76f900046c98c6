"""What a date is to a city: the month, and the season by hemisphere, or in the tropics by rain or height."""

from __future__ import annotations

from datetime import date

from adlocalizer.domain import City, Climate, Fact
from adlocalizer.grounding.koppen import class_of, is_cool_in_tropics
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin, rule_of_thumb

TROPIC_DEGREES = 23.44
"""The tropics end where the sun no longer reaches the zenith: the tilt of the Earth's axis."""

# By name and not by the platform's locale, which would make facts differ between machines.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_NORTHERN = ("winter", "spring", "summer", "autumn")
_TROPICAL_TEXT = {
    "wet": "the wet season",
    "dry": "the dry season",
    "tropical": "a season of the tropics",
    "highland": "a highland season that differs little from the rest of the year",
}

# A year whose driest month gets at least this share of an average month's rain has no dry season to speak of.
_EVEN_SHARE = 0.4
_AGREED = "ok"
_TWO_RAINS_DEGREES = 5


def is_southern(city: City) -> bool:
    """Whether the city lies south of the equator; the equator itself counts as northern."""
    return city.latitude < 0


def calendar_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Hemisphere, month and season of a city on a date."""
    city, on, climate = occasion.city, occasion.on, occasion.climate
    dated = Origin("logical date and latitude", on.isoformat())
    side = "southern" if is_southern(city) else "northern"
    return (
        dated.fact("hemisphere", side.removesuffix("ern"), f"{side} hemisphere"),
        dated.fact("month", on.month, MONTHS[on.month - 1]),
        _season_fact(city, on, climate, dated),
    )


def season_of(latitude: float, month: int) -> str:
    """The meteorological season outside the tropics: three whole months each, turned round south of the equator."""
    return _NORTHERN[(month % 12 // 3 + (2 if latitude < 0 else 0)) % 4]


def rain_season_of(rain_mm: tuple[float, ...], month: int) -> str:
    """`wet` or `dry` against the average month of the city's own year; `tropical` where rain is spread too evenly."""
    average = sum(rain_mm) / 12
    if min(rain_mm) >= _EVEN_SHARE * average:
        return "tropical"
    return "wet" if rain_mm[month - 1] >= average else "dry"


def _season_fact(city: City, on: date, climate: Climate | None, dated: Origin) -> Fact:
    if abs(city.latitude) >= TROPIC_DEGREES:
        season = season_of(city.latitude, on.month)
        return dated.fact("season", season, season)
    koppen = class_of(city)
    if climate is not None and climate.rain_quality == _AGREED:
        season = rain_season_of(climate.rain_mm, on.month)
        origin = Origin(f"rain normals {climate.source}", climate.source, "typical")
        return origin.fact("season", season, _TROPICAL_TEXT[season])
    season = class_season_of(koppen or "", city.latitude, on.month)
    by = f"climate class {koppen} and latitude" if koppen else "latitude"
    unused = Origin(f"rule of thumb by {by}: no station agrees with the rain normals", "climate table", "estimated")
    origin = rule_of_thumb(by) if climate is None else unused._replace(as_of=climate.source)
    return origin.fact("season", season, _TROPICAL_TEXT[season])


def class_season_of(koppen: str, latitude: float, month: int) -> str:
    """The season of a tropical place by its climate class alone: `wet`, `dry`, `highland` or `tropical`.

    Classes with a dry winter (`Aw`, `Am`, `Cw…`) are wet in the half-year of the high sun. Within five degrees of the
    equator the sun passes twice, and rains with it: no half-year is the wet one there. Deserts are dry.
    """
    if koppen.startswith("BW"):
        return "dry"
    if koppen[1:2] in ("w", "m") and abs(latitude) >= _TWO_RAINS_DEGREES:
        return "wet" if (5 <= month <= 10) == (latitude > 0) else "dry"
    return "highland" if koppen and is_cool_in_tropics(koppen) else "tropical"
