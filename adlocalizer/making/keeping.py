"""An answer into the ledger, although the store may stumble: its bytes are in hand, and paid for."""

from __future__ import annotations

import asyncio

from adlocalizer.domain import Answer, Inquiry, Reply, Request
from adlocalizer.errors import StoreError
from adlocalizer.store import Ledger

_PAUSES_SECONDS = (0.5, 2.0)


async def keep(ledger: Ledger, request: Request | Inquiry, reply: Reply) -> Answer:
    """The answer on file; a store that stumbles is given another chance, then its StoreError is raised."""
    for pause_seconds in _PAUSES_SECONDS:
        try:
            return await asyncio.to_thread(ledger.keep, request, reply)
        except StoreError:
            await asyncio.sleep(pause_seconds if reply.answer.cost_micros else 0.0)
    return await asyncio.to_thread(ledger.keep, request, reply)
