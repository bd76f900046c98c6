"""What follows the pictures, in the flow that made them: the gate out, bundles, catalogue, report."""

from __future__ import annotations

from adlocalizer.domain import Finding
from adlocalizer.errors import AdlocalizerError
from adlocalizer.gates import fails, raise_closed
from adlocalizer.ordering import Ordered
from adlocalizer.progress import Tally
from adlocalizer.publishing import Account
from flows.passing import as_is
from tasks.publish import bundle, catalogue, collect, gate_out, report, thumbnails
from tasks.show_progress import show_summary
from tasks.summary import RunSummary, raise_idle, raise_stopped


async def deliver_run(
    ordered: Ordered, tally: Tally, gates: tuple[Finding, ...], stopped: AdlocalizerError | None = None
) -> RunSummary:
    """Deliver every region behind the gate out; past a closed gate only the report is written, and says so.

    What stopped the run before its end is raised once everything made so far is delivered.
    """
    plan, order = as_is(ordered.plan), ordered.order
    tally.enter("delivering")
    regions = await collect(plan)
    outcomes = as_is(tuple(outcome for some in regions.values() for outcome in some))
    raise_idle(stopped, regions)
    gates += await gate_out(plan, outcomes)
    await thumbnails(plan, outcomes, order)
    for region in ordered.plan.regions() if not fails(gates) else ():
        await bundle(plan, region, as_is(regions[region]), order)
        await catalogue(plan, region, as_is(regions[region]))
    account = Account.of(tally, gates)
    page = await report(plan, outcomes, account, order)
    raise_closed("out", gates)
    summary = RunSummary.of(ordered.plan, regions, account, page)
    await show_summary(ordered.plan.brief.run, summary, regions)
    raise_stopped(stopped, summary)
    return summary
