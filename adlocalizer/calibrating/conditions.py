"""Under what conditions a product may be photographed and still be right: ranges, and draws from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SIZES = ((1024, 1024), (768, 1376), (1376, 768), (928, 1152), (1152, 928))
"""Pixels of the pictures: the shapes 1:1, 9:16, 16:9, 4:5 and 5:4 at about 1K, as models deliver them."""


class Range(NamedTuple):
    """A uniform range, and in what share of the pictures it is drawn from; else the value is `still`."""

    low: float
    high: float
    share: float = 1.0
    still: float = 0.0


RANGES: dict[str, Range] = {
    "height": Range(0.25, 0.80),  # of the frame's height, as far as its width allows
    "turn": Range(-15.0, 15.0, 0.6),  # degrees in the picture's plane
    "lean": Range(
        -0.06, 0.06, 0.5
    ),  # how much narrower the top is than the foot, a side, of the width: seen from above
    "yaw": Range(-0.04, 0.04, 0.5),  # how much lower the far side is, of the height: seen from the side
    "stops": Range(-1.0, 1.0, 0.7),  # exposure of the product
    "warmth": Range(-1.0, 1.0, 0.6),  # -1 about 9,000 K, 1 about 4,800 K, seen by a camera set to daylight
    "side": Range(-0.35, 0.35, 0.5),  # linear light from the left against the middle
    "shadow": Range(0.20, 0.50, 0.4),  # linear light that a soft shadow across the product takes
    "contact": Range(0.35, 0.75),  # opacity of the shadow under it
    "blur": Range(0.2, 1.0, 0.5),  # pixels, standard deviation
    "noise": Range(1.0, 6.0, 0.5),  # levels of 255, standard deviation
    "quality": Range(70.0, 95.0, 0.7, 100.0),  # of a JPEG; 100: none
    "rain": Range(0.3, 1.0, 0.10),  # how dense
    "snow": Range(0.3, 1.0, 0.10),
}
"""What counts as right, drawn independently of one another. The widths are our own choice: the light, lenses and files
that pictures of models and cameras have; a product beyond them is for a person to look at."""


class Conditions(NamedTuple):
    """One draw; units as in `RANGES`."""

    size: tuple[int, int]
    height: float
    turn: float
    lean: float
    yaw: float
    stops: float
    warmth: float
    side: float
    shadow: float
    contact: float
    blur: float
    noise: float
    quality: float
    rain: float
    snow: float


def drawn(random: np.random.Generator, size: tuple[int, int] | None = None) -> Conditions:
    """Draw conditions, of a size in pixels or of any of `SIZES`."""
    shape = size or SIZES[int(random.integers(len(SIZES)))]
    values = {}
    for name, span in RANGES.items():
        value, is_drawn = float(random.uniform(span.low, span.high)), random.random() < span.share
        values[name] = value if is_drawn else span.still
    return Conditions(shape, **values)
