"""The city's houses: rows of them from far to near, with haze between and windows lit at night."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass

import skia

from adlocalizer.painting.brushes import fading, flat, rect
from adlocalizer.painting.colours import Rgb, from_hex, ink, mix, scaled
from adlocalizer.painting.frame import Area, Frame
from adlocalizer.painting.house import House
from adlocalizer.painting.light import Light
from adlocalizer.painting.roofs import add_roof
from adlocalizer.painting.tables import Style

LAMPS = (from_hex("#ffc873"), from_hex("#ffe2ac"), from_hex("#ffab5c"), from_hex("#cfe0ff"))
SNOW = from_hex("#f4f7fb")
MOST_WINDOWS = 2600
TALLEST = 0.72
"""Height of the tallest tower around a landmark, as a share of the landmark's."""


@dataclass(frozen=True)
class Row:
    """One row of houses: `depth` is its haze, `size` its scale, `towers` its share of towers, `base` its foot."""

    depth: float
    size: float
    towers: float
    base: float
    windows: bool
    rise: float = 0.0
    """How high it may rise where the landmark stands, as a share of the landmark's height."""


def draw_row(canvas: skia.Canvas, houses: list[House], row: Row, light: Light, dice: random.Random) -> None:
    """Draw a row of houses: fronts and roofs by colour, sides, then windows."""
    fronts: dict[Rgb, skia.Path] = defaultdict(skia.Path)
    covers: dict[Rgb, skia.Path] = defaultdict(skia.Path)
    lit, shaded = skia.Path(), skia.Path()
    foot = row.base + 4
    for house in houses:
        fronts[house.wall].addRect(rect(house.x, house.top, house.wide, foot - house.top))
        add_roof(house, fronts[house.wall], covers[house.cover], dice)
        sun_is_right = light.sun_x > 0.5
        side = house.wide * 0.2
        shaded.addRect(rect(house.x if sun_is_right else house.right - side, house.top, side, foot - house.top))
        lit.addRect(
            rect(house.right - side * 0.8 if sun_is_right else house.x, house.top, side * 0.8, foot - house.top)
        )
    top = min((house.top for house in houses), default=row.base)
    for colour, path in covers.items():
        canvas.drawPath(path, flat(ink(light.on(mix(colour, SNOW, 0.8 * light.weather.snow), 0.62, row.depth))))
    for colour, path in fronts.items():
        high, low = light.on(colour, 0.5, row.depth), light.on(scaled(colour, 0.82), 0.34, min(1, row.depth * 1.35))
        canvas.drawPath(path, fading((0, top), (0, foot), [ink(high), ink(low)]))
    canvas.drawPath(shaded, flat(ink(scaled(light.fill, 0.12), 0.24 * (1 - row.depth))))
    canvas.drawPath(lit, flat(ink(light.key, 0.20 * (1 - row.depth) * min(1, light.weather.sun + 0.1))))
    if row.windows:
        _draw_windows(canvas, houses, row, light, dice)


def build_row(frame: Frame, style: Style, row: Row, dice: random.Random, landmark: Area | None) -> list[House]:
    """Set houses side by side across the frame, lower around the landmark and under the copy."""
    unit = frame.tall * row.size
    towers = style.high if landmark is None else _below(landmark, style, unit)
    houses, x = [], -dice.uniform(0, style.wide[1]) * unit
    centre, spread = dice.uniform(0.15, 0.85) * frame.width, max(0.22 * frame.width, 0.9 * frame.tall)
    while x < frame.width:
        wide = dice.uniform(*style.wide) * unit
        middle = x + wide / 2
        busy = math.exp(-(((middle - centre) / spread) ** 2))
        tower = dice.random() < style.towers * row.towers * (0.35 + busy)
        share = dice.uniform(*(towers if tower else style.low)) * (0.72 + 0.42 * busy)
        # Not cut at the ceiling but eased under it: roofs of one height would look mown.
        high = _eased(share * unit, _ceiling(frame, row, middle, wide, landmark) * dice.uniform(0.74, 1.0))
        house = _house(style, tower, (x, row.base - high, wide, high), dice)
        if high > 0.055 * frame.tall:
            houses.append(house)
        x += wide * (1 + (dice.uniform(0.3, 1.2) if dice.random() < style.gaps else 0))
    return houses


