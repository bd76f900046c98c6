"""Brush strokes of a rendition: scrims, pills, panels and letters on a Skia canvas over a numpy picture."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import skia
from numpy.typing import NDArray

from adlocalizer.imaging.colours import Colour
from adlocalizer.imaging.contrast import Pixels, Scrim
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.rows import Placed

_WHOLE = 0.5  # of a part's height: words this high beside a product get a veil as high as the part
_HALO, _HALO_SOFT = 0.36, 0.2  # font sizes that a halo's middle line lies outside its words, and its softness; by eye
_HALO_LEFT = 0.93  # of a halo's strength at its words' edge: a normal distribution has 0.96 left 1.8 deviations inside
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
        """The pixels inside a rectangle; at least one, the nearest where it lies outside."""
        high, wide = self.pixels.shape[:2]
        left, top = min(max(0, int(rect.left)), wide - 1), min(max(0, int(rect.top)), high - 1)
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

    def halo(self, words: Rect, kept: Iterable[Rect], scrim: Scrim, size: float) -> None:
        """Lay a scrim close around words of a font size; it has no edge and leaves what is kept as it is."""
        paint = skia.Paint(AntiAlias=True, Color=_argb(scrim.veil, min(1.0, scrim.alpha / _HALO_LEFT)))
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, _HALO_SOFT * size))
        radius = _HALO * size
        self.canvas.save()
        for rect in kept:
            self.canvas.clipRect(_rect(rect), skia.ClipOp.kDifference, doAntiAlias=True)
        self.canvas.drawRoundRect(_rect(words.grown(_HALO * size)), radius, radius, paint)
        self.canvas.restore()

    def letters(self, block: Placed, colour: Colour) -> None:
        """Draw a block's letters."""
        ink = block.ink
        block.text.in_colour(colour).paint(self.canvas, round(ink.left), round(ink.top))

    def veil(self, words: Rect, part: Rect, product: Rect, scrim: Scrim) -> None:
        """Lay a scrim behind words that runs off the edges they are near, and fades out before the product."""
        if scrim.alpha <= 0:
            return
        across, down = _falls(words, part, product)
        left, top, right, bottom = map(round, _within(part, across, down))
        if right <= left or bottom <= top:
            return
        full = np.float32(255 * scrim.alpha)
        if across and down:
            levels = np.outer(down.shares(top, bottom) * full, across.shares(left, right)) + np.float32(0.5)
            self._lay(_premultiplied(scrim.veil).take(levels.astype(np.intp)), left, top)
        elif across:
            levels = (across.shares(left, right) * full + np.float32(0.5)).astype(np.uint8)
            self._lay(np.tile(_premultiplied(scrim.veil)[levels], (bottom - top, 1)), left, top)
        elif down:  # lines of one colour are what Skia draws fastest, and columns what it draws slowest
            for start, end, level in _bands(down.shares(top, bottom) * full):
                self._tint((left, top + start, right, top + end), scrim.veil, level)

    def _tint(self, edges: tuple[int, int, int, int], colour: Colour, level: int) -> None:
        """Draw a colour at an opacity of 0 to 255 over whole pixels."""
        self.canvas.drawIRect(skia.IRect.MakeLTRB(*edges), skia.Paint(Color=int(skia.Color(*colour, level))))

    def _lay(self, rows: NDArray[np.uint32], left: int, top: int) -> None:
        """Draw premultiplied RGBA pixels: half of what a gradient or a mask costs Skia, and within one level of it."""
        shape = skia.ImageInfo.Make(rows.shape[1], rows.shape[0], skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        image = skia.Image.MakeRasterCopy(skia.Pixmap(shape, rows, rows.strides[0]))
        self.canvas.drawImage(image, left, top)

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

    def shares(self, first: int, last: int) -> NDArray[np.float32]:
        """How much of the veil's strength is left at the middle of every pixel from the first up to the last."""
        at = (np.arange(first, last) + 0.5 - self.start) / (self.end - self.start)
        plateau = min(max((self.plateau - self.start) / (self.end - self.start), 0.0), 0.99)
        stops = [plateau + (1 - plateau) * place for place, _ in _EASE]
        left: NDArray[np.float32] = np.interp(at, stops, [share for _, share in _EASE]).astype(np.float32)
        return left


def _bands(opacity: NDArray[np.float32]) -> Iterator[tuple[int, int, int]]:
    """Where neighbours have one opacity of 1 to 255: from, up to, and that opacity. A veil has no more than these."""
    levels = (opacity + np.float32(0.5)).astype(np.uint8)
    turns = [0, *(np.flatnonzero(np.diff(levels)) + 1).tolist(), len(levels)]
    return ((start, end, int(levels[start])) for start, end in itertools.pairwise(turns) if levels[start])


@functools.lru_cache(maxsize=64)
def _premultiplied(colour: Colour) -> NDArray[np.uint32]:
    """A colour at each of 256 opacities, as the four bytes of a premultiplied RGBA pixel."""
    opacity = np.arange(256)
    bands = [np.rint(opacity * (level / 255)) for level in colour]
    return np.stack([*bands, opacity], axis=1).astype(np.uint8).view(np.uint32).reshape(-1)


def _within(part: Rect, across: _Fall | None, down: _Fall | None) -> Rect:
    """The part of a part in which a veil can be seen."""
    if across:
        part = part._replace(left=min(across.start, across.end), right=max(across.start, across.end))
    if down:
        part = part._replace(top=min(down.start, down.end), bottom=max(down.start, down.end))
    return part


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
