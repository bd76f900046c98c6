"""The flat label of the demo's can: sun, lemon, words."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]
GREEN, CREAM, LEMON, AMBER = "#0b4a3b", "#fff8e2", "#ffd91f", "#ff9d1a"


def colour(text: str, alpha: float = 1.0) -> int:
    """Read `#rrggbb` as skia's integer."""
    return int(alpha * 255) << 24 | int(text[1:], 16)


def paint(text: str, alpha: float = 1.0) -> skia.Paint:
    """A brush of one colour."""
    return skia.Paint(AntiAlias=True, Color=colour(text, alpha))


def face(name: str, weight: int) -> skia.Typeface:
    """A variable face of the pinned package at a weight."""
    spec = importlib.util.find_spec("justmytype_western_core")
    assert spec is not None
    folder = Path(next(iter(spec.submodule_search_locations or ())))
    path = next(folder.rglob(name))
    typeface = skia.Typeface.MakeFromFile(str(path))
    axis = skia.FontArguments.VariationPosition.Coordinate(int.from_bytes(b"wght", "big"), weight)
    place = skia.FontArguments.VariationPosition.Coordinates([axis])
    arguments = skia.FontArguments()
    arguments.setVariationDesignPosition(skia.FontArguments.VariationPosition(place))
    return typeface.makeClone(arguments)


def spaced(canvas: skia.Canvas, text: str, font: skia.Font, at: tuple[float, float, float], brush: skia.Paint) -> None:
    """Write text centred on a point (x, base line), letters `at[2]` pixels apart."""
    gap = at[2]
    widths = [font.measureText(letter) for letter in text]
    x = at[0] - (sum(widths) + gap * (len(text) - 1)) / 2
    for letter, wide in zip(text, widths, strict=True):
        canvas.drawString(letter, x, at[1], font, brush)
        x += wide + gap


def draw_label(wide: int, high: int, radius: float) -> Field:
    """The flat label that goes round the can's front half: sun, lemon, words. RGB 0..1."""
    surface = skia.Surface(wide, high)
    canvas, middle = surface.getCanvas(), wide / 2
    ground = skia.GradientShader.MakeLinear(
        [skia.Point(0, 0), skia.Point(0, high)],
        [colour("#ffe95c"), colour("#ffd822"), colour("#ffbf16"), colour("#ff9f1c")],
        [0, 0.42, 0.74, 1],
    )
    canvas.drawRect(skia.Rect.MakeWH(wide, high), skia.Paint(Shader=ground))
    _draw_rays(canvas, middle, high * 0.36, high)
    _draw_slice(canvas, middle, high * 0.36, radius * 0.60)
    _draw_waves(canvas, wide, high)
    display = face("Inter[[]opsz,wght[]].ttf", 800)
    font = skia.Font(display, radius * 0.375)
    spaced(canvas, "SOLARA", font, (middle, high * 0.72, radius * 0.02), paint(GREEN))
    text = skia.Font(face("Inter[[]opsz,wght[]].ttf", 700), radius * 0.094)
    spaced(canvas, "SPARKLING LEMON", text, (middle, high * 0.778, radius * 0.024), paint(GREEN))
    small = skia.Font(face("Inter[[]opsz,wght[]].ttf", 600), radius * 0.078)
    spaced(canvas, "330 ml", small, (middle, high * 0.945, radius * 0.012), paint(CREAM))
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    return np.asarray((pixels[..., :3] / 255), np.float32)


def _draw_rays(canvas: skia.Canvas, x: float, y: float, high: float) -> None:
    path = skia.Path()
    for index in range(28):
        angle, half = index / 28 * 2 * math.pi, math.pi / 28 * 0.5
        path.moveTo(x, y)
        path.lineTo(x + math.cos(angle - half) * high, y + math.sin(angle - half) * high)
        path.lineTo(x + math.cos(angle + half) * high, y + math.sin(angle + half) * high)
        path.close()
    glow = skia.GradientShader.MakeRadial(
        skia.Point(x, y), high * 0.62, [colour("#ffffff", 0.62), colour("#ffffff", 0.0)]
    )
    canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=glow))


