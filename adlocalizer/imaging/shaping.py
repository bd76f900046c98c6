"""What SkParagraph makes of a text on its lines: how far it reaches, and which pixels it covers."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import skia
from numpy.typing import NDArray

from adlocalizer.imaging.colours import Colour
from adlocalizer.imaging.paragraphs import Style, paragraph

UNBOUND = 1e6
"""Pixels: wider than any line."""
MEASURED_AT = 100.0
"""Pixels: without hinting, advances grow with the size, so one size tells all."""
SPARE = 1.0
"""Pixels a measure is wider than its longest line, or rounding might wrap it."""


class Shape(NamedTuple):
    """A text at the size everything is measured at, in pixels."""

    longest: float
    ink: tuple[float, float, float, float]
    baseline: float


@functools.lru_cache(maxsize=4096)
def shape_of(lines: str, style: Style) -> Shape:
    """What a text is at the size everything is measured at; letters grow with the size, and their ink with them."""
    drawn = paragraph(lines, style, MEASURED_AT)
    drawn.layout(UNBOUND)
    longest = float(drawn.LongestLine)
    drawn.layout(longest + SPARE)
    spare = SPARE * {"left": 0.0, "center": 0.5, "right": 1.0}[style.align]
    left, top, right, bottom = _ink(drawn, longest + SPARE)
    return Shape(longest, (left - spare, top, right - spare, bottom), float(drawn.AlphabeticBaseline))


class Lettering(NamedTuple):
    """A text as it is drawn in a colour, at whole pixels."""

    coverage: NDArray[np.uint8]
    """How much of each pixel its letters cover, 0 to 255, from the ink's first row and column to its last."""
    drawn: skia.textlayout.Paragraph
    left: int
    """Pixels from the paragraph's left edge to the ink."""
    top: int

    def paint(self, canvas: skia.Canvas, left: int, top: int) -> None:
        """Draw the letters with their ink beginning there."""
        self.drawn.paint(canvas, left - self.left, top - self.top)


@functools.lru_cache(maxsize=64)
def lettering_of(lines: str, style: Style, size: float, measure: float, colour: Colour) -> Lettering:
    """A text laid out at a size in a measure, both in pixels.

    Skia gives light letters more of their edge pixels than dark ones, for the eye sees them thinner.
    """
    drawn = paragraph(lines, style, size, int(skia.Color(*colour)))
    drawn.layout(measure)
    pixels, pad = _painted(drawn, measure)
    rows, columns = np.flatnonzero(pixels.max(axis=1)), np.flatnonzero(pixels.max(axis=0))
    if not rows.size:
        return Lettering(np.zeros((1, 1), np.uint8), drawn, 0, 0)
    ink = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Lettering(ink, drawn, int(columns[0]) - pad, int(rows[0]) - pad)


def _painted(drawn: skia.textlayout.Paragraph, measure: float) -> tuple[NDArray[np.uint8], int]:
    """A paragraph's coverage, and how many pixels were left around it for what reaches out of its lines."""
    pad = 8 + int(drawn.Height * 0.3)
    wide, high = int(measure) + 2 * pad, int(drawn.Height) + 2 * pad
    pixels = np.zeros((high, wide), np.uint8)
    surface = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(wide, high), pixels, wide)
    drawn.paint(surface.getCanvas(), pad, pad)
    return pixels, pad


def _ink(drawn: skia.textlayout.Paragraph, measure: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the ink; how much of an edge pixel is covered says where inside it the edge is."""
    pixels, pad = _painted(drawn, measure)
    across, along = pixels.max(axis=1) / 255, pixels.max(axis=0) / 255
    rows, columns = np.flatnonzero(across), np.flatnonzero(along)
    if not rows.size:
        return (0.0, 0.0, 1.0, 1.0)
    return (
        float(columns[0] + 1 - along[columns[0]]) - pad,
        float(rows[0] + 1 - across[rows[0]]) - pad,
        float(columns[-1] + along[columns[-1]]) - pad,
        float(rows[-1] + across[rows[-1]]) - pad,
    )
