"""Market rules and an ad to a verdict: what may not be made, what somebody must know, what picture and ad must say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from adlocalizer.domain import Id, MarketRule, RuleAction
from adlocalizer.markets.ad import Ad, Placed
from adlocalizer.markets.matching import has_word
from adlocalizer.markets.triggers import parse_trigger

FRESH_MONTHS = 12
"""A rule that was read longer ago than this may have changed since."""

_UNSPOKEN = (RuleAction.AVOID,)
"""What a picture can keep by itself; nobody needs to be told."""


_UNCHECKED = "hold the rule against its source, then make it `reviewed`; until then a person decides"


class Block(NamedTuple):
    """A rule that forbids an ad, and the formats it is forbidden in."""

    rule: MarketRule
    formats: tuple[Id, ...]


class Objection(NamedTuple):
    """What a person must settle before an ad ships."""

    rule: MarketRule
    text: str
    remedy: str


class Verdict(NamedTuple):
    """What the rules in force make of an ad."""

    blocks: tuple[Block, ...] = ()
    warnings: tuple[MarketRule, ...] = ()
    """Rules that apply and cannot be kept by a machine, or may not block."""
    objections: tuple[Objection, ...] = ()
    overlays: tuple[str, ...] = ()
    """Words to set on the ad with the legal line, in its language."""
    labels: tuple[str, ...] = ()
    """What the picture must say of how it was made, in the ad's language."""
    letter_floor: tuple[tuple[Literal["legal", "disclosure"], float], ...] = ()
    """Least height of the letters of both, as a share of the shortest side."""
    withheld: tuple[str, ...] = ()
    """Columns of the copy that are not drawn."""
    wants: tuple[MarketRule, ...] = ()
    avoids: tuple[MarketRule, ...] = ()

    @property
    def blocked(self) -> dict[Id, MarketRule]:
        """The formats that may not be made, each with the first rule that forbids it."""
        return {name: block.rule for block in reversed(self.blocks) for name in block.formats}


def judge(rules: Iterable[MarketRule], ad: Ad, placements: Sequence[Placed], on: date) -> Verdict:
    """What the rules of the ad's market that are in force on a day make of it."""
    verdict = Verdict()
    for rule in rules:
        if rule.in_force(on) and (met := _met(rule, ad, placements)):
            verdict = _with(verdict, rule, ad, met)
    return verdict


def outdated(rules: Iterable[MarketRule], on: date) -> tuple[MarketRule, ...]:
    """The rules in force on a day whose source was last read more than twelve months before it, or never."""
    return tuple(rule for rule in rules if rule.in_force(on) and _is_old(rule.citation.retrieved, on))


def _met(rule: MarketRule, ad: Ad, placements: Sequence[Placed]) -> tuple[Placed, ...]:
    applies = parse_trigger(rule.trigger, rule.words)
    return tuple(placed for placed in placements if applies(ad, placed))


def _with(verdict: Verdict, rule: MarketRule, ad: Ad, met: tuple[Placed, ...]) -> Verdict:
    wants = (*verdict.wants, *([rule] if rule.wants else []))
    avoids = (*verdict.avoids, *([rule] if rule.avoids else []))
    withheld = tuple(dict.fromkeys((*verdict.withheld, *rule.withholds)))
    verdict = verdict._replace(wants=wants, avoids=avoids, withheld=withheld)
    if rule.action is RuleAction.PROHIBIT and rule.may_block:
        block = Block(rule, tuple(placed.format_id for placed in met))
        return verdict._replace(blocks=(*verdict.blocks, block))
    if rule.action is RuleAction.PROHIBIT:
        return _warned(_objected(verdict, rule, rule.text, _UNCHECKED), rule)
    if rule.action is RuleAction.REQUIRE:
        return _required(verdict, rule, ad, met)
    return verdict if rule.action in _UNSPOKEN else _warned(verdict, rule)


def _required(verdict: Verdict, rule: MarketRule, ad: Ad, met: tuple[Placed, ...]) -> Verdict:
    """Words that are missing are set; what has no words, or none in the ad's language, is for a person."""
    if not rule.overlay:
        return _warned(_objected(verdict, rule, rule.text, rule.remedy or "mend the copy row"), rule)
    words = rule.words_for(ad.locale)
    if words is None:
        found = f"its words are not known in {ad.locale}: {rule.text}"
        return _warned(_objected(verdict, rule, found, f"add the locale to the rule's overlay ({rule.id})"), rule)
    is_said = _says(ad, words)
    if not (is_said or all(has_word(placed.disclosure, words, ad.locale) for placed in met)):
        verdict = _saying(verdict, rule, words)
    if rule.min_letter_share is not None:
        role: Literal["legal", "disclosure"] = "disclosure" if rule.label and not is_said else "legal"
        verdict = verdict._replace(letter_floor=(*verdict.letter_floor, (role, rule.min_letter_share)))
    return verdict if rule.may_block else _warned(verdict, rule)


def _saying(verdict: Verdict, rule: MarketRule, words: str) -> Verdict:
    if rule.label:
        return verdict._replace(labels=tuple(dict.fromkeys((*verdict.labels, words))))
    return verdict._replace(overlays=tuple(dict.fromkeys((*verdict.overlays, words))))


def _says(ad: Ad, words: str) -> bool:
    return has_word(ad.text, words, ad.locale)


def _warned(verdict: Verdict, rule: MarketRule) -> Verdict:
    return verdict._replace(warnings=(*verdict.warnings, rule))


def _objected(verdict: Verdict, rule: MarketRule, text: str, remedy: str) -> Verdict:
    return verdict._replace(objections=(*verdict.objections, Objection(rule, text, remedy)))


def _is_old(read: date | None, on: date) -> bool:
    if read is None:
        return True
    months = (on.year - read.year) * 12 + on.month - read.month
    return months > FRESH_MONTHS or (months == FRESH_MONTHS and on.day > read.day)
