"""What a brand asks of everything that is set over a picture: its logo, its colours, what must not be missing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from adlocalizer.domain.noun import Id, Noun

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
"""An sRGB colour, `#rrggbb`."""

Element = Literal["logo", "headline", "subline", "price", "old_price", "unit_price", "call_to_action", "legal"]
"""What a brand can ask to stand on every ad of a format: a role of `configs/layouts/`."""


class Logo(Noun):
    """A brand's logo and the rules of its use; it is never recoloured, distorted or mirrored."""

    file: str = Field(min_length=1, description="SVG, or PNG with transparency: the variant for light grounds")
    on_dark: str | None = Field(default=None, description="The same shape for dark grounds; none: `file` stands on all")
    clear_space: float = Field(default=0.5, ge=0, le=2, description="Room kept free around, as a share of its height")
    min_px: int = Field(default=24, ge=8, le=1000, description="Least height in pixels; a smaller place has no logo")
    min_contrast: float = Field(default=3.0, ge=1, le=21, description="Of its outline and its ground; else a plate")


class BrandFont(Noun):
    """A typeface file of a brand: set before every other face in its scripts; what it lacks is borrowed."""

    file: str = Field(min_length=1, description="TTF or OTF, static or variable, beside the other files of the brand")
    family: str = Field(default="", max_length=80, description="Name of the face; default: the file's name")
    scripts: tuple[Annotated[str, Field(pattern=r"^[A-Z][a-z]{3}$")], ...] = Field(
        default=("Latn",), min_length=1, description="Scripts it sets, ISO 15924"
    )
    languages: tuple[str, ...] = Field(default=(), description="Only for these languages; empty: any of its scripts")
    sets: tuple[Literal["bold", "text"], ...] = Field(
        default=("bold", "text"), min_length=1, description="bold: headline, price, button; text: legal and other lines"
    )
    line_height: float = Field(default=1.2, ge=0.9, le=2.0, description="Distance of baselines in font sizes")
    licensed: bool = Field(default=False, description="true: the brand may use the file for advertising")
    licence: str = Field(default="", max_length=300, description="Which licence, and for what; for people")


def _as_logo(said: object) -> object:
    return {"file": said} if isinstance(said, str) else said


def _named(said: object) -> object:
    """A list of colours as a table: each is its own name."""
    if not isinstance(said, (list, tuple)):
        return said
    return {f"colour-{number}": colour for number, colour in enumerate(said, 1)}


LogoRules = Annotated[Logo, BeforeValidator(_as_logo, json_schema_input_type=Logo | str)]
"""A logo with its rules, or the path of its file alone."""

Palette = Annotated[dict[Id, Colour], BeforeValidator(_named, json_schema_input_type=dict[Id, Colour] | list[Colour])]
"""Colours by name, or a plain list of them."""
