"""A month's mean temperature where no table has it: by climate class and latitude, or by latitude alone."""

from __future__ import annotations

import math
from typing import NamedTuple


class Year(NamedTuple):
    """A typical year of a climate class, in °C: what its definition allows and its cities have."""

    at_equator: float
    """The mean of all months where the year has no seasons: for C and E that is at height."""
    coldest: float
    warmest: float
    latitude: float
    """Where the coldest and the warmest month are that far apart."""


YEARS = {
    "Af": Year(27, 22.5, 27.5, 20),
    "Am": Year(27, 21, 29, 24),
    "Aw": Year(27, 20, 29, 23),
    "As": Year(27, 20, 29, 23),
    "BWh": Year(28, 14, 31, 30),
    "BWk": Year(16, -5, 25, 42),
    "BSh": Year(27, 12, 30, 32),
    "BSk": Year(16, 1, 25, 40),
    "Csa": Year(21, 9, 25.5, 38),
    "Csb": Year(16, 7, 19, 42),
    "Csc": Year(10, 2, 13, 45),
    "Cwa": Year(25, 1, 27, 37),
    "Cwb": Year(15.5, 5, 19, 35),
    "Cwc": Year(9, 1, 12, 30),
    "Cfa": Year(23, 2, 27, 40),
    "Cfb": Year(16, 2, 19.5, 50),
    "Cfc": Year(9, 1, 11, 55),
    "Dsa": Year(20, -4, 25, 40),
    "Dsb": Year(16, -8, 20, 42),
    "Dsc": Year(10, -14, 13, 62),
    "Dsd": Year(10, -39, 14, 62),
    "Dwa": Year(24, -18, 24, 46),
    "Dwb": Year(20, -20, 19, 48),
    "Dwc": Year(12, -22, 17, 52),
    "Dwd": Year(12, -40, 16, 60),
    "Dfa": Year(22, -6, 24, 45),
    "Dfb": Year(14, -7, 20, 50),
    "Dfc": Year(10, -9, 13, 60),
    "Dfd": Year(10, -40, 17, 60),
    "ET": Year(8, -20, 6, 70),
    "EF": Year(-5, -35, -8, 75),
}
"""Every Köppen–Geiger class and its typical year."""

# More sea and less land: the same class and latitude has milder summers and winters in the south.
_SOUTHERN_SWING = 0.8


def celsius_by_class(koppen: str, latitude: float, month: int) -> float:
    """A whole-degree estimate: the class's typical year, its seasons fading towards the equator."""
    year = YEARS[koppen]
    share = min(1.0, abs(latitude) / year.latitude) ** 2
    mean = year.at_equator + share * ((year.coldest + year.warmest) / 2 - year.at_equator)
    return _in_month(mean, share * (year.warmest - year.coldest) / 2, latitude, month)


def celsius_by_latitude(latitude: float, month: int) -> float:
    """A whole-degree estimate for cities at sea level: 27 °C at the equator, colder and more seasonal polewards."""
    mean = 27 - 29 * math.sin(math.radians(latitude)) ** 2
    return _in_month(mean, 10.5 * min(1.0, abs(latitude) / 35) ** 2, latitude, month)


def _in_month(mean: float, swing: float, latitude: float, month: int) -> float:
    side = -_SOUTHERN_SWING if latitude < 0 else 1.0
    return round(mean + side * swing * math.cos(2 * math.pi * (month - 7) / 12)) + 0.0
