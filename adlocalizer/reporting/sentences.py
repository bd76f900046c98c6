"""How a run went, in one sentence: who is delivered, who waits, what was refused where and by which rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from adlocalizer.domain import Counts, Finding, Outcome, Severity, Status
from adlocalizer.reporting.run_report import Card
from adlocalizer.reporting.wording import country, figure, shortened, words

_LOST = (Status.REJECTED, Status.REFUSED, Status.FAILED)
_MOST_CAUSES = 3
_MOST_PLACES = 2
_LONGEST_CAUSE = 80
RULE_CHECK = "market_rule"
_RULE_ID = re.compile(r"[a-z]{2}(?:-[a-z0-9]+)+(?=[: ])")


class End(NamedTuple):
    """How and where an ad ended."""

    status: Status
    reason: str
    findings: tuple[Finding, ...]
    market: str

    @classmethod
    def of_card(cls, card: Card) -> End:
        """A card's."""
        return cls(card.status, card.reason, card.findings, card.market)

    @classmethod
    def of_outcome(cls, outcome: Outcome) -> End:
        """An outcome's."""
        return cls(outcome.status, outcome.reason, outcome.findings, outcome.rendition.creative.market)


def status_sentence(counts: Counts, ends: Iterable[End]) -> str:
    """`562 of 600 ads are delivered; 30 wait for approval; 8 rejected in Saudi Arabia: sa-alcohol-1.`"""
    if counts.planned and counts.is_complete:
        return f"All {_ads(counts.planned)} {'is' if counts.planned == 1 else 'are'} delivered."
    verb = "is" if counts.delivered == 1 else "are"
    said = [f"{figure(counts.delivered)} of {_ads(counts.planned)} {verb} delivered"]
    if counts.needs_review:
        said.append(f"{figure(counts.needs_review)} {'waits' if counts.needs_review == 1 else 'wait'} for approval")
    groups: dict[tuple[Status, str], list[End]] = {}
    for end in ends:
        if end.status in _LOST:
            groups.setdefault((end.status, cause(end)), []).append(end)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), _LOST.index(group[0][0]), group[0][1]))
    for (status, why), some in ordered[:_MOST_CAUSES]:
        said.append(f"{figure(len(some))} {status.value}{_where(some)}" + (f": {why}" if why else ""))
    if rest := ordered[_MOST_CAUSES:]:
        reasons = "one more reason" if len(rest) == 1 else f"{len(rest)} more reasons"
        said.append(f"{figure(sum(len(some) for _, some in rest))} lost for {reasons}")
    return "; ".join(said) + "."


def cause(end: End) -> str:
    """Why an ad was not delivered, in a word or two: market rule, check, or the reason up to its colon."""
    spoken = [one for one in end.findings if one.severity is not Severity.PASS]
    worst = min(spoken, key=lambda one: one.severity is not Severity.FAIL, default=None)
    if worst is None:
        return _inside(shortened(end.reason.partition(": ")[0].rstrip(".;"), _LONGEST_CAUSE))
    if worst.check == RULE_CHECK:
        return rule_id(worst.text) or words(worst.check)
    return words(worst.check)


def rule_id(text: str) -> str:
    """The id of the market rule a finding's text begins with; empty where it names none."""
    found = _RULE_ID.match(text)
    return found.group() if found else ""


def _inside(said: str) -> str:
    """A sentence's words in the middle of another one: `A person …` begins small, a name does not."""
    return said[:1].lower() + said[1:] if said[1:2] == " " else said


def _where(ends: Sequence[End]) -> str:
    markets = sorted({end.market for end in ends})
    if len(markets) > _MOST_PLACES:
        return f" in {len(markets)} markets"
    return " in " + " and ".join(country(market) for market in markets)


def _ads(count: int) -> str:
    return f"{figure(count)} {'ad' if count == 1 else 'ads'}"
