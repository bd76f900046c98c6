"""A day's forecasts asked for again: what they changed is then made again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from adlocalizer.config import find_project
from adlocalizer.domain import Fact, Id
from adlocalizer.errors import ConfigError
from adlocalizer.order import Order
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan, named_cities
from adlocalizer.store import Store
from adlocalizer.weather import look_again, replace_forecasts


def refresh_forecasts(order: Order) -> tuple[Id, ...]:
    """Ask for the forecasts of an order's day again and keep them; the cities whose facts they change, sorted.

    ConfigError for a campaign that has typical weather, or when nobody can be asked: then what is on file stays.
    """
    project = find_project(Path(order.project))
    if project.campaign(order.campaign).weather == "typical":
        found = f"campaign {order.campaign} has the weather that is typical of the month"
        raise ConfigError("campaign", found, "write `weather: live` in its file, or schedule localize-campaign alone")
    before = plan_order(order)
    materials, store = before.loaded.materials, Store(before.order.store_url)
    named = named_cities(materials)
    cities = [city for city in materials.cities if city.city_id in named]
    forecasts = look_again(project.weather(), cities, order.logical_date)
    with store.claimed(before.plan.brief.run.path):
        replace_forecasts(store, forecasts)
    return _changed(before.plan, plan_order(order).plan)


def _changed(before: Plan, after: Plan) -> tuple[Id, ...]:
    old, new = _facts(before), _facts(after)
    return tuple(sorted({name for name in new if old.get(name) != new[name]}))


def _facts(plan: Plan) -> Mapping[Id, Mapping[str, object]]:
    """The facts of each city by name; a city's creatives differ in nothing the weather decides."""
    return {one.creative.city_id: _values(one.facts) for one in plan.creatives}


def _values(facts: Iterable[Fact]) -> Mapping[str, object]:
    # Not the source: it names the hour a forecast was asked at.
    return {fact.name: fact.value for fact in facts}
