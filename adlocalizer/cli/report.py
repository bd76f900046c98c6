"""`adlocalizer report`: a run's pages again, from what the store has. Spends nothing."""

from __future__ import annotations

import asyncio

from adlocalizer.cli.options import AsJson, CampaignName, Day, Reports, StoreUrl, parse_day
from adlocalizer.cli.showing import print_json, print_line
from adlocalizer.domain import Counts
from adlocalizer.order import placed_run, take_order


def report(
    campaign: CampaignName,
    day: Day = None,
    store: StoreUrl = None,
    reports: Reports = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a day's run again; every picture and figure comes from the store."""
    from adlocalizer.making import read_plan
    from adlocalizer.publishing import account_of, publish_report, read_account, write_thumbnails
    from adlocalizer.store import Store

    order, run = placed_run(take_order(campaign, parse_day(day), store, reports))
    plan, kept = read_plan(run), Store(run.store_url)
    plan = plan.model_copy(update={"select": ()})
    outcomes = tuple(outcome for some in account_of(kept, plan).values() for outcome in some)
    asyncio.run(write_thumbnails(plan, outcomes, order.reports_folder))
    page = publish_report(plan, outcomes, read_account(kept, run), order.reports_folder, order.report_templates)
    if as_json:
        print_json({"report": str(page), "counts": Counts.of(outcomes).model_dump()})
    else:
        print_line(f"report: {page}")
