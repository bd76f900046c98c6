"""People's decisions about the files of a store, and a run delivered anew after them."""

from __future__ import annotations

from collections.abc import Mapping

from adlocalizer.approving import Decision, decided, latest
from adlocalizer.catalogue import read_runs
from adlocalizer.domain import Digest, Outcome
from adlocalizer.planning import Plan

Regions = Mapping[str, tuple[Outcome, ...]]


def with_decisions(plan: Plan, regions: Regions) -> dict[str, tuple[Outcome, ...]]:
    """The outcomes as people's decisions leave them."""
    said, policy = decisions_of(plan.brief.run.store_url), plan.brief.campaign.approval
    return {region: tuple(decided(one, policy, said) for one in some) for region, some in regions.items()}


def decisions_of(store_url: str) -> dict[Digest, Decision]:
    """The decision that holds for each file of a store."""
    rows = read_runs(store_url, "reviews").to_pylist()
    # Rows of an earlier version lack later columns.
    return latest(Decision.model_validate({key: cell for key, cell in row.items() if cell is not None}) for row in rows)
