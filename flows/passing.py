"""Values on their way to tasks and flows."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from prefect.utilities.annotations import quote

from adlocalizer.order import Order

Value = TypeVar("Value")


def as_is(value: Value) -> Value:
    """The value, handed to a task untouched: Prefect would look for futures in each field of a plan, for seconds."""
    return cast("Value", quote(value))


def parameters_of(order: Order) -> dict[str, Any]:
    """What makes an order when localize-campaign is called with it."""
    return {
        "campaign": order.campaign,
        "logical_date": order.logical_date,
        "select": list(order.select) or None,
        "provider": order.provider,
        "model": order.model,
        "max_cost": order.max_cost,
        "mode": order.mode,
        "wait": order.wait,
        "cities": order.cities,
        "store": order.store_url,
        "reports": order.reports_folder,
    }
