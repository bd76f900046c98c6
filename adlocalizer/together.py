"""Coroutines side by side that stop together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def all_or_stop(coroutines: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """Their results in order; the first error stops the others, waits for them to end, and is raised as it is.

    Unlike `gather`, which lets the others go on, and `TaskGroup`, which wraps the error in a group.
    """
    running = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        return await asyncio.gather(*running)
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
