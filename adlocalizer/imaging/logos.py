"""A brand's logo: drawn at the size it is needed, in the variant that shows on its ground."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adlocalizer.domain import Brand, Logo
from adlocalizer.imaging.colours import Colour
from adlocalizer.imaging.contrast import INK, WHITE, Pixels, luminance, luminances
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.logo_files import SOLID, SVG, logo_shape, mime_of, sized
from adlocalizer.imaging.svg import svg_pixels

_MOST, _TENTH = 40.0, 10.0
"""Percentiles: three fifths of a logo's outline reach the contrast that counts, all but a tenth at least half of it."""
_ROOM = 0.6
"""Share of the distance to the file's edge or the product that a plate may take."""
_BRIGHT = 0.18
"""Luminance that has the same contrast with black and with white."""
_USUAL = Logo(file="-")
"""The rules where a brand names none."""


class Logos(NamedTuple):
    """The bytes of a logo's variants and the rules of its use."""

    light: bytes
    """For light grounds, and for all where there is no other."""
    dark: bytes | None = None
    rules: Logo = _USUAL

    @classmethod
    def of(cls, brand: Brand, light: bytes | None, dark: bytes | None) -> Logos | None:
        """A brand's logo by the bytes of its files; none without a file."""
        return None if light is None else cls(light, dark, brand.logo or _USUAL)

    @property
    def shape(self) -> float:
        """Width to height."""
        return logo_shape(self.light)


class Mark(NamedTuple):
    """A logo as it is drawn: its pixels, and the plate it needs."""

    pixels: Pixels
    """Rows of RGBA levels."""
    contrast: float
    """Of its outline and what lies behind it, 1 to 21."""
    plate: Colour | None = None


@functools.lru_cache(maxsize=64)
def logo_pixels(data: bytes, width: int, height: int) -> Pixels:
    """The logo at a size in pixels, as RGBA levels; an SVG is drawn at that size, not scaled to it."""
    return svg_pixels(data, width, height) if mime_of(data) == SVG else np.asarray(sized(data, width, height))


def marked(logos: Logos, size: tuple[int, int], ground: Pixels, brand_colour: Colour, letters: Colour) -> Mark:
    """The logo at a width and height: the variant that stands out, on a plate only where none does.

    `ground` is what lies behind it. A variant is taken as it is when its outline has the contrast the rules ask for; of
    two that have, the one for dark grounds beside bright letters, else the other.
    """
    variants = [logo_pixels(data, *size) for data in (logos.light, logos.dark) if data is not None]
    marks = [Mark(pixels, outline_contrast(pixels, ground)) for pixels in variants]
    if clear := [mark for mark in marks if mark.contrast >= logos.rules.min_contrast]:
        return clear[-1 if luminance(letters) > _BRIGHT else 0]
    plated = list(_plated(variants, brand_colour))
    good = (mark for mark in plated if mark.contrast >= logos.rules.min_contrast)
    return next(good, max(plated, key=lambda mark: mark.contrast))


def outline_contrast(logo: Pixels, ground: Pixels) -> float:
    """The contrast of a logo's outline with the picture behind it, 1 to 21.

    Three fifths of the outline reach it, all but a tenth at least half of it: a mark in two colours is seen by its
    stronger one, and none of it is lost.
    """
    logo = logo[: ground.shape[0], : ground.shape[1]]  # less than itself only where it hangs over the file's edge
    solid = logo[..., 3] > 255 * SOLID
    edge = solid & ~_eroded(solid)
    if not edge.any():
        return 1.0
    own = luminances(logo[..., :3][edge])
    behind = luminances(ground[: logo.shape[0], : logo.shape[1], :3][edge])
    high, low = np.maximum(own, behind), np.minimum(own, behind)
    most, tenth = np.percentile((high + 0.05) / (low + 0.05), (_MOST, _TENTH))
    return float(min(most, 2 * tenth))


def plate_around(place: Rect, rules: Logo, frame: Rect, product: Rect) -> Rect:
    """The plate of a logo: its clear space, as far as the file has room and the product is away."""
    room = min(place.left - frame.left, place.top - frame.top, frame.right - place.right, frame.bottom - place.bottom)
    beside = max(product.left - place.right, place.left - product.right)
    away = max(beside, product.top - place.bottom, place.top - product.bottom)
    return place.grown(max(0.0, min(rules.clear_space * place.height, _ROOM * room, _ROOM * away)))


def _plated(variants: list[Pixels], brand: Colour) -> Iterator[Mark]:
    """Every variant on every plate, the usual pairs first: dark on white, light on the brand's colour."""
    for plate in (WHITE, brand, INK):
        for pixels in variants:
            ground = np.full((*pixels.shape[:2], 3), plate, np.uint8)
            yield Mark(pixels, outline_contrast(pixels, ground), plate)


def _eroded(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask without its outermost pixels; what touches the edge of the file is outline, too."""
    ring = np.pad(solid, 1)
    return ring[1:-1, 1:-1] & ring[:-2, 1:-1] & ring[2:, 1:-1] & ring[1:-1, :-2] & ring[1:-1, 2:]
