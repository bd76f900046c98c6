"""What a month is like in a city: climate class, temperature band and typical weather, never a forecast."""

from __future__ import annotations

import functools
from typing import NamedTuple

from adlocalizer.domain import City, Climate, Fact
from adlocalizer.grounding.calendar import MONTHS
from adlocalizer.grounding.estimating import celsius_by_class, celsius_by_latitude
from adlocalizer.grounding.koppen import class_of, class_text, koppen_by_latitude, koppen_by_normals
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Certainty, Origin, rule_of_thumb, version_of

_BANDS = ((-10, "bitterly cold"), (0, "freezing"), (7, "cold"), (13, "cool"), (19, "mild"), (25, "warm"), (31, "hot"))
_WEATHER_TEXT = {
    # Days with rain are about 0.9 times the root of a month's millimetres: few months have as many as half.
    "clear": "most days are dry in {month}",
    "cloudy": "cloudy skies are typical for {month}",
    "rain": "showers and wet ground are typical for {month}",
    "snow": "snow on the ground is plausible in {month}",
    "fog": "mist is typical for {month}",
}
_ASSUMED_TEXT = "fair weather is assumed for {month}"
_GREY_CLASSES = ("Cfb", "Cfc", "Df")
_SEA_FOG_CLASS = "Csb"


class Month(NamedTuple):
    """One month of a city's year; rain is None where the table's rain may not be used."""

    celsius: float
    rain_mm: float | None
    rain_share: float | None


def climate_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Climate class, temperature and weather of a month; estimated from class and latitude without normals."""
    return _stated(occasion.city, occasion.climate, occasion.on.month, occasion.hour)


# Plants, clothes and the day's weather ask for it, too.
@functools.lru_cache(maxsize=4096)
def _stated(city: City, climate: Climate | None, month: int, hour: int) -> tuple[Fact, ...]:
    here = _month_of(climate, month) if climate else Month(_estimate(city, month), None, None)
    class_fact = _class_fact(city, climate)
    weather = weather_of(str(class_fact.value), here, hour)
    sure: Certainty = "typical" if climate and climate.temperature_quality == "ok" else "estimated"
    text = band_of(here.celsius)
    if climate:
        text += f", about {round(here.celsius)} °C".replace("-", "−")  # noqa: RUF001 - a minus sign
    return (
        class_fact,
        _origin(city, climate, sure).fact("temperature_celsius", here.celsius, text),
        _weather_fact(_origin(city, climate, "typical"), weather, here, month),
    )


def _weather_fact(origin: Origin, weather: str, here: Month, month: int) -> Fact:
    text, name = _WEATHER_TEXT[weather], MONTHS[month - 1]
    if weather == "clear" and here.rain_share is None:
        # Nothing speaks for it but that nothing speaks against it.
        text, origin = _ASSUMED_TEXT, origin._replace(source=f"{origin.source}, no usable rain", certainty="estimated")
    return origin.fact("weather", weather, text.format(month=name))


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


def _estimate(city: City, month: int) -> float:
    koppen = class_of(city)
    return celsius_by_class(koppen, city.latitude, month) if koppen else celsius_by_latitude(city.latitude, month)


def _class_fact(city: City, climate: Climate | None) -> Fact:
    if given := class_of(city):
        origin = Origin("city table, Köppen–Geiger class", version_of(city), "typical")
        return origin.fact("climate", given, class_text(given))
    koppen = koppen_by_normals(climate) if climate else koppen_by_latitude(city.latitude)
    return _origin(city, climate, "estimated").fact("climate", koppen, class_text(koppen))


def _origin(city: City, climate: Climate | None, certainty: Certainty) -> Origin:
    if climate is None:
        koppen = class_of(city)
        return rule_of_thumb(f"climate class {koppen} and latitude" if koppen else "latitude")
    return Origin(f"month normals {climate.source}", climate.source, certainty)


def _month_of(climate: Climate, month: int) -> Month:
    celsius = climate.mean_celsius[month - 1]
    average = sum(climate.rain_mm) / 12
    if climate.rain_quality != "ok" or average <= 0:
        return Month(celsius, None, None)
    rain = climate.rain_mm[month - 1]
    return Month(celsius, rain, rain / average)
