"""A run delivered anew from what the store has: after decisions, without a request."""

from __future__ import annotations

import asyncio
from pathlib import Path

from adlocalizer.domain import Counts
from adlocalizer.gates import raise_closed
from adlocalizer.making import named_plan, read_plan
from adlocalizer.order import Order, placed_run
from adlocalizer.planning import Plan
from adlocalizer.publishing.account import account_of, read_account
from adlocalizer.publishing.catalogue_rows import catalogue_region
from adlocalizer.publishing.delivery import check_out, deliver
from adlocalizer.publishing.pages import publish_report, write_thumbnails
from adlocalizer.store import Store


def rewrite_report(order: Order) -> tuple[Counts, Path]:
    """The pages of an order's run again, from what the store has; what was counted, and the report's first page.

    NoRun when there is no such run.
    """
    order, run = placed_run(order)
    plan, kept = named_plan(run).model_copy(update={"select": ()}), Store(run.store_url)
    outcomes = tuple(outcome for some in account_of(kept, plan).values() for outcome in some)
    asyncio.run(write_thumbnails(plan, outcomes, order.reports_folder))
    page = publish_report(plan, outcomes, read_account(kept, run), order.reports_folder, order.report_templates)
    return Counts.of(outcomes), page


def redeliver(plan: Plan, order: Order) -> tuple[Counts, Path]:
    """Manifests, bundles, catalogue and report of a run again; what was counted, and the report's first page.

    GateFailed leaves what was delivered before.
    """
    store = Store(plan.brief.run.store_url)
    regions = account_of(store, plan)
    outcomes = tuple(outcome for some in regions.values() for outcome in some)
    # A run that made a selection only is whole without the rest.
    wanted = read_plan(plan.brief.run).select
    gates = check_out(plan.model_copy(update={"select": wanted}), outcomes)
    raise_closed("out", gates)
    asyncio.run(write_thumbnails(plan, outcomes, order.reports_folder))
    for region, some in regions.items():
        deliver(plan, region, some, order.reports_folder, order.report_templates)
        catalogue_region(plan, region, some)
    page = publish_report(
        plan, outcomes, read_account(store, plan.brief.run), order.reports_folder, order.report_templates
    )
    return Counts.of(outcomes), page
