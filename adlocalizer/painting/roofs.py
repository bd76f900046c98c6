"""Roof shapes: what stands on a house's top edge, by name."""

from __future__ import annotations

import random
from collections.abc import Callable

import skia

from adlocalizer.painting.brushes import polygon, rect
from adlocalizer.painting.house import House
from adlocalizer.painting.tables import Roof


def add_roof(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    """Add a house's roof: masonry to `walls`, tiles and metal to `covers`."""
    _ROOFS[house.roof](house, walls, covers, dice)


def _flat(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    rim = min(house.wide * 0.05, house.high * 0.04)
    covers.addRect(rect(house.x - rim * 0.4, house.top - rim, house.wide + rim * 0.8, rim * 1.6))


def _boxes(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    _flat(house, walls, covers, dice)
    for _ in range(dice.randint(1, 3)):
        wide, high = house.wide * dice.uniform(0.10, 0.28), house.wide * dice.uniform(0.08, 0.2)
        walls.addRect(rect(house.x + dice.uniform(0.06, 0.64) * house.wide, house.top - high, wide, high))
    if dice.random() < 0.4:
        covers.addRect(
            rect(
                house.x + dice.uniform(0.2, 0.8) * house.wide,
                house.top - house.wide * 0.4,
                house.wide * 0.02,
                house.wide * 0.4,
            )
        )


def _antenna(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    walls.addRect(rect(house.x + house.wide * 0.25, house.top - house.wide * 0.18, house.wide * 0.5, house.wide * 0.2))
    high = house.wide * dice.uniform(0.8, 1.6)
    polygon(
        covers,
        [
            (house.middle - house.wide * 0.035, house.top - house.wide * 0.15),
            (house.middle, house.top - high),
            (house.middle + house.wide * 0.035, house.top - house.wide * 0.15),
        ],
    )


def _setback(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    shrink, top = 0.74, house.top
    wide = house.wide
    for step in range(dice.randint(2, 3)):
        wide *= shrink
        high = house.wide * (0.34 - 0.06 * step)
        walls.addRect(rect(house.middle - wide / 2, top - high, wide, high + 1))
        covers.addRect(rect(house.middle - wide / 2, top - high - wide * 0.03, wide, wide * 0.05))
        top -= high
    if dice.random() < 0.6:
        polygon(
            covers,
            [
                (house.middle - wide * 0.1, top),
                (house.middle, top - house.wide * 0.9),
                (house.middle + wide * 0.1, top),
            ],
        )


def _slant(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    rise = house.wide * dice.uniform(0.35, 0.8)
    if dice.random() < 0.5:
        polygon(walls, [(house.x, house.top + 1), (house.x, house.top - rise), (house.right, house.top + 1)])
    else:
        polygon(walls, [(house.x, house.top + 1), (house.right, house.top - rise), (house.right, house.top + 1)])


def _spire(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    half, rise = house.wide * 0.24, house.wide * dice.uniform(1.3, 2.0)
    walls.addRect(rect(house.middle - half, house.top - half * 1.4, half * 2, half * 1.5))
    polygon(
        covers,
        [
            (house.middle - half * 1.15, house.top - half * 1.35),
            (house.middle, house.top - rise),
            (house.middle + half * 1.15, house.top - half * 1.35),
        ],
    )


def _gable(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    rise = house.wide * dice.uniform(0.42, 0.68)
    if dice.random() < 0.55:
        eave = house.wide * 0.05
        polygon(
            covers, [(house.x - eave, house.top), (house.middle, house.top - rise), (house.right + eave, house.top)]
        )
        inner = 0.78
        polygon(
            walls,
            [
                (house.middle - house.wide / 2 * inner, house.top + 1),
                (house.middle, house.top - rise * inner),
                (house.middle + house.wide / 2 * inner, house.top + 1),
            ],
        )
    else:
        _slope(house, covers, rise * 0.8, 0.1)
        for _ in range(dice.randint(1, 2)):
            x = house.x + dice.uniform(0.15, 0.8) * house.wide
            walls.addRect(rect(x, house.top - rise * 1.02, house.wide * 0.07, rise * 0.6))


def _steps(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    rise, count = house.wide * 0.72, 4
    for step in range(count):
        half = house.wide / 2 * (1 - step / count * 0.86)
        walls.addRect(rect(house.middle - half, house.top - rise * (step + 1) / count, half * 2, rise / count + 1))
        covers.addRect(rect(house.middle - half, house.top - rise * (step + 1) / count, half * 2, rise * 0.035))


def _mansard(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    rise = min(house.wide * 0.34, house.high * 0.26)
    walls.addRect(rect(house.x - house.wide * 0.01, house.top - rise * 0.06, house.wide * 1.02, rise * 0.14))
    _slope(house, covers, rise, 0.07)
    count = max(2, round(house.wide / rise / 0.9))
    for index in range(count):
        x = house.x + house.wide * (0.13 + 0.74 * (index + 0.5) / count)
        wide = house.wide * 0.36 / count
        walls.addRoundRect(rect(x - wide / 2, house.top - rise * 0.74, wide, rise * 0.6), wide / 2, wide / 2)
    for _ in range(dice.randint(1, 3)):
        covers.addRect(
            rect(house.x + dice.uniform(0.12, 0.8) * house.wide, house.top - rise * 1.4, house.wide * 0.06, rise * 0.5)
        )


def _hip(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    _slope(house, covers, house.wide * dice.uniform(0.22, 0.34), dice.uniform(0.22, 0.34), 0.05)


def _dome(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    radius = house.wide * 0.34
    walls.addRect(rect(house.middle - radius, house.top - radius * 0.5, radius * 2, radius * 0.6))
    covers.addArc(rect(house.middle - radius * 1.05, house.top - radius * 1.6, radius * 2.1, radius * 2.3), 180, 180)
    covers.addRect(rect(house.middle - radius * 0.05, house.top - radius * 2.15, radius * 0.1, radius * 0.7))


def _onion(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    radius, x, foot = house.wide * 0.24, house.middle, house.top - house.wide * 0.3
    walls.addRect(rect(x - radius * 0.72, foot, radius * 1.44, house.wide * 0.32))
    covers.moveTo(x - radius * 0.72, foot)
    covers.cubicTo(x - radius * 1.7, foot - radius * 1.0, x - radius * 0.5, foot - radius * 1.7, x, foot - radius * 2.9)
    covers.cubicTo(
        x + radius * 0.5, foot - radius * 1.7, x + radius * 1.7, foot - radius * 1.0, x + radius * 0.72, foot
    )
    covers.close()
    covers.addRect(rect(x - radius * 0.05, foot - radius * 3.7, radius * 0.1, radius))


def _crenel(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    count = max(3, round(house.wide / max(2.0, house.high * 0.09)))
    tooth = house.wide / (2 * count - 1)
    for index in range(count):
        walls.addRect(rect(house.x + 2 * index * tooth, house.top - tooth * 1.1, tooth, tooth * 1.2))


def _terrace(house: House, walls: skia.Path, covers: skia.Path, dice: random.Random) -> None:
    _flat(house, walls, covers, dice)
    wide = house.wide * dice.uniform(0.35, 0.6)
    x = house.x if dice.random() < 0.5 else house.right - wide
    high = house.wide * dice.uniform(0.2, 0.34)
    walls.addRect(rect(x, house.top - high, wide, high + 1))
    covers.addRect(rect(x - wide * 0.03, house.top - high - wide * 0.05, wide * 1.06, wide * 0.07))


def _crown(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    rise = house.wide * 0.5
    walls.addArc(rect(house.x, house.top - rise, house.wide, rise * 2), 180, 180)
    covers.addRect(rect(house.middle - house.wide * 0.03, house.top - rise * 2, house.wide * 0.06, rise * 1.1))


def _minaret(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    half, top = house.wide * 0.16, house.top
    high = house.wide * 1.1
    walls.addRect(rect(house.middle - half, top - high, half * 2, high + 1))
    walls.addRect(rect(house.middle - half * 1.35, top - high * 0.98, half * 2.7, half * 0.5))
    walls.addRect(rect(house.middle - half * 0.6, top - high - half * 1.6, half * 1.2, half * 1.7))
    covers.addArc(rect(house.middle - half * 0.7, top - high - half * 2.6, half * 1.4, half * 2.2), 180, 180)
    covers.addRect(rect(house.middle - half * 0.07, top - high - half * 3.4, half * 0.14, half))


def _eaves(house: House, walls: skia.Path, covers: skia.Path, _dice: random.Random) -> None:
    rise, over = house.wide * 0.3, house.wide * 0.12
    left, right, top = house.x - over, house.right + over, house.top
    covers.moveTo(left, top - rise * 0.12)
    covers.quadTo(house.x + house.wide * 0.2, top - rise * 0.1, house.middle - house.wide * 0.12, top - rise)
    covers.lineTo(house.middle + house.wide * 0.12, top - rise)
    covers.quadTo(house.right - house.wide * 0.2, top - rise * 0.1, right, top - rise * 0.12)
    covers.lineTo(house.right, top + 1)
    covers.lineTo(house.x, top + 1)
    covers.close()


def _slope(house: House, covers: skia.Path, rise: float, inset: float, eave: float = 0.0) -> None:
    polygon(
        covers,
        [
            (house.x - house.wide * eave, house.top + 1),
            (house.x + house.wide * inset, house.top - rise),
            (house.right - house.wide * inset, house.top - rise),
            (house.right + house.wide * eave, house.top + 1),
        ],
    )


_ROOFS: dict[Roof, Callable[[House, skia.Path, skia.Path, random.Random], None]] = {
    "flat": _flat,
    "boxes": _boxes,
    "antenna": _antenna,
    "setback": _setback,
    "slant": _slant,
    "spire": _spire,
    "gable": _gable,
    "steps": _steps,
    "mansard": _mansard,
    "hip": _hip,
    "dome": _dome,
    "onion": _onion,
    "crenel": _crenel,
    "terrace": _terrace,
    "crown": _crown,
    "minaret": _minaret,
    "eaves": _eaves,
}
