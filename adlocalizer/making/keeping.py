"""An answer into the ledger, although the store may stumble: its bytes are in hand, and paid for."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from adlocalizer.domain import Answer, Inquiry, Reply, Request
from adlocalizer.errors import StoreError
from adlocalizer.store import Ledger

_PAUSES_SECONDS = (0.5, 2.0)
_AT_ONCE = 8
"""Answers written at once: each waits for the disk or the network most of its time."""


class Keeper:
    """Writes answers from threads of its own: they wait for the disk, and nothing that is in flight waits for them."""

    def __init__(self, ledger: Ledger) -> None:
        """Write into this ledger."""
        self._ledger, self._threads = ledger, ThreadPoolExecutor(_AT_ONCE, "keeping")

    async def keep(self, request: Request | Inquiry, reply: Reply) -> Answer:
        """The answer on file; a store that stumbles is given another chance, then its StoreError is raised."""
        for pause_seconds in _PAUSES_SECONDS:
            try:
                return await self._kept(request, reply)
            except StoreError:
                await asyncio.sleep(pause_seconds if reply.answer.cost_micros else 0.0)
        return await self._kept(request, reply)

    async def _kept(self, request: Request | Inquiry, reply: Reply) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ledger.keep, request, reply)

    def close(self) -> None:
        """Let the threads go, once they have written what they have."""
        self._threads.shutdown(wait=False)
