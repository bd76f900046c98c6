"""What a month is like in a city: climate class, temperature band and typical weather, never a forecast."""

from __future__ import annotations

import math
from typing import NamedTuple

from adlocalizer.domain import City, Climate, Fact
from adlocalizer.grounding.stating import Certainty, Origin, plain, version_of

_BANDS = ((-10, "bitterly cold"), (0, "freezing"), (7, "cold"), (13, "cool"), (19, "mild"), (25, "warm"), (31, "hot"))
_CLASSES = (
    ("Af", "tropical rainforest climate"),
    ("Am", "tropical monsoon climate"),
    ("A", "tropical savanna climate"),
    ("BW", "desert climate"),
    ("B", "steppe climate"),
    ("Cs", "Mediterranean climate"),
    ("Cfa", "humid subtropical climate"),
    ("Cwa", "humid subtropical climate with dry winters"),
    ("Cw", "subtropical highland climate"),
    ("C", "oceanic climate"),
    ("Dfa", "humid continental climate"),
    ("Dfb", "humid continental climate"),
    ("Dwa", "continental climate with dry winters"),
    ("Dwb", "continental climate with dry winters"),
    ("Ds", "continental climate with dry summers"),
    ("D", "subarctic climate"),
    ("EF", "ice cap climate"),
    ("E", "tundra climate"),
)
_WEATHER_TEXT = {
    "clear": "mostly clear skies are typical",
    "cloudy": "cloudy skies are typical",
    "rain": "showers and wet ground are typical",
    "snow": "snow on the ground is plausible",
    "fog": "mist is typical",
}
_GREY_CLASSES = ("Cfb", "Cfc", "Df")
_SEA_FOG_CLASS = "Csb"


class Month(NamedTuple):
    """One month of a city's year; rain is None where the table's rain may not be used."""

    celsius: float
    rain_mm: float | None
    rain_share: float | None


def climate_facts(city: City, climate: Climate | None, month: int, hour: int) -> tuple[Fact, ...]:
    """Climate class, temperature and weather of a month; estimated from the latitude where there are no normals."""
    here = _month_of(climate, month) if climate else Month(celsius_by_latitude(city.latitude, month), None, None)
    class_fact = _class_fact(city, climate)
    weather = weather_of(str(class_fact.value), here, hour)
    sure: Certainty = "typical" if climate and climate.temperature_quality == "ok" else "estimated"
    text = f"{band_of(here.celsius)}, about {round(here.celsius)} °C".replace("-", "−")  # noqa: RUF001 - a minus sign
    return (
        class_fact,
        _origin(climate, sure).fact("temperature_celsius", here.celsius, text),
        _origin(climate, "typical").fact("weather", weather, _WEATHER_TEXT[weather]),
    )


def band_of(celsius: float) -> str:
    """A word for a month's mean temperature: the table is right to a degree or three, so prompts get a band."""
    return next((word for highest, word in _BANDS if celsius <= highest), "very hot")


def weather_of(koppen: str, month: Month, hour: int) -> str:
    """The weather a picture of the month may show: clear, cloudy, rain, snow or fog. Our rule, in this order.

    Snow may lie where the month's mean is at or under 0 °C. Rain: a month with at least half as much again as the
    average one of the city's own year, unless dry by Köppen's 60 mm. Fog: before ten in the cool months of oceanic and
    continental climates, and in the rainless cool summers of `Csb` coasts. Cloud: months somewhat rainier than
    average, and the cool months of those same climates. The table has no cloud cover; rain counts only where a station
    agrees.
    """
    if month.celsius <= 0:
        return "snow"
    share, wet = month.rain_share or 0.0, (month.rain_mm or 0.0) >= 60
    if wet and share >= 1.5:
        return "rain"
    grey = koppen.startswith(_GREY_CLASSES) and month.celsius <= 10
    if grey and 4 <= hour < 10:
        return "fog"
    if koppen.startswith(_SEA_FOG_CLASS) and month.rain_share is not None and share <= 0.2 and month.celsius <= 18:
        return "fog"
    return "cloudy" if grey or (wet and share >= 1.2) else "clear"


def celsius_by_latitude(latitude: float, month: int) -> float:
    """A whole-degree estimate at sea level: 27 °C at the equator, colder and more seasonal towards the poles."""
    yearly = 27 - 0.0075 * latitude**2
    swing = 0.2 * latitude * math.cos(2 * math.pi * (month - 7) / 12)
    return round(yearly + swing) + 0.0


def koppen_by_normals(climate: Climate) -> str:
    """A coarse Köppen class from month means: dry by yearly rain if a station confirms it, else by temperature."""
    means, yearly = climate.mean_celsius, sum(climate.mean_celsius) / 12
    if max(means) < 10:
        return "ET" if max(means) > 0 else "EF"
    limit = 20 * yearly + 140
    if climate.rain_quality == "ok" and sum(climate.rain_mm) < limit:
        return ("BW" if sum(climate.rain_mm) < limit / 2 else "BS") + ("h" if yearly >= 18 else "k")
    if min(means) >= 18:
        return "Aw"
    return ("Cf" if min(means) > 0 else "Df") + ("a" if max(means) >= 22 else "b")


def koppen_by_latitude(latitude: float) -> str:
    """A Köppen class that is common at a latitude: for a city of which nothing else is known."""
    steps = ((23.44, "Aw"), (35, "Cfa"), (50, "Cfb"), (66.56, "Dfb"), (80, "ET"))
    return next((koppen for limit, koppen in steps if abs(latitude) < limit), "EF")


def _class_fact(city: City, climate: Climate | None) -> Fact:
    if given := plain(city.koppen or ""):
        origin = Origin("city table, Köppen–Geiger class", version_of(city), "typical")
        return origin.fact("climate", given, _class_text(given))
    koppen = koppen_by_normals(climate) if climate else koppen_by_latitude(city.latitude)
    return _origin(climate, "estimated").fact("climate", koppen, _class_text(koppen))


def _class_text(koppen: str) -> str:
    return next((name for prefix, name in _CLASSES if koppen.startswith(prefix)), f"climate class {koppen}")


def _origin(climate: Climate | None, certainty: Certainty) -> Origin:
    if climate is None:
        return Origin("rule of thumb by latitude: the climate table has no row for this city", "rule 1", "estimated")
    return Origin(f"month normals {climate.source}", climate.source, certainty)


def _month_of(climate: Climate, month: int) -> Month:
    celsius = climate.mean_celsius[month - 1]
    average = sum(climate.rain_mm) / 12
    if climate.rain_quality != "ok" or average <= 0:
        return Month(celsius, None, None)
    rain = climate.rain_mm[month - 1]
    return Month(celsius, rain, rain / average)
