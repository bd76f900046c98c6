"""Whether the drawing on a product is the shot's, window by window: one letter changed is enough.

In every window the picture is explained by the shot as well as light, a shift under a pixel and a blur can explain it,
each of them held to what cameras do; what is left over, beyond the picture's own noise, is measured against the drawing
there. Snowflakes, drops and dust are taken away before.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.portraits import Plane, softened
from adlocalizer.imaging.specks import without_specks

_WINDOW = 0.030  # of the longer side that a window is wide
_LEAST_WINDOW = 11  # pixels: about a letter that can be read
_LIGHT = 0.09  # of the longer side: light that changes over more than this is not the drawing's
_FLOOR = 25.0  # levels of 255: drawing fainter than this is not measured against itself
_GAINS = (0.35, 2.8)  # of contrast that light and lenses make
_HELD = (0.0, 0.6, 0.02, 0.02, 0.3)  # how firmly level, contrast, place and sharpness are held, 1 being half way
_LEAST_NOISE = 1.5  # levels of 255
_STEP = 3  # windows lie so many pixels apart
_COVERED = 0.9  # of a part that windows must cover: they do not reach over the product's rim


class Left(NamedTuple):
    """What is left unexplained in the worst window, 0 (nothing) to about 1 (another drawing), and where that is."""

    worst: float
    at: tuple[int, int, int]
    """Left, top and side of the window in pixels of the grid."""
    windows: Plane
    """The same of every window, `_STEP` pixels apart; 0 where none fits."""
    is_seen: NDArray[np.bool_]
    """Where one fits."""

    def within(self, corners: Plane) -> float:
        """The worst window whose middle lies in the upright box around corners, n x 2 in pixels of the grid.

        Infinite where windows cover too little of the box: what is there is not known.
        """
        near = (corners - self.at[2] / 2) / _STEP
        first = np.clip(np.floor(near.min(axis=0)).astype(int), 0, np.array(self.windows.shape)[::-1] - 1)
        last = np.ceil(near.max(axis=0)).astype(int) + 1
        part = slice(first[1], max(first[1] + 1, last[1])), slice(first[0], max(first[0] + 1, last[0]))
        across = np.ones((self.at[2] // _STEP | 1,) * 2, np.uint8)
        covered = cv2.dilate(self.is_seen.astype(np.uint8), across)[part]
        return float(self.windows[part].max()) if covered.mean() >= _COVERED else math.inf


def left_over(shot: Plane, seen: Plane, mask: Plane) -> Left:
    """Compare luma 0..255 on one grid, under a mask."""
    side = max(shot.shape)
    window = max(_LEAST_WINDOW, round(_WINDOW * side)) | 1
    expected, off = _lit(shot, seen, mask, _LIGHT * side)
    noise, basis = _noise(off, expected, mask), _basis(expected)
    off = without_specks(off, basis, noise, mask)
    step = (slice(window // 2, None, _STEP), slice(window // 2, None, _STEP))

    def mean(plane: Plane) -> Plane:
        return cv2.boxFilter(plane, cv2.CV_32F, (window, window), borderType=cv2.BORDER_REPLICATE)[step]

    count = float(window * window)
    matrix = np.empty((*mean(off).shape, len(basis), len(basis)), np.float64)
    vector = np.empty((*matrix.shape[:2], len(basis), 1), np.float64)
    for row, one in enumerate(basis):
        vector[..., row, 0] = mean(one * off)
        for column in range(row, len(basis)):
            matrix[..., row, column] = matrix[..., column, row] = mean(one * basis[column])
    own = range(len(basis))
    matrix[..., own, own] *= 1 + np.array(_HELD)
    matrix[..., own, own] += noise**2 / count
    explained = (vector * np.linalg.solve(matrix, vector)).sum(axis=(-1, -2))
    left = np.maximum(mean(off * off) - explained - noise**2, 0)
    wider = 2 * window + 1
    drawing = cv2.boxFilter(expected * expected, cv2.CV_32F, (wider, wider), borderType=cv2.BORDER_REPLICATE)[step]
    drawing = np.maximum(drawing, mean(expected * expected))
    whole = mean(mask) > 0.995
    windows = np.where(whole, np.sqrt(left / (drawing + _FLOOR**2)), 0).astype(np.float32)
    row, column = np.unravel_index(int(windows.argmax()), windows.shape)
    return Left(float(windows[row, column]), (int(column) * _STEP, int(row) * _STEP, window), windows, whole)


def _lit(shot: Plane, seen: Plane, mask: Plane, reach: float) -> tuple[Plane, Plane]:
    """The shot's drawing at the picture's contrast, both freed of slow light, and how far the picture is off it."""
    weight = np.maximum(softened(mask, reach), 1e-3)

    def freed(plane: Plane) -> Plane:
        return plane - softened(plane * mask, reach) / weight

    drawn, got = freed(shot), freed(seen)
    shared, own = (softened(drawn * other * mask, 2 * reach) for other in (got, drawn))
    gain = np.clip((shared + 1.0) / (own + 1.0), *_GAINS)
    expected = np.asarray(gain * drawn, np.float32)
    return expected, np.asarray(got - expected, np.float32)


def _noise(off: Plane, expected: Plane, mask: Plane) -> float:
    """The picture's own noise in levels: what is off, freed of its mean, where hardly anything is drawn."""
    fine = off - cv2.blur(off, (5, 5))
    slope = np.abs(cv2.Laplacian(expected, cv2.CV_32F, ksize=3))
    plain = (mask > 0) & (slope <= np.median(slope[mask > 0]))
    return max(_LEAST_NOISE, 1.4826 * float(np.median(np.abs(fine[plain]))))


def _basis(expected: Plane) -> list[Plane]:
    """How a picture changes with its level, contrast, place across and down, and sharpness."""
    across, down = (cv2.Sobel(expected, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    softer = cv2.GaussianBlur(expected, (0, 0), 1.0) - expected
    return [np.full_like(expected, 20.0), expected, *(np.asarray(one, np.float32) for one in (across, down, softer))]
