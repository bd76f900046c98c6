"""Read everything a campaign names, plan it and price it."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

from prefect import task
from prefect.runtime import flow_run

from adlocalizer.order import Order
from adlocalizer.ordering import Ordered, check_budget, check_models, check_store, plan_order, price_plan
from adlocalizer.progress import Tally


def due_date(logical_date: date | None) -> date:
    """The day a run is for: as asked, else the day it was scheduled for in this machine's time zone."""
    return logical_date or flow_run.scheduled_start_time.astimezone().date()


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
