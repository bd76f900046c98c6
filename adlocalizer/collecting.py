"""Runs that wait for batches, as orders that collect them and ask for nothing else than those runs did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from adlocalizer.config import Project
from adlocalizer.domain import Id, RunRef
from adlocalizer.making import read_plan
from adlocalizer.making.batch_records import BatchRecord, BatchRecords
from adlocalizer.order import Order, every_store, take_order
from adlocalizer.publishing import read_account
from adlocalizer.store import Store

_OF_LATE = timedelta(days=30)
"""Longer than anybody leaves `collect-batches` out, and few enough records to read every hour."""


class Places(NamedTuple):
    """Where runs are looked for and reported; None: where the environment or the project says."""

    store: str | None = None
    reports: str | None = None


def waiting_orders(project: Project, places: Places, max_cost: float | None, now: datetime) -> tuple[Order, ...]:
    """An order for each run that waits for a batch, oldest day first, as the run was last made.

    It waits while a batch of it is open, and when one was collected of late by a process that ended before the run was
    delivered.
    """
    runs = dict(_waiting_runs(project, places, now - _OF_LATE))
    return tuple(_order(runs[run], places, max_cost) for run in sorted(runs))


def _waiting_runs(project: Project, places: Places, of_late: datetime) -> Iterator[tuple[tuple[date, Id], RunRef]]:
    providers = sorted({model.provider for model in project.models().values()})
    for url in dict.fromkeys(every_store(take_order("any", date.min, places.store).store_url)):
        store = Store(url)
        records = BatchRecords(store)
        opened = {_run_of(url, one): True for provider in providers for one in records.open(provider)}
        collected = dict.fromkeys(_run_of(url, one) for one in records.collected_since(of_late))
        for run in opened | {run: True for run in collected if read_account(store, run).waiting}:
            yield (run.logical_date, run.campaign), run


def _run_of(url: str, record: BatchRecord) -> RunRef:
    return RunRef(store_url=url, campaign=record.campaign, logical_date=record.logical_date)


def _order(run: RunRef, places: Places, max_cost: float | None) -> Order:
    """The run's own selection, table, provider and model: whatever else it does not have is not asked for here."""
    plan = read_plan(run)
    made = plan.brief.campaign
    over: dict[str, Any] = {"provider": made.provider, "model": made.model, "cities": made.city_table}
    over |= {"mode": "batch", "wait": False, "select": plan.select, "max_cost": max_cost}
    return take_order(run.campaign, run.logical_date, places.store, places.reports, **over)
