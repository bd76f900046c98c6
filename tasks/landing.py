"""Stopping a served run: what was sent is billed, so its answers land before Prefect ends the process."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from anyio import CancelScope
from prefect.exceptions import TerminationSignal
from prefect.runtime import deployment

from adlocalizer.making import close_all

_RUNS: set[asyncio.Task[Any]] = set()
"""What is being made in this process; days of a backfill go side by side."""
_ENDING: list[asyncio.Task[None]] = []  # the loop itself holds tasks only weakly


@asynccontextmanager
async def landing() -> AsyncIterator[None]:
    """Inside this block what ends the run, SIGTERM or Prefect itself, waits for the answers in flight.

    Only for runs of deployments, which a runner or worker stops; the command line listens for itself. Prefect's runner
    kills a process that has not ended after 30 seconds, Kubernetes after the grace of its template.
    """
    run = asyncio.current_task()
    if run is None or not deployment.id or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    _RUNS.add(run)
    _listen()
    try:
        yield
    except asyncio.CancelledError:
        # Prefect cancels a run whose place in the queue it could not look after, and would cancel the waiting as well.
        with CancelScope(shield=True):
            await close_all()
        if _ENDING:
            raise TerminationSignal(signal=signal.SIGTERM) from None
        raise
    finally:
        _RUNS.discard(run)
        if not _RUNS and not _ENDING:
            _listen_no_more(before)


def _listen() -> None:
    with suppress(NotImplementedError):  # no such handlers on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _stop)


def _listen_no_more(before: Any) -> None:  # noqa: ANN401 - what `signal` calls a handler
    with suppress(NotImplementedError):
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    signal.signal(signal.SIGTERM, before)


def _stop() -> None:
    if not _ENDING:
        _ENDING.append(asyncio.get_running_loop().create_task(_end()))


async def _end() -> None:
    with suppress(Exception):
        await close_all()
    for run in _RUNS:
        run.cancel()
