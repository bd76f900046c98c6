"""What somebody has to look at: undelivered renditions grouped by why, and the gates' rules by how they went."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from adlocalizer.domain import Finding, Severity, Status, decisive
from adlocalizer.reporting.gallery import GalleryPage, fitted, fragment
from adlocalizer.reporting.run_report import Card

_SHOWN = 6
_ROOM = (176, 84)
_URGENCY = (Status.FAILED, Status.REFUSED, Status.REJECTED, Status.NEEDS_REVIEW)
_SEVERITIES = tuple(reversed(Severity))
_FIGURES = re.compile(r"[0-9][0-9.,]*")


class Example(NamedTuple):
    """One of a group's cards, where it opens, what shows it, and its size in CSS pixels."""

    card: Card
    href: str
    picture: str
    """Its own small picture, else that of its best attempt."""
    width: int
    height: int


class Place(NamedTuple):
    """A region's part of a group."""

    region: str
    cards: int
    href: str


class GateRule(NamedTuple):
    """A gate's rule, how it went, and the ads it is broken for: their ids, and where they open."""

    finding: Finding
    cards: tuple[tuple[str, str], ...]

    @property
    def gate(self) -> str:
        """The table that was looked at, as checks are named: `cities`, `manifest`, …"""
        return self.finding.check.partition("_")[0]

    @property
    def said(self) -> str:
        """The rule itself, without the rows that break it."""
        return self.finding.text.partition(" Not so: ")[0].partition(" This cannot be judged: ")[0]

    @property
    def severity(self) -> Severity:
        """How it went."""
        return self.finding.severity


class Trouble(NamedTuple):
    """Undelivered renditions that share a status and a cause."""

    status: str
    check: str
    text: str
    remedy: str
    cards: int
    cities: int
    places: tuple[Place, ...]
    examples: tuple[Example, ...]


def troubles(pages: Sequence[GalleryPage]) -> tuple[Trouble, ...]:
    """Undelivered renditions by cause, the largest group first, the more urgent first among equals."""
    groups: dict[tuple[Status, str], list[tuple[GalleryPage, Card]]] = {}
    for page in pages:
        for card in page.cards:
            if card.status is not Status.DELIVERED:
                groups.setdefault(_cause(card), []).append((page, card))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), _URGENCY.index(group[0][0]), group[0][1]))
    return tuple(_trouble(members) for _, members in ordered)


def gates_by_severity(gates: Sequence[Finding], pages: Sequence[GalleryPage] = ()) -> tuple[GateRule, ...]:
    """The gates' findings, failures first, each with the cards of the rows at fault."""
    ordered = sorted(gates, key=lambda one: (_SEVERITIES.index(one.severity), one.check, one.text))
    asked = {row for gate in gates for row in gate.rows}
    cards: dict[str, tuple[str, str]] = {}
    for page in pages if asked else ():
        for card in page.cards:
            href = page.name + fragment(card=card.rendition_id)
            for name in {card.rendition_id, card.master_key or ""} & asked:
                cards.setdefault(name, (card.rendition_id, href))
    return tuple(GateRule(one, tuple(cards[row] for row in one.rows if row in cards)) for one in ordered)


def worst_finding(card: Card) -> Finding | None:
    """The finding that decided a card's status."""
    return decisive(card.findings)


def _cause(card: Card) -> tuple[Status, str]:
    """Status and check; without a finding, the reason with what differs from card to card taken out."""
    worst = worst_finding(card)
    if worst:
        return card.status, worst.check
    general = card.reason
    for own in (card.rendition_id, card.city_id, card.city, card.format_id, card.master_key):
        general = general.replace(own, "…") if own else general
    return card.status, " " + _FIGURES.sub("…", general)


def _trouble(members: Sequence[tuple[GalleryPage, Card]]) -> Trouble:
    first = members[0][1]
    worst = worst_finding(first)
    check = worst.check if worst else ""
    where = Counter(page.region for page, _ in members)
    open_at = {page.region: (page.name, card) for page, card in reversed(members)}
    places = tuple(Place(region, count, _opened(*open_at[region], count, check)) for region, count in where.items())
    pictured = [(page, card, picture) for page, card in members if (picture := card.thumb or card.drawn)]
    examples = tuple(
        Example(card, page.name + fragment(card=card.rendition_id), picture, *fitted(card, *_ROOM))
        for page, card, picture in pictured[:_SHOWN]
    )
    return Trouble(
        status=first.status.value,
        check=check,
        text=worst.text if worst else first.reason,
        remedy=worst.remedy if worst else "",
        cards=len(members),
        cities=len({card.city_id for _, card in members}),
        places=places,
        examples=examples,
    )


def _opened(page: str, first: Card, count: int, check: str) -> str:
    """Where a region's part of a group opens: one ad by itself, several by what they share."""
    only = {"card": first.rendition_id} if count == 1 else {"status": first.status.value, "q": check}
    return page + fragment(**only)
