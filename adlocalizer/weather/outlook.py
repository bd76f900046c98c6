"""The weather a plan is made with: forecasts on file, those asked for now, and a word where there are none."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic import SecretStr

from adlocalizer.config.weather import WeatherConfig
from adlocalizer.domain import City, DayWeather, Id
from adlocalizer.errors import ConfigError
from adlocalizer.redaction import conceal
from adlocalizer.store import Store
from adlocalizer.weather.forecasts import Forecast, Forecasts
from adlocalizer.weather.keeping import folder_of, kept_forecasts
from adlocalizer.weather.open_meteo import OpenMeteo

_OPENERS: Mapping[str, Callable[[WeatherConfig, SecretStr | None], Forecasts]] = {"open-meteo": OpenMeteo}
"""Every weather service by its name in configs/weather.yml: a module and a line here."""

_STANDS_IN = "the month's typical weather stands in"


class Outlook(NamedTuple):
    """What is known of a day's weather."""

    weather: Mapping[Id, DayWeather] = {}
    """By city id; a city without one has its month's typical weather."""
    fresh: tuple[Forecast, ...] = ()
    """What was asked for just now and is not on file yet."""
    notes: tuple[str, ...] = ()
    """What somebody should know, a sentence each."""
    ages: tuple[str, ...] = ()
    """What a report says of it, whenever it is written."""
    credits: Mapping[str, str] = {}
    """Whom to name for what was used, with where that leads."""


TYPICAL = Outlook()
"""Nothing is known and nobody was asked."""


def look_out(config: WeatherConfig, store: Store, cities: Sequence[City], day: date) -> Outlook:
    """A day's weather in some cities; nothing is written, and no failure of the service is an error.

    A forecast on file counts, however old: a rerun is to give the same pictures. The others are asked for, unless the
    day is past or too far ahead.
    """
    kept = kept_forecasts(store, cities, day)
    missing = [city for city in cities if city.city_id not in kept]
    today = datetime.now().astimezone().date()
    silence = _silence(config, day, today) if missing else ""
    fetched = dict(_ask(config, missing, day)) if missing and not silence else {}
    known = {**kept, **fetched}
    found = {name: one.weather for name, one in known.items() if one.weather is not None}
    return Outlook(
        weather=found,
        fresh=tuple(fetched.values()),
        notes=(*([f"{silence}; {_STANDS_IN}"] if silence else []), *_without(known.values())),
        ages=(_age(config, found.values(), len(cities)),),
        credits={config.attribution.text: config.attribution.url} if found else {},
    )


def look_again(config: WeatherConfig, cities: Sequence[City], day: date) -> tuple[Forecast, ...]:
    """What a service says of a day now, whatever is on file; nothing is written. ConfigError when nobody is asked."""
    if silence := _silence(config, day, datetime.now().astimezone().date()):
        raise ConfigError("configs/weather.yml", silence, "what is on file stays; nothing was changed")
    return tuple(_ask(config, cities, day).values())


def open_forecasts(config: WeatherConfig) -> Forecasts:
    """The service a configuration names, with its key from the environment."""
    if config.provider not in _OPENERS:
        found = f"there is no weather service {config.provider!r}"
        raise ConfigError("configs/weather.yml (provider)", found, f"write one of {', '.join(_OPENERS)}")
    key = _key(config)
    conceal(key)
    return _OPENERS[config.provider](config, SecretStr(key) if key else None)


def _ask(config: WeatherConfig, cities: Sequence[City], day: date) -> Mapping[Id, Forecast]:
    return open_forecasts(config).fetch(cities, day)


def _key(config: WeatherConfig) -> str:
    return os.environ.get(config.key_from, "").strip() if config.key_from else ""


def _silence(config: WeatherConfig, day: date, today: date) -> str:
    """Why nobody is asked about a day; empty: somebody is."""
    ahead = (day - today).days
    if ahead < 0:
        return f"{day} is past: no forecast is asked for"
    if ahead >= config.days_ahead:
        return f"{day} is more than {config.days_ahead - 1} days ahead: no forecast reaches it yet"
    if config.key_from and not _key(config):
        return f"{config.key_from} is not set: no forecast is asked for"
    return ""


def _without(known: Iterable[Forecast]) -> Iterator[str]:
    """Cities of which a service said nothing, by its reason."""
    by_reason: dict[str, list[Forecast]] = {}
    for one in known:
        if one.weather is None:
            by_reason.setdefault(one.reason, []).append(one)
    for reason, some in by_reason.items():
        named = ", ".join(one.city_id for one in some[:3]) + (f" and {len(some) - 3} more" if len(some) > 3 else "")
        again = f"once kept, that stays until {folder_of(some[0].day)}/ is removed from the store"
        yield f"{named}: no forecast ({reason}); {_STANDS_IN}; {again}"


def _age(config: WeatherConfig, found: Collection[DayWeather], cities: int) -> str:
    if not found:
        return f"Weather is typical of the month: {config.title} gave no forecast"
    asked = sorted(one.fetched for one in found)
    when = asked[0] if asked[0] == asked[-1] else f"{asked[0]} to {asked[-1]}"
    others = "; the others have weather typical of the month" if len(found) < cities else ""
    return f"Weather: {config.title}'s forecast for {len(found):,} of {cities:,} cities, asked {when}{others}"
