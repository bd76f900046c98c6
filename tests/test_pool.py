"""The process pool: what its processes do with memory."""

from __future__ import annotations

import asyncio
import platform
import resource

import pytest

from adlocalizer.pool import in_process, let_go

LARGE = 40 << 20


def _pages_of_the_second_block() -> int:
    bytearray(LARGE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bytearray(LARGE)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep memory")
def test_a_process_of_the_pool_takes_no_memory_from_the_system_twice():
    try:
        assert asyncio.run(in_process(_pages_of_the_second_block)) < LARGE / resource.getpagesize() / 10
    finally:
        let_go()
