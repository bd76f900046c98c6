"""What a process needs to make pictures of one run: the plan, the store, the provider, limits and counts."""

from __future__ import annotations

import asyncio
import functools
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import SecretStr

from adlocalizer.domain import Judge, Request, RunRef
from adlocalizer.errors import NoRun, StoreError
from adlocalizer.imaging.caching import cache_folder
from adlocalizer.making.asking import Desk
from adlocalizer.making.batching import Batching, BatchSettings, Wanted
from adlocalizer.making.limits import Limits
from adlocalizer.making.purse import Caps, Journal, Purse, spending_folder
from adlocalizer.making.quota import shared_rate
from adlocalizer.making.wishes import Means
from adlocalizer.planning import Plan
from adlocalizer.pool import stay_here, workers
from adlocalizer.progress import Tally
from adlocalizer.providers import BatchProvider, JudgeProvider, ProviderSettings, open_judge, open_provider
from adlocalizer.store import Ledger, Store
from adlocalizer.store.paths import shown


class Closes(Protocol):
    """What can be told to send nothing more, and to keep what is still being answered."""

    async def close(self) -> None:
        """Do so."""


_OPEN: weakref.WeakSet[Closes] = weakref.WeakSet()


class Studio:
    """Open resources of one run in one process."""

    def __init__(self, plan: Plan, desk: Desk, ledger: Ledger, tally: Tally) -> None:
        """Hold what the shards share."""
        self.plan, self.desk, self.ledger, self.tally = plan, desk, ledger, tally
        self.store = ledger.store
        self._picture = functools.lru_cache(maxsize=64)(ledger.store.read)
        # Pictures wait for the disk and then for a free core; more than these would only fill the memory.
        concurrency = plan.brief.campaign.concurrency
        self.room = asyncio.Semaphore(concurrency + concurrency // 8 + 2 * workers())

    @functools.cached_property
    def brief_json(self) -> str:
        """The brief as it travels to pool processes, which read it once."""
        return self.plan.brief.model_dump_json()

    @functools.cached_property
    def fonts_folder(self) -> str:
        """Where cut faces are kept: in the user's cache, since they serve every store."""
        return str(cache_folder() / "faces")

    @functools.cached_property
    def batching(self) -> Batching | None:
        """The provider's batch mode; None where it has none."""
        means, brief = self.desk.means, self.plan.brief
        if not isinstance(means.provider, BatchProvider) or brief.provider.backend == "vertex":
            return None
        settings = BatchSettings(brief.model.provider, brief.provider, brief.run)
        return Batching(means.provider, means.ledger, means.purse, settings, means.tally)

    def wanted(self) -> list[Wanted]:
        """What the shards asked for and must come from a batch."""
        return [Wanted(one.request, one.master.most_micros) for one in self.desk.wanted.values()]

    def pictures_of(self, request: Request) -> tuple[bytes, ...]:
        """The bytes of the pictures a request carries, in its order."""
        return tuple(self._picture(reference.path) for reference in request.references)


class Purchase(NamedTuple):
    """What a run may spend, and with which key."""

    caps: Caps = Caps(None, None)
    key: SecretStr | None = None


@asynccontextmanager
async def open_studio(
    plan: Plan, data_folder: Path, purchase: Purchase | None = None, tally: Tally | None = None
) -> AsyncIterator[Studio]:
    """Open the provider and the store of a plan, and close them whatever happens."""
    brief, counts, purchase = plan.brief, tally if tally is not None else Tally(), purchase or Purchase()
    concurrency = brief.campaign.concurrency
    settings = ProviderSettings(
        models=brief.models,
        config=brief.provider,
        mode=brief.mode,
        concurrency=concurrency,
        data_folder=str(data_folder),
        key=purchase.key,
    )
    ledger = Ledger(Store(brief.run.store_url))
    if ledger.store.is_in_memory:
        stay_here()
    spends = brief.judge is not None or any(model.spends for model in brief.models.values())
    purse = Purse(Journal(ledger.store, spending_folder(brief.run)) if spends else None, purchase.caps)
    rates = {name: shared_rate(ledger.store, model) for name, model in brief.models.items()}
    limits = {name: Limits(concurrency, model, brief.provider, rates[name]) for name, model in brief.models.items()}
    judge = None
    if brief.judge is not None:
        rate = shared_rate(ledger.store, brief.judge.model)
        limits[brief.judge.model.id] = Limits(concurrency, brief.judge.model, brief.judge.reach, rate)
        key = purchase.key if brief.judge.provider == brief.model.provider else None
        judge = _judge(brief.judge, settings.model_copy(update={"key": key}))
    provider = open_provider(brief.model.provider, settings)
    desk = Desk(Means(provider, ledger, limits, purse, brief.provider, counts, judge), brief.mode)
    _OPEN.add(desk)
    try:
        yield Studio(plan, desk, ledger, counts)
    finally:
        await desk.close()


def _judge(judge: Judge, settings: ProviderSettings) -> JudgeProvider:
    """The judge's own door; batches are no concern of it."""
    own = {"models": {}, "text_models": {judge.model.id: judge.model}, "config": judge.reach, "mode": "interactive"}
    return open_judge(judge.provider, settings.model_copy(update=own))


async def close_all() -> None:
    """Send nothing more from this process, and keep what is still being answered."""
    await asyncio.gather(*(one.close() for one in _OPEN))


def close_with_all(one: Closes) -> None:
    """Have `close_all` close this as well, as long as somebody holds it."""
    _OPEN.add(one)


def plan_path(run: RunRef) -> str:
    """Where a run's plan is in its store."""
    return f"{run.path}/plan.json"


def write_plan(store: Store, plan: Plan) -> None:
    """Keep the plan where every machine of the run reads it."""
    place = plan.brief.run.model_copy(update={"store_url": "."})  # a URL may hold a password, and the store may move
    reached = plan.brief.provider.model_copy(update={"base_url": None})  # so may this one
    said = {"run": place, "provider": reached}
    if (judge := plan.brief.judge) is not None:
        said["judge"] = judge.model_copy(update={"reach": judge.reach.model_copy(update={"base_url": None})})
    kept = plan.model_copy(update={"brief": plan.brief.model_copy(update=said)})
    store.write(plan_path(plan.brief.run), kept.model_dump_json(indent=1).encode())


def named_plan(run: RunRef) -> Plan:
    """The plan of a run that somebody names; NoRun says which is the last day there is."""
    try:
        return read_plan(run)
    except NoRun as error:
        paths = Store(run.store_url).paths(f"runs/{run.campaign}")
        days = [path.split("/")[2] for path in paths if path.endswith("/plan.json")]
        raise NoRun(f"{error}, or name --date {max(days)}, the last there is" if days else str(error)) from None


def read_plan(run: RunRef) -> Plan:
    """The plan of a run; NoRun when there is none, StoreError when another version wrote it."""
    store = Store(run.store_url)
    if not store.exists(plan_path(run)):
        raise NoRun(f"store {shown(run.store_url)}: {run.campaign} has no run for {run.logical_date}; run it first")
    try:
        plan = Plan.model_validate_json(store.read(plan_path(run)))
        return plan.model_copy(update={"brief": plan.brief.model_copy(update={"run": run})})
    except ValueError as error:
        raise StoreError(
            f"store {shown(run.store_url)}: {plan_path(run)}: another version of adlocalizer wrote this plan; "
            "run the campaign again, answers are kept, nothing is paid twice"
        ) from error
