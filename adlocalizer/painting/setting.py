"""Where and when the picture is set: the few facts of a request the painter can draw."""

from __future__ import annotations

import random

from adlocalizer.domain import Noun, Request
from adlocalizer.painting.tables import LightTable


class Setting(Noun):
    """A city at an hour of a season."""

    city_id: str
    climate: str
    season: str
    month: int
    celsius: float
    weather: str
    elevation: float
    azimuth: float
    landmark_shape: str | None
    landmark_kind: str
    seed: str

    def dice(self, *about: str) -> random.Random:
        """Random numbers for one part of the picture: the same for the same city, seed and part."""
        # A string seeds through SHA-512, so it does not vary between processes as hash() does.
        return random.Random("/".join((self.city_id, self.seed, *about)))  # noqa: S311 - a picture, not a secret

    @property
    def looks_north(self) -> bool:
        """Whether the sun crosses the northern sky, as it does south of the tropics."""
        return not 90 <= self.azimuth % 360 <= 270


def setting_of(request: Request, light: LightTable) -> Setting:
    """Read a request's facts; what a request does not say is a clear temperate day."""
    said = {fact.name: fact.value for fact in request.prompt.facts}
    hour_light = str(said.get("light", "day"))
    height = said.get("sun_elevation_degrees", light.classes.get(hour_light, light.heights[-1].degrees))
    weather = str(said.get("weather", "clear"))
    shape = said.get("landmark_shape")
    return Setting(
        city_id=str(said.get("city_id", "somewhere")),
        climate=str(said.get("climate", "Cfb")),
        season=str(said.get("season", "summer")),
        month=int(said.get("month", 6)),
        celsius=float(said.get("temperature_celsius", 18)),
        weather=weather if weather in light.weathers else "clear",
        elevation=float(height),
        azimuth=float(said.get("sun_azimuth_degrees", 230)),
        landmark_shape=str(shape) if shape else None,
        landmark_kind=str(said.get("landmark_kind", "")),
        seed=f"{request.seed}.{request.attempt}",
    )
