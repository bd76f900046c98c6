"""sRGB to CIE L*a*b* (D65), where distances are close to what eyes see, and the distance that is closest: CIEDE2000."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.contrast import linear

Lab = tuple[float, float, float]
"""L*, a* and b*."""

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_WHITE_POINT = np.array([0.95047, 1.0, 1.08883], np.float32)


def to_lab(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """L* 0..100, a* and b* about -128..127, of an array of 8-bit RGB pixels."""
    light = linear(np.arange(256) / 255).astype(np.float32)
    return lab_of_light(light[pixels[..., :3]])


def lab_of_light(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same of linear RGB, 0..1."""
    xyz = light @ _TO_XYZ.T / _WHITE_POINT
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    axes = (116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2]))
    lab: NDArray[np.float32] = np.stack(axes, axis=-1).astype(np.float32)
    return lab


def lab_of(colour: tuple[int, int, int]) -> Lab:
    """One colour of three levels 0..255."""
    light, red, yellow = to_lab(np.array([colour], np.uint8))[0]
    return float(light), float(red), float(yellow)


def ciede2000(one: Lab, other: Lab) -> float:
    """The distance of two colours, 0 for equal ones; about 1 can just be told apart side by side.

    By Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula" (2005), all three weights 1. libvips has one, too,
    which is off by 0.7 % where two hues are opposite.
    """
    scale = 0.5 * (1 - _seventh((math.hypot(*one[1:]) + math.hypot(*other[1:])) / 2))
    chroma1, hue1 = _polar(one, scale)
    chroma2, hue2 = _polar(other, scale)
    grey = chroma1 * chroma2 == 0
    turn = 0.0 if grey else (hue2 - hue1 + 180) % 360 - 180
    turn = 180.0 if turn == -180 and hue2 > hue1 else turn
    hue = hue1 + hue2 if grey else _between(hue1, hue2)
    light, chroma = (one[0] + other[0]) / 2, (chroma1 + chroma2) / 2
    by_hue = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    in_light = (other[0] - one[0]) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    in_chroma = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    in_hue = 2 * math.sqrt(chroma1 * chroma2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * chroma * by_hue)
    twist = -2 * _seventh(chroma) * math.sin(math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2))))
    return math.sqrt(max(0.0, in_light**2 + in_chroma**2 + in_hue**2 + twist * in_chroma * in_hue))


def _seventh(chroma: float) -> float:
    return math.sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _polar(colour: Lab, scale: float) -> tuple[float, float]:
    """Chroma and hue in degrees, a* stretched as the formula asks for."""
    red = (1 + scale) * colour[1]
    return math.hypot(red, colour[2]), math.degrees(math.atan2(colour[2], red)) % 360


def _between(one: float, other: float) -> float:
    """The mean of two hues, along the shorter way."""
    if abs(one - other) <= 180:
        return (one + other) / 2
    return (one + other + (360 if one + other < 360 else -360)) / 2


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))
