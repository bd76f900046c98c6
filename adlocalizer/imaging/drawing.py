"""Brush strokes of a rendition: scrims, pills, panels and letters on a Skia canvas over a numpy picture."""

from __future__ import annotations

import numpy as np
import skia

from adlocalizer.imaging.arranging import Placed
from adlocalizer.imaging.contrast import Colour, Pixels, Scrim
from adlocalizer.imaging.geometry import Rect

_BLUR_REACH = 4.0  # a blurred edge runs from full to nothing over so many sigmas
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
        """Lay a scrim behind words that fades out before the product."""
        if scrim.alpha <= 0:
            return
        self.canvas.save()
        self.canvas.clipRect(_rect(part))
        if words.width >= 0.5 * part.width and not (product.top < words.bottom and product.bottom > words.top):
            self._veil_down(words, part, product, scrim)
        else:
            self._veil_corner(words, part, product, scrim)
        self.canvas.restore()

    def _veil_down(self, words: Rect, part: Rect, product: Rect, scrim: Scrim) -> None:
        above = words.top + words.bottom <= part.top + part.bottom
        fade = max(0.7 * words.height, 0.10 * part.height)
        if above:
            room = product.top - words.bottom if product.top >= words.bottom else part.height
            end = words.bottom + min(fade, max(4.0, room))
            start, plateau = part.top, words.bottom + min(0.12 * fade, 0.3 * max(0.0, room))
        else:
            room = words.top - product.bottom if product.bottom <= words.top else part.height
            end = words.top - min(fade, max(4.0, room))
            start, plateau = part.bottom, words.top - min(0.12 * fade, 0.3 * max(0.0, room))
        self._gradient((part.left, start), (part.left, end), (plateau - start) / (end - start), scrim)

    def _veil_corner(self, words: Rect, part: Rect, product: Rect, scrim: Scrim) -> None:
        """A soft patch that runs off the edges the words are near, and ends before the product."""
        room = max(product.left - words.right, words.left - product.right, product.top - words.bottom, 8.0)
        soft = min(room / _BLUR_REACH, 0.06 * max(part.width, part.height))
        patch, far = words.grown(0.5 * _BLUR_REACH * soft), 4 * soft
        near = 0.15 * min(part.width, part.height)
        patch = Rect(
            part.left - far if words.left - part.left < near else patch.left,
            part.top - far if words.top - part.top < near else patch.top,
            part.right + far if part.right - words.right < near else patch.right,
            part.bottom + far if part.bottom - words.bottom < near else patch.bottom,
        )
        paint = skia.Paint(AntiAlias=True, Color=_argb(scrim.veil, scrim.alpha))
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, soft))
        self.canvas.drawRect(_rect(patch), paint)

    def _gradient(self, start: tuple[float, float], end: tuple[float, float], plateau: float, scrim: Scrim) -> None:
        plateau = min(max(plateau, 0.0), 0.99)
        stops = [0.0] + [plateau + (1 - plateau) * place for place, _ in _EASE]
        colours = [_argb(scrim.veil, scrim.alpha * share) for share in [1.0] + [share for _, share in _EASE]]
        shader = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], colours, stops)
        self.canvas.drawRect(_rect(self.frame), skia.Paint(Shader=shader, Dither=True))

    def picture(self, rgba: Pixels, rect: Rect) -> None:
        """Draw a picture with transparency into a rectangle."""
        image = skia.Image.fromarray(np.ascontiguousarray(rgba), colorType=skia.kRGBA_8888_ColorType)
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        self.canvas.drawImageRect(image, _rect(rect), smooth)


def _argb(colour: Colour, alpha: float = 1.0) -> int:
    return int(skia.Color(*colour, round(255 * alpha)))


def _rect(rect: Rect) -> skia.Rect:
    return skia.Rect.MakeLTRB(*rect)
