"""A creative from idea to files, as its place in the gallery tells it: words, masters, facts, prompt, versions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from adlocalizer.domain import Fact
from adlocalizer.reporting.gallery import fitted
from adlocalizer.reporting.run_report import Card, MasterNote, RunReport, Words

_MASTER_ROOM, _PAIR_ROOM = (160, 144), (340, 300)


class MasterShown(NamedTuple):
    """A master, where its small picture is, and the ads cut from it."""

    note: MasterNote
    picture: str
    model: str
    attempts: int
    cards: tuple[Card, ...]
    size: tuple[int, int]
    """Width and height in CSS pixels."""


class Pair(NamedTuple):
    """Two small pictures to compare, and what each is."""

    before: str
    after: str
    said_before: str
    said_after: str
    size: tuple[int, int]
    """Width and height of each in CSS pixels."""


class About(NamedTuple):
    """What is known of one creative."""

    words: Words | None
    masters: tuple[MasterShown, ...]
    facts: tuple[tuple[str, tuple[Fact, ...]], ...]
    """By source, in words."""
    pairs: tuple[Pair, ...]

    @property
    def prompt(self) -> str:
        """The first master's prompt; empty without a master."""
        return self.masters[0].note.prompt if self.masters else ""


def abouts(report: RunReport, cards: Sequence[Card], pictures: Mapping[str, str]) -> dict[str, About]:
    """Every creative of the cards by its id; `pictures` are addresses by rendition id and by href."""
    known = {card.rendition_id: card for card in report.cards if card.parent_variant or card.variant}
    ordered = sorted(cards, key=lambda card: card.creative_id)
    return {
        name: _about(report, tuple(group), known, pictures)
        for name, group in groupby(ordered, key=lambda card: card.creative_id)
    }


def _about(report: RunReport, cards: Sequence[Card], known: Mapping[str, Card], pictures: Mapping[str, str]) -> About:
    masters = tuple(_masters(report, cards, pictures))
    facts = {fact.name: fact for shown in masters for fact in shown.note.facts}
    pairs = [
        pair for pair in (*_versions(cards, known, pictures), *_attempts(report, cards, pictures)) if pair is not None
    ]
    return About(report.words.get(cards[0].creative_id), masters, _by_source(facts.values()), tuple(pairs))


def _masters(report: RunReport, cards: Sequence[Card], pictures: Mapping[str, str]) -> Iterable[MasterShown]:
    by_key: dict[str, list[Card]] = {}
    for card in cards:
        if card.master_key in report.masters:
            by_key.setdefault(card.master_key or "", []).append(card)
    for key, some in by_key.items():
        note = report.masters[key]
        picture = pictures.get(note.picture or "", "")
        yield MasterShown(
            note, picture, some[0].model, some[0].attempts, tuple(some), _fitted(note.ratio, *_MASTER_ROOM)
        )


def _by_source(facts: Iterable[Fact]) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        said = (fact.source, fact.as_of, "" if fact.certainty == "exact" else fact.certainty)
        found.setdefault(", ".join(part for part in said if part), []).append(fact)
    return tuple((source, tuple(some)) for source, some in found.items())


def _versions(cards: Sequence[Card], known: Mapping[str, Card], pictures: Mapping[str, str]) -> Iterable[Pair | None]:
    """The squarest ad that both versions have; they are of one size."""
    for card in sorted(cards, key=lambda card: (abs(math.log(card.ratio)), card.format_id)):
        if card.parent_variant is None or card.rendition_id not in pictures:
            continue
        mine = f".v{card.variant}.{card.format_id}"
        parent = known.get(card.rendition_id.removesuffix(mine) + f".v{card.parent_variant}.{card.format_id}")
        if parent is not None and (before := pictures.get(parent.rendition_id)):
            said = (f"Version {card.parent_variant}", f"Version {card.variant}")
            yield Pair(before, pictures[card.rendition_id], *said, fitted(card, *_PAIR_ROOM))
            return


def _attempts(report: RunReport, cards: Sequence[Card], pictures: Mapping[str, str]) -> Iterable[Pair | None]:
    """Of every master that needed more than one attempt, the first picture and the one that was taken."""
    seen = set()
    for card in cards:
        if len(card.tried) < 2 or card.master_key in seen:
            continue
        seen.add(card.master_key)
        shown = [(n, one, card.seen.get(one.picture or "", "")) for n, one in enumerate(card.tried, start=1)]
        drawn = [(n, one, pictures[href]) for n, one, href in shown if href in pictures]
        taken = next(((n, href) for n, one, href in drawn if one.is_chosen), None)
        if drawn and taken and drawn[0][0] != taken[0]:
            said = (f"Attempt {drawn[0][0]}", f"Attempt {taken[0]}, taken")
            note = report.masters.get(card.master_key or "")
            yield Pair(drawn[0][2], taken[1], *said, _fitted(note.ratio if note else "", *_PAIR_ROOM))


def _fitted(ratio: str, wide: int, high: int) -> tuple[int, int]:
    """A master's ratio such as `16:9` made as large as the room; a square where nobody says."""
    parts = ratio.split(":")
    across, up = (float(part) for part in parts) if len(parts) == 2 else (1.0, 1.0)
    scale = min(wide / across, high / up)
    return max(1, round(across * scale)), max(1, round(up * scale))
