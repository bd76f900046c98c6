"""`adlocalizer run`: make what is missing, inside the cap, and say how it ended."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from adlocalizer.cli.options import (
    AsJson,
    CampaignName,
    Cities,
    Day,
    Model,
    Provider,
    Reports,
    Select,
    StoreUrl,
    parse_day,
)
from adlocalizer.cli.plan import show_plan
from adlocalizer.cli.showing import money, print_json, print_line, print_table
from adlocalizer.cli.stopping import stoppable
from adlocalizer.cli.watching import watched
from adlocalizer.errors import ConfigError
from adlocalizer.expectations import warm
from adlocalizer.order import Order, take_order
from adlocalizer.ordering import Ordered, cap_of, check_budget, check_store, plan_order, price_plan

if TYPE_CHECKING:
    from tasks.summary import RunSummary

MaxCost = Annotated[float | None, typer.Option("--max-cost", metavar="USD", min=0, help="Most the run may spend.")]
Mode = Annotated[str, typer.Option("--mode", metavar="interactive|batch", help="How the provider is asked.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before money is spent.")]


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
    reports: Reports = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Make a campaign's ads for a day. Run it again to resume: nothing on file is asked or paid for again."""
    _check_mode(mode)
    over = {"cities": cities, "select": select, "provider": provider, "model": model, "max_cost": max_cost}
    order = take_order(campaign, parse_day(day), store, reports, **over)
    # Planned here first: bad input is told at once, before Prefect takes its seconds to start.
    ordered = plan_order(order)
    order = _agreed(ordered, yes)
    check_store(order)
    summary = asyncio.run(_flow(order, as_json))
    if as_json:
        print_json({**summary.model_dump(mode="json"), "exit_status": summary.exit_code})
    else:
        _show(summary)
    return int(summary.exit_code)


def _check_mode(mode: str) -> None:
    if mode == "batch":
        found = "no provider of this version has a batch mode"
        raise ConfigError("--mode", found, "leave it out, or write interactive")
    if mode != "interactive":
        raise ConfigError("--mode", f"there is no mode {mode!r}", "write interactive")


def _agreed(ordered: Ordered, yes: bool) -> Order:
    """The order, once somebody agreed to its price: by a cap, or in a terminal, where --yes says it at once."""
    order, price = ordered.order, price_plan(ordered.plan)
    cap, is_attended = cap_of(order, ordered.plan), sys.stdin.isatty() and sys.stdout.isatty()
    if price.price_micros > 0 and is_attended:
        if not yes:
            show_plan(ordered.plan, price, cap)
            typer.confirm(f"Spend up to {money(price.most_micros if cap is None else cap)}?", abort=True)
        if cap is None:
            order = order.model_copy(update={"max_cost": price.most_micros / 1_000_000})
    check_budget(order, ordered.plan, price)
    return order


async def _flow(order: Order, quiet: bool) -> RunSummary:
    from flows.settings import apply_quiet

    apply_quiet()
    # Great Expectations takes seconds to import, Prefect's server seconds to start: side by side.
    asyncio.get_running_loop().run_in_executor(None, warm)
    from flows.localize_campaign import localize_campaign

    with watched(quiet), stoppable():
        return await localize_campaign(
            campaign=order.campaign,
            logical_date=order.logical_date,
            select=list(order.select) or None,
            provider=order.provider,
            model=order.model,
            max_cost=order.max_cost,
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
    asked = f"{summary.calls:,} provider calls" if summary.calls else "0 provider calls: every answer was on file"
    print_line(f"{summary.sentence}; {asked}; {money(summary.spent_micros)} spent")
    print_line(f"report: {summary.report}")
