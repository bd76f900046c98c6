"""How alike two pictures look: the mean structural similarity (SSIM) of their luma, on evenly spread tiles."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Levels = NDArray[np.float32]

_TILE, _TILES_A_SIDE = 64, 8  # 64 tiles of 64 x 64 pixels are all of a small banner, and a twentieth of a 4K poster
_SIGMA, _REACH = 1.5, 5  # Wang et al. 2004: a window of 11 x 11, Gaussian, sigma 1.5
SMALLEST = 2 * _REACH + 1
"""Pixels a side that can be compared."""
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # and its two constants, for 8 bits


def likeness(one: Image.Image, other: Image.Image) -> float:
    """SSIM (Wang, Bovik, Sheikh, Simoncelli 2004) of two pictures of one size, 1 when they are the same.

    Not reduced beforehand, so the measure is stricter than one on a scaled copy. Raises ValueError for two sizes or for
    fewer than 11 pixels a side.
    """
    if one.size != other.size or min(one.size) < SMALLEST:
        raise ValueError(f"pictures of {one.size} and {other.size} cannot be compared")
    first, second = _tiles(one), _tiles(other)
    mean_1, mean_2 = _blurred(first), _blurred(second)
    spread_1, spread_2 = _blurred(first * first) - mean_1**2, _blurred(second * second) - mean_2**2
    shared = _blurred(first * second) - mean_1 * mean_2
    light = (2 * mean_1 * mean_2 + _C1) / (mean_1**2 + mean_2**2 + _C1)
    return float((light * (2 * shared + _C2) / (spread_1 + spread_2 + _C2)).mean())


def _tiles(picture: Image.Image) -> Levels:
    """Tiles of the luma (ITU-R BT.601), evenly spread, every one once."""
    luma = np.asarray(picture.convert("L"))
    high, wide = (min(_TILE, side) for side in luma.shape)
    tops, lefts = _starts(luma.shape[0], high), _starts(luma.shape[1], wide)
    return np.stack([luma[top : top + high, left : left + wide] for top in tops for left in lefts]).astype(np.float32)


def _starts(side: int, tile: int) -> list[int]:
    count = min(_TILES_A_SIDE, -(-side // tile))
    return sorted({int(place) for place in np.linspace(0, side - tile, count)})


def _blurred(tiles: Levels) -> Levels:
    down, across = _window(tiles.shape[1]), _window(tiles.shape[2])
    blurred: Levels = (down @ tiles @ across.T).astype(np.float32, copy=False)
    return blurred


@functools.cache
def _window(side: int) -> Levels:
    """The Gaussian at every place it fits along a side, as rows of a matrix."""
    weights = np.exp(-(np.arange(-_REACH, _REACH + 1) ** 2) / (2 * _SIGMA**2))
    rows = np.zeros((side - 2 * _REACH, side), np.float32)
    for place in range(len(rows)):
        rows[place, place : place + len(weights)] = weights / weights.sum()
    return rows
