"""What every check is: a marked function from what was seen and its rule to a verdict."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from adlocalizer.domain import CheckRule
from adlocalizer.errors import ConfigError

BOOK = "configs/checks.yml"

Seen = TypeVar("Seen")
Measured = float | int | str | None


class Undecidable(Exception):
    """A check cannot judge; the message says why, in a sentence. It becomes a finding that asks for review."""


class Standard(NamedTuple):
    """A check's rule with the check's name."""

    check: str
    rule: CheckRule

    @property
    def limit(self) -> float:
        """The threshold; a ConfigError when the book names none, or none that can be compared with."""
        limit = self.rule.threshold
        if limit is None or not math.isfinite(limit):
            found = "threshold is missing" if limit is None else f"threshold is {limit}"
            raise ConfigError(f"{BOOK} (checks.{self.check})", found, "write a number, as `why` there explains")
        return limit


class Verdict(NamedTuple):
    """What a check says about its subject."""

    holds: bool
    text: str
    value: Measured = None
    threshold: Measured = None
    doubtful: bool = False
    """Whether a broken rule only asks for review: the measure or the limit is not certain enough to block."""


class Check(NamedTuple, Generic[Seen]):
    """A check with its id: the name of its function, and of its stanza in the book."""

    id: str
    stage: str
    judge: Callable[[Seen, Standard], Verdict]


def check_of(stage: str) -> Callable[[Callable[[Seen, Standard], Verdict]], Check[Seen]]:
    """Mark a function as a check of a stage, `master` or `file`."""

    def mark(judge: Callable[[Seen, Standard], Verdict]) -> Check[Seen]:
        return Check(judge.__name__, stage, judge)

    return mark
