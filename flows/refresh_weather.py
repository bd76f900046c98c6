"""A day's forecasts again, and the pictures of cities whose weather is another now."""

from __future__ import annotations

from prefect import flow

from adlocalizer.order import take_order
from flows import form
from flows.localize_campaign import localize_campaign
from flows.naming import run_name
from flows.passing import parameters_of
from tasks.plan_campaign import due_date, missed_state
from tasks.prepare_changes import refresh
from tasks.secrets import fill_environment
from tasks.summary import RunSummary, end_state
from tasks.telling import tell_end


@flow(
    name="refresh-weather",
    flow_run_name=run_name,
    on_completion=[tell_end],
    on_failure=[tell_end],
    on_crashed=[tell_end],
)
async def refresh_weather(
    campaign: form.Campaign = "demo",
    logical_date: form.Day = None,
    max_cost: form.MaxCost = 0,
    time_zone: form.TimeZone = None,
    days_ahead: form.DaysAhead = 0,
    if_missed: form.IfMissed = "skip",
    cities: form.CityTable = None,
    store: form.StoreUrl = None,
    reports: form.Reports = None,
) -> RunSummary:
    """Ask for a day's forecasts again and draw the cities whose weather changed; the others stay as they are.

    Reads the weather service of configs/weather.yml and the campaign, which must say `weather: live`; leaves new
    forecasts in the store and what a run leaves. Run it again to resume: answers on file are never asked for again.

    Args:
        campaign: A campaign with live weather.
        logical_date: The day to look at. Empty: the day the run was due.
        max_cost: 0 spends nothing: if new pictures would cost money, the run stops and names the price.
        time_zone: Where a scheduled run reads the calendar when no day is written. Empty: this machine's.
        days_ahead: A scheduled run is for the day it was due, and this many later.
        if_missed: What a scheduled run does that starts after its day has passed: `skip` makes nothing.
        cities: Another city table than the campaign's: CSV, Parquet or Excel.
        store: Folder or URL. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    await fill_environment()
    day = due_date(logical_date, time_zone, days_ahead)
    if logical_date is None and if_missed == "skip" and (missed := missed_state(campaign, day, time_zone)):
        return missed
    order = take_order(campaign, day, store, reports, cities=cities, max_cost=max_cost)
    await refresh(order)
    return end_state(await localize_campaign(**parameters_of(order)))
