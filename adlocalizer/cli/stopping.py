"""Ctrl-C and SIGTERM: a run keeps what is being answered, says how to go on, and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console

from adlocalizer.making import close_all

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TAKEN_AGAIN_SECONDS = 0.25
_LONGEST_SECONDS = 300.0
"""More than any provider's deadline: what was sent will be billed, so its answer is worth waiting for."""

_ending: list[asyncio.Task[None]] = []  # the loop itself holds tasks only weakly


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside this block a signal ends the process orderly, a second one at once."""
    loop = asyncio.get_running_loop()
    listening = loop.create_task(_listen())
    try:
        yield
    finally:
        listening.cancel()
        with suppress(NotImplementedError):
            for number in _SIGNALS:
                loop.remove_signal_handler(number)


async def _listen() -> None:
    """Take the signals, again and again: Prefect takes SIGTERM when a flow starts and would drop what is in flight."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # no such handlers on Windows: there Python's own interrupt must do
        while not _ending:
            for number in _SIGNALS:
                loop.add_signal_handler(number, _stop, number)
            await asyncio.sleep(_TAKEN_AGAIN_SECONDS)


def _stop(number: signal.Signals) -> None:
    loop = asyncio.get_running_loop()
    _ending.append(loop.create_task(_end(number)))
    for one in _SIGNALS:
        loop.add_signal_handler(one, _leave, number)
    _say("stopping: keeping what is being answered; once more to leave at once")


async def _end(number: signal.Signals) -> None:
    # Not by an exception: Prefect would report it to a server that the same signal has ended, and wait for it.
    with suppress(Exception):
        await asyncio.wait_for(close_all(), _LONGEST_SECONDS)
    _leave(number)


def _leave(number: signal.Signals) -> None:
    from flows.settings import stop_server

    stop_server()
    _say("interrupted; run it again to go on, answers are kept")
    os._exit(128 + number)


def _say(text: str) -> None:
    if sys.stderr.isatty():
        Console(stderr=True).show_cursor(True)
    print(f"\nadlocalizer: {text}" if sys.stderr.isatty() else f"adlocalizer: {text}", file=sys.stderr, flush=True)  # noqa: T201
