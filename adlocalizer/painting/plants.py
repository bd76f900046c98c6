"""Trees and bushes at the city's foot, by climate and season."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import skia

from adlocalizer.painting.brushes import fading, polygon, rect
from adlocalizer.painting.colours import Rgb, from_hex, ink, mix, scaled
from adlocalizer.painting.frame import Area, Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.setting import Setting
from adlocalizer.painting.tables import Plant

LEAF, NEEDLE, PALM, DRY, BARE = (from_hex(text) for text in ("#5d8a45", "#3d6650", "#5d8c4e", "#a3a062", "#7b6a5c"))
AUTUMN = tuple(from_hex(text) for text in ("#d08a35", "#c2602f", "#dba93f", "#a8642f"))
BLOSSOM = tuple(from_hex(text) for text in ("#f3b9c8", "#f8d3da", "#eda3b6"))
SNOWY = from_hex("#e8eef4")


@dataclass(frozen=True)
class Planting:
    """What grows, the landmark before which it stays low, and whether that one stands in water."""

    plants: tuple[Plant, ...]
    keep_low: Area | None
    in_water: bool = False


@dataclass(frozen=True)
class Shape:
    """What a plant's crown and trunk are added to."""

    crowns: skia.Path
    trunks: skia.Path
    lights: skia.Path
    sun_side: float
    """-1 when the sun stands left, 1 when right."""

    def add_clump(self, x: float, y: float, radius: float) -> None:
        """Add a ball of leaves, lit on the sun's side."""
        self.crowns.addCircle(x, y, radius)
        self.lights.addCircle(x + 0.26 * self.sun_side * radius, y - 0.3 * radius, 0.6 * radius)


def draw_plants(
    canvas: skia.Canvas,
    frame: Frame,
    setting: Setting,
    light: Light,
    planting: Planting,
) -> None:
    """Draw a hedge and trees along the horizon, low in front of the landmark."""
    dice = setting.dice("plants")
    sets: dict[int, Shape] = {}
    tints = _tints(setting, planting.plants)
    x, foot = -0.1 * frame.tall, frame.horizon + 0.012 * frame.tall
    while x < frame.width + 0.1 * frame.tall:
        index = dice.randrange(len(tints))
        plant, _ = tints[index]
        high = frame.tall * dice.uniform(0.075, 0.15) * (1.35 if plant in ("palm", "cypress", "conifer") else 1)
        keep_low = planting.keep_low
        full = 0.78
        if keep_low is not None and keep_low.x - 0.05 * frame.tall < x < keep_low.right + 0.05 * frame.tall:
            high, full = min(high, 0.085 * keep_low.high), 0.0 if planting.in_water else 0.24
        shape = sets.setdefault(index, _empty(light))
        if dice.random() < full:
            _PLANTS[plant](shape, x, foot, high, dice)
        x += high * dice.uniform(0.35, 1.1)
    for index in sorted(sets):
        _paint(canvas, frame, light, sets[index], tints[index][1])
    hedge = skia.Path()
    hedge.addRect(rect(0, foot - 0.012 * frame.tall, frame.width, 0.03 * frame.tall))
    _paint(canvas, frame, light, Shape(hedge, skia.Path(), skia.Path(), 1), tints[0][1])


