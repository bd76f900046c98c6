"""Requests to answers through files: submitted, waited for, collected into the ledger; no batch is paid for twice."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import random
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from adlocalizer.domain import Digest, Micros, Request
from adlocalizer.errors import BudgetExceeded, NotAllowed, Retired, StoreError
from adlocalizer.making.batch_records import BatchRecord, write_input
from adlocalizer.making.batch_steps import BatchSettings, BatchSteps
from adlocalizer.making.batch_watch import BatchWatch
from adlocalizer.making.purse import Purse
from adlocalizer.making.turns import alone_at
from adlocalizer.progress import Tally, show
from adlocalizer.providers import BatchProvider
from adlocalizer.store import Ledger

__all__ = ["BatchSettings", "Batching", "Wanted"]

_MOST_REFUSED = 32
"""Input files that may be refused: halving finds a bad line among thousands with half as many."""


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
        self._watch = BatchWatch(provider, ledger, self._steps, settings, tally)
        self._refused = 0

    async def collect(self) -> None:
        """Look once at every open batch of the store: adopt, keep what is ready, forget what was never begun."""
        await self._watch.refresh()
        for record in tuple(self._watch.open.values()):
            await self._watch.look(record.name, record.is_of(self._settings.run))

    def waiting(self) -> Mapping[Digest, str]:
        """Keys that an open batch will answer, with words for their outcome."""
        return {key: one.words for one in self._watch.open.values() if one.state != "planned" for key in one.keys}

    def given_up(self) -> Mapping[Digest, str]:
        """Keys that failed for good, or too often in this process, and why."""
        return self._watch.given_up

    async def submit(self, wanted: Iterable[Wanted]) -> int:
        """Hand requests over in batches; gives back how many. BudgetExceeded when there is money for none.

        One process of a store at a time: the next one sees what is in batches then.
        """
        async with alone_at(self._ledger.store, "batches"):
            return await self._submit(wanted)

    async def _submit(self, wanted: Iterable[Wanted]) -> int:
        await self._watch.refresh()
        rows = {one.request.key: one for one in wanted}
        done = {*await asyncio.to_thread(self._ledger.kept, rows), *self.waiting(), *self.given_up()}
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
        needed, opened = frozenset(keys), self._watch.open
        while names := [one.name for one in opened.values() if one.is_of(run) or not needed.isdisjoint(one.keys)]:
            for name in names:
                await self._watch.look(name, is_needed=True)
            if all(name in opened for name in names):
                await asyncio.sleep(random.uniform(0.8, 1.0) * pause_seconds)  # noqa: S311 - spread, not secrecy
                pause_seconds = min(config.batch_longest_poll_seconds, 2 * pause_seconds)
            else:
                pause_seconds = config.batch_first_poll_seconds

    async def _place(self, rows: list[Wanted], parts: list[list[Wanted]]) -> int:
        """Hand over the first rows, as many as a batch takes, and put the others back among the parts."""
        with tempfile.TemporaryDirectory(prefix="adlocalizer-") as folder:
            path = Path(folder) / "input.jsonl"
            config, given_up = self._settings.config, self._watch.given_up
            lines = itertools.islice(self._lines(rows), config.batch_max_rows)
            ends = await asyncio.to_thread(write_input, path, lines, config.batch_max_bytes)
            rows = [one for one in rows if one.request.key not in given_up]
            if not ends:
                given_up |= {one.request.key: "the request alone is larger than batch_max_bytes" for one in rows[:1]}
                parts += [rows[1:]] if rows[1:] else []
                return 0
            record = await self._planned(rows[: len(ends)])
            count = len(record.keys)
            parts += [rows[count:]] if rows[count:] else []
            os.truncate(path, ends[count - 1])
            return await self._sent(record, path, rows[:count], parts)

    def _lines(self, rows: Sequence[Wanted]) -> Iterator[bytes]:
        """A line for each row, in their order; what lacks a picture it is made of is given up."""
        for request, _ in rows:
            try:
                references = tuple(self._picture(reference.path) for reference in request.references)
                previous = self._ledger.parent(request) if request.edit else None
            except StoreError as error:
                self._watch.given_up[request.key] = str(error)
                continue
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
        record, error = await self._steps.send(record, path)
        if record.is_open:
            self._watch.open[record.name] = record
            self._tally.calls += len(rows)
            show(self._tally)
        if isinstance(error, NotAllowed):
            raise error
        if record.is_open or error is None:
            return len(rows)
        if error.retryable:
            self._watch.want_again(dict.fromkeys(record.keys, str(error)))
            return 0
        middle = len(rows) // 2 if record.source else 0
        self._refused += 1
        if middle and self._refused <= _MOST_REFUSED:
            # One bad line has the whole file refused.
            parts += [rows[middle:], rows[:middle]]
        else:
            self._watch.given_up |= dict.fromkeys(record.keys, str(error))
        return 0
