"""Hills and mountains behind the city."""

from __future__ import annotations

import numpy as np
import skia

from adlocalizer.painting.brushes import fading, flat
from adlocalizer.painting.colours import Rgb, from_hex, ink, mix
from adlocalizer.painting.frame import Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.noise import SIDE, cloud_noise
from adlocalizer.painting.setting import Setting
from adlocalizer.painting.tables import Place

GREEN, ROCK, DRY, SNOW = (from_hex(text) for text in ("#5d7d55", "#76798a", "#b39a72", "#f4f7fb"))


def draw_terrain(canvas: skia.Canvas, frame: Frame, setting: Setting, place: Place, light: Light) -> None:
    """Draw the ridges behind a city, far ones first."""
    if place.terrain == "none":
        return
    dice = setting.dice("terrain")
    dry = setting.climate.startswith("B")
    ridges = {
        "hills": ((0.34, 0.58), (0.22, 0.40)),
        "mountains": ((0.66, 0.60), (0.36, 0.46)),
        "volcano": ((0.26, 0.52),),
        "plateau": ((0.5, 0.66),),
    }
    if place.terrain == "volcano":
        _draw_cone(canvas, frame, light, dice.uniform(0.2, 0.8), place.snowcap)
    for index, (high, depth) in enumerate(ridges[place.terrain]):
        rough = 0.75 if place.terrain == "mountains" and index == 0 else 0.28
        body = DRY if dry else mix(GREEN, ROCK, 0.75 if rough > 0.5 else 0.2)
        ridge = _ridge(frame, dice.randrange(SIDE), high * frame.tall, rough)
        snow = (place.snowcap and index == 0) or (light.weather.snow > 0 and setting.celsius < 2)
        look = (light.on(body, 0.5, depth), high * frame.tall if snow else 0.0, depth)
        _draw_ridge(canvas, frame, light, ridge, look)


def _ridge(frame: Frame, offset: int, high: float, rough: float) -> list[tuple[float, float]]:
    count = max(40, min(360, frame.width // 6))
    x = np.linspace(0, frame.width, count)
    along = x / max(1.0, frame.tall) * 34
    row, fine = cloud_noise(3, 1.7)[offset], cloud_noise(4, 1.15)[offset]
    columns = np.arange(SIDE)
    level = np.interp((along + offset) % SIDE, columns, row) + rough * 0.30 * np.interp(
        along * 1.1 % SIDE, columns, fine
    )
    level = (level - level.min()) / max(1e-6, float(np.ptp(level)))
    return list(zip(x.tolist(), (frame.horizon - high * (0.36 + 0.64 * level)).tolist(), strict=True))


def _draw_ridge(
    canvas: skia.Canvas,
    frame: Frame,
    light: Light,
    ridge: list[tuple[float, float]],
    look: tuple[Rgb, float, float],
) -> None:
    colour, snow_high, depth = look
    path = skia.Path()
    points = [skia.Point(x, y) for x, y in ridge]
    path.addPoly([skia.Point(0, frame.horizon + 3), *points, skia.Point(frame.width, frame.horizon + 3)], True)
    top = min(y for _, y in ridge)
    canvas.drawPath(path, fading((0, top), (0, frame.horizon), [ink(colour), ink(mix(colour, light.haze, 0.75))]))
    if snow_high:
        white = ink(light.on(SNOW, 0.75, depth * 0.8))
        line = frame.horizon - snow_high * 0.58
        canvas.save()
        canvas.clipPath(path, skia.ClipOp.kIntersect, True)
        cap = skia.Path()
        jag = cloud_noise(4, 1.15)[7]
        edge = [
            skia.Point(x, y + max(0.0, line - y) * (0.62 + 0.22 * float(jag[3 * n % SIDE])))
            for n, (x, y) in enumerate(ridge)
        ]
        cap.addPoly([skia.Point(-5, top - 5), *edge, skia.Point(frame.width + 5, top - 5)], True)
        canvas.drawPath(cap, flat(white))
        canvas.restore()
    sun_side = [skia.Point(x, y) for x, y in ridge]
    shade = skia.Path()
    shift = frame.tall * (0.05 if light.sun_x < 0.5 else -0.05)
    lower = [skia.Point(point.x() + shift, point.y() + frame.tall * 0.09) for point in reversed(sun_side)]
    shade.addPoly([*sun_side, *lower], True)
    canvas.save()
    canvas.clipPath(path, skia.ClipOp.kIntersect, True)
    canvas.drawPath(shade, fading((0, top), (0, frame.horizon), [ink(light.key, 0.16), ink(light.key, 0.0)]))
    canvas.restore()


def _draw_cone(canvas: skia.Canvas, frame: Frame, light: Light, across: float, capped: bool) -> None:
    x, foot, high = across * frame.width, frame.horizon + 3, frame.tall * 0.62
    half = high * 1.7
    path = skia.Path()
    path.moveTo(x - half, foot)
    path.cubicTo(x - half * 0.45, foot - high * 0.18, x - half * 0.22, foot - high * 0.75, x - half * 0.10, foot - high)
    path.quadTo(x, foot - high * 0.95, x + half * 0.09, foot - high * 0.985)
    path.cubicTo(x + half * 0.22, foot - high * 0.72, x + half * 0.5, foot - high * 0.16, x + half, foot)
    path.close()
    colour = light.on(mix(ROCK, GREEN, 0.25), 0.5, 0.66)
    canvas.drawPath(path, fading((0, foot - high), (0, foot), [ink(colour), ink(mix(colour, light.haze, 0.85))]))
    if capped:
        canvas.save()
        canvas.clipPath(path, skia.ClipOp.kIntersect, True)
        cap, edge = skia.Path(), foot - high * 0.66
        teeth = [(x + half * (-0.5 + n / 12), edge + high * (0.09 if n % 2 else -0.05)) for n in range(13)]
        cap.addPoly(
            [
                skia.Point(x - half, foot - high * 1.1),
                *(skia.Point(*tooth) for tooth in teeth),
                skia.Point(x + half, foot - high * 1.1),
            ],
            True,
        )
        canvas.drawPath(cap, flat(ink(light.on(SNOW, 0.7, 0.5))))
        canvas.restore()
