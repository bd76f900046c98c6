"""Runs that wait for batches, as orders that collect them and ask for nothing else than those runs did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from adlocalizer.config import Project
from adlocalizer.domain import Id, RunRef
from adlocalizer.making import read_plan
from adlocalizer.making.batch_records import BatchRecords
from adlocalizer.order import Order, every_store, take_order
from adlocalizer.store import Store


class Places(NamedTuple):
    """Where runs are looked for and reported; None: where the environment or the project says."""

    store: str | None = None
    reports: str | None = None


def waiting_orders(project: Project, places: Places, max_cost: float | None) -> tuple[Order, ...]:
    """An order for each run that an open batch was submitted for, oldest day first, as the run was last made."""
    runs = dict(_waiting_runs(project, places))
    return tuple(_order(runs[run], places, max_cost) for run in sorted(runs))


def _waiting_runs(project: Project, places: Places) -> Iterator[tuple[tuple[date, Id], RunRef]]:
    providers = sorted({model.provider for model in project.models().values()})
    for url in dict.fromkeys(every_store(take_order("any", date.min, places.store).store_url)):
        for record in (one for provider in providers for one in BatchRecords(Store(url)).open(provider)):
            run = RunRef(store_url=url, campaign=record.campaign, logical_date=record.logical_date)
            yield (record.logical_date, record.campaign), run


def _order(run: RunRef, places: Places, max_cost: float | None) -> Order:
    """The run's own selection, table, provider and model: whatever else it does not have is not asked for here."""
    plan = read_plan(run)
    made = plan.brief.campaign
    over: dict[str, Any] = {"provider": made.provider, "model": made.model, "cities": made.city_table}
    over |= {"mode": "batch", "wait": False, "select": plan.select, "max_cost": max_cost}
    return take_order(run.campaign, run.logical_date, places.store, places.reports, **over)
