"""A region's outcomes and the answers behind them, as rows of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adlocalizer.catalogue import AttemptRow, attempt_row, replace_run
from adlocalizer.domain import Outcome
from adlocalizer.manifest import manifest_rows
from adlocalizer.planning import Plan, compose_masters, next_attempt
from adlocalizer.publishing.delivery import disclosures
from adlocalizer.store import Ledger, Store


def catalogue_region(plan: Plan, region: str, outcomes: Sequence[Outcome]) -> None:
    """Replace the run's rows of one region: one per rendition, one per request that has an answer."""
    run = plan.brief.run
    rows = manifest_rows(outcomes, run.logical_date, disclosures(plan))
    replace_run(run.store_url, "renditions", rows, run, region)
    replace_run(run.store_url, "attempts", tuple(_attempts(plan, region, outcomes)), run, region)


def _attempts(plan: Plan, region: str, outcomes: Sequence[Outcome]) -> Iterator[AttemptRow]:
    ledger = Ledger(Store(plan.brief.run.store_url))
    formats: dict[str, set[str]] = {}
    for outcome in outcomes:
        formats.setdefault(outcome.rendition.creative.id, set()).add(outcome.rendition.format_id)
    for grounded in plan.creatives:
        if grounded.creative.region != region or grounded.creative.id not in formats:
            continue
        for master in compose_masters(plan.brief, grounded, formats[grounded.creative.id]):
            request = master.request
            for _ in range(plan.brief.campaign.attempts):
                answer = ledger.answer(request.key)
                if answer is None:
                    break
                yield attempt_row(grounded.creative, request, answer, plan.brief.run.logical_date)
                request = next_attempt(request)
