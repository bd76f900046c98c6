"""Contrast of letters nobody told us the colour of: measured on the pixels of a decoded file alone."""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.imaging.contrast import ratio
from adlocalizer.imaging.geometry import Rect

Shades = NDArray[np.float32]

_TRIM = 0.6  # of a letter's height, cut off both ends: the round ends of a pill show what lies behind it
_TAIL = 5.0  # percentile: what a ground may show against its letters in the worst twentieth
_CORE = 5.0  # percentile from the far end that is a letter's own colour: thin strokes are mostly mixed pixels
_FINE = 1 << 16  # steps of luminance: a step is 0.014 of L* at black, and less above
_ENOUGH = 0.06  # of the block: bare ground needed to judge it apart from the letters' soft edges


def measured_contrast(picture: Image.Image, block: Rect, letter_height: float, *, framed: bool) -> float:
    """Contrast between the two kinds of pixels in a block, letters and ground; 1 where only one kind is seen.

    A framed block has a ground of its own around its letters, whose edges are left out.
    """
    shades = _lightness(picture, _inner(block, letter_height, picture.size, framed=framed))
    bright = shades > _parting(shades)
    if bright.all() or not bright.any():
        return 1.0
    letters = bright if _rim_share(bright) < 0.5 else ~bright
    own = _luminance(_core(shades[letters], brighter=bool(letters is bright)))
    return min(ratio(own, _luminance(level)) for level in _ground_levels(shades, letters))


def _inner(block: Rect, letter_height: float, size: tuple[int, int], *, framed: bool) -> tuple[int, int, int, int]:
    across, down = min(_TRIM * letter_height, 0.2 * block.width), min(0.5 * letter_height, 0.16 * block.height)
    if not framed:
        across, down = 0.0, 0.0
    left, top = max(0, math.ceil(block.left + across)), max(0, math.ceil(block.top + down))
    right, bottom = min(size[0], int(block.right - across)), min(size[1], int(block.bottom - down))
    return min(left, size[0] - 1), min(top, size[1] - 1), max(right, left + 1), max(bottom, top + 1)


def _lightness(picture: Image.Image, box: tuple[int, int, int, int]) -> Shades:
    """CIE L* of a part of a picture."""
    red, green, blue = _weighted()
    pixels = np.asarray(picture.crop(box).convert("RGB"))
    light = red[pixels[..., 0]] + green[pixels[..., 1]] + blue[pixels[..., 2]]
    shades: Shades = _shades()[light.astype(np.int32)]
    return shades


@functools.cache
def _weighted() -> NDArray[np.float32]:
    """What each level of red, green and blue adds to the relative luminance (IEC 61966-2-1), in steps of _FINE."""
    level = np.arange(256) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return (_FINE * np.outer((0.2126, 0.7152, 0.0722), linear)).astype(np.float32)


@functools.cache
def _shades() -> Shades:
    """CIE L* of every step of luminance: a table spares a cube root a pixel."""
    light = (np.arange(_FINE + 2) + 0.5) / _FINE
    return np.where(light > 0.008856, 116 * np.cbrt(light) - 16, 903.3 * light).astype(np.float32)


def _luminance(lightness: float) -> float:
    return ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness / 903.3


def _parting(shades: Shades) -> float:
    """The lightness that parts the pixels into the two most compact kinds (Otsu)."""
    counts = np.bincount((shades * 0.64).astype(np.int32).ravel().clip(0, 63), minlength=64)
    edges = np.linspace(0, 100, 65)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    between = np.where((below > 0) & (above > 0), between, -1.0)
    if between.max() < 0:
        return 100.0  # one kind of pixel only
    best = np.flatnonzero(between >= between.max() * 0.999)
    return float(edges[1 + int(np.median(best))])


def _rim_share(bright: NDArray[np.bool_]) -> float:
    """The share of bright pixels around a block's edge, where there is mostly ground."""
    rim = np.concatenate((bright[0], bright[-1], bright[:, 0], bright[:, -1]))
    return float(0.5 * rim.mean() + 0.5 * bright.mean())


def _core(shades: Shades, *, brighter: bool) -> float:
    return float(np.percentile(shades, 100 - _CORE if brighter else _CORE))


def _ground_levels(shades: Shades, letters: NDArray[np.bool_]) -> tuple[float, float]:
    """The darkest and the brightest the ground gets, seen away from the letters' soft edges."""
    for reach in (5, 3):
        bare = ~_grown(letters, reach)
        if bare.mean() >= _ENOUGH:
            darkest, brightest = np.percentile(shades[bare], (_TAIL, 100 - _TAIL))
            return float(darkest), float(brightest)
    # Letters stand so close that every pixel between them is partly theirs: only the middle of those says something.
    middle = float(np.median(shades[~letters]))
    return middle, middle


def _grown(letters: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """The letters and every pixel in a square of `reach` pixels around theirs."""
    high, wide = letters.shape
    padded = np.pad(letters, reach // 2)
    rows = np.logical_or.reduce([padded[start : start + high] for start in range(reach)])
    grown: NDArray[np.bool_] = np.logical_or.reduce([rows[:, start : start + wide] for start in range(reach)])
    return grown
