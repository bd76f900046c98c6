"""Where an ad is set, and the checked statements about it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adlocalizer.domain.campaign import Locale
from adlocalizer.domain.noun import Id, Noun


class City(Noun):
    """One row of the city table."""

    city_id: Id
    city: str = Field(min_length=1, max_length=80, description="English name")
    local_name: str = Field(min_length=1, max_length=80, description="Name in the first locale's language")
    region: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")] = Field(description="Unit of delivery")
    market: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(description="ISO 3166-1 alpha-2")
    locales: tuple[Locale, ...] = Field(min_length=1, description="BCP-47 tags, first is the default")
    latitude: float = Field(ge=-90, le=90, description="Degrees, WGS84")
    longitude: float = Field(ge=-180, le=180, description="Degrees, WGS84")
    timezone: str = Field(description="IANA zone")
    koppen: str | None = Field(default=None, description="Köppen–Geiger class, for wording, plants and estimates")


class Climate(Noun):
    """A city's month normals: one city of `data/climate.csv`."""

    city_id: Id
    mean_celsius: tuple[float, ...] = Field(min_length=12, max_length=12)
    rain_mm: tuple[float, ...] = Field(min_length=12, max_length=12)
    temperature_quality: str
    rain_quality: str
    source: str


class Landmark(Noun):
    """A place a picture may show: one row of `data/landmarks.csv`."""

    city_id: Id
    rank: int = Field(ge=1)
    landmark: str
    kind: str
    avoid: Literal["", "when_dark", "always"] = Field(default="", description="When pictures must not show it")
    shape: str = Field(default="", description="Stem of its silhouette in data/landmarks/")
    note: str = Field(default="", description="Rights, taste or distance")


class Fact(Noun):
    """A checked statement that grounds a prompt."""

    name: str = Field(description="What it is about, such as `season`")
    value: str | float | int = Field(description="For machines")
    text: str = Field(description="For prompts and people")
    source: str = Field(description="Table, package or rule it comes from")
    as_of: str = Field(default="", description="Date or version of the source")
    certainty: Literal["exact", "typical", "estimated"] = "exact"
