"""What a process of `scaling.py`'s cluster runs: the pipeline's own way to make a shard for a run elsewhere."""

from __future__ import annotations

import asyncio
import functools
import threading
from pathlib import Path

from variant import know_latency
from warming import warm_pool

from adlocalizer.making.errands import Errand, Returned, Workshop
from adlocalizer.pool import share_cores

_ONE = threading.Lock()


def warm(neighbours: int) -> None:
    """Start the process's pool: that is start-up, not work."""
    share_cores(neighbours)
    asyncio.run(warm_pool())


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
