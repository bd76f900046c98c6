"""Limits of one process: never more than allowed, hardly less, and nobody who leaves takes anything along.

Time leaps: the loop's clock jumps to whatever is due next, so that minutes pass at once and a waiter nobody would ever
wake is an error.
"""

from __future__ import annotations

import asyncio
import itertools
import selectors
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adlocalizer.domain import Model, ProviderConfig
from adlocalizer.errors import NotAllowed, Unavailable
from adlocalizer.making.limits import Limits

PRICE = 33_600


class Leaping(selectors.SelectSelector):
    """Waits by moving the clock."""

    now = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everybody waits and nothing will ever happen"
            self.now += timeout
        self.now += 1e-9  # thinking takes time: who waits for the smallest part of a second must see it pass
        return ready


class LeapingLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self._clock = Leaping()
        super().__init__(self._clock)

    def time(self):
        return self._clock.now


def run(coroutine):
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        return runner.run(coroutine)


def now() -> float:
    return round(asyncio.get_running_loop().time(), 5)


def limits(ceiling: int = 8, *, failures: int = 3, pause: float = 10, **quotas) -> Limits:
    model = Model(
        id="m-1",
        provider="gemini",
        title="M",
        spends=True,
        pixels={"1:1": {"1K": (1024, 1024)}},
        price_micros={"1K": PRICE},
        source="a test",
        checked=date(2026, 11, 1),
        **quotas,
    )
    return Limits(ceiling, model, ProviderConfig(breaker_failures=failures, breaker_seconds=pause))


def size(of: Limits) -> int:
    """How many may be in flight, as throttling and success have it."""
    return vars(of)["_window"].size


def in_flight(of: Limits) -> int:
    return vars(of)["_window"].in_flight


async def ask(limits: Limits, latency: float = 0.0, *, end: str = "succeeded", price: int = PRICE, **how) -> float:
    """Ask once; when it was sent."""
    async with limits.slot(price, **how) as slot:
        sent_at = now()
        await asyncio.sleep(latency)
        match end:
            case "succeeded":
                slot.succeeded(price)
            case "throttled":
                slot.throttled()
            case "unavailable":
                slot.unavailable()
    return sent_at


async def together(*coroutines):
    return await asyncio.gather(*coroutines)


async def fail(limits: Limits, times: int) -> None:
    for _ in range(times):
        await ask(limits, end="unavailable")


def fullest(sent: list[float], seconds: float) -> int:
    """The most in any stretch of so many seconds, ends included."""
    return max(sum(start <= moment <= start + seconds for moment in sent) for start in sent)


def test_no_more_are_in_flight_than_the_ceiling():
    of_three = limits(3)
    sent = run(together(*[ask(of_three, 1.0) for _ in range(9)]))
    assert sorted(sent) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("quota", [1, 10, 60, 61, 100, 600])