def _draw_slice(canvas: skia.Canvas, x: float, y: float, radius: float) -> None:
    shadow = skia.Paint(AntiAlias=True, Color=colour("#b45f00", 0.35))
    shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, radius * 0.06))
    canvas.drawCircle(x, y + radius * 0.05, radius, shadow)
    canvas.drawCircle(x, y, radius, paint(AMBER))
    canvas.drawCircle(x, y, radius * 0.955, paint(LEMON))
    canvas.drawCircle(x, y, radius * 0.865, paint(CREAM))
    for index in range(10):
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(index * 36 + 18)
        segment = skia.Path()
        segment.moveTo(0, -radius * 0.10)
        segment.cubicTo(radius * 0.06, -radius * 0.26, radius * 0.165, -radius * 0.52, radius * 0.185, -radius * 0.70)
        segment.cubicTo(radius * 0.185, -radius * 0.79, radius * 0.10, -radius * 0.815, 0, -radius * 0.815)
        segment.cubicTo(
            -radius * 0.10, -radius * 0.815, -radius * 0.185, -radius * 0.79, -radius * 0.185, -radius * 0.70
        )
        segment.cubicTo(-radius * 0.165, -radius * 0.52, -radius * 0.06, -radius * 0.26, 0, -radius * 0.10)
        flesh = skia.GradientShader.MakeRadial(
            skia.Point(0, -radius * 0.1),
            radius * 0.75,
            [colour("#ffef8a"), colour("#ffd72e"), colour("#ffb81c")],
            [0, 0.6, 1],
        )
        canvas.drawPath(segment, skia.Paint(AntiAlias=True, Shader=flesh))
        drop = skia.Path()
        drop.addOval(skia.Rect.MakeXYWH(-radius * 0.03, -radius * 0.62, radius * 0.045, radius * 0.20))
        canvas.drawPath(drop, paint("#ffffff", 0.55))
        canvas.restore()
    _draw_leaf(canvas, x + radius * 0.62, y - radius * 0.80, radius * 0.52)


def _draw_leaf(canvas: skia.Canvas, x: float, y: float, long: float) -> None:
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(-34)
    leaf = skia.Path()
    leaf.moveTo(0, 0)
    leaf.cubicTo(long * 0.25, -long * 0.36, long * 0.75, -long * 0.34, long, 0)
    leaf.cubicTo(long * 0.75, long * 0.26, long * 0.25, long * 0.26, 0, 0)
    green = skia.GradientShader.MakeLinear(
        [skia.Point(0, -long * 0.3), skia.Point(0, long * 0.3)], [colour("#4fb866"), colour("#1f7a45")]
    )
    canvas.drawPath(leaf, skia.Paint(AntiAlias=True, Shader=green))
    vein = skia.Paint(
        AntiAlias=True, Color=colour("#d9f2c4", 0.7), Style=skia.Paint.kStroke_Style, StrokeWidth=long * 0.022
    )
    canvas.drawLine(long * 0.06, 0, long * 0.92, -long * 0.01, vein)
    canvas.restore()


def _draw_waves(canvas: skia.Canvas, wide: float, high: float) -> None:
    for level, tone, alpha in ((0.835, "#ffffff", 0.55), (0.853, "#12705a", 1.0), (0.885, GREEN, 1.0)):
        path = skia.Path()
        path.moveTo(0, high * level)
        step = wide / 6
        for index in range(6):
            lift = high * (0.022 if index % 2 else -0.022)
            path.quadTo((index + 0.5) * step, high * level + lift, (index + 1) * step, high * level)
        path.lineTo(wide, high)
        path.lineTo(0, high)
        path.close()
        canvas.drawPath(path, paint(tone, alpha))
