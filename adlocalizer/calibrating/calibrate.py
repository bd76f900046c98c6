"""A product to its calibration: its pictures ordered, and what was measured on them bound into limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adlocalizer.calibrating.limits import limits_of
from adlocalizer.calibrating.sampling import Taken
from adlocalizer.calibrating.variants import RIGHT
from adlocalizer.domain import Calibration, Digest, Id
from adlocalizer.domain.judging import MEASURES_VERSION
from adlocalizer.imaging.locating import why_unsure


def why_not(shots: Sequence[bytes]) -> str:
    """Why pictures of a product with these shots cannot be judged, in a sentence; empty when they can.

    Raises Unreadable for a broken shot.
    """
    return next(filter(None, map(why_unsure, shots)), "")


def unjudged(product: Id, shots: Sequence[Digest], why: str) -> Calibration:
    """The calibration of a product whose pictures a person has to look at."""
    return Calibration(product=product, shots=tuple(shots), version=MEASURES_VERSION, unsure=why)


def calibrated(product: Id, shots: Sequence[Digest], taken: Iterable[Taken]) -> Calibration:
    """The calibration from everything that was measured."""
    every = list(taken)
    samples = sorted((sample for one in every for sample in one.samples), key=lambda one: (one.kind, one.seed))
    if sum(sample.kind == RIGHT for sample in samples) < 2:
        raise ValueError("a calibration needs two right pictures at least")
    drawn = limits_of(samples)
    return Calibration(
        product=product,
        shots=tuple(shots),
        version=MEASURES_VERSION,
        limits=drawn.limits,
        rates=drawn.rates,
        left_out={kind: why for one in every for kind, why in sorted(one.left_out)},
    )
