"""How collecting batches ended: what each run that waited for some ended with."""

from __future__ import annotations

from typing import cast

from prefect.states import Completed

from adlocalizer.domain import Noun
from adlocalizer.order import Order
from tasks.summary import RunSummary


class BatchSummary(Noun):
    """What collect-batches gives back."""

    runs: tuple[RunSummary, ...] = ()
    """Those that could be delivered, in the order they ran in."""
    troubles: tuple[str, ...] = ()
    """Runs that ended with an error, a sentence each."""

    def after(self, order: Order, ended: RunSummary | BaseException) -> BatchSummary:
        """With one more run."""
        if isinstance(ended, RunSummary):
            return self.model_copy(update={"runs": (*self.runs, ended)})
        return self.model_copy(
            update={"troubles": (*self.troubles, f"{order.campaign} for {order.logical_date}: {ended}")}
        )

    @property
    def sentence(self) -> str:
        """One line for people."""
        if not self.runs and not self.troubles:
            return "no run waits for a batch"
        waiting = sum(one.waiting for one in self.runs)
        said = f"{len(self.runs):,} runs delivered, {waiting:,} pictures still in batches"
        return "; ".join((said, *self.troubles))


def batch_state(summary: BatchSummary) -> BatchSummary:
    """A completed state that carries the summary: named Degraded when a run ended with an error or still waits."""
    is_complete = not summary.troubles and all(one.counts.is_complete for one in summary.runs)
    name = "Completed" if is_complete else "Degraded"
    # Prefect takes a state in place of a result; its callers get the summary out of it.
    return cast("BatchSummary", Completed(name=name, message=summary.sentence, data=summary))
