"""A campaign for many days: which days these are, which are delivered already, and what the others cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from adlocalizer.bundling import delivered_rows
from adlocalizer.domain import Digest, Micros, Status
from adlocalizer.errors import BudgetExceeded, ConfigError, StoreError
from adlocalizer.making import read_plan
from adlocalizer.order import Order, placed_run
from adlocalizer.ordering import check_models, left_of, plan_order, price_plan
from adlocalizer.planning import Quote, expand_braces
from adlocalizer.store import Store
from adlocalizer.weather import Forecast

_STEP = re.compile(r"([1-9]\d{0,2})(d|w|mo)")
_UNITS = {"d": "days", "w": "weeks", "mo": "months"}
_MOST_DAYS = 3_660
"""Ten years of mornings; more is a slip of the pen."""


class PricedDay(NamedTuple):
    """One day of a backfill: what it costs when the days before it are made first, and what its run may spend."""

    order: Order
    price: Quote
    left_micros: Micros | None
    """None: neither the command nor the campaign names a cap."""
    forecasts: tuple[Forecast, ...]
    """Not yet in the store."""
    warnings: tuple[str, ...] = ()
    """What somebody should know before the day is made, a sentence each."""


def days_between(first: date, last: date, every: str, newest_first: bool = False) -> tuple[date, ...]:
    """The days from `first` to `last`, both included, `every` so many days, weeks or months: `1d`, `2w`, `1mo`.

    Months count from the first day: from 31 January come 28 February and 31 March. Raises ConfigError.
    """
    if (step := _STEP.fullmatch(every)) is None:
        raise ConfigError("--every", f"{every!r} is no step", "write a number and d, w or mo, e.g. 1d, 2w, 1mo")
    if first > last:
        found = f"{first.isoformat()} is after --to {last.isoformat()}"
        raise ConfigError("--from", found, "write the earlier day in --from")
    days: list[date] = []
    while (day := first + relativedelta(**{_UNITS[step[2]]: len(days) * int(step[1])})) <= last:
        days.append(day)
        if len(days) > _MOST_DAYS:
            raise ConfigError("--every", f"more than {_MOST_DAYS:,} days", "take a longer step or fewer years")
    return tuple(reversed(days)) if newest_first else tuple(days)


def orders_of(order: Order, days: Iterable[date], only_missing: bool) -> tuple[Order, ...]:
    """The order for each day; with `only_missing` not for those that are delivered, whatever has changed since."""
    every = (order.model_copy(update={"logical_date": day}) for day in days)
    return tuple(one for one in every if not (only_missing and is_delivered(one)))


def is_delivered(order: Order) -> bool:
    """Whether all that the order wants of its day stands in manifests, and nothing of it failed.

    A region's manifest alone does not say so: a run that was stopped, or wanted less, leaves one as well.
    """
    _, run = placed_run(order)
    select = tuple(pattern for glob in order.select for pattern in expand_braces(glob))
    try:
        plan = read_plan(run).model_copy(update={"select": select})
        rows = [row for region in plan.regions() for row in delivered_rows(Store(run.store_url), run, region)]
        ended = {row["rendition_id"] for row in rows if row["status"] != Status.FAILED.value}
    except (StoreError, KeyError, ValueError):
        return False  # none, or another version's: the day is made anew, from kept answers
    return bool(rows) and all(one.id in ended for one in plan.renditions())


def price_days(orders: Iterable[Order], today: date) -> Iterator[PricedDay]:
    """Each day with its price; a request that an earlier day asks as well is paid for once."""
    asked: set[Digest] = set()
    for order in orders:
        ordered = plan_order(order)
        price = price_plan(ordered.plan, asked, is_shown=True)
        check_models(ordered.plan, price, today)
        left = left_of(ordered.order, ordered.plan)
        yield PricedDay(ordered.order, price, left, ordered.forecasts, ordered.plan.warnings)


def check_caps(days: Iterable[PricedDay], cap_micros: Micros | None) -> None:
    """BudgetExceeded when a day costs more than its run may spend, or all of them more than the command may.

    ConfigError when they cost something and nobody named a cap.
    """
    total = 0
    for day in days:
        total += day.price.price_micros
        left = cap_micros if day.left_micros is None else day.left_micros
        if left is None and day.price.price_micros:
            found = f"{day.order.logical_date.isoformat()} may spend ${day.price.price_micros / 1e6:,.4f} without a cap"
            raise ConfigError(
                "--max-cost", found, "name one (--max-cost USD), or write `budget:` in the campaign's file"
            )
        if left is not None and day.price.price_micros > left:
            raise BudgetExceeded(day.price.price_micros, left)
    if cap_micros is not None and total > cap_micros:
        raise BudgetExceeded(total, cap_micros)
