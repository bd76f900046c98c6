"""`adlocalizer backfill`: a campaign for many days, one run each."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from adlocalizer.backfilling import PricedDay, check_caps, days_between, orders_of, price_days
from adlocalizer.cli.counting import counted
from adlocalizer.cli.options import (
    AsJson,
    CampaignName,
    Cities,
    MaxCost,
    Model,
    Provider,
    Reports,
    Select,
    StoreUrl,
    Yes,
    parse_day,
)
from adlocalizer.cli.plan import refused_notes
from adlocalizer.cli.showing import print_json, print_line, print_table, print_warnings
from adlocalizer.cli.starting import begin_prefect
from adlocalizer.cli.stopping import stoppable
from adlocalizer.cli.watching import watched
from adlocalizer.domain import money
from adlocalizer.order import Order, placed_run, take_order
from adlocalizer.ordering import check_store
from adlocalizer.planning import Quote
from adlocalizer.store import Store
from adlocalizer.weather import keep_forecasts

if TYPE_CHECKING:
    from tasks.backfill_summary import BackfillSummary

First = Annotated[str, typer.Option("--from", metavar="D", help="First day, YYYY-MM-DD.")]
Last = Annotated[str, typer.Option("--to", metavar="D", help="Last day, YYYY-MM-DD; it is included.")]
Every = Annotated[str, typer.Option("--every", metavar="1d|1w|1mo", help="The step from one day to the next.")]
NewestFirst = Annotated[bool, typer.Option("--newest-first", help="Begin with the last day.")]
OnlyMissing = Annotated[bool, typer.Option("--only-missing", help="Leave out days that are delivered already.")]
AtOnce = Annotated[int, typer.Option("--at-once", metavar="N", min=1, max=16, help="Days made side by side.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the days and what they cost, and stop.")]


class _Days(NamedTuple):
    first: date
    last: date
    every: str
    newest_first: bool
    only_missing: bool
    at_once: int


def backfill(
    campaign: CampaignName,
    first: First,
    last: Last,
    every: Every = "1d",
    newest_first: NewestFirst = False,
    only_missing: OnlyMissing = False,
    at_once: AtOnce = 2,
    dry_run: DryRun = False,
    cities: Cities = None,
    select: Select = None,
    provider: Provider = None,
    model: Model = None,
    store: StoreUrl = None,
    max_cost: MaxCost = None,
    reports: Reports = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Make a campaign's ads for many days, one run each. New formats or words of days on file ask for nothing."""
    wanted = _Days(parse_day(first, "--from"), parse_day(last, "--to"), every, newest_first, only_missing, at_once)
    days = days_between(wanted.first, wanted.last, every, newest_first)
    over = {"cities": cities, "select": select, "provider": provider, "model": model, "max_cost": max_cost}
    order = take_order(campaign, days[0], store, reports, **over)
    if not dry_run:
        check_store(placed_run(order)[0])  # before many days are priced, which may take a minute
    priced = _priced(orders_of(order, days, only_missing), as_json)
    if dry_run:
        _show_plan(priced, len(days), as_json)
        return 0
    cap = _agreed(order, priced, yes)
    for day in priced:
        keep_forecasts(Store(day.order.store_url), day.forecasts)
    planned = sum(day.price.renditions for day in priced)
    making = _flow(order.model_copy(update={"max_cost": cap}), wanted, planned, as_json) if priced else _nothing()
    summary = asyncio.run(making)
    _show_end(summary, len(days) - len(priced), as_json)
    return int(summary.exit_code)


def _priced(orders: Sequence[Order], quiet: bool) -> tuple[PricedDay, ...]:
    priced: list[PricedDay] = []
    with counted("pricing", "days", quiet) as tell:
        for day in price_days(orders, parse_day(None)):
            priced.append(day)
            tell(len(priced), len(orders))
    return tuple(priced)


def _show_end(summary: BackfillSummary, left_out: int, as_json: bool) -> None:
    if as_json:
        print_json({**summary.model_dump(mode="json"), "left_out": left_out, "exit_status": summary.exit_code})
        return
    print_line(f"{summary.sentence}; {money(summary.spent_micros)} spent{_left_out(left_out)}")
    for line in summary.troubles:
        print_line(line)


def _agreed(order: Order, priced: Sequence[PricedDay], yes: bool) -> float | None:
    """The command's cap over all its days, once somebody agreed to their price."""
    total, cap = sum(day.price.price_micros for day in priced), order.max_cost
    if total > 0 and sys.stdin.isatty() and sys.stdout.isatty():
        most = sum(day.price.most_micros for day in priced)
        cap = most / 1_000_000 if cap is None else cap
        if not yes:
            _show_plan(priced, len(priced), as_json=False)
            typer.confirm(f"Spend up to {money(round(cap * 1_000_000))}?", abort=True)
    check_caps(priced, None if cap is None else round(cap * 1_000_000))
    return cap


def _show_plan(priced: Sequence[PricedDay], days: int, as_json: bool) -> None:
    rows = [_row(day.order.logical_date.isoformat(), day.price) for day in priced]
    total = _Row("total", *(sum(each) for each in zip(*(row[1:] for row in rows), strict=True))) if rows else _Row()
    notes = [*_warnings(priced), *refused_notes(total.refused)]
    if as_json:
        said = {"days": [row._asdict() for row in rows], **total._asdict(), "left_out": days - len(rows)}
        print_json(said | {"warnings": notes})
        return
    table = [(*row[:4], money(row.price_micros)) for row in (*rows, total)]
    print_table("By day", ("day", ">renditions", ">pictures", ">kept", ">price"), table)
    asked, price = f"{total.masters - total.kept:,} pictures to ask for", money(total.price_micros)
    print_line(f"{asked}, {total.kept:,} kept: {price}{_left_out(days - len(rows))}")
    print_warnings(notes)


def _warnings(priced: Sequence[PricedDay]) -> list[str]:
    """What somebody should know of some days, each sentence once, as the first of them says it."""
    found: dict[str, list[str]] = {}
    for day in priced:
        for said in day.warnings:
            found.setdefault(said.replace(day.order.logical_date.isoformat(), ""), []).append(said)
    return [said[0] + (f" ({len(said):,} days in all)" if len(said) > 1 else "") for said in found.values()]


def _left_out(days: int) -> str:
    return {0: "", 1: "; 1 day is delivered and left out"}.get(days, f"; {days:,} days are delivered and left out")


class _Row(NamedTuple):
    logical_date: str = "total"
    renditions: int = 0
    masters: int = 0
    kept: int = 0
    price_micros: int = 0
    refused: int = 0


def _row(day: str, price: Quote) -> _Row:
    return _Row(day, price.renditions, price.masters, price.kept, price.price_micros, price.refused)


async def _nothing() -> BackfillSummary:
    """What comes of no day; without Prefect, which takes its seconds to start."""
    from tasks.backfill_summary import BackfillSummary

    return BackfillSummary()


async def _flow(order: Order, days: _Days, planned: int, quiet: bool) -> BackfillSummary:
    with watched(quiet, "making days", planned), stoppable():
        await begin_prefect("flows.backfill")
        from flows.backfill import backfill as run_days

        return await run_days(
            campaign=order.campaign,
            first=days.first,
            last=days.last,
            every=days.every,
            newest_first=days.newest_first,
            only_missing=days.only_missing,
            at_once=days.at_once,
            select=list(order.select) or None,
            provider=order.provider,
            model=order.model,
            max_cost=order.max_cost,
            cities=order.cities,
            store=order.store_url,
            reports=order.reports_folder,
        )
