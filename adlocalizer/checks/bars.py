"""Bars of one colour at a picture's edges: what is left when a picture was fitted instead of composed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Standard, Verdict, check_of

Levels = NDArray[np.float32]

_SIDE, _SAMPLES = 320, 96  # lines of a side at least, so that a bar of 2 % has six; samples of a line
_EVEN = 6.0  # levels along a line, 2nd to 98th percentile: compression leaves less in a bar
_DRIFT = 3.0  # levels between a bar's lines: a sky changes more before it ends
_STEP, _WIDTH = 7.0, 0.6  # a bar ends in a jump of so many levels along so much of its line; a horizon is built over
_RINGING = 0.05  # of the side
_ALONE = 3.0  # times the limit: a bar on one side only must be this wide


@check_of("master")
def letterbox(master: SeenMaster, standard: Standard) -> Verdict:
    """No bars on two opposite sides, nor a wide one on one side."""
    picture = master.picture
    rows, columns = _lines(picture), _lines(picture.transpose(Image.Transpose.TRANSPOSE))
    sides = {"top": rows, "bottom": rows.turned(), "left": columns, "right": columns.turned()}
    bars = {side: bar for side, lines in sides.items() if (bar := _bar(lines)) >= standard.limit}
    paired = {"top", "bottom"} <= set(bars) or {"left", "right"} <= set(bars)
    widest = round(max(bars.values(), default=0.0), 4)
    if not paired and widest < _ALONE * standard.limit:
        return Verdict(True, "The picture reaches its edges.", widest, standard.limit)
    said = ", ".join(f"{side} {share:.0%}" for side, share in bars.items())
    return Verdict(False, f"Bars of one colour stand at the edges: {said}.", widest, standard.limit)


class _Lines(NamedTuple):
    """A picture's lines from one side on, with how much each varies and its colour."""

    levels: Levels
    spread: Levels
    colours: Levels

    def turned(self) -> _Lines:
        """The same lines from the opposite side on."""
        return _Lines(*(part[::-1] for part in self))


def _lines(picture: Image.Image) -> _Lines:
    """The picture's rows from the top on, each a line of fewer samples."""
    wide, high = picture.size
    levels = np.asarray(picture.reduce((max(1, wide // _SAMPLES), max(1, high // _SIDE))))
    ordered = np.sort(np.ascontiguousarray(levels.transpose(0, 2, 1)), axis=2).astype(np.float32)
    low, colours, high_levels = (_at(ordered, share) for share in (0.02, 0.5, 0.98))
    return _Lines(levels.astype(np.float32), (high_levels - low).max(axis=1), colours)


def _at(ordered: Levels, share: float) -> Levels:
    """A percentile along the last axis of what is in order already: `np.percentile` takes ten times as long."""
    place = share * (ordered.shape[2] - 1)
    first = int(place)
    then = min(first + 1, ordered.shape[2] - 1)
    return ordered[..., first] + np.float32(place - first) * (ordered[..., then] - ordered[..., first])


def _bar(side: _Lines) -> float:
    """The share of the lines, from the first one on, that are a bar; 0 when they end in no step."""
    lines, colours = side.levels, side.colours
    even = (side.spread <= _EVEN) & (np.abs(colours - colours[0]).max(axis=1) <= _DRIFT)
    thick = len(lines) if even.all() else int(even.argmin())
    if thick < 2 or thick > 0.9 * len(lines):
        return 0.0
    # Compression rings for up to 16 pixels before the edge, and one line may mix both sides of it.
    near = lines[thick - 1 : thick + 2 + round(_RINGING * len(lines))]
    jumps = (np.abs(near[2:] - near[:-2]).max(axis=2) > _STEP).mean(axis=1) >= _WIDTH
    return (thick + int(jumps.argmax())) / len(lines) if jumps.any() else 0.0
