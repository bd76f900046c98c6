"""Where an ad is set, and the checked statements about it."""

from __future__ import annotations

from datetime import date
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
    local_name: str = Field(default="", description="Name in the language of the city's first locale")
    avoid: Literal["", "when_dark", "always", "review"] = Field(
        default="", description="When pictures must not show it; review: only where a person looks before it ships"
    )
    shape: str = Field(default="", description="Stem of its silhouette in data/landmarks/")
    note: str = Field(default="", description="Rights, taste or distance")
    source: str = Field(default="", description="Where name, kind and note come from")


class Streets(Noun):
    """What a city looks like from its pavement: one row of `data/streets.csv`."""

    city_id: Id
    texture: str = Field(min_length=1, description="Paving, walls, shop fronts, street furniture")
    architecture: str = Field(min_length=1, description="What its ordinary houses are built of and look like")
    source: str = Field(min_length=1, description="Where the words come from")


class Vegetation(Noun):
    """What grows somewhere and how it looks then: one row of `data/vegetation.csv`; the first that fits counts."""

    koppen: Annotated[str, Field(pattern=r"^[A-E][A-Za-z]{0,2}$")] = Field(description="How climate classes begin")
    season: Literal["spring", "summer", "autumn", "winter", "wet", "dry", "tropical", "highland", "*"] = Field(
        description="Value of the fact `season`, or `*` for every one"
    )
    below_celsius: float | None = Field(default=None, description="Only in months with a mean under this")
    text: str = Field(min_length=1)
    source: str = Field(min_length=1)


class Dress(Noun):
    """What passers-by wear at a temperature: one row of `data/dress.csv`; the first that fits counts."""

    below_celsius: float | None = Field(default=None, description="Only at temperatures under this; none: at any")
    markets: tuple[str, ...] = Field(min_length=1, description="ISO 3166-1 alpha-2, or `*` for every market")
    id: Id = Field(description="A short name for what is worn, such as `light`")
    text: str = Field(min_length=1)
    source: str = Field(min_length=1)


class Cliche(Noun):
    """Words that make a place a postcard of itself: one row of `data/cliches.csv`."""

    markets: tuple[str, ...] = Field(min_length=1, description="ISO 3166-1 alpha-2, or `*` for every market")
    words: str = Field(min_length=1, description="Word or phrase; `*` at its end stands for any ending")
    why: str = Field(min_length=1, description="What is wrong with it, in a sentence")
    source: str = Field(min_length=1)


class Country(Noun):
    """What a whole market shares: one row of `data/countries.csv`."""

    market: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(description="ISO 3166-1 alpha-2")
    region: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")] = Field(
        description="Unit of delivery of its cities when a table names none"
    )
    driving_side: Literal["left", "right"]
    plugs: tuple[str, ...] = Field(default=(), description="IEC types of its sockets, such as `C` and `F`")
    units: Literal["metric", "US", "UK"] = "metric"
    temperature_unit: Literal["celsius", "fahrenheit"] = "celsius"
    calendar: Literal["gregorian", "buddhist", "persian"] = Field(
        default="gregorian", description="Whose years dates are written in"
    )
    sign_scripts: tuple[str, ...] = Field(
        default=(), description="ISO 15924 codes of its street signs, where its official languages do not tell"
    )
    source: str = Field(min_length=1)


class ShoppingDay(Noun):
    """A rule for when people shop: one row of `data/shopping_days.csv`."""

    id: Id
    name: str = Field(min_length=1, description="English name")
    local_name: str = Field(default="", description="As the market says it; empty: the English name")
    markets: tuple[str, ...] = Field(min_length=1, description="ISO 3166-1 alpha-2, or `*` for every market")
    rule: str = Field(min_length=1, description="When: see docs/grounding.md for the forms")
    days: int = Field(default=1, ge=1, le=92, description="How long it lasts")
    certainty: Literal["exact", "typical", "estimated"] = "exact"
    source: str = Field(min_length=1)


class Feast(Noun):
    """A holiday people celebrate, so that ads may look forward to it: one row of `data/feasts.csv`."""

    name: str = Field(min_length=1, description="English name, as the package `holidays` has it, with its brackets")
    markets: tuple[str, ...] = Field(min_length=1, description="ISO 3166-1 alpha-2, or `*` for every market")
    source: str = Field(min_length=1)


class SeasonWords(Noun):
    """Words of a language that belong to a season: one row of `data/season_words.csv`."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = Field(description="ISO 639, as locales begin")
    kind: Literal["summer", "winter", "snow", "back-to-school"]
    words: tuple[Annotated[str, Field(pattern=r"^!?\*?[^!*;]*[^!*; ][^!*;]*\*?$")], ...] = Field(
        min_length=1,
        description="Words or phrases; a `*` before or after one stands for more letters, a `!` before it for a name "
        "that looks like one and is none, in its own case",
    )
    source: str = Field(min_length=1)


class DayWeather(Noun):
    """A city's forecast for one day."""

    city_id: Id
    day: date
    kind: Literal["clear", "cloudy", "rain", "snow", "fog"]
    highest_celsius: float
    lowest_celsius: float
    source: str
    fetched: str = Field(description="When it was asked for, ISO 8601 with its zone: a forecast is worth its hour")


class Fact(Noun):
    """A checked statement that grounds a prompt."""

    name: str = Field(description="What it is about, such as `season`")
    value: str | float | int = Field(description="For machines")
    text: str = Field(description="For prompts and people")
    source: str = Field(description="Table, package or rule it comes from")
    as_of: str = Field(default="", description="Date or version of the source")
    certainty: Literal["exact", "typical", "estimated"] = "exact"
