"""A circuit breaker: when a model is silent, ask it less and less, and at last no more."""

from __future__ import annotations

import math
import random

_LONGEST_PAUSE = 10
"""Times the first pause."""
_MOST_OPENINGS = 6
"""In a row without an answer: with a first pause of half a minute that is 12 minutes of silence."""


class Breaker:
    """Open after some failures in a row: nothing is sent for a while, then one probe whose end decides."""

    def __init__(self, failures: int, first_pause_seconds: float) -> None:
        """Start closed."""
        self._most_failures, self._first_pause = failures, first_pause_seconds
        self.openings = self.era = self._failures = 0
        self.is_probing = False
        self.since = self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether nothing but a probe is sent."""
        return self.openings > 0

    @property
    def is_given_up(self) -> bool:
        """Whether it opened so often without an answer that nothing is sent any more."""
        return self.openings >= _MOST_OPENINGS

    def seconds(self, now: float) -> float:
        """How long nothing may be sent; infinite until a probe ends, and for good after the last opening."""
        if self.is_probing or self.is_given_up:
            return math.inf
        return max(self._until - now, 0.0) if self.is_open else 0.0

    def succeeded(self, era: int) -> None:
        """Close: an answer came to a request of this era."""
        if era == self.era:
            self.openings, self._failures, self.is_probing = 0, 0, False

    def failed(self, era: int, now: float) -> None:
        """Count a request of this era that got no answer; open when that is too many."""
        # What was sent before the last opening says nothing new.
        if era != self.era:
            return
        if not self._failures:
            self.since = now
        self._failures += 1
        if self.is_open or self._failures >= self._most_failures:
            self.openings, self.era, self.is_probing = self.openings + 1, self.era + 1, False
            pause = self._first_pause * min(2 ** (self.openings - 1), _LONGEST_PAUSE)
            self._until = now + pause * random.uniform(0.8, 1.2)  # noqa: S311 - spread, not secrecy

    def left(self, era: int) -> None:
        """A probe that ends without deciding leaves room for another."""
        if era == self.era:
            self.is_probing = False
