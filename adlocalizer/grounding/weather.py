"""What the weather of an occasion is: its month's, or where a forecast is at hand, the day's class."""

from __future__ import annotations

from adlocalizer.domain import DayWeather, Fact
from adlocalizer.grounding.climate import band_of, climate_facts
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin

HEAT_CELSIUS = 30.0
"""A day whose highest temperature reaches this is one of heat: where meteorologists begin to speak of a hot day."""

_HEAT, _FREEZING, _COLD = 32.0, 0.0, 4.0
"""What stands for the bands a forecast can put a day into, in °C."""

_SNOW_MELTS = 5.0
"""No picture of a day that gets warmer than this shows snow, whatever its code says, in °C."""

_TEXT = {
    "clear": "clear skies are forecast",
    "cloudy": "cloudy skies are forecast",
    "rain": "rain is forecast",
    "snow": "snow is forecast",
    "fog": "fog is forecast",
}


def weather_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Climate class, temperature and weather of the occasion; typical of the month unless there is a forecast.

    A forecast counts by class only, its sky and whether it is hot: two days of a month and of one class have the same
    facts, so only a change of class changes a prompt.
    """
    climate, temperature, weather = climate_facts(occasion)
    forecast = occasion.sources.weather.get(occasion.city.city_id)
    if forecast is None:
        return climate, temperature, weather
    origin = Origin(forecast.source, forecast.fetched, "estimated")
    kind = "rain" if forecast.kind == "snow" and forecast.highest_celsius > _SNOW_MELTS else forecast.kind
    sky = origin.fact("weather", kind, _TEXT[kind])
    return climate, _temperature(forecast, temperature, origin), sky


def _temperature(forecast: DayWeather, typical: Fact, origin: Origin) -> Fact:
    """The month's band without its degrees, unless the day is hot or its sky speaks against the month.

    A month that is as hot itself keeps its own temperature, whatever the forecast.
    """
    usual = float(typical.value)
    celsius = usual
    if forecast.highest_celsius >= HEAT_CELSIUS:
        celsius = usual if band_of(usual) == band_of(_HEAT) else _HEAT
    elif forecast.kind == "snow" and forecast.highest_celsius <= _SNOW_MELTS:
        celsius = min(usual, _FREEZING)
    elif forecast.kind in ("rain", "snow") and usual <= 0:
        celsius = _COLD
    if celsius == usual:
        return typical.model_copy(update={"text": band_of(usual)})
    return origin.fact(typical.name, celsius, band_of(celsius))
