"""How good a picture is beside the others of its master: least fails, least doubts, nearest to the limits."""

from __future__ import annotations

import math
from collections.abc import Iterable

from adlocalizer.domain import Finding, Severity

_OF_SEVERITY = {Severity.PASS: 0.0, Severity.REVIEW: 10.0, Severity.FAIL: 1000.0}
"""What one finding adds: no number of doubts is as bad as a fail, and no distance as bad as a doubt."""
_UNMEASURED = 1.0
"""Excess of a finding without a number: as far off as one of twice its limit."""
_MOST = 9.0


def score(findings: Iterable[Finding]) -> float:
    """0 where everything passes, 10 a doubt, 1,000 a fail, and under 10 for how far beyond their limits they are."""
    broken = [finding for finding in findings if finding.severity is not Severity.PASS]
    beyond = sum(map(_excess, broken))
    return round(sum(_OF_SEVERITY[one.severity] for one in broken) + _MOST * beyond / (1 + beyond), 3)


def _excess(finding: Finding) -> float:
    """How far a value is beyond its limit, in limits, at most 9; a limit that is a least is read the other way."""
    value, limit = finding.value, finding.threshold
    if not (isinstance(value, float | int) and isinstance(limit, float | int) and value > 0 and limit > 0):
        return _UNMEASURED
    ratio = max(value / limit, limit / value)
    return min(ratio - 1, _MOST) if math.isfinite(ratio) else _MOST
