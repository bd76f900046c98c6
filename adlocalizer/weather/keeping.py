"""Forecasts in the store: one file a day and city, written once, because a forecast changes by the hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from pydantic import ValidationError

from adlocalizer.domain import City, Id
from adlocalizer.store import Store
from adlocalizer.weather.forecasts import Forecast

_READERS = 8  # an object store answers in tens of milliseconds, whoever asks beside


def folder_of(day: date) -> str:
    """Where a day's forecasts are kept."""
    return f"weather/{day.isoformat()}"


def kept_forecasts(store: Store, cities: Sequence[City], day: date) -> dict[Id, Forecast]:
    """What is on file for a day, by city id; a file that is not ours or of another place counts as none."""
    there = set(store.paths(folder_of(day)))
    wanted = [city for city in cities if _path(day, city.city_id) in there]
    with ThreadPoolExecutor(_READERS) as pool:
        texts = list(pool.map(lambda city: store.read(_path(day, city.city_id)), wanted))
    found = ((city, _forecast(text)) for city, text in zip(wanted, texts, strict=True))
    return {city.city_id: one for city, one in found if one and one.day == day and one.is_of(city)}


def keep_forecasts(store: Store, forecasts: Iterable[Forecast]) -> None:
    """Put forecasts on file; one that another run kept meanwhile stays."""
    for one in forecasts:
        path = _path(one.day, one.city_id)
        before = _forecast(store.read(path)) if store.exists(path) else None
        if before is None or not _same_place(before, one):
            store.write(path, one.model_dump_json(indent=1).encode())


def replace_forecasts(store: Store, forecasts: Iterable[Forecast]) -> None:
    """Put forecasts on file in place of what is kept; one that says nothing replaces nothing."""
    for one in forecasts:
        if one.weather is not None:
            store.write(_path(one.day, one.city_id), one.model_dump_json(indent=1).encode())


def _path(day: date, city_id: Id) -> str:
    return f"{folder_of(day)}/{city_id}.json"


def _same_place(one: Forecast, other: Forecast) -> bool:
    return (one.latitude, one.longitude) == (other.latitude, other.longitude)


def _forecast(text: bytes) -> Forecast | None:
    try:
        return Forecast.model_validate_json(text)
    except ValidationError:
        return None
