"""Luminance, contrast ratios and the weakest scrim that makes words readable (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.colours import READABLE, SHARES, Colour, ratio

Pixels = NDArray[np.uint8]

INK: Colour = (16, 20, 31)
WHITE: Colour = (255, 255, 255)

_TARGET = 5.5  # planned above READABLE: encoding moves pixels, most in the smallest letters
WHITE_WORTH = 0.15  # a scrim this much stronger is accepted to keep white letters; set by eye
_INK_LIGHT, _VEIL_LIGHT = 0.011, 0.006  # luminance of dark letters and of the dark veil
_STRONGEST = 0.92
_STEPS = np.linspace(0.0, _STRONGEST, 47)
_SAMPLES = 5_000


class Scrim(NamedTuple):
    """A veil over a picture: its colour, how much it covers (0..1), and the letters' colour on it."""

    letters: Colour
    veil: Colour
    alpha: float


def hexed(colour: Colour | None) -> str | None:
    """Three levels as `#rrggbb`; None for none."""
    return None if colour is None else "#" + bytes(colour).hex()


@functools.lru_cache(maxsize=1024)
def luminance(colour: Colour) -> float:
    """Relative luminance, 0..1."""
    return float(luminances(np.array([[colour]], np.uint8))[0])


def luminances(pixels: Pixels) -> NDArray[np.float32]:
    """Relative luminance of every RGB or RGBA pixel, in a row, 0..1."""
    red, green, blue = level_shares()
    light: NDArray[np.float32] = red.take(pixels[..., 0]) + green.take(pixels[..., 1]) + blue.take(pixels[..., 2])
    return light.reshape(-1)


def readable_on(ground: Colour, wanted: Colour) -> Colour:
    """The wanted colour of letters if it can be read on a ground, else ink or white, whichever is clearer."""
    base = luminance(ground)
    if ratio(luminance(wanted), base) >= READABLE:
        return wanted
    return max((INK, WHITE), key=lambda colour: ratio(luminance(colour), base))


def plan_scrim(lights: tuple[float, float], tint: Colour, white_worth: float = WHITE_WORTH) -> Scrim:
    """The weakest veil under which white or ink letters reach the target between two luminances."""
    dark, bright = lights
    white = strengthened(scrim_for(WHITE, tint), (bright,))
    ink = strengthened(scrim_for(dark_ink(tint), tint), (dark,))
    return ink if white.alpha - ink.alpha > white_worth else white


def scrim_for(letters: Colour, tint: Colour) -> Scrim:
    """The veil that goes with letters of a colour, at no strength yet: dark under white ones, white under others."""
    return Scrim(letters, shade(tint, _VEIL_LIGHT) if letters == WHITE else WHITE, 0.0)


def strengthened(scrim: Scrim, lights: tuple[float, ...]) -> Scrim:
    """The same scrim at the strength its letters still need over some luminances; 0 when they can be read."""
    needed = (_weakest(light, scrim.veil, scrim.letters) for light in lights)
    return scrim._replace(alpha=max(needed))


def extremes(region: Pixels, tail: float = 2.0) -> tuple[float, float]:
    """Luminance of a region's pixels at two percentiles, `tail` from either end."""
    return tails(luminances(region[_sampled(region)]), tail)


def tails(values: NDArray[np.float32], tail: float) -> tuple[float, float]:
    """The values nearest to two percentiles, `tail` from either end; numpy's own interpolate and cost thrice."""
    flat = values.reshape(-1)
    low = round(tail / 100 * (flat.size - 1))
    parted = np.partition(flat, (low, flat.size - 1 - low))
    return float(parted[low]), float(parted[flat.size - 1 - low])


def worst_contrast(region: Pixels, letters: Colour, covered: NDArray[np.bool_]) -> float:
    """Contrast of letters against what lies between them, at the worse of its 5th and 95th percentile."""
    own, some = luminance(letters), _sampled(region)
    light, letters_there = luminances(region[some]), covered[some].reshape(-1)
    bare = light[~letters_there] if not letters_there.all() else light
    return min(ratio(own, ground) for ground in tails(bare[:: max(1, round(bare.size / _SAMPLES))], 5.0))


def _sampled(region: Pixels) -> tuple[slice, ...]:
    """Every so many pixels along each axis, so that about as many as are enough remain."""
    axes = region.ndim - 1
    step = max(1, round((math.prod(region.shape[:axes]) / _SAMPLES) ** (1 / axes)))
    return (slice(None, None, step),) * axes


def dark_ink(tint: Colour) -> Colour:
    """The ink that dark letters on a veil are drawn with: a deep shade of the brand's colour."""
    return shade(tint, _INK_LIGHT)


@functools.lru_cache(maxsize=256)
def shade(tint: Colour, light: float) -> Colour:
    """The brand's colour, greyed a little and darkened to a luminance."""
    mixed = np.array(tint, np.float64) * 0.7 + np.mean(tint) * 0.3
    for level in np.linspace(1.0, 0.0, 51):
        red, green, blue = (round(channel * level) for channel in mixed)
        if luminance((red, green, blue)) <= light:
            return red, green, blue
    return INK


def _weakest(ground: float, veil: Colour, letters: Colour) -> float:
    own = luminance(letters)
    if ratio(ground, own) >= _TARGET:
        return 0.0
    level = _encode(ground)
    veiled = linear(level * (1 - _STEPS) + _encode(luminance(veil)) * _STEPS)
    clear = (np.maximum(veiled, own) + 0.05) / (np.minimum(veiled, own) + 0.05) >= _TARGET
    return float(_STEPS[clear.argmax()]) if clear.any() else _STRONGEST


@functools.cache
def level_shares() -> NDArray[np.float32]:
    """What each level of red, green and blue adds to the relative luminance."""
    return np.outer(SHARES, linear(np.arange(256) / 255)).astype(np.float32)


def linear(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """The light that sRGB levels of 0..1 stand for, 0..1 (IEC 61966-2-1)."""
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def _encode(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
