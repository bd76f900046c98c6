"""What may go on at once with one model: requests in flight, a minute's requests, ten minutes' money, and pauses."""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from adlocalizer.domain import Micros, Model, ProviderConfig, TextModel
from adlocalizer.errors import ProviderError, Unavailable
from adlocalizer.making.breaker import Breaker
from adlocalizer.making.quota import Rate, own_rate

_SPEND_SECONDS = 600.0
_SHORT_PAUSE_SECONDS = 0.5
"""After a throttle that says no time, or none: whoever waits for the place would be throttled at once as well."""


class Limits:
    """What may go on at once with one model: requests in flight, requests and images a minute, money in ten minutes.

    Belongs to one process and its event loop. Whoever waits holds nothing, so that whoever stops waiting loses nothing.
    """

    def __init__(
        self, ceiling: int, model: Model | TextModel, config: ProviderConfig, rate: Rate | None = None
    ) -> None:
        """Start with the ceiling's worth of requests in flight; without a shared rate the quota is this process's."""
        self._model = model.id
        self._window = _Window(ceiling, config.longest_wait_seconds)
        self._breaker = Breaker(config.breaker_failures, config.breaker_seconds)
        self._spending = _Spending(model.spend_per_10_minutes)
        self._rate = rate or own_rate(model)
        self._waiting = 0
        self._door, self._news = asyncio.Lock(), asyncio.Event()
        self._pacing: asyncio.Timeout | None = None
        self._closed: ProviderError | None = None

    @property
    def is_given_up(self) -> bool:
        """Whether the model has been silent so long that nothing is sent any more in this process."""
        return self._breaker.is_given_up

    def close(self, error: ProviderError) -> None:
        """Let nobody in any more: whoever waits or comes later gets the error; what is in flight lands all the same."""
        if self._closed is None:
            self._closed = error
            self._news.set()
            if self._pacing is not None:
                self._pacing.reschedule(_now())

    @asynccontextmanager
    async def slot(self, price_micros: Micros, is_patient: bool = True) -> AsyncIterator[Slot]:
        """Wait until a request may be sent; its user says on the slot how it went before leaving.

        Unavailable when the model is given up, and, for those who are not patient, when it is silent; after `close`
        its error. A price above all that ten minutes may cost is sent when nothing else was.
        """
        self._waiting += 1
        try:
            slot = await self._entered(price_micros, is_patient)
        finally:
            self._waiting -= 1
        try:
            yield slot
        finally:
            slot.leave()
            self._news.set()

    async def _entered(self, price_micros: Micros, is_patient: bool) -> Slot:
        while True:
            while silent_seconds := self._silent_seconds():
                if self.is_given_up or not is_patient:
                    minutes = (_now() - self._breaker.since) / 60
                    raise Unavailable(f"{self._model} has not answered for {minutes:.1f} minutes")
                await self._change(silent_seconds)
            # One at a time and in turn, so that nothing found free is gone when the next thing is.
            async with self._door:
                if slot := await self._found(price_micros):
                    return slot

    async def _found(self, price_micros: Micros) -> Slot | None:
        """The next slot, when everything is free at once; None when the model falls silent meanwhile."""
        is_paced = False
        while not self._silent_seconds():
            if seconds := self._seconds(price_micros):
                await self._change(seconds)
                is_paced = False  # sent late it would come on top of what may go at once
            elif self._rate is None or is_paced:
                return Slot(self._window, self._breaker, self._spending, price_micros)
            else:
                is_paced = await self._paced(self._rate)
        return None

    async def _paced(self, rate: Rate) -> bool:
        """Wait for the rate; only the one at the door does, and only `close` ends it before its time."""
        try:
            async with asyncio.timeout(None) as self._pacing:
                # No more than can be sent at once: what is leased and not used is lost to everybody.
                await rate.acquire(min(self._waiting, self._window.free))
            return True
        except TimeoutError:
            return False
        finally:
            self._pacing = None

    def _silent_seconds(self) -> float:
        if self._closed is not None:
            raise self._closed.with_traceback(None)  # raised for everybody: it would grow
        return self._breaker.seconds(_now())

    def _seconds(self, price_micros: Micros) -> float:
        """How long at least until a request may be sent; infinite until something happens."""
        return max(self._window.seconds(_now()), self._spending.seconds(price_micros, _now()))

    async def _change(self, seconds: float) -> None:
        """Wait for news, at most so long."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(None if math.isinf(seconds) else seconds):
                await self._news.wait()


class Slot:
    """A request in flight. Says once how it went; left without a word it may have been billed and proves nothing."""

    def __init__(self, window: _Window, breaker: Breaker, spending: _Spending, price_micros: Micros) -> None:
        """Count from now."""
        self._window, self._breaker, self._spending = window, breaker, spending
        self._price = self._cost = price_micros
        self._window_era, self._breaker_era = window.era, breaker.era
        window.in_flight += 1
        breaker.is_probing = breaker.is_open
        spending.in_flight += price_micros

    def succeeded(self, cost_micros: Micros) -> None:
        """An answer came, whatever it says."""
        self._cost = cost_micros
        self._window.grow()
        self._breaker.succeeded(self._breaker_era)

    def throttled(self, retry_after_seconds: float | None = None) -> None:
        """There were too many requests: fewer go at once, and none before the provider's waiting time is over."""
        self._cost = 0
        self._window.shrink(self._window_era)
        self._window.pause(_now(), retry_after_seconds or _SHORT_PAUSE_SECONDS)

    def unavailable(self, may_be_billed: bool = False) -> None:
        """No answer came."""
        self._cost = self._price if may_be_billed else 0
        self._breaker.failed(self._breaker_era, _now())

    def leave(self) -> None:
        """Make room for the next; `Limits.slot` does it."""
        self._window.in_flight -= 1
        self._breaker.left(self._breaker_era)
        self._spending.settle(self._price, self._cost, _now())


