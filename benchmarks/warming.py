"""The pool of a process, started before the clock is: that is start-up, not work."""

from __future__ import annotations

import asyncio
import time

from adlocalizer.pool import in_process, workers


async def warm_pool() -> None:
    """Start every process of the pool and have it load what develops pictures."""
    await asyncio.gather(*(in_process(_load) for _ in range(workers())))


def _load() -> None:
    import adlocalizer.making.developing  # noqa: F401  # loading it is the point

    time.sleep(1)  # so that every process gets one of these calls
