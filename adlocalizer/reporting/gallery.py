"""Which cards stand on which page, and how a creative's pictures are laid out side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from adlocalizer.domain import Severity
from adlocalizer.reporting.run_report import Card, RunReport

CARDS_PER_PAGE = 1000
"""Beyond this a browser takes seconds to lay a page out."""

_RESERVED = frozenset(
    {"index", "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789")}
)
_WIDE, _TALL = 2.5, 0.5
_ROOM = {"wide": (720, 90), "tall": (160, 330), "frame": (340, 176)}
"""Largest width and height in CSS pixels by shape: strips lie under the frames, towers stand beside both."""


class GalleryPage(NamedTuple):
    """One page of a region's gallery."""

    region: str
    number: int
    name: str
    cards: tuple[Card, ...]


class Tile(NamedTuple):
    """A card with its place on the page and its size in CSS pixels."""

    number: int
    card: Card
    shape: str
    width: int
    height: int
    search: str
    checks: str
    """The checks that spoke, between spaces."""


class Board(NamedTuple):
    """A creative's renditions side by side."""

    first: Card
    search: str
    talls: tuple[Tile, ...]
    frames: tuple[Tile, ...]
    wides: tuple[Tile, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All its cards, in the order of the board."""
        return tuple(tile.card for tile in (*self.talls, *self.frames, *self.wides))


def paginate(report: RunReport) -> tuple[GalleryPage, ...]:
    """The pages of every region, in order; no two share a name, on any file system."""
    batches = {region: list(_batches(cards_of(report, region))) for region in report.regions}
    taken = set(_RESERVED)
    names = {(region, 1): _free_name(region, taken) for region in batches}
    names |= {
        (region, number): _free_name(f"{region}-{number}", taken)
        for region, pages in batches.items()
        for number in range(2, len(pages) + 1)
    }
    return tuple(
        GalleryPage(region, number, names[region, number], cards)
        for region, pages in batches.items()
        for number, cards in enumerate(pages, 1)
    )


def cards_of(report: RunReport, region: str) -> tuple[Card, ...]:
    """A region's cards: cities by id, and within a creative by shape."""
    found = (card for card in report.cards if card.region == region)
    return tuple(sorted(found, key=lambda card: (card.creative, card.ratio, card.format_id)))


def boards(cards: Sequence[Card]) -> tuple[Board, ...]:
    """A page's cards by creative, towers before frames before strips; tiles are numbered in that order."""
    made, number = [], 0
    for _, group in groupby(cards, key=lambda card: card.creative):
        tiles = [_tile(number + n, card) for n, card in enumerate(sorted(group, key=_shape_first))]
        number += len(tiles)
        first = tiles[0].card
        by_shape = (tuple(t for t in tiles if t.shape == shape) for shape in ("tall", "frame", "wide"))
        made.append(Board(first, _searchable(first), *by_shape))
    return tuple(made)


def strip(cards: Sequence[Card], limit: int = 10) -> tuple[Tile, ...]:
    """A taste of a region: delivered pictures of different cities and shapes, as many as fit in a row."""
    seen = [card for card in cards if card.thumb and card.status == "delivered" and _shape(card) == "frame"]
    cities = [tuple(group) for _, group in groupby(seen, key=lambda card: card.city_id)]
    fits = min(limit, len(cities))
    spread = [cities[n * len(cities) // fits] for n in range(fits)]
    turns = range(max(map(len, spread), default=0))
    chosen = [
        group[(2 * n + turn) % len(group)] for turn in turns for n, group in enumerate(spread) if turn < len(group)
    ]
    return tuple(_tile(n, card) for n, card in enumerate(chosen[:limit]))


def fitted(card: Card, room_wide: int, room_high: int) -> tuple[int, int]:
    """A card's width and height made small enough for the room; never enlarged."""
    scale = min(1.0, room_wide / card.width, room_high / card.height)
    return max(1, round(card.width * scale)), max(1, round(card.height * scale))


def spoken_checks(cards: Iterable[Card]) -> tuple[str, ...]:
    """The checks that did not pass on some card, by name."""
    return tuple(sorted({one.check for card in cards for one in card.findings if one.severity is not Severity.PASS}))


def file_marks(cards: Iterable[Card]) -> str:
    """The first eight characters of every file's digest, one after the other: enough to tell a file made anew."""
    return "".join(sorted({card.sha256[:8] for card in cards if card.sha256}))


def fragment(**filters: str) -> str:
    """The hash that opens a gallery page filtered: `#status=failed&format=story`."""
    return "#" + urlencode({name: value for name, value in filters.items() if value})


def _batches(cards: Sequence[Card]) -> Iterator[tuple[Card, ...]]:
    """Cards in pages of at most 1,000; a creative stays whole unless it alone is too large."""
    page: list[Card] = []
    for _, group in groupby(cards, key=lambda card: card.creative):
        whole = list(group)
        if page and len(page) + len(whole) > CARDS_PER_PAGE:
            yield tuple(page)
            page = []
        page += whole
        while len(page) > CARDS_PER_PAGE:
            yield tuple(page[:CARDS_PER_PAGE])
            page = page[CARDS_PER_PAGE:]
    if page:
        yield tuple(page)


def _free_name(stem: str, taken: set[str]) -> str:
    while stem.casefold() in taken:
        stem += "_"
    taken.add(stem.casefold())
    return f"{stem}.html"


def _shape(card: Card) -> str:
    return "wide" if card.ratio >= _WIDE else "tall" if card.ratio <= _TALL else "frame"


def _shape_first(card: Card) -> tuple[int, float, str]:
    return ("tall", "frame", "wide").index(_shape(card)), card.ratio, card.format_id


def _tile(number: int, card: Card) -> Tile:
    shape = _shape(card)
    wide, high = fitted(card, *_ROOM[shape])
    spoken = spoken_checks([card])
    return Tile(number, card, shape, wide, high, " ".join([card.format_id, *spoken]).lower(), " ".join(spoken))


def _searchable(card: Card) -> str:
    parts = (card.city, card.local_name, card.city_id, card.locale, card.market, card.product, card.headline)
    return " ".join(dict.fromkeys(parts)).lower()
