"""Draws the lesson example's apparatus, a pendulum before its board: python benchmarks/draw_pendulum.py OUT.png."""

from __future__ import annotations

import math
import random
import sys

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image
from product_label import colour, paint

WIDE, HIGH = 560, 760
PIVOT, LONG, AWAY = (WIDE / 2, 118.0), 430.0, math.radians(21)
BOARD = skia.Rect.MakeLTRB(40, 40, WIDE - 40, HIGH - 92)
OAK, DARK, CREAM, BRASS = "#b98550", "#6d4524", "#f4ead6", "#d9a63a"


def draw_pendulum() -> NDArray[np.uint8]:
    """Board, arc, string and bob on their foot, 560 x 760 RGBA, straight alpha; not a letter on it."""
    surface = skia.Surface(WIDE, HIGH)
    canvas = surface.getCanvas()
    foot = skia.Rect.MakeLTRB(14, HIGH - 98, WIDE - 14, HIGH - 12)
    canvas.drawRRect(skia.RRect.MakeRectXY(foot, 16, 16), _wood(foot))
    canvas.drawRRect(skia.RRect.MakeRectXY(BOARD.makeOutset(22, 22), 20, 20), _wood(BOARD))
    canvas.drawRRect(skia.RRect.MakeRectXY(BOARD, 8, 8), paint(CREAM))
    _draw_grain(canvas, foot)
    _draw_arc(canvas)
    _draw_bob(canvas, -AWAY, 0.28)
    _draw_bob(canvas, AWAY, 1.0)
    canvas.drawCircle(*PIVOT, 17, paint(DARK))
    canvas.drawCircle(*PIVOT, 7, paint(BRASS))
    return np.asarray(surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType), np.uint8)


def _wood(area: skia.Rect) -> skia.Paint:
    tones = [colour(tone) for tone in ("#c8965e", OAK, "#a06f3e")]
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(0, area.top() - 22), skia.Point(0, area.bottom() + 22)], tones, [0, 0.5, 1]
    )
    return skia.Paint(AntiAlias=True, Shader=shader)


def _draw_grain(canvas: skia.Canvas, foot: skia.Rect) -> None:
    dice = random.Random(7)  # noqa: S311 - a picture, not a secret
    line = paint(DARK, 0.35)
    line.setStrokeWidth(1.6)
    for _ in range(26):
        y, x = dice.uniform(foot.top() + 8, foot.bottom() - 8), dice.uniform(foot.left() + 16, foot.right() - 160)
        canvas.drawLine(x, y, x + dice.uniform(50, 140), y + dice.uniform(-2, 2), line)


def _draw_arc(canvas: skia.Canvas) -> None:
    oval = skia.Rect.MakeLTRB(PIVOT[0] - LONG, PIVOT[1] - LONG, PIVOT[0] + LONG, PIVOT[1] + LONG)
    brush = skia.Paint(
        AntiAlias=True,
        Color=colour("#35607a"),
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=5,
        PathEffect=skia.DashPathEffect.Make([16, 12], 0),
    )
    canvas.drawArc(oval, 90 - math.degrees(AWAY), 2 * math.degrees(AWAY), False, brush)
    plumb = paint("#35607a", 0.5)
    plumb.setStrokeWidth(3)
    canvas.drawLine(PIVOT[0], PIVOT[1], PIVOT[0], PIVOT[1] + LONG + 60, plumb)
    for step in range(-4, 5):
        angle = step * AWAY / 4
        inner, outer = LONG + 44, LONG + (72 if step % 2 == 0 else 60)
        across, down = math.sin(angle), math.cos(angle)
        canvas.drawLine(
            PIVOT[0] + inner * across,
            PIVOT[1] + inner * down,
            PIVOT[0] + outer * across,
            PIVOT[1] + outer * down,
            plumb,
        )


def _draw_bob(canvas: skia.Canvas, angle: float, alpha: float) -> None:
    x, y = PIVOT[0] + LONG * math.sin(angle), PIVOT[1] + LONG * math.cos(angle)
    string = paint("#2d2a26", alpha)
    string.setStrokeWidth(5)
    canvas.drawLine(PIVOT[0], PIVOT[1], x, y, string)
    if alpha < 1:
        canvas.drawCircle(x, y, 38, paint(BRASS, alpha))
        return
    shine = skia.GradientShader.MakeRadial(
        skia.Point(x - 14, y - 16), 62, [colour(tone) for tone in ("#fff3c4", BRASS, "#8a5f12")], [0, 0.45, 1]
    )
    canvas.drawCircle(x, y, 38, skia.Paint(AntiAlias=True, Shader=shine))


if __name__ == "__main__":
    Image.fromarray(draw_pendulum(), "RGBA").save(sys.argv[1], "PNG", optimize=True)
