"""From outcomes to what people get: the gate out, regions, the catalogue, the report."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prefect import task

from adlocalizer.bundling import Delivery
from adlocalizer.domain import Finding, Outcome
from adlocalizer.order import Order
from adlocalizer.planning import Plan
from adlocalizer.publishing import (
    Account,
    account_of,
    catalogue_region,
    check_out,
    deliver,
    publish_report,
    write_account,
    write_thumbnails,
)
from adlocalizer.publishing.metrics import write_metrics
from adlocalizer.store import Store


@task(name="gate out", task_run_name="gate out")
async def gate_out(plan: Plan, outcomes: tuple[Outcome, ...]) -> tuple[Finding, ...]:
    """What the manifest gate found over every region, passes too; a fail closes it: nothing is delivered."""
    return await asyncio.to_thread(check_out, plan, outcomes)


@task(name="collect outcomes", task_run_name="collect outcomes")
async def collect(plan: Plan) -> dict[str, tuple[Outcome, ...]]:
    """Outcomes by region, as the shards wrote them."""
    return await asyncio.to_thread(account_of, Store(plan.brief.run.store_url), plan)


@task(name="make thumbnails", task_run_name="make thumbnails")
async def thumbnails(plan: Plan, outcomes: tuple[Outcome, ...], order: Order) -> None:
    """The small pictures that report and bundles show."""
    await write_thumbnails(plan, outcomes, order.reports_folder)


@task(name="bundle", task_run_name="bundle {region}", retries=1, retry_delay_seconds=10)
async def bundle(plan: Plan, region: str, outcomes: tuple[Outcome, ...], order: Order) -> Delivery:
    """A region's manifest and zip; the manifest is written last."""
    return await asyncio.to_thread(deliver, plan, region, outcomes, order.reports_folder, order.report_templates)


@task(name="catalogue", task_run_name="catalogue {region}", retries=2, retry_delay_seconds=[2, 10])
async def catalogue(plan: Plan, region: str, outcomes: tuple[Outcome, ...]) -> None:
    """The region's rows of this run in the catalogue, replaced in one commit a table."""
    await asyncio.to_thread(catalogue_region, plan, region, outcomes)


@task(name="report", task_run_name="report")
async def report(plan: Plan, outcomes: tuple[Outcome, ...], account: Account, order: Order) -> Path:
    """The report's first page; written whatever the gates said."""
    if not account.gate_closed or outcomes:
        await asyncio.to_thread(write_account, Store(plan.brief.run.store_url), plan.brief.run, account)
        await asyncio.to_thread(write_metrics, plan.brief.run, outcomes, account)
    return await asyncio.to_thread(
        publish_report, plan, outcomes, account, order.reports_folder, order.report_templates
    )
