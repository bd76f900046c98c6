"""Products that look almost like the one of the shot and are not it: other colours, another label."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from adlocalizer.imaging.lab import ciede2000, to_lab

Planes = NDArray[np.float32]

WRONG_COLOUR = (12.0, 35.0)
"""CIEDE2000 that a recoloured product strays by, on average over its coloured part."""
_CHROMA = 12.0  # Lab units above which a pixel has a colour of its own
_LEAST_COLOURED = 0.03  # of the product
_SMALL = (16, 24)  # pixels in which the strength of a change is found
_NEAR_HUE = 0.6  # radians that belong to one colour
_FARTHEST = 90.0  # Lab units that a tint may move a colour
_OPAQUE = 200
_LABEL = (0.12, 0.92)  # of the product's height: what another label covers
_SYLLABLES = ("ka", "ro", "vi", "no", "sel", "mar", "ti", "lu", "den", "fo", "pra", "zen", "bo", "ly", "quo", "ash")


class _Coloured(NamedTuple):
    """A product's Lab planes, and where it has a colour of its own."""

    lab: Planes
    parts: NDArray[np.bool_]


Change = Callable[[_Coloured, float], Planes]
"""A product's Lab planes with a change at a strength 0..1."""


class CannotAlter(Exception):
    """This product has nothing that could be altered in this way; the message says what is missing."""


def recoloured(product: Image.Image, random: np.random.Generator) -> Image.Image:
    """The cut-out with its colours turned, tinted or one of them exchanged by `WRONG_COLOUR`; light and dark are kept.

    Raises CannotAlter for a product in greys only.
    """
    small = _coloured(product.resize(_SMALL, Image.Resampling.BOX))
    if small.parts.sum() < _LEAST_COLOURED * small.parts.size:
        raise CannotAlter("it has no colours that could be changed")
    wanted = random.uniform(*WRONG_COLOUR)
    for place in random.permutation(3):
        change = (_turned, _tinted, _exchanged)[place](small, random)
        for strength in np.linspace(0.02, 1, 50):
            if _strayed(small, change(small, float(strength))) >= wanted:
                changed = from_lab(change(_coloured(product), float(strength)))
                return Image.fromarray(np.dstack((changed, np.asarray(product)[..., 3])))
    raise CannotAlter("its colours are too pale to be changed enough")


def other(product: Image.Image, random: np.random.Generator) -> Image.Image:
    """A product of the same outline, light and ends, with another label in other colours on its middle part."""
    pixels = np.asarray(product)
    high, wide = pixels.shape[:2]
    top, bottom = (round(share * high) for share in _LABEL)
    label = np.asarray(_label((wide, bottom - top), random)).astype(np.float32)
    solid = pixels[..., 3].astype(np.float32) / 255
    light = to_lab(pixels)[..., 0] * solid
    sigma = 0.06 * wide + 2
    shade = cv2.GaussianBlur(light, (0, 0), sigma) / np.maximum(cv2.GaussianBlur(solid, (0, 0), sigma), 0.05)
    shade = shade / max(float(np.percentile(shade[solid > 0.5], 90)), 1.0)
    changed = pixels.copy()
    shaded = label * np.clip(0.45 + 0.6 * shade[top:bottom, :, None], 0.2, 1.1)
    changed[top:bottom, :, :3] = np.clip(shaded, 0, 255).astype(np.uint8)
    return Image.fromarray(changed)


def from_lab(lab: Planes) -> NDArray[np.uint8]:
    """8-bit sRGB of Lab planes (D65); colours outside sRGB are clipped."""
    levels: NDArray[np.uint8] = np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB) * 255 + 0.5, 0, 255).astype(np.uint8)
    return levels


def _coloured(product: Image.Image) -> _Coloured:
    pixels = np.asarray(product)
    lab = to_lab(pixels)
    return _Coloured(lab, (np.hypot(lab[..., 1], lab[..., 2]) > _CHROMA) & (pixels[..., 3] > _OPAQUE))


def _turned(small: _Coloured, random: np.random.Generator) -> Change:
    """Every colour's hue turned, up to half round."""
    angle = math.pi * (1 if random.random() < 0.5 else -1)
    return lambda product, strength: _hue_turned(product.lab, strength * angle * product.parts)


def _exchanged(small: _Coloured, random: np.random.Generator) -> Change:
    """The hue turned of the colour that a coloured pixel drawn by lot has, and of what is near it."""
    angle = math.pi * (1 if random.random() < 0.5 else -1)
    hue = float(random.choice(_hues(small)[small.parts]))

    def change(product: _Coloured, strength: float) -> Planes:
        away = np.abs((_hues(product) - hue + math.pi) % (2 * math.pi) - math.pi)
        return _hue_turned(product.lab, strength * angle * np.exp(-((away / _NEAR_HUE) ** 2)) * product.parts)

    return change


def _tinted(small: _Coloured, random: np.random.Generator) -> Change:
    """Every colour moved towards another one."""
    hue = random.uniform(0, 2 * math.pi)
    towards = _FARTHEST * np.array([0, math.cos(hue), math.sin(hue)], np.float32)
    return lambda product, strength: (product.lab + strength * towards * product.parts[..., None]).astype(np.float32)


def _hues(product: _Coloured) -> Planes:
    hues: Planes = np.arctan2(product.lab[..., 2], product.lab[..., 1])
    return hues


def _hue_turned(lab: Planes, angle: NDArray[Any]) -> Planes:
    cos, sin = np.cos(angle), np.sin(angle)
    red, yellow = lab[..., 1] * cos - lab[..., 2] * sin, lab[..., 1] * sin + lab[..., 2] * cos
    return np.dstack((lab[..., 0], red, yellow)).astype(np.float32)


def _strayed(product: _Coloured, changed: Planes) -> float:
    """The mean CIEDE2000 of the coloured part, after clipping to sRGB."""
    after = to_lab(from_lab(changed))
    pairs = zip(product.lab[product.parts].tolist(), after[product.parts].tolist(), strict=True)
    return float(np.mean([ciede2000(tuple(first), tuple(second)) for first, second in pairs]))


def _label(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """A label nobody has: a coloured ground, a motif of simple shapes, and made-up words."""
    wide, high = size
    ground, motif, ink = (_colour(random, light) for light in (random.uniform(45, 85), 60.0, random.choice([12, 96])))
    label = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(label)
    for _ in range(int(random.integers(3, 9))):
        x, y, across = random.uniform(0, wide), random.uniform(0, 0.6 * high), random.uniform(0.08, 0.3) * wide
        box = (x - across, y - across, x + across, y + across)
        colour = _colour(random, float(random.uniform(30, 90))) if random.random() < 0.5 else motif
        (draw.ellipse if random.random() < 0.6 else draw.rectangle)(box, fill=colour)
    for share, letters, down in ((0.20, 2, 0.70), (0.07, 4, 0.82), (0.05, 5, 0.90)):
        word = "".join(random.choice(_SYLLABLES, letters)).upper()
        face = ImageFont.load_default(max(8.0, min(share * wide, 1.5 * wide / len(word))))
        draw.text((wide / 2, high * down), word, fill=ink, font=face, anchor="mm")
    return label


def _colour(random: np.random.Generator, light: float) -> tuple[int, int, int]:
    hue, chroma = random.uniform(0, 2 * math.pi), random.uniform(20, 60)
    lab = np.array([[[light, chroma * math.cos(hue), chroma * math.sin(hue)]]], np.float32)
    red, green, blue = from_lab(lab)[0, 0].tolist()
    return red, green, blue
