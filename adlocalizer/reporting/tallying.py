"""The report's arithmetic: counts, status bars and coverage by format and region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.domain import Counts, Severity, Status
from adlocalizer.reporting.gallery import GalleryPage, fragment
from adlocalizer.reporting.run_report import Card

_LEAST_SEEN = 1.5  # percent of a bar: one failure among a thousand must not vanish


class Segment(NamedTuple):
    """A part of a status bar, in percent of its length."""

    status: str
    cards: int
    start: float
    length: float


class Cell(NamedTuple):
    """The outcomes of one format in one region; `href` opens exactly these."""

    counts: Counts
    href: str | None


class CoverageRow(NamedTuple):
    """One format through all regions."""

    format_id: str
    platform: str
    width: int
    height: int
    cells: tuple[Cell, ...]
    total: Counts


class CheckCount(NamedTuple):
    """How often a check failed or asked for a person."""

    check: str
    failed: int
    review: int


def tally(cards: Iterable[Card]) -> Counts:
    """Cards by status; the five sum to the plan."""
    statuses = Counter(card.status.value for card in cards)
    return Counts(planned=statuses.total(), **statuses)


def segments(counts: Counts) -> tuple[Segment, ...]:
    """The statuses that occur as parts of a bar of length 100, none too short to be seen."""
    found = [(status.value, int(getattr(counts, status.value))) for status in Status]
    lengths = [max(_LEAST_SEEN, 100 * count / counts.planned) for _, count in found if count]
    parts, start = [], 0.0
    for (name, count), length in zip([one for one in found if one[1]], lengths, strict=True):
        share = length * 100 / sum(lengths)
        parts.append(Segment(name, count, round(start, 2), round(share, 2)))
        start += share
    return tuple(parts)


def coverage(pages: Sequence[GalleryPage]) -> tuple[CoverageRow, ...]:
    """A row per format, by platform and shape, with a cell per region in the report's order."""
    regions = list(dict.fromkeys(page.region for page in pages))
    formats: dict[str, list[Card]] = {}
    for card in (card for page in pages for card in page.cards):
        formats.setdefault(card.format_id, []).append(card)
    ordered = sorted(formats.values(), key=lambda cards: (cards[0].platform, cards[0].ratio, cards[0].format_id))
    first_page = _first_pages(pages)
    return tuple(_row(cards, regions, first_page) for cards in ordered)


def checks_that_spoke(cards: Iterable[Card]) -> tuple[CheckCount, ...]:
    """Checks by how many renditions they failed or questioned, most first."""
    spoken = [
        {(finding.check, finding.severity) for finding in card.findings if finding.severity is not Severity.PASS}
        for card in cards
    ]
    times = Counter(pair for pairs in spoken for pair in pairs)
    checks = {check for check, _ in times}
    counted = [CheckCount(check, times[check, Severity.FAIL], times[check, Severity.REVIEW]) for check in checks]
    return tuple(sorted(counted, key=lambda one: (-one.failed - one.review, one.check)))


def _row(cards: Sequence[Card], regions: Sequence[str], first_page: Mapping[tuple[str, str], str]) -> CoverageRow:
    one = cards[0]
    by_region: dict[str, list[Card]] = {region: [] for region in regions}
    for card in cards:
        by_region[card.region].append(card)
    cells = []
    for region, found in by_region.items():
        page = first_page.get((region, one.format_id))
        cells.append(Cell(tally(found), page and page + fragment(format=one.format_id)))
    return CoverageRow(one.format_id, one.platform_said, one.width, one.height, tuple(cells), tally(cards))


def _first_pages(pages: Sequence[GalleryPage]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for page in pages:
        for card in page.cards:
            found.setdefault((page.region, card.format_id), page.name)
    return found