def draw_far(canvas: skia.Canvas, houses: list[House], row: Row, light: Light, dice: random.Random) -> None:
    """Draw a row that is one silhouette in the haze."""
    path = skia.Path()
    for house in houses:
        path.addRect(rect(house.x, house.top, house.wide + 0.5, row.base + 4 - house.top))
        add_roof(house, path, path, dice)
    if not houses:
        return
    colour = light.on(mix(houses[0].wall, (0.16, 0.20, 0.30), 0.55), 0.4, row.depth)
    top = min(house.top for house in houses)
    canvas.drawPath(path, fading((0, top), (0, row.base), [ink(colour), ink(mix(colour, light.haze, 0.7))]))


def _house(style: Style, tower: bool, at: tuple[float, float, float, float], dice: random.Random) -> House:
    x, top, wide, high = at
    weights = style.crowns if tower else style.roofs
    wall = from_hex(dice.choice(style.glass if tower else style.walls))
    return House(
        x=x,
        top=top,
        wide=wide,
        high=high,
        roof=dice.choices(list(weights), list(weights.values()))[0],
        wall=wall,
        cover=from_hex(dice.choice(style.covers)),
        is_tower=tower and high > wide * 1.6,
    )


def _below(landmark: Area, style: Style, unit: float) -> tuple[float, float]:
    """Heights of towers beside a landmark: the landmark stays the tallest in sight."""
    low, high = style.high
    share = max(0.5, min(1.0, TALLEST * landmark.high / (1.14 * high * unit)))
    return max(style.low[1] * 0.9, low * share), max(style.low[1], high * share)


def _eased(high: float, ceiling: float) -> float:
    return high / (1 + (high / ceiling) ** 4) ** 0.25 if ceiling > 0 else 0.0


def _ceiling(frame: Frame, row: Row, middle: float, wide: float, landmark: Area | None) -> float:
    limit = frame.horizon * 0.9
    if frame.quiet.x - wide / 2 < middle < frame.quiet.right + wide / 2:
        # Under words the roofs stay low; where the copy takes the whole height they may rise, and are veiled.
        under = row.base - frame.quiet.bottom
        limit = min(limit, max(0.52 * frame.tall, under * 0.92))
    if landmark is not None:
        near = max(0.0, abs(middle - landmark.middle) - wide / 2 - landmark.wide / 2) / max(1.0, 0.22 * frame.tall)
        if near < 1:
            limit = min(limit, row.rise * landmark.high * (1 - near) + limit * near)
    return limit


def _draw_windows(canvas: skia.Canvas, houses: list[House], row: Row, light: Light, dice: random.Random) -> None:
    lamps = [skia.Path() for _ in LAMPS]
    dark = skia.Path()
    budget = MOST_WINDOWS
    cell = max(2.4, max(house.wide for house in houses) * 0.115) if houses else 1
    while sum(house.wide * house.high for house in houses) / (cell * cell * 1.6) > budget:
        cell *= 1.2
    for house in houses:
        columns, rows = int(house.wide * 0.9 / cell), int(house.high * 0.92 / (cell * 1.5))
        if columns < 2 or rows < 1:
            continue
        step, inset = house.wide * 0.92 / columns, house.wide * 0.04
        share = light.windows * dice.uniform(0.35, 1.0)
        colour = dice.choices(range(len(LAMPS)), (5, 4, 3, 2 if house.is_tower else 0.5))[0]
        for down in range(rows):
            y = house.top + cell * (0.6 + 1.5 * down)
            for across in range(columns):
                pane = rect(house.x + inset + step * (across + 0.2), y, step * 0.6, cell * 0.95)
                (lamps[colour] if dice.random() < share else dark).addRect(pane)
    clear = 1 - row.depth
    canvas.drawPath(dark, flat(ink(light.on(mix((0.08, 0.1, 0.14), light.sky[1], 0.3), 0.3, row.depth), 0.42 * clear)))
    for lamp, path in zip(LAMPS, lamps, strict=True):
        canvas.drawPath(path, flat(ink(scaled(lamp, 0.95), min(0.92, 0.35 + light.windows) * (0.35 + 0.65 * clear))))
