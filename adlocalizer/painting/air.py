"""What is in the air: haze over the city, rain, snow, fog, and lamps out of focus. All of it behind the product."""

from __future__ import annotations

import numpy as np
import skia

from adlocalizer.painting.brushes import SMOOTH, Field, blurred, fading, flat, glowing, line, picture_of, rect
from adlocalizer.painting.colours import ink, mix
from adlocalizer.painting.frame import Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.noise import smoothstep
from adlocalizer.painting.setting import Setting
from adlocalizer.painting.sky import sun_place
from adlocalizer.painting.skyline import LAMPS


def draw_haze(canvas: skia.Canvas, frame: Frame, light: Light, strength: float) -> None:
    """Draw haze that gathers above the horizon."""
    high = 0.62 * frame.tall
    dense = min(0.95, strength * (1 + 1.3 * light.weather.haze))
    inks = [ink(light.haze, 0), ink(light.haze, dense * 0.4), ink(light.haze, dense)]
    top = frame.horizon - high
    canvas.drawRect(rect(0, top, frame.width, high + 3), fading((0, top), (0, frame.horizon), inks, [0, 0.55, 1]))


def draw_bloom(canvas: skia.Canvas, frame: Frame, light: Light) -> None:
    """Draw the low sun's glow in front of the roofs it stands behind."""
    if not -3 < light.elevation < 16 or light.weather.sun < 0.3:
        return
    low = 1 - max(0.0, light.elevation - 3) / 13
    reach = 1.15 * frame.tall
    inks = [ink(light.glow, 0.46 * low * light.weather.sun), ink(light.glow, 0.14 * low), ink(light.glow, 0)]
    area = rect(0, frame.horizon - 1.6 * frame.tall, frame.width, 1.6 * frame.tall + 2)
    canvas.drawRect(area, glowing(sun_place(frame, light), reach, inks, [0, 0.4, 1]))


def draw_vignette(canvas: skia.Canvas, frame: Frame) -> None:
    """Darken the corners a little, so that the eye stays inside."""
    reach = 0.62 * (frame.width**2 + frame.height**2) ** 0.5
    inks = [ink((0, 0, 0), 0), ink((0, 0, 0), 0), ink((0, 0, 0.01), 0.30)]
    centre = (0.5 * frame.width, 0.52 * frame.height)
    canvas.drawPaint(glowing(centre, reach, inks, [0, 0.55, 1], skia.BlendMode.kSrcOver))


def make_calm(frame: Frame, plain: Field) -> skia.Image:
    """A veil of plain sky for what stands behind the copy, soft at the edges."""
    high, wide = plain.shape[:2]
    quiet = frame.quiet
    soft = _softness(frame)
    x = (np.arange(wide, dtype=np.float32) + 0.5) / wide * frame.width
    y = (np.arange(high, dtype=np.float32) + 0.5) / high * frame.horizon
    inside_x, inside_y = np.minimum(x - quiet.x, quiet.right - x), np.minimum(y - quiet.y, quiet.bottom - y)
    inside = np.minimum(inside_x[None, :], inside_y[:, None])
    veil = np.empty((high, wide, 4), np.uint8)
    veil[..., :3] = np.round(plain * 255)
    # Words gather in the upper part; further down the city may show more.
    lower = 1 - 0.6 * smoothstep(0.45, 0.95, (y - quiet.y) / quiet.high)[:, None]
    veil[..., 3] = np.round(smoothstep(-soft, soft * 0.8, inside) * lower * 255)
    return picture_of(veil)


def draw_calm(canvas: skia.Canvas, frame: Frame, veil: skia.Image, strength: float) -> None:
    """Veil what stands behind the copy so far."""
    quiet = frame.quiet
    bottom = min(frame.horizon, quiet.bottom + _softness(frame) + 2)
    canvas.save()
    canvas.clipRect(rect(0, 0, frame.width, bottom))
    canvas.drawImageRect(veil, rect(0, 0, frame.width, frame.horizon), SMOOTH, skia.Paint(Alphaf=strength))
    canvas.restore()


def _softness(frame: Frame) -> float:
    return 0.16 * min(frame.width, max(frame.quiet.high, 0.1 * frame.height))


