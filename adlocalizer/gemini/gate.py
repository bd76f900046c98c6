"""How many big answers are taken in at once: each needs several times its size while it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Gate:
    """A few seats for whoever reads a big body; nobody waits long for one, since a body may drip for ever."""

    def __init__(self, seats: int, patience_seconds: float = 20.0) -> None:
        self._seats, self._patience_seconds = asyncio.Semaphore(seats), patience_seconds

    @contextmanager
    def seat(self) -> Iterator[None]:
        """A seat for the request that the running task sends: taken when its answer turns out big, left at the end."""
        seat = Seat(self._seats, self._patience_seconds)
        token = current_seat.set(seat)
        try:
            yield
        finally:
            current_seat.reset(token)
            seat.leave()


class Seat:
    """One request's place at the gate."""

    def __init__(self, seats: asyncio.Semaphore, patience_seconds: float) -> None:
        self._seats, self._patience_seconds, self._is_taken = seats, patience_seconds, False

    async def take(self) -> None:
        """Wait for a free place, but not for ever: then go on without."""
        if self._is_taken:
            return
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._seats.acquire()
                self._is_taken = True
        except TimeoutError:
            return

    def leave(self) -> None:
        """Make room, if a place was taken."""
        if self._is_taken:
            self._is_taken = False
            self._seats.release()


current_seat: ContextVar[Seat | None] = ContextVar("current_seat", default=None)
