"""What a gate's findings mean: a fail closes it."""

from __future__ import annotations

from collections.abc import Iterable

from adlocalizer.domain import Finding, Severity
from adlocalizer.errors import GateFailed


def fails(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that close a gate."""
    return tuple(finding for finding in findings if finding.severity is Severity.FAIL)


def raise_closed(gate: str, findings: Iterable[Finding]) -> None:
    """GateFailed when a finding closes the gate."""
    if closing := fails(findings):
        raise GateFailed(gate, closing)
