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
from adlocalizer.making.batch_rows import Harvest
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


def doubt_of(record: BatchRecord, harvest: Harvest) -> Micros:
    """What rows that brought nothing may have cost at worst."""
    return harvest.doubted * -(-record.most_micros // len(record.keys))


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

    async def send(self, record: BatchRecord, path: Path) -> tuple[BatchRecord, ProviderError | None]:
        """Hand a planned batch over; beside its record, what was in the way.

        It is still `creating` when nobody knows whether it arrived. It is `failed`, and its money free, when it was
        certainly not begun; it has a `source` then if its input file was taken.
        """
        try:
            name = await asyncio.to_thread(input_name, path)
            source = await self._patiently(partial(self._provider.upload, path, name))
        except ProviderError as error:
            return await self.drop(record, str(error)), error
        except ConfigError as error:
            await self.drop(record, str(error))
            raise
        async with self.held(record.name):
            return await self._begun(await self._written(record, state="creating", source=source))

    async def found(self, record: BatchRecord) -> BatchRecord | None:
        """A batch in doubt as the provider has it, or None when it is not to be found, though lists lag."""
        for tried in range(1, _FINDS + 1):
            batch = await self._patiently(partial(self._provider.find, record.name))
            if batch is not None:
                return await self._written(record, state="created", batch=_named(batch).name)
            if tried < _FINDS:
                await self._pause(tried)
        return None

    async def looked(self, record: BatchRecord) -> Batch:
        """How a created batch stands."""
        return _named(await self._patiently(partial(self._provider.look, record.batch)))

    async def drop(self, record: BatchRecord, reason: str) -> BatchRecord:
        """Write off a batch that was never begun; its money is free again."""
        await self._settle(record, 0)
        return await self._closed(record, state="failed", reason=reason)

    async def lose(self, record: BatchRecord, reason: str) -> BatchRecord:
        """Write off a batch the provider no longer knows; it may have been billed, so its money stays booked."""
        if reservation := self._reservations.pop(record.name, None):
            reservation.doubt()
        return await self._closed(record, state="failed", reason=reason)

    async def finish(self, record: BatchRecord, harvest: Harvest, reason: str) -> BatchRecord:
        """Book what a batch cost, and at worst may have cost for rows that brought nothing, and close its record."""
        await self._settle(record, harvest.cost_micros + doubt_of(record, harvest))
        more = {"answered": harvest.answered, "cost_micros": harvest.cost_micros, "reason": reason}
        return await self._closed(record, state="collected", **more)

    def let_go(self, name: str) -> None:
        """Leave a batch's money to the process that closed it."""
        self._reservations.pop(name, None)

    @asynccontextmanager
    async def held(self, name: str, wait: bool = True) -> AsyncIterator[None]:
        """Hold a batch against other processes, without holding up the event loop; Taken when that should not wait."""
        lock = self.records.locked(name) if wait else self.records.claimed(name)
        await asyncio.to_thread(lock.__enter__)
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    async def _begun(self, record: BatchRecord) -> tuple[BatchRecord, ProviderError | None]:
        """Create a batch; again only while it is not to be found. Once one may have arrived, no error undoes it."""
        may_be_there = False
        lost: ProviderError | None = None
        for tried in range(1, self._config.tries + 1):
            try:
                batch = _named(await self._provider.create(record.model, record.source, record.name))
                return await self._written(record, state="created", batch=batch.name), None
            except Throttled as error:
                lost = error
                await self._pause(tried, error)
            except Unavailable as error:
                may_be_there = True
                log.warning("batch %s: %s; looking whether it was begun", record.name, error)
                try:
                    found = await self.found(record)
                except ProviderError:
                    return record, None
                if found is not None:
                    return found, None
            except ProviderError as error:
                lost = error
                break
        return (record if may_be_there else await self.drop(record, str(lost))), lost

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
        wait_seconds = max(said or 0.0, self._config.first_wait_seconds * 2.0 ** (tried - 1))
        await asyncio.sleep(min(self._config.longest_wait_seconds, wait_seconds))

    async def _closed(self, record: BatchRecord, **changes: Any) -> BatchRecord:
        """The record of a batch that has ended, its input file taken away."""
        # First the file: once the record says the end, the same bytes may go up again under the same name.
        if record.source:
            try:
                await self._provider.discard(record.source)
            except (ProviderError, ConfigError) as error:
                log.info("batch %s: its input file %s stays there: %s", record.name, record.source, error)
        return await self._written(record, **changes)

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


def _named(batch: Batch) -> Batch:
    """The batch itself, if it can be asked for again; else nobody knows whether there is one."""
    if not batch.name:
        raise Unavailable("the answer names no batch", may_be_billed=True)
    return batch
