"""The city's landmark, drawn in the hour's light: haze at its foot, the sun on one side, lamps after dark."""

from __future__ import annotations

import skia

from adlocalizer.painting.brushes import fading, flat, glowing, rect
from adlocalizer.painting.colours import Rgb, from_hex, ink, luminance, mix, scaled, times
from adlocalizer.painting.frame import Area, Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.placing import Standing
from adlocalizer.painting.shapes import GROUND, Part
from adlocalizer.painting.tables import Kind

LAMP, FLOOD, PALE = from_hex("#ffb45c"), from_hex("#ffd9a0"), from_hex("#d8cdbb")


def draw_landmark(canvas: skia.Canvas, frame: Frame, standing: Standing, light: Light) -> None:
    """Draw the landmark and the air behind it that sets it off from the houses."""
    area, kind = standing.area, standing.kind
    _draw_aura(canvas, frame, standing, light)
    bounds = rect(area.x - 2, area.y - 0.1 * area.high, area.wide + 4, area.high * 1.1 + 4)
    canvas.saveLayer(bounds)
    canvas.save()
    canvas.translate(area.x, area.y)
    canvas.scale(area.wide / (standing.shape.aspect * GROUND), area.high / GROUND)
    for part in standing.shape.parts:
        canvas.drawPath(part.path, flat(ink(_colour(part, kind, light))))
    canvas.restore()
    _draw_light(canvas, bounds, area, light, kind)
    canvas.restore()


def _draw_aura(canvas: skia.Canvas, frame: Frame, standing: Standing, light: Light) -> None:
    area = standing.area
    if standing.is_far:
        return
    reach = max(0.9 * area.high, 0.55 * area.wide)
    middle = (area.middle, area.y + area.high * 0.62)
    around = rect(middle[0] - reach, 0, 2 * reach, frame.horizon)
    if light.is_dark:
        lamps = [ink(LAMP, 0.28), ink(LAMP, 0.09), ink(LAMP, 0)]
        canvas.drawRect(around, glowing(middle, reach, lamps, [0, 0.5, 1]))
    else:
        air = mix(light.haze, light.sky[3], 0.5)
        veil = [ink(air, 0.55), ink(air, 0.36), ink(air, 0)]
        canvas.drawRect(around, glowing(middle, reach, veil, [0, 0.55, 1], skia.BlendMode.kSrcOver))


def _colour(part: Part, kind: Kind, light: Light) -> Rgb:
    if part.glows and light.windows > 0.12:
        return scaled(LAMP, 0.55 + 0.5 * light.windows)
    day = light.on(part.colour, 0.62, kind.haze)
    night = max(0.0, light.windows - 0.15) * max(0.0, 1 - 2.2 * light.level)
    if kind.depth == "far":
        # Nobody lights a mountain: it shows against the night sky by the moon and the haze.
        moonlit = 0.95 + 2.4 * luminance(part.colour)
        return mix(day, scaled(mix(light.haze, light.sky[3], 0.6), moonlit), min(1.0, 1.4 * night))
    # Dark stone and iron would swallow the floodlight: they are lit a little paler than they are.
    paler = 0.06 + 0.40 * (1 - luminance(part.colour)) ** 3
    lamps = scaled(times(mix(part.colour, PALE, paler), FLOOD), 1.08 * night)
    return day[0] + lamps[0], day[1] + lamps[1], day[2] + lamps[2]


def _draw_light(canvas: skia.Canvas, bounds: skia.Rect, area: Area, light: Light, kind: Kind) -> None:
    over = skia.BlendMode.kSrcATop
    right = light.sun_x > 0.5
    sides = [
        ink((0, 0, 0.02), 0.22),
        ink((0, 0, 0), 0.0),
        ink(light.key, 0.10),
        ink(light.key, 0.30 * light.weather.sun),
    ]
    across = fading((area.x, 0), (area.right, 0), sides if right else sides[::-1], [0, 0.4, 0.6, 1], over)
    canvas.drawRect(bounds, across)
    foot = [ink(light.haze, 0), ink(light.haze, 0.14 + 0.4 * kind.haze + 0.3 * light.weather.haze)]
    canvas.drawRect(bounds, fading((0, area.y + 0.45 * area.high), (0, area.bottom), foot, None, over))
    if light.is_dark and kind.depth != "far":
        lamps = [ink(LAMP, 0.0), ink(LAMP, 0.03), ink(LAMP, 0.30 * light.windows)]
        canvas.drawRect(bounds, fading((0, area.y), (0, area.bottom), lamps, [0, 0.35, 1], over))
