"""Draws the interface example's product, a tablet with a tide clock: python benchmarks/draw_tablet.py OUT.png."""

from __future__ import annotations

import math
import sys

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image
from product_label import colour, face, paint, spaced

WIDE, HIGH = 620, 860
EDGE, ROUND = 26, 44
NIGHT, SAND, TEAL, CORAL, MIST = "#10243e", "#f6eddc", "#1f8a8c", "#ff7a59", "#c9d6dc"
INTER = "Inter[[]opsz,wght[]].ttf"
SCREEN = skia.Rect.MakeLTRB(EDGE + 14, 40, WIDE - EDGE - 14, HIGH - 66)


def draw_tablet() -> NDArray[np.uint8]:
    """The tablet on its low foot, 620 x 860 RGBA, straight alpha."""
    surface = skia.Surface(WIDE, HIGH)
    canvas = surface.getCanvas()
    _draw_body(canvas)
    canvas.save()
    canvas.clipRRect(skia.RRect.MakeRectXY(SCREEN, 22, 22), True)
    _draw_screen(canvas)
    canvas.restore()
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    return np.asarray(pixels, np.uint8)


def _draw_body(canvas: skia.Canvas) -> None:
    foot = skia.Path()
    foot.addRoundRect(skia.Rect.MakeLTRB(WIDE * 0.20, HIGH - 34, WIDE * 0.80, HIGH - 6), 14, 14)
    canvas.drawPath(foot, paint("#8d949b"))
    body = skia.Rect.MakeLTRB(EDGE - 12, 14, WIDE - EDGE + 12, HIGH - 26)
    metal = skia.GradientShader.MakeLinear(
        [skia.Point(0, 0), skia.Point(WIDE, 0)], [colour(tone) for tone in ("#aab1b8", "#f2f4f5", "#b9c0c6", "#7f868d")]
    )
    canvas.drawRRect(skia.RRect.MakeRectXY(body, ROUND, ROUND), skia.Paint(AntiAlias=True, Shader=metal))
    canvas.drawRRect(skia.RRect.MakeRectXY(body.makeInset(5, 5), ROUND - 5, ROUND - 5), paint("#0a0d12"))


def _draw_screen(canvas: skia.Canvas) -> None:
    canvas.drawRect(SCREEN, paint(SAND))
    top = skia.Rect.MakeLTRB(SCREEN.left(), SCREEN.top(), SCREEN.right(), SCREEN.top() + 424)
    night = skia.GradientShader.MakeLinear(
        [skia.Point(0, top.top()), skia.Point(0, top.bottom())], [colour(NIGHT), colour("#1c4a6b")]
    )
    canvas.drawRect(top, skia.Paint(Shader=night))
    middle = WIDE / 2
    spaced(canvas, "HAVENA", skia.Font(face(INTER, 700), 27), (middle, SCREEN.top() + 58, 9), paint(SAND))
    canvas.drawCircle(SCREEN.right() - 96, SCREEN.top() + 132, 34, paint(CORAL))
    spaced(canvas, "06:40", skia.Font(face(INTER, 800), 104), (middle - 44, SCREEN.top() + 206, -2), paint("#ffffff"))
    spaced(canvas, "HIGH WATER", skia.Font(face(INTER, 600), 24), (middle - 92, SCREEN.top() + 250, 3), paint(MIST))
    _draw_tide(canvas, top)
    for row, (name, value, tone) in enumerate(
        (("Low water", "12:55", TEAL), ("Wind", "4 m/s", CORAL), ("Sunset", "19:12", "#e8b04a"))
    ):
        _draw_row(canvas, SCREEN.top() + 454 + row * 88, (name, value, tone))


def _draw_tide(canvas: skia.Canvas, top: skia.Rect) -> None:
    for depth, tone, alpha in ((0.0, TEAL, 0.55), (26.0, TEAL, 0.95), (58.0, "#146a70", 1.0)):
        path = skia.Path()
        path.moveTo(top.left(), top.bottom())
        for step in range(61):
            x = top.left() + step / 60 * top.width()
            path.lineTo(x, top.top() + 336 + depth - 34 * math.sin(step / 60 * 2 * math.pi + 0.5 + depth / 40))
        path.lineTo(top.right(), top.bottom())
        path.close()
        canvas.drawPath(path, paint(tone, alpha))


def _draw_row(canvas: skia.Canvas, y: float, said: tuple[str, str, str]) -> None:
    name, value, tone = said
    card = skia.Rect.MakeLTRB(SCREEN.left() + 26, y, SCREEN.right() - 26, y + 74)
    canvas.drawRRect(skia.RRect.MakeRectXY(card, 18, 18), paint("#ffffff"))
    canvas.drawCircle(card.left() + 40, y + 37, 17, paint(tone))
    font = skia.Font(face(INTER, 600), 28)
    canvas.drawString(name, card.left() + 76, y + 47, font, paint(NIGHT))
    bold = skia.Font(face(INTER, 800), 30)
    canvas.drawString(value, card.right() - 26 - bold.measureText(value), y + 48, bold, paint(NIGHT))


if __name__ == "__main__":
    Image.fromarray(draw_tablet(), "RGBA").save(sys.argv[1], "PNG", optimize=True)
