"""`adlocalizer revise`: a targeted edit of what was made, as a new version beside the old one."""

from __future__ import annotations

from typing import Annotated

import typer

from adlocalizer.cli.options import (
    AsJson,
    CampaignName,
    Cities,
    Day,
    MaxCost,
    Mode,
    Model,
    Provider,
    Reports,
    StoreUrl,
    Wait,
    Yes,
    parse_day,
    parse_mode,
)
from adlocalizer.cli.run import make
from adlocalizer.order import take_order
from adlocalizer.revising import revised

Edit = Annotated[str, typer.Option("--edit", metavar="TEXT", help="What to change, in a sentence.")]
Chosen = Annotated[
    list[str], typer.Option("--select", metavar="GLOB", help="What to change: globs over rendition ids; repeatable.")
]


def revise(
    campaign: CampaignName,
    select: Chosen,
    edit: Edit,
    day: Day = None,
    cities: Cities = None,
    provider: Provider = None,
    model: Model = None,
    store: StoreUrl = None,
    max_cost: MaxCost = None,
    mode: Mode = "interactive",
    wait: Wait = True,
    reports: Reports = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Edit the pictures of the renditions you select: each becomes the next version, the old one stays."""
    over = {"cities": cities, "provider": provider, "model": model, "max_cost": max_cost}
    order = take_order(campaign, parse_day(day), store, reports, **over, mode=parse_mode(mode, wait), wait=wait)
    return make(revised(order, select, edit, model), yes, as_json)
