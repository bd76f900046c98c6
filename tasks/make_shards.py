"""Make the pictures: one task run a shard, as many shards at once as keep the provider busy."""

from __future__ import annotations

import asyncio
import math
from contextvars import ContextVar
from pathlib import Path

from prefect import task

from adlocalizer.config import find_project
from adlocalizer.domain import Counts, Shard
from adlocalizer.loading import keep_pictures
from adlocalizer.making import (
    ShardCounts,
    ShardRef,
    Studio,
    make_shard,
    open_studio,
    read_plan,
    remove_stale_shards,
    write_plan,
)
from adlocalizer.ordering import Ordered, cap_of
from adlocalizer.planning import Plan
from adlocalizer.progress import Tally
from adlocalizer.store import Store
from adlocalizer.together import all_or_stop
from tasks.retrying import is_retryable
from tasks.show_progress import Progress, start_progress

_STUDIO: ContextVar[Studio | None] = ContextVar("studio", default=None)
"""The studio of the run this process is in; a task run on another machine opens its own."""


@task(name="prepare the store", task_run_name="prepare the store", retries=2, retry_delay_seconds=[2, 10])
async def prepare_store(ordered: Ordered) -> None:
    """Keep the plan and the reference pictures in the store, and take away what an earlier plan left."""
    plan, store = ordered.plan, Store(ordered.order.store_url)
    await asyncio.to_thread(keep_pictures, store, ordered.loaded.pictures)
    await asyncio.to_thread(write_plan, store, plan)
    await asyncio.to_thread(remove_stale_shards, store, plan.brief.run, plan.shards)


@task(
    name="make shard",
    task_run_name="make {ref.region} shard {ref.number}",
    retries=2,
    retry_delay_seconds=[15, 60],
    retry_jitter_factor=0.3,
    retry_condition_fn=is_retryable,
)
async def make(ref: ShardRef) -> ShardCounts:
    """Make what is missing of one shard and write its outcomes last; a kept answer is never asked for again."""
    if (studio := _STUDIO.get()) is not None:
        return await make_shard(studio, _shard(studio.plan, ref))
    plan = await asyncio.to_thread(read_plan, ref.run)
    async with open_studio(plan, find_project(None).root / "data") as own:
        return await make_shard(own, _shard(plan, ref))


async def make_shards(ordered: Ordered, tally: Tally) -> Counts:
    """Every wanted shard of a plan, in lanes; the first error that no retry mends stops all of them."""
    plan, order = ordered.plan, ordered.order
    tally.enter("making pictures")
    progress = await start_progress(tally)
    data_folder = Path(order.project) / "data"
    async with open_studio(plan, data_folder, cap_of(order, plan), tally) as studio:
        token = _STUDIO.set(studio)
        try:
            return await _in_lanes(plan, progress)
        finally:
            _STUDIO.reset(token)


async def _in_lanes(plan: Plan, progress: Progress) -> Counts:
    shards, counts = iter(plan.wanted_shards()), Counts()
    campaign, digest = plan.brief.campaign, plan.sha256

    async def lane() -> None:
        nonlocal counts
        for shard in shards:
            ref = ShardRef(run=plan.brief.run, plan_sha256=digest, region=shard.region, number=shard.number)
            made = await make(ref)
            counts += made.counts
            await progress.update()

    lanes = math.ceil(campaign.concurrency / campaign.shard_size) + 1
    await all_or_stop(lane() for _ in range(lanes))
    return counts


def _shard(plan: Plan, ref: ShardRef) -> Shard:
    return next(shard for shard in plan.shards if (shard.region, shard.number) == (ref.region, ref.number))
