"""What a process of `scaling.py`'s cluster runs: the pipeline's own way to make a shard for a run elsewhere."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from pathlib import Path

from variant import know_latency

from adlocalizer.making.errands import Errand, Returned, Workshop
from adlocalizer.pool import in_process, share_cores, workers

_ONE = threading.Lock()


def warm(neighbours: int) -> None:
    """Start the process's pool: that is start-up, not work."""
    share_cores(neighbours)
    asyncio.run(_warmed())


async def _warmed() -> None:
    await asyncio.gather(*(in_process(_load) for _ in range(workers())))


def _load() -> None:
    import adlocalizer.making.developing  # noqa: F401  # loading it is the point

    time.sleep(1)  # so that every process gets one of these calls


def make(errand: Errand, data_folder: str) -> Returned:
    """Make a shard, in the one workshop of this process."""
    with _ONE:
        workshop = _workshop(data_folder)
    return workshop.make(errand)


@functools.cache
def _workshop(data_folder: str) -> Workshop:
    know_latency()
    return Workshop(Path(data_folder), _no_key)


async def _no_key(_model: object) -> None:
    """The latency server asks for none."""
