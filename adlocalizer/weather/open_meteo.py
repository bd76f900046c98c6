"""Open-Meteo's daily forecast over HTTP: batches of coordinates, patience inside a deadline, the key kept at home."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError

from adlocalizer import __version__
from adlocalizer.config.weather import WeatherConfig
from adlocalizer.domain import City, DayWeather, Id
from adlocalizer.grounding import plain
from adlocalizer.redaction import redacted
from adlocalizer.weather.forecasts import Forecast

if TYPE_CHECKING:
    import httpx

_DAILY = "weather_code,temperature_2m_max,temperature_2m_min"
_MOST_BYTES = 4_000_000
_LONGEST_REASON = 160

_CODES: tuple[tuple[Literal["clear", "cloudy", "rain", "snow", "fog"], tuple[int, ...]], ...] = (
    ("clear", (0, 1)),
    ("cloudy", (2, 3)),
    ("fog", (45, 48)),
    ("rain", (51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 80, 81, 82, 95, 96, 99)),
    ("snow", (71, 73, 75, 77, 85, 86)),
)
"""WMO 4677 as Open-Meteo uses it: drizzle, freezing rain, showers and thunderstorms all wet the ground."""
KINDS = {code: kind for kind, codes in _CODES for code in codes}
"""What a picture can show of a weather code."""

Degrees = Annotated[float, Field(ge=-95, le=65, allow_inf_nan=False)]


class _Daily(BaseModel):
    time: list[str]
    weather_code: list[int | None]
    temperature_2m_max: list[Degrees | None]
    temperature_2m_min: list[Degrees | None]


class _Place(BaseModel):
    daily: _Daily


class _NoAnswer(Exception):
    """Why there is no forecast, in words; whether asking again may help, and after how many seconds."""

    def __init__(self, reason: str, again: bool = False, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.again, self.wait_seconds = reason, again, wait_seconds


class OpenMeteo:
    """The service at its own host, with a key, or at anybody's."""

    def __init__(self, config: WeatherConfig, key: SecretStr | None) -> None:
        """Take where it is and what opens it; nothing is asked yet."""
        self._config, self._key = config, key

    def fetch(self, cities: Sequence[City], day: date) -> Mapping[Id, Forecast]:
        """A forecast for each city by its id, inside the deadline; what failed is a reason in it, never an error."""
        ends, most = time.monotonic() + self._config.deadline_seconds, self._config.batch_cities
        return {
            one.city_id: one
            for start in range(0, len(cities), most)
            for one in self._batch(cities[start : start + most], day, ends)
        }

    def _batch(self, cities: Sequence[City], day: date, ends: float) -> Iterator[Forecast]:
        asked = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            places = _places(self._answer(cities, day, ends), len(cities))
        except _NoAnswer as error:
            places = [error] * len(cities)
        for city, place in zip(cities, places, strict=True):
            said: dict[str, Any] = {"city_id": city.city_id, "day": day, "asked": asked}
            said |= {"latitude": city.latitude, "longitude": city.longitude}
            try:
                if isinstance(place, _NoAnswer):
                    raise place
                code, highest, lowest = _figures(place, day)
            except _NoAnswer as error:
                yield Forecast(**said, reason=error.reason)
                continue
            weather = DayWeather(
                city_id=city.city_id,
                day=day,
                kind=KINDS[code],
                highest_celsius=highest,
                lowest_celsius=lowest,
                source=f"{self._config.title} forecast",
                fetched=asked,
            )
            yield Forecast(**said, weather=weather)

    def _answer(self, cities: Sequence[City], day: date, ends: float) -> bytes:
        wait, tries = self._config.first_wait_seconds, self._config.tries
        while True:
            try:
                return self._get(cities, day, ends)
            except _NoAnswer as error:
                tries -= 1
                pause = wait if error.wait_seconds is None else error.wait_seconds
                if not (error.again and tries) or time.monotonic() + pause >= ends:
                    raise
            time.sleep(pause)
            wait *= 2

    def _get(self, cities: Sequence[City], day: date, ends: float) -> bytes:
        import httpx

        left = ends - time.monotonic()
        late = f"no answer came within {self._config.deadline_seconds:g} seconds"
        if left <= 0:
            raise _NoAnswer(late)
        agent = {"User-Agent": f"adlocalizer/{__version__}"}
        address = f"{self._config.base_url.rstrip('/')}/v1/forecast"
        try:
            # No redirect is followed: it would take the key along.
            with (
                httpx.Client(timeout=left, headers=agent) as client,
                client.stream("GET", address, params=self._question(cities, day)) as response,
            ):
                body = _read(response, ends)
        except httpx.TimeoutException:
            raise _NoAnswer(late, again=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
            # Its own words may hold the address, and that the key.
            raise _NoAnswer(f"the service cannot be reached ({type(error).__name__})", again=True) from None
        if response.status_code == 200:
            return body
        again = response.status_code == 429 or response.status_code >= 500
        said = _reason(body)
        raise _NoAnswer(f"HTTP {response.status_code}" + (f": {said}" if said else ""), again, _retry_after(response))

    def _question(self, cities: Sequence[City], day: date) -> dict[str, str]:
        key = {"apikey": self._key.get_secret_value()} if self._key else {}
        return {
            "latitude": ",".join(f"{city.latitude:.4f}" for city in cities),
            "longitude": ",".join(f"{city.longitude:.4f}" for city in cities),
            "daily": _DAILY,
            "timezone": "auto",  # else a day would be one of UTC
            "start_date": day.isoformat(),
            "end_date": day.isoformat(),
            **key,
        }


def _read(response: httpx.Response, ends: float) -> bytes:
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > _MOST_BYTES:
            raise _NoAnswer("the answer is too long for a forecast")
        if time.monotonic() > ends:  # a time-out of the client is one between two parts
            raise _NoAnswer("the answer came too slowly")
    return bytes(body)


def _retry_after(response: httpx.Response) -> float | None:
    said = response.headers.get("retry-after", "")
    return float(said) if said.isascii() and said.isdigit() else None


def _reason(body: bytes) -> str:
    """What an error's body says of itself, made harmless."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    reason = said.get("reason") if isinstance(said, dict) else None
    return redacted(plain(reason))[:_LONGEST_REASON].rstrip(". ") if isinstance(reason, str) else ""


def _places(body: bytes, count: int) -> list[object]:
    """The answer's places, as many as were asked about: one coordinate gives an object, several a list."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise _NoAnswer("the answer is not JSON") from None
    places = answer if isinstance(answer, list) else [answer]
    if len(places) != count:
        raise _NoAnswer(f"the answer is about {len(places)} places, {count} were asked about")
    return places


def _figures(place: object, day: date) -> tuple[int, float, float]:
    """Weather code, highest and lowest temperature in °C of a day."""
    try:
        daily = _Place.model_validate(place).daily
        at = daily.time.index(day.isoformat())
        found = daily.weather_code[at], daily.temperature_2m_max[at], daily.temperature_2m_min[at]
    except (ValidationError, ValueError, IndexError):
        raise _NoAnswer("the answer holds no forecast of that day") from None
    code, highest, lowest = found
    if code is None or highest is None or lowest is None:
        raise _NoAnswer("the forecast of that day is empty")
    if code not in KINDS:
        raise _NoAnswer(f"weather code {code} is unknown")
    return code, highest, lowest
