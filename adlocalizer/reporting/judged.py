"""How often each check passed, and the ads it was worst about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.domain import Finding, Severity
from adlocalizer.reporting.run_report import Card

_MOST_OFFENDERS = 4
_ORDER = (Severity.FAIL, Severity.REVIEW, Severity.PASS)


class Offender(NamedTuple):
    """An ad a check spoke about."""

    card: Card
    finding: Finding
    href: str


class CheckRate(NamedTuple):
    """One check over all ads it looked at."""

    check: str
    passed: int
    review: int
    failed: int
    parts: tuple[tuple[str, float, float], ...]
    """Severity, start and length of its part of a bar of length 100."""
    offenders: tuple[Offender, ...]
    """Fails first, one a city."""

    @property
    def looked_at(self) -> int:
        """Ads it has a finding about."""
        return self.passed + self.review + self.failed

    @property
    def rate(self) -> float:
        """Share of them it let pass, 0 to 1."""
        return self.passed / self.looked_at


def check_rates(cards: Iterable[Card], hrefs: Mapping[str, str]) -> tuple[CheckRate, ...]:
    """Every check that has findings, the least passing first; `hrefs` is where a card opens, by its id."""
    found: dict[str, list[tuple[Card, Finding]]] = {}
    for card in cards:
        worst: dict[str, Finding] = {}
        for finding in card.findings:
            known = worst.get(finding.check)
            if known is None or _ORDER.index(finding.severity) < _ORDER.index(known.severity):
                worst[finding.check] = finding
        for check, finding in worst.items():
            found.setdefault(check, []).append((card, finding))
    rates = [_rate(check, some, hrefs) for check, some in found.items()]
    return tuple(sorted(rates, key=lambda one: (one.rate, -one.looked_at, one.check)))


def _rate(check: str, findings: Sequence[tuple[Card, Finding]], hrefs: Mapping[str, str]) -> CheckRate:
    counts = {severity: sum(one.severity is severity for _, one in findings) for severity in Severity}
    parts, start = [], 0.0
    for severity in reversed(_ORDER):
        length = 100 * counts[severity] / len(findings)
        if length:
            parts.append((severity.value, round(start, 2), round(length, 2)))
            start += length
    spoken = sorted(
        ((card, one) for card, one in findings if one.severity is not Severity.PASS),
        key=lambda pair: (_ORDER.index(pair[1].severity), pair[0].rendition_id),
    )
    first_of_city: dict[str, Offender] = {}
    for card, one in spoken:
        first_of_city.setdefault(card.city_id, Offender(card, one, hrefs[card.rendition_id]))
    return CheckRate(
        check,
        counts[Severity.PASS],
        counts[Severity.REVIEW],
        counts[Severity.FAIL],
        tuple(parts),
        tuple(first_of_city.values())[:_MOST_OFFENDERS],
    )
