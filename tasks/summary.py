"""How a run ended, in one record and one state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import cast

from prefect.states import Completed

from adlocalizer.bundling import bundle_path
from adlocalizer.domain import Counts, Micros, Noun, Outcome
from adlocalizer.errors import EXIT_ALL_DELIVERED, EXIT_DEGRADED
from adlocalizer.planning import Plan
from adlocalizer.publishing import Account


class RunSummary(Noun):
    """What a flow run gives back."""

    campaign: str
    logical_date: str
    counts: Counts
    calls: int
    kept: int
    spent_micros: Micros
    report: str
    """Path of the report's first page."""
    bundles: tuple[str, ...]
    """Paths in the store."""

    @classmethod
    def of(cls, plan: Plan, regions: Mapping[str, Sequence[Outcome]], account: Account, page: Path) -> RunSummary:
        """Sum a run up: what was wanted of it, not what earlier selections made."""
        run, outcomes = plan.brief.run, chain.from_iterable(regions.values())
        return cls(
            campaign=run.campaign,
            logical_date=run.logical_date.isoformat(),
            counts=Counts.of(one for one in outcomes if plan.wants(one.rendition.id)),
            calls=account.calls,
            kept=account.kept,
            spent_micros=account.spent_micros,
            report=str(page),
            bundles=tuple(bundle_path(run, region) for region in plan.regions()),
        )

    @property
    def exit_code(self) -> int:
        """Status a command line ends with."""
        return EXIT_ALL_DELIVERED if self.counts.is_complete else EXIT_DEGRADED

    @property
    def sentence(self) -> str:
        """One line for people."""
        missing = self.counts.planned - self.counts.delivered
        return f"{self.counts.delivered:,} of {self.counts.planned:,} renditions delivered" + (
            f", {missing:,} not" if missing else ""
        )


def end_state(summary: RunSummary) -> RunSummary:
    """The summary itself when everything was delivered, else a completed state named Degraded that carries it."""
    if summary.counts.is_complete:
        return summary
    # Prefect takes a state in place of a result; its callers get the summary out of it.
    return cast("RunSummary", Completed(name="Degraded", message=summary.sentence, data=summary))
