"""`adlocalizer run`: make what is missing, inside the cap, and say how it ended."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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
    Select,
    StoreUrl,
    Wait,
    Yes,
    parse_day,
    parse_mode,
)
from adlocalizer.cli.plan import show_plan
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.cli.starting import begin_prefect
from adlocalizer.cli.stopping import stoppable
from adlocalizer.cli.watching import watched
from adlocalizer.domain import money
from adlocalizer.order import Order, take_order
from adlocalizer.ordering import (
    Ordered,
    check_budget,
    check_models,
    check_store,
    keep_weather,
    left_of,
    plan_order,
    price_plan,
)
from adlocalizer.planning import Quote
from adlocalizer.revisions import add_revisions
from adlocalizer.store import Store

if TYPE_CHECKING:
    from tasks.summary import RunSummary


def run(
    campaign: CampaignName,
    day: Day = None,
    cities: Cities = None,
    select: Select = None,
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
    """Make a campaign's ads for a day. Run it again to resume: nothing on file is asked or paid for again."""
    over = {"cities": cities, "select": select, "provider": provider, "model": model, "max_cost": max_cost}
    order = take_order(campaign, parse_day(day), store, reports, **over, mode=parse_mode(mode, wait), wait=wait)
    return make(order, yes, as_json)


def make(order: Order, yes: bool, as_json: bool) -> int:
    """Plan an order, have it agreed to, run it, and say how it ended; the exit status."""
    # Planned here first: bad input is told at once, before Prefect takes its seconds to start.
    ordered = plan_order(order)
    price = price_plan(ordered.plan)
    check_models(ordered.plan, price, parse_day(None))
    cap = _agreed(ordered, price, yes)
    check_store(ordered.order)
    keep_weather(ordered)  # the flow plans again, and must come to the same price
    if ordered.order.revisions:
        store, named = Store(ordered.order.store_url), ordered.plan.brief.run
        with store.claimed(named.path):  # whoever is turned away leaves nothing behind
            add_revisions(store, named, ordered.order.revisions)
    summary = asyncio.run(_flow(order.model_copy(update={"max_cost": cap}), as_json))
    if as_json:
        print_json({**summary.model_dump(mode="json"), "exit_status": summary.exit_code})
    else:
        _show(summary)
    return int(summary.exit_code)


def _agreed(ordered: Ordered, price: Quote, yes: bool) -> float | None:
    """The command's cap, once somebody agreed to the price: by a cap, or in a terminal, where --yes says it at once."""
    order = ordered.order
    left, is_attended = left_of(order, ordered.plan), sys.stdin.isatty() and sys.stdout.isatty()
    cap = order.max_cost
    if price.price_micros > 0 and is_attended:
        if not yes:
            show_plan(ordered.plan, price, left)
            typer.confirm(f"Spend up to {money(price.most_micros if left is None else left)}?", abort=True)
        cap = price.most_micros / 1_000_000 if left is None else cap
    check_budget(order.model_copy(update={"max_cost": cap}), ordered.plan, price)
    return cap


async def _flow(order: Order, quiet: bool) -> RunSummary:
    with watched(quiet), stoppable(order.logical_date):
        await begin_prefect("flows.localize_campaign")
        from flows.localize_campaign import localize_campaign

        return await localize_campaign(
            campaign=order.campaign,
            logical_date=order.logical_date,
            select=list(order.select) or None,
            provider=order.provider,
            model=order.model,
            max_cost=order.max_cost,
            mode=order.mode,
            wait=order.wait,
            cities=order.cities,
            store=order.store_url,
            reports=order.reports_folder,
        )


def _show(summary: RunSummary) -> None:
    counts = summary.counts.model_dump()
    columns = [f">{name.replace('_', ' ')}" for name in counts]
    print_line()
    print_table("Renditions", columns, [tuple(counts.values())])
    print_line()
    asked = f"{summary.calls:,} provider calls"
    if not (summary.calls or summary.spent_micros or summary.waiting):
        asked += ": every answer was on file"
    print_line(f"{summary.sentence}; {asked}; {summary.money}")
    for reason in summary.reasons:
        print_line(f"  {reason}")
    print_line(f"report: {summary.report}")
    print_line(f"bundles: {Path(summary.report).with_name('bundles')}")
