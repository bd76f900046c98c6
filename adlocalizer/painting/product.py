"""The real product: cut out, standing on the ground, with its shadows and reflection, its label left alone."""

from __future__ import annotations

import functools
import math

import numpy as np
import skia
from PIL import Image

from adlocalizer.errors import ConfigError
from adlocalizer.imaging.cutting import cut_out
from adlocalizer.imaging.ingest import Unreadable, ingest
from adlocalizer.painting.brushes import Pixels, canvas_on, fading, flat, glowing, picture_of, rect
from adlocalizer.painting.colours import ink, luminance
from adlocalizer.painting.frame import Area, Frame
from adlocalizer.painting.light import Light

MOST_TINT = 0.035
SHADOW_SHARE = 0.25


@functools.lru_cache(maxsize=4)
def product_of(shot: bytes) -> Pixels:
    """The product without its background, cropped to what can be seen: RGBA, straight alpha."""
    try:
        picture = ingest(shot).picture
    except Unreadable as error:
        raise ConfigError("product shot", str(error), "give a PNG, JPEG or WebP of the product") from error
    pixels = np.asarray(cut_out(picture).rgba)
    rows, columns = np.flatnonzero(pixels[..., 3].max(1) > 8), np.flatnonzero(pixels[..., 3].max(0) > 8)
    if not rows.size:
        return pixels
    return np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


@functools.lru_cache(maxsize=24)
def sized(shot: bytes, wide: int, high: int) -> Pixels:
    """The cut-out at its size in the picture, in pixels."""
    picture = Image.fromarray(product_of(shot), "RGBA")
    return np.asarray(picture.resize((wide, high), Image.Resampling.LANCZOS, reducing_gap=3.0))


def draw_product(canvas: skia.Canvas, frame: Frame, product: Pixels, light: Light, gloss: float) -> None:
    """Draw shadows and reflection on the ground, then the product over them; nothing is drawn over it."""
    area = frame.product
    _draw_stage_light(canvas, frame, light)
    _draw_cast_shadow(canvas, frame, product, light)
    _draw_reflection(canvas, frame, product, gloss)
    for wide, high, alpha in ((0.66, 0.050, 0.26), (0.55, 0.028, 0.42), (0.47, 0.013, 0.62)):
        oval = rect(
            area.middle - wide * area.wide,
            area.bottom - high * area.wide * 0.8,
            2 * wide * area.wide,
            2 * high * area.wide,
        )
        soft = flat(ink((0.004, 0.004, 0.01), alpha))
        soft.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, max(0.4, high * area.wide * 0.5)))
        canvas.drawOval(oval, soft)
    canvas.drawImage(picture_of(tinted(product, light)), area.x, area.y)


def tinted(product: Pixels, light: Light) -> Pixels:
    """The product with a breath of the hour's colour: at most 3.5 % a channel, so the label stays true."""
    together = tuple(fill + 0.6 * key for fill, key in zip(light.fill, light.key, strict=True))
    level = max(1e-4, luminance((together[0], together[1], together[2])))
    shift = [max(-MOST_TINT, min(MOST_TINT, 0.10 * math.log2(max(channel, 1e-4) / level))) for channel in together]
    out = product.copy()
    factors = np.array([1 + part for part in shift], np.float32)
    out[..., :3] = np.minimum(product[..., :3] * factors + 0.5, 255).astype(np.uint8)
    return out


def _draw_stage_light(canvas: skia.Canvas, frame: Frame, light: Light) -> None:
    area = frame.product
    strength = 0.30 if light.is_dark else 0.10
    centre = (area.middle, area.bottom - 0.02 * area.high)
    canvas.save()
    canvas.translate(centre[0], centre[1])
    canvas.scale(1, 0.22)
    reach = 1.5 * area.wide
    canvas.drawCircle(0, 0, reach, glowing((0, 0), reach, [ink((1, 0.93, 0.82), strength), ink((1, 0.93, 0.82), 0)]))
    canvas.restore()


def _draw_cast_shadow(canvas: skia.Canvas, frame: Frame, product: Pixels, light: Light) -> None:
    area = frame.product
    direct = light.weather.sun if light.elevation > -2 else 0.25
    alpha = 0.13 + 0.36 * direct
    long = min(1.7, max(0.32, 0.55 / math.tan(math.radians(max(10.0, light.elevation)))))
    away = -1 if light.sun_x * frame.width > area.middle else 1
    pixels, share = _small_ground(frame)
    kept, small = canvas_on(pixels)
    small.scale(share, share)
    small.translate(0, -frame.ledge)
    base = area.bottom - 0.012 * area.wide
    lean, fall = -away * 0.62 * long, -0.26 * long
    matrix = skia.Matrix()
    matrix.setAll(1, lean, -lean * base, 0, fall, base - fall * base, 0, 0, 1)
    small.concat(matrix)
    shade = skia.Paint(
        ColorFilter=skia.ColorFilters.Blend(ink((0.006, 0.007, 0.02)), skia.BlendMode.kSrcIn),
        ImageFilter=skia.ImageFilters.Blur(0.035 * area.wide, 0.03 * area.wide),
    )
    small.drawImage(picture_of(product), area.x, area.y, skia.SamplingOptions(), shade)
    canvas.save()
    canvas.clipRect(rect(0, frame.ledge, frame.width, frame.height - frame.ledge))
    whole = rect(0, frame.ledge, pixels.shape[1] / share, pixels.shape[0] / share)
    canvas.drawImageRect(
        kept.makeImageSnapshot(), whole, skia.SamplingOptions(skia.FilterMode.kLinear), skia.Paint(Alphaf=alpha)
    )
    canvas.restore()


def _small_ground(frame: Frame) -> tuple[Pixels, float]:
    high = frame.height - frame.ledge
    wide, tall = math.ceil(frame.width * SHADOW_SHARE), math.ceil(high * SHADOW_SHARE)
    return np.zeros((tall, wide, 4), np.uint8), SHADOW_SHARE


def _draw_reflection(canvas: skia.Canvas, frame: Frame, product: Pixels, gloss: float) -> None:
    area = frame.product
    reach = min(0.34 * area.high, frame.height - area.bottom)
    if reach < 2 or gloss < 0.02:
        return
    bounds = rect(area.x - 4, area.bottom - 2, area.wide + 8, reach + 2)
    rows = min(product.shape[0], int(reach) + 4)
    flipped = picture_of(product[-rows:][::-1])
    canvas.saveLayerAlpha(bounds, int(255 * min(0.55, gloss + 0.06)))
    soft = skia.Paint(ImageFilter=skia.ImageFilters.Blur(0.008 * area.wide, 0.02 * area.wide))
    canvas.drawImage(flipped, area.x, area.bottom - 0.01 * area.wide, skia.SamplingOptions(), soft)
    canvas.drawRect(
        bounds,
        fading(
            (0, area.bottom),
            (0, area.bottom + reach),
            [ink((0, 0, 0), 1), ink((0, 0, 0), 0)],
            None,
            skia.BlendMode.kDstIn,
        ),
    )
    canvas.restore()


def box_of(area: Area, frame: Frame) -> tuple[float, float, float, float]:
    """The product's box as fractions of the frame: x, y, width, height."""
    return area.x / frame.width, area.y / frame.height, area.wide / frame.width, area.high / frame.height
