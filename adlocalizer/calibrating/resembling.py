"""Whether two letters are one to the eye: a letter that was changed into its like was not changed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

_WIDE, _TALL = 24, 32  # pixels that two letters are compared at
_SAME = 0.72  # shared over joined ink above which two letters are one
_WITHIN, _WHOLLY = 0.93, 0.985  # of a letter's ink within the other's reach: nearly all, and all where that is wider


def alike(one: Plane, two: Plane) -> bool:
    """Whether two letters look the same: an O upside down or a wider O is an O, the stem of a T upside down a stem.

    Both are compared filling one box, most ink shared or each within reach of the other, and in their own widths.
    """
    boxed = [_sized(ink, _WIDE) for ink in (one, two)]
    if np.minimum(*boxed).sum() > _SAME * max(float(np.maximum(*boxed).sum()), 1e-6):
        return True
    widths = [max(2, round(_TALL * ink.shape[1] / ink.shape[0])) for ink in (one, two)]
    pairs = zip((one, two), widths, strict=True)
    own = [np.pad(_sized(ink, wide), ((0, 0), (0, max(widths) - wide))) for ink, wide in pairs]
    return _within(boxed, 3) > _WITHIN or _within(boxed, 5) > _WHOLLY or _within(own, 3) > _WHOLLY


def _sized(ink: Plane, wide: int) -> Plane:
    return np.asarray(cv2.resize(np.ascontiguousarray(ink), (wide, _TALL), interpolation=cv2.INTER_AREA), np.float32)


def _within(planes: list[Plane], reach: int) -> float:
    """The least share of a letter's ink within the other's, which reaches so many pixels across and 3 down."""
    pairs = (planes, planes[::-1])
    around = np.ones((3, reach), np.uint8)
    return min(
        float(np.minimum(ink, cv2.dilate(other, around)).sum()) / max(float(ink.sum()), 1e-6) for ink, other in pairs
    )
