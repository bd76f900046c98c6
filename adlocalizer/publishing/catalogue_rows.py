"""A region's outcomes and the answers behind them, as rows of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from adlocalizer.catalogue import replace_run
from adlocalizer.domain import Outcome
from adlocalizer.manifest import manifest_rows
from adlocalizer.planning import Plan
from adlocalizer.publishing.asked import bought
from adlocalizer.publishing.delivery import disclosures


def catalogue_region(plan: Plan, region: str, outcomes: Sequence[Outcome]) -> None:
    """Replace the run's rows of one region: one per rendition, one per request that has an answer."""
    run = plan.brief.run
    rows = manifest_rows(outcomes, run.logical_date, disclosures(plan))
    replace_run(run.store_url, "renditions", rows, run, region)
    attempts = tuple(row for one in bought(plan, outcomes) for row in one.rows)
    replace_run(run.store_url, "attempts", attempts, run, region)
