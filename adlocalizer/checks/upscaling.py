"""Pictures with more pixels than detail: a thumbnail enlarged, or a scene without anything sharp in it."""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of
from adlocalizer.imaging.masters import Master, open_master

Levels = NDArray[np.float32]

_TILE, _TILES = 128, 6  # pixels a side; the sharpest ones that are looked at
_LOW, _HIGH = (0.03, 0.2), (0.3, 0.7)  # of the sampling rate's half: detail any picture has, and that of a sharp one


@check_of("master")
def enlarged(master: SeenMaster, standard: Standard) -> Verdict:
    """The sharpest places of the picture have detail of a few pixels."""
    whole = _as_given(master)
    missing, tile = lost_detail(whole.pixels)
    bad = f"Nothing in the picture is sharp: its finest detail is {missing:.0f} dB under the coarser one."
    good = "The picture has as much detail as pixels."
    return standard.judge(missing, Said(good, bad), whole.picture.crop(tile) if tile else None)


def _as_given(master: SeenMaster) -> Master:
    """The picture at the size it came in: a JPEG decoded at a half, for small files, looks sharper than it is."""
    declared = master.decoded.declared
    is_whole = max(master.whole.size) >= max(declared.width, declared.height)
    return master.whole if is_whole else open_master(master.subject.picture)


def lost_detail(pixels: NDArray[np.uint8]) -> tuple[float, tuple[int, int, int, int] | None]:
    """How many dB the fine detail lies under the coarse one at the sharpest place, and that place in pixels.

    Looked at in the tiles with the most edges only: a background out of focus is no fault. NaN without any tile.
    """
    places = _sharpest(pixels)
    window, (low, high) = _window(), _bands()
    best, where = math.nan, None
    for left, top in places:
        tile = cv2.cvtColor(np.ascontiguousarray(pixels[top : top + _TILE, left : left + _TILE]), cv2.COLOR_RGB2GRAY)
        levels = tile.astype(np.float32)
        power = np.abs(np.fft.rfft2((levels - levels.mean()) * window)) ** 2
        lost = 10 * math.log10((float(power[low].sum()) + 1e-3) / (float(power[high].sum()) + 1e-3))
        if not lost >= best:
            best, where = lost, (left, top, left + _TILE, top + _TILE)
    return best, where


def _sharpest(pixels: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Left and top of the tiles whose neighbouring pixels differ most."""
    high, wide = pixels.shape[:2]
    lefts, tops = (list(range(0, side - _TILE + 1, _TILE)) for side in (wide, high))
    if not lefts or not tops:
        return []
    green = pixels[: len(tops) * _TILE : 2, : len(lefts) * _TILE, 1].astype(np.int16)
    steps = np.abs(np.diff(green, axis=1, append=green[:, -1:]))
    sums = steps.reshape(len(tops), _TILE // 2, len(lefts), _TILE).sum(axis=(1, 3))
    order = np.argsort(sums, axis=None)[::-1][:_TILES]
    return [(lefts[at % len(lefts)], tops[at // len(lefts)]) for at in order.tolist()]


@functools.cache
def _window() -> Levels:
    one = np.hanning(_TILE).astype(np.float32)
    return np.outer(one, one)


@functools.cache
def _bands() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    down, across = np.fft.fftfreq(_TILE)[:, None] * 2, np.fft.rfftfreq(_TILE)[None] * 2
    radius = np.hypot(down, across)
    low, high = ((radius >= band[0]) & (radius < band[1]) for band in (_LOW, _HIGH))
    return low, high
