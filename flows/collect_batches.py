"""Pictures that batches have ready, of every run that waits for some."""

from __future__ import annotations

from prefect import flow

from adlocalizer.collecting import Places
from flows import form
from flows.localize_campaign import localize_campaign
from flows.passing import parameters_of
from tasks.batch_summary import BatchSummary, batch_state
from tasks.prepare_changes import find_waiting
from tasks.telling import tell_end


@flow(name="collect-batches", on_completion=[tell_end], on_failure=[tell_end], on_crashed=[tell_end])
async def collect_batches(
    max_cost: form.MaxCost = 0,
    store: form.StoreUrl = None,
    reports: form.Reports = None,
) -> BatchSummary:
    """Fetch what batches have ready, and deliver the runs that waited for it, one run of localize-campaign each.

    Reads the store's record of batches and asks the provider how they stand; leaves what those runs leave.
    Run it again to resume: a batch is collected once, and what is not ready waits for the next time.

    Args:
        max_cost: Most US dollars each run may spend on asking again for what failed in its batch. 0: it only collects.
        store: Folder or URL. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    summary = BatchSummary()
    for order in await find_waiting(Places(store, reports), max_cost):
        state = await localize_campaign(**parameters_of(order), return_state=True)
        summary = summary.after(order, await state.aresult(raise_on_failure=False))
    return batch_state(summary)
