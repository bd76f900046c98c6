"""A product's shot as pictures are compared with it: reduced to a grid, its light evened out, its features found."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.imaging.locating import cut_of

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Map = NDArray[np.float64]

GRIDS = (48, 96, 192, 240, 300, 375, 470)
"""Longer sides, in pixels, that a shot is reduced to."""
_SOLID = 200  # alpha: rims are mixed with the background
_RIM = 64  # alpha under which a colour is mostly rounding
_INNER = 0.008  # of the longer side that the rim is kept off
_REACH = 0.08  # of the longer side: light that changes over more than this is evened out
_FLOOR = 9.0  # levels of 255 that count as pattern; less is noise
_MOST_POINTS = 4000  # that a map is fitted to: those with the steepest slopes
_BASE = (470, 300, 150)  # longer sides that features are looked for at: about what products have in a reduced picture
_FEATURES = 280


class Portrait(NamedTuple):
    """The cut-out on a grid, its longer side one of `GRIDS`; the rim is left out of the mask."""

    rgb: Pixels
    mask: Plane
    """1 where the product is surely seen, else 0."""
    even: Plane
    """Luma without slow changes of light, in units of its own local contrast; 0 off the mask."""
    scale: tuple[float, float]
    """Pixels of the grid for one of the trimmed cut-out, across and down."""

    @property
    def to_cut(self) -> Map:
        """From pixels of the grid to those of the trimmed cut-out, centres on centres."""
        across, down = (1 / times for times in self.scale)
        return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])


class Steps(NamedTuple):
    """What a map's fit needs of a portrait: chosen points, the pattern there, and how it changes with the map."""

    points: Plane
    """n x 2, pixels of the grid."""
    even: Plane
    slopes: NDArray[np.float64]
    """n x 8: the change of `even` with each number of the map."""
    unit: Map
    """From pixels of the grid to -1..1."""


class Features(NamedTuple):
    """Corners of a picture, n x 2 in its pixels, and their descriptors."""

    points: Plane
    described: Pixels


@functools.lru_cache(maxsize=64)
def portrait_of(shot: bytes, side: int, is_mirrored: bool = False) -> Portrait:
    """The product of a shot on a grid with that longer side; raises Unreadable."""
    rgba = cut_of(shot).rgba
    scale = side / max(rgba.size)
    size = (max(4, round(rgba.width * scale)), max(4, round(rgba.height * scale)))
    pixels = np.asarray(rgba.convert("RGBa").resize(size, Image.Resampling.BOX, reducing_gap=None))
    alpha = pixels[..., 3].astype(np.float32)
    rgb = np.clip(pixels[..., :3] * (255 / np.maximum(alpha, 1))[..., None], 0, 255)
    solid = (alpha >= min(_SOLID, float(alpha.max()))).astype(np.uint8)
    inner = 2 * max(1, round(_INNER * side)) + 1
    framed = cv2.copyMakeBorder(solid, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    mask = cv2.erode(framed, np.ones((inner, inner), np.uint8))[1:-1, 1:-1].astype(np.float32)
    mask = mask if mask.any() else solid.astype(np.float32)
    filled = np.where(alpha[..., None] >= _RIM, rgb, 128).astype(np.uint8)
    if is_mirrored:
        filled, mask = np.ascontiguousarray(filled[:, ::-1]), np.ascontiguousarray(mask[:, ::-1])
    return Portrait(
        filled, mask, evened(luma(filled), mask, side) * mask, (size[0] / rgba.width, size[1] / rgba.height)
    )


@functools.lru_cache(maxsize=64)
def steps_of(shot: bytes, side: int, is_mirrored: bool = False) -> Steps:
    """The points of a portrait with the steepest slopes, for fitting a map."""
    portrait = portrait_of(shot, side, is_mirrored)
    across, down = (
        cv2.Sobel(evened(luma(portrait.rgb), portrait.mask, side), cv2.CV_32F, *way, ksize=3, scale=1 / 8)
        for way in ((1, 0), (0, 1))
    )
    kept = cv2.erode(portrait.mask, np.ones((3, 3), np.uint8))
    steep = np.hypot(across, down) * kept
    chosen = np.argsort(steep, axis=None)[::-1][: min(_MOST_POINTS, int(kept.sum()))]
    rows, columns = np.unravel_index(np.sort(chosen), steep.shape)
    points = np.column_stack((columns, rows)).astype(np.float32)
    half = max(portrait.even.shape) / 2
    middle = (portrait.even.shape[1] / 2, portrait.even.shape[0] / 2)
    unit = np.array([[1 / half, 0, -middle[0] / half], [0, 1 / half, -middle[1] / half], [0, 0, 1]])
    x, y = (points[:, axis] * unit[0, 0] + unit[axis, 2] for axis in (0, 1))
    gx, gy = (grad[rows, columns].astype(np.float64) * half for grad in (across, down))
    way = gx * x + gy * y
    slopes = np.column_stack((gx * x, gx * y, gx, gy * x, gy * y, gy, -way * x, -way * y))
    return Steps(points, portrait.even[rows, columns], slopes, unit)


@functools.lru_cache(maxsize=8)
def features_of(shot: bytes, is_mirrored: bool = False) -> Features:
    """Corners of a shot, in pixels of the trimmed cut-out; none on a plain product."""
    found = []
    for side in _BASE:
        portrait = portrait_of(shot, side, is_mirrored)
        mask = cv2.dilate(portrait.mask, np.ones((5, 5), np.uint8)).astype(np.uint8) * 255
        seen = corners(luma(portrait.rgb), _FEATURES, mask)
        found.append(Features(moved(seen.points, portrait.to_cut).astype(np.float32), seen.described))
    return Features(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def corners(grey: Plane, most: int, mask: Pixels | None = None) -> Features:
    """Corners of a picture's luma with ORB descriptors, the most salient ones."""
    finder = cv2.ORB.create(most, scaleFactor=1.2, nlevels=8, fastThreshold=10)
    points, described = finder.detectAndCompute(grey.astype(np.uint8), mask)
    if described is None or not points:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8))
    return Features(np.array([point.pt for point in points], np.float32), np.asarray(described, np.uint8))


