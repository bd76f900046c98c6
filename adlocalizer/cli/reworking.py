"""What was rejected, asked for again with the reasons as instructions: one revision run a reason."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from adlocalizer.approving import Decision
from adlocalizer.cli.options import parse_day
from adlocalizer.cli.run import make
from adlocalizer.domain import Micros
from adlocalizer.errors import ConfigError
from adlocalizer.order import Order
from adlocalizer.ordering import check_budget, check_models, plan_order, price_plan
from adlocalizer.revising import revised

Wishes = Mapping[str, Sequence[str]]
"""Rendition ids by what is to change of them."""


def wishes_of(said: Iterable[Decision]) -> Wishes:
    """What the rejections among some decisions ask for; ConfigError when none does."""
    wishes: dict[str, list[str]] = {}
    for one in said:
        if one.decision == "rejected":
            wishes.setdefault(one.note, []).append(one.rendition_id)
    if not wishes:
        raise ConfigError("--revise", "nothing is rejected", "reject with --reject GLOB --reason TEXT, or --import")
    return wishes


def check_wishes(order: Order, wishes: Wishes) -> None:
    """Raise now what the revisions would raise later: bad input, models that are gone, no cap or one too low."""
    left = order.cap_micros
    for reason, ids in wishes.items():
        ordered = plan_order(revised(order.model_copy(update={"max_cost": _dollars(left)}), ids, reason))
        price = price_plan(ordered.plan)
        check_models(ordered.plan, price, parse_day(None))
        if left is not None or not (sys.stdin.isatty() and sys.stdout.isatty()):
            check_budget(ordered.order, ordered.plan, price)
        left = None if left is None else max(0, left - price.most_micros)


def rework(order: Order, wishes: Wishes, yes: bool, as_json: bool) -> int:
    """Make the revisions, reason by reason; the worst exit status. What one may cost the next may not spend."""
    worst, left = 0, order.cap_micros
    for reason, ids in wishes.items():
        wanted = revised(order.model_copy(update={"max_cost": _dollars(left)}), ids, reason)
        most = price_plan(plan_order(wanted).plan).most_micros
        worst = max(worst, make(wanted, yes, as_json))
        left = None if left is None else max(0, left - most)
    return worst


def _dollars(micros: Micros | None) -> float | None:
    return None if micros is None else micros / 1_000_000
