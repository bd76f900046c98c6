"""An order to its plan and its price, and whether it may be spent."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from adlocalizer.catalogue import check_url
from adlocalizer.config import Project, find_project
from adlocalizer.config.operations import check_installed, read_operations
from adlocalizer.domain import Digest, Micros
from adlocalizer.errors import BudgetExceeded, ConfigError, Retired, StoreError
from adlocalizer.loading import Loaded, load
from adlocalizer.making import read_outcomes
from adlocalizer.making.batch_records import BatchRecords
from adlocalizer.making.purse import Caps, spending_folder, spent_so_far, spent_together
from adlocalizer.order import Order
from adlocalizer.planning import Materials, Plan, Quote, ended_models, make_plan, named_cities, quote
from adlocalizer.store import Ledger, Store
from adlocalizer.store.paths import shown
from adlocalizer.weather import TYPICAL, Forecast, Outlook, keep_forecasts, look_out


class Ordered(NamedTuple):
    """An order with everything it names read, and its plan."""

    order: Order
    loaded: Loaded
    plan: Plan
    forecasts: tuple[Forecast, ...] = ()
    """What a weather service said just now: not yet in the store."""


def plan_order(order: Order) -> Ordered:
    """Read and plan; ConfigError or GateFailed say what cannot be accepted. Nothing is written or spent."""
    project = find_project(Path(order.project))
    order = order.placed_for(project.campaign(order.campaign))
    loaded = load(project, order)
    outlook = _outlook(project, order, loaded.materials)
    materials = _with_weather(loaded.materials, outlook)
    plan = make_plan(materials, order.run_of(materials.campaign.id), order.select)
    return Ordered(order, loaded._replace(materials=materials), plan, outlook.fresh)


def keep_weather(ordered: Ordered) -> None:
    """Put the forecasts a plan was made with into the store, where the next plan of the day finds them."""
    keep_forecasts(Store(ordered.order.store_url), ordered.forecasts)


def price_plan(plan: Plan, asked: set[Digest] | None = None, is_shown: bool = False) -> Quote:
    """What a plan makes and costs; answers on file, and those that batches will bring, cost nothing more.

    Nor do keys that other plans ask before this one: `asked`, to which its own are added. With `is_shown` it also says
    how much was refused before, which takes a look into every answer.
    """
    store, others = Store(plan.brief.run.store_url), asked if asked is not None else set()
    ledger = Ledger(store)
    pending = BatchRecords(store).pending(plan.brief.model.provider)

    def found(keys: Collection[Digest]) -> Collection[Digest]:
        there = ledger.kept(keys) | pending.intersection(keys) | others.intersection(keys)
        others.update(keys)
        return there

    def heard(paths: Sequence[str]) -> frozenset[str]:
        if store.is_local:
            return frozenset(path for path in paths if store.exists(path))
        return frozenset(store.paths("dockets")).intersection(paths)

    return quote(plan, found, heard, ledger.refused if is_shown else lambda _: ())


class Stale(NamedTuple):
    """Pictures a run has on file whose prompts its plan would not write any more."""

    pictures: int
    because: str
    """What changed, for people; empty when nothing is stale."""


def stale_pictures(plan: Plan) -> Stale:
    """How many pictures of the run no longer match what the plan asks for; they stay on file, a run makes new ones."""
    store, run = Store(plan.brief.run.store_url), plan.brief.run
    made = [one for region in plan.regions() for one in read_outcomes(store, run, region, with_passes=False)]
    if not made:
        return Stale(0, "")
    prompts = {
        f"{master.creative.id}.{fit.format_id}": {one.prompt.sha256 for one in (master.request, *master.fallbacks)}
        for master in plan.masters()
        for fit in master.fits
    }
    stale = {
        one.master_key
        for one in made
        if one.master_key and one.prompt_sha256 not in prompts.get(one.rendition.id, {one.prompt_sha256})
    }
    return Stale(len(stale), _what_changed(plan) if stale else "")


def _what_changed(plan: Plan) -> str:
    from adlocalizer.making import read_plan  # lazily: it comes with all that makes pictures

    try:
        kept = read_plan(plan.brief.run).brief.recipe.sha256
    except StoreError:
        return "words, facts or composition changed"
    return "facts or composition changed" if kept == plan.brief.recipe.sha256 else "the recipe's words changed"


def caps_of(order: Order, plan: Plan) -> Caps:
    """Most micros that may be spent: by this command, and by the run with everything it spent before."""
    return Caps(order.cap_micros, plan.brief.campaign.budget_micros)


def left_of(order: Order, plan: Plan) -> Micros | None:
    """Most micros this command may still spend; None: nobody named a cap."""
    caps = caps_of(order, plan)
    left = [] if caps.command_micros is None else [max(0, caps.command_micros - spent_together())]
    if caps.run_micros is not None:
        run = plan.brief.run
        left.append(max(0, caps.run_micros - spent_so_far(Store(run.store_url), spending_folder(run))))
    return min(left, default=None)


def check_store(order: Order) -> None:
    """ConfigError when store or reports cannot be written, or not by all who make pictures: before anything is paid."""
    root = Path(order.project)
    check_installed(root)
    if (runner := read_operations(root).runner) != "local" and Store(order.store_url).is_in_memory:
        found = f"{shown(order.store_url)} is this process's alone, and configs/operations.yml says runner: {runner}"
        raise ConfigError("--store", found, "name a folder or bucket that every worker reaches, or write runner: local")
    try:
        check_url(order.store_url)
        Store(order.store_url).check_writable()
    except StoreError as error:
        cause, _, remedy = str(error).rpartition("; ")
        raise ConfigError("--store", cause, remedy) from error
    reports = Path(order.reports_folder).expanduser().absolute()
    there = next(one for one in (reports, *reports.parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise ConfigError("--reports", f"{reports} cannot be written", "name a folder that this user may write to")


def check_models(plan: Plan, price: Quote, today: date) -> None:
    """Retired, with the successor's name, when a model that must be asked is past its date or not yet there."""
    if price.kept < price.masters:
        for model, reason in ended_models(plan.brief, today).items():
            raise Retired(reason, model)


def check_budget(order: Order, plan: Plan, price: Quote) -> None:
    """BudgetExceeded when the plan costs more than is left; ConfigError when it spends and nobody named a cap."""
    left = left_of(order, plan)
    if left is not None and price.price_micros > left:
        raise BudgetExceeded(price.price_micros, left)
    if left is None and price.price_micros > 0:
        raise ConfigError(
            "--max-cost",
            f"the plan may spend ${price.price_micros / 1e6:,.4f} and no cap was named",
            "name one (--max-cost USD), or write `budget:` in the campaign's file",
        )


def _outlook(project: Project, order: Order, materials: Materials) -> Outlook:
    """The day's weather in the campaign's cities; nobody is asked for a campaign that wants what is typical."""
    if materials.campaign.weather == "typical":
        return TYPICAL
    named = named_cities(materials)
    cities = [city for city in materials.cities if city.city_id in named]
    return look_out(project.weather(), Store(order.store_url), cities, order.logical_date)


def _with_weather(materials: Materials, outlook: Outlook) -> Materials:
    return materials._replace(
        sources=materials.sources._replace(weather=outlook.weather),
        notes=(*materials.notes, *outlook.notes),
        ages=(*materials.ages, *outlook.ages),
        credits={**materials.credits, **outlook.credits},
    )
