"""A rough map of a product into a picture made exact: Gauss-Newton on luma whose light has been evened out.

The inverse compositional form of Baker and Matthews, "Lucas-Kanade 20 Years On" (2004): slopes are the shot's, so they
are found once. Points that fit badly (hands, shadows, snow) count for less.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import cv2
import numpy as np

from adlocalizer.imaging.portraits import (
    Map,
    Pixels,
    Plane,
    Portrait,
    evened,
    grown,
    is_sound,
    moved,
    portrait_of,
    steps_of,
)

Free = Literal["place", "stretch", "all"]
"""Which of a map's eight numbers a fit may change: turn, size and place; stretch and shear, too; perspective, too."""
Fits = tuple[tuple[int, Free], ...]
"""The steps of a fit: a grid's longer side in pixels, and what is free there."""

_MARGIN = 0.12  # of the longer side: how far outside its first place the product may be found to reach
_COARSER, _LEAST_SIDE = 1.5, 64  # pixels for one of the grid from which a half is taken; of the smallest half
_ROUNDS = 20
_LEAST_POINTS = 60
_STILL = 0.01  # pixels of the grid: a step that moves no corner farther ends the fit
_LOOSE = 2.0  # units of local contrast beyond which a point counts for less
_HOLD = 1e-3  # of the mean curvature, added to all: a direction without any pattern stays as it was
_FREE: dict[Free, Map] = {
    "place": np.eye(8)[[0, 1, 2, 5]].T + np.eye(8)[[4, 3, 6, 7]].T * (1, -1, 0, 0),
    "stretch": np.eye(8)[:, :6],
    "all": np.eye(8),
}


class Aligned(NamedTuple):
    """A map from pixels of the trimmed cut-out to those of the picture, and how alike both are there, -1 to 1."""

    map: Map
    score: float


class Levels:
    """A picture's luma or its RGB, and its halves, for sampling without aliasing."""

    def __init__(self, plane: Plane | Pixels) -> None:
        """Take levels 0..255, along the last axis where there are several."""
        self.planes = [plane]

    def under(self, map_: Map, portrait: Portrait, margin: int = 0) -> Plane:
        """What lies under a portrait's grid and a margin around it; `map_` takes the grid to the picture."""
        high, wide = portrait.mask.shape
        times, depth = growth(map_, (wide, high)), 0
        while times >= _COARSER and min(self.planes[depth].shape[:2]) > _LEAST_SIDE:
            if len(self.planes) == depth + 1:
                self.planes.append(half(self.planes[depth]))
            depth, times = depth + 1, times / 2
        there = grown(0.5**depth) @ map_ @ np.array([[1, 0, -margin], [0, 1, -margin], [0, 0, 1.0]])
        size = (wide + 2 * margin, high + 2 * margin)
        seen = cv2.warpPerspective(
            self.planes[depth],
            there,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(seen)


def half(plane: Plane | Pixels) -> Plane | Pixels:
    """The plane with half the pixels each way; an odd last row or column is dropped."""
    high, wide = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    return np.asarray(cv2.resize(plane[:high, :wide], (wide // 2, high // 2), interpolation=cv2.INTER_AREA))


def growth(map_: Map, size: tuple[int, int]) -> float:
    """Pixels behind a map for one before it, in the middle of a picture of that width and height."""
    middle = np.array(size, np.float32) / 2
    start, across, down = moved(middle + np.array([[0, 0], [1, 0], [0, 1]], np.float32), map_)
    (a, b), (c, d) = across - start, down - start
    return float(np.sqrt(abs(a * d - b * c)))


def refined(levels: Levels, shot: bytes, map_: Map, fits: Fits, is_mirrored: bool = False) -> Aligned:
    """The map fitted in steps, each on a grid's longer side with some numbers free, and its score on the last."""
    for side, free in fits:
        map_ = _fitted(levels, (shot, side, is_mirrored), map_, _FREE[free])
        if not is_sound(map_):
            return Aligned(np.eye(3), -1.0)
    return Aligned(map_, likeness(levels, shot, map_, fits[-1][0], is_mirrored))


def likeness(levels: Levels, shot: bytes, map_: Map, side: int, is_mirrored: bool = False) -> float:
    """Correlation, -1 to 1, of the evened luma under a map with the shot's."""
    portrait = portrait_of(shot, side, is_mirrored)
    seen = evened(levels.under(map_ @ portrait.to_cut, portrait), portrait.mask, side) * portrait.mask
    energy = float((seen * seen).sum() * (portrait.even * portrait.even).sum())
    return float((seen * portrait.even).sum() / np.sqrt(max(energy, 1e-6)))


def _fitted(levels: Levels, which: tuple[bytes, int, bool], map_: Map, free: Map) -> Map:
    portrait, steps = portrait_of(*which), steps_of(*which)
    if len(steps.points) < _LEAST_POINTS:
        return map_
    margin = round(_MARGIN * which[1])
    start = map_ @ portrait.to_cut
    around = cv2.copyMakeBorder(portrait.mask, *[margin] * 4, cv2.BORDER_CONSTANT, value=0)
    seen = evened(levels.under(start, portrait, margin), around, which[1])
    to_unit, from_unit = steps.unit, np.linalg.inv(steps.unit)
    step = np.eye(3)
    slopes = steps.slopes @ free
    edges = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    for _ in range(_ROUNDS):
        places = (moved(steps.points, from_unit @ step @ to_unit) + margin).astype(np.float32)
        got = cv2.remap(seen, places[None], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)[0]
        gain = float((got * steps.even).sum() / max((got * got).sum(), 1e-6))
        off = np.clip(gain, 0.5, 2.0) * got - steps.even
        weight = 1 / (1 + (off / _LOOSE) ** 2)
        curved = slopes.T @ (slopes * weight[:, None])
        curved[np.diag_indices(free.shape[1])] += _HOLD * np.trace(curved) / free.shape[1]
        by = free @ np.linalg.solve(curved, slopes.T @ (weight * off))
        change = np.array([[1 + by[0], by[1], by[2]], [by[3], 1 + by[4], by[5]], [by[6], by[7], 1]])
        if not is_sound(change) or abs(np.linalg.det(change)) < 0.2:
            break
        step = step @ np.linalg.inv(change)
        step = step / step[2, 2]
        if np.abs(moved(edges, change) - edges).max() * which[1] / 2 < _STILL:
            break
    done: Map = start @ from_unit @ step @ to_unit @ np.linalg.inv(portrait.to_cut)
    return done / done[2, 2] if abs(done[2, 2]) > 1e-9 else map_
