"""One batch from state to state: each step is on file before the next begins, and its money is booked throughout."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from adlocalizer.domain import Id, Micros, ProviderConfig, Request, RunRef
from adlocalizer.errors import BudgetExceeded, ConfigError, ProviderError, Throttled, Unavailable
from adlocalizer.making.batch_records import BatchRecord, BatchRecords, input_name
from adlocalizer.making.purse import Caps, Journal, Purse, Reservation, spending_folder
from adlocalizer.providers import Batch, BatchProvider
from adlocalizer.store import Store

_FINDS = 5
"""Times a batch is looked for before it counts as never begun: lists of what there is may lag."""
Found = TypeVar("Found")
log = logging.getLogger(__name__)


class BatchSettings(NamedTuple):
    """Whose batches these are, and how patient we are with them."""

    provider: Id
    config: ProviderConfig
    run: RunRef


class BatchSteps:
    """Takes batches from state to state."""

    def __init__(self, provider: BatchProvider, store: Store, purse: Purse, settings: BatchSettings) -> None:
        """Work with these."""
        self._provider, self._store, self._purse = provider, store, purse
        self._config, self._run = settings.config, settings.run
        self._reservations: dict[str, Reservation] = {}
        self.records = BatchRecords(store)

    async def plan(self, record: BatchRecord, requests: Iterable[Request]) -> BatchRecord:
        """Write a batch down and set its money aside; BudgetExceeded, and no trace of it, when there is too little."""
        await asyncio.to_thread(self.records.plan, record, requests)
        try:
            # After the record: money that is set aside without one would never be free again.
            self._reservations[record.name] = self._purse.reserve(record.name, record.most_micros)
        except BudgetExceeded:
            await asyncio.to_thread(self.records.remove, record.name)
            raise
        return record

    async def send(self, record: BatchRecord, path: Path) -> BatchRecord:
        """Hand a planned batch over. It is still `creating` when nobody knows whether it arrived.

        A ProviderError means it was certainly not begun: its record says so and its money is free.
        """
        try:
            name = await asyncio.to_thread(input_name, path)
            source = await self._patiently(partial(self._provider.upload, path, name))
        except (ProviderError, ConfigError) as error:
            await self.drop(record, str(error))
            raise
        async with self.held(record.name):
            record = await self._written(record, state="creating", source=source)
            try:
                batch = await self._created(record)
            except ProviderError as error:
                await self.drop(record, str(error))
                raise
            return record if batch is None else await self._written(record, state="created", batch=batch.name)

    async def found(self, record: BatchRecord) -> BatchRecord | None:
        """A batch in doubt as the provider has it, or None when it was never begun."""
        batch = await self._found(record.name)
        return None if batch is None else await self._written(record, state="created", batch=batch.name)

    async def looked(self, record: BatchRecord) -> Batch:
        """How a created batch stands."""
        return await self._patiently(partial(self._provider.look, record.batch))

    async def drop(self, record: BatchRecord, reason: str) -> BatchRecord:
        """Write off a batch that was never begun; its money is free again."""
        await self._settle(record, 0)
        return await self._written(record, state="failed", reason=reason)

    async def lose(self, record: BatchRecord, reason: str) -> BatchRecord:
        """Write off a batch the provider no longer knows; it may have been billed, so its money stays booked."""
        if reservation := self._reservations.pop(record.name, None):
            reservation.doubt()
        return await self._written(record, state="failed", reason=reason)

    async def finish(self, record: BatchRecord, answered: int, cost_micros: Micros, reason: str) -> BatchRecord:
        """Book what a batch cost and close its record."""
        await self._settle(record, cost_micros)
        more = {"answered": answered, "cost_micros": cost_micros, "reason": reason}
        return await self._written(record, state="collected", **more)

    def let_go(self, name: str) -> None:
        """Leave a batch's money to the process that closed it."""
        self._reservations.pop(name, None)

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """Hold a batch against other processes, without holding up the event loop meanwhile."""
        lock = self.records.locked(name)
        await asyncio.to_thread(lock.__enter__)
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    async def _created(self, record: BatchRecord) -> Batch | None:
        """The new batch, or None while it is in doubt: it is only asked for again when it is not to be found."""
        for tried in range(1, self._config.tries + 1):
            try:
                return await self._provider.create(record.model, record.source, record.name)
            except Throttled as error:
                await self._pause(tried, error)
            except Unavailable as error:
                log.warning("batch %s: %s; looking whether it was begun", record.name, error)
                try:
                    batch = await self._found(record.name)
                except ProviderError:
                    return None
                if batch is not None:
                    return batch
        return None

    async def _found(self, name: str) -> Batch | None:
        for tried in range(1, _FINDS):
            if (batch := await self._patiently(partial(self._provider.find, name))) is not None:
                return batch
            await self._pause(tried)
        return await self._patiently(partial(self._provider.find, name))

    async def _patiently(self, call: Callable[[], Awaitable[Found]]) -> Found:
        """The result of a call that costs nothing, made again while the provider is busy or away."""
        for tried in range(1, self._config.tries):
            try:
                return await call()
            except (Throttled, Unavailable) as error:
                await self._pause(tried, error)
        return await call()

    async def _pause(self, tried: int, error: Throttled | Unavailable | None = None) -> None:
        said = error.retry_after_seconds if isinstance(error, Throttled) else None
        wait_seconds = self._config.first_wait_seconds * 2.0 ** (tried - 1) if said is None else said
        await asyncio.sleep(min(self._config.longest_wait_seconds, wait_seconds))

    async def _written(self, record: BatchRecord, **changes: Any) -> BatchRecord:
        return await asyncio.to_thread(self.records.write, record.model_copy(update=changes))

    async def _settle(self, record: BatchRecord, cost_micros: Micros) -> None:
        if reservation := self._reservations.pop(record.name, None):
            reservation.settle(cost_micros)
            await self._purse.close()  # an object store's bookings wait for it, and the record comes next
            return
        purse = self._purse
        if not record.is_of(self._run):
            run = RunRef(store_url=".", campaign=record.campaign, logical_date=record.logical_date)
            purse = Purse(Journal(self._store, spending_folder(run)), Caps())
        purse.settle_elsewhere(record.name, cost_micros)
