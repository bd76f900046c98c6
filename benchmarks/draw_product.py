"""Draws the demo's product, a can of the fictional lemon drink SOLARA: python benchmarks/draw_product.py OUT.png."""

from __future__ import annotations

import math
import random
import sys
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image
from product_label import colour, draw_label, paint

Field = NDArray[np.floating[Any]]
OVER = 2
WIDE, HIGH = 700 * OVER, 1300 * OVER
BODY_LEFT, BODY_RIGHT = 0.012 * WIDE, 0.988 * WIDE
MIDDLE, RADIUS = WIDE / 2, (BODY_RIGHT - BODY_LEFT) / 2
NECK, SHOULDER, FOOT, BASE = 0.052 * HIGH, 0.125 * HIGH, 0.905 * HIGH, 0.975 * HIGH
TOP_HALF, BASE_HALF = RADIUS * 0.82, RADIUS * 0.78
TILT = 0.021 * HIGH
LABEL_WIDE = int(math.pi * RADIUS)


def wrap(label: Field) -> Field:
    """The label bent round the cylinder as seen from a little above: RGB rows from SHOULDER to FOOT + TILT."""
    high = int(FOOT - SHOULDER + TILT)
    x = (np.arange(WIDE, dtype=np.float32) + 0.5 - MIDDLE) / RADIUS
    angle = np.arcsin(np.clip(x, -0.9999, 0.9999))
    column = np.clip((angle / math.pi + 0.5) * LABEL_WIDE, 0, LABEL_WIDE - 2)
    row = np.arange(high, dtype=np.float32)[:, None] - TILT * np.cos(angle)[None, :]
    row = np.clip(row, 0, label.shape[0] - 1.001)
    left, top = np.floor(column).astype(int)[None, :], np.floor(row).astype(int)
    share, low = (column - left)[..., None], (row - top)[..., None]
    upper = label[top, left] * (1 - share) + label[top, left + 1] * share
    lower = label[top + 1, left] * (1 - share) + label[top + 1, left + 1] * share
    return np.asarray((upper * (1 - low) + lower * low), np.float32)


def lit(colours: Field, metal: float) -> Field:
    """Colours of the can under two soft boxes: bright strip left, thin one right, dark towards the edges."""
    x = ((np.arange(WIDE, dtype=np.float32) + 0.5) - MIDDLE) / RADIUS

    def lobe(at: float, wide: float, power: float = 2) -> Field:
        return np.asarray(np.exp(-(np.abs((x - at) / wide) ** power)), np.float32)

    body = 0.72 + 0.34 * lobe(-0.30, 0.55) + 0.24 * lobe(0.42, 0.36) - 0.44 * np.abs(x) ** 5 - 0.06 * lobe(0.10, 0.16)
    shine = (
        0.40 * lobe(-0.60, 0.075, 4)
        + 0.12 * lobe(-0.36, 0.05, 4)
        + 0.26 * lobe(0.74, 0.04, 4)
        + 0.08 * lobe(0.93, 0.03)
    )
    body, shine = body + metal * (0.22 * lobe(-0.2, 0.2) - 0.18 * lobe(0.25, 0.14)), shine * (1 + metal * 0.5)
    linear = np.clip(colours, 0, 1) ** 2.2 * np.clip(body, 0.05, 1.4)[None, :, None] + (shine**1.6)[None, :, None] * 0.8
    return np.asarray((np.clip(linear, 0, 1) ** (1 / 2.2)), np.float32)


def half_width(y: float) -> float:
    """Half the can's width at a height, in pixels: rim, neck, body, foot."""
    share: float
    if y < NECK:
        return TOP_HALF
    if y < SHOULDER:
        share = (y - NECK) / (SHOULDER - NECK)
        return TOP_HALF + (RADIUS - TOP_HALF) * math.pow(0.5 - 0.5 * math.cos(math.pi * share), 0.8)
    if y < FOOT:
        return RADIUS
    share = (y - FOOT) / (BASE - FOOT)
    return float(RADIUS - (RADIUS - BASE_HALF) * math.pow(share, 2.2))