class _Window:
    """Requests in flight: one more for every window-full of answers, half as many when too many."""

    def __init__(self, ceiling: int, longest_pause_seconds: float) -> None:
        self.size = self._ceiling = ceiling
        self.in_flight = self.era = self._successes = 0
        self._longest_pause, self._paused_until = longest_pause_seconds, -math.inf

    def seconds(self, now: float) -> float:
        return math.inf if self.in_flight >= self.size else max(self._paused_until - now, 0.0)

    @property
    def free(self) -> int:
        return self.size - self.in_flight

    def grow(self) -> None:
        self._successes += 1
        if self._successes >= self.size:
            self.size, self._successes = min(self.size + 1, self._ceiling), 0

    def shrink(self, era: int) -> None:
        # What was sent before the last halving knows nothing of it: a burst of refusals halves once.
        if era == self.era:
            self.size, self._successes, self.era = max(self.size // 2, 1), 0, self.era + 1

    def pause(self, now: float, seconds: float) -> None:
        # Never sooner than asked for; longer than anybody waits, the next request shall hear it again and give up.
        pause = min(seconds * random.uniform(1.0, 1.1), self._longest_pause)  # noqa: S311 - spread, not secrecy
        self._paused_until = max(self._paused_until, now + pause)


class _Spending:
    """Money of any ten minutes: a price counts while in flight, the cost until ten minutes after it was known.

    Longer than from sending on, since nobody says at which moment in between the provider counts it.
    """

    def __init__(self, cap_micros: Micros | None) -> None:
        self._cap = cap_micros
        self.in_flight = self._settled = 0
        self._costs: deque[tuple[float, Micros]] = deque()

    def settle(self, price_micros: Micros, cost_micros: Micros, now: float) -> None:
        self.in_flight -= price_micros
        if self._cap is not None and cost_micros:
            self._settled += cost_micros
            self._costs.append((now, cost_micros))

    def seconds(self, price_micros: Micros, now: float) -> float:
        """How long until a price fits; infinite when that hangs on what is in flight. One above the cap goes alone."""
        if self._cap is None or not price_micros:
            return 0.0
        while self._costs and self._costs[0][0] + _SPEND_SECONDS <= now:
            self._settled -= self._costs.popleft()[1]
        excess = self._settled + self.in_flight + min(price_micros, self._cap) - self._cap
        if excess <= 0:
            return 0.0
        for settled_at, cost in self._costs:
            excess -= cost
            if excess <= 0:
                return settled_at + _SPEND_SECONDS - now
        return math.inf


def _now() -> float:
    return asyncio.get_running_loop().time()
