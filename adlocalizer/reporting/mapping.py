"""A run's cities as points of a world map: an equal-area projection, a place and a state a city."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from adlocalizer.domain import Counts, Status
from adlocalizer.reporting.gallery import GalleryPage, fragment
from adlocalizer.reporting.run_report import Card
from adlocalizer.reporting.tallying import tally

# Equal Earth: Šavrič, Patterson and Jenny, The Equal Earth map projection, 2019. The land of world.svg is drawn so.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
_REACH = 5.41326
"""Width of the whole map in the projection's own units."""
WIDTH, HEIGHT = 960.0, 468.0
_URGENCY = (Status.DELIVERED, Status.NEEDS_REVIEW, Status.REFUSED, Status.REJECTED, Status.FAILED)
_LABEL = (90.0, 15.0)
"""Room a name needs on the map, wide and high."""
_MOST_LABELS = 24
_SIDES = {"right": 1, "left": -1}


class Spot(NamedTuple):
    """A city on the map; `x` and `y` in a frame of 960 by 468, None where nobody knows where it is."""

    city_id: str
    city: str
    region: str
    market: str
    x: float | None
    y: float | None
    state: str
    """The most urgent status of its ads."""
    counts: Counts
    href: str
    named: str
    """Where its name stands: `right` of it, `left`, or empty where there is no room."""


def equal_earth(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place is drawn: from the left and from the top, in a frame of 960 by 468."""
    t = math.asin(_M * math.sin(math.radians(latitude)))
    t2, t6 = t * t, t**6
    x = math.radians(longitude) * math.cos(t) / (_M * (_A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)))
    y = t * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2))
    return round(WIDTH / 2 + x * WIDTH / _REACH, 1), round(HEIGHT / 2 - y * WIDTH / _REACH, 1)


def spots(pages: Sequence[GalleryPage], places: Mapping[str, tuple[float, float]]) -> tuple[Spot, ...]:
    """Every city, from west to east; as many names stand on the map as do not stand in each other's way."""
    cities: dict[str, list[tuple[GalleryPage, Card]]] = {}
    for page in pages:
        for card in page.cards:
            cities.setdefault(card.city_id, []).append((page, card))
    found = [_spot(members, places.get(city_id)) for city_id, members in cities.items()]
    ordered = sorted(found, key=lambda spot: (spot.x is None, spot.x or 0.0, spot.city_id))
    return _named(ordered)


def _spot(members: Sequence[tuple[GalleryPage, Card]], place: tuple[float, float] | None) -> Spot:
    page, card = members[0]
    cards = [one for _, one in members]
    x, y = equal_earth(*place) if place else (None, None)
    state = max((one.status for one in cards), key=_URGENCY.index)
    href = page.name + fragment(city=card.city_id)
    return Spot(card.city_id, card.city, card.region, card.market, x, y, state.value, tally(cards), href, "")


def _named(spots_: Sequence[Spot]) -> tuple[Spot, ...]:
    """Undelivered cities are named first: they are whom somebody looks for."""
    placed = [spot for spot in spots_ if spot.x is not None and spot.y is not None]
    urgent_first = sorted(placed, key=lambda spot: -_URGENCY.index(Status(spot.state)))
    taken: list[tuple[float, float]] = [(spot.x or 0.0, spot.y or 0.0) for spot in placed]
    named: dict[str, str] = {}
    for spot in urgent_first:
        side = next((side for side in _SIDES if len(named) < _MOST_LABELS and _is_free(spot, side, taken)), "")
        if side:
            named[spot.city_id] = side
            taken += [((spot.x or 0.0) + _SIDES[side] * _LABEL[0] * step / 4, spot.y or 0.0) for step in range(1, 5)]
    return tuple(spot._replace(named=named.get(spot.city_id, "")) for spot in spots_)


def _is_free(spot: Spot, side: str, taken: Sequence[tuple[float, float]]) -> bool:
    """Whether no other city and no name stands where this one's would, and the map goes on that far."""
    x, y, way = spot.x or 0.0, spot.y or 0.0, _SIDES[side]
    blocked = any(0 < way * (other_x - x) < _LABEL[0] and abs(other_y - y) < _LABEL[1] for other_x, other_y in taken)
    return not blocked and 0 < x + way * _LABEL[0] < WIDTH
