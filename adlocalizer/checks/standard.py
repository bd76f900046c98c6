"""What every check is: a marked function from what was seen and its rule to a verdict."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from adlocalizer.domain import CheckRule
from adlocalizer.errors import ConfigError

if TYPE_CHECKING:
    from PIL import Image

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
        return self._number("threshold", self.rule.threshold)

    @property
    def end_of_doubt(self) -> float:
        """Where doubt ends; the limit itself when the book names no other."""
        return self.limit if self.rule.fails_at is None else self._number("fails_at", self.rule.fails_at)

    def judge(self, distance: float, said: Said, evidence: Image.Image | None = None) -> Verdict:
        """The verdict on a distance, 0 being perfect: it holds within the limit and is doubtful up to the end of doubt.

        A distance that is no number is Undecidable.
        """
        if not math.isfinite(distance):
            raise Undecidable("This cannot be judged: the measure has no value.")
        value, limit = round(distance, 4), self.limit
        if value <= limit and not self.rule.unsure:
            return Verdict(True, said.good, value, limit)
        if value <= limit:
            return Verdict(False, f"This needs eyes: {self.rule.unsure}.", value, limit, True, evidence)
        return Verdict(False, said.bad, value, limit, doubtful=value <= self.end_of_doubt, evidence=evidence)

    def _number(self, key: str, found: float | None) -> float:
        if found is None or not math.isfinite(found):
            said = f"{key} is missing" if found is None else f"{key} is {found}"
            raise ConfigError(f"{BOOK} (checks.{self.check})", said, "write a number, as `why` there explains")
        return found


class Said(NamedTuple):
    """What a check says of a good subject and of a bad one, a sentence each."""

    good: str
    bad: str


class Verdict(NamedTuple):
    """What a check says about its subject."""

    holds: bool
    text: str
    value: Measured = None
    threshold: Measured = None
    doubtful: bool = False
    """Whether a broken rule only asks for review: the measure or the limit is not certain enough to block."""
    evidence: Image.Image | None = None
    """What shows why, beside the words: a crop, or the product beside its shot."""


class Check(NamedTuple, Generic[Seen]):
    """A check with its id: the name of its function, and of its stanza in the book."""

    id: str
    stage: str
    rank: int
    judge: Callable[[Seen, Standard], Verdict]


def check_of(stage: str, rank: int = 0) -> Callable[[Callable[[Seen, Standard], Verdict]], Check[Seen]]:
    """Mark a function as a check of a stage: `master`, `file`, or `run`, which looks at all pictures of a run.

    Checks of a master run by rank, cheap ones first, and after a fail none of a higher rank: 0 looks at bytes and at
    the whole picture (a few ms), 1 at the product, 2 reads text.
    """

    def mark(judge: Callable[[Seen, Standard], Verdict]) -> Check[Seen]:
        return Check(judge.__name__, stage, rank, judge)

    return mark
