"""An order to its plan and its price, and whether it may be spent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from adlocalizer.catalogue import check_url
from adlocalizer.config import find_project
from adlocalizer.errors import BudgetExceeded, ConfigError, StoreError
from adlocalizer.loading import Loaded, load
from adlocalizer.order import Order
from adlocalizer.planning import Plan, Quote, make_plan, quote
from adlocalizer.store import Ledger, Store


class Ordered(NamedTuple):
    """An order with everything it names read, and its plan."""

    order: Order
    loaded: Loaded
    plan: Plan


def plan_order(order: Order) -> Ordered:
    """Read and plan; ConfigError or GateFailed say what cannot be accepted. Nothing is written or spent."""
    loaded = load(find_project(Path(order.project)), order)
    return Ordered(order, loaded, make_plan(loaded.materials, order.run_of(loaded.materials.campaign.id), order.select))


def price_plan(plan: Plan) -> Quote:
    """What a plan makes and costs, with the answers its store has on file."""
    return quote(plan, Ledger(Store(plan.brief.run.store_url)).kept)


def cap_of(order: Order, plan: Plan) -> int | None:
    """Most micros the run may spend: the order's cap, else the campaign's budget; None: no cap was named."""
    if order.max_cost is not None:
        return round(order.max_cost * 1_000_000)
    return plan.brief.campaign.budget_micros


def check_store(order: Order) -> None:
    """ConfigError when the store cannot be written: better now than after the first answer was paid for."""
    try:
        check_url(order.store_url)
        Store(order.store_url).check_writable()
    except StoreError as error:
        cause, _, remedy = str(error).rpartition("; ")
        raise ConfigError("--store", cause, remedy) from error


def check_budget(order: Order, plan: Plan, price: Quote) -> None:
    """BudgetExceeded when the plan costs more than its cap; ConfigError when it spends and nobody named one."""
    cap = cap_of(order, plan)
    if cap is not None and price.price_micros > cap:
        raise BudgetExceeded(price.price_micros, cap)
    if cap is None and price.price_micros > 0:
        raise ConfigError(
            "--max-cost",
            f"the plan may spend ${price.price_micros / 1e6:,.4f} and no cap was named",
            "name one (--max-cost USD), or write `budget:` in the campaign's file",
        )
