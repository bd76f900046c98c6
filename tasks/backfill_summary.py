"""How a backfill ended: its days' summaries and what went wrong with some."""

from __future__ import annotations

from datetime import date
from typing import cast

from prefect.states import Completed

from adlocalizer.domain import Counts, Micros, Noun
from adlocalizer.errors import EXIT_ALL_DELIVERED, EXIT_DEGRADED
from tasks.summary import RunSummary


class BackfillSummary(Noun):
    """What a backfill gives back."""

    days: tuple[RunSummary, ...] = ()
    """Of the days that ran, in the order they ran in."""
    troubles: tuple[str, ...] = ()
    """Days whose gate closed, a sentence each."""

    def after(self, day: RunSummary) -> BackfillSummary:
        """With one more day that ran."""
        return self.model_copy(update={"days": (*self.days, day)})

    def without(self, day: date, reason: str) -> BackfillSummary:
        """With one more day that could not be made."""
        return self.model_copy(update={"troubles": (*self.troubles, f"{day.isoformat()}: {reason}")})

    @property
    def counts(self) -> Counts:
        """Renditions of all days."""
        return sum((one.counts for one in self.days), Counts())

    @property
    def spent_micros(self) -> Micros:
        """What all days spent."""
        return sum(one.spent_micros for one in self.days)

    @property
    def calls(self) -> int:
        """Provider calls of all days."""
        return sum(one.calls for one in self.days)

    @property
    def exit_code(self) -> int:
        """Status a command line ends with."""
        complete = self.counts.is_complete and not self.troubles
        return EXIT_ALL_DELIVERED if complete else EXIT_DEGRADED

    @property
    def sentence(self) -> str:
        """One line for people."""
        counts = self.counts
        said = f"{len(self.days):,} days: {counts.delivered:,} of {counts.planned:,} renditions delivered"
        return f"{said}; {self.calls:,} provider calls"


def backfill_state(summary: BackfillSummary) -> BackfillSummary:
    """The summary itself when everything was delivered, else a completed state named Degraded that carries it."""
    if summary.exit_code == EXIT_ALL_DELIVERED:
        return summary
    # Prefect takes a state in place of a result; its callers get the summary out of it.
    return cast("BackfillSummary", Completed(name="Degraded", message=summary.sentence, data=summary))
