"""Ctrl-C and SIGTERM: a run keeps what is being answered, says how to go on, and ends."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date

from rich.console import Console

from adlocalizer.errors import EXIT_STOPPED
from adlocalizer.redaction import redacted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TAKEN_AGAIN_SECONDS, _SENT_AGAIN_SECONDS = 0.25, 0.05
_LONGEST_SECONDS = 300.0
"""More than any provider's deadline: what was sent will be billed, so its answer is worth waiting for."""

_ending: list[asyncio.Task[None]] = []  # the loop itself holds tasks only weakly
_words: list[str] = []


def begin(words: Sequence[str]) -> None:
    """Remember the command, so that whoever stops it is told how to go on, and take SIGTERM as Ctrl-C is taken."""
    _words[:] = words
    _take_sigterm()
    sys.unraisablehook = _interrupt_again


def going_on(day: date | None = None) -> str:
    """`interrupted; …` with the exact command that goes on; `day` is the one that was made where nobody named it."""
    named = any(word.partition("=")[0] == "--date" for word in _words)
    words = [*_words, *([] if day is None or named else ["--date", day.isoformat()])]
    return f"interrupted; answers are kept, go on with: {shlex.join(['adlocalizer', *words])}"


@contextmanager
def stoppable(day: date | None = None) -> Iterator[None]:
    """Inside this block a signal ends the process orderly, a second one at once; the day is that of the run."""
    loop = asyncio.get_running_loop()
    listening = loop.create_task(_listen(day))
    try:
        yield
    finally:
        listening.cancel()
        with suppress(NotImplementedError):
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
        _take_sigterm()


async def stopped() -> None:
    """Once a signal came, wait for the end it began: what is done by then is told as stopped, whoever is faster."""
    if _ending:
        await asyncio.gather(*_ending)


def _take_sigterm() -> None:
    with suppress(ValueError):  # only a main thread has a say in signals
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _interrupt_again(lost: sys.UnraisableHookArgs) -> None:
    """Send an interrupt once more that fell into a destructor, where Python drops it; the rest is told as ever."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    again = threading.Timer(_SENT_AGAIN_SECONDS, os.kill, (os.getpid(), signal.SIGINT))
    again.daemon = True
    again.start()


async def _listen(day: date | None) -> None:
    """Take the signals, again and again: Prefect takes SIGTERM when a flow starts and would drop what is in flight."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # no such handlers on Windows: there Python's own interrupt must do
        while not _ending:
            for number in _SIGNALS:
                loop.add_signal_handler(number, _stop, day)
            await asyncio.sleep(_TAKEN_AGAIN_SECONDS)


def _stop(day: date | None) -> None:
    loop = asyncio.get_running_loop()
    _ending.append(loop.create_task(_end(day)))
    for one in _SIGNALS:
        loop.add_signal_handler(one, _leave, day)
    _say("stopping: keeping what is being answered; once more to leave at once")


async def _end(day: date | None) -> None:
    from adlocalizer.making import close_all  # lazily: `plan` makes nothing

    # Not by an exception: Prefect would report it to a server that the same signal has ended, and wait for it.
    with suppress(Exception):
        await asyncio.wait_for(close_all(), _LONGEST_SECONDS)
    _leave(day)


def _leave(day: date | None) -> None:
    from flows.settings import stop_server

    stop_server()
    _say(going_on(day))
    os._exit(EXIT_STOPPED)


def _say(text: str) -> None:
    if sys.stderr.isatty():
        Console(stderr=True).show_cursor(True)
    text = redacted(text)
    print(f"\nadlocalizer: {text}" if sys.stderr.isatty() else f"adlocalizer: {text}", file=sys.stderr, flush=True)  # noqa: T201
