"""What the ground mirrors: the picture above the horizon, upside down and soft."""

from __future__ import annotations

import numpy as np
import skia

from adlocalizer.painting.brushes import MINIFIED, SMOOTH, canvas_on, fading, rect
from adlocalizer.painting.colours import ink
from adlocalizer.painting.frame import Frame


def small_mirror(surface: skia.Surface, frame: Frame) -> skia.Image:
    """What stands above the horizon, upside down and small enough to be soft."""
    high = max(8, int(min(frame.horizon, 1.5 * frame.tall)))
    top = int(frame.horizon) - high
    whole = surface.makeImageSnapshot(skia.IRect.MakeXYWH(0, max(0, top), frame.width, high))
    share = min(0.25, 300 / frame.width**0.5 / max(1, high) ** 0.5)
    wide, tall = max(8, int(frame.width * share)), max(8, int(high * share))
    pixels = np.zeros((tall, wide, 4), np.uint8)
    kept, canvas = canvas_on(pixels)
    canvas.scale(1, -1)
    canvas.drawImageRect(whole, skia.Rect.MakeXYWH(0, -tall, wide, tall), MINIFIED, None)
    soft = skia.Paint(ImageFilter=skia.ImageFilters.Blur(0.5, max(0.8, tall / 60), skia.TileMode.kClamp))
    blurred = np.zeros_like(pixels)
    surface_soft, canvas_soft = canvas_on(blurred)
    canvas_soft.drawImage(kept.makeImageSnapshot(), 0, 0, SMOOTH, soft)
    return surface_soft.makeImageSnapshot()


def draw_mirrored(
    canvas: skia.Canvas, frame: Frame, mirror: skia.Image, rows: tuple[float, float], alpha: float
) -> None:
    """Draw the mirror between two rows, fading downwards."""
    if alpha < 0.02:
        return
    top, bottom = rows
    reach = min(bottom - top, 1.1 * frame.tall)
    area = rect(0, top, frame.width, reach)
    canvas.saveLayerAlpha(area, int(alpha * 255))
    span = min(frame.horizon, 1.5 * frame.tall)
    canvas.drawImageRect(mirror, rect(0, top, frame.width, span), SMOOTH, None)
    canvas.drawRect(
        area, fading((0, top), (0, top + reach), [ink((0, 0, 0), 1), ink((0, 0, 0), 0)], None, skia.BlendMode.kDstIn)
    )
    canvas.restore()
