"""Read everything a campaign names, plan it and price it."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import cast

from prefect import task
from prefect.runtime import flow_run
from prefect.states import Completed

from adlocalizer.narrowing import Narrowing, narrowed
from adlocalizer.order import Order, open_project
from adlocalizer.ordering import Ordered, check_budget, check_models, check_store, plan_order, price_plan
from adlocalizer.progress import Tally
from adlocalizer.timing import due_day, has_passed, zone_of
from tasks.summary import RunSummary


def due_date(logical_date: date | None, time_zone: str | None = None, days_ahead: int = 0) -> date:
    """The day a run is for: as asked, else the day its start was planned on in a time zone, or so many days later."""
    return logical_date or due_day(flow_run.scheduled_start_time, zone_of(time_zone), days_ahead)


def missed_state(campaign: str, day: date, time_zone: str | None) -> RunSummary | None:
    """A completed state named Skipped for a run whose day has passed in a time zone; None while it has not."""
    if not has_passed(day, datetime.now(UTC), zone_of(time_zone)):
        return None
    remedy = f"to make it all the same: adlocalizer backfill {campaign} --from {day} --to {day}"
    # Prefect takes a state in place of a result.
    return cast("RunSummary", Completed(name="Skipped", message=f"{day} has passed, nothing was made; {remedy}"))


def narrow(campaign: str, cities: str | None, wanted: Narrowing) -> tuple[str, ...]:
    """Regions, packs and globs as one selection; ConfigError for what the campaign does not have."""
    return narrowed(open_project(), campaign, cities, wanted)


@task(name="plan", task_run_name="plan {order.campaign} for {order.logical_date}")
async def plan_campaign(order: Order) -> Ordered:
    """The plan of an order; an error in a file, a table or an option ends the run before anything is written."""
    return await asyncio.to_thread(plan_order, order)


@task(name="price", task_run_name="price")
async def price_campaign(ordered: Ordered) -> Tally:
    """Counts to fill, once the price is under the cap and the store can be written; nothing is spent before."""
    price = await asyncio.to_thread(price_plan, ordered.plan)
    check_models(ordered.plan, price, datetime.now().astimezone().date())
    check_budget(ordered.order, ordered.plan, price)
    await asyncio.to_thread(check_store, ordered.order)
    tally = Tally(planned=price.renditions, masters=price.masters)
    tally.enter("checking tables")
    return tally
