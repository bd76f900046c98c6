"""What pictures cost: by the price table and in fact, by model, city and format, and what was not paid again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.domain import Micros
from adlocalizer.reporting.run_report import Card, MasterNote, RunReport

_MOST_ROWS = 60
"""Rows a breakdown has; the dearest are shown, the others are one row."""


class SpendRow(NamedTuple):
    """One model, city or format."""

    name: str
    ads: int
    pictures: int
    estimate_micros: Micros
    cost_micros: Micros
    share: float
    """Its cost in percent of the longest bar."""
    mark: float
    """Its estimate, on the same scale."""


class Spending(NamedTuple):
    """The breakdowns and the savings."""

    breakdowns: tuple[tuple[str, tuple[SpendRow, ...]], ...]
    """Title and rows, the dearest first; a picture's cost is shared by its ads."""
    estimate_micros: Micros
    cost_micros: Micros
    pictures: int
    shared_micros: Micros
    """What a picture of its own for every ad would have cost more, by the table."""
    earlier_micros: Micros
    """Paid before this run, and not again."""


def spending(report: RunReport) -> Spending:
    """What the report's pictures cost, whenever they were paid."""
    uses = Counter(card.master_key or "" for card in report.cards if card.master_key in report.masters)
    asked = [card for card in report.cards if card.master_key in report.masters]

    def estimate(card: Card) -> float:
        note = report.masters.get(card.master_key or "")
        return note.price_micros / uses[card.master_key or ""] if note else 0.0

    prices: dict[str, MasterNote] = {key: report.masters[key] for key in uses}
    total = sum(note.price_micros for note in prices.values())
    whole = sum(prices[key].price_micros * count for key, count in uses.items())
    cost = sum(card.cost_micros for card in asked)
    names: Mapping[str, Callable[[Card], str]] = {
        "model": lambda card: card.model,
        "city": lambda card: card.city,
        "format": lambda card: card.format_id.replace("_", " "),
    }
    breakdowns = tuple((title, _rows(asked, name, estimate)) for title, name in names.items())
    return Spending(breakdowns, total, cost, len(uses), whole - total, max(0, cost - report.cost_micros))


def _rows(
    cards: Sequence[Card], name: Callable[[Card], str], estimate: Callable[[Card], float]
) -> tuple[SpendRow, ...]:
    groups: dict[str, list[Card]] = {}
    for card in cards:
        groups.setdefault(name(card), []).append(card)
    sums = [
        (one, some, sum(map(estimate, some)), sum(card.cost_micros for card in some)) for one, some in groups.items()
    ]
    ordered = sorted(sums, key=lambda row: (-row[3], -row[2], row[0]))
    if len(ordered) > _MOST_ROWS:
        rest = ordered[_MOST_ROWS - 1 :]
        others = [card for row in rest for card in row[1]]
        last = (f"{len(rest)} others", others, sum(row[2] for row in rest), sum(row[3] for row in rest))
        ordered = [*ordered[: _MOST_ROWS - 1], last]
    longest = max((max(row[2], row[3]) for row in ordered), default=0) or 1
    return tuple(
        SpendRow(
            one,
            len(some),
            len({card.master_key for card in some}),
            round(guess),
            cost,
            round(100 * cost / longest, 2),
            round(100 * guess / longest, 2),
        )
        for one, some, guess, cost in ordered
    )
