"""Seeded cities without a name: a sky, a skyline with windows, and a ground."""

from __future__ import annotations

import functools
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

Colour = tuple[int, int, int]
_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((66, 122, 190), (196, 216, 232)),
    ((92, 140, 178), (232, 214, 190)),
    ((46, 92, 150), (150, 190, 220)),
    ((120, 132, 160), (236, 196, 170)),
    ((40, 60, 110), (190, 130, 120)),
    ((110, 150, 180), (214, 224, 226)),
)


def city(size: tuple[int, int], horizon: float, dice: random.Random) -> Image.Image:
    """A city of so many pixels, its horizon at a fraction of the height."""
    wide, high = size
    top, low = dice.choice(_SKIES)
    shift = dice.randint(-18, 18)
    top, low = _moved(top, shift, dice), _moved(low, shift, dice)
    edge = max(2, round(high * horizon))
    picture = Image.new("RGB", size)
    picture.paste(_slope((wide, edge), top, low, "clouds", dice), (0, 0))
    pen = ImageDraw.Draw(picture)
    _skyline(pen, (wide, edge), low, dice)
    base = dice.choice(((120, 108, 94), (138, 130, 118), (104, 112, 100), (150, 134, 110), (96, 98, 106)))
    ground = _slope((wide, high - edge), _moved(base, 20, dice), _moved(base, -34, dice), "grain", dice)
    picture.paste(ground, (0, edge))
    return picture


def _slope(size: tuple[int, int], top: Colour, low: Colour, texture: str, dice: random.Random) -> Image.Image:
    """A vertical slope between two colours, uneven as clouds are or as stone is."""
    levels = Image.linear_gradient("L").resize(size)
    noise = _texture(texture)
    reach = 900 if texture == "grain" else 500
    x, y = dice.randint(0, noise.width - reach), dice.randint(0, noise.height - reach)
    patch = noise.crop((x, y, x + reach, y + reach))
    patch = patch.resize(size, Image.Resampling.BILINEAR if max(size) > reach else Image.Resampling.NEAREST)
    mixed = Image.blend(levels, patch, 0.34 if texture == "grain" else 0.22)
    return ImageOps.colorize(mixed, black=top, white=low)


@functools.cache
def _texture(kind: str) -> Image.Image:
    rng = np.random.default_rng(11)
    if kind == "grain":
        fine = Image.fromarray(rng.integers(0, 256, (1400, 1400), np.uint8)).filter(ImageFilter.GaussianBlur(0.7))
        return ImageOps.autocontrast(fine, cutoff=1)
    coarse = Image.fromarray(rng.integers(0, 256, (14, 14), np.uint8)).resize((1000, 1000), Image.Resampling.BICUBIC)
    finer = Image.fromarray(rng.integers(0, 256, (90, 60), np.uint8)).resize((1000, 1000), Image.Resampling.BICUBIC)
    return Image.blend(coarse, finer, 0.2)


def _skyline(pen: ImageDraw.ImageDraw, room: tuple[int, int], sky: Colour, dice: random.Random) -> None:
    """Houses with windows along the horizon, in two rows, and one tall shape that only this city has."""
    wide, edge = room
    unit = min(wide, 2.2 * edge)
    walls = dice.choice(((92, 88, 96), (126, 104, 92), (84, 100, 110), (140, 124, 104), (108, 84, 80)))
    tall = dice.uniform(0.22, 0.34) * min(edge, unit)
    at, broad = dice.uniform(0.1, 0.9) * wide, dice.uniform(0.03, 0.07) * unit
    shape = dice.choice(("spire", "slab", "dome", "steps"))
    red, green, blue = ((one + other) // 2 for one, other in zip(walls, sky, strict=True))
    far = (red, green, blue)
    if shape == "spire":
        pen.polygon(((at - broad, edge), (at, edge - 1.3 * tall), (at + broad, edge)), fill=far)
    elif shape == "dome":
        pen.ellipse((at - broad, edge - tall, at + broad, edge - tall + 2 * broad), fill=far)
        pen.rectangle((at - broad, edge - tall + broad, at + broad, edge), fill=far)
    else:
        for step in range(3 if shape == "steps" else 1):
            half = broad * (1 - 0.3 * step)
            pen.rectangle((at - half, edge - tall * (0.7 + 0.25 * step), at + half, edge), fill=far)
    for shade, height in ((far, 0.17), (walls, 0.1)):
        x = -dice.uniform(0, 0.05) * unit
        while x < wide:
            across, up = dice.uniform(0.03, 0.08) * unit, dice.uniform(0.35, 1.0) * height * min(edge, unit)
            tone = _moved(shade, dice.randint(-14, 14), dice)
            pen.rectangle((x, edge - up, x + across, edge), fill=tone)
            _windows(pen, (x, edge - up, x + across, edge), _moved(tone, dice.choice((-26, 34)), dice))
            x += across


def _windows(pen: ImageDraw.ImageDraw, wall: tuple[float, float, float, float], glass: Colour) -> None:
    step = max(5.0, (wall[2] - wall[0]) / 5)
    y = wall[1] + step
    while y < wall[3] - step / 2:
        x = wall[0] + step / 2
        while x < wall[2] - step / 2:
            pen.rectangle((x, y, x + step * 0.45, y + step * 0.6), fill=glass)
            x += step
        y += step * 1.3


def _moved(colour: Colour, by: int, dice: random.Random) -> Colour:
    red, green, blue = (max(0, min(255, level + by + dice.randint(-8, 8))) for level in colour)
    return red, green, blue
