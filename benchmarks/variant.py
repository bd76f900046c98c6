"""One variant, measured in a process of its own: prints one JSON object. `run_all.py` starts these."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import time
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from floor import Shared, ask_all, in_pool, wanted
from measuring import Reading, read_costs
from stages import task_seconds
from warming import warm_pool

import adlocalizer.providers
from adlocalizer.domain import Counts, Status
from adlocalizer.imaging.caching import cache_folder
from adlocalizer.loading import keep_pictures
from adlocalizer.making import make_shard, open_studio, refile, write_plan
from adlocalizer.order import Order, take_order
from adlocalizer.ordering import Ordered, plan_order
from adlocalizer.progress import WATCHER, Tally
from adlocalizer.providers import ProviderSettings, open_provider
from adlocalizer.store import Store
from adlocalizer.together import all_or_stop

DAY = date(2026, 12, 1)
Figures = dict[str, Any]


class Stretch(NamedTuple):
    """A variant's own figures, and what its measured stretch cost."""

    figures: Figures
    cost: Reading


async def run_floor_a(ordered: Ordered) -> Stretch:
    """Requests only."""
    asked = wanted(ordered.plan)
    provider = open_provider("latency", _settings(ordered))
    start = read_costs()
    count = await ask_all(provider, asked, ordered.plan.brief.campaign.concurrency)
    cost = read_costs().since(start)
    await provider.close()
    return Stretch({"delivered": count}, cost)


async def run_floor_b(ordered: Ordered) -> Stretch:
    """Requests and the work on the pictures."""
    asked, plan = wanted(ordered.plan), ordered.plan
    provider = open_provider("latency", _settings(ordered))
    shot = next(iter(ordered.loaded.pictures.values()))
    shared = Shared(plan.brief.model_dump_json(), shot, str(cache_folder() / "faces"))
    await warm_pool()
    start = read_costs()
    count = await ask_all(provider, asked, plan.brief.campaign.concurrency, in_pool(shared))
    cost = read_costs().since(start)
    await provider.close()
    return Stretch({"delivered": count}, cost)


async def run_core(ordered: Ordered) -> Stretch:
    """The pipeline's own shards, ledger and store, without Prefect."""
    plan, store, tally = ordered.plan, Store(ordered.order.store_url), Tally()
    await warm_pool()
    begun = time.monotonic()
    keep_pictures(store, ordered.loaded.pictures)
    write_plan(store, plan)
    refile(store, plan)
    prepared = time.monotonic() - begun
    start = read_costs()
    async with open_studio(plan, Path(ordered.order.project) / "data", None, tally) as studio:
        shards, made = iter(plan.wanted_shards()), list[Counts]()

        async def lane() -> None:
            for shard in shards:
                made.append(await make_shard(studio, shard))

        campaign = plan.brief.campaign
        await all_or_stop(lane() for _ in range(math.ceil(campaign.concurrency / campaign.shard_size) + 1))
        cost = read_costs().since(start)
    counts = sum(made, Counts())
    return Stretch({**_counted(tally, counts), "prepare_seconds": prepared}, cost)


async def run_flow(ordered: Ordered) -> Stretch:
    """The whole flow under Prefect's ephemeral server; server and pool are started beforehand."""
    from flows.settings import apply_quiet
    from tests.homes import furnish

    furnish(Path(os.environ["PREFECT_HOME"]))  # its database is made once a machine, not once a run
    apply_quiet()
    before = read_costs()
    from prefect.client.orchestration import get_client

    from flows.localize_campaign import localize_campaign

    async with get_client() as client:
        await client.hello()
    await warm_pool()
    start = read_costs()
    seen = _Seen()
    WATCHER.set(seen)
    order = ordered.order
    summary = await localize_campaign(
        order.campaign, order.logical_date, store=order.store_url, reports=order.reports_folder, max_cost=None
    )
    cost = read_costs().since(start)
    begun = start.since(before)
    starting = {"start_seconds": begun.wall, "start_cpu": begun.own_cpu + begun.server_cpu}
    return Stretch({**_counted(seen.tally, summary.counts), **starting, "stages": await task_seconds()}, cost)


VARIANTS: dict[str, Callable[[Ordered], Coroutine[Any, Any, Stretch]]] = {
    "floor-a": run_floor_a,
    "floor-b": run_floor_b,
    "core": run_core,
    "flow": run_flow,
}
RESUMABLE = ("core", "flow")


class _Seen:
    """Watches a run: its counts."""

    def __init__(self) -> None:
        self.tally = Tally()

    def __call__(self, tally: Tally) -> None:
        self.tally = tally


def measure(variant: str, order: Order) -> Figures:
    """Plan an order and run a variant of it."""
    begun = read_costs()
    ordered = plan_order(order)
    planned = read_costs().since(begun)
    plan = ordered.plan
    masters = len(wanted(plan))
    figures = asyncio.run(_with_resume(variant, ordered))
    return {
        "variant": variant,
        "creatives": sum(1 for _ in plan.creatives),
        "masters": masters,
        "renditions": sum(1 for _ in plan.renditions()),
        "plan_seconds": planned.wall,
        "plan_cpu": planned.own_cpu,
        **figures,
    }


def know_latency() -> None:
    """Make the `latency` provider known to this process; the pool's processes draw nothing and need it not."""
    adlocalizer.providers.__path__.append(str(Path(__file__).parent / "providers"))


async def _with_resume(variant: str, ordered: Ordered) -> Figures:
    """A run's figures and, of what can be run again, those of a second run on the same store."""
    run = VARIANTS[variant]
    await _calls()
    first = await run(ordered)
    figures = {**first.cost._asdict(), **first.figures, "calls": await _calls()}
    if variant in RESUMABLE:
        again = await run(ordered)
        figures |= {"again_wall": again.cost.wall, "again_calls": await _calls(), "again_kept": again.figures["kept"]}
    return figures


async def _calls() -> int:
    """Requests the server has seen since it was last asked."""
    async with httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(f"{os.environ['ADLOCALIZER_BENCH_SERVER']}/counts")
        return int(response.json()["calls"])


def _counted(tally: Tally, counts: Counts) -> Figures:
    delivered = counts.model_dump()[Status.DELIVERED.value]
    return {"delivered": delivered, "asked": tally.calls, "kept": tally.kept, "spent_micros": tally.spent_micros}


def _settings(ordered: Ordered) -> ProviderSettings:
    brief = ordered.plan.brief
    folder = str(Path(ordered.order.project) / "data")
    return ProviderSettings(models=brief.models, concurrency=brief.campaign.concurrency, data_folder=folder)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variant", choices=sorted(VARIANTS))
    parser.add_argument("--campaign", required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--reports", required=True)
    options = parser.parse_args()
    know_latency()
    order = take_order(options.campaign, DAY, options.store, options.reports)
    print(json.dumps(measure(options.variant, order)))


if __name__ == "__main__":
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    main()
