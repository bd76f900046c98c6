"""One quota for several runs: never passed, hardly wasted, and no run keeps what it does not use."""

from __future__ import annotations

import asyncio
import bisect
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adlocalizer.domain import Master, ProviderConfig
from adlocalizer.making.asking import Desk
from adlocalizer.making.limits import Limits
from adlocalizer.making.purse import Caps, Purse
from adlocalizer.making.quota import SharedRate, shared_rate
from adlocalizer.making.wishes import Means, Wish
from adlocalizer.progress import Tally
from adlocalizer.providers.gemini import GeminiProvider
from adlocalizer.store import Ledger, Store
from adlocalizer.store.quotas import Schedule

from . import gemini_requests
from .emulator import running
from .test_limits import run

ROOT = Path(__file__).parents[1]
SOAK = bool(os.environ.get("ADLOCALIZER_SOAK"))
QUOTA = 600


def clock() -> float:
    return asyncio.get_running_loop().time()


def most_in(seconds: float, moments: list[float]) -> int:
    """The most that any stretch of so many seconds holds."""
    moments = sorted(moments)
    return max(bisect.bisect_left(moments, one + seconds) - number for number, one in enumerate(moments))


class Campaign:
    """A run that sends as fast as it may; time leaps."""

    def __init__(self, store: Store, concurrency: int, quota: int = QUOTA) -> None:
        model = gemini_requests.MODEL.model_copy(update={"images_per_minute": quota, "requests_per_minute": None})
        rate = SharedRate(Schedule(store, "gemini.m"), quota, clock)
        self.limits = Limits(concurrency, model, ProviderConfig(), rate)
        self.sent: list[float] = []

    async def send(self, count: int, seconds: float) -> None:
        await asyncio.gather(*(self._one(seconds) for _ in range(count)))

    async def _one(self, seconds: float) -> None:
        async with self.limits.slot(0) as slot:
            self.sent.append(clock())
            await asyncio.sleep(seconds)
            slot.succeeded(0)


def test_two_campaigns_at_once_use_their_quota_and_never_pass_it(tmp_path):
    async def both() -> tuple[Campaign, Campaign]:
        one, other = (Campaign(Store(str(tmp_path)), 64) for _ in range(2))
        await asyncio.gather(one.send(1500, 3.0), other.send(1500, 5.0))
        return one, other

    one, other = run(both())
    moments = one.sent + other.sent
    assert most_in(60, moments) <= QUOTA
    assert len(moments) / (max(moments) - min(moments)) * 60 >= 0.95 * QUOTA
    halfway = sorted(moments)[len(moments) // 2]
    assert min(sum(at < halfway for at in sent) for sent in (one.sent, other.sent)) > 500


def test_a_campaign_that_needs_little_leaves_the_rest_to_the_other(tmp_path):
    async def both() -> tuple[list[float], list[float]]:
        idle, busy = Campaign(Store(str(tmp_path)), 2), Campaign(Store(str(tmp_path)), 200)
        await asyncio.gather(idle.send(60, 4.0), busy.send(1140, 10.0))
        return idle.sent, busy.sent

    idle, busy = run(both())
    together = len(busy) + sum(at <= max(busy) for at in idle)
    assert together / (max(busy) - min(busy)) * 60 >= 0.95 * QUOTA


@settings(max_examples=15, deadline=None)
@given(
    runs=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 80), st.floats(0, 20)), min_size=1, max_size=4),
    quota=st.integers(10, 900),
)
def test_no_minute_holds_more_than_the_quota_however_many_runs_share_it(tmp_path_factory, runs, quota):
    store = Store(str(tmp_path_factory.mktemp("quota")))

    async def every() -> list[float]:
        campaigns = [Campaign(store, concurrency, quota) for concurrency, _, _ in runs]
        await asyncio.gather(*(one.send(count, s) for one, (_, count, s) in zip(campaigns, runs, strict=True)))
        return list(itertools.chain.from_iterable(one.sent for one in campaigns))

    assert most_in(60, run(every())) <= quota


def test_a_schedule_of_a_clock_that_was_wrong_begins_anew(tmp_path):
    store = Store(str(tmp_path))
    store.write("quotas/m", b"99999999999.0\n")
    assert Schedule(store, "m").lease(1, 1.0, 1000.0) == 1000.0


@pytest.mark.parametrize("url", ["", "memory://"])
def test_places_are_leased_one_after_the_other(tmp_path, url):
    store = Store(f"{url}{tmp_path}/quota")
    one, other = Schedule(store, "gemini.m"), Schedule(store, "gemini.m")
    assert [one.lease(10, 0.1, 5.0), other.lease(5, 0.1, 5.0), one.lease(1, 0.1, 9.0)] == [5.0, 6.0, 9.0]


async def ask(url: str, store: Store, numbers: range, quota: int) -> None:
    """What a process of a campaign does: ask for pictures, as fast as the shared quota lets it."""
    model = gemini_requests.MODEL.model_copy(update={"images_per_minute": quota, "requests_per_minute": None})
    known = gemini_requests.settings(url)
    limits = {model.id: Limits(64, model, known.config, shared_rate(store, model))}
    purse = Purse(None, Caps(None, None))
    provider = GeminiProvider(known)
    desk = Desk(Means(provider, Ledger(store), limits, purse, known.config, Tally()), "interactive")
    small = gemini_requests.reference(gemini_requests.SMALL)
    wishes = [
        Wish(
            Master.model_construct(most_micros=100_000),
            gemini_requests.request(seed=number, references=(small,)),
            lambda _: (gemini_requests.SMALL,),
            100_000,
        )
        for number in numbers
    ]
    await asyncio.gather(*(desk.answer(one) for one in wishes))
    await desk.close()


_ASK = "import asyncio, sys, json; from tests.test_quota import ask, Store; "
_ASK += "url, store, *ends, quota = json.loads(sys.argv[1]); asyncio.run(ask(url, Store(store), range(*ends), quota))"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_processes_share_a_quota_of_the_emulator(tmp_path):
    """600 a minute for 150 seconds where there is time; in CI two fifths of it for ten."""
    quota, count = (600, 1500) if SOAK else (240, 40)
    with running(pictures="canned", quota_per_minute=quota) as emulator:
        halves = ((0, count // 2), (count // 2, count))
        said = [json.dumps([emulator.url, str(tmp_path), *half, quota]) for half in halves]
        started = [subprocess.Popen([sys.executable, "-c", _ASK, one], cwd=ROOT) for one in said]
        assert [one.wait(timeout=500) for one in started] == [0, 0]
        entries = emulator.journal("generate")
    moments = [entry["time"] for entry in entries]
    used = (len(moments) - 1) / (max(moments) - min(moments)) * 60 / quota
    assert [entry["status"] for entry in entries] == [200] * count
    assert most_in(60, moments) <= quota
    assert used >= (0.95 if SOAK else 0.7), used
    print(f"{used:.1%} of {quota} a minute used, at most {most_in(60, moments)} in any minute")  # noqa: T201
