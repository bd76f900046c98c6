"""One house front of a skyline."""

from __future__ import annotations

from dataclasses import dataclass

from adlocalizer.painting.colours import Rgb
from adlocalizer.painting.tables import Roof


@dataclass(frozen=True)
class House:
    """A house front in pixels, `top` is where its roof begins."""

    x: float
    top: float
    wide: float
    high: float
    roof: Roof
    wall: Rgb
    cover: Rgb
    is_tower: bool

    @property
    def middle(self) -> float:
        """The centre across."""
        return self.x + self.wide / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.wide
