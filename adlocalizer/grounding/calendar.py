"""What a date is to a city: the month, and the season by hemisphere, or in the tropics by rain or height."""

from __future__ import annotations

from datetime import date

from adlocalizer.domain import City, Climate, Fact
from adlocalizer.grounding.koppen import class_of, is_cool_in_tropics
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Certainty, Origin, rule_of_thumb

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
_SEASONAL_QUALITIES: dict[str, Certainty] = {"ok": "typical", "unchecked": "estimated"}


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
    if climate is None and koppen and is_cool_in_tropics(koppen):
        return rule_of_thumb(f"climate class {koppen} and latitude").fact(
            "season", "highland", _TROPICAL_TEXT["highland"]
        )
    if climate is None or climate.rain_quality not in _SEASONAL_QUALITIES:
        return dated.fact("season", "tropical", _TROPICAL_TEXT["tropical"])
    season = rain_season_of(climate.rain_mm, on.month)
    origin = Origin(f"rain normals {climate.source}", climate.source, _SEASONAL_QUALITIES[climate.rain_quality])
    return origin.fact("season", season, _TROPICAL_TEXT[season])
