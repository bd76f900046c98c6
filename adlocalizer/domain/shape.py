"""Technical shapes: what a placement asks for, what a model can draw, and where things stand in a frame."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from adlocalizer.domain.noun import Box, Id, Micros, Noun

Ratio = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}:[1-9][0-9]{0,2}$")]
"""Width to height, such as `16:9`."""

Size = Literal["512", "1K", "2K", "4K"]
"""A model's picture size by its API name."""


def ratio_value(ratio: Ratio) -> float:
    """Width divided by height."""
    wide, high = ratio.split(":")
    return int(wide) / int(high)


class TextPolicy(StrEnum):
    """What a placement says about text in the picture."""

    ALLOWED = "allowed"
    DISCOURAGED = "discouraged"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class SafeZone(Noun):
    """Margins in pixels of the final file that stay free of text, logo and product detail."""

    top: int = Field(default=0, ge=0)
    bottom: int = Field(default=0, ge=0)
    left: int = Field(default=0, ge=0)
    right: int = Field(default=0, ge=0)


class AdFormat(Noun):
    """One pixel size of one placement."""

    id: Id
    platform: Id
    placement: str
    width: int = Field(ge=50, le=8192, description="Pixels")
    height: int = Field(ge=50, le=8192, description="Pixels")
    max_bytes: int | None = Field(
        default=None, gt=0, description="Byte limit; none means a project default and a warning"
    )
    file_types: tuple[Literal["jpg", "png", "webp"], ...] = Field(min_length=1, description="Preferred first")
    safe_zone: SafeZone | None = Field(default=None, description="None: 5 % a side, our default")
    text_overlay: TextPolicy = TextPolicy.UNKNOWN
    min_image_text_px: int | None = Field(default=None, ge=1, description="Smallest letter height accepted")
    notes: str = ""
    confidence: Literal["official", "official_mirror", "secondary", "derived", "uncertain"]
    source: str
    checked: date

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height


class Model(Noun):
    """A model of a provider: what it can draw, what it costs, how long it lives."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
    provider: Id
    title: str
    default: bool = Field(default=False, description="The provider's model when none is named")
    spends: bool = Field(description="Whether a request costs money")
    pixels: dict[Ratio, dict[Size, tuple[int, int]]] = Field(description="Width and height by ratio and size")
    price_micros: dict[Size, Micros] = Field(description="One picture, interactive, in micros of a US dollar")
    batch_price_micros: dict[Size, Micros] = Field(default_factory=dict)
    reference_micros: Micros = Field(default=0, description="One input picture, in micros")
    max_references: int = Field(default=14, ge=1)
    requests_per_minute: int | None = Field(default=None, ge=1)
    available_from: date | None = None
    shutdown: date | None = Field(default=None, description="Requests fail from this day on")
    successor: str | None = None
    disclosure: str | None = Field(default=None, description="Words drawn on every picture and kept in the manifest")
    digital_source_type: Annotated[str, Field(pattern=r"^[a-z][A-Za-z]{2,60}$")] = Field(
        default="compositeWithTrainedAlgorithmicMedia",
        description="IPTC Digital Source Type of its pictures with a real product in them",
    )
    source: str
    checked: date


class Composition(Noun):
    """Where things stand in a master, in fractions of its frame."""

    ratio_class: Id = Field(description="Stanza of configs/layouts.yml")
    product: Box = Field(description="Where the product stands, bottom edge on the ground")
    quiet: Box = Field(description="Area kept plain for copy")
    horizon: float = Field(gt=0, lt=1, description="Height of the horizon from the top")


class Fit(Noun):
    """How a format gets its picture from a native ratio."""

    format_id: Id
    ratio: Ratio
    size: Size
    loss: float = Field(ge=0, lt=1, description="Share of the master a crop throws away")
    composed: bool = Field(description="Picture panel and brand panel instead of a crop")
    panel: float = Field(default=0.0, ge=0, lt=1, description="Share of the long side the brand panel takes")
    picture_width: int = Field(ge=1, description="Pixels of the picture part")
    picture_height: int = Field(ge=1)
