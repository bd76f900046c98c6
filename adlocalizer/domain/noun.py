"""The frozen base of every noun, and the geometry all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""Lower-case ASCII letters, digits, `-` and `_`: ids reach paths and predicates, so they are refused, not repaired."""

Micros = Annotated[int, Field(ge=0)]
"""Millionths of a US dollar."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal."""


def money(micros: int) -> str:
    """Micros of a US dollar as dollars, four decimals where cents do not tell."""
    dollars = micros / 1_000_000
    return f"${dollars:,.2f}" if round(dollars, 2) == round(dollars, 4) else f"${dollars:,.4f}"


class Noun(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed. Pydantic's own would keep cached properties: a digest of the old fields."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class Box(Noun):
    """A rectangle in fractions of the frame (0..1), origin top left; a crop may push it over the edge."""

    x: float
    y: float
    w: float = Field(ge=0)
    h: float = Field(ge=0)

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.h

    def mirrored(self) -> Self:
        """The same rectangle seen in a mirror standing at its side."""
        return self.model_copy(update={"x": 1 - self.x - self.w})

    def overlap(self, other: Box) -> float:
        """The shared area as a fraction of the frame."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, wide) * max(0.0, high)

    def likeness(self, other: Box) -> float:
        """The shared area as a share of the joined one: 1 for the same rectangle, 0 where they do not meet."""
        both = self.overlap(other)
        return both / max(1e-9, self.w * self.h + other.w * other.h - both)

    def holds(self, other: Box, slack: float = 1e-6) -> bool:
        """Whether the other lies wholly inside, give or take `slack`."""
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def seen_in(self, window: Box) -> Self:
        """The same rectangle in fractions of a window of the frame."""
        return self.model_copy(
            update={
                "x": (self.x - window.x) / window.w,
                "y": (self.y - window.y) / window.h,
                "w": self.w / window.w,
                "h": self.h / window.h,
            }
        )