def outline() -> skia.Path:
    """The can's silhouette without its lid, its foot curved."""
    rows = np.linspace(NECK * 0.62, BASE, 300)
    left = [skia.Point(MIDDLE - half_width(float(y)), float(y)) for y in rows]
    right = [skia.Point(MIDDLE + half_width(float(y)), float(y)) for y in rows[::-1]]
    path = skia.Path()
    path.addPoly([*left, *right], True)
    # Seen from a little above, each ring of the tapering foot is an ellipse; together they round its lower edge.
    for y in np.linspace(FOOT, BASE, 40):
        half = half_width(float(y))
        sink = TILT * half / RADIUS
        path.addOval(
            skia.Rect.MakeLTRB(MIDDLE - half, float(y) - sink, MIDDLE + half, float(y) + sink), skia.PathDirection.kCCW
        )
    return path


def body_pixels() -> Field:
    """The whole body as RGB: silver neck and foot, label between, lit."""
    silver = np.full((HIGH, WIDE, 3), 0.80, np.float32) * np.array([0.99, 1.0, 1.02], np.float32)
    label = wrap(draw_label(LABEL_WIDE, int(FOOT - SHOULDER), RADIUS))
    top = int(SHOULDER)
    x = (np.arange(WIDE) + 0.5 - MIDDLE) / RADIUS
    drop = TILT * np.sqrt(np.clip(1 - x**2, 0, 1))
    rows = np.arange(HIGH)[:, None]
    inside = (rows > SHOULDER + drop) & (rows < FOOT + drop)
    full = silver.copy()
    full[top : top + label.shape[0]] = label
    metal = lit(silver, 1.0)
    painted = lit(full, 0.15)
    out = np.where(inside[..., None], painted, metal)
    edge = np.exp(-((np.minimum(np.abs(rows - SHOULDER - drop), np.abs(rows - FOOT - drop)) / (2.2 * OVER)) ** 2))
    out = out * (1 - 0.35 * edge[..., None])
    neck = np.clip((SHOULDER + drop - rows) / (SHOULDER - NECK), 0, 1) * (rows > NECK)
    foot = np.clip((rows - FOOT - drop * 0.6) / (BASE - FOOT), 0, 1)
    shaded = out * (1 - 0.30 * (neck * (1 - neck) * 3)[..., None]) * (1 - 0.55 * (foot**1.4)[..., None])
    return np.asarray(shaded, np.float32)


def draw_lid(canvas: skia.Canvas) -> None:
    """The rim, the sunken lid and its tab, seen from a little above."""
    y, half, flat = NECK * 0.62, TOP_HALF * 1.015, TILT * 0.92

    def oval(scale: float, dy: float = 0.0) -> skia.Rect:
        return skia.Rect.MakeLTRB(
            MIDDLE - half * scale, y - flat * scale + dy, MIDDLE + half * scale, y + flat * scale + dy
        )

    def across(*tones: str) -> skia.Shader:
        return skia.GradientShader.MakeLinear(
            [skia.Point(MIDDLE - half, 0), skia.Point(MIDDLE + half, 0)], [colour(t) for t in tones]
        )

    ring = across("#8b9097", "#f8fafb", "#c2c7cc", "#ffffff", "#9aa0a6", "#e6e9ec", "#787d84")
    canvas.drawOval(
        oval(1.0, NECK * 0.20),
        skia.Paint(AntiAlias=True, Shader=across("#5f646a", "#c9cdd1", "#7d8288", "#d5d8db", "#63676d")),
    )
    canvas.drawOval(oval(1.0), skia.Paint(AntiAlias=True, Shader=ring))
    canvas.drawOval(oval(0.945, 1.5 * OVER), paint("#5c6168"))
    lid = across("#a4a9af", "#d9dde0", "#b4b9be", "#eef0f2", "#a9aeb4")
    canvas.drawOval(oval(0.92, 4 * OVER), skia.Paint(AntiAlias=True, Shader=lid))
    tab = skia.Path()
    tab.addOval(skia.Rect.MakeLTRB(MIDDLE - half * 0.30, y - flat * 0.36, MIDDLE + half * 0.30, y + flat * 0.62))
    canvas.drawPath(tab, paint("#7e848b"))
    canvas.save()
    canvas.translate(0, -2.5 * OVER)
    canvas.drawPath(
        tab, skia.Paint(AntiAlias=True, Shader=across("#b9bec3", "#f6f7f8", "#d2d6d9", "#ffffff", "#aab0b6"))
    )
    canvas.restore()
    canvas.drawOval(
        skia.Rect.MakeLTRB(MIDDLE - half * 0.13, y + flat * 0.02, MIDDLE + half * 0.13, y + flat * 0.40),
        paint("#767c83"),
    )
    light = skia.Paint(
        AntiAlias=True, Color=colour("#ffffff", 0.85), Style=skia.Paint.kStroke_Style, StrokeWidth=1.6 * OVER
    )
    canvas.drawArc(oval(0.985, -0.5 * OVER), 200, 75, False, light)


