"""Drawing arranged stacks: the scrims they need, their pills and letters, and the contrast these reach."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from adlocalizer.domain import Brand
from adlocalizer.imaging.arranging import Arranged
from adlocalizer.imaging.colours import Colour, rgb
from adlocalizer.imaging.contrast import (
    WHITE,
    WHITE_WORTH,
    extremes,
    plan_scrim,
    readable_on,
    scrim_for,
    strengthened,
    worst_contrast,
)
from adlocalizer.imaging.drawing import Sheet
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.logos import Logos, marked, plate_around
from adlocalizer.imaging.measuring import FRAMED
from adlocalizer.imaging.rows import Placed

_LABEL: Colour = (12, 16, 26)
_LABEL_ALPHA = 0.66  # white on it stays above 5:1 even over white
_VEILS = 2
_LITTLE = 0.02  # share of a picture under which words need no veil, halos alone: an old price, a legal line
_ALIKE = 0.35  # a veil this much stronger is accepted for letters of the headline's colour; set by eye
_ROUND = {"call_to_action": 0.5, "price": 0.22, "disclosure": 0.32, "logo": 0.16}


class Ground(NamedTuple):
    """What a stack is drawn on."""

    sheet: Sheet
    part: Rect
    product: Rect
    is_panel: bool
    brand: Brand


class Paint(NamedTuple):
    """The colours a block is drawn with: letters, the pill, plate or panel under them, the veil behind them."""

    letters: Colour | None
    ground: Colour | None = None
    veil: Colour | None = None


class Inked(NamedTuple):
    """A drawn block, its measured contrast and its colours."""

    block: Placed
    contrast: float
    paint: Paint


def ink(stacks: Sequence[tuple[Arranged, Ground]], logos: Logos | None) -> list[Inked]:
    """Draw the stacks of a file and measure them, in their order.

    Every ground comes before any letters: a veil or a pill's shadow of one stack may reach under another's words.
    """
    paints = _veiled(stacks)
    framed = [(block, ground) for arranged, ground in stacks for block in arranged.blocks if block.role in FRAMED]
    for block, ground in framed:
        _frame(block, ground)
    for (arranged, ground), bare in zip(stacks, paints, strict=True):
        _halo(_bare(arranged), ground, bare, [block.ground for block, _ in framed])
    drawn = [
        (_draw(block, ground, bare, logos), ground.sheet)
        for (arranged, ground), bare in zip(stacks, paints, strict=True)
        for block in arranged.blocks
    ]
    return [one if one.paint.letters is None else _measured(one, sheet) for one, sheet in drawn]


def _bare(arranged: Arranged) -> list[Placed]:
    """The blocks of letters without a ground of their own."""
    return [block for block in arranged.blocks if block.role not in FRAMED and not block.picture]


def _veiled(stacks: Sequence[tuple[Arranged, Ground]]) -> list[Paint]:
    """The colours of every stack's bare letters; lays the veils they need, that of the headline first."""
    paints: dict[int, Paint] = {}
    order = sorted(range(len(stacks)), key=lambda at: all(block.role != "headline" for block in stacks[at][0].blocks))
    worth = WHITE_WORTH
    for at in order:
        arranged, ground = stacks[at]
        bare = _bare(arranged)
        paints[at] = _veil(bare, ground, worth)
        if at == order[0] and bare and not ground.is_panel:
            # One colour of letters on a picture, unless the other is far easier to read somewhere.
            worth = _ALIKE if paints[at].letters == WHITE else -_ALIKE
    return [paints[at] for at in range(len(stacks))]