def luma(rgb: Pixels) -> Plane:
    """Luma 0..255 of RGB."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)


def evened(grey: Plane, mask: Plane, side: int) -> Plane:
    """Luma freed of slow changes of light and contrast, both measured under a mask; off it they are carried on."""
    reach = _REACH * side
    weight = np.maximum(softened(mask, reach), 1e-3)
    local = grey - softened(grey * mask, reach) / weight
    spread = np.sqrt(np.maximum(softened(local * local * mask, reach) / weight, 0) + _FLOOR**2)
    return np.asarray(local / spread, np.float32)


def softened(plane: Plane, reach: float) -> Plane:
    """About a Gaussian of that standard deviation in pixels, at the same cost for any."""
    wide = 2 * max(1, round(reach * 1.22)) + 1  # two boxes of width w vary by (w * w - 1) / 6
    once = cv2.blur(plane, (wide, wide), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(cv2.blur(once, (wide, wide), borderType=cv2.BORDER_CONSTANT), np.float32)


def grown(times: float) -> Map:
    """The map between pixel grids of which one has so many times the other's pixels, centres on centres."""
    shift = (times - 1) / 2
    return np.array([[times, 0, shift], [0, times, shift], [0, 0, 1]])


def moved(points: Plane, map_: Map) -> NDArray[np.float64]:
    """Points, n x 2, taken through a 3x3 map."""
    taken = points @ map_[:, :2].T + map_[:, 2]
    return taken[:, :2] / np.where(np.abs(taken[:, 2:]) < 1e-9, 1e-9, taken[:, 2:])


@functools.lru_cache(maxsize=8)
def hull_of(shot: bytes, is_mirrored: bool = False) -> Plane:
    """The convex outline of what can be seen of the product, n x 2 in pixels of the trimmed cut-out."""
    cover = np.asarray(cut_of(shot).rgba.getchannel("A"))
    cover = cover[:, ::-1] if is_mirrored else cover
    rows, columns = np.nonzero(cover >= min(128, int(cover.max())))
    return cv2.convexHull(np.column_stack((columns, rows)).astype(np.float32))[:, 0]


def wide_high(shot: bytes) -> tuple[int, int]:
    """Pixels of the trimmed cut-out."""
    return cut_of(shot).rgba.size


def ladder(side: float) -> int:
    """The largest of `GRIDS` that is not larger than a side, or the smallest there is."""
    return max((grid for grid in GRIDS if grid <= side + 0.5), default=GRIDS[0])


def is_sound(map_: Map) -> bool:
    """Whether a map is made of numbers."""
    return bool(np.isfinite(map_).all()) and math.isfinite(float(np.linalg.det(map_)))
