"""What the painter looks up: light, styles, places and kinds of landmark, read strictly from `data/painting/`."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from adlocalizer.domain import Noun
from adlocalizer.errors import ConfigError

Hue = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Roof = Literal[
    "flat",
    "boxes",
    "antenna",
    "setback",
    "slant",
    "spire",
    "gable",
    "steps",
    "mansard",
    "hip",
    "dome",
    "onion",
    "crenel",
    "terrace",
    "crown",
    "minaret",
    "eaves",
]
Plant = Literal["broadleaf", "conifer", "palm", "shrub", "acacia", "cypress"]
Ground = Literal["stone", "slabs", "wood", "sand", "asphalt", "marble", "brick", "terracotta", "snow"]


class Height(Noun):
    """The look of the sky at one height of the sun."""

    degrees: float = Field(ge=-90, le=90)
    sky: tuple[Hue, Hue, Hue, Hue] = Field(description="Zenith to horizon")
    glow: Hue
    key: Hue
    fill: Hue
    haze: Hue
    disc: Hue
    windows: Share
    stars: Share


class Weather(Noun):
    """What a class of weather does to the light."""

    grey: Share
    cover: Share
    dim: Share
    sun: Share
    haze: Share
    windows: Share
    wet: Share
    snow: Share


class LightTable(Noun):
    """`light.yml`."""

    heights: tuple[Height, ...] = Field(min_length=2)
    classes: dict[str, float]
    weathers: dict[str, Weather]


class Style(Noun):
    """How a kind of city is built."""

    low: tuple[float, float] = Field(description="Heights of ordinary houses, 1 = the tallest landmark")
    high: tuple[float, float] = Field(description="Heights of towers")
    towers: Share = Field(description="Share of towers in the centre")
    wide: tuple[float, float] = Field(description="Widths, in the same unit")
    roofs: dict[Roof, float] = Field(min_length=1, description="Weights of roof shapes of ordinary houses")
    crowns: dict[Roof, float] = Field(min_length=1, description="Weights of roof shapes of towers")
    walls: tuple[Hue, ...] = Field(min_length=1)
    covers: tuple[Hue, ...] = Field(min_length=1, description="Roof colours")
    glass: tuple[Hue, ...] = Field(min_length=1, description="Walls of towers")
    gaps: Share = Field(description="Share of the width left open")


class Place(Noun):
    """What a city looks like beyond its landmark."""

    style: str
    terrain: Literal["none", "hills", "mountains", "volcano", "plateau"] = "none"
    snowcap: bool = False
    shore: Literal["none", "river", "sea"] = "none"
    ground: Ground = "stone"
    plants: tuple[Plant, ...] = ()


class PlaceTable(Noun):
    """`places.yml`: by city id, else by market, else by first letters of the climate class, else `otherwise`."""

    cities: dict[str, Place]
    markets: dict[str, Place]
    climates: dict[str, Place]
    otherwise: Place
    plants: dict[str, tuple[Plant, ...]] = Field(description="By first letters of the climate class")


class Kind(Noun):
    """How a kind of landmark stands in a scene."""

    depth: Literal["far", "middle", "near"] = "middle"
    height: float = Field(gt=0, le=1.2, description="Height at data-scale 1, 1 = the tallest landmark")
    shore: bool = Field(default=False, description="Stands at the water")
    haze: Share = 0.09
    behind: bool = Field(default=False, description="Wide: may run on behind the product")


class KindTable(Noun):
    """`kinds.yml`."""

    kinds: dict[str, Kind]
    otherwise: Kind


class Tables(Noun):
    """Everything in `data/painting/`."""

    light: LightTable
    styles: dict[str, Style]
    places: PlaceTable
    kinds: KindTable

    def place(self, city_id: str, climate: str) -> Place:
        """The city's own place, else its market's (the id's first two letters), else its climate's."""
        for table, key in ((self.places.cities, city_id), (self.places.markets, city_id[:2])):
            if key in table:
                return table[key]
        return _by_first_letters(self.places.climates, climate, self.places.otherwise)

    def plants(self, city_id: str, climate: str) -> tuple[Plant, ...]:
        """What grows there: the place's own plants, else the climate's."""
        return self.place(city_id, climate).plants or _by_first_letters(self.places.plants, climate, ("broadleaf",))


class _Styles(Noun):
    styles: dict[str, Style]


@functools.cache
def read_tables(data_folder: str) -> Tables:
    """Read `painting/` in the shipped data folder; a ConfigError names the file that cannot be accepted."""
    folder = Path(data_folder) / "painting"
    styles = _read(folder / "styles.yml", _Styles).styles
    places = _read(folder / "places.yml", PlaceTable)
    for place in (*places.cities.values(), *places.markets.values(), *places.climates.values(), places.otherwise):
        if place.style not in styles:
            raise ConfigError("places.yml", f"there is no style {place.style!r}", f"write one of {', '.join(styles)}")
    light = _read(folder / "light.yml", LightTable)
    return Tables(light=light, styles=styles, places=places, kinds=_read(folder / "kinds.yml", KindTable))


Table = TypeVar("Table", bound=Noun)
Value = TypeVar("Value")


def _read(path: Path, table: type[Table]) -> Table:
    try:
        return table.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(path.name, str(error), "restore data/painting/ from the release") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{path.name} ({'.'.join(str(part) for part in first['loc'])})"
        raise ConfigError(where, f"{first['msg']}, found {first['input']!r}", "see the neighbouring rows") from error


def _by_first_letters(table: dict[str, Value], climate: str, otherwise: Value) -> Value:
    for length in range(len(climate), 0, -1):
        if climate[:length] in table:
            return table[climate[:length]]
    return otherwise
