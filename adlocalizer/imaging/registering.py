"""Where a product stands in a picture, to a fraction of a pixel, and both of them on one grid.

Corners with ORB descriptors say roughly where (they found as many products as SIFT at a third of its cost), a search by
masked correlation where those do not, and a fit of the evened luma then exactly.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import cv2
import numpy as np
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.aligning import Aligned, growth, refined
from adlocalizer.imaging.cornering import Scene, corners_in, is_plausible, outline, places_of, scene_of
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.locating import find_product
from adlocalizer.imaging.portraits import Map, Pixels, Plane, Portrait, ladder, portrait_of, wide_high

__all__ = ["Registered", "register", "scene_of"]

SURE = 0.80
"""Of the evened luma's correlation: from here on a place is not looked for in another way."""
_TRIES = 3  # rough places looked at closely
_TURNS = (0.0, -6.0, 6.0, -12.0, 12.0)  # degrees tried where correlation, which knows no turn, found the place
_FIT = (48, 96, 192)
_SIZES = (1.0, 0.85, 0.72, 0.61)  # of the largest product that the expected box holds
_NEAR_MORE = 0.12  # of the expected box a side that is looked at with it
_NEAR_SIDE, _NEAR_CORNERS = 640, 1200
_LEAST_WINDOW = 24  # pixels
_SEARCHED = 420  # pixels of the short side that the correlation looks at


class Registered(NamedTuple):
    """A product in a picture, on the grid of its shot."""

    box: Box
    """Of its outline in the picture, in fractions; may reach over the frame's edge."""
    map: Map
    """3x3, from pixels of the trimmed cut-out to those of the picture."""
    way: Literal["corners", "correlation"]
    score: float
    """Correlation of the evened luma, -1 to 1."""
    is_mirrored: bool
    portrait: Portrait
    """The shot on a grid of about the product's size in the picture."""
    seen: Pixels
    """The picture on that grid, RGB; black outside the frame."""
    inside: Plane
    """1 where the grid lies in the frame, else 0."""


def register(scene: Scene, shot: bytes, near: Box) -> Registered | None:
    """The product of a shot in a picture, upright or mirrored, where it fits best; None where nothing could be fitted.

    `near` is where it is expected, for a product without corners. Raises Unreadable for a broken shot.
    """
    around = _around(near, scene)
    share = _NEAR_SIDE / max(around.width, around.height, 1.0)
    close = scene._replace(corners=corners_in(scene.levels.planes[0], around, share, _NEAR_CORNERS))
    best = _NOWHERE
    ways = (
        lambda: _by_corners(close, shot, False),
        lambda: _by_corners(scene, shot, False),
        lambda: _by_corners(close, shot, True),
        lambda: _by_corners(scene, shot, True),
        lambda: _by_search(scene, shot, around),
        lambda: _by_correlation(scene, shot, near),
    )
    for way in ways:
        best = max(best, way(), key=lambda one: one.aligned.score)
        if best.aligned.score >= SURE:
            break
    return _registered(scene, shot, best) if best.aligned.score > -1 else None


class _Fit(NamedTuple):
    aligned: Aligned
    way: Literal["corners", "correlation"]
    is_mirrored: bool


_NOWHERE = _Fit(Aligned(np.eye(3), -1.0), "corners", False)


def _around(near: Box, scene: Scene) -> Rect:
    """The expected box, somewhat larger, in pixels, within the picture."""
    box = Rect(0, 0, *scene.size).part(near)
    across, down = _NEAR_MORE * box.width, _NEAR_MORE * box.height
    wide, high = scene.size
    return Rect(
        min(max(0.0, box.left - across), wide),
        min(max(0.0, box.top - down), high),
        max(min(float(wide), box.right + across), 0.0),
        max(min(float(high), box.bottom + down), 0.0),
    )


def _by_search(scene: Scene, shot: bytes, around: Rect) -> _Fit:
    """The small product, turned and in several sizes, laid everywhere on the part where it is expected."""
    wide, high = wide_high(shot)
    if around.width < _LEAST_WINDOW or around.height < _LEAST_WINDOW:
        return _NOWHERE
    left, top, right, bottom = (round(edge) for edge in around)
    window = scene.rgb[top:bottom, left:right]
    fits = min(window.shape[1] / wide, window.shape[0] / high)
    tries = []
    for mirrored in (False, True):
        small = portrait_of(shot, _FIT[0], mirrored)
        for turn in _TURNS:
            to_tile, tile, mask = _tile(small, turn)
            for size in _SIZES:
                tries.append(_laid(window, fits * size, _Tile(to_tile, tile, mask, small, mirrored)))
    tries.sort(key=lambda one: -one[0])
    to_picture = np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
    rough = [
        _Fit(refined(scene.levels, shot, to_picture @ map_, _FIT[:2], mirrored), "correlation", mirrored)
        for _, map_, mirrored in tries[:_TRIES]
    ]
    best = max(rough, key=lambda one: one.aligned.score)
    return best._replace(aligned=_closer(scene, shot, best.aligned, best.is_mirrored))


