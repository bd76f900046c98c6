"""What comes before a run that changes something: new versions, new forecasts, batches that wait; and pages again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from prefect import task

from adlocalizer.collecting import Places, waiting_orders
from adlocalizer.domain import Id
from adlocalizer.order import Order, open_project
from adlocalizer.ordering import check_budget, check_models, check_store, keep_weather, plan_order, price_plan
from adlocalizer.publishing import rewrite_report
from adlocalizer.refreshing import refresh_forecasts
from adlocalizer.revising import revised
from adlocalizer.revisions import add_revisions
from adlocalizer.store import Store


@task(name="add revision", task_run_name="add revision")
async def add_revision(order: Order, select: tuple[str, ...], edit: str) -> Order:
    """Keep new versions of what was selected, once their price is under the cap; the order that makes them."""
    return await asyncio.to_thread(_add_revision, order, select, edit)


@task(name="ask for forecasts", task_run_name="ask for forecasts")
async def refresh(order: Order) -> tuple[Id, ...]:
    """Cities whose facts new forecasts change; the forecasts are kept."""
    return await asyncio.to_thread(refresh_forecasts, order)


@task(name="write report", task_run_name="write report")
async def rewrite(order: Order) -> str:
    """Path of the first page."""
    _, page = await asyncio.to_thread(rewrite_report, order)
    return str(page)


@task(name="find batches", task_run_name="find batches")
async def find_waiting(places: Places, max_cost: float | None) -> tuple[Order, ...]:
    """An order for each run that waits for a batch."""
    return await asyncio.to_thread(waiting_orders, open_project(), places, max_cost, datetime.now(UTC))


def _add_revision(order: Order, select: tuple[str, ...], edit: str) -> Order:
    new = revised(order, select, edit, order.model)
    ordered = plan_order(new)
    price = price_plan(ordered.plan)
    check_models(ordered.plan, price, datetime.now().astimezone().date())
    check_budget(ordered.order, ordered.plan, price)
    check_store(ordered.order)
    keep_weather(ordered)
    store, run = Store(ordered.order.store_url), ordered.plan.brief.run
    with store.claimed(run.path):
        add_revisions(store, run, new.revisions)
    return new.model_copy(update={"revisions": ()})
