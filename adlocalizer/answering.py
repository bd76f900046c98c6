"""What somebody answers about the files of a run that wait for a person, and the run delivered after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from adlocalizer.approving import Decision, decisions_about, waiting
from adlocalizer.catalogue import append_reviews
from adlocalizer.domain import Counts, Outcome
from adlocalizer.errors import ConfigError
from adlocalizer.order import Order
from adlocalizer.planning import Plan, chosen
from adlocalizer.publishing import account_of, redeliver
from adlocalizer.store import Store


class Answer(NamedTuple):
    """One decision about files that wait."""

    is_approved: bool
    which: Sequence[str]
    """Globs over the ids of renditions that wait."""
    reason: str
    reviewer: str


def pending(plan: Plan) -> tuple[Outcome, ...]:
    """What waits for a person of what a plan wants, by rendition id."""
    return tuple(one for one in waiting(_outcomes(plan)) if plan.wants(one.rendition.id))


def counts_of(plan: Plan) -> Counts:
    """How the renditions a plan wants ended, after every decision so far."""
    return Counts.of(one for one in _outcomes(plan) if plan.wants(one.rendition.id))


def take_answer(plan: Plan, order: Order, answer: Answer, now: datetime) -> str:
    """Keep the decision and deliver the run anew; path of the report's first page.

    ConfigError when it cannot be taken: then nothing has changed.
    """
    reason, reviewer = " ".join(answer.reason.split()), " ".join(answer.reviewer.split())
    if not reviewer:
        raise ConfigError("your name", "it is empty", "write who decides")
    if not answer.is_approved and not reason:
        raise ConfigError("reason", "it is empty", "say why, in a sentence: whoever makes the next one reads it")
    files = {one.rendition.id: one for one in pending(plan)}
    met = [files[name] for name in chosen(list(files), tuple(answer.which), "which")]
    said = Decision(
        sha256="0" * 64,
        decision="approved" if answer.is_approved else "rejected",
        reviewer=reviewer,
        note=reason,
        decided_at=now,
    )
    with Store(order.store_url).claimed(plan.brief.run.path):
        append_reviews(order.store_url, decisions_about(met, said))
        _, page = redeliver(plan.model_copy(update={"select": ()}), order)
    return str(page)


def _outcomes(plan: Plan) -> tuple[Outcome, ...]:
    regions = account_of(Store(plan.brief.run.store_url), plan)
    return tuple(outcome for some in regions.values() for outcome in some)