class _Tile(NamedTuple):
    to_tile: Map
    tile: Pixels
    mask: Plane
    small: Portrait
    mirrored: bool


def _tile(small: Portrait, turn: float) -> tuple[Map, Pixels, Plane]:
    high, wide = small.mask.shape
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    size = (math.ceil(wide * cos + high * abs(sin)) + 2, math.ceil(high * cos + wide * abs(sin)) + 2)
    middle, x, y = (wide / 2 - 0.5, high / 2 - 0.5), size[0] / 2 - 0.5, size[1] / 2 - 0.5
    to_tile = np.array(
        [
            [cos, -sin, x - cos * middle[0] + sin * middle[1]],
            [sin, cos, y - sin * middle[0] - cos * middle[1]],
            [0, 0, 1],
        ]
    )
    tile = cv2.warpPerspective(small.rgb, to_tile, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(small.mask, to_tile, size, flags=cv2.INTER_LINEAR)
    return to_tile, np.asarray(tile), (mask > 0.9).astype(np.float32)


def _laid(window: Pixels, times: float, what: _Tile) -> tuple[float, Map, bool]:
    """How well a tile fits a window at a size, from which map, and whether it is the mirrored product."""
    to_tile, tile, mask, small, mirrored = what
    share = small.scale / times
    size = (max(tile.shape[1], round(window.shape[1] * share)), max(tile.shape[0], round(window.shape[0] * share)))
    reduced = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
    if reduced.shape[0] < tile.shape[0] or reduced.shape[1] < tile.shape[1]:
        return -1.0, np.eye(3), mirrored
    solid = np.repeat(mask[..., None], 3, axis=2).astype(np.uint8)
    scores = cv2.matchTemplate(reduced, tile, cv2.TM_CCOEFF_NORMED, mask=solid)
    scores[~np.isfinite(scores)] = -1
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    to_reduced = np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]) @ to_tile @ np.linalg.inv(small.to_cut)
    back = np.diag([window.shape[1] / size[0], window.shape[0] / size[1], 1.0])
    return best, back @ to_reduced, mirrored


def _by_corners(scene: Scene, shot: bytes, is_mirrored: bool) -> _Fit:
    rough = (refined(scene.levels, shot, map_, _FIT[:2], is_mirrored) for map_ in places_of(scene, shot, is_mirrored))
    best = max(rough, key=lambda one: one.score, default=Aligned(np.eye(3), -1.0))
    return _Fit(_closer(scene, shot, best, is_mirrored), "corners", is_mirrored)


def _by_correlation(scene: Scene, shot: bytes, near: Box) -> _Fit:
    share = max(1, min(scene.size) // _SEARCHED)
    found = find_product(Image.fromarray(scene.rgb).reduce(share), shot, near)
    wide, high = wide_high(shot)
    stands = Rect(0, 0, *scene.size).part(found.box)
    to_box = np.array([[stands.width / wide, 0, stands.left], [0, stands.height / high, stands.top], [0, 0, 1]])
    tries = [
        _Fit(refined(scene.levels, shot, to_box, _FIT[:2], mirrored), "correlation", mirrored)
        for mirrored in (False, True)
    ]
    best = max(tries, key=lambda one: one.aligned.score)
    return best._replace(aligned=_closer(scene, shot, best.aligned, best.is_mirrored))


def _closer(scene: Scene, shot: bytes, rough: Aligned, is_mirrored: bool) -> Aligned:
    if rough.score <= -1 or not is_plausible(rough.map, shot, scene):
        return Aligned(np.eye(3), -1.0)
    side = _side(rough.map, shot)
    close = refined(scene.levels, shot, rough.map, (_FIT[1], min(_FIT[2], ladder(side))), is_mirrored)
    return close if is_plausible(close.map, shot, scene) else Aligned(np.eye(3), -1.0)


def _registered(scene: Scene, shot: bytes, fit: _Fit) -> Registered:
    map_ = fit.aligned.map
    portrait = portrait_of(shot, ladder(_side(map_, shot)), fit.is_mirrored)
    high, wide = portrait.mask.shape
    to_grid = np.linalg.inv(map_ @ portrait.to_cut)
    inside = cv2.warpPerspective(np.ones(scene.rgb.shape[:2], np.uint8), to_grid, (wide, high))
    around = outline(map_, shot)
    (left, top), (right, bottom) = (around.min(axis=0) / scene.size), (around.max(axis=0) / scene.size)
    box = Box(x=float(left), y=float(top), w=float(right - left), h=float(bottom - top))
    seen = np.asarray(scene.colours.under(map_ @ portrait.to_cut, portrait), np.uint8)
    score = round(fit.aligned.score, 4)
    return Registered(box, map_, fit.way, score, fit.is_mirrored, portrait, seen, inside.astype(np.float32))


def _side(map_: Map, shot: bytes) -> float:
    """Pixels of the product's longer side in the picture."""
    size = wide_high(shot)
    return max(size) * growth(map_, size)
