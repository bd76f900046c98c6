"""The quality at which a picture keeps a byte limit, found in three encodes at most."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

Lossy = Literal["jpg", "webp", "avif"]

BEST_QUALITY, LEAST_QUALITY = 90, 5
MOST_ENCODES = 3
_ROOM = 0.06  # below the limit that counts as good enough
_AIMS = {"first": (0.06, 0.20), "nearer": (0.02, 0.15), "last": (0.10, 2.0)}
# How far below the limit a guess aims, in ln(bytes), and that share of the way from the last encode besides: at the
# mean curve's word, between two encodes, and where no encode keeps the limit yet and this one has to. Soft pictures
# have curves far from the mean, and a file over its limit cannot be shown at all.
_BOTTOM = 20  # quality: a last guess under it is the least there is, for down there curves bend most
_QUALITIES = (5, 15, 25, 35, 45, 55, 65, 75, 80, 85, 90)
_CURVES: dict[Lossy, tuple[float, ...]] = {
    # ln(bytes ÷ bytes at 90) at those qualities: the mean of 24 photographs and painted scenes in up to 7 sizes, 152 in
    # all. A picture's own curve is a multiple of it, 0.8 to 1.2 times as steep for most.
    "jpg": (-2.21, -1.59, -1.29, -1.09, -0.94, -0.82, -0.68, -0.50, -0.37, -0.217, 0.0),
    "webp": (-1.83, -1.52, -1.31, -1.14, -1.00, -0.88, -0.77, -0.65, -0.459, -0.262, 0.0),
    "avif": (-2.56, -2.27, -1.99, -1.66, -1.31, -1.02, -0.76, -0.47, -0.34, -0.21, 0.0),
}


class Try(NamedTuple):
    """One encode: its quality 0..100 and its bytes."""

    quality: int
    data: bytes


class Search(NamedTuple):
    """The best encode under the limit, or the smallest where none keeps it, and how many there were."""

    best: Try
    encodes: int
    fits: bool


def search(write: Callable[[int], bytes], kind: Lossy, limit: int) -> Search:
    """The best quality whose bytes keep the limit, to within 6 % of it where three encodes find it.

    The first encode, at the best quality, tells the picture's weight, and the mean curve of its type the second
    quality; the two together tell how steep the picture's own curve is, and that the third.
    """
    tries = [Try(BEST_QUALITY, write(BEST_QUALITY))]
    while len(tries) < MOST_ENCODES and not _near(tries, limit):
        quality = _guess(tries, kind, limit)
        if quality in {one.quality for one in tries}:
            break
        tries.append(Try(quality, write(quality)))
    fitting = [one for one in tries if len(one.data) <= limit]
    best = max(fitting, key=lambda one: one.quality, default=min(tries, key=lambda one: len(one.data)))
    return Search(best, len(tries), bool(fitting))


def _near(tries: list[Try], limit: int) -> bool:
    """Whether an encode keeps the limit and no better one is worth looking for."""
    return any(
        len(one.data) <= limit and (one.quality == BEST_QUALITY or len(one.data) >= limit * (1 - _ROOM))
        for one in tries
    )


def _guess(tries: list[Try], kind: Lossy, limit: int) -> int:
    first, last = tries[0], tries[-1]
    steep, wanted, aim = 1.0, math.log(limit / len(last.data)), "first"
    if last is not first:
        aim = "nearer" if wanted >= 0 else "last"
        way = _level(kind, last.quality) - _level(kind, first.quality)
        steep = min(max(math.log(len(last.data) / len(first.data)) / way, 0.3), 3.0)
    below, share = _AIMS[aim]
    quality = math.floor(_quality(kind, _level(kind, last.quality) + (wanted - below - share * abs(wanted)) / steep))
    if aim == "last" and quality < _BOTTOM:
        quality = LEAST_QUALITY
    low = max((one.quality + 1 for one in tries if len(one.data) <= limit), default=LEAST_QUALITY)
    high = min(one.quality - 1 for one in tries if len(one.data) > limit)
    return max(min(max(quality, low), high), LEAST_QUALITY)


def _level(kind: Lossy, quality: float) -> float:
    """The mean curve at a quality."""
    return _between(quality, _QUALITIES, _CURVES[kind])


def _quality(kind: Lossy, level: float) -> float:
    """The quality at a height of the mean curve."""
    return _between(level, _CURVES[kind], _QUALITIES)


def _between(place: float, places: tuple[float, ...], values: tuple[float, ...]) -> float:
    """Linear between the points given, their ends beyond them."""
    for start, end, low, high in zip(places, places[1:], values, values[1:], strict=False):
        if place <= end:
            return low + (high - low) * max(0.0, place - start) / (end - start)
    return values[-1]
