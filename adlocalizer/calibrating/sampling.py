"""Pictures of a product, made and measured a few at a time: what a process of the pool does for a calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from adlocalizer.calibrating.altering import CannotAlter
from adlocalizer.calibrating.grounds import ground
from adlocalizer.calibrating.limits import CHECKS, Sample
from adlocalizer.calibrating.variants import NEGATIVES, RIGHT, Variant, variant
from adlocalizer.imaging.label_reading import read_label
from adlocalizer.imaging.locating import cut_of
from adlocalizer.imaging.networks import NoReader
from adlocalizer.imaging.text_finding import Corners

if TYPE_CHECKING:
    from adlocalizer.imaging.comparing import Comparison

LEAST, USUAL = 60, 480
"""Pictures a calibration needs at least, and has when nobody says otherwise."""
_RIGHT_SHARE = 0.4
_LETTERS = "letters"  # the kind of pictures whose label is read, too, as the checks do after they measured
_AT_ONCE = 8
_GROUNDS = 40  # made-up views, each used again: making one costs as much as a picture


class Batch(NamedTuple):
    """Some pictures of a shot, by what is wrong with them and their seed."""

    shot: bytes
    pictures: tuple[tuple[str, int], ...]


class Taken(NamedTuple):
    """What was measured on a batch, and why it has no pictures of some kinds."""

    samples: tuple[Sample, ...]
    left_out: tuple[tuple[str, str], ...]


def batches(shots: Sequence[bytes], pictures: int) -> tuple[Batch, ...]:
    """So many pictures, right ones and wrong ones of every kind, the shots taking turns; always the same."""
    right = round(_RIGHT_SHARE * pictures)
    each = math.ceil((pictures - right) / len(NEGATIVES))
    wanted = [(RIGHT, seed) for seed in range(right)] + [(kind, seed) for kind in NEGATIVES for seed in range(each)]
    by_shot = [[one for one in wanted if one[1] // 2 % len(shots) == at] for at in range(len(shots))]
    return tuple(
        Batch(shot, tuple(own[start : start + _AT_ONCE]))
        for shot, own in zip(shots, by_shot, strict=True)
        for start in range(0, len(own), _AT_ONCE)
    )


def take(batch: Batch) -> Taken:
    """Make and measure a batch's pictures."""
    from adlocalizer.imaging.comparing import compare

    product, samples, left_out = cut_of(batch.shot).rgba, [], {}
    for kind, seed in batch.pictures:
        try:
            made = variant(kind, product, ground(seed % _GROUNDS), seed)
        except CannotAlter as cannot:
            left_out[kind] = str(cannot)
            continue
        found = compare(made.picture, batch.shot, made.near)
        values = {measure: float(getattr(found, measure)) for measure in CHECKS}
        if found.why_unjudged:
            values = dict.fromkeys(CHECKS, math.nan) | {"absence": found.absence}
        reads_otherwise = kind == _LETTERS and _reads_otherwise(made, batch.shot, found)
        samples.append(Sample(kind, seed, values, reads_otherwise))
    return Taken(tuple(samples), tuple(left_out.items()))


def _reads_otherwise(made: Variant, shot: bytes, product: Comparison) -> bool:
    """Whether the label says something else than on the shot or cannot be found; False where it cannot be read."""
    if product.found is None:
        return True
    way = np.asarray(product.found.map, np.float64)

    def placed(points: Corners) -> Corners:
        return np.asarray(cv2.perspectiveTransform(points[None].astype(np.float32), way)[0], np.float32)

    try:
        return bool(read_label(np.asarray(made.picture), shot, placed, product.off_within).changed)
    except NoReader:
        return False
