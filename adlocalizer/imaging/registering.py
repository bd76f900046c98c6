"""Where a product stands in a picture, to a fraction of a pixel, and both of them on one grid.

Corners say roughly where, and closer on the shot's own grid; a product without enough of them is laid everywhere it may
stand; a fit of luma whose light has been evened out then says exactly. Of 60 pictures of four products in the light,
sizes and turns of calibrating.conditions, 59 had every corner within 0.5 % of the product's longer side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.aligning import Aligned, Free, growth, refined
from adlocalizer.imaging.cornering import Scene, corners_in, corrected, is_plausible, places_of, scene_of
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.locating import find_product
from adlocalizer.imaging.portraits import (
    Features,
    Map,
    Pixels,
    Plane,
    Portrait,
    hull_of,
    ladder,
    moved,
    portrait_of,
    wide_high,
)
from adlocalizer.imaging.sweeping import swept

__all__ = ["Registered", "register", "scene_of"]

SURE = 0.90
"""Of the evened luma's correlation: from here on a place is not looked for in another way."""
_THERE = 0.70  # from here on the corners have found it, covered or altered; below it is laid everywhere
_TRIES = 3  # rough places looked at closely
_ROUGH, _MIDDLE, _LAST, _AGAIN = 48, 96, 192, 300  # longer sides of the grids that a map is fitted on
_NEAR_MORE = 0.12  # of the expected box a side that is looked at with it
_NEAR_SIDE, _NEAR_CORNERS = 640, 900  # pixels, and corners, of that part
_SEARCHED = 420  # pixels of the short side that the correlation looks at
_NOTHING = Aligned(np.eye(3), -1.0)


class Registered(NamedTuple):
    """A product in a picture, on the grid of its shot."""

    box: Box
    """Around what can be seen of it, in fractions of the picture; may reach over the frame's edge."""
    map: Map
    """3x3, from pixels of the trimmed cut-out, mirrored where `is_mirrored`, to those of the picture."""
    way: Literal["corners", "correlation"]
    score: float
    """Correlation of the evened luma, -1 to 1."""
    is_mirrored: bool
    portrait: Portrait
    """The shot on a grid of about the product's size in the picture."""
    seen: Pixels
    """The picture on that grid, RGB; its edge carried on outside the frame."""
    inside: Plane
    """1 where the grid lies in the frame, else 0."""


class _Fit(NamedTuple):
    aligned: Aligned
    way: Literal["corners", "correlation"]
    is_mirrored: bool


def register(scene: Scene, shot: bytes, near: Box) -> Registered | None:
    """The product of a shot in a picture, upright or mirrored, where it fits best; None where nothing could be fitted.

    `near` is where it is expected. Raises Unreadable for a broken shot.
    """
    around = _around(near, scene)
    share = _NEAR_SIDE / max(around.width, around.height, 1.0)
    close = corners_in(scene, around, share, _NEAR_CORNERS)
    by_corners: tuple[Callable[[], _Fit], ...] = (
        lambda: _by_corners(scene, close, shot, is_mirrored=False),
        lambda: _by_corners(scene, scene.corners, shot, is_mirrored=False),
        lambda: _by_corners(scene, close, shot, is_mirrored=True),
        lambda: _by_corners(scene, scene.corners, shot, is_mirrored=True),
    )
    best = _first_sure(way() for way in by_corners)
    if best.aligned.score < _THERE:
        found = (best, _by_sweep(scene, shot, around), _by_correlation(scene, shot, near))
        best = max(found, key=lambda one: one.aligned.score)
    return _registered(scene, shot, best) if best.aligned.score > -1 else None


def _first_sure(fits: Iterable[_Fit]) -> _Fit:
    """The first that is surely right, else the best of all."""
    best = _Fit(_NOTHING, "corners", False)
    for fit in fits:
        best = max(best, fit, key=lambda one: one.aligned.score)
        if best.aligned.score >= SURE:
            break
    return best


def _by_corners(scene: Scene, seen: Features, shot: bytes, is_mirrored: bool) -> _Fit:
    rough = places_of(scene, seen, shot, is_mirrored)
    return _first_sure(_Fit(_closer(scene, shot, map_, is_mirrored), "corners", is_mirrored) for map_ in rough)


