"""Open batches, looked at until they have ended, and what became of their requests."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping

from adlocalizer.domain import Digest
from adlocalizer.errors import NotAllowed, ProviderError, Retired, Throttled, Unavailable
from adlocalizer.making.batch_records import BatchRecord
from adlocalizer.making.batch_rows import Harvest
from adlocalizer.making.batch_steps import BatchSettings, BatchSteps, doubt_of
from adlocalizer.progress import Tally, show
from adlocalizer.providers import Batch, BatchProvider
from adlocalizer.store import Ledger, Taken

_MOST_BATCHES = 3
"""Batches of this process that may carry a request without bringing an answer."""
log = logging.getLogger(__name__)


class BatchWatch:
    """The open batches of a store, as this process knows them."""

    def __init__(
        self, provider: BatchProvider, ledger: Ledger, steps: BatchSteps, settings: BatchSettings, tally: Tally
    ) -> None:
        """Work with these; nothing is read before `refresh`."""
        self._provider, self._ledger, self._steps, self._tally = provider, ledger, steps, tally
        self._id, self._run = settings.provider, settings.run
        self._failures: Counter[Digest] = Counter()
        self.open: dict[str, BatchRecord] = {}
        self.given_up: dict[Digest, str] = {}
        """Keys that failed for good, or too often in this process, and why."""

    async def refresh(self) -> None:
        """Read which batches are open, whoever submitted them."""
        self.open = {record.name: record for record in await asyncio.to_thread(self._steps.records.open, self._id)}

    async def look(self, name: str, is_needed: bool) -> None:
        """Take an open batch as far as it goes today, unless another process is at it.

        Only a batch that is needed raises NotAllowed; of another it is somebody else's trouble.
        """
        try:
            async with self._steps.held(name, wait=False):
                stop = await self._taken_on(name)
        except Taken:
            log.info("batch %s: another process is at it", name)
            return
        except (Throttled, Unavailable) as error:
            log.warning("batch %s: %s; looked at again later", name, error)
            return
        except NotAllowed as error:
            stop = error
        if stop is not None and is_needed:
            raise stop
        if stop is not None:
            log.warning("batch %s, which this run does not need: %s", name, stop)

    def want_again(self, reasons: Mapping[Digest, str]) -> None:
        """Note that a batch did not answer these keys, and give up those that had their chances."""
        for key, reason in reasons.items():
            self._failures[key] += 1
            if self._failures[key] >= _MOST_BATCHES:
                self.given_up[key] = f"{_MOST_BATCHES} batches brought no answer: {reason}"

    async def _taken_on(self, name: str) -> NotAllowed | None:
        record = await asyncio.to_thread(self._steps.records.read, name)
        if record is None or not record.is_open:
            self._steps.let_go(name)
            self.open.pop(name, None)
            return None
        record, stop = await self._advanced(record)
        self.open[name] = record
        if not record.is_open:
            del self.open[name]
        return stop

    async def _advanced(self, record: BatchRecord) -> tuple[BatchRecord, NotAllowed | None]:
        """The record of an open batch as it stands now, and a row's word that nothing else can succeed."""
        if record.state == "planned":
            return await self._never_begun(record, "its making was broken off"), None
        if record.state == "creating":
            found = await self._steps.found(record)
            if found is None:
                return await self._never_begun(record, "it never reached the provider"), None
            record = found
        harvest = Harvest(record.keys, self._ledger)
        try:
            batch = await self._steps.looked(record)
            if batch.state == "waiting":
                return record, None
            if batch.state == "succeeded" or batch.output is not None:
                requests = await asyncio.to_thread(self._steps.records.requests, record.name)
                await harvest.take_in(self._provider.results(batch, requests), requests)
        except ProviderError as error:
            if error.retryable or (isinstance(error, NotAllowed) and not isinstance(error, Retired)):
                raise
            harvest.miss(str(error))
            return await self._steps.lose(record, str(error)), self._ended(record, harvest)
        harvest.miss(_said(batch) or "its row is missing")
        finished = await self._steps.finish(record, harvest, _said(batch))
        return finished, self._ended(record, harvest)

    async def _never_begun(self, record: BatchRecord, reason: str) -> BatchRecord:
        # While a batch is created its process holds it, and we do now; that tells nothing of one that is only planned,
        # and nothing at all where there are no locks.
        is_ours = record.is_of(self._run) or (record.state == "creating" and self._ledger.store.is_local)
        if not is_ours:
            return record
        self.want_again(dict.fromkeys(record.keys, reason))
        return await self._steps.drop(record, reason)

    def _ended(self, record: BatchRecord, harvest: Harvest) -> NotAllowed | None:
        self.want_again(harvest.again)
        self.given_up |= harvest.hopeless
        if record.is_of(self._run):
            self._tally.spent_micros += harvest.cost_micros
            self._tally.doubted_micros += doubt_of(record, harvest)
            show(self._tally)
        return harvest.stop


def _said(batch: Batch) -> str:
    """Why a batch ended early; nothing when it did not."""
    return "" if batch.state == "succeeded" else f"the batch {batch.state}: {batch.reason}".rstrip(": ")
