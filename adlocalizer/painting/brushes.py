"""Brushes and pictures in skia's terms: paints, gradients, and the way in and out of numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import skia
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Field: TypeAlias = NDArray[np.floating[Any]]

SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear)
MINIFIED = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


def flat(ink: int, mode: skia.BlendMode = skia.BlendMode.kSrcOver) -> skia.Paint:
    """A brush of one ink."""
    return skia.Paint(AntiAlias=True, Color=ink, BlendMode=mode)


def line(ink: int, width: float, mode: skia.BlendMode = skia.BlendMode.kSrcOver) -> skia.Paint:
    """A round pen, `width` in pixels."""
    return skia.Paint(
        AntiAlias=True,
        Color=ink,
        BlendMode=mode,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
    )


def fading(
    start: tuple[float, float],
    end: tuple[float, float],
    inks: Sequence[int],
    stops: Sequence[float] | None = None,
    mode: skia.BlendMode = skia.BlendMode.kSrcOver,
) -> skia.Paint:
    """A brush that runs through inks along a line."""
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(*start), skia.Point(*end)], list(inks), list(stops) if stops else None
    )
    return skia.Paint(AntiAlias=True, Shader=shader, BlendMode=mode)


def glowing(
    centre: tuple[float, float],
    radius: float,
    inks: Sequence[int],
    stops: Sequence[float] | None = None,
    mode: skia.BlendMode = skia.BlendMode.kScreen,
) -> skia.Paint:
    """A brush that runs through inks outwards from a point."""
    shader = skia.GradientShader.MakeRadial(
        skia.Point(*centre), max(radius, 0.5), list(inks), list(stops) if stops else None
    )
    return skia.Paint(AntiAlias=True, Shader=shader, BlendMode=mode)


def blurred(paint: skia.Paint, sigma: float) -> skia.Paint:
    """The same brush with soft edges, `sigma` in pixels."""
    if sigma > 0.3:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, sigma))
    return paint


def rect(x: float, y: float, wide: float, high: float) -> skia.Rect:
    """A rectangle by corner and size, in pixels."""
    return skia.Rect.MakeXYWH(x, y, wide, high)


def polygon(path: skia.Path, points: Sequence[tuple[float, float]]) -> None:
    """Add a closed polygon to a path."""
    path.addPoly([skia.Point(x, y) for x, y in points], True)


def picture_of(pixels: Pixels, alpha: skia.AlphaType = skia.kUnpremul_AlphaType) -> skia.Image:
    """RGBA pixels as a skia picture with its own memory."""
    # Never MakeRasterData: it shares memory that Python frees, and pictures then differ from run to run.
    return skia.Image.fromarray(np.ascontiguousarray(pixels), skia.kRGBA_8888_ColorType, alpha, copy=True)


def canvas_on(pixels: Pixels) -> tuple[skia.Surface, skia.Canvas]:
    """A canvas that draws straight onto RGBA pixels; keep the surface alive while drawing."""
    surface = skia.Surface(pixels, colorType=skia.kRGBA_8888_ColorType)
    return surface, surface.getCanvas()


def encoded(linear: Field) -> Field:
    """Linear light as sRGB, 0..1."""
    safe = np.clip(linear, 0, 1)
    return np.where(safe <= 0.0031308, 12.92 * safe, 1.055 * np.power(safe, 1 / 2.4) - 0.055).astype(np.float32)
