"""A shard made for a run of another process: what travels there, what comes back, and the studio kept open between."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import secrets
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import SecretStr

from adlocalizer.domain import Counts, Digest, Micros, Model, RunRef
from adlocalizer.errors import AdlocalizerError, Waiting
from adlocalizer.making.batch_records import BatchRecords
from adlocalizer.making.purse import Caps
from adlocalizer.making.shard import make_shard
from adlocalizer.making.studio import Purchase, Studio, open_studio, read_plan
from adlocalizer.planning import Plan
from adlocalizer.pool import let_go, share_cores, stay_here
from adlocalizer.progress import Tally
from adlocalizer.store import Store

Result = TypeVar("Result")
KeyOf = Callable[[Model], Awaitable[SecretStr | None]]
"""The provider's key of a model; None: the environment has it, or none is needed."""


class Site(NamedTuple):
    """What every shard of a run needs elsewhere: where its plan is kept, and this process's part of what is shared."""

    run: RunRef
    name: str
    """Of this making of the run: a process opens a studio once for each."""
    concurrency: int
    """Requests in flight at most, in one process."""
    neighbours: int
    """Processes that share the cores of a machine."""
    caps: Caps
    base_url: str | None = None
    judge_base_url: str | None = None


class Errand(NamedTuple):
    """One shard to make elsewhere: a reference of some hundred bytes."""

    site: Site
    region: str
    number: int


class Counted(NamedTuple):
    """What a process has counted for a site since it opened its studio."""

    process: str
    turn: int
    """How many shards it has brought back for the site: a later turn holds all that an earlier one does."""
    calls: int
    kept: int
    spent_micros: Micros
    doubted_micros: Micros
    waits: dict[float, int]


class Returned(NamedTuple):
    """What comes back: the shard's counts, its process's so far, and what stopped the asking there, if anything did."""

    counts: Counts
    counted: Counted
    stopped: AdlocalizerError | None


class Workshop:
    """A process's event loop on a thread of its own, and the studios open on it: shards of any thread share them."""

    def __init__(self, data_folder: Path, key_of: KeyOf) -> None:
        """Start the loop; `data_folder` is this machine's, `key_of` finds keys here."""
        self._data_folder, self._key_of = data_folder, key_of
        self._benches: dict[str, _Bench] = {}
        self._ended: set[str] = set()
        self._opening = asyncio.Lock()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="workshop", daemon=True).start()
        if multiprocessing.current_process().daemon:
            stay_here()  # a daemon may have no pool of processes

    def make(self, errand: Errand) -> Returned:
        """Make what is missing of a shard, and wait for it; ConfigError and StoreError leave."""
        return self._run(self._made(errand))

    def _run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self, name: str) -> None:
        """Send nothing more for a site, keep what is still being answered, and close its studio for good."""
        self._run(self._closed(name))

    async def _closed(self, name: str) -> None:
        self._ended.add(name)
        bench = self._benches.pop(name, None)
        if bench is not None:
            await bench.stack.aclose()
        if not self._benches:
            let_go()

    async def _made(self, errand: Errand) -> Returned:
        async with self._opening:
            bench = self._benches.get(errand.site.name) or await self._opened(errand.site)
            bench.users += 1
        try:
            studio = bench.studio
            counts = await make_shard(studio, studio.plan.shard(errand.region, errand.number))
            await studio.desk.means.purse.close()  # what it booked is on file before the shard counts as made
            return Returned(counts, bench.counted(), studio.desk.stopped)
        finally:
            bench.users -= 1

    async def _opened(self, site: Site) -> _Bench:
        """A studio for a site; those that nobody uses any more are closed first."""
        if site.name in self._ended:
            raise Waiting("not asked: the run is stopping")
        for name in [name for name, bench in self._benches.items() if not bench.users]:
            await self._benches.pop(name).stack.aclose()
        share_cores(site.neighbours)
        plan = await asyncio.to_thread(_plan_of, site)
        purchase = Purchase(site.caps, await self._key_of(plan.brief.model))
        stack = AsyncExitStack()
        studio = await stack.enter_async_context(open_studio(plan, self._data_folder, purchase, Tally()))
        if studio.batching is not None:
            studio.desk.begin_round(await asyncio.to_thread(_in_batches, studio), {})
        self._benches[site.name] = _Bench(studio, stack)
        return self._benches[site.name]


class _Bench:
    def __init__(self, studio: Studio, stack: AsyncExitStack) -> None:
        self.studio, self.stack, self.users, self._turn = studio, stack, 0, 0
        self._process = f"{os.getpid()}-{secrets.token_hex(4)}"

    def counted(self) -> Counted:
        """What this process has counted so far."""
        tally, doubted = self.studio.tally, self.studio.desk.means.purse.doubted_micros
        self._turn += 1
        return Counted(
            self._process, self._turn, tally.calls, tally.kept, tally.spent_micros, doubted, dict(tally.waits)
        )


def _plan_of(site: Site) -> Plan:
    """The plan as the store keeps it, which names neither this store's place nor the provider's."""
    plan = read_plan(site.run)
    brief = plan.brief
    campaign = brief.campaign.model_copy(update={"concurrency": site.concurrency})
    said: dict[str, Any] = {"campaign": campaign}
    said["provider"] = brief.provider.model_copy(update={"base_url": site.base_url})
    if (judge := brief.judge) is not None:
        reach = judge.reach.model_copy(update={"base_url": site.judge_base_url})
        said["judge"] = judge.model_copy(update={"reach": reach})
    return plan.model_copy(update={"brief": brief.model_copy(update=said)})


def _in_batches(studio: Studio) -> dict[Digest, str]:
    """Keys that an open batch will answer: they are asked nowhere else."""
    records = BatchRecords(Store(studio.plan.brief.run.store_url)).open(studio.plan.brief.model.provider)
    return {key: one.words for one in records if one.state != "planned" for key in one.keys}