def draw_drops(canvas: skia.Canvas, clip: skia.Path) -> None:
    """Condensation: many small drops, a few that run, fewer over the words."""
    dice = random.Random(33)  # noqa: S311 - a picture, not a secret
    canvas.save()
    canvas.clipPath(clip, skia.ClipOp.kIntersect, True)
    for _ in range(760):
        x, y = MIDDLE + RADIUS * dice.uniform(-0.97, 0.97), dice.uniform(SHOULDER * 1.12, FOOT)
        radius = OVER * (1.1 + 4.6 * dice.random() ** 3.2)
        if 0.66 < (y - SHOULDER) / (FOOT - SHOULDER) < 0.80:
            radius = min(radius, 1.7 * OVER)
        _draw_drop(canvas, x, y, radius, dice.uniform(1.0, 1.35) if radius > 3 * OVER else 1.0)
    canvas.restore()


def _draw_drop(canvas: skia.Canvas, x: float, y: float, radius: float, long: float) -> None:
    oval = skia.Rect.MakeLTRB(x - radius, y - radius * long, x + radius, y + radius * long)
    shadow = paint("#6b3d00", 0.32)
    shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, radius * 0.25))
    canvas.drawOval(oval.makeOffset(radius * 0.12, radius * 0.34), shadow)
    body = skia.GradientShader.MakeLinear(
        [skia.Point(x, y - radius * long), skia.Point(x, y + radius * long)],
        [colour("#5a3c00", 0.22), colour("#ffffff", 0.08), colour("#fffbe6", 0.62)],
        [0, 0.5, 1],
    )
    canvas.drawOval(oval, skia.Paint(AntiAlias=True, Shader=body))
    canvas.drawCircle(x - radius * 0.32, y - radius * long * 0.4, radius * 0.24, paint("#ffffff", 0.92))


def draw_can() -> NDArray[np.uint8]:
    """The finished can, 700 x 1300 RGBA, straight alpha."""
    pixels = np.zeros((HIGH, WIDE, 4), np.uint8)
    surface = skia.Surface(pixels, colorType=skia.kRGBA_8888_ColorType)
    canvas = surface.getCanvas()
    shape = outline()
    body = np.full((HIGH, WIDE, 4), 255, np.uint8)
    body[..., :3] = np.round(body_pixels() * 255)
    canvas.save()
    canvas.clipPath(shape, skia.ClipOp.kIntersect, True)
    canvas.drawImage(skia.Image.fromarray(body, colorType=skia.kRGBA_8888_ColorType), 0, 0)
    canvas.restore()
    draw_drops(canvas, shape)
    draw_lid(canvas)
    surface.flushAndSubmit()
    straight = pixels.astype(np.float32)
    alpha = np.maximum(straight[..., 3:], 1)
    straight[..., :3] = np.where(straight[..., 3:] > 0, straight[..., :3] * 255 / alpha, 0)
    full = Image.fromarray(np.clip(np.round(straight), 0, 255).astype(np.uint8), "RGBA")
    return np.asarray(full.resize((WIDE // OVER, HIGH // OVER), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    Image.fromarray(draw_can(), "RGBA").save(sys.argv[1], "PNG", optimize=True)
