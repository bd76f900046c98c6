"""Snowflakes, drops and dust before a product: small round bright spots that are no part of a drawing.

A letter that was changed leaves strokes, darker and brighter ones, and only where something is drawn. So a spot where
the shot draws nothing is taken away wherever it is found, and one over a drawing only where several of the first kind
say that something falls. Of right pictures without snow hardly any has a spot on plain ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.portraits import Plane

_SIZE = 9  # pixels at most: flakes of a 1K picture reach 6
_AROUND = 7  # pixels in which the shot must draw nothing
_CLEAR, _LEAST = 8.0, 12.0  # times the picture's noise, and levels of 255, that a spot is brighter by
_BRIGHT = 40.0  # levels that a spot over a drawing is brighter by: a letter that is blurred otherwise leaves less
_OF_PEAK = 0.35  # of the highest level near by: what a spot touches is lower
_ROUND, _FILLED, _FEWEST = 2.0, 0.5, 3  # longer over shorter side at most; share of its box, and pixels, at least
_PLAIN = 0.5  # of a spot's own height that the shot may vary by around it
_FALLING = 3  # spots on plain ground that make weather


def without_specks(off: Plane, ways: Sequence[Plane], noise: float, mask: Plane) -> Plane:
    """How far a picture is off its shot, in levels, without its specks.

    `ways` are planes by whose sum, each so many times, all of the picture may differ, the second of them the shot's own
    drawing: light, place and sharpness, as in `structure`. A blurred letter would else leave spots of its own.
    """
    oval = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SIZE + 2, _SIZE + 2))
    risen = np.asarray(cv2.morphologyEx(_unexplained(off, ways, mask), cv2.MORPH_TOPHAT, oval), np.float32)
    least = np.maximum(_OF_PEAK * cv2.dilate(risen, oval), max(_LEAST, _CLEAR * noise))
    count, places, boxes, _ = cv2.connectedComponentsWithStats(((risen > least) & (mask > 0)).astype(np.uint8))
    if count == 1:
        return off
    around = np.ones((_AROUND, _AROUND), np.uint8)
    drawn = cv2.dilate(ways[1], around) - cv2.erode(ways[1], around)
    on_plain: list[int] = []
    on_drawing: list[int] = []
    for number, part in _spots(boxes):
        own = places[part] == number
        height = float(risen[part][own].max())
        if float(drawn[part][own].max()) < _PLAIN * height:
            on_plain.append(number)
        elif height > _BRIGHT:
            on_drawing.append(number)
    gone = on_plain + (on_drawing if len(on_plain) >= _FALLING else [])
    if not gone:
        return off
    there = cv2.dilate(np.isin(places, gone).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(off - risen * there, np.float32)


def _unexplained(off: Plane, ways: Sequence[Plane], mask: Plane) -> Plane:
    """What no sum of the ways explains, each of them the same everywhere, by least squares on every other pixel."""
    held = mask[::2, ::2] > 0
    points = np.column_stack([way[::2, ::2][held] for way in ways]).astype(np.float64)
    square = points.T @ points
    square[np.diag_indices(len(ways))] += 1e-6 * np.trace(square) + 1e-6
    shares = np.linalg.solve(square, points.T @ off[::2, ::2][held])
    explained = sum(float(share) * way for share, way in zip(shares, ways, strict=True))
    return np.asarray(off - explained, np.float32)


def _spots(boxes: NDArray[np.int32]) -> Iterator[tuple[int, tuple[slice, slice]]]:
    """Numbers and places of the components that are small and round; the first one is the ground."""
    for number, (left, top, wide, high, area) in enumerate(boxes.tolist()):
        longer, shorter = max(wide, high), min(wide, high)
        is_round = longer <= _ROUND * shorter and area >= max(_FEWEST, _FILLED * wide * high)
        if number and longer <= _SIZE and is_round:
            yield number, (slice(top, top + high), slice(left, left + wide))
