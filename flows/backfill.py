"""A campaign for many days: the main flow once a day, under one cap."""

from __future__ import annotations

from datetime import date

from prefect import flow

from adlocalizer.backfilling import days_between, orders_of
from adlocalizer.order import take_order
from flows import form
from flows.localize_campaign import localize_campaign
from flows.naming import backfill_name
from flows.passing import parameters_of
from tasks.backfill_summary import BackfillSummary, backfill_state
from tasks.make_days import make_days
from tasks.summary import RunSummary
from tasks.telling import tell_end


@flow(
    name="backfill", flow_run_name=backfill_name, on_completion=[tell_end], on_failure=[tell_end], on_crashed=[tell_end]
)
async def backfill(
    first: form.FirstDay,
    last: form.LastDay,
    campaign: form.Campaign = "demo",
    every: form.Every = "1d",
    newest_first: form.NewestFirst = False,
    only_missing: form.OnlyMissing = False,
    at_once: form.AtOnce = 2,
    select: form.Select = None,
    provider: form.Provider = None,
    model: form.Model = None,
    max_cost: form.MaxCost = 0,
    cities: form.CityTable = None,
    store: form.StoreUrl = None,
    reports: form.Reports = None,
) -> BackfillSummary:
    """Make a campaign's ads for many days, one run of localize-campaign each.

    Reads and leaves what those runs read and leave. Run it again to resume: answers on file are never asked for again.
    A day whose gate closes does not keep the others back; what stops the asking, such as the cap, stops them all.

    Args:
        first: The first day.
        last: The last day; it is included.
        campaign: Which campaign of configs/campaigns/ to make.
        every: The step from one day to the next: 1d, 2w, 1mo.
        newest_first: Begin with the last day.
        only_missing: Leave out days that are delivered already, whatever has changed since.
        at_once: Days made side by side, inside the same quota and cap.
        select: Only renditions whose id matches, such as `*.jp-*` for Japan. Empty: all.
        provider: Empty: as the campaign says. `preview` draws on this machine and costs nothing.
        model: Empty: as the campaign says.
        max_cost: For all days together. 0 spends nothing: if a day would cost money, it stops there and names
            the price.
        cities: Another city table than the campaign's: CSV, Parquet or Excel.
        store: Folder or URL. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    days = days_between(first, last, every, newest_first)
    over = {"cities": cities, "select": select, "provider": provider, "model": model, "max_cost": max_cost}
    order = take_order(campaign, days[0], store, reports, **over)

    async def make(day: date) -> RunSummary:
        ran: RunSummary = await localize_campaign(**parameters_of(order.model_copy(update={"logical_date": day})))
        return ran

    return backfill_state(await make_days(orders_of(order, days, only_missing), make, at_once))
