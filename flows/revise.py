"""A targeted edit of what was made, as a new version beside the old one."""

from __future__ import annotations

from prefect import flow

from adlocalizer.order import take_order
from flows import form
from flows.localize_campaign import localize_campaign
from flows.naming import run_name
from flows.passing import parameters_of
from tasks.plan_campaign import due_date
from tasks.prepare_changes import add_revision
from tasks.secrets import fill_environment
from tasks.summary import RunSummary, end_state
from tasks.telling import tell_end


@flow(name="revise", flow_run_name=run_name, on_completion=[tell_end], on_failure=[tell_end], on_crashed=[tell_end])
async def revise(
    edit: form.Words,
    select: form.Globs,
    campaign: form.Campaign = "demo",
    logical_date: form.Day = None,
    provider: form.Provider = None,
    model: form.Model = None,
    max_cost: form.MaxCost = 0,
    mode: form.Mode = "interactive",
    wait: form.Wait = True,
    cities: form.CityTable = None,
    store: form.StoreUrl = None,
    reports: form.Reports = None,
) -> RunSummary:
    """Change pictures that were made: each becomes the next version, the old one stays.

    Reads a run that was made; leaves new versions beside the old ones, bundles, catalogue rows and the report.
    Run it again to resume: the same change of the same picture is one version, however often it is asked for.

    Args:
        edit: What to change, in one English sentence.
        select: Renditions whose picture to change, by id: `*.jp-tokyo.*` for Tokyo.
        campaign: The campaign that was made.
        logical_date: The day it was made for. Empty: today.
        provider: Empty: whoever drew the picture.
        model: Empty: the one that drew the picture.
        max_cost: 0 spends nothing: if the change would cost money, the run stops and names the price.
        mode: `batch` costs half and may take a day.
        wait: Only in batch mode. Off: the run ends when all is submitted, and `collect-batches` fetches the pictures.
        cities: The city table it was made with, if it was not the campaign's.
        store: Folder or URL. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    await fill_environment()
    over = {"cities": cities, "provider": provider, "model": model, "max_cost": max_cost, "mode": mode, "wait": wait}
    order = take_order(campaign, due_date(logical_date), store, reports, **over)
    changed = await add_revision(order, tuple(select), edit)
    return end_state(await localize_campaign(**parameters_of(changed)))