def draw_border(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw bushes behind the ledge, close to the eye: they give the lawn a depth."""
    dice = setting.dice("border")
    colour = _tints(setting, ("shrub" if setting.climate.startswith("B") else "broadleaf",))[-1][1]
    shape, x = _empty(light), -0.1 * frame.tall
    deep = min(frame.ledge - frame.horizon, 0.18 * frame.tall)
    while x < frame.width + 0.1 * frame.tall:
        if dice.random() < 0.6:
            for _ in range(7):
                radius = deep * dice.uniform(0.16, 0.34)
                shape.add_clump(
                    x + dice.uniform(-1, 1) * 1.6 * radius, frame.ledge - radius * dice.uniform(0.0, 0.8), radius
                )
        x += frame.tall * dice.uniform(0.10, 0.24)
    top = frame.ledge - 0.7 * deep
    canvas.save()
    canvas.clipRect(rect(0, 0, frame.width, frame.ledge))
    high, low = light.on(colour, 0.6, 0.10), light.on(scaled(colour, 0.55), 0.3, 0.06)
    canvas.drawPath(shape.crowns, fading((0, top), (0, frame.ledge), [ink(scaled(high, 0.8)), ink(low)]))
    canvas.drawPath(
        shape.lights, fading((0, top), (0, frame.ledge), [ink(light.on(colour, 0.95, 0.02), 0.75), ink(low, 0.1)])
    )
    canvas.restore()


def _empty(light: Light) -> Shape:
    return Shape(skia.Path(), skia.Path(), skia.Path(), 1 if light.sun_x > 0.5 else -1)


def _tints(setting: Setting, plants: tuple[Plant, ...]) -> list[tuple[Plant, Rgb]]:
    out: list[tuple[Plant, Rgb]] = []
    white = setting.weather == "snow"
    for plant in plants:
        if plant == "broadleaf" and not white and setting.season == "autumn" and setting.celsius < 17:
            out += [(plant, colour) for colour in AUTUMN[:3]]
        elif plant == "broadleaf" and setting.season == "spring" and setting.celsius < 19:
            out += [(plant, BLOSSOM[0]), (plant, BLOSSOM[1]), (plant, LEAF)]
        elif plant == "broadleaf" and setting.season == "winter" and setting.celsius < 8:
            out.append((plant, mix(BARE, SNOWY, 0.55 if white else 0.0)))
        else:
            base = {"conifer": NEEDLE, "cypress": NEEDLE, "palm": PALM, "shrub": DRY, "acacia": mix(LEAF, DRY, 0.5)}
            green = base.get(plant, LEAF)
            tints = (mix(green, SNOWY, 0.6 if white else 0), scaled(mix(green, SNOWY, 0.4 if white else 0), 0.72))
            out += [(plant, tint) for tint in tints]
    return out


def _paint(canvas: skia.Canvas, frame: Frame, light: Light, shape: Shape, colour: Rgb) -> None:
    top, foot = frame.horizon - 0.16 * frame.tall, frame.horizon + 0.02 * frame.tall
    trunk = light.on(scaled(BARE, 0.6), 0.3, 0.1)
    canvas.drawPath(shape.trunks, fading((0, top), (0, foot), [ink(trunk), ink(scaled(trunk, 0.7))]))
    high, low = light.on(colour, 0.75, 0.16), light.on(scaled(colour, 0.5), 0.2, 0.08)
    canvas.drawPath(shape.crowns, fading((0, top), (0, foot), [ink(scaled(high, 0.86)), ink(low)], [0.2, 1]))
    bright = light.on(mix(colour, (0.9, 0.9, 0.4), 0.10), 1.0, 0.14)
    canvas.drawPath(shape.lights, fading((0, top), (0, foot), [ink(bright, 0.8), ink(bright, 0.05)], [0.2, 0.95]))


def _broadleaf(shape: Shape, x: float, foot: float, high: float, dice: random.Random) -> None:
    shape.trunks.addRect(rect(x - high * 0.04, foot - high * 0.6, high * 0.08, high * 0.6))
    for _ in range(7):
        radius = high * dice.uniform(0.16, 0.27)
        shape.add_clump(
            x + dice.uniform(-0.3, 0.3) * high, foot - high * dice.uniform(0.5, 0.86) + radius * 0.2, radius
        )


def _conifer(shape: Shape, x: float, foot: float, high: float, dice: random.Random) -> None:
    shape.trunks.addRect(rect(x - high * 0.03, foot - high * 0.2, high * 0.06, high * 0.2))
    for step in range(4):
        half = high * (0.24 - 0.045 * step)
        base = foot - high * (0.10 + 0.21 * step)
        polygon(shape.crowns, [(x - half, base), (x, base - high * 0.36), (x + half, base)])


def _cypress(shape: Shape, x: float, foot: float, high: float, dice: random.Random) -> None:
    half = high * dice.uniform(0.09, 0.13)
    shape.crowns.moveTo(x, foot - high)
    shape.crowns.cubicTo(x + half * 1.3, foot - high * 0.6, x + half * 1.2, foot - high * 0.1, x + half * 0.4, foot)
    shape.crowns.lineTo(x - half * 0.4, foot)
    shape.crowns.cubicTo(x - half * 1.2, foot - high * 0.1, x - half * 1.3, foot - high * 0.6, x, foot - high)
    shape.crowns.close()


def _palm(shape: Shape, x: float, foot: float, high: float, dice: random.Random) -> None:
    lean = dice.uniform(-0.12, 0.12) * high
    top = (x + lean, foot - high)
    path = shape.trunks
    path.moveTo(x - high * 0.03, foot)
    path.quadTo(x - high * 0.01 + lean * 0.2, foot - high * 0.55, top[0] - high * 0.012, top[1])
    path.lineTo(top[0] + high * 0.014, top[1])
    path.quadTo(x + high * 0.025 + lean * 0.2, foot - high * 0.5, x + high * 0.035, foot)
    path.close()
    for index in range(9):
        angle = math.pi * (0.02 + 0.96 * index / 8) + dice.uniform(-0.08, 0.08)
        add_frond(shape.crowns, top, angle, high * dice.uniform(0.34, 0.46))


def add_frond(path: skia.Path, root: tuple[float, float], angle: float, length: float) -> None:
    """Add a palm leaf that leaves its root at an angle (0 = right, π = left) and droops."""
    x, y = root
    tip_x, tip_y = (
        x + math.cos(angle) * length,
        y - math.sin(angle) * length * 0.45 + length * 0.42 * abs(math.cos(angle)),
    )
    bend_x, bend_y = x + math.cos(angle) * length * 0.55, y - math.sin(angle) * length * 0.62 - length * 0.12
    path.moveTo(x, y)
    path.quadTo(bend_x, bend_y - length * 0.07, tip_x, tip_y)
    path.quadTo(bend_x, bend_y + length * 0.13, x, y)
    path.close()


def _shrub(shape: Shape, x: float, foot: float, high: float, dice: random.Random) -> None:
    for _ in range(5):
        radius = high * dice.uniform(0.13, 0.24)
        shape.add_clump(x + dice.uniform(-0.4, 0.4) * high, foot - radius * dice.uniform(0.4, 1.0), radius)


def _acacia(shape: Shape, x: float, foot: float, high: float, dice: random.Random) -> None:
    polygon(
        shape.trunks,
        [
            (x - high * 0.05, foot),
            (x - high * 0.02, foot - high * 0.6),
            (x + high * 0.02, foot - high * 0.6),
            (x + high * 0.05, foot),
        ],
    )
    for _ in range(4):
        wide = high * dice.uniform(0.5, 0.8)
        middle = x + dice.uniform(-0.28, 0.28) * high
        shape.crowns.addOval(rect(middle - wide / 2, foot - high * dice.uniform(0.8, 0.98), wide, high * 0.22))


_PLANTS: dict[Plant, Callable[[Shape, float, float, float, random.Random], None]] = {
    "broadleaf": _broadleaf,
    "conifer": _conifer,
    "cypress": _cypress,
    "palm": _palm,
    "shrub": _shrub,
    "acacia": _acacia,
}
