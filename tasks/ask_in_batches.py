"""Batches around the shards: collect what was submitted, submit what is wanted, wait, and go through them again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prefect import task

from adlocalizer.errors import BudgetExceeded, NotAllowed, Retired
from adlocalizer.making import Studio
from adlocalizer.making.batching import Batching


async def in_rounds(studio: Studio, wait: bool, go_through: Callable[[], Awaitable[None]]) -> None:
    """Go through the shards until nothing is wanted of a batch; without waiting, until all of it is submitted.

    An interactive run collects what earlier ones submitted, and leaves alone what is still being drawn.
    """
    batching, desk = studio.batching, studio.desk
    if batching is None:
        return await go_through()
    await collect(studio, batching)
    while True:
        desk.begin_round(batching.waiting(), batching.given_up())
        await go_through()
        studio.tally.waiting = len(desk.held)
        if studio.plan.brief.mode == "interactive" or not (desk.wanted or (wait and desk.held)):
            return None
        if desk.wanted:
            await submit(studio, batching)
        if isinstance(desk.stopped, NotAllowed):
            wait = False  # nothing more can be asked, not even how a batch stands
        if wait:
            studio.tally.enter("waiting for batches")
            await wait_for(studio, batching)
            studio.tally.enter("making pictures")


@task(name="collect batches", task_run_name="collect batches")
async def collect(studio: Studio, batching: Batching) -> None:
    """Keep the answers of every batch that earlier commands submitted and that is ready."""
    try:
        await batching.collect()
    except NotAllowed as error:
        studio.desk.stop(error)


@task(name="submit batches", task_run_name="submit batches")
async def submit(studio: Studio, batching: Batching) -> int:
    """Hand over every request that has no answer; how many were. What stops it stops the desk."""
    try:
        return await batching.submit(studio.wanted())
    except Retired as error:
        asked = (one for one in studio.desk.wanted.values() if one.request.model == error.model)
        studio.desk.retire(error, all(one.has_other for one in asked))
    except (BudgetExceeded, NotAllowed) as error:
        studio.desk.stop(error)
    return 0


@task(name="wait for batches", task_run_name="wait for batches")
async def wait_for(studio: Studio, batching: Batching) -> None:
    """Look again and again, ever more seldom, until every batch that the run needs is collected."""
    try:
        await batching.wait(studio.desk.held)
    except NotAllowed as error:
        studio.desk.stop(error)
