"""How bright and how busy a picture is where words would stand, on a small copy of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.contrast import Pixels, tails
from adlocalizer.imaging.geometry import Rect

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Shares of red, green and blue in grey: ITU-R BT.601, as Pillow has it."""
_SHORT = 72  # pixels of the small copy's short side: a line of copy is still several high
_MIDDLE = 0.46  # encoded grey on which white and ink letters are about as readable, 4.5:1
_BUSY = 0.12  # mean step between neighbours of a picture full of detail: streets, leaves, crowds


class Light(NamedTuple):
    """The encoded grey of a small copy, 0..1, and the steps between neighbours."""

    grey: NDArray[np.float32]
    steps: NDArray[np.float32]
    scale: float
    """Pixels of the small copy for one of the file."""

    @classmethod
    def of(cls, pixels: Pixels) -> Light:
        """Of rows of RGB or RGBA levels."""
        step = max(1, min(pixels.shape[:2]) // _SHORT)
        small = pixels[step // 2 :: step, step // 2 :: step, :3]
        grey = small.astype(np.float32) @ (LUMA / np.float32(255))
        across, down = (
            np.abs(np.diff(grey, axis=1, append=grey[:, -1:])),
            np.abs(np.diff(grey, axis=0, append=grey[-1:])),
        )
        return cls(grey, across + down, 1 / step)

    def cost_under(self, rects: Iterable[Rect]) -> float:
        """What words in these places would cost, 0..1: the scrim they need, and the unrest around them."""
        places = [place for rect in rects if (place := self._place(rect)) is not None]
        if not places:
            return 0.0
        grey = np.concatenate([self.grey[place].reshape(-1) for place in places])
        low, high = tails(grey, 3.0)
        white = max(0.0, 1 - _MIDDLE / max(high, _MIDDLE))
        ink = max(0.0, 1 - (1 - _MIDDLE) / max(1 - low, 1 - _MIDDLE))
        unrest = max(float(self.steps[place].mean()) for place in places)
        return 0.7 * min(white, ink) + 0.3 * min(1.0, unrest / _BUSY)

    def _place(self, rect: Rect) -> tuple[slice, slice] | None:
        high, wide = self.grey.shape
        left, top = max(0, int(rect.left * self.scale)), max(0, int(rect.top * self.scale))
        right, bottom = min(wide, round(rect.right * self.scale) + 1), min(high, round(rect.bottom * self.scale) + 1)
        return (slice(top, bottom), slice(left, right)) if right > left and bottom > top else None
