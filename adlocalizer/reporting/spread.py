"""How long answers took and how many attempts pictures needed: columns of a small chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from adlocalizer.reporting.run_report import RunReport
from adlocalizer.reporting.wording import figure, percent

_HIGH = 100.0
_LEAST_SEEN = 1.5


class Column(NamedTuple):
    """A column: what it stands for, how many, and its height of 100."""

    name: str
    number: int
    height: float


class Spread(NamedTuple):
    """The columns of a chart and a sentence about them; no columns: nothing is known."""

    columns: tuple[Column, ...]
    said: str


def attempts_spread(report: RunReport) -> Spread:
    """Pictures by the attempts they needed."""
    attempts = {card.master_key: card.attempts for card in report.cards if card.master_key and card.attempts}
    counts = Counter(attempts.values())
    if not counts:
        return Spread((), "Nothing was asked for.")
    named = {f"{n}": counts[n] for n in range(1, max(counts) + 1)}
    first = counts[1] / counts.total()
    return Spread(
        _columns(named), f"{percent(first)} of {figure(counts.total())} pictures were accepted at the first attempt."
    )


def waits_spread(report: RunReport) -> Spread:
    """Requests of the run by the seconds until their answer came."""
    waits = {float(bound): count for bound, count in report.waits.items()}
    total = sum(waits.values())
    if not total:
        return Spread((), "No request was made in this run, or how long it took was not noted.")
    ordered = sorted(waits)
    counted = {bound: sum(waits[one] for one in ordered if one <= bound) for bound in ordered}
    half, most = (next(bound for bound in ordered if counted[bound] >= part * total) for part in (0.5, 0.95))
    named = {f"≤ {figure(bound)} s": waits[bound] for bound in ordered}
    if total == 1:
        return Spread(_columns(named), f"The one answer came within {figure(most)} s.")
    said = f"Half of {figure(total)} answers came within {figure(half)} s, 95 % within {figure(most)} s."
    return Spread(_columns(named), said)


def _columns(counts: Mapping[str, int]) -> tuple[Column, ...]:
    most = max(counts.values())
    return tuple(
        Column(name, count, round(max(_LEAST_SEEN if count else 0.0, _HIGH * count / most), 2))
        for name, count in counts.items()
    )
