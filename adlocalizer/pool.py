"""The process pool for work that keeps a core busy: one process per core, shared by all of a run."""

from __future__ import annotations

import asyncio
import ctypes
import functools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import connection
from typing import ParamSpec, TypeVar

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _KEPT_BYTES = -1, -3, 256 << 20
_here: list[ThreadPoolExecutor] = []
_neighbours = [1]
Args = ParamSpec("Args")
Result = TypeVar("Result")


async def in_process(call: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs) -> Result:
    """Run a picklable call in the pool and return its result; a pool that lost a worker is replaced once."""
    bound = functools.partial(call, *args, **kwargs)
    if _here:
        return await asyncio.get_running_loop().run_in_executor(_here[0], bound)
    pool = _pool()
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, bound)
    except BrokenProcessPool:
        if _pool() is pool:  # whoever waits on the broken pool comes here: one of them replaces it
            _pool.cache_clear()
            pool.shutdown(wait=False)
        return await asyncio.get_running_loop().run_in_executor(_pool(), bound)


def stay_here() -> None:
    """From now on do the work in this process, on a thread of its own: what it writes is in this process's memory."""
    if not _here:
        _here.append(ThreadPoolExecutor(1, "pool"))


def let_go() -> None:
    """End the pool's processes, if there are any; the next call starts others."""
    if _pool.cache_info().currsize:
        _pool().shutdown(wait=False, cancel_futures=True)
        _pool.cache_clear()


def share_cores(neighbours: int) -> None:
    """From now on leave room on this machine for others like this process; counts until the pool is made."""
    _neighbours[0] = neighbours


def workers() -> int:
    """How many processes the pool has: the cores this process may use, or its part of them."""
    return max(1, cores() // _neighbours[0])


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep_memory() -> None:
    """Have glibc keep the memory that this process frees, as the next picture takes the same blocks again.

    Having them cleared by the system each time costs 20 ms of CPU a 2K master (benchmarks/README.md).
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, or none to be found
        for threshold in (_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD):
            ctypes.CDLL(None).mallopt(threshold, _KEPT_BYTES)


@functools.cache
def _pool() -> ProcessPoolExecutor:
    # Spawned, never forked: Prefect and the SDKs run threads, and a forked copy of a held lock never opens again.
    context = multiprocessing.get_context("spawn")
    # A run that is stopped leaves semaphores behind; Python's tracker takes them away, and need not say so.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
    # One process per core does the work: threads of OpenCV's own in each would only wait for one another.
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    pool = ProcessPoolExecutor(workers(), mp_context=context, initializer=_begin)
    with _deaf():
        for _ in range(workers()):
            pool.submit(os.getpid)
    return pool


@contextmanager
def _deaf() -> Iterator[None]:
    """Ignore signals for a moment: a process that is started meanwhile ignores them until it can say so itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _begin() -> None:
    keep_memory()
    _die_with_parent()


def _die_with_parent() -> None:
    """End this worker with the run, and only then: an orphan would wait on the pool's pipe for ever.

    Ctrl-C in a terminal reaches every process of the run; what it means is for the run itself to say.
    """
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for_end, args=(parent.sentinel,), daemon=True).start()


def _wait_for_end(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
