"""Technical shapes: what a placement asks for, what a model can draw, and where things stand in a frame."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from adlocalizer.domain.noun import Box, Id, Noun

Ratio = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}:[1-9][0-9]{0,2}$")]
"""Width to height, such as `16:9`."""

Size = Literal["512", "1K", "2K", "4K"]
"""A model's picture size by its API name."""


ThinkingLevel = Literal["minimal", "low", "medium", "high"]
"""How much a model thinks before it draws; each model has its own few of these."""

SearchKind = Literal["web", "image"]
"""What Google Search grounding may look for."""


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


CLEAN = "_clean"
"""How the id of a clean copy ends."""


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
    file_types: tuple[Literal["jpg", "png", "webp", "avif"], ...] = Field(min_length=1, description="Preferred first")
    safe_zone: SafeZone | None = Field(default=None, description="None: 5 % a side, our default")
    text_overlay: TextPolicy = TextPolicy.UNKNOWN
    min_image_text_px: int | None = Field(default=None, ge=1, description="Smallest letter height accepted")
    keep_clean: bool = Field(default=False, description="The placement wants a copy without words beside the ad")
    clean: bool = Field(default=False, description="This is that copy, `<id>_clean`: made by us, in no file")
    direction: Literal["ltr", "rtl"] | None = Field(
        default=None, description="Only for locales read this way; none: for all, its safe zone mirrored for RTL"
    )
    notes: str = ""
    confidence: Literal["official", "official_mirror", "secondary", "derived", "uncertain"]
    source: str
    checked: date

    @model_validator(mode="after")
    def _leaves_room_for_words(self) -> Self:
        zone = self.safe_zone or SafeZone()
        for side, length, margins in (
            ("width", self.width, zone.left + zone.right),
            ("height", self.height, zone.top + zone.bottom),
        ):
            if margins >= length:
                raise ValueError(f"its safe_zone takes {margins} of {length} pixels of {side}; write smaller margins")
        if (least := self.min_image_text_px or 0) >= (short := min(self.width, self.height)):
            raise ValueError(f"min_image_text_px is {least}, its short side {short} pixels; write less")
        return self

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height

    @property
    def stanza(self) -> Id:
        """The key of its stanza in the file: of a clean copy, that of the format it stands beside."""
        return self.id.removesuffix(CLEAN) if self.clean else self.id

    def is_clean(self, words_where: Collection[TextPolicy]) -> bool:
        """Whether the copy is left off where words are set on placements of these policies only."""
        return self.clean or self.text_overlay not in words_where

    def clean_copy(self) -> AdFormat:
        """The format of the copy without words that a placement keeps beside the ad."""
        return self.model_copy(update={"id": f"{self.id}{CLEAN}", "clean": True, "keep_clean": False})


class FormatPack(Noun):
    """Formats that are booked together, under one name."""

    id: Id
    title: str = Field(min_length=1, description="What the pack is for, in a few words")
    formats: tuple[str, ...] = Field(min_length=1, description="Format ids, globs over them, or platforms")


class Composition(Noun):
    """Where things stand in a master, in fractions of its frame."""

    ratio_class: Id = Field(description="Id of a file of configs/layouts/")
    product: Box = Field(description="Where the product stands, bottom edge on the ground")
    quiet: Box = Field(description="Area kept plain for copy")
    horizon: float = Field(gt=0, lt=1, description="Height of the horizon from the top")


class Fit(Noun):
    """How a format gets its picture from a native ratio of a model."""

    format_id: Id
    model: str = Field(description="Id of the model that draws it")
    ratio: Ratio
    size: Size
    loss: float = Field(ge=0, lt=1, description="Share of the master a crop throws away")
    composed: bool = Field(description="Picture panel and brand panel instead of a crop")
    panel: float = Field(default=0.0, ge=0, lt=1, description="Share of the long side the brand panel takes")
    picture_width: int = Field(ge=1, description="Pixels of the picture part")
    picture_height: int = Field(ge=1)
