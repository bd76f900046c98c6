"""sRGB to CIE L*a*b* (D65), where distances are close to what eyes see, and the distance that is closest: CIEDE2000."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.contrast import linear

Lab = tuple[float, float, float]
"""L*, a* and b*."""
Floats = NDArray[np.floating[Any]]

LIGHT: NDArray[np.float32] = linear(np.arange(256) / 255).astype(np.float32)
"""Linear light 0..1 of the 256 levels."""
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_WHITE_POINT = np.array([0.95047, 1.0, 1.08883], np.float32)


def to_lab(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """L* 0..100, a* and b* about -128..127, of an array of 8-bit RGB pixels."""
    return lab_of_light(LIGHT[pixels[..., :3]])


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
    """The distance of two colours, 0 for equal ones; about 1 can just be told apart side by side."""
    return float(strays_of(np.array(one, np.float64), np.array(other, np.float64)))


def strays_of(one: Floats, other: Floats, lightness: float = 1.0) -> Floats:
    """The same of every pair of points, Lab along the last axis; `lightness` divides the difference in L*.

    By Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula" (2005), all other weights 1. libvips has one, too,
    which is off by 0.7 % where two hues are opposite.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
        scale = 1.5 - 0.5 * _seventh(mean)
        red1, red2 = scale * one[..., 1], scale * other[..., 1]
        chroma1, chroma2 = np.hypot(red1, one[..., 2]), np.hypot(red2, other[..., 2])
        hue1, hue2 = np.arctan2(one[..., 2], red1), np.arctan2(other[..., 2], red2)
    turn = np.mod(hue2 - hue1 + np.pi, 2 * np.pi) - np.pi
    is_onwards = (turn == -np.pi) & (np.mod(hue2, 2 * np.pi) > np.mod(hue1, 2 * np.pi))
    turn = np.where(is_onwards, -turn, turn)  # opposite hues have the same mean whichever comes first
    hue, chroma, light = hue1 + turn / 2, (chroma1 + chroma2) / 2, (one[..., 0] + other[..., 0]) / 2
    by_hue = (
        1
        - 0.17 * np.cos(hue - np.pi / 6)
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.pi / 30)
        - 0.20 * np.cos(4 * hue - 63 * np.pi / 180)
    )
    off = (light - 50) ** 2
    in_light = (other[..., 0] - one[..., 0]) / (1 + 0.015 * off / np.sqrt(20 + off)) / lightness
    in_chroma = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    in_hue = 2 * np.sqrt(chroma1 * chroma2) * np.sin(turn / 2) / (1 + 0.015 * chroma * by_hue)
    degrees = np.mod(np.degrees(hue), 360)
    twist = -2 * _seventh(chroma) * np.sin(np.radians(60) * np.exp(-(((degrees - 275) / 25) ** 2)))
    squared = in_light**2 + in_chroma**2 + in_hue**2 + twist * in_chroma * in_hue
    return np.asarray(np.sqrt(np.maximum(0, squared)))


def _seventh(chroma: Floats) -> Floats:
    power = np.asarray(chroma, np.float64) ** 7
    return np.asarray(np.sqrt(power / (power + 25.0**7)))
