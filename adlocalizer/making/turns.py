"""One process asks for a key at a time; whoever else wants its answer waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, suppress

from adlocalizer.domain import Digest, RunRef
from adlocalizer.errors import StoreError
from adlocalizer.progress import Tally
from adlocalizer.store import Ledger, Store, Taken, TextLedger, claims_of

_LOOK_AGAIN_SECONDS = 0.5


def alone_in(store: Store, run: RunRef, tally: Tally) -> AbstractAsyncContextManager[None]:
    """Hold a run against other processes; while one of them makes it, wait, and say so."""
    return alone_at(store, run.path, lambda: tally.enter("waiting for another process that makes this run"))


@asynccontextmanager
async def alone_at(store: Store, path: str, tell: Callable[[], None] = lambda: None) -> AsyncIterator[None]:
    """Hold a folder against other processes; while one of them does, wait, and tell so at each look."""
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(store.claimed(path))
                break
            except Taken:
                tell()
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        yield


class Turns:
    """Claims on the keys of a ledger."""

    def __init__(self, ledger: Ledger | TextLedger) -> None:
        """Claim in the ledger's store."""
        self._ledger, self._claims = ledger, claims_of(ledger.store)
        self.pause_seconds = self._claims.pause_seconds
        """How long to wait before trying again."""

    @asynccontextmanager
    async def taken(self, key: Digest) -> AsyncIterator[bool]:
        """Hold a key inside this block; the value says whether it is ours: somebody else may be asking for it."""
        claims = self._claims
        is_ours = claims.take(key) if claims.is_quick else await asyncio.to_thread(claims.take, key)
        try:
            yield is_ours
        finally:
            if is_ours and claims.is_quick:
                self._release(key)
            elif is_ours:
                await asyncio.to_thread(self._release, key)

    def rest(self) -> None:
        """Leave nothing behind in the store, if nothing is held."""
        with suppress(StoreError):
            self._claims.rest()

    def _release(self, key: Digest) -> None:
        # The answer is what counts; a claim that cannot be taken back is followed when our beat has ended.
        with suppress(StoreError):
            self._claims.release(key, is_settled=self._ledger.has(key))
