"""The main flow: a campaign, for a day, from its files to bundles, catalogue and report."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from pydantic import Field

from adlocalizer.domain import Mode
from adlocalizer.gates import fails, raise_closed
from adlocalizer.order import take_order
from adlocalizer.publishing import Account
from flows.delivering import deliver_run
from flows.naming import run_name
from flows.passing import as_is
from tasks.gate_in import gate_in
from tasks.make_shards import alone, make_shards, prepare_store
from tasks.plan_campaign import due_date, plan_campaign, price_campaign
from tasks.publish import report
from tasks.summary import RunSummary, end_state


@flow(name="localize-campaign", flow_run_name=run_name)
async def localize_campaign(
    campaign: str = "demo",
    logical_date: date | None = None,
    select: list[str] | None = None,
    provider: str | None = None,
    model: str | None = None,
    max_cost: Annotated[float, Field(ge=0)] | None = None,
    mode: Mode = "interactive",
    wait: bool = True,
    cities: str | None = None,
    store: str | None = None,
    reports: str | None = None,
) -> RunSummary:
    """Make every ad of a campaign for a day: plan, generate, check, render, bundle, catalogue and report.

    Reads configs/, data/ and templates/; leaves region folders, bundles, catalogue rows and the report.
    Run it again to resume: answers on file are never asked for again, finished shards are not made again.

    Args:
        campaign: Id in configs/campaigns/, or the path of a campaign file.
        logical_date: The day the ads are for. Empty: the day the run was scheduled for.
        select: Globs over rendition ids, such as *jp-*. Empty: everything.
        provider: Who draws. Empty: as the campaign says. `preview` costs nothing.
        model: Model id in configs/models.yml. Empty: as the campaign says.
        max_cost: Most US dollars the run may spend. Needed when the provider costs money and no budget is set.
        mode: How the provider is asked. `batch` costs half and may take a day.
        wait: In batch mode: wait until the batches are back. Without it a later run collects them.
        cities: Another city table than the campaign's: CSV, Parquet or Excel.
        store: Folder or URL of the store. Empty: ADLOCALIZER_STORE, else store/ in the project.
        reports: Folder of the reports. Empty: ADLOCALIZER_REPORTS, else reports/ in the project.
    """
    over = {"cities": cities, "select": select, "provider": provider, "model": model, "max_cost": max_cost}
    over |= {"mode": mode, "wait": wait}
    ordered = await plan_campaign(take_order(campaign, due_date(logical_date), store, reports, **over))
    tally = await price_campaign(as_is(ordered))
    gates = await gate_in(as_is(ordered))
    if fails(gates):
        await report(as_is(ordered.plan), (), Account(gates=gates, gate_closed=True), ordered.order)
        raise_closed("in", gates)
    with alone(ordered):
        await prepare_store(as_is(ordered))
        stopped = await make_shards(ordered, tally)
        return end_state(await deliver_run(ordered, tally, gates, stopped))
