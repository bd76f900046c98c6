"""A campaign for many days: the main flow once a day, under one cap."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from pydantic import Field

from adlocalizer.backfilling import days_between, left_after, orders_of
from adlocalizer.errors import AdlocalizerError, GateFailed
from adlocalizer.order import take_order
from flows.localize_campaign import localize_campaign
from flows.naming import backfill_name
from tasks.backfill_summary import BackfillSummary, backfill_state


@flow(name="backfill", flow_run_name=backfill_name)
async def backfill(
    campaign: str = "demo",
    first: date = date(2026, 12, 1),
    last: date = date(2026, 12, 1),
    every: str = "1d",
    newest_first: bool = False,
    only_missing: bool = False,
    select: list[str] | None = None,
    provider: str | None = None,
    model: str | None = None,
    max_cost: Annotated[float, Field(ge=0)] | None = None,
    cities: str | None = None,
    store: str | None = None,
    reports: str | None = None,
) -> BackfillSummary:
    """Make a campaign's ads for many days, one run of localize-campaign each.

    Reads and leaves what those runs read and leave. Run it again to resume: answers on file are never asked for again.
    A day whose gate closes does not keep the others back; what stops the asking, such as the cap, stops them all.

    Args:
        campaign: Id in configs/campaigns/, or the path of a campaign file.
        first: The first day.
        last: The last day; it is included.
        every: The step from one day to the next: 1d, 2w, 1mo.
        newest_first: Begin with the last day.
        only_missing: Leave out days that are delivered already, whatever has changed since.
        select: Globs over rendition ids, such as *jp-*. Empty: everything.
        provider: Who draws. Empty: as the campaign says. `preview` costs nothing.
        model: Model id in configs/models.yml. Empty: as the campaign says.
        max_cost: Most US dollars all days together may spend.
        cities: Another city table than the campaign's: CSV, Parquet or Excel.
        store: Folder or URL of the store. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Folder of the reports. Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    days = days_between(first, last, every, newest_first)
    order = take_order(campaign, days[0], store, reports, cities=cities, select=select, max_cost=max_cost)
    summary = BackfillSummary()
    for one in orders_of(order, days, only_missing):
        left = left_after(max_cost, summary.spent_micros)
        try:
            ran = await localize_campaign(
                campaign,
                one.logical_date,
                select=select,
                provider=provider,
                model=model,
                max_cost=left,
                cities=cities,
                store=store,
                reports=reports,
            )
            summary = summary.after(ran)
        except GateFailed as error:
            summary = summary.without(one.logical_date, str(error))
        except AdlocalizerError as error:
            error.add_note(f"before it: {summary.sentence}")
            raise
    return backfill_state(summary)