def test_a_minute_never_holds_more_than_the_quota_and_hardly_less(quota: int):
    of_minute = limits(600, requests_per_minute=quota)
    minutes = max(3, 60 // quota)
    sent = run(together(*[ask(of_minute, 0.3) for _ in range(quota * minutes)]))
    assert fullest(sent, 60) <= quota
    assert quota * minutes / (max(sent) / 60) >= 0.97 * quota


def test_the_smaller_quota_of_requests_and_images_holds():
    of_minute = limits(600, requests_per_minute=1000, images_per_minute=10)
    assert fullest(run(together(*[ask(of_minute) for _ in range(30)])), 60) == 10


@pytest.mark.parametrize("latency", [0, 3])
def test_a_long_pause_is_not_followed_by_what_it_held_back(latency: float):
    async def story() -> list[float]:
        of_minute = limits(50, requests_per_minute=10)
        async with of_minute.slot(PRICE) as slot:
            waiting = [asyncio.create_task(ask(of_minute)) for _ in range(30)]
            await asyncio.sleep(latency)
            slot.throttled(100)
        return await asyncio.gather(*waiting)

    assert fullest(run(story()), 60) <= 10


def test_a_burst_of_throttling_halves_once():
    async def story() -> tuple[int, int]:
        throttled = limits(8)
        await together(*[ask(throttled, 1, end="throttled") for _ in range(8)])
        once = size(throttled)
        await ask(throttled, end="throttled")
        return once, size(throttled)

    assert run(story()) == (4, 2)


def test_one_request_is_always_in_flight():
    async def story() -> int:
        throttled = limits(8)
        for _ in range(9):
            await ask(throttled, end="throttled")
        return size(throttled)

    assert run(story()) == 1


def test_a_window_full_of_answers_lets_one_more_through_up_to_the_ceiling():
    async def story() -> list[int]:
        growing, sizes = limits(4), []
        await ask(growing, end="throttled")
        for _ in range(12):
            await ask(growing)
            sizes.append(size(growing))
        return sizes

    assert run(story()) == [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]


def test_nothing_is_sent_before_the_providers_waiting_time_is_over():
    async def story() -> float:
        paused = limits()
        async with paused.slot(PRICE) as slot:
            slot.throttled(20)
        return min(await together(*[ask(paused) for _ in range(5)]))

    assert 20 <= run(story()) <= 22


@pytest.mark.parametrize("said", [None, 0.0])
def test_a_throttle_without_a_waiting_time_pauses_a_little(said: float | None):
    async def story() -> list[float]:
        paused, sent = limits(), []
        for _ in range(3):
            async with paused.slot(PRICE) as slot:
                sent.append(now())
                slot.throttled(said)
        return [later - sooner for sooner, later in itertools.pairwise(sent)]

    assert all(0.5 <= gap <= 0.55 for gap in run(story()))


def test_a_pause_is_no_longer_than_anybody_waits():
    async def story() -> float:
        paused = limits()
        async with paused.slot(PRICE) as slot:
            slot.throttled(86_400)
        return await ask(paused)

    assert run(story()) == ProviderConfig().longest_wait_seconds


def test_ten_minutes_never_cost_more_than_the_cap_and_hardly_less():
    capped = limits(64, spend_per_10_minutes=10 * PRICE)
    sent = run(together(*[ask(capped, 5) for _ in range(50)]))
    assert fullest(sent, 599.9) == 10
    assert max(sent) <= 4 * 605.1


def test_what_was_answered_cheaper_leaves_room_at_once():
    async def story() -> float:
        capped = limits(spend_per_10_minutes=PRICE)
        async with capped.slot(PRICE) as slot:
            await asyncio.sleep(3)
            slot.succeeded(10)
        return await ask(capped, price=PRICE - 10)

    assert run(story()) == 3


@pytest.mark.parametrize(("end", "expected"), [("throttled", 3.5), ("unavailable", 3), ("without a word", 603)])
def test_what_was_certainly_not_billed_leaves_room_at_once(end: str, expected: float):
    async def story() -> float:
        capped = limits(spend_per_10_minutes=PRICE)
        await ask(capped, 3, end=end)
        return await ask(capped)

    assert expected <= run(story()) <= expected + 0.05


def test_a_price_above_all_that_ten_minutes_may_cost_goes_alone():
    capped = limits(spend_per_10_minutes=PRICE)
    sent = run(together(*[ask(capped, 5, price=3 * PRICE) for _ in range(3)]))
    assert sent == [0, 605, 1210]


@pytest.mark.parametrize(("ends", "is_silent"), [("uuu", True), ("uu", False), ("uusuu", False), ("uutu", True)])
def test_failures_in_a_row_open_the_breaker(ends: str, is_silent: bool):
    names = {"u": "unavailable", "s": "succeeded", "t": "throttled"}

    async def story() -> bool:
        breaking = limits()
        for end in ends:
            await ask(breaking, end=names[end])
        return await ask(breaking) > 0

    assert run(story()) is is_silent


def test_after_the_pause_one_probe_goes_and_the_others_wait_for_it():
    async def story() -> list[float]:
        breaking = limits()
        await fail(breaking, 3)
        return sorted(await together(*[ask(breaking, 5) for _ in range(4)]))

    probe, *others = run(story())
    assert 8 <= probe <= 12
    assert others == pytest.approx([probe + 5] * 3, abs=2e-5)  # the story's clock has five decimals


def test_a_probe_that_fails_doubles_the_pause():
    async def story() -> float:
        breaking = limits()
        await fail(breaking, 4)
        return await ask(breaking)

    assert 8 + 16 <= run(story()) <= 12 + 24


@pytest.mark.parametrize("end", ["throttled", "without a word"])
def test_a_probe_that_proves_nothing_is_followed_by_another(end: str):
    async def story() -> list[float]:
        breaking = limits()
        await fail(breaking, 3)
        return [await ask(breaking, end=end), await ask(breaking)]

    first, second = run(story())
    assert 0 < first <= second <= first + 0.6


def test_what_was_sent_before_the_opening_neither_closes_nor_prolongs_it():
    async def story() -> float:
        breaking = limits()
        old = [asyncio.create_task(ask(breaking, 1, end=end)) for end in ("succeeded", "unavailable", "unavailable")]
        await asyncio.sleep(0)
        await fail(breaking, 3)
        await asyncio.gather(*old)
        return await ask(breaking)

    assert 8 <= run(story()) <= 12


def test_who_has_another_model_does_not_wait_for_a_silent_one():
    async def story() -> tuple[list[object], float]:
        breaking = limits(1, failures=1)
        failing = asyncio.create_task(ask(breaking, 2, end="unavailable"))
        await asyncio.sleep(0)
        ends = await asyncio.gather(*[ask(breaking, is_patient=False) for _ in range(3)], return_exceptions=True)
        await failing
        return [type(end) for end in ends], now()

    assert run(story()) == ([Unavailable] * 3, 2)


def test_a_model_that_stays_silent_is_given_up_and_nobody_waits_on():
    async def story() -> list[BaseException | float]:
        dead = limits()
        waiting = [asyncio.create_task(ask(dead, end="unavailable")) for _ in range(20)]
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert dead.is_given_up
        with pytest.raises(Unavailable, match="m-1 has not answered for"):
            await ask(dead)
        return ends

    # Eight in flight at once open the breaker; five probes more, each after a longer pause.
    ends = run(story())
    assert [isinstance(end, Unavailable) for end in ends].count(False) == 8 + 5


def test_whoever_leaves_by_an_error_makes_room():
    async def story() -> float:
        narrow = limits(1)
        for _ in range(5):
            with suppress(ZeroDivisionError):
                async with narrow.slot(PRICE):
                    raise ZeroDivisionError
        return await ask(narrow)

    assert run(story()) == 0


step = st.tuples(
    st.sampled_from(["succeeded", "throttled", "unavailable", "without a word"]),
    st.floats(0, 3),
    st.one_of(st.none(), st.floats(0, 40)),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(step, min_size=1, max_size=25))
def test_whoever_stops_waiting_or_asking_takes_nothing_along(steps):
    async def one(full: Limits, end: str, latency: float, patience: float | None, is_patient: bool) -> None:
        with suppress(TimeoutError, Unavailable):
            async with asyncio.timeout(patience):
                await ask(full, latency, end=end, is_patient=is_patient)
                assert in_flight(full) <= 3

    async def story() -> int:
        full = limits(3, failures=100, requests_per_minute=120, spend_per_10_minutes=20 * PRICE)
        await together(*[one(full, *step) for step in steps])
        await together(*[ask(full) for _ in range(30)])
        return in_flight(full)

    assert run(story()) == 0


def test_whoever_stops_waiting_for_a_silent_model_leaves_the_probe_to_others():
    async def story() -> float:
        breaking = limits()
        await fail(breaking, 3)
        waiting = [asyncio.create_task(ask(breaking, 100)) for _ in range(3)]
        await asyncio.sleep(13)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return await ask(breaking)

    assert run(story()) == 13


async def until_closed(closing: Limits, in_flight: int = 0) -> list[str]:
    """The words by which ten that wait, beside those in flight, end right after a `close`."""
    waiting = [asyncio.create_task(ask(closing, 100)) for _ in range(10 + in_flight)]
    await asyncio.sleep(1)
    closing.close(NotAllowed("the key is gone"))
    closing.close(NotAllowed("too late"))
    ended, going_on = await asyncio.wait(waiting, timeout=0.1)
    await asyncio.gather(*going_on)
    return [str(task.exception()) for task in ended]


@pytest.mark.parametrize(
    "closing",
    [
        lambda: limits(1),
        lambda: limits(requests_per_minute=1),
        lambda: limits(spend_per_10_minutes=PRICE),
    ],
    ids=["window", "rate", "spending"],
)
def test_whoever_waits_when_it_is_closed_gets_the_error_at_once(closing):
    async def story():
        return await until_closed(closing(), in_flight=1)

    assert run(story()) == ["the key is gone"] * 10


def test_whoever_waits_for_a_silent_model_when_it_is_closed_gets_the_error():
    async def story():
        breaking = limits()
        await fail(breaking, 3)
        return await until_closed(breaking)

    assert run(story()) == ["the key is gone"] * 10


def test_whoever_comes_after_it_is_closed_gets_the_error():
    async def story() -> None:
        closing = limits()
        async with closing.slot(PRICE) as slot:
            closing.close(Unavailable("the run is stopping"))
            slot.succeeded(PRICE)
        with pytest.raises(Unavailable, match="the run is stopping"):
            await ask(closing)

    run(story())