def _veil(bare: list[Placed], ground: Ground, worth: float) -> Paint:
    if ground.is_panel:
        panel = rgb(ground.brand.colour)
        return Paint(readable_on(panel, rgb(ground.brand.on_colour)), panel)
    if not bare:
        return Paint(WHITE)
    words = functools.reduce(Rect.joined, (block.ground for block in bare))
    scrim = plan_scrim(_lights(bare, ground.sheet), rgb(ground.brand.colour), worth)
    covered, veil = words.grown(0.02 * min(ground.sheet.frame[2:])), scrim.veil if scrim.alpha > 0 else None
    if sum(block.ground.area for block in bare) < _LITTLE * ground.part.area:
        return Paint(scrim.letters, veil=veil)
    for _ in range(_VEILS):  # a veil that fades out leaves the words' own edges a little bare
        if scrim.alpha <= 0:
            break
        ground.sheet.veil(covered, ground.part, ground.product, scrim)
        scrim = strengthened(scrim, _lights(bare, ground.sheet))
    return Paint(scrim.letters, veil=veil)


def _halo(bare: list[Placed], ground: Ground, paint: Paint, pills: list[Rect]) -> None:
    """Lay a halo behind each block that no veil makes readable: a little one, one close to the product."""
    if ground.is_panel or paint.letters is None:
        return
    for block in bare:
        weak = strengthened(scrim_for(paint.letters, rgb(ground.brand.colour)), _lights([block], ground.sheet))
        if weak.alpha > 0:
            ground.sheet.halo(block.ground, (ground.product, *pills), weak, block.text.size)


def _lights(blocks: list[Placed], sheet: Sheet) -> tuple[float, float]:
    """The darkest and the brightest of what lies under some blocks."""
    ranges = [extremes(sheet.region(block.ground)) for block in blocks]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _frame(block: Placed, ground: Ground) -> None:
    """Draw the pill a block stands on."""
    fill, _ = _framed_colours(block, ground)
    label = block.role == "disclosure"
    lift = 0.0 if label or ground.is_panel else 0.08
    ground.sheet.pill(block.ground, fill, alpha=_LABEL_ALPHA if label else 1.0, roundness=_ROUND[block.role], lift=lift)


def _draw(block: Placed, ground: Ground, bare: Paint, logos: Logos | None) -> Inked:
    """A drawn block; what has letters is still to be measured."""
    if block.picture and logos:
        return _draw_logo(block, ground, logos, bare.letters or WHITE)
    if block.role in FRAMED:
        fill, letters = _framed_colours(block, ground)
        bare = Paint(letters, fill)
    ground.sheet.letters(block, bare.letters or WHITE)
    return Inked(block, 1.0, bare)


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


def _measured(inked: Inked, sheet: Sheet) -> Inked:
    block, letters = inked.block, inked.paint.letters or WHITE
    return inked._replace(contrast=_contrast(block, sheet, letters))


def _contrast(block: Placed, sheet: Sheet, letters: Colour) -> float:
    ink, letters_there = block.ink, block.text.in_colour(letters).coverage > 0
    left, top = round(ink.left) - 1, round(ink.top) - 1
    high, wide = letters_there.shape[0] + 2, letters_there.shape[1] + 2
    region = sheet.pixels[max(0, top) : top + high, max(0, left) : left + wide]
    if not region.size:
        return 1.0
    mask = np.zeros((high, wide), np.bool_)
    mask[1:-1, 1:-1] = letters_there
    covered = mask[max(0, -top) :, max(0, -left) :][: region.shape[0], : region.shape[1]]
    return worst_contrast(region, letters, covered)


def _draw_logo(block: Placed, ground: Ground, logos: Logos, letters: Colour) -> Inked:
    """Draw the logo at whole pixels, on a plate where it needs one; its contrast is that of its outline."""
    sheet, place = ground.sheet, block.ground.rounded()
    size = (int(place.width), int(place.height))
    mark = marked(logos, size, sheet.region(place), rgb(ground.brand.colour), letters)
    if mark.plate is not None:
        plate = plate_around(place, logos.rules, sheet.frame, ground.product)
        sheet.pill(plate, mark.plate, roundness=_ROUND["logo"])
    sheet.picture(mark.pixels, place)
    return Inked(block._replace(ground=place), mark.contrast, Paint(None, mark.plate))
