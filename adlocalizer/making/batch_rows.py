"""The rows of an ended batch into the ledger, one after the other, and what became of those without an answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence

from adlocalizer.domain import Digest, Micros, Request
from adlocalizer.errors import BadAnswer, NotAllowed, Refused, Unavailable
from adlocalizer.making.wishes import without_picture
from adlocalizer.providers import BatchRow
from adlocalizer.store import Ledger

log = logging.getLogger(__name__)


class Harvest:
    """What the rows of a batch brought, each key once: the first row counts, unknown keys do not."""

    def __init__(self, keys: Sequence[Digest], ledger: Ledger) -> None:
        """Keep answers to the requests of these keys in this ledger."""
        self._keys, self._ledger = keys, ledger
        self._seen: set[Digest] = set()
        self.answered = 0
        self.cost_micros: Micros = 0
        """What the answers cost, those included that were on file already."""
        self.doubted = 0
        """Rows that may have been billed and brought nothing: unreadable or missing."""
        self.again: dict[Digest, str] = {}
        """Keys that deserve another batch, and why."""
        self.hopeless: dict[Digest, str] = {}
        """Keys that do not, and why."""
        self.stop: NotAllowed | None = None
        """A row's word that nothing else can succeed."""

    async def take_in(self, rows: AsyncIterator[BatchRow], requests: Mapping[Digest, Request]) -> None:
        """Keep every answer; only one picture is in memory at a time."""
        try:
            async for row in rows:
                if (request := requests.get(row.key)) is None:
                    log.warning("a batch answers a request it was not asked: %.12s", row.key)
                elif row.key not in self._seen:
                    await self._take(row, request)
                    self._seen.add(row.key)
        finally:
            if isinstance(rows, AsyncGenerator):
                await rows.aclose()  # its download must not wait for the garbage collector

    def miss(self, reason: str) -> None:
        """Want every request again that no row spoke of."""
        missed = {key: reason for key in self._keys if key not in self._seen}
        self.again |= missed
        self.doubted += len(missed) if self.answered else 0  # a batch that brought nothing at all is not billed

    async def _take(self, row: BatchRow, request: Request) -> None:
        error, reply = row.error, row.reply
        if isinstance(error, Refused | BadAnswer):
            reply = reply or without_picture(row.key, error)
        if reply is not None:
            await asyncio.to_thread(self._ledger.keep, request, reply)
            self.answered += 1
            self.cost_micros += reply.answer.cost_micros
        elif isinstance(error, NotAllowed):
            self.stop = self.stop or error
        elif error is None or error.retryable:
            self.doubted += isinstance(error, Unavailable) and error.may_be_billed
            self.again[row.key] = str(error or "its row says nothing")
        else:
            self.hopeless[row.key] = str(error)