def _by_sweep(scene: Scene, shot: bytes, around: Rect) -> _Fit:
    rough = swept(scene.rgb, shot, around)[:_TRIES]
    return _first_sure(
        _Fit(_closer(scene, shot, one.map, one.is_mirrored), "correlation", one.is_mirrored) for one in rough
    )


def _by_correlation(scene: Scene, shot: bytes, near: Box) -> _Fit:
    """The best place of the whole picture, by a search that knows no turn."""
    found = find_product(Image.fromarray(scene.rgb).reduce(max(1, min(scene.size) // _SEARCHED)), shot, near)
    wide, high = wide_high(shot)
    there = Rect(0, 0, *scene.size).part(found.box)
    map_ = np.array([[there.width / wide, 0, there.left], [0, there.height / high, there.top], [0, 0, 1]])
    return _first_sure(_Fit(_closer(scene, shot, map_, way), "correlation", way) for way in (False, True))


def _closer(scene: Scene, shot: bytes, rough: Map, is_mirrored: bool) -> Aligned:
    """A rough place made exact: by what corners show on the shot's own grid, else by all points, in smaller steps."""
    start = refined(scene.levels, shot, rough, ((_ROUGH, "place"),), is_mirrored).map
    if not is_plausible(start, shot, scene):
        return _NOTHING
    side = ladder(_side(start, shot))
    last: tuple[int, Free] = (min(_LAST, side), "all")
    again = corrected(scene, shot, start, min(side, _AGAIN), is_mirrored)
    best = _NOTHING
    if again is not None:
        best = refined(scene.levels, shot, again, ((_MIDDLE, "all"), last), is_mirrored)
    if best.score < SURE:
        steps: tuple[tuple[int, Free], ...] = ((_MIDDLE, "place"), (_MIDDLE, "stretch"), last, last)
        best = max(best, refined(scene.levels, shot, start, steps, is_mirrored), key=lambda one: one.score)
    return best if is_plausible(best.map, shot, scene) else _NOTHING


def _registered(scene: Scene, shot: bytes, fit: _Fit) -> Registered:
    map_, side = fit.aligned.map, ladder(_side(fit.aligned.map, shot))
    if side > _LAST:
        closer = refined(scene.levels, shot, map_, ((side, "all"),), fit.is_mirrored).map
        map_ = closer if is_plausible(closer, shot, scene) else map_
    portrait = portrait_of(shot, side, fit.is_mirrored)
    on_grid = map_ @ portrait.to_cut
    return Registered(
        box_of(map_, scene, shot, fit.is_mirrored),
        map_,
        fit.way,
        round(fit.aligned.score, 4),
        fit.is_mirrored,
        portrait,
        np.asarray(scene.colours.under(on_grid, portrait), np.uint8),
        inside_of(scene, on_grid, portrait),
    )


def box_of(map_: Map, scene: Scene, shot: bytes, is_mirrored: bool = False) -> Box:
    """Around what can be seen of a product that a map takes into a picture; may reach over its edge."""
    around = moved(hull_of(shot, is_mirrored), map_)
    (left, top), (right, bottom) = around.min(axis=0) / scene.size, around.max(axis=0) / scene.size
    return Box(x=float(left), y=float(top), w=float(right - left), h=float(bottom - top))


def inside_of(scene: Scene, on_grid: Map, portrait: Portrait) -> Plane:
    """1 where a portrait's grid, taken to the picture by a map, lies in the frame, else 0."""
    high, wide = portrait.mask.shape
    edges = moved(np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), on_grid)
    if (edges >= 0).all() and (edges <= np.array(scene.size) - 1).all():
        return np.ones((high, wide), np.float32)
    down, across = np.mgrid[:high, :wide]
    there = moved(np.column_stack((across.ravel(), down.ravel())).astype(np.float32), on_grid)
    held = ((there >= -0.5) & (there <= np.array(scene.size) - 0.5)).all(axis=1)
    return held.reshape(high, wide).astype(np.float32)


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


def _side(map_: Map, shot: bytes) -> float:
    """Pixels of the product's longer side in the picture."""
    size = wide_high(shot)
    return max(size) * growth(map_, size)
