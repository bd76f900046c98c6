"""Where a picture shows letters: slanted boxes around lines, found by the network's map.

Measured on 160 words in twelve scripts drawn on painted previews and photographs, many blurred or pale, at 200,000
and at 150,000 pixels: letters of 2.2 % of the frame's side and more are found in 53 and 52 of 60, of 1.3 and 1.7 % in
23 and 18 of 35, smaller ones in a third to a half. More local contrast finds no more.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from adlocalizer.domain import Box
from adlocalizer.imaging.networks import Floats, Pixels, letter_map

Corners = NDArray[np.float32]

AREA = 160_000
"""Pixels a picture is reduced to: the map costs about 0.55 CPU ms per thousand, so 90 ms."""
LETTERS = 0.57
"""Height of a capital in that of its line's box, as measured on the same words."""
_STEP = 32  # sides the network takes are multiples of it
_INK, _SURE = 0.3, 0.5  # the least of a pixel and the mean of a box: rapidocr's own limits for these weights
_GROWN = 1.6  # times area over outline a box is grown by: the network marks the core of a line only
_THIN = 3  # pixels of the map a core must be high
_CLOSE, _CLOSE_AREA, _ENLARGED = 56, 120_000, 3.0  # of the closer look: a line's height, its most pixels and scale
_AROUND = 0.6  # of a line's height seen around it
_CLOSE_SURE, _CLOSE_INKED = 0.75, 0.4  # of 90 real lines one is lost, of 60 windows and arches 14 remain


class Line(NamedTuple):
    """A line of letters: four corners clockwise from the upper left, in pixels, and how sure the finder is, 0 to 1."""

    corners: Corners
    sure: float

    @property
    def wide(self) -> float:
        """Length in pixels."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def high(self) -> float:
        """Height in pixels of the box."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))

    @property
    def letters(self) -> float:
        """About the height of its capitals in pixels; of a line that runs down the picture, their width."""
        return LETTERS * min(self.wide, self.high)

    def part(self, begin: float, end: float) -> Line:
        """What lies between two shares of its length."""
        (left, right), (low_right, low_left) = self.corners[:2], self.corners[2:]
        over, under = right - left, low_right - low_left
        corners = [left + begin * over, left + end * over, low_left + end * under, low_left + begin * under]
        return Line(np.array(corners, np.float32), self.sure)

    def box(self, width: int, height: int) -> Box:
        """The upright box around it, in fractions of a picture of that size; it may reach over the edge."""
        (x, y), (right, bottom) = self.corners.min(axis=0), self.corners.max(axis=0)
        return Box(
            x=float(x / width), y=float(y / height), w=float((right - x) / width), h=float((bottom - y) / height)
        )


def find_lines(pixels: Pixels, area: int = AREA) -> tuple[Line, ...]:
    """Every line of letters in an RGB picture, the surest first, looked for at about `area` pixels; raises NoReader."""
    high, wide = pixels.shape[:2]
    shrink = min(1.0, math.sqrt(area / (high * wide)))
    lines = _lines_at(pixels, shrink)[0]
    return tuple(sorted(lines, key=lambda line: -line.sure))


def is_lettering(pixels: Pixels, line: Line) -> bool:
    """Whether a line still looks like letters from close by, where many a row of windows no longer does: 4 to 30 ms."""
    (left, top), (right, bottom) = line.corners.min(axis=0), line.corners.max(axis=0)
    margin, (high, wide) = _AROUND * min(line.wide, line.high), pixels.shape[:2]
    x, y = max(0, int(left - margin)), max(0, int(top - margin))
    part = pixels[y : min(high, int(bottom + margin)), x : min(wide, int(right + margin))]
    if part.size == 0:
        return False
    scale = min(_ENLARGED, _CLOSE / min(line.wide, line.high), math.sqrt(_CLOSE_AREA / (part.shape[0] * part.shape[1])))
    found, chances = _lines_at(part, scale)
    if max((one.sure for one in found), default=0.0) < _CLOSE_SURE:
        return False
    share = np.array([chances.shape[1] / part.shape[1], chances.shape[0] / part.shape[0]], np.float32)
    near = (line.corners - (x, y)) * share
    (left, top), (right, bottom) = near.min(axis=0), near.max(axis=0)
    across, down = 0.1 * (right - left), 0.3 * (bottom - top)
    core = chances[int(top + down) : int(bottom - down) + 1, int(left + across) : int(right - across) + 1]
    return bool(core.size and (core > _INK).mean() >= _CLOSE_INKED)


def _lines_at(pixels: Pixels, scale: float) -> tuple[list[Line], Floats]:
    """Lines in the pixels of the picture, and the map they were found in."""
    high, wide = pixels.shape[:2]
    size = tuple(max(_STEP, round(side * scale / _STEP) * _STEP) for side in (wide, high))
    how = cv2.INTER_AREA if scale <= 1 else cv2.INTER_CUBIC
    chances = letter_map(np.ascontiguousarray(cv2.resize(pixels, size, interpolation=how)))
    back = np.array([wide / size[0], high / size[1]], np.float32)
    return [Line(one.corners * back, one.sure) for one in _lines(chances)], chances


def _lines(chances: Floats) -> list[Line]:
    inked = (chances > _INK).astype(np.uint8)
    outlines, _ = cv2.findContours(inked, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    lines = []
    for outline in outlines:
        (x, y), (wide, high), turn = cv2.minAreaRect(outline)
        if min(wide, high) < _THIN:
            continue
        core = np.asarray(cv2.boxPoints(((x, y), (wide, high), turn)), np.float32)
        sure = _mean_within(chances, core)
        if sure < _SURE:
            continue
        more = _GROWN * wide * high / (wide + high)  # on both sides together
        grown = np.asarray(cv2.boxPoints(((x, y), (wide + more, high + more), turn)), np.float32)
        lines.append(Line(_ordered(grown), sure))
    return lines


def _mean_within(chances: Floats, corners: Corners) -> float:
    left, top = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = chances[top:bottom, left:right]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(corners - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(part, mask)[0])


def _ordered(corners: Corners) -> Corners:
    """Clockwise from the upper left."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    upper_left, lower_left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    upper_right, lower_right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    return np.array([upper_left, upper_right, lower_right, lower_left], np.float32)
