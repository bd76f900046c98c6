"""`adlocalizer report`: a run's pages again, from what the store has. Spends nothing."""

from __future__ import annotations

from adlocalizer.cli.options import AsJson, CampaignName, Day, Reports, StoreUrl, parse_day
from adlocalizer.cli.showing import print_json, print_line
from adlocalizer.order import take_order


def report(
    campaign: CampaignName,
    day: Day = None,
    store: StoreUrl = None,
    reports: Reports = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a day's run again; every picture and figure comes from the store."""
    from adlocalizer.publishing import rewrite_report

    counts, page = rewrite_report(take_order(campaign, parse_day(day), store, reports))
    if as_json:
        print_json({"report": str(page), "counts": counts.model_dump()})
    else:
        print_line(f"report: {page}")
