"""What was found about a creative's pictures and what was tried, as its place in the gallery tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adlocalizer.domain import Finding, Severity
from adlocalizer.reporting.run_report import Card, TriedNote
from adlocalizer.reporting.wording import words


class Group(NamedTuple):
    """Findings that belong together, fails first, each text once."""

    title: str
    findings: tuple[Finding, ...]
    more: int
    """Further checks that say the same, as all do of a picture that does not decode."""


class Story(NamedTuple):
    """One picture of a creative: what was tried for it, and all that did not pass, of it and of its ads."""

    title: str
    card: Card
    """One of its ads; it knows where the small pictures are."""
    tries: tuple[TriedNote, ...]
    groups: tuple[Group, ...]


def stories(cards: Iterable[Card]) -> tuple[Story, ...]:
    """A story for each picture with something to tell, in the order of the cards."""
    by_master: dict[str, list[Card]] = {}
    for card in cards:
        by_master.setdefault(card.master_key or card.rendition_id, []).append(card)
    told = (_story(some) for some in by_master.values())
    return tuple(story for story in told if story.tries or story.groups)


def _story(cards: Sequence[Card]) -> Story:
    seen = {path: href for card in cards for path, href in card.seen.items()}
    first = cards[0].model_copy(update={"seen": seen})
    groups = tuple(group for group in (*_of_tries(first.tried), *_of_ads(cards)) if group.findings)
    count = sum(len(group.findings) + group.more for group in groups)
    found = f"{count} {'finding' if count == 1 else 'findings'}"
    tries = f"{len(first.tried)} attempts, " if len(first.tried) > 1 else ""
    return Story(f"{tries}{found}: {_named(cards)}", first, first.tried, groups)


def _of_tries(tried: Sequence[TriedNote]) -> Iterator[Group]:
    for number, one in enumerate(tried, start=1):
        yield _group(f"Attempt {number}" if len(tried) > 1 else "The picture", one.findings)


def _of_ads(cards: Sequence[Card]) -> Iterator[Group]:
    """What was found about the ads beyond their picture; of ads that say the same, once."""
    told = {_said(one) for card in cards for tried in card.tried for one in tried.findings}
    for card in cards:
        spoken = [one for one in card.findings if one.severity is not Severity.PASS and _said(one) not in told]
        told |= {_said(one) for one in spoken}
        yield _group(card.shown_on, spoken)


def _group(title: str, findings: Sequence[Finding]) -> Group:
    worst_first = sorted(findings, key=lambda one: one.severity is not Severity.FAIL)
    once = {one.text: one for one in reversed(worst_first)}
    return Group(title, tuple(reversed(once.values())), len(findings) - len(once))


def _said(one: Finding) -> tuple[str, str]:
    return one.check, one.text


def _named(cards: Sequence[Card]) -> str:
    names = list(dict.fromkeys(card.shown_on for card in cards))
    rest = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return words(", ".join(names[:2])) + rest
