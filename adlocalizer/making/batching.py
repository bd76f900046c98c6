"""Requests to answers through files: submitted, waited for, collected into the ledger; no batch is paid for twice."""

from __future__ import annotations

import asyncio
import functools
import itertools
import logging
import os
import random
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from adlocalizer.domain import Digest, Micros, Request
from adlocalizer.errors import BudgetExceeded, NotAllowed, ProviderError, Retired, Throttled, Unavailable
from adlocalizer.making.batch_records import BatchRecord, write_input
from adlocalizer.making.batch_rows import Harvest
from adlocalizer.making.batch_steps import BatchSettings, BatchSteps
from adlocalizer.making.purse import Purse
from adlocalizer.progress import Tally, show
from adlocalizer.providers import Batch, BatchProvider
from adlocalizer.store import Ledger

__all__ = ["BatchSettings", "Batching", "Wanted"]

_MOST_BATCHES = 3
"""Batches of this process that may carry a request without bringing an answer."""
_MOST_REFUSED = 32
"""Input files that may be refused: halving finds a bad line among thousands with half as many."""
log = logging.getLogger(__name__)


class Wanted(NamedTuple):
    """A request without an answer, and what it may cost at worst in a batch."""

    request: Request
    most_micros: Micros


class Batching:
    """The batches of a run, and in passing those that other runs of the store left behind."""

    def __init__(
        self, provider: BatchProvider, ledger: Ledger, purse: Purse, settings: BatchSettings, tally: Tally
    ) -> None:
        """Work with these; nothing is read before `collect`."""
        self._provider, self._ledger, self._settings, self._tally = provider, ledger, settings, tally
        self._steps = BatchSteps(provider, ledger.store, purse, settings)
        self._picture = functools.lru_cache(maxsize=64)(ledger.store.read)
        self._open: dict[str, BatchRecord] = {}
        self._failures: Counter[Digest] = Counter()
        self._given_up: dict[Digest, str] = {}
        self._refused = 0

    async def collect(self) -> None:
        """Look once at every open batch of the store: adopt, keep what is ready, forget what was never begun."""
        await self._refresh()
        for name in tuple(self._open):
            await self._look(name)

    def waiting(self) -> Mapping[Digest, str]:
        """Keys that an open batch will answer, with words for their outcome."""
        return {key: one.words for one in self._open.values() if one.state != "planned" for key in one.keys}

    def given_up(self) -> Mapping[Digest, str]:
        """Keys that failed for good, or too often in this process, and why."""
        return self._given_up

    async def submit(self, wanted: Iterable[Wanted]) -> int:
        """Hand requests over in batches; gives back how many. BudgetExceeded when there is money for none."""
        await self._refresh()
        rows = {one.request.key: one for one in wanted}
        done = {*await asyncio.to_thread(self._ledger.kept, rows), *self.waiting(), *self._given_up}
        by_model: dict[str, list[Wanted]] = {}
        for key, one in rows.items():
            if key not in done:
                by_model.setdefault(one.request.model, []).append(one)
        submitted, stops = 0, []
        for some in by_model.values():
            parts = [some]
            try:
                while parts:
                    submitted += await self._place(parts.pop(), parts)
            except (BudgetExceeded, Retired) as error:
                stops.append(error)  # another model may be cheaper, or served
        for stop in stops:
            if isinstance(stop, Retired) or not submitted:
                raise stop
        return submitted

    async def wait(self, keys: Collection[Digest] = ()) -> None:
        """Look at this run's batches, and at those that answer `keys`, less and less often, until all are collected."""
        config, run = self._settings.config, self._settings.run
        pause_seconds = config.batch_first_poll_seconds
        while names := [one.name for one in self._open.values() if one.is_of(run) or {*keys} & {*one.keys}]:
            for name in names:
                await self._look(name)
            if all(name in self._open for name in names):
                await asyncio.sleep(random.uniform(0.8, 1.0) * pause_seconds)  # noqa: S311 - spread, not secrecy
                pause_seconds = min(config.batch_longest_poll_seconds, 2 * pause_seconds)
            else:
                pause_seconds = config.batch_first_poll_seconds

    async def _refresh(self) -> None:
        records = await asyncio.to_thread(self._steps.records.open, self._settings.provider)
        self._open = {record.name: record for record in records}

    async def _place(self, rows: list[Wanted], parts: list[list[Wanted]]) -> int:
        """Hand over the first rows, as many as a batch takes, and put the others back among the parts."""
        with tempfile.TemporaryDirectory(prefix="adlocalizer-") as folder:
            path = Path(folder) / "input.jsonl"
            ends = await asyncio.to_thread(write_input, path, self._lines(rows), self._settings.config.batch_max_bytes)
            if not ends:
                self._given_up[rows[0].request.key] = "the request alone is larger than batch_max_bytes"
                parts += [rows[1:]] if rows[1:] else []
                return 0
            record = await self._planned(rows[: len(ends)])
            count = len(record.keys)
            parts += [rows[count:]] if rows[count:] else []
            os.truncate(path, ends[count - 1])
            return await self._sent(record, path, rows[:count], parts)

    def _lines(self, rows: Sequence[Wanted]) -> Iterator[bytes]:
        for request, _ in rows[: self._settings.config.batch_max_rows]:
            references = tuple(self._picture(reference.path) for reference in request.references)
            previous = self._ledger.parent(request) if request.edit else None
            yield self._provider.line(request, references, previous)

    async def _planned(self, rows: Sequence[Wanted]) -> BatchRecord:
        """The record of a batch of the first rows, as many as there is money for."""
        while True:
            keys, run = tuple(one.request.key for one in rows), self._settings.run
            record = BatchRecord(
                name=await asyncio.to_thread(self._steps.records.free_name, keys),
                state="planned",
                provider=self._settings.provider,
                model=rows[0].request.model,
                campaign=run.campaign,
                logical_date=run.logical_date,
                keys=keys,
                most_micros=sum(one.most_micros for one in rows),
            )
            try:
                return await self._steps.plan(record, [one.request for one in rows])
            except BudgetExceeded as error:
                room = error.cap_micros - (error.planned_micros - record.most_micros)
                sums = itertools.accumulate(one.most_micros for one in rows[:-1])
                rows = rows[: sum(1 for sum_micros in sums if sum_micros <= room)]
                if not rows:
                    raise

    async def _sent(self, record: BatchRecord, path: Path, rows: list[Wanted], parts: list[list[Wanted]]) -> int:
        try:
            self._open[record.name] = await self._steps.send(record, path)
        except (Throttled, Unavailable) as error:
            self._want_again(dict.fromkeys(record.keys, str(error)))
            return 0
        except NotAllowed:
            raise
        except ProviderError as error:
            self._refused += 1
            middle = len(rows) // 2
            if middle and self._refused <= _MOST_REFUSED:
                # One bad line has the whole file refused.
                parts += [rows[middle:], rows[:middle]]
            else:
                self._given_up |= dict.fromkeys(record.keys, str(error))
            return 0
        self._tally.calls += len(rows)
        show(self._tally)
        return len(rows)

    async def _look(self, name: str) -> None:
        """Take an open batch as far as it goes today."""
        async with self._steps.held(name):
            record = await asyncio.to_thread(self._steps.records.read, name)
            if record is None or not record.is_open:
                self._steps.let_go(name)
                self._open.pop(name, None)
                return
            try:
                record, stop = await self._advanced(record)
            except (Throttled, Unavailable) as error:
                log.warning("batch %s: %s; looked at again later", name, error)
                return
        self._open[name] = record
        if not record.is_open:
            del self._open[name]
        if stop is not None:
            raise stop

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
        finished = await self._steps.finish(record, harvest.answered, harvest.cost_micros, _said(batch))
        return finished, self._ended(record, harvest)

    async def _never_begun(self, record: BatchRecord, reason: str) -> BatchRecord:
        if not record.is_of(self._settings.run):
            return record  # another process may be at it
        self._want_again(dict.fromkeys(record.keys, reason))
        return await self._steps.drop(record, reason)

    def _ended(self, record: BatchRecord, harvest: Harvest) -> NotAllowed | None:
        self._want_again(harvest.again)
        self._given_up |= harvest.hopeless
        if record.is_of(self._settings.run):
            self._tally.spent_micros += harvest.cost_micros
            show(self._tally)
        return harvest.stop

    def _want_again(self, reasons: Mapping[Digest, str]) -> None:
        for key, reason in reasons.items():
            self._failures[key] += 1
            if self._failures[key] >= _MOST_BATCHES:
                self._given_up[key] = f"{_MOST_BATCHES} batches brought no answer: {reason}"


def _said(batch: Batch) -> str:
    """Why a batch ended early; nothing when it did not."""
    return "" if batch.state == "succeeded" else f"the batch {batch.state}: {batch.reason}".rstrip(": ")
