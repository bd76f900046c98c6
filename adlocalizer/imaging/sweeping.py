"""A product without corners to know it by, laid small, turned and in several sizes on the part where it is expected."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from adlocalizer.imaging.aligning import Levels
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.portraits import Map, Pixels, Plane, Portrait, luma, portrait_of, wide_high

GRID = 48
"""Longer side in pixels that the product is laid at."""
_TURNS = (0.0, -6.0, 6.0, -12.0, 12.0)  # degrees
_SIZES = (1.0, 0.85, 0.72, 0.61)  # of the largest product that the part holds
_LEAST_PART = 24  # pixels


class Laid(NamedTuple):
    """A place by correlation of colours, -1 to 1: the map of the trimmed cut-out, mirrored or not, into the picture."""

    score: float
    map: Map
    is_mirrored: bool


class _Tile(NamedTuple):
    """A turned product, the map of the trimmed cut-out into it, and how many of its pixels one of those is."""

    rgb: Pixels
    mask: Pixels
    from_cut: Map
    scale: float


def swept(rgb: Pixels, shot: bytes, part: Rect) -> list[Laid]:
    """The best place of each size and turn within a part of an RGB picture, the best first."""
    wide, high = wide_high(shot)
    if part.width < _LEAST_PART or part.height < _LEAST_PART:
        return []
    left, top, right, bottom = (round(edge) for edge in part)
    window = rgb[top:bottom, left:right]
    largest = min(window.shape[1] / wide, window.shape[0] / high)
    to_picture = np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
    found = []
    for is_mirrored in (False, True):
        for turn in _TURNS:
            tile = _tile(portrait_of(shot, GRID, is_mirrored), turn)
            for share in _SIZES:
                score, map_ = _laid(window, largest * share, tile)
                found.append(Laid(score, to_picture @ map_, is_mirrored))
    return sorted(found, key=lambda one: -one.score)


def _tile(small: Portrait, turn: float) -> _Tile:
    high, wide = small.mask.shape
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    size = (math.ceil(wide * cos + high * abs(sin)) + 2, math.ceil(high * cos + wide * abs(sin)) + 2)
    (x, y), (u, v) = ((side / 2 - 0.5 for side in sides) for sides in ((wide, high), size))
    turned = np.array([[cos, -sin, u - cos * x + sin * y], [sin, cos, v - sin * x - cos * y], [0, 0, 1]])
    rgb, mask = (cv2.warpPerspective(plane, turned, size) for plane in (small.rgb, small.mask))
    solid = np.repeat((mask > 0.9)[..., None], 3, axis=2).astype(np.uint8)
    return _Tile(np.asarray(rgb, np.uint8), solid, turned @ np.linalg.inv(small.to_cut), small.scale[1])


def _laid(window: Pixels, times: float, tile: _Tile) -> tuple[float, Map]:
    """How well a tile fits a window where one pixel of the cut-out is so many of its pixels, and the map there."""
    share = tile.scale / times
    high, wide = tile.rgb.shape[:2]
    size = (max(wide, round(window.shape[1] * share)), max(high, round(window.shape[0] * share)))
    scores = _scores(window, size, tile.rgb, tile.mask)
    return _best(scores, window, size, tile.from_cut)


def _scores(whole: Plane | Pixels, size: tuple[int, int], product: Plane | Pixels, mask: Plane | Pixels) -> Plane:
    """The correlation at every place of the whole, reduced to a width and height; -1 where there is none."""
    reduced = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    scores = cv2.matchTemplate(reduced, product, cv2.TM_CCOEFF_NORMED, mask=mask)
    scores[~np.isfinite(scores)] = -1
    return np.asarray(scores, np.float32)


def _best(scores: Plane, whole: Plane | Pixels, size: tuple[int, int], from_cut: Map) -> tuple[float, Map]:
    """The best score, and the map there, of the trimmed cut-out into the whole before it was reduced to a size."""
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    back = np.diag([whole.shape[1] / size[0], whole.shape[0] / size[1], 1.0])
    return float(best), back @ np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]) @ from_cut


def laid_on(levels: Levels, shot: bytes, times: float, left_out: tuple[Plane, Plane]) -> Laid:
    """The best place on a whole picture, by luma, of an upright product so many times its cut-out's size.

    `left_out` are two corners, in pixels, of a box that its middle does not lie in.
    """
    small = portrait_of(shot, GRID)
    share = small.scale[1] / times
    plane = levels.planes[0]
    for half in levels.planes[1:]:
        if half.shape[0] >= plane.shape[0] * share * 1.5:
            plane = half
    high, wide = small.mask.shape
    size = (max(wide, round(levels.planes[0].shape[1] * share)), max(high, round(levels.planes[0].shape[0] * share)))
    scores = _scores(plane, size, luma(small.rgb), small.mask)
    (left, top), (right, bottom) = (np.round(corner * share - (wide / 2, high / 2)).astype(int) for corner in left_out)
    scores[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = -1
    return Laid(
        *_best(scores, levels.planes[0], size, np.asarray(np.linalg.inv(small.to_cut), np.float64)), is_mirrored=False
    )
