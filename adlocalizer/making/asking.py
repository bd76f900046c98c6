"""Requests to answers: the kept one if there ever was one, else a new one, retried as long as none comes."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from adlocalizer.domain import Answer, Master, Micros, Reply, Request
from adlocalizer.errors import BadAnswer, BudgetExceeded, ProviderError, Refused, StoreError, Throttled, Unavailable
from adlocalizer.progress import Tally, show
from adlocalizer.providers import ImageProvider
from adlocalizer.store import Ledger

_TRIES = 5
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 120.0
log = logging.getLogger(__name__)


class Desk:
    """Asks a provider within limits. One per process and run: the limits hold for the process."""

    def __init__(self, provider: ImageProvider, ledger: Ledger, limits: Limits, tally: Tally) -> None:
        """Take the provider; `close` closes it."""
        self._provider, self._ledger, self._limits, self._tally = provider, ledger, limits, tally
        self._open: set[asyncio.Task[Answer]] = set()
        self._closing = False
        self._unkept: StoreError | None = None

    async def answer(self, master: Master, request: Request, shots: Sequence[bytes]) -> Answer:
        """The answer on file, else a new one, kept before anything else happens.

        A refusal and a picture-less reply are answers. Raises ProviderError when none came after the last retry, and
        BudgetExceeded when the money left does not pay for another request.
        """
        kept = await asyncio.to_thread(self._ledger.answer, request.key)
        if kept is not None:
            self._tally.kept += 1
            show(self._tally)
            return kept
        if self._unkept is not None and master.price_micros:
            raise StoreError(f"not asked, since the answer before could not be kept: {self._unkept}")
        # Shielded: who waits may be cancelled, but what was sent will be billed and is kept all the same.
        asked = asyncio.ensure_future(self._new(master, request, shots))
        self._open.add(asked)
        asked.add_done_callback(self._open.discard)
        return await asyncio.shield(asked)

    async def close(self) -> None:
        """Send nothing more, keep what is still being answered, and let go of the provider."""
        self._closing = True
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._provider.close()

    async def _new(self, master: Master, request: Request, shots: Sequence[bytes]) -> Answer:
        with self._limits.purse.reserved(master.price_micros):
            reply = await self._asked(master, request, shots)
        self._limits.purse.spend(reply.answer.cost_micros)
        self._tally.spent_micros += reply.answer.cost_micros
        answer = await self._kept(request, reply)
        show(self._tally)
        return answer

    async def _kept(self, request: Request, reply: Reply) -> Answer:
        """The answer on file; a store that stumbles is given a second chance, the bytes are still in hand."""
        for wait_seconds in (0.5, 2.0):
            try:
                return await asyncio.to_thread(self._ledger.keep, request, reply)
            except StoreError:
                await asyncio.sleep(wait_seconds if reply.answer.cost_micros else 0.0)
        try:
            return await asyncio.to_thread(self._ledger.keep, request, reply)
        except StoreError as error:
            self._unkept = error
            raise

    async def _asked(self, master: Master, request: Request, shots: Sequence[bytes]) -> Reply:
        for tried in range(1, _TRIES + 1):
            try:
                async with self._limits.slot():
                    if self._closing:
                        raise Unavailable("not asked: the run is stopping")
                    self._tally.calls += 1
                    return await self._provider.generate(request, shots)
            except (Refused, BadAnswer) as error:
                return _without_picture(master, request, error)
            except ProviderError as error:
                wait_seconds = _wait_seconds(error, tried)
                if not error.retryable or tried == _TRIES or self._closing or wait_seconds > _LONGEST_WAIT_SECONDS:
                    raise
                log.info("request %s: %s; asking again in %.1f s", request.key[:12], error, wait_seconds)
                await asyncio.sleep(wait_seconds)
        raise AssertionError("the last try returns or raises")


def _without_picture(master: Master, request: Request, error: Refused | BadAnswer) -> Reply:
    """The answer a provider gave by an error; what it billed if it says so, else a picture's price for a bad answer."""
    is_refusal = isinstance(error, Refused)
    unsaid = 0 if is_refusal else master.price_micros
    cost = unsaid if error.cost_micros is None else error.cost_micros
    kind: Literal["refusal", "bad"] = "refusal" if is_refusal else "bad"
    return Reply(answer=Answer(key=request.key, kind=kind, reason=error.message, cost_micros=cost))


class Purse:
    """What a run may still spend, in micros; None: no cap. Reservations keep requests in flight inside the cap."""

    def __init__(self, cap_micros: Micros | None) -> None:
        """Start with nothing spent."""
        self._cap, self._spent, self._reserved = cap_micros, 0, 0

    def reserved(self, price_micros: Micros) -> _Reservation:
        """Set a price aside while a request is in flight; BudgetExceeded when the cap does not allow it."""
        if self._cap is not None and price_micros and self._spent + self._reserved + price_micros > self._cap:
            raise BudgetExceeded(self._spent + self._reserved + price_micros, self._cap)
        return _Reservation(self, price_micros)

    def spend(self, cost_micros: Micros) -> None:
        """Book what an answer really cost."""
        self._spent += cost_micros

    def set_aside(self, change_micros: int) -> None:
        """Change what is set aside."""
        self._reserved += change_micros


class _Reservation:
    def __init__(self, purse: Purse, price_micros: Micros) -> None:
        self._purse, self._price = purse, price_micros

    def __enter__(self) -> None:
        self._purse.set_aside(self._price)

    def __exit__(self, *_: object) -> None:
        self._purse.set_aside(-self._price)


class Limits:
    """How much may go on at once: requests in flight, requests a minute, money."""

    def __init__(self, concurrency: int, per_minute: int | None, purse: Purse) -> None:
        """Local to this process and its event loop."""
        from aiolimiter import AsyncLimiter

        self.purse = purse
        self._flight = asyncio.Semaphore(concurrency)
        self._rate = AsyncLimiter(per_minute, 60) if per_minute else None

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a place in flight and for the rate limit."""
        async with self._flight:
            if self._rate is not None:
                await self._rate.acquire()
            yield


def _wait_seconds(error: ProviderError, tried: int) -> float:
    if isinstance(error, Throttled) and error.retry_after_seconds is not None:
        return error.retry_after_seconds
    # Full jitter: callers that failed together do not come back together.
    return random.uniform(0.5, 1.0) * _FIRST_WAIT_SECONDS * float(2**tried)  # noqa: S311 - spread, not secrecy
