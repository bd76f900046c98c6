"""Connected areas of masks, by sweeps over rows; numpy alone, no image library."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

_SWEEPS = 24  # down and up; a spiral of more turns than this is not a product shot
_PARTS = 12
_WORTH_KEEPING = 0.04  # of the area: smaller islands are dirt


def flooded(passable: Mask) -> Mask:
    """What can be reached from the frame's edges through passable pixels."""
    edge = np.zeros_like(passable)
    edge[[0, -1], :] = True
    edge[:, [0, -1]] = True
    return _grown(edge & passable, passable)


def largest_parts(mask: Mask) -> Mask:
    """The connected parts of a mask without its islands of dirt."""
    left, total, kept = mask.copy(), int(mask.sum()), np.zeros_like(mask)
    for _ in range(_PARTS):
        rows, columns = np.nonzero(left)
        if not rows.size:
            break
        middle = int(np.argmin(np.abs(rows - np.median(rows)) + np.abs(columns - np.median(columns))))
        seed = np.zeros_like(mask)
        seed[rows[middle], columns[middle]] = True
        part = _grown(seed, left)
        if part.sum() >= _WORTH_KEEPING * total:
            kept |= part
        left &= ~part
    return kept


def _grown(seed: Mask, passable: Mask) -> Mask:
    runs = np.cumsum(~passable, axis=1)
    reached = seed.copy()
    for _ in range(_SWEEPS):
        before = int(reached.sum())
        for order in (range(len(reached)), range(len(reached) - 1, -1, -1)):
            above: Mask | None = None
            for row in order:
                start = reached[row] if above is None else (reached[row] | above) & passable[row]
                above = reached[row] = _along_runs(start, passable[row], runs[row])
        if int(reached.sum()) == before:
            break
    return reached


def _along_runs(start: Mask, passable: Mask, runs: NDArray[np.int64]) -> Mask:
    if not start.any():
        return start
    touched = np.zeros(int(runs[-1]) + 1, bool)
    touched[runs[start]] = True
    return touched[runs] & passable
