"""Drawing one arranged stack: the scrim it needs, its pills and letters, and the contrast they reach."""

from __future__ import annotations

import functools
import io
from typing import NamedTuple

import numpy as np
import skia
from PIL import Image

from adlocalizer.domain import Brand
from adlocalizer.imaging.arranging import Arranged, Placed
from adlocalizer.imaging.contrast import (
    WHITE,
    WHITE_WORTH,
    Colour,
    Pixels,
    extremes,
    plan_scrim,
    readable_on,
    rgb,
    strengthened,
    worst_contrast,
)
from adlocalizer.imaging.drawing import Sheet
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.measuring import FRAMED

_LABEL: Colour = (12, 16, 26)
_LABEL_ALPHA = 0.66  # white on it stays above 5:1 even over white
_VEILS = 3
_ROUND = {"call_to_action": 0.5, "price": 0.22, "disclosure": 0.32}


class Ground(NamedTuple):
    """What a stack is drawn on."""

    sheet: Sheet
    part: Rect
    product: Rect
    is_panel: bool
    brand: Brand


class Inked(NamedTuple):
    """A drawn block and its measured contrast."""

    block: Placed
    contrast: float


def ink_stack(arranged: Arranged, ground: Ground, logo: bytes | None) -> list[Inked]:
    """Draw a stack and measure it."""
    bare = [block for block in arranged.blocks if block.role not in FRAMED]
    colour = _bare_colour(bare, ground)
    drawn = [(block, _draw(block, ground, colour, logo)) for block in arranged.blocks]
    return [Inked(block, _measured(block, ground.sheet, letters)) for block, letters in drawn]


def _bare_colour(bare: list[Placed], ground: Ground) -> Colour:
    """The colour of letters without a ground of their own; lays the scrim they need."""
    if ground.is_panel:
        return readable_on(rgb(ground.brand.colour), rgb(ground.brand.on_colour))
    if not bare:
        return WHITE
    words = functools.reduce(Rect.joined, (block.ground for block in bare))
    worth = WHITE_WORTH if any(block.role == "headline" for block in bare) else 0.0
    scrim = plan_scrim(_lights(bare, ground.sheet), rgb(ground.brand.colour), worth)
    covered = words.grown(0.02 * min(ground.sheet.frame[2:]))
    for _ in range(_VEILS):  # a veil that fades out leaves the words' own edges a little bare
        if scrim.alpha <= 0:
            break
        ground.sheet.veil(covered, ground.part, ground.product, scrim)
        scrim = strengthened(scrim, _lights(bare, ground.sheet))
    return scrim.letters


def _lights(blocks: list[Placed], sheet: Sheet) -> tuple[float, float]:
    """The darkest and the brightest of what lies under some blocks."""
    ranges = [extremes(sheet.region(block.ground)) for block in blocks]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _draw(block: Placed, ground: Ground, bare: Colour, logo: bytes | None) -> Colour:
    if block.picture and logo:
        ground.sheet.picture(_logo_pixels(logo), block.ground)
        return bare
    if block.role not in FRAMED:
        ground.sheet.letters(block, bare)
        return bare
    fill, letters = _framed_colours(block, ground)
    label = block.role == "disclosure"
    lift = 0.0 if label or ground.is_panel else 0.08
    ground.sheet.pill(block.ground, fill, alpha=_LABEL_ALPHA if label else 1.0, roundness=_ROUND[block.role], lift=lift)
    ground.sheet.letters(block, letters)
    return letters


def _framed_colours(block: Placed, ground: Ground) -> tuple[Colour, Colour]:
    brand = ground.brand
    if block.role == "disclosure":
        return _LABEL, WHITE
    if block.role == "call_to_action":
        fill, wanted = rgb(brand.accent), rgb(brand.on_accent)
    elif ground.is_panel:
        fill, wanted = rgb(brand.on_colour), rgb(brand.colour)
    else:
        fill, wanted = rgb(brand.colour), rgb(brand.on_colour)
    return fill, readable_on(fill, wanted)


def _measured(block: Placed, sheet: Sheet, letters: Colour) -> float:
    if block.picture:
        return 21.0
    ink = block.ink
    left, top = round(ink.left) - 1, round(ink.top) - 1
    wide, high = block.text.ink_width + 2, block.text.ink_height + 2
    region = sheet.pixels[max(0, top) : top + high, max(0, left) : left + wide]
    if not region.size:
        return 1.0
    mask = np.zeros((high, wide), np.uint8)
    surface = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(wide, high), mask, wide)
    block.text.paint(surface.getCanvas(), 1, 1, skia.ColorBLACK)
    covered = mask[max(0, -top) :, max(0, -left) :][: region.shape[0], : region.shape[1]] > 0
    return worst_contrast(region, letters, covered)


@functools.lru_cache(maxsize=8)
def _logo_pixels(logo: bytes) -> Pixels:
    with Image.open(io.BytesIO(logo), formats=("PNG", "JPEG", "WEBP")) as picture:
        return np.asarray(picture.convert("RGBA"))
