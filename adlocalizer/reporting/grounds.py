"""What the pictures rest on: facts by city, where they come from, what searches found, and market rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.domain import Fact, Finding, Severity
from adlocalizer.reporting.run_report import Card, RunReport
from adlocalizer.reporting.sentences import RULE_CHECK, rule_id
from adlocalizer.reporting.wording import cited


class FactRow(NamedTuple):
    """The facts of a city in one locale, by name."""

    card: Card
    facts: Mapping[str, Fact]


class SourceRow(NamedTuple):
    """A source of facts, and what rests on it."""

    source: str
    as_of: str
    certainty: str
    names: tuple[str, ...]
    cities: int


class FoundRow(NamedTuple):
    """What a city's pictures rest on in the web: queries, and pages with their titles."""

    card: Card
    queries: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


class RuleRow(NamedTuple):
    """A market rule that spoke: its words before and after the address of its source, and the ads it is about."""

    rule: str
    text: str
    address: str
    remedy: str
    severity: Severity
    cards: tuple[tuple[str, str], ...]
    """Where each is shown, in words, and where it opens."""


def fact_rows(report: RunReport) -> tuple[FactRow, ...]:
    """A row a city and locale, in the order of the cards; only facts that stand in a prompt."""
    rows: dict[tuple[str, str, str], dict[str, Fact]] = {}
    first: dict[tuple[str, str, str], Card] = {}
    for card in sorted(report.cards, key=lambda card: (card.region, card.city_id, card.locale, card.rendition_id)):
        if (note := report.masters.get(card.master_key or "")) is not None:
            key = (card.region, card.city_id, card.locale)
            first.setdefault(key, card)
            rows.setdefault(key, {}).update({fact.name: fact for fact in note.facts})
    return tuple(FactRow(first[key], facts) for key, facts in rows.items())


def source_rows(rows: Iterable[FactRow]) -> tuple[SourceRow, ...]:
    """The sources of all facts, the most used first; rows of one table are one source."""
    names: dict[tuple[str, str, str], dict[str, None]] = {}
    cities: dict[tuple[str, str, str], set[str]] = {}
    for row in rows:
        for fact in row.facts.values():
            as_of = "" if fact.as_of.startswith("row ") else fact.as_of
            key = (_general(fact.source), as_of, fact.certainty)
            names.setdefault(key, {})[fact.name] = None
            cities.setdefault(key, set()).add(row.card.city_id)
    found = [SourceRow(*key, tuple(names[key]), len(cities[key])) for key in names]
    return tuple(sorted(found, key=lambda one: (-one.cities, one.source, one.as_of)))


def found_rows(report: RunReport) -> tuple[FoundRow, ...]:
    """What searches found, a row a city; addresses that are not of the web have no link."""
    rows: dict[str, FoundRow] = {}
    for card in sorted(report.cards, key=lambda card: (card.region, card.city_id, card.rendition_id)):
        note = report.masters.get(card.master_key or "")
        if note is None or note.search is None:
            continue
        known = rows.get(card.city_id, FoundRow(card, (), ()))
        trace = note.search
        queries = dict.fromkeys((*known.queries, *trace.queries, *trace.image_queries))
        pages = ((one.title or one.uri, _linked(one.uri)) for one in trace.sources)
        rows[card.city_id] = FoundRow(card, tuple(queries), tuple(dict.fromkeys((*known.sources, *pages))))
    return tuple(rows.values())


def rule_rows(report: RunReport, hrefs: Mapping[str, str]) -> tuple[RuleRow, ...]:
    """Market rules that spoke, the strictest first: about ads, and about the plan."""
    texts: dict[str, Finding] = {}
    cards: dict[str, dict[str, str]] = {}  # words by where they open
    said = [(finding, card) for card in report.cards for finding in card.findings if _speaks(finding)]
    for finding, card in said:
        name = rule_id(finding.text) or finding.text
        texts.setdefault(name, finding)
        cards.setdefault(name, {})[hrefs[card.rendition_id]] = f"{card.city}, {card.shown_on}"
    for gate in report.gates:
        if _speaks(gate):
            texts.setdefault(rule_id(gate.text) or gate.text, gate)
    order = (Severity.FAIL, Severity.REVIEW, Severity.PASS)
    rows = [
        _rule(name, finding, tuple((words, href) for href, words in cards.get(name, {}).items()))
        for name, finding in texts.items()
    ]
    return tuple(sorted(rows, key=lambda row: (order.index(row.severity), -len(row.cards), row.rule)))


def _rule(name: str, finding: Finding, cards: Sequence[tuple[str, str]]) -> RuleRow:
    own = rule_id(finding.text)
    text, address = cited(finding.text.removeprefix(own).lstrip(": "))
    return RuleRow(own, text, address, finding.remedy, finding.severity, tuple(cards))


def _speaks(finding: Finding) -> bool:
    return finding.check == RULE_CHECK and finding.severity is not Severity.PASS


def _general(source: str) -> str:
    """A source without what differs from city to city, such as its time zone."""
    return source.partition(", time zone ")[0]


def _linked(uri: str) -> str:
    return uri if re.fullmatch(r"https?://[^\s\\\"'<>]+", uri, re.IGNORECASE) else ""
