"""What a product's calibration found: limits of its own, and how often they err."""

from __future__ import annotations

import math

from pydantic import Field

from adlocalizer.domain.noun import Digest, Id, Noun
from adlocalizer.domain.rule import CheckChange

MEASURES_VERSION = 2
"""Raise it when a measure of the product gives other values: calibrations made before are then out of date."""
_Z = 1.96  # standard deviations: 95 % of a normal distribution


class ErrorRate(Noun):
    """How pictures of one kind were judged by limits that were not drawn from them."""

    kind: Id = Field(description="`right`, or how they are wrong")
    passed: int = Field(ge=0)
    reviewed: int = Field(ge=0)
    failed: int = Field(ge=0)

    @property
    def pictures(self) -> int:
        """How many there were."""
        return self.passed + self.reviewed + self.failed

    def interval(self, count: int) -> tuple[float, float]:
        """Between which shares the true one of such a count lies with a confidence of 95 %, by Wilson's score."""
        if not self.pictures:
            return 0.0, 1.0
        share, size = count / self.pictures, self.pictures
        middle = share + _Z**2 / (2 * size)
        half = _Z * math.sqrt(share * (1 - share) / size + _Z**2 / (4 * size**2))
        over = 1 + _Z**2 / size
        return max(0.0, (middle - half) / over), min(1.0, (middle + half) / over)


class MeasureLimit(Noun):
    """Where one measure of a product's pictures passes, and where doubt about it ends."""

    check: Id
    threshold: float = Field(description="What keeps it passes")
    fails_at: float = Field(description="Beyond it no picture is right")
    right_most: float = Field(description="The largest value of a right picture")
    wrong_least: float | None = Field(
        default=None, description="The smallest of a picture it should find wrong; none: the book's limit holds"
    )
    unsure: str = Field(default="", description="Why nothing passes unreviewed by it; empty: it can tell")


class Calibration(Noun):
    """A product's own limits, from pictures made of its shots: `data/calibrations/<product>.json`."""

    product: Id
    shots: tuple[Digest, ...] = Field(description="Digests of its shots, front first")
    version: int = Field(description="Of the measures")
    unsure: str = Field(default="", description="Why its pictures cannot be judged at all; empty: they can")
    limits: tuple[MeasureLimit, ...] = ()
    rates: tuple[ErrorRate, ...] = Field(default=(), description="Of right pictures, then of each way to be wrong")
    left_out: dict[Id, str] = Field(default_factory=dict, description="Ways it cannot be wrong in, and why")

    @property
    def changes(self) -> tuple[CheckChange, ...]:
        """What it changes of the checks; one without a wrong picture to draw its limit by stays as the book has it."""
        count = sum(rate.pictures for rate in self.rates)
        why = f"calibrated on {count:,} pictures made of this product's own shot"
        return tuple(
            CheckChange(
                check=one.check, threshold=one.threshold, fails_at=one.fails_at, unsure=one.unsure or None, why=why
            )
            for one in self.limits
            if one.wrong_least is not None
        )
