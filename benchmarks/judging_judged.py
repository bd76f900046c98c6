"""One labelled picture through every check of a master, as the pipeline does it, and through the baseline."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from judging_baseline import look
from judging_set import Picture, make

from adlocalizer import checks
from adlocalizer.checks import judge_master
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Check, Standard, Verdict
from adlocalizer.config import find_project
from adlocalizer.domain import Calibration, CheckBook, Severity, ratio_value

OF_THE_BRIEF = ("daylight", "snow_in_warmth", "quiet_area", "product_place", "no_people", "people_shown")
"""Checks that hold a scene to its brief: these backgrounds answer none, so what they say is no error of theirs."""
PASSED, REVIEWED, FAILED = "passed", "for a person", "rejected"
ENDS = {Severity.PASS: PASSED, Severity.REVIEW: REVIEWED, Severity.FAIL: FAILED}
REST = "decoding and the rest"
"""What no check is charged with."""


class Judged(NamedTuple):
    """What became of a picture."""

    product: str
    kind: str
    seed: int
    end: str
    """By the worst finding of file, frame, product and letters."""
    against: tuple[str, ...]
    """The checks it did not pass."""
    failing: tuple[str, ...]
    """Those of them that reject it."""
    values: dict[str, float]
    """What checks measured, by check."""
    cpu_ms: dict[str, float]
    """CPU time of this process by check; what several share is charged to the first that asks for it."""
    baseline: dict[str, float]
    """Its distances; none where one of its plain rules is broken."""


def judge(one: Picture, own: Mapping[str, Calibration] = MappingProxyType({})) -> Judged | None:
    """Make a picture and judge it, by its product's own limits if it has any.

    None where the product cannot be wrong in that way.
    """
    made = make(one)
    if made is None:
        return None
    costs: dict[str, float] = {}
    with _timed(costs):
        judged = judge_master(made.subject, _book().changed_by(own[one.product].changes if one.product in own else ()))
    counted = [finding for finding in judged.findings if finding.check not in OF_THE_BRIEF]
    return Judged(
        product=one.product,
        kind=one.kind,
        seed=one.seed,
        end=ENDS[checks.worst(counted)],
        against=tuple(finding.check for finding in counted if finding.severity is not Severity.PASS),
        failing=tuple(finding.check for finding in counted if finding.severity is Severity.FAIL),
        values={each.check: float(each.value) for each in judged.findings if isinstance(each.value, int | float)},
        cpu_ms={name: round(cost, 2) for name, cost in costs.items()},
        baseline=look(made.picture, ratio_value(made.subject.request.ratio), made.subject.shot).distances,
    )


@functools.cache
def _book() -> CheckBook:
    return find_project(Path(__file__).parents[1]).checks()


@contextmanager
def _timed(costs: dict[str, float]) -> Iterator[None]:
    """Checks of masters that note what they cost; nothing else about them is changed."""
    real = checks._checks

    def timed(check: Check[SeenMaster]) -> Check[SeenMaster]:
        def judge(seen: SeenMaster, standard: Standard) -> Verdict:
            before = time.process_time()
            try:
                return check.judge(seen, standard)
            finally:
                costs[check.id] = 1000 * (time.process_time() - before)

        return check._replace(judge=judge)

    def every(stage: str) -> tuple[Check[SeenMaster], ...]:
        return tuple(timed(check) for check in real(stage))

    checks._checks = every  # type: ignore[assignment]
    started = time.process_time()
    try:
        yield
    finally:
        checks._checks = real
        costs[REST] = 1000 * (time.process_time() - started) - sum(costs.values())
