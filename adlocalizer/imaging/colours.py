"""Colours of no picture, hence without numpy, which every `plan` would wait for."""

from __future__ import annotations

Colour = tuple[int, int, int]

READABLE = 4.5
SHARES = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in the relative luminance of a colour (WCAG 2.2)."""


def rgb(colour: str) -> Colour:
    """`#rrggbb` as three levels 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ratio(one: float, other: float) -> float:
    """Contrast of two luminances, 1..21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast of two colours, 1..21 (WCAG 2.2, 1.4.3)."""
    return ratio(_luminance(one), _luminance(other))


def _luminance(colour: Colour) -> float:
    return sum(share * _linear(level / 255) for share, level in zip(SHARES, colour, strict=True))


def _linear(level: float) -> float:
    return level / 12.92 if level <= 0.04045 else float(((level + 0.055) / 1.055) ** 2.4)
