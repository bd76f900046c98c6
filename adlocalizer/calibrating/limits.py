"""Values of right and wrong pictures to limits: where a measure passes, where doubt ends, and how often that errs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from adlocalizer.calibrating.variants import NEGATIVES, RIGHT
from adlocalizer.domain import ErrorRate, MeasureLimit

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "absence": "product_present",
        "stretch": "product_geometry",
        "mirror": "product_mirrored",
        "structure": "product_structure",
        "colour": "product_colour",
        "second": "product_once",
        "hidden": "product_whole",
    }
)
"""The check that reads each measure of `imaging.comparing`."""
_FINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "absence": ("missing", "other"),
        "stretch": ("stretched",),
        "mirror": ("mirrored",),
        "structure": ("letters",),
        "colour": ("recoloured",),
        "second": ("doubled",),
        "hidden": ("hidden", "cut"),
    }
)
"""What each measure is there to find; that other measures find the same as well only helps."""
_REVIEWED = 0.04  # of right pictures that may be sent to a person, all measures together
_INTO_GAP = (1 / 3, 2 / 3)  # of the way from right to wrong where they do not overlap: the limit, the end of doubt
_MARGIN = 0.25  # of the spread of right pictures, above the worst of them: nothing nearer is surely wrong
_UNTOLD = 0.05  # of a kind's pictures passed, at the lower end of its interval: then a person looks at every picture
_DIGITS = 4


class Sample(NamedTuple):
    """What was measured on one picture."""

    kind: str
    seed: int
    values: Mapping[str, float]
    """Distances by measure, 0 being perfect; not finite where the measure has no value."""
    reads_otherwise: bool = False
    """Whether its label, read, says something else than the shot: then it does not pass, whatever was measured."""


class Limits(NamedTuple):
    """Limits from all pictures, and rates from halves of them judged by limits from the other halves."""

    limits: tuple[MeasureLimit, ...]
    rates: tuple[ErrorRate, ...]


def limits_of(samples: Sequence[Sample]) -> Limits:
    """The limits of a product whose pictures were measured, at least two of them right."""
    halves = [[one for one in samples if one.seed % 2 == side] for side in (0, 1)]
    others = [_tried(_drawn(half)) for half in reversed(halves)]
    judged = [(one.kind, verdict(one, drawn)) for half, drawn in zip(halves, others, strict=True) for one in half]
    rates = tuple(
        ErrorRate(kind=kind, **{end: judged.count((kind, end)) for end in ("passed", "reviewed", "failed")})
        for kind in (RIGHT, *NEGATIVES)
        if any(sample.kind == kind for sample in samples)
    )
    untold = {rate.kind: rate for rate in rates if rate.kind != RIGHT and rate.interval(rate.passed)[0] > _UNTOLD}
    whole = _drawn(samples)
    return Limits(tuple(_with_doubt(measure, limit, untold) for measure, limit in whole.items()), rates)


def verdict(sample: Sample, limits: Mapping[str, MeasureLimit]) -> str:
    """`passed`, `reviewed` or `failed`: the worst of all measures; what has no value is reviewed."""
    values = sample.values
    if any(values[measure] > limit.fails_at for measure, limit in limits.items() if math.isfinite(values[measure])):
        return "failed"
    within = all(values[measure] <= limit.threshold for measure, limit in limits.items())
    return "passed" if within and not sample.reads_otherwise else "reviewed"


def _drawn(samples: Sequence[Sample]) -> dict[str, MeasureLimit]:
    """Every measure's limit; those that overlap share what may be reviewed among them."""
    values = {measure: _Values.of(measure, samples) for measure in CHECKS}
    overlapping = sum(not one.is_apart for one in values.values())
    share = _REVIEWED / max(1, overlapping)
    return {measure: _limit(measure, one, share) for measure, one in values.items()}


def _tried(limits: Mapping[str, MeasureLimit]) -> dict[str, MeasureLimit]:
    """Without measures that no wrong picture was there for: such limits do not count, the book's own do."""
    return {measure: limit for measure, limit in limits.items() if limit.wrong_least is not None}


class _Values(NamedTuple):
    """One measure's values, sorted: of right pictures, and of those it is there to find wrong."""

    right: list[float]
    wrong: list[float]

    @classmethod
    def of(cls, measure: str, samples: Iterable[Sample]) -> _Values:
        known = [(one.kind, one.values[measure]) for one in samples if math.isfinite(one.values[measure])]
        right = sorted(value for kind, value in known if kind == RIGHT)
        return cls(right, sorted(value for kind, value in known if kind in _FINDS[measure]))

    @property
    def is_apart(self) -> bool:
        return bool(self.wrong) and self.wrong[0] > self.right[-1]


def _limit(measure: str, values: _Values, share: float) -> MeasureLimit:
    right, wrong = values
    top = right[-1]
    surely = top + _MARGIN * (top - right[len(right) // 2])
    if values.is_apart:
        threshold, middle = (top + part * (wrong[0] - top) for part in _INTO_GAP)
        fails_at = max(middle, surely)
    else:
        fails_at = surely
        threshold = _least_passing(values, right[math.ceil(len(right) * (1 - share)) - 1]) if wrong else fails_at
    return MeasureLimit(
        check=CHECKS[measure],
        threshold=round(threshold, _DIGITS),
        fails_at=round(max(fails_at, threshold), _DIGITS),
        right_most=round(top, _DIGITS),
        wrong_least=round(wrong[0], _DIGITS) if wrong else None,
    )


def _least_passing(values: _Values, lowest: float) -> float:
    """The highest limit that lets no more wrong pictures pass than the lowest one allowed, half way to the next."""
    above = next((value for value in values.wrong if value > lowest), None)
    highest = values.right[-1]
    return min(highest, (lowest + above) / 2) if above is not None else lowest


def _with_doubt(measure: str, limit: MeasureLimit, untold: Mapping[str, ErrorRate]) -> MeasureLimit:
    """The limit, unsure where pictures of a kind it should find passed."""
    rates = [untold[kind] for kind in _FINDS[measure] if kind in untold]
    if not rates:
        return limit
    said = " and ".join(f"{one.passed} of {one.pictures} pictures that were {NEGATIVES[one.kind]}" for one in rates)
    return limit.model_copy(update={"unsure": f"while it was calibrated, {said} passed"})
