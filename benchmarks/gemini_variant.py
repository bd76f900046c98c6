"""One measurement of the Gemini provider, in a process of its own with its own emulator: prints one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from measuring import Reading, fullest_minute, read_costs
from warming import warm_pool

from adlocalizer.domain import Answer, Counts, Master
from adlocalizer.gemini import wire
from adlocalizer.loading import keep_pictures
from adlocalizer.making import Purchase, Studio, make_shard, open_studio, refile, write_plan
from adlocalizer.making.purse import Caps
from adlocalizer.making.wishes import Wish
from adlocalizer.order import Order
from adlocalizer.ordering import Ordered, caps_of, plan_order
from adlocalizer.planning import Plan
from adlocalizer.store import Store
from adlocalizer.together import all_or_stop
from tests.emulator import Emulator, running

DAY = date(2026, 12, 1)
KEY = "a-key-of-nobody"
QUOTA_PER_MINUTE = 600
HEAVY_IN_FLIGHT = 16
HEAVY_BYTES = 20_000_000
_SPARE = 1
"""Masters asked for beforehand: the SDK is loaded, the emulator has drawn its picture; start-up is no work."""
Figures = dict[str, Any]


class Bench(NamedTuple):
    """What a measurement works with; the first masters are spare."""

    ordered: Ordered
    emulator: Emulator
    masters: tuple[Master, ...]


async def run_floor(bench: Bench) -> Figures:
    """The very same bodies from asyncio, a semaphore and one HTTP client; answers are read and thrown away."""
    brief, shots = bench.ordered.plan.brief, bench.ordered.loaded.pictures
    most = brief.campaign.concurrency
    flight, limits = asyncio.Semaphore(most), httpx2.Limits(max_connections=most, max_keepalive_connections=most)
    headers = {"x-goog-api-key": KEY}

    async with httpx2.AsyncClient(limits=limits, timeout=300, trust_env=False, headers=headers) as client:

        async def ask(master: Master) -> int:
            request = master.request
            body = wire.body(request, brief.model, [wire.encoded(shots[one.path]) for one in request.references])
            url = f"{bench.emulator.url}/v1/models/{request.model}:generateContent"
            async with flight:
                return (await client.post(url, json=body)).raise_for_status().num_bytes_downloaded

        await ask(bench.masters[0])
        start = read_costs()
        sizes = await asyncio.gather(*map(ask, bench.masters[_SPARE:]))
        return {**_spent(start), "answered": len(sizes), "answer_bytes": max(sizes)}


async def run_desk(bench: Bench) -> Figures:
    """The real provider behind limits, purse with journal, and ledger on disk; nothing is rendered."""
    async with _studio(bench) as studio:
        await _answer(studio, bench.masters[0])
        start = read_costs()
        answers = await asyncio.gather(*(_answer(studio, one) for one in bench.masters[_SPARE:]))
        spent = _spent(start)
    return {**spent, "answered": sum(one.kind == "picture" for one in answers), "calls": studio.tally.calls - _SPARE}


async def run_shards(bench: Bench) -> Figures:
    """The shards: the same, and every picture judged, rendered and checked in the pool, its files kept."""
    await warm_pool()
    plan = bench.ordered.plan
    async with _studio(bench) as studio:
        await _answer(studio, bench.masters[0])
        shards, made = iter(plan.wanted_shards()), list[Counts]()

        async def lane() -> None:
            for shard in shards:
                made.append(await make_shard(studio, shard))

        start = read_costs()
        campaign = plan.brief.campaign
        await all_or_stop(lane() for _ in range(math.ceil(campaign.concurrency / campaign.shard_size) + 1))
        spent = _spent(start)
    counts = sum(made, Counts())
    return {**spent, "answered": counts.delivered + counts.needs_review, "delivered": counts.delivered}


async def run_quota(bench: Bench) -> Figures:
    """The desk under a quota: how much of it is used once it binds, and how many requests came too early."""
    figures = await run_desk(bench)
    asked = bench.emulator.journal("generate")[_SPARE:]
    statuses = Counter(str(entry["status"]) for entry in asked)
    begun = sorted(entry["time"] for entry in asked if entry["status"] == 200)
    # The first seconds are left out: what may go at once goes then.
    steady = [at for at in begun if at >= begun[0] + 5]
    used = (len(steady) - 1) / (steady[-1] - steady[0]) * 60 / QUOTA_PER_MINUTE
    fullest = fullest_minute(begun)
    return {**figures, "used": used, "steady_seconds": steady[-1] - steady[0], "fullest": fullest, "statuses": statuses}


async def run_heavy(bench: Bench) -> Figures:
    """The desk with 4K answers in flight: the most memory, beside what there was before the first of them."""
    request = {"size": "4K"}
    heavy = tuple(one.model_copy(update={"request": one.request.model_copy(update=request)}) for one in bench.masters)
    async with _studio(bench) as studio:
        await _answer(studio, bench.masters[0])
        before = read_costs()
        answers = await asyncio.gather(*(_answer(studio, one) for one in heavy[_SPARE:]))
        spent = _spent(before)
    return {**spent, "base_mb": before.own_mb, "answered": sum(one.kind == "picture" for one in answers)}


class Variant(NamedTuple):
    """A measurement, what it changes about the emulator, and about the plan."""

    run: Callable[[Bench], Coroutine[Any, Any, Figures]]
    emulator: Figures = {}  # noqa: RUF012 - never changed
    concurrency: int | None = None
    images_per_minute: int | None = None


VARIANTS = {
    "floor": Variant(run_floor),
    "desk": Variant(run_desk),
    "shards": Variant(run_shards),
    "quota": Variant(run_quota, {"quota_per_minute": QUOTA_PER_MINUTE}, images_per_minute=QUOTA_PER_MINUTE),
    "heavy": Variant(run_heavy, {"canned_bytes": HEAVY_BYTES}, concurrency=HEAVY_IN_FLIGHT),
}


def measure(name: str, folder: Path, masters: int, latency: Figures) -> Figures:
    """Start an emulator, plan the project in a folder, and run a variant of so many masters."""
    variant = VARIANTS[name]
    with running(pictures="canned", latency=latency, **variant.emulator) as emulator:
        os.environ.update(GOOGLE_GEMINI_BASE_URL=emulator.url, GEMINI_API_KEY=KEY)
        places = {"store_url": str(folder / "store"), "reports_folder": str(folder / "reports")}
        ordered = plan_order(Order(campaign="gemini", logical_date=DAY, project=str(folder / "project"), **places))
        ordered = ordered._replace(plan=_changed(ordered, variant))
        bench = Bench(ordered, emulator, tuple(ordered.plan.masters()))
        assert len(bench.masters) == masters + _SPARE
        figures = asyncio.run(variant.run(bench))
        assert figures["answered"] >= masters, figures
    return {"variant": name, "masters": masters, **figures}


def _changed(ordered: Ordered, variant: Variant) -> Plan:
    plan, brief = ordered.plan, ordered.plan.brief
    campaign = {"concurrency": variant.concurrency or brief.campaign.concurrency}
    model = brief.model.model_copy(update={"images_per_minute": variant.images_per_minute})
    changes: Figures = {"campaign": brief.campaign.model_copy(update=campaign), "model": model}
    changes |= {"models": {**brief.models, model.id: model}}
    return plan.model_copy(update={"brief": brief.model_copy(update=changes)})


@asynccontextmanager
async def _studio(bench: Bench) -> AsyncIterator[Studio]:
    ordered, plan = bench.ordered, bench.ordered.plan
    store = Store(ordered.order.store_url)
    keep_pictures(store, ordered.loaded.pictures)
    write_plan(store, plan)
    refile(store, plan)
    purchase = Purchase(Caps(*caps_of(ordered.order, plan)))
    async with open_studio(plan, Path(ordered.order.project) / "data", purchase) as studio:
        yield studio


async def _answer(studio: Studio, master: Master) -> Answer:
    async with studio.room:
        return await studio.desk.answer(Wish(master, master.request, studio.pictures_of, master.price_micros))


def _spent(start: Reading) -> Figures:
    return read_costs().since(start)._asdict()


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variant", choices=sorted(VARIANTS))
    parser.add_argument("folder", type=Path, help="holds the project; the store is written beside it")
    parser.add_argument("masters", type=int)
    parser.add_argument("--median-seconds", type=float, required=True)
    parser.add_argument("--p99-seconds", type=float, required=True)
    options = parser.parse_args()
    latency = {"median_seconds": options.median_seconds, "p99_seconds": options.p99_seconds}
    print(json.dumps(measure(options.variant, options.folder, options.masters, latency)))


if __name__ == "__main__":
    main()
