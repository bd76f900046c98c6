"""Runs of the small campaign to their bundles, in this process and without Prefect."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from adlocalizer.domain import Counts
from adlocalizer.loading import keep_pictures
from adlocalizer.making import make_shard, open_studio, refile, write_plan
from adlocalizer.order import Order
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan
from adlocalizer.progress import Tally
from adlocalizer.publishing import redeliver
from adlocalizer.revisions import add_revisions
from adlocalizer.store import Store

from . import projects


class Delivered:
    """One run: its order, plan, store and counts."""

    def __init__(self, order: Order, plan: Plan, tally: Tally, counts: Counts) -> None:
        self.order, self.plan, self.tally, self.counts = order, plan, tally, counts
        self.store = Store(order.store_url)

    def files(self, *endings: str) -> dict[str, bytes]:
        """What people get, by path."""
        paths = (path for path in self.store.paths() if not path.startswith("catalogue/"))
        return {path: self.store.read(path) for path in paths if path.endswith(endings)}


def run_and_deliver(project: Path, **over: Any) -> Delivered:
    """Make the small campaign's ads and deliver them; `over` are fields of an order."""
    return asyncio.run(_make(project, over))


async def _make(project: Path, over: dict[str, Any]) -> Delivered:
    ordered = plan_order(projects.small_order(project, **over))
    order, plan, store = ordered.order, ordered.plan, Store(ordered.order.store_url)
    keep_pictures(store, ordered.loaded.pictures)
    add_revisions(store, plan.brief.run, order.revisions)
    write_plan(store, plan)
    refile(store, plan)
    tally = Tally()
    async with open_studio(plan, project / "data", tally=tally) as studio:
        for shard in plan.wanted_shards():
            await make_shard(studio, shard)
    counts, _ = await asyncio.to_thread(redeliver, plan, order)
    return Delivered(order, plan, tally, counts)
