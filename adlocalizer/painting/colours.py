"""Colour in linear light: what happens between a material's own colour and the ink that is drawn."""

from __future__ import annotations

from typing import TypeAlias

Rgb: TypeAlias = tuple[float, float, float]
"""Red, green and blue in linear light, 1 = paper white; more than 1 is brighter than the paper."""


def from_hex(text: str) -> Rgb:
    """Read `#rrggbb` (sRGB) as linear light."""
    value = int(text.lstrip("#"), 16)
    return _decoded(value >> 16), _decoded(value >> 8 & 255), _decoded(value & 255)


def mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    """The colour `share` of the way from a to b."""
    keep = 1 - share
    return a[0] * keep + b[0] * share, a[1] * keep + b[1] * share, a[2] * keep + b[2] * share


def times(a: Rgb, b: Rgb) -> Rgb:
    """A surface colour under a light."""
    return a[0] * b[0], a[1] * b[1], a[2] * b[2]


def scaled(a: Rgb, by: float) -> Rgb:
    """The same hue, brighter or darker."""
    return a[0] * by, a[1] * by, a[2] * by


def luminance(a: Rgb) -> float:
    """Relative luminance, 0..1 (Rec. 709 weights)."""
    return 0.2126 * a[0] + 0.7152 * a[1] + 0.0722 * a[2]


def greyed(a: Rgb, share: float) -> Rgb:
    """The same luminance with `share` of its colourfulness taken away."""
    level = luminance(a)
    return mix(a, (level, level, level), share)


def ink(colour: Rgb, alpha: float = 1.0) -> int:
    """The colour as skia wants it: `0xAARRGGBB`, sRGB, 8 bits a channel."""
    red, green, blue = (_encoded(channel) for channel in colour)
    return _byte(alpha) << 24 | red << 16 | green << 8 | blue


def _decoded(byte: int) -> float:
    value = byte / 255
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _encoded(linear: float) -> int:
    if linear <= 0.0031308:
        return _byte(12.92 * linear)
    return _byte(1.055 * linear ** (1 / 2.4) - 0.055) if linear < 1 else 255


def _byte(share: float) -> int:
    return max(0, min(255, int(share * 255 + 0.5)))
