"""Make the pictures: one task run a shard, as many shards at once as keep the provider busy."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path

from prefect import task

from adlocalizer.config.operations import read_operations
from adlocalizer.domain import Counts
from adlocalizer.errors import AdlocalizerError
from adlocalizer.loading import keep_pictures
from adlocalizer.logs import about
from adlocalizer.making import Purchase, Studio, make_shard, open_studio, refile, write_plan
from adlocalizer.making.turns import alone_in
from adlocalizer.order import Order
from adlocalizer.ordering import Ordered, caps_of, keep_weather
from adlocalizer.progress import Tally
from adlocalizer.publishing import retire_regions
from adlocalizer.store import Store
from adlocalizer.together import all_or_stop
from tasks.ask_in_batches import in_rounds
from tasks.landing import landing
from tasks.on_workers import crew_of, on_workers
from tasks.provider_key import provider_key
from tasks.retrying import SHARD
from tasks.show_progress import Progress, start_progress

_log = logging.getLogger("adlocalizer.shards")
_STUDIO: ContextVar[Studio] = ContextVar("studio")
"""The open studio of the run: one provider, one set of limits for all its shards."""


@asynccontextmanager
async def alone(ordered: Ordered, tally: Tally) -> AsyncIterator[None]:
    """Hold the run against other processes; while one of them makes it, wait: what it made is not made again."""
    async with alone_in(Store(ordered.order.store_url), ordered.plan.brief.run, tally):
        yield


@task(name="prepare the store", task_run_name="prepare the store")
async def prepare_store(ordered: Ordered) -> None:
    """Keep the plan and the reference pictures in the store, and put what earlier runs made where this plan looks."""
    await asyncio.to_thread(_prepare, ordered)


def _prepare(ordered: Ordered) -> None:
    plan, store = ordered.plan, Store(ordered.order.store_url)
    store.remove_leftovers()
    keep_weather(ordered)
    keep_pictures(store, ordered.loaded.pictures)
    write_plan(store, plan)
    refile(store, plan)
    retire_regions(store, plan)


@task(**SHARD)
async def make(region: str, number: int) -> Counts:
    """Make what is missing of one shard and write its outcomes last; a kept answer is never asked for again."""
    studio = _STUDIO.get()
    run = studio.plan.brief.run
    with about(run=f"{run.campaign}.{run.logical_date}", shard=f"{region}.{number}"):
        counts = await make_shard(studio, studio.plan.shard(region, number))
        _log.info("shard made: %d of %d renditions delivered", counts.delivered, counts.planned)
    return counts


async def make_shards(ordered: Ordered, tally: Tally) -> AdlocalizerError | None:
    """Every wanted shard of a plan, in lanes; what stopped the asking before its end, if something did.

    In batch mode the shards are gone through again each time batches have come back, until nothing is wanted.
    """
    plan, order = ordered.plan, ordered.order
    tally.enter("making pictures")
    progress = await start_progress(tally)
    purchase = Purchase(caps_of(order, plan), await provider_key(plan.brief.model))
    async with open_studio(plan, Path(order.project) / "data", purchase, tally) as studio, landing():
        token = _STUDIO.set(studio)
        try:
            await in_rounds(studio, order.wait, lambda: _go_through(studio, order, progress))
        finally:
            _STUDIO.reset(token)
            tally.doubted_micros += studio.desk.means.purse.doubted_micros
        return studio.desk.stopped


async def _go_through(studio: Studio, order: Order, progress: Progress) -> None:
    """By this process, or by a cluster's; what goes into batches is gathered here in either case."""
    book = read_operations(Path(order.project))
    if book.runner == "local" or studio.plan.brief.mode == "batch":
        await _in_lanes(studio, progress)
    else:
        await on_workers(studio, order, crew_of(book, studio), progress)


async def _in_lanes(studio: Studio, progress: Progress) -> None:
    studio.tally.recount()
    shards, campaign = iter(studio.plan.wanted_shards()), studio.plan.brief.campaign

    async def lane() -> None:
        for shard in shards:
            await make(shard.region, shard.number)
            progress.update()

    lanes = math.ceil(campaign.concurrency / campaign.shard_size) + 1
    await all_or_stop(lane() for _ in range(lanes))
