"""Shards made by the processes of a cluster, Dask's or Ray's, each a small reference to what the store holds."""

from __future__ import annotations

import asyncio
import functools
import importlib
import logging
import math
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple
from uuid import uuid4

from prefect import get_client, task
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings
from prefect.task_runners import TaskRunner
from pydantic import SecretStr

from adlocalizer.config.operations import OperationsBook
from adlocalizer.domain import Model, Shard
from adlocalizer.errors import AdlocalizerError, ConfigError
from adlocalizer.logs import about, log_lines
from adlocalizer.making import Studio, close_with_all
from adlocalizer.making.errands import Errand, Returned, Site, Workshop
from adlocalizer.making.purse import Caps, spending_folder, spent_so_far
from adlocalizer.making.returning import Sum
from adlocalizer.order import Order, open_project
from adlocalizer.ordering import left_of
from adlocalizer.pool import cores
from tasks.provider_key import provider_key
from tasks.retrying import SHARD
from tasks.secrets import fill_environment
from tasks.show_progress import Progress

_CLUSTERS = ("distributed", "ray")
_log = logging.getLogger("adlocalizer.shards")
_ONE = threading.Lock()


class Crew(NamedTuple):
    """How many processes of a cluster make shards, and how many shards each has at once."""

    book: OperationsBook
    workers: int
    shards_each: int
    concurrency_each: int


def crew_of(book: OperationsBook, studio: Studio) -> Crew:
    """The campaign's concurrency divided among the cluster's workers, and as many shards as keep each busy."""
    campaign = studio.plan.brief.campaign
    workers = min(book.cluster.workers or cores(), campaign.concurrency)
    each = campaign.concurrency // workers
    return Crew(book, workers, math.ceil(each / campaign.shard_size) + 1, each)


@task(**SHARD)
def make_there(site: Site, region: str, number: int) -> Returned:
    """Make what is missing of one shard in a worker's process; what it needs beside this reference is in the store."""
    with about(run=f"{site.run.campaign}.{site.run.logical_date}", shard=f"{region}.{number}"):
        returned = _workshop().make(Errand(site, region, number))
        counts = returned.counts
        _log.info("shard made: %d of %d renditions delivered", counts.delivered, counts.planned)
    return returned


async def on_workers(studio: Studio, order: Order, crew: Crew, progress: Progress) -> None:
    """Every wanted shard, made by the cluster; an error lets what is being made end, and is raised then."""
    studio.tally.recount()
    site, total = _site(studio, order, crew), Sum(studio.tally)
    shards, lanes = iter(studio.plan.wanted_shards()), crew.workers * crew.shards_each
    failures: list[Exception] = []
    async with _started(crew, site) as runner:
        waiting = ThreadPoolExecutor(lanes, "shards")

        async def lane() -> None:
            for shard in shards:
                if failures:
                    return
                try:
                    returned = await _made(runner, waiting, site, shard)
                except Exception as error:
                    failures.append(error)
                    return
                total.add(shard, returned)
                if returned.stopped is not None:
                    studio.desk.stop(returned.stopped)
                progress.update()

        await asyncio.gather(*(lane() for _ in range(lanes)))
        waiting.shutdown(wait=False)
    if failures:
        raise _explained(failures[0])


async def _made(runner: TaskRunner[Any], waiting: ThreadPoolExecutor, site: Site, shard: Shard) -> Returned:
    future = runner.submit(make_there, {"site": site, "region": shard.region, "number": shard.number})
    returned: Returned = await asyncio.get_running_loop().run_in_executor(waiting, future.result)
    return returned


