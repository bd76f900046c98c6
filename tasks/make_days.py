"""The days of a backfill, some at once: one cap for all of them, and none begun after something stopped the asking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path

from adlocalizer.config.operations import read_operations
from adlocalizer.errors import GateFailed
from adlocalizer.making.purse import one_cap
from adlocalizer.order import Order
from tasks.backfill_summary import BackfillSummary
from tasks.summary import RunSummary


async def make_days(
    orders: Sequence[Order], make: Callable[[date], Awaitable[RunSummary]], at_once: int
) -> BackfillSummary:
    """How every day ended, in the order of the days; `at_once` of them go side by side where this process makes them.

    A day whose gate closes does not keep the others back. What stops the asking, and whatever else goes wrong in one,
    lets the days that are being made end, begins no other, and is raised then, with what was made before it.
    """
    waiting, ended = iter(enumerate(orders)), dict[int, RunSummary | str]()
    stops: list[Exception] = []

    async def lane() -> None:
        for number, order in waiting:
            try:
                ended[number] = await make(order.logical_date)
            except GateFailed as error:
                ended[number] = str(error)
            except Exception as error:  # raised below
                stops.append(error)
            if stops:
                return

    with one_cap():
        await asyncio.gather(*(lane() for _ in range(_at_once(orders, at_once))))
    summary = BackfillSummary()
    for number, order in enumerate(orders):
        match ended.get(number):
            case RunSummary() as ran:
                summary = summary.after(ran)
            case str(reason):
                summary = summary.without(order.logical_date, reason)
    if stops:
        stops[0].add_note(f"before it: {summary.sentence}")
        raise stops[0]
    return summary


def _at_once(orders: Sequence[Order], asked: int) -> int:
    """A cluster is busy with one day, and the day's processes learn of the command's cap when it begins."""
    root = Path(orders[0].project) if orders else None
    return asked if root is None or read_operations(root).runner == "local" else 1
