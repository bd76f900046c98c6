"""When people of a market shop: the shopping days that fall on a flight."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

from adlocalizer.domain import Fact, Finding, Severity, ShoppingDay
from adlocalizer.grounding.days import Days, lasting, shifted, years_of
from adlocalizer.grounding.holidays import days_of_interest
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.rows import Rows
from adlocalizer.grounding.shopping_rules import MOST_SHIFTED, RuleError, check_rule, first_days
from adlocalizer.grounding.stating import Certainty, Origin, version_of

EVERY_MARKET = "*"

LONGEST_DAYS = 92
"""How long a shopping day may last: what its noun allows."""

VAGUE_WORDS: dict[Certainty, str] = {"exact": "", "typical": ", typical days", "estimated": ", estimated"}
"""What is written behind days, the surest first."""


class Shopping(NamedTuple):
    """A shopping day in one year."""

    day: ShoppingDay
    days: Days

    @property
    def text(self) -> str:
        """`Singles' Day (双十一), 11 November`; typical and estimated days say so."""
        local = f" ({self.day.local_name})" if self.day.local_name and self.day.local_name != self.day.name else ""
        return f"{self.day.name}{local}, {self.days.text}{VAGUE_WORDS[self.day.certainty]}"


def shopping_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """The shopping days of the days of interest; nothing where there are none."""
    found = shopping_within(occasion.sources.shopping_days, occasion.city.market, days_of_interest(occasion))
    if not found:
        return ()
    value = "; ".join(f"{one.days.first.isoformat()} {one.day.id}" for one in found)
    return (shopping_origin(found).fact("shopping_events", value, "; ".join(one.text for one in found)),)


def unknown_holidays(rules: Iterable[ShoppingDay]) -> tuple[Finding, ...]:
    """A finding for each shopping day that hangs on a holiday its market does not have: nobody would ever see it."""
    found = []
    for one in rules:
        try:
            check_rule(one.rule)
        except RuleError as error:
            said = f"shopping day {one.id}: {one.rule!r}, {error.found};"
            finding = Finding(check="shopping_day", subject=one.id, severity=Severity.REVIEW, text=said)
            found.append(finding.model_copy(update={"remedy": error.remedy}))
    return tuple(found)


def shopping_within(rules: Iterable[ShoppingDay], market: str, days: Days) -> tuple[Shopping, ...]:
    """The shopping days of a market that have one of the days, earliest first."""
    return _within(Rows(tuple(rules)), market, days)


@functools.lru_cache(maxsize=2048)
def _within(rules: Rows[ShoppingDay], market: str, days: Days) -> tuple[Shopping, ...]:
    kept = [one for one in rules.all if market in one.markets or EVERY_MARKET in one.markets]
    reach = Days(shifted(days.first, -LONGEST_DAYS - MOST_SHIFTED), shifted(days.last, MOST_SHIFTED))
    found = [
        Shopping(one, lasting(first, one.days))
        for one in kept
        for year in years_of(reach)
        for first in first_days(one.rule, year)
    ]
    return tuple(sorted((one for one in found if one.days.meets(days)), key=lambda one: (one.days, one.day.id)))


def shopping_origin(found: Iterable[Shopping]) -> Origin:
    """The rows that tell of them, as sure as the vaguest of them is."""
    rows = [one.day for one in found]
    sure = max((row.certainty for row in rows), key=[*VAGUE_WORDS].index)
    versions = [version_of(row) for row in rows]
    as_of = versions[0] if len(set(versions)) == 1 else f"{len(set(versions))} rows"
    return Origin(f"shopping days table, {rows[0].source}", as_of, sure)