def _site(studio: Studio, order: Order, crew: Crew) -> Site:
    brief, store = studio.plan.brief, studio.store
    run = brief.run.model_copy(update={"store_url": str(store.root)}) if store.root else brief.run
    left = left_of(order, studio.plan)
    caps = Caps()
    if left is not None:
        # One cap for all processes, by what each has booked; in an object store that is seen late, so each has a part.
        spent = spent_so_far(store, spending_folder(brief.run))
        caps = Caps(None if store.is_local else left // crew.workers, spent + left)
    return Site(
        run=run,
        name=uuid4().hex,
        concurrency=crew.concurrency_each,
        neighbours=1 if crew.book.cluster.address else crew.workers,
        caps=caps,
        base_url=brief.provider.base_url,
        judge_base_url=brief.judge.reach.base_url if brief.judge else None,
    )


@asynccontextmanager
async def _started(crew: Crew, site: Site) -> AsyncIterator[TaskRunner[Any]]:
    """The runner, with its cluster; workers tell the server of this run, also where it is one this process started."""
    async with get_client() as client:
        api = str(client.api_url)
    if crew.book.cluster.address and get_current_settings().api.url is None:
        found = "cluster.address is set, and the run's Prefect server is its own process's"
        remedy = "name a server that the workers reach in PREFECT_API_URL, or leave the address out"
        raise ConfigError("configs/operations.yml (cluster)", found, remedy)
    with temporary_settings({PREFECT_API_URL: api}):
        try:
            runner = await asyncio.to_thread(_start, crew)
        except Exception as error:
            raise _absent(crew, error) from error
        closing = _Closing(runner, site.name)
        close_with_all(closing)
        try:
            yield runner
        finally:
            await closing.close()
            await asyncio.to_thread(runner.__exit__, None, None, None)


def _start(crew: Crew) -> Any:  # noqa: ANN401 - of either package
    runner: Any = (_dask if crew.book.runner == "dask" else _ray)(crew)
    runner.__enter__()
    if crew.book.runner == "dask":
        client = runner.client  # starts or finds the cluster
        if crew.book.cluster.address is None:
            client.run(_stay)
    return runner


def _stay() -> None:
    """In a worker of this machine: Ctrl-C in a terminal reaches it, too; what it means is for the run itself to say."""
    with suppress(ValueError):  # only a main thread has a say in signals
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _dask(crew: Crew) -> Any:  # noqa: ANN401 - the extra may be absent
    # A daemon may have no pool of processes.
    said = {"distributed.worker.daemon": False, "logging": {"distributed": "error"}}
    importlib.import_module("dask").config.set(said)
    logging.getLogger("distributed").setLevel(logging.ERROR)
    runner = importlib.import_module("prefect_dask").DaskTaskRunner
    if crew.book.cluster.address:
        return runner(address=crew.book.cluster.address)
    own = {"n_workers": crew.workers, "threads_per_worker": crew.shards_each, "dashboard_address": "127.0.0.1:0"}
    return runner(cluster_kwargs=own)


def _ray(crew: Crew) -> Any:  # noqa: ANN401 - as above
    runner = importlib.import_module("prefect_ray").RayTaskRunner
    if crew.book.cluster.address:
        return runner(address=crew.book.cluster.address)
    quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": logging.ERROR}
    return runner(init_kwargs={"num_cpus": crew.workers, **quiet})


class _Closing:
    """Has Dask's workers keep what is being answered before they go; Ray cannot reach each of its workers."""

    def __init__(self, runner: Any, name: str) -> None:  # noqa: ANN401 - of either package
        self._client, self._name = getattr(runner, "client", None), name

    async def close(self) -> None:
        """Send nothing more of this run from any worker, and wait for what was sent."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, TimeoutError):  # a worker that has died has nothing to close
                await asyncio.to_thread(client.run, _close_here, self._name)


def _close_here(name: str) -> None:
    """In a worker: close what is open for a run."""
    if _opened.cache_info().currsize:
        _workshop().close(name)


def _absent(crew: Crew, error: Exception) -> AdlocalizerError:
    """There is no cluster: what its package says, in a sentence."""
    name, address = crew.book.runner, crew.book.cluster.address
    said = str(error).strip().partition("\n")[0] or type(error).__name__
    what = f"no {name} cluster answers at {address}" if address else f"no {name} cluster could be started"
    return AdlocalizerError(f"{what}: {said.rstrip('.')}; look at it and run again, or write runner: local")


def _explained(error: Exception) -> Exception:
    """What a cluster raises, in a sentence; our own errors as they are."""
    if type(error).__module__.partition(".")[0] not in _CLUSTERS:
        return error
    return AdlocalizerError(f"the cluster gave a shard up: {error}; run again: answers are kept, nothing is paid twice")


def _workshop() -> Workshop:
    with _ONE:  # two threads of a worker may begin at once
        return _opened()


@functools.cache
def _opened() -> Workshop:
    if os.environ.get("ADLOCALIZER_LOG") == "json":
        log_lines(sys.stderr)
    return Workshop(open_project().root / "data", _key_of)


async def _key_of(model: Model) -> SecretStr | None:
    await fill_environment()
    return await provider_key(model)
