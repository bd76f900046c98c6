"""A minute's quota of a model: this process's own, or shared by every run of a store and leased in blocks."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from adlocalizer.domain import Model, TextModel
from adlocalizer.store import Store
from adlocalizer.store.quotas import Schedule

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

_USED_QUOTA = 0.98
"""Of a minute's quota: with a second's worth at once, or late, on top, no sixty seconds hold more than the quota."""
_LATE_SECONDS = 1.0
"""How much after its moment a place may still be used."""
_BLOCK_SECONDS = 1.0


class Rate(Protocol):
    """How fast requests may follow each other."""

    async def acquire(self, wanted: int) -> None:
        """Wait until one may go; `wanted` is how many could be sent now."""


def quota_of(model: Model | TextModel) -> int | None:
    """The most requests a minute that a model's table allows; None where it says none."""
    images = model.images_per_minute if isinstance(model, Model) else None
    return min((quota for quota in (model.requests_per_minute, images) if quota), default=None)


def own_rate(model: Model | TextModel) -> Rate | None:
    """A model's quota for this process alone; None where it has none."""
    if (quota := quota_of(model)) is None:
        return None
    from aiolimiter import AsyncLimiter

    a_second = quota * _USED_QUOTA / 60
    at_once = max(a_second, 1.0)
    return _OwnRate(AsyncLimiter(at_once, at_once / a_second))


def shared_rate(store: Store, model: Model | TextModel) -> Rate | None:
    """A model's quota, shared with every run of the store; None where it has none."""
    quota = quota_of(model)
    return None if quota is None else SharedRate(Schedule(store, f"{model.provider}.{model.id}"), quota)


class _OwnRate:
    def __init__(self, limiter: AsyncLimiter) -> None:
        self._limiter = limiter

    async def acquire(self, wanted: int) -> None:
        await self._limiter.acquire()


class SharedRate:
    """Lets one request go at each place; used by one event loop, and at one moment by one caller."""

    def __init__(self, schedule: Schedule, a_minute: int, clock: Callable[[], float] = time.time) -> None:
        """Share the schedule; `clock` says seconds since 1970."""
        self._schedule, self._clock = schedule, clock
        self._apart_seconds = 60 / (_USED_QUOTA * a_minute)
        self._block = max(1, int(_BLOCK_SECONDS / self._apart_seconds))
        self._places: deque[float] = deque()

    async def acquire(self, wanted: int) -> None:
        """Wait for the next place; `wanted` is how many could be used now: more than a second's worth is not leased.

        Who stops waiting leaves the place to the next. A place that nobody used in time is gone.
        """
        while True:
            while self._places and self._places[0] < self._clock() - _LATE_SECONDS:
                self._places.popleft()
            if not self._places:
                await self._lease(max(1, min(wanted, self._block)))
            if (wait_seconds := self._places[0] - self._clock()) <= 0:
                self._places.popleft()
                return
            await asyncio.sleep(wait_seconds)

    async def _lease(self, places: int) -> None:
        lease, now = self._schedule.lease, self._clock()
        if self._schedule.is_quick:
            start = lease(places, self._apart_seconds, now)
        else:
            start = await asyncio.to_thread(lease, places, self._apart_seconds, now)
        self._places.extend(start + number * self._apart_seconds for number in range(places))