def draw_birds(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw a few birds by day, clear of copy and product."""
    if light.elevation < -2 or light.weather.sun < 0.3:
        return
    dice = setting.dice("birds")
    clear = frame.quiet.bottom if frame.quiet.bottom < 0.8 * frame.horizon else 0.1 * frame.horizon
    middle_y = clear + (frame.horizon - clear) * dice.uniform(0.10, 0.3)
    gap = frame.gap
    middle_x = gap.x + max(gap.wide, 0.2 * frame.width) * dice.uniform(0.5, 0.8)
    path = skia.Path()
    for _ in range(dice.randint(4, 7)):
        x, y = middle_x + dice.gauss(0, 0.11) * frame.tall, middle_y + dice.gauss(0, 0.05) * frame.tall
        wing, lift = dice.uniform(0.010, 0.017) * frame.tall, dice.uniform(0.25, 0.6)
        path.moveTo(x - wing, y - wing * lift)
        path.quadTo(x - wing * 0.35, y - wing * 0.55, x, y)
        path.quadTo(x + wing * 0.35, y - wing * 0.55, x + wing, y - wing * lift)
    canvas.drawPath(path, line(ink(mix(light.sky[0], (0.02, 0.02, 0.03), 0.7), 0.7), 0.0036 * frame.tall))


def draw_lamps(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw lamps out of focus along the shore after dark."""
    if light.windows < 0.3:
        return
    dice = setting.dice("lamps")
    for _ in range(int(20 * max(1.0, frame.width / frame.tall / 2.4))):
        x, y = dice.random() * frame.width, frame.horizon + dice.gauss(0.012, 0.02) * frame.tall
        radius = dice.uniform(0.006, 0.022) * frame.tall
        colour = dice.choice(LAMPS)
        canvas.drawCircle(x, y, radius * 2.6, blurred(flat(ink(colour, 0.16), skia.BlendMode.kScreen), radius))
        canvas.drawCircle(x, y, radius, flat(ink(colour, dice.uniform(0.35, 0.75)), skia.BlendMode.kScreen))


def draw_weather(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw rain, snow or fog in front of the city; the product is drawn later, so none of it touches a label."""
    if light.weather.wet and setting.weather == "rain":
        _draw_rain(canvas, frame, setting, light)
    if light.weather.snow:
        _draw_snowfall(canvas, frame, setting, light)
    if setting.weather == "fog":
        _draw_fog(canvas, frame, setting, light)


def _draw_rain(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    dice = setting.dice("rain")
    area = frame.width * frame.height / frame.tall**2
    bright = mix(light.sky[3], (1, 1, 1), 0.5)
    for count, long, alpha, width in ((46, 0.055, 0.16, 0.8), (16, 0.11, 0.22, 1.2)):
        path = skia.Path()
        for _ in range(int(count * area)):
            x, y, size = dice.uniform(-0.05, 1.05) * frame.width, dice.random() * frame.height, dice.uniform(0.6, 1.3)
            path.moveTo(x, y)
            path.lineTo(x - long * 0.17 * size * frame.tall, y + long * size * frame.tall)
        canvas.drawPath(path, line(ink(bright, alpha), width * frame.unit))
    rings = skia.Path()
    for _ in range(int(7 * frame.width / frame.tall) + 6):
        near = dice.random()
        x, y = dice.random() * frame.width, frame.ledge + near * (frame.height - frame.ledge)
        wide = frame.unit * (8 + 26 * near)
        rings.addOval(rect(x - wide / 2, y - wide * 0.12, wide, wide * 0.24))
    canvas.drawPath(rings, line(ink(bright, 0.3), 1.0 * frame.unit))


def _draw_snowfall(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    dice = setting.dice("snow")
    area = frame.width * frame.height / frame.tall**2
    white = mix(light.sky[3], (1, 1, 1), 0.8)
    for count, small, large, alpha, soft in ((46, 0.9, 2.0, 0.8, 0), (17, 2.2, 4.4, 0.75, 1.0), (2.6, 6, 12, 0.36, 4)):
        path = skia.Path()
        for _ in range(int(count * area)):
            x, y = dice.random() * frame.width, dice.random() * frame.height
            calm = frame.quiet.x < x < frame.quiet.right and frame.quiet.y < y < frame.quiet.bottom
            if not calm or dice.random() < 0.4:
                path.addCircle(x, y, dice.uniform(small, large) * frame.unit)
        canvas.drawPath(path, blurred(flat(ink(white, alpha)), soft * frame.unit))


def _draw_fog(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    dice = setting.dice("fog")
    colour = mix(light.haze, (1, 1, 1), 0.25 * light.level)
    for _ in range(5):
        y = frame.horizon - dice.uniform(-0.05, 0.5) * frame.tall
        high = dice.uniform(0.2, 0.4) * frame.tall
        inks = [ink(colour, 0), ink(colour, 0.22), ink(colour, 0)]
        canvas.drawRect(rect(0, y - high / 2, frame.width, high), fading((0, y - high / 2), (0, y + high / 2), inks))
