"""What was asked for a run's outcomes: the attempts behind them, with the answers on file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adlocalizer.catalogue import AttemptRow, attempt_row
from adlocalizer.domain import Attempt, Outcome
from adlocalizer.planning import Plan, sharing
from adlocalizer.store import Ledger, Store


class Bought(NamedTuple):
    """A master: the outcomes it was made for, whether these are all that share its cost, and its attempts."""

    outcomes: tuple[Outcome, ...]
    is_whole: bool
    rows: tuple[AttemptRow, ...]

    @property
    def name(self) -> str:
        """The key of the picture that decided it."""
        return self.outcomes[0].master_key or self.outcomes[0].rendition.creative.id


def bought(plan: Plan, outcomes: Iterable[Outcome]) -> Iterator[Bought]:
    """Every master of the outcomes that was asked for, with one row per answered request, in the order asked."""
    ledger = Ledger(Store(plan.brief.run.store_url))
    grounded = {one.creative.id: one for one in plan.creatives}
    together: dict[tuple[str, tuple[str, ...]], list[Outcome]] = {}
    for outcome in outcomes:
        creative = outcome.rendition.creative
        if outcome.master_key is not None and creative.id in grounded:
            shared = sharing(plan.brief, grounded[creative.id], outcome.rendition.format_id)
            together.setdefault((creative.id, shared), []).append(outcome)
    for (_, shared), some in together.items():
        whole = {one.rendition.format_id for one in some} == set(shared)
        yield Bought(tuple(some), whole, tuple(_rows(plan, ledger, some)))


def _rows(plan: Plan, ledger: Ledger, outcomes: Sequence[Outcome]) -> Iterator[AttemptRow]:
    creative, day = outcomes[0].rendition.creative, plan.brief.run.logical_date
    for number, (key, tried) in enumerate(_tried(outcomes).items(), start=1):
        if (entry := ledger.entry(key)) is not None:
            yield attempt_row(creative, *entry, day, tried).model_copy(update={"attempt": number})


def _tried(outcomes: Sequence[Outcome]) -> dict[str, Attempt | None]:
    """Keys asked, in order; a first answer that passed has nothing more to tell."""
    accepted: dict[str, Attempt | None] = {one.master_key: None for one in outcomes if one.master_key}
    return {one.key: one for outcome in outcomes for one in outcome.tried} or accepted
