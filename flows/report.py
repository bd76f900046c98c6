"""A run's report again."""

from __future__ import annotations

from prefect import flow

from adlocalizer.order import take_order
from flows import form
from flows.naming import run_name
from tasks.plan_campaign import due_date
from tasks.prepare_changes import rewrite
from tasks.telling import tell_end


@flow(name="report", flow_run_name=run_name, on_completion=[tell_end], on_failure=[tell_end], on_crashed=[tell_end])
async def report(
    campaign: form.Campaign = "demo",
    logical_date: form.Day = None,
    time_zone: form.TimeZone = None,
    store: form.StoreUrl = None,
    reports: form.Reports = None,
) -> str:
    """Write the report of a run again, after decisions or with other templates; it spends nothing.

    Reads a run that was made; leaves its pages in the folder of reports. Run it again to resume: pages are replaced.

    Args:
        campaign: The campaign that was made.
        logical_date: The day it was made for. Empty: the day this run was due.
        time_zone: Where a scheduled run reads the calendar when no day is written. Empty: this machine's.
        store: Folder or URL. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    return await rewrite(take_order(campaign, due_date(logical_date, time_zone), store, reports))
