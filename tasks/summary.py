"""How a run ended, in one record and one state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import cast

from prefect.states import Completed

from adlocalizer.bundling import bundle_path
from adlocalizer.domain import Counts, Micros, Noun, Outcome, Status, decisive, money
from adlocalizer.errors import EXIT_ALL_DELIVERED, EXIT_DEGRADED, AdlocalizerError
from adlocalizer.planning import Plan
from adlocalizer.publishing import Account

_MOST_TOLD = 3  # causes; the report has them all


class RunSummary(Noun):
    """What a flow run gives back."""

    campaign: str
    logical_date: str
    counts: Counts
    calls: int
    kept: int
    spent_micros: Micros
    doubted_micros: Micros
    """What may have been billed for requests whose answer never came; not part of what was spent."""
    waiting: int
    """Pictures that batches will bring."""
    report: str
    """Path of the report's first page."""
    bundles: tuple[str, ...]
    """Paths in the store."""
    reasons: tuple[str, ...] = ()
    """Why not everything was delivered: the commonest causes, a line each."""

    @classmethod
    def of(cls, plan: Plan, regions: Mapping[str, Sequence[Outcome]], account: Account, page: Path) -> RunSummary:
        """Sum a run up: what was wanted of it, not what earlier selections made."""
        run = plan.brief.run
        wanted = [one for one in chain.from_iterable(regions.values()) if plan.wants(one.rendition.id)]
        return cls(
            campaign=run.campaign,
            logical_date=run.logical_date.isoformat(),
            counts=Counts.of(wanted),
            calls=account.calls,
            kept=account.kept,
            spent_micros=account.spent_micros,
            doubted_micros=account.doubted_micros,
            waiting=account.waiting,
            report=str(page),
            bundles=tuple(bundle_path(run, region) for region in plan.regions()),
            reasons=reasons_of(wanted),
        )

    @property
    def exit_code(self) -> int:
        """Status a command line ends with."""
        return EXIT_ALL_DELIVERED if self.counts.is_complete else EXIT_DEGRADED

    @property
    def sentence(self) -> str:
        """One line for people."""
        missing = self.counts.planned - self.counts.delivered
        said = f"{self.counts.delivered:,} of {self.counts.planned:,} renditions delivered"
        said += f", {missing:,} not" if missing else ""
        return said + (f"; {self.waiting:,} pictures are in batches, a later run collects them" if self.waiting else "")

    @property
    def money(self) -> str:
        """What it cost, in words; doubts only where there are any."""
        doubted = f", up to {money(self.doubted_micros)} more for answers that never came"
        return f"{money(self.spent_micros)} spent" + (doubted if self.doubted_micros else "")


def reasons_of(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Why ads were not delivered: the commonest causes, a line each; the last says how many have others."""
    causes: dict[tuple[Status, str], list[str]] = {}
    for one in outcomes:
        if one.status is not Status.DELIVERED:
            lead = decisive(one.findings)
            check, text = (lead.check, lead.text) if lead else ("", one.reason)
            causes.setdefault((one.status, check or text), []).append(text)
    told = sorted(causes.items(), key=lambda cause: -len(cause[1]))
    lines = [
        f"{len(texts):,} {status.value.replace('_', ' ')}{', such as' if len(set(texts)) > 1 else ''}: {texts[0]}"
        for (status, _), texts in told[:_MOST_TOLD]
    ]
    more = sum(len(texts) for _, texts in told[_MOST_TOLD:])
    return (*lines, *([f"{more:,} more for other reasons"] if more else []))


def raise_idle(stopped: AdlocalizerError | None, regions: Mapping[str, Sequence[Outcome]]) -> None:
    """Raise what stopped the run when no file was ever made: there is nothing to deliver, and one sentence to read."""
    if stopped is not None and not any(one.asset for one in chain.from_iterable(regions.values())):
        raise stopped


def raise_stopped(stopped: AdlocalizerError | None, summary: RunSummary) -> None:
    """Raise what stopped the run before its end, with what was delivered all the same and how to go on."""
    if stopped is not None:
        stopped.add_note(f"{summary.sentence}; {summary.money}; report: {summary.report}")
        stopped.add_note("run it again to go on: answers are kept, nothing is paid twice")
        raise stopped


def end_state(summary: RunSummary) -> RunSummary:
    """The summary itself when everything was delivered, else a completed state named Degraded that carries it."""
    if summary.counts.is_complete:
        return summary
    # Prefect takes a state in place of a result; its callers get the summary out of it.
    return cast("RunSummary", Completed(name="Degraded", message=summary.sentence, data=summary))
