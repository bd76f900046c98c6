"""Corners of a picture with ORB descriptors, and where those of a product agree with them.

They found as many products as SIFT at a third of its cost.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.imaging.aligning import Levels
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.portraits import Features, Map, Pixels, Plane, corners, features_of, luma, moved, wide_high

_SHORT = 512  # pixels of the picture's short side that corners are looked for at
_MOST_CORNERS = 2500
_DISTINCT = 0.85  # of the next best distance that the best must keep under
_STRAY = 0.015  # of the picture's short side that a corner may lie off
_LEAST_AGREE = 6  # corners
_TRIES = 3  # rough places looked at closely
_SMALLEST, _LARGEST = 0.06, 4.0  # of the frame's sides that a product's longer side may have
_MOST_TURN, _MOST_STRETCH = 0.8, 1.7  # radians; times
_LEAST_WINDOW = 24  # pixels


class Scene(NamedTuple):
    """A picture as products are looked for in it."""

    rgb: Pixels
    levels: Levels
    """Of its luma."""
    colours: Levels
    """Of its RGB."""
    corners: Features
    """In pixels of the picture."""

    @property
    def size(self) -> tuple[int, int]:
        """Pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]


def scene_of(picture: Image.Image) -> Scene:
    """A picture (RGB) made ready."""
    rgb = np.asarray(picture)
    grey = luma(rgb)
    whole = Rect(0, 0, grey.shape[1], grey.shape[0])
    found = corners_in(grey, whole, _SHORT / min(grey.shape), _MOST_CORNERS)
    return Scene(rgb, Levels(grey), Levels(rgb), found)


def corners_in(grey: Plane, part: Rect, share: float, most: int) -> Features:
    """Corners of a part of a picture, reduced by a share, in pixels of the picture."""
    left, top, right, bottom = (round(edge) for edge in part)
    window = grey[top:bottom, left:right]
    if min(window.shape) < _LEAST_WINDOW:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8))
    if share < 1:
        size = (max(1, round(window.shape[1] * share)), max(1, round(window.shape[0] * share)))
        window = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
    found = corners(np.asarray(window, np.float32), most)
    return Features(found.points / np.float32(min(1.0, share)) + np.float32((left, top)), found.described)


def places_of(scene: Scene, shot: bytes, is_mirrored: bool = False, left_out: Map | None = None) -> list[Map]:
    """Rough maps of the product by its corners, the best first; none within the outline of a map that is left out."""
    known, seen = features_of(shot, is_mirrored), scene.corners
    if left_out is not None:
        kept = ~_within(seen.points, left_out, shot)
        seen = Features(seen.points[kept], seen.described[kept])
    start, there = _pairs(known, seen)
    maps: list[Map] = []
    for _ in range(_TRIES):
        if len(start) < _LEAST_AGREE:
            break
        stray = _STRAY * min(scene.size)
        found, agrees = cv2.estimateAffine2D(start, there, method=cv2.RANSAC, ransacReprojThreshold=stray, maxIters=800)
        if found is None or int(agrees.sum()) < _LEAST_AGREE:
            break
        map_ = np.vstack((found, (0, 0, 1)))
        if is_plausible(map_, shot, scene):
            maps.append(map_)
        left = ~agrees.ravel().astype(bool)
        start, there = start[left], there[left]
    return maps


def outline(map_: Map, shot: bytes) -> Plane:
    """The corners of the trimmed cut-out in the picture, clockwise from the upper left, 4 x 2."""
    wide, high = wide_high(shot)
    around = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) - np.float32(0.5)
    return moved(around, map_).astype(np.float32)


def is_plausible(map_: Map, shot: bytes, scene: Scene) -> bool:
    """Whether a map shows the product whole, the right way up, not folded and of a size that can be judged."""
    if not np.isfinite(map_).all():
        return False
    around = outline(map_, shot)
    sides = [float(np.hypot(*(around[at] - around[at - 1]))) for at in (1, 2, 3, 0)]
    upright = abs(math.atan2(around[1, 1] - around[0, 1], around[1, 0] - around[0, 0])) < _MOST_TURN
    wide, high = wide_high(shot)
    aspect = (sides[0] + sides[2]) / max(sides[1] + sides[3], 1e-6) * high / wide
    longer = max(sides) / max(scene.size)
    return bool(
        cv2.isContourConvex(around)
        and float(cv2.contourArea(around, True)) > 0
        and upright
        and 1 / _MOST_STRETCH < aspect < _MOST_STRETCH
        and _SMALLEST < longer < _LARGEST
    )


def _pairs(known: Features, seen: Features) -> tuple[Plane, Plane]:
    """Points of the shot and of the picture whose descriptors belong together."""
    if len(known.points) < 2 or len(seen.points) < 2:
        return np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(known.described, seen.described, 2)
    good = [first for first, second in pairs if first.distance < _DISTINCT * second.distance]
    return known.points[[one.queryIdx for one in good]], seen.points[[one.trainIdx for one in good]]


def _within(points: Plane, map_: Map, shot: bytes) -> NDArray[np.bool_]:
    around = outline(map_, shot)
    hull = around.reshape(-1, 1, 2)
    return np.array([cv2.pointPolygonTest(hull, (float(x), float(y)), False) >= 0 for x, y in points], bool)
