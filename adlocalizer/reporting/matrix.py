"""The matrix: a row a creative, a column a format, a small picture in each cell; by region, at most 1,000 cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from adlocalizer.domain import Counts
from adlocalizer.reporting.gallery import CARDS_PER_PAGE, GalleryPage, fitted, fragment
from adlocalizer.reporting.run_report import Card
from adlocalizer.reporting.tallying import tally

_ROOM, _MORE_ROOM, _FEW = (84, 84), (150, 112), 6
"""Largest width and height of a small picture in CSS pixels; where at most six formats stand side by side, more."""


class MatrixCell(NamedTuple):
    """A card with where it opens and its size in CSS pixels."""

    card: Card
    href: str
    width: int
    height: int


class MatrixRow(NamedTuple):
    """A creative through all formats; None where it has none."""

    first: Card
    href: str
    counts: Counts
    cells: tuple[MatrixCell | None, ...]


class MatrixColumn(NamedTuple):
    """One format."""

    format_id: str
    shown_on: str
    width: int
    height: int


class Matrix(NamedTuple):
    """The cards of some pages side by side."""

    columns: tuple[MatrixColumn, ...]
    regions: tuple[tuple[str, str, tuple[MatrixRow, ...]], ...]
    """Region, its page and its rows."""


def fits_one_page(pages: Sequence[GalleryPage]) -> bool:
    """Whether all cards can stand in one matrix."""
    return sum(len(page.cards) for page in pages) <= CARDS_PER_PAGE


def matrix(pages: Sequence[GalleryPage]) -> Matrix:
    """Creatives by region, in the pages' order; formats by platform and shape."""
    cards = [card for page in pages for card in page.cards]
    first = {card.format_id: card for card in sorted(cards, key=lambda card: card.rendition_id, reverse=True)}
    ordered = sorted(first.values(), key=lambda card: (card.platform, card.ratio, card.format_id))
    columns = tuple(MatrixColumn(card.format_id, card.shown_on, *card.pixels) for card in ordered)
    room = _MORE_ROOM if len(columns) <= _FEW else _ROOM
    regions = tuple(
        (region, some[0].name, tuple(row for page in some for row in _rows(page, columns, room)))
        for region, some in ((region, list(group)) for region, group in groupby(pages, key=lambda page: page.region))
    )
    return Matrix(columns, regions)


def _rows(page: GalleryPage, columns: Sequence[MatrixColumn], room: tuple[int, int]) -> list[MatrixRow]:
    rows = []
    for _, group in groupby(page.cards, key=lambda card: card.creative):
        cards = {card.format_id: card for card in group}
        first = next(iter(cards.values()))
        cells = tuple(_cell(page, cards.get(column.format_id), room) for column in columns)
        rows.append(MatrixRow(first, page.name + fragment(city=first.city_id), tally(cards.values()), cells))
    return rows


def _cell(page: GalleryPage, card: Card | None, room: tuple[int, int]) -> MatrixCell | None:
    if card is None:
        return None
    return MatrixCell(card, page.name + fragment(card=card.rendition_id), *fitted(card, *room))
