"""Contrast of letters nobody told us the colour of: measured on the pixels of a decoded file alone."""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.colours import ratio
from adlocalizer.imaging.contrast import Pixels, level_shares
from adlocalizer.imaging.geometry import Rect

Shades = NDArray[np.uint16]
"""CIE L* of pixels, in steps of 1 / _STEPS: what is counted need not be sorted."""
Counts = NDArray[np.intp]
Seen = NDArray[np.bool_]

_TRIM = 0.6  # of a letter's height, cut off both ends: the round ends of a pill show what lies behind it
_TAIL = 5.0  # percentile: what a ground may show against its letters in the worst twentieth
_CORE = 5.0  # percentile from the far end that is a letter's own colour: thin strokes are mostly mixed pixels
_FINE = 1 << 16  # steps of luminance: a step is 0.014 of L* at black, and less above
_STEPS, _LIGHTEST, _KINDS = 64, 100, 64  # steps to one of L*; L* of white; shades that letters are told from ground in
_LARGE = 32.0  # pixels of a capital: its strokes are four wide, so that every second pixel shows them all
_ENOUGH = 0.06  # of the block: bare ground needed to judge it apart from the letters' soft edges


def measured_contrast(pixels: Pixels, block: Rect, letter_height: float, *, framed: bool) -> float:
    """Contrast between the two kinds of pixels in a block of RGB rows, letters and ground; 1 where only one is seen.

    A framed block has a ground of its own around its letters, whose edges are left out.
    """
    left, top, right, bottom = _inner(block, letter_height, (pixels.shape[1], pixels.shape[0]), framed=framed)
    step = 2 if letter_height >= _LARGE else 1
    shades = _lightness(pixels[top:bottom:step, left:right:step])
    counts = _counts(shades)
    parting = _parting(counts)
    if not counts[parting:].any() or not counts[:parting].any():
        return 1.0
    bright = shades >= parting
    is_light = _rim_share(bright) < 0.5
    own = (
        _percentile(counts, slice(parting, None), 100 - _CORE)
        if is_light
        else _percentile(counts, slice(parting), _CORE)
    )
    bare = _bare(shades, bright if is_light else ~bright, (2 // step, 1))
    if bare is None:
        # Letters stand so close that every pixel between them is partly theirs: only their middle says something.
        ground = [_percentile(counts, slice(parting) if is_light else slice(parting, None), 50)]
    else:
        ground = [_percentile(bare, slice(None), share) for share in (_TAIL, 100 - _TAIL)]
    return min(ratio(_luminance(own), _luminance(level)) for level in ground)


def _inner(block: Rect, letter_height: float, size: tuple[int, int], *, framed: bool) -> tuple[int, int, int, int]:
    across, down = min(_TRIM * letter_height, 0.2 * block.width), min(0.5 * letter_height, 0.16 * block.height)
    if not framed:
        across, down = 0.0, 0.0
    left, top = max(0, math.ceil(block.left + across)), max(0, math.ceil(block.top + down))
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    right, bottom = min(size[0], int(block.right - across)), min(size[1], int(block.bottom - down))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _lightness(pixels: Pixels) -> Shades:
    red, green, blue = _weighted()
    light = red[pixels[..., 0]]
    light += green[pixels[..., 1]]
    light += blue[pixels[..., 2]]
    shades: Shades = _shades()[light]
    return shades


@functools.cache
def _weighted() -> NDArray[np.int32]:
    """What each level of red, green and blue adds to the relative luminance, in steps of _FINE."""
    return np.rint(level_shares() * _FINE).astype(np.int32)


@functools.cache
def _shades() -> Shades:
    """CIE L* of every step of luminance: a table spares a cube root a pixel."""
    light = (np.arange(_FINE + 3) + 0.5) / _FINE
    shades = np.where(light > 0.008856, 116 * np.cbrt(light) - 16, 903.3 * light)
    return (shades * _STEPS).clip(0, _STEPS * _LIGHTEST - 1).astype(np.uint16)


def _luminance(lightness: float) -> float:
    return ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness / 903.3


def _counts(shades: Shades) -> Counts:
    return np.bincount(shades.reshape(-1), minlength=_STEPS * _LIGHTEST)


def _percentile(counts: Counts, kind: slice, share: float) -> float:
    """The L* that a percentile of the counted pixels of a kind, a range of shades, has."""
    below = np.cumsum(counts[kind])
    place = (kind.start or 0) + np.searchsorted(below, share / 100 * (below[-1] - 1), side="right")
    return (float(place) + 0.5) / _STEPS


def _parting(counts: Counts) -> int:
    """The shade that parts the pixels into the two most compact kinds (Otsu): the first one of the brighter kind."""
    wide = _STEPS * _LIGHTEST // _KINDS
    counts = counts.reshape(_KINDS, wide).sum(axis=1)
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * (np.arange(_KINDS) + 0.5))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    between = np.where((below > 0) & (above > 0), between, -1.0)
    if between.max() < 0:
        return _KINDS * wide  # one kind of pixel only
    best = np.flatnonzero(between >= between.max() * 0.999)
    return (1 + int(np.median(best))) * wide


def _rim_share(bright: Seen) -> float:
    """The share of bright pixels around a block's edge, where there is mostly ground."""
    rim = np.concatenate((bright[0], bright[-1], bright[:, 0], bright[:, -1]))
    return float(0.5 * rim.mean() + 0.5 * np.count_nonzero(bright) / bright.size)


def _bare(shades: Shades, letters: Seen, reaches: tuple[int, ...]) -> Counts | None:
    """The ground away from the letters' soft edges; None where too little of it is."""
    for reach in reaches:
        bare = ~_grown(letters, reach)
        if np.count_nonzero(bare) >= _ENOUGH * bare.size:
            return _counts(shades[bare])
    return None


def _grown(letters: Seen, reach: int) -> Seen:
    """The letters and every pixel at most so many pixels across and down from theirs."""
    grown = letters.copy()
    for by in range(1, reach + 1):
        grown[by:] |= letters[:-by]
        grown[:-by] |= letters[by:]
    rows = grown.copy()
    for by in range(1, reach + 1):
        grown[:, by:] |= rows[:, :-by]
        grown[:, :-by] |= rows[:, by:]
    return grown
