"""Brush strokes of a rendition: scrims, pills, panels and letters on a Skia canvas over a numpy picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import skia

from adlocalizer.imaging.arranging import Placed
from adlocalizer.imaging.contrast import Colour, Pixels, Scrim
from adlocalizer.imaging.geometry import Rect

_WHOLE = 0.5  # of a part's height: words this high beside a product get a veil as high as the part
_EASE = ((0.0, 1.0), (0.18, 0.93), (0.36, 0.76), (0.55, 0.48), (0.74, 0.21), (0.9, 0.05), (1.0, 0.0))


class Sheet:
    """A picture one can draw on: the pixels are shared between numpy and Skia."""

    def __init__(self, pixels: Pixels) -> None:
        """Take rows of RGBA levels; they are drawn on in place."""
        self.pixels = np.ascontiguousarray(pixels)
        high, wide = self.pixels.shape[:2]
        self.frame = Rect(0, 0, wide, high)
        shape = skia.ImageInfo.Make(wide, high, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        self._surface = skia.Surface.MakeRasterDirect(shape, self.pixels, wide * 4)
        self.canvas = self._surface.getCanvas()

    def region(self, rect: Rect) -> Pixels:
        """The pixels inside a rectangle, at least one."""
        left, top = max(0, int(rect.left)), max(0, int(rect.top))
        right, bottom = max(left + 1, round(rect.right)), max(top + 1, round(rect.bottom))
        return self.pixels[top:bottom, left:right]

    def fill(self, rect: Rect, colour: Colour) -> None:
        """Fill a rectangle."""
        self.canvas.drawRect(_rect(rect), skia.Paint(Color=_argb(colour)))

    def pill(
        self, rect: Rect, colour: Colour, *, alpha: float = 1.0, roundness: float = 0.5, lift: float = 0.0
    ) -> None:
        """Draw a rounded ground; `roundness` and `lift` (its shadow) are shares of its height."""
        radius = rect.height * roundness
        if lift:
            shadow = skia.Paint(AntiAlias=True, Color=_argb((0, 0, 0), 0.30))
            shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, max(0.5, rect.height * lift)))
            fallen = Rect(rect.left, rect.top + rect.height * lift, rect.right, rect.bottom + rect.height * lift)
            self.canvas.drawRoundRect(_rect(fallen), radius, radius, shadow)
        self.canvas.drawRoundRect(_rect(rect), radius, radius, skia.Paint(AntiAlias=True, Color=_argb(colour, alpha)))

    def letters(self, block: Placed, colour: Colour) -> None:
        """Draw a block's letters."""
        ink = block.ink
        block.text.paint(self.canvas, round(ink.left), round(ink.top), _argb(colour))

    def veil(self, words: Rect, part: Rect, product: Rect, scrim: Scrim) -> None:
        """Lay a scrim behind words that runs off the edges they are near, and fades out before the product."""
        if scrim.alpha <= 0:
            return
        across, down = _falls(words, part, product)
        area = part
        if across:
            area = area._replace(left=min(across.start, across.end), right=max(across.start, across.end))
        if down:
            area = area._replace(top=min(down.start, down.end), bottom=max(down.start, down.end))
        self.canvas.save()
        self.canvas.clipRect(_rect(area))
        if across and down:
            self.canvas.saveLayer()
            self._gradient(across, scrim, skia.Point(1, 0))
            self._gradient(down, scrim._replace(alpha=1.0), skia.Point(0, 1), skia.BlendMode.kDstIn)
            self.canvas.restore()
        elif across:
            self._gradient(across, scrim, skia.Point(1, 0))
        elif down:
            self._gradient(down, scrim, skia.Point(0, 1))
        self.canvas.restore()

    def _gradient(
        self, fall: _Fall, scrim: Scrim, axis: skia.Point, blend: skia.BlendMode = skia.BlendMode.kSrcOver
    ) -> None:
        plateau = min(max((fall.plateau - fall.start) / (fall.end - fall.start), 0.0), 0.99)
        stops = [0.0] + [plateau + (1 - plateau) * place for place, _ in _EASE]
        colours = [_argb(scrim.veil, scrim.alpha * share) for share in [1.0] + [share for _, share in _EASE]]
        ends = [axis * fall.start, axis * fall.end]
        paint = skia.Paint(Shader=skia.GradientShader.MakeLinear(ends, colours, stops), Dither=True, BlendMode=blend)
        self.canvas.drawRect(_rect(self.frame), paint)

    def picture(self, rgba: Pixels, rect: Rect) -> None:
        """Draw a picture with transparency into a rectangle."""
        image = skia.Image.fromarray(np.ascontiguousarray(rgba), colorType=skia.kRGBA_8888_ColorType)
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        self.canvas.drawImageRect(image, _rect(rect), smooth)


class _Fall(NamedTuple):
    """Where a veil starts, up to where it is full, and where it has faded out: along one axis, in pixels."""

    start: float
    plateau: float
    end: float


def _falls(words: Rect, part: Rect, product: Rect) -> tuple[_Fall | None, _Fall | None]:
    """How a veil behind words falls off to the side and up or down; None: it does not.

    Clear of the product's height it is as wide as its part, as light falls off in a sky.
    """
    above = words.top + words.bottom <= part.top + part.bottom
    near, far, beyond = (part.top, words.bottom, product.top) if above else (part.bottom, words.top, product.bottom)
    if product.top >= words.bottom or product.bottom <= words.top:
        room = (beyond - far) * (1 if above else -1)
        return None, _fall((near, far), words.height, part.height, room if room >= 0 else part.height)
    before = words.left + words.right <= product.left + product.right
    edges = (part.left, words.right) if before else (part.right, words.left)
    across = _fall(edges, words.width, part.width, product.left - words.right if before else words.left - product.right)
    is_low = words.height < _WHOLE * part.height
    return across, _fall((near, far), words.height, part.height, part.height) if is_low else None


def _fall(edges: tuple[float, float], length: float, whole: float, room: float) -> _Fall:
    """From a part's edge past the words' farther one; `length` is theirs on this axis, `room` is left behind them."""
    start, edge = edges
    toward = 1.0 if edge >= start else -1.0
    wished = max(0.9 * min(length, 0.5 * whole), 0.16 * whole)
    fade = min(wished, max(4.0, room))
    # Short of room, the fade begins behind the words: a veil that ends abruptly is seen as a band.
    early = min(0.6 * (wished - fade), 0.55 * length)
    return _Fall(start, edge - toward * early, edge + toward * fade)


def _argb(colour: Colour, alpha: float = 1.0) -> int:
    return int(skia.Color(*colour, round(255 * alpha)))


def _rect(rect: Rect) -> skia.Rect:
    return skia.Rect.MakeLTRB(*rect)
