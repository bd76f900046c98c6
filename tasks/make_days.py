"""The days of a backfill, some at once: one cap for all of them, and none begun after something stopped the asking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from adlocalizer.errors import AdlocalizerError, GateFailed
from adlocalizer.making.purse import one_cap
from adlocalizer.order import Order
from tasks.backfill_summary import BackfillSummary
from tasks.summary import RunSummary


async def make_days(
    orders: Sequence[Order], make: Callable[[date], Awaitable[RunSummary]], at_once: int
) -> BackfillSummary:
    """How every day ended, in the order of the days; `at_once` of them go side by side.

    A day whose gate closes does not keep the others back. What stops the asking lets the days that are being made end,
    begins no other, and is raised then, with what was made before it.
    """
    waiting, ended = iter(enumerate(orders)), dict[int, RunSummary | str]()
    stops: list[AdlocalizerError] = []

    async def lane() -> None:
        for number, order in waiting:
            try:
                ended[number] = await make(order.logical_date)
            except GateFailed as error:
                ended[number] = str(error)
            except AdlocalizerError as error:
                stops.append(error)
            if stops:
                return

    with one_cap():
        await asyncio.gather(*(lane() for _ in range(at_once)))
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
