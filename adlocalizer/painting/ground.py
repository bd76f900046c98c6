"""What lies between the city and the ledge: water that mirrors the city, or a lawn and a promenade."""

from __future__ import annotations

import skia

from adlocalizer.painting.brushes import SMOOTH, blurred, fading, flat, polygon, rect
from adlocalizer.painting.colours import from_hex, ink, mix, scaled
from adlocalizer.painting.frame import Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.mirror import draw_mirrored
from adlocalizer.painting.setting import Setting

LAWN, PAVING, SNOW, SAND = (from_hex(text) for text in ("#7f9a5c", "#c9bfae", "#f5f8fc", "#d2b887"))


def draw_shore(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light, mirror: skia.Image) -> None:
    """Draw water that mirrors the city, and in most cities a railing before it."""
    _draw_water(canvas, frame, setting, light, mirror)
    _draw_railing(canvas, frame, setting, light)


def draw_lawn(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light, mirror: skia.Image) -> None:
    """Draw a lawn (dry or under snow where it is) with a promenade, wet or lit after dark."""
    band = rect(0, frame.horizon, frame.width, frame.ledge - frame.horizon + 2)
    dry = setting.climate.startswith("B")
    base = SNOW if light.weather.snow else mix(LAWN, PAVING, 0.15)
    if dry and not light.weather.snow:
        base = SAND
    far, near = light.on(base, 0.6, 0.35), light.on(scaled(base, 0.7), 0.4, 0.05)
    canvas.drawRect(band, fading((0, frame.horizon), (0, frame.ledge), [ink(far), ink(near)]))
    _draw_path(canvas, frame, setting, light)
    if light.is_dark or light.weather.wet:
        draw_mirrored(canvas, frame, mirror, (frame.horizon, frame.ledge), 0.25 + 0.3 * light.weather.wet)


def _draw_path(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw a promenade across the lawn, one towards the city, and the long shadows of what stands there."""
    top, deep = frame.horizon, frame.ledge - frame.horizon
    dice = setting.dice("path")
    paving = light.on(SNOW if light.weather.snow else PAVING, 0.7, 0.22)
    goal = dice.uniform(0.2, 0.8) * frame.width
    wide = frame.tall * 0.05
    path = skia.Path()
    for y, high in ((0.30, 0.13), (0.66, 0.34)):
        path.addRect(rect(0, top + y * deep, frame.width, high * deep))
    foot = goal + (goal - frame.width / 2) * 0.9
    polygon(
        path,
        [
            (goal - wide, top),
            (goal + wide, top),
            (foot + 5.5 * wide, top + deep + 2),
            (foot - 5.5 * wide, top + deep + 2),
        ],
    )
    canvas.drawPath(
        path, fading((0, top), (0, frame.ledge), [ink(mix(paving, light.haze, 0.3)), ink(scaled(paving, 0.85))])
    )
    if light.weather.sun < 0.3 or light.elevation < 1:
        return
    shades, side = skia.Path(), -1 if light.sun_x > 0.5 else 1
    for _ in range(int(9 * max(1.0, frame.width / frame.tall / 2.4))):
        x, y = dice.random() * frame.width, top + dice.uniform(0.04, 0.75) * deep
        long = frame.tall * dice.uniform(0.10, 0.22) * min(2.2, max(0.5, 14 / max(4.0, light.elevation)))
        shades.addOval(rect(x - (long if side < 0 else 0), y, long, deep * dice.uniform(0.04, 0.10)))
    canvas.drawPath(shades, blurred(flat(ink(scaled(light.fill, 0.10), 0.30)), 0.012 * frame.tall))


def _draw_water(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light, mirror: skia.Image) -> None:
    top, bottom = frame.horizon, frame.ledge
    deep = mix(mix(light.sky[0], light.sky[1], 0.4), from_hex("#2f6a80"), 0.25 * min(1, light.level * 1.3))
    band = rect(0, top, frame.width, bottom - top + 2)
    canvas.drawRect(
        band,
        fading(
            (0, top),
            (0, bottom),
            [ink(mix(light.sky[3], light.haze, 0.4)), ink(mix(light.sky[2], deep, 0.35)), ink(deep)],
            [0, 0.3, 1],
        ),
    )
    canvas.save()
    canvas.clipRect(band)
    paint = skia.Paint(Alphaf=0.62)
    canvas.drawImageRect(mirror, rect(0, top, frame.width, min(frame.horizon, 1.5 * frame.tall) * 0.62), SMOOTH, paint)
    dice = setting.dice("water")
    bright, dark = skia.Path(), skia.Path()
    for _ in range(int(150 * max(1.0, frame.width / frame.tall / 2.2))):
        near = dice.random() ** 1.4
        y = top + near * (bottom - top)
        long = frame.tall * dice.uniform(0.02, 0.10) * (0.3 + near)
        x = dice.gauss(light.sun_x, 0.12) * frame.width if dice.random() < 0.45 else dice.random() * frame.width
        path = bright if dice.random() < 0.6 else dark
        path.addOval(rect(x - long / 2, y, long, frame.tall * (0.0018 + 0.0045 * near)))
    canvas.drawPath(dark, flat(ink(scaled(deep, 0.6), 0.25)))
    canvas.drawPath(bright, flat(ink(mix(light.glow, light.sky[3], 0.4), 0.34)))
    canvas.restore()


def _draw_railing(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw a promenade's railing in front of the water, in two cities of three."""
    if setting.dice("railing").random() < 0.34:
        return
    high = 0.42 * (frame.ledge - frame.horizon)
    step, top = 1.5 * high, frame.ledge - high
    rails, posts = skia.Path(), skia.Path()
    for share, thick in ((0.0, 0.07), (0.36, 0.035), (0.66, 0.035)):
        rails.addRect(rect(0, top + share * high, frame.width, thick * high))
    for index in range(int(frame.width / step) + 2):
        posts.addRect(rect((index - 0.4) * step, top, 0.06 * high, high))
    metal = light.on(from_hex("#3c454d"), 0.5, 0.04)
    canvas.drawPath(posts, flat(ink(metal)))
    canvas.drawPath(rails, fading((0, top), (0, frame.ledge), [ink(mix(metal, light.key, 0.35)), ink(metal)], [0, 0.3]))
