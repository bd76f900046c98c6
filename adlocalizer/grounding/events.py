"""The one feast or shopping day that matters most around a date."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from adlocalizer.domain import Fact, Feast
from adlocalizer.grounding.days import Days, shifted
from adlocalizer.grounding.holidays import holidays_origin, holidays_within
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.rows import Rows
from adlocalizer.grounding.shopping import EVERY_MARKET, VAGUE_WORDS, shopping_origin, shopping_within
from adlocalizer.grounding.stating import Origin

DAYS_AHEAD = 21
"""How long before a day people look forward to it."""

_SOON = 7
_SEASON_DAYS = 8


class Event(NamedTuple):
    """Something a market has on some days, and where that is known from."""

    id: str
    name: str
    days: Days
    rank: int
    """0: a public holiday; 1: a shopping day; 2: an observance."""
    origin: Origin


def event_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """The event of a city on a date, as a phrase a prompt can use; nothing where there is none.

    Of holidays only those the table of feasts lists: a day of mourning, fasting or the state is none to advertise with.
    """
    on, market = occasion.on, occasion.city.market
    ahead = Days(on, shifted(on, DAYS_AHEAD))
    shopping = shopping_within(occasion.sources.shopping_days, market, ahead)
    events = [
        *_celebrated(Rows(occasion.sources.feasts), market, ahead),
        *(Event(one.day.id, one.day.name, one.days, 1, shopping_origin([one])) for one in shopping),
    ]
    events = [event for event in events if not _is_season(event) or event.days.first <= on]
    if not events:
        return ()
    event = choose_event(events, on)
    return (event.origin.fact("event", event.id, event_text(event, on)),)


def choose_event(events: Iterable[Event], on: date) -> Event:
    """The nearest in this order: days of the week to come, a season in course, later days, observances.

    Days are those people have off or shop on. A season is what lasts more than a week, such as the time before school.
    """
    return min(events, key=lambda one: (_class(one, on), _days_to(one, on), _length(one), one.rank, one.id))


def event_text(event: Event, on: date) -> str:
    """`Diwali (29 October)` on the day and within a window, `the days before Diwali (29 October)` ahead of it."""
    named = f"{event.name} ({event.days.text}{VAGUE_WORDS[event.origin.certainty]})"
    # `Shopping before Eid al-Fitr` says itself that something is still to come.
    return named if event.days.first <= on or " before " in event.name else f"the days before {named}"


@functools.lru_cache(maxsize=2048)
def _celebrated(feasts: Rows[Feast], market: str, days: Days) -> tuple[Event, ...]:
    names = {one.name.casefold() for one in feasts.all if market in one.markets or EVERY_MARKET in one.markets}
    return tuple(
        Event(one.id, one.name, one.days, 0 if one.is_public else 2, holidays_origin(market, one.certainty))
        for one in holidays_within(market, "en", days)
        if one.name.casefold() in names
    )


def _class(event: Event, on: date) -> int:
    if event.rank == 2:
        return 3
    if _is_season(event):
        return 1
    return 0 if _days_to(event, on) <= _SOON else 2


def _is_season(event: Event) -> bool:
    return _length(event) >= _SEASON_DAYS


def _length(event: Event) -> int:
    return (event.days.last - event.days.first).days + 1


def _days_to(event: Event, on: date) -> int:
    return max(0, (event.days.first - on).days)
