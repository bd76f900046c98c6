"""The gates: Great Expectations over what people write, what pictures rest on, and what a run leaves behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from adlocalizer.domain import Creative, Fact, Finding, GroundedCreative, MarketRule
from adlocalizer.expectations.leaving import gate_attempts, gate_files, gate_manifest, gate_sums
from adlocalizer.expectations.validating import Line, judged, text_of, visible, warm
from adlocalizer.grounding import RULED
from adlocalizer.suites import city_suite, copy_suite, fact_suite, rule_suite

if TYPE_CHECKING:
    from adlocalizer.config import TableRow

__all__ = [
    "gate_attempts",
    "gate_cities",
    "gate_copy",
    "gate_facts",
    "gate_files",
    "gate_manifest",
    "gate_rules",
    "gate_sums",
    "visible",
    "warm",
]


def gate_cities(rows: Sequence[TableRow], table: str) -> tuple[Finding, ...]:
    """A finding per rule about a city table, passes too; failing rows are named `table:line (city_id)`."""
    return judged(city_suite(), _lines(rows), table)


def gate_copy(rows: Sequence[TableRow], table: str, locales: Collection[str]) -> tuple[Finding, ...]:
    """A finding per rule about a copy table; `locales` are those the campaign's cities need."""
    return judged(copy_suite(locales), _lines(rows), table)


def gate_facts(creatives: Iterable[GroundedCreative], wanted: Collection[str]) -> tuple[Finding, ...]:
    """A finding per rule about what creatives are grounded in; `wanted` are the facts each city must have."""
    stated: dict[tuple[str, str], dict[str, str]] = {}
    places: dict[str, None] = {}
    for one in creatives:
        place = f"{one.creative.city_id} {one.creative.locale}"
        places[place] = None
        for fact in one.facts:
            # What a market wants of a picture hangs on the product, too.
            about = f"{place} {one.creative.product}" if fact.name in RULED else place
            statement = f"{about} {fact.name}"
            stated.setdefault((statement, str(fact.value)), _statement(one.creative, fact, statement))
    lines = tuple(Line(number, values) for number, values in enumerate(stated.values(), start=1))
    suite = fact_suite([f"{place} {name}" for place in places for name in wanted])
    return judged(suite, lines, "facts") if lines else ()  # a plan of nothing but ended renditions rests on no facts


def gate_rules(rules: Mapping[str, Iterable[MarketRule]]) -> tuple[Finding, ...]:
    """A finding per rule about the market rules, which stand by market."""
    every = ({**_cells(rule), "market": market} for market, own in rules.items() for rule in own)
    lines = tuple(Line(number, values) for number, values in enumerate(every, start=1))
    return judged(rule_suite(), lines, "configs/markets") if lines else ()


def _statement(creative: Creative, fact: Fact, statement: str) -> dict[str, str]:
    said = {"city_id": creative.city_id, "locale": creative.locale, "fact": fact.name, "value": text_of(fact.value)}
    said |= {"statement": statement, "text": fact.text}
    return said | {"source": fact.source, "as_of": fact.as_of, "certainty": fact.certainty}


def _cells(rule: MarketRule) -> dict[str, str]:
    cited, days = rule.citation, {"valid_from": rule.valid_from, "valid_to": rule.valid_to}
    days |= {"retrieved": cited.retrieved}
    said = {"rule": rule.id, "text": rule.text, "url": cited.url, "title": cited.title, "tier": cited.tier}
    return {**said, "status": rule.status} | {name: f"{day:%Y%m%d}" if day else "" for name, day in days.items()}


def _lines(rows: Sequence[TableRow]) -> tuple[Line, ...]:
    return tuple(Line(row.line, row.values) for row in rows)
