"""The main flow: a campaign, for a day, from its files to bundles, catalogue and report."""

from __future__ import annotations

from prefect import flow

from adlocalizer.gates import fails, raise_closed
from adlocalizer.narrowing import Narrowing
from adlocalizer.order import take_order
from adlocalizer.publishing import Account
from flows import form
from flows.approving import decided
from flows.delivering import deliver_run
from flows.naming import run_name
from flows.passing import as_is
from tasks.gate_in import gate_in
from tasks.make_shards import alone, make_shards, prepare_store
from tasks.plan_campaign import due_date, missed_state, narrow, plan_campaign, price_campaign
from tasks.publish import report
from tasks.secrets import fill_environment
from tasks.summary import RunSummary, end_state
from tasks.telling import tell_end


@flow(
    name="localize-campaign",
    flow_run_name=run_name,
    on_completion=[tell_end],
    on_failure=[tell_end],
    on_crashed=[tell_end],
)
async def localize_campaign(
    campaign: form.Campaign = "demo",
    logical_date: form.Day = None,
    regions: form.Regions = (),
    packs: form.Packs = (),
    select: form.Select = None,
    provider: form.Provider = None,
    model: form.Model = None,
    max_cost: form.MaxCost = 0,
    mode: form.Mode = "interactive",
    wait: form.Wait = True,
    time_zone: form.TimeZone = None,
    days_ahead: form.DaysAhead = 0,
    if_missed: form.IfMissed = "skip",
    approval: form.Approval = "later",
    answer_within_hours: form.Hours = 24,
    cities: form.CityTable = None,
    store: form.StoreUrl = None,
    reports: form.Reports = None,
) -> RunSummary:
    """Make every ad of a campaign for a day: plan, generate, check, render, bundle, catalogue and report.

    Reads configs/, data/ and templates/; leaves region folders, bundles, catalogue rows and the report.
    Run it again to resume: answers on file are never asked for again, finished shards are not made again.

    Args:
        campaign: Which campaign of configs/campaigns/ to make.
        logical_date: The day the ads are for; sun, season and holidays follow it. Empty: the day the run was due.
        regions: Only these regions. Empty: all.
        packs: Only the formats of these packs. Empty: all formats of the campaign.
        select: Only renditions whose id matches, such as `*.jp-*` for Japan. Empty: all.
        provider: Empty: as the campaign says. `preview` draws on this machine and costs nothing.
        model: Empty: as the campaign says.
        max_cost: 0 spends nothing: if the plan would cost money, the run stops and names the price.
        mode: `batch` costs half and may take a day.
        wait: Only in batch mode. Off: the run ends when all is submitted, and `collect-batches` fetches the pictures.
        time_zone: Where a scheduled run reads the calendar when no day is written. Empty: this machine's.
        days_ahead: A scheduled run is for the day it was due, and this many later.
        if_missed: What a scheduled run does that starts after its day has passed: `skip` makes nothing.
        approval: `suspend` stops the run when files wait for a person, and asks here; the bundles follow the answer.
            `later` ends it: `adlocalizer review` decides at any time.
        answer_within_hours: Prefect fails a suspended run that nobody answers in time; its files go on waiting.
        cities: Another city table than the campaign's: CSV, Parquet or Excel.
        store: Folder or URL. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    await fill_environment()
    day = due_date(logical_date, time_zone, days_ahead)
    if logical_date is None and if_missed == "skip" and (missed := missed_state(campaign, day, time_zone)):
        return missed
    over = {"cities": cities, "provider": provider, "model": model, "max_cost": max_cost, "mode": mode, "wait": wait}
    wanted = narrow(campaign, cities, Narrowing(regions, packs, select or ()))
    ordered = await plan_campaign(take_order(campaign, day, store, reports, select=wanted, **over))
    tally = await price_campaign(as_is(ordered))
    gates = await gate_in(as_is(ordered))
    if fails(gates):
        await report(as_is(ordered.plan), (), Account(gates=gates, gate_closed=True), ordered.order)
        raise_closed("in", gates)
    async with alone(ordered, tally):
        await prepare_store(as_is(ordered))
        stopped = await make_shards(ordered, tally)
        summary = await deliver_run(ordered, tally, gates, stopped)
    return end_state(summary if approval == "later" else await decided(ordered, summary, answer_within_hours))
