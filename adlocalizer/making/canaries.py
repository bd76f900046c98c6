"""Which judged pictures a canary is slipped in beside, what became of it, and how many a run's judge let pass."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import NamedTuple

from adlocalizer.domain import Answer, Id, Inquiry, Judge, Micros, RunRef
from adlocalizer.domain.question import Forgery
from adlocalizer.gemini.judging import rulings_in
from adlocalizer.planning.questioning import Hearing
from adlocalizer.store import Store

_Z = 1.96  # standard deviations: 95 % of a normal distribution


class Slipped(NamedTuple):
    """A canary as the judge saw it."""

    question: Id
    forgery: Forgery
    was_missed: bool
    """Whether it was answered as a good picture is. One answered `unclear` or not at all would go to a person."""
    cost_micros: Micros


class Missed(NamedTuple):
    """How a run's judge did on its canaries."""

    asked: int = 0
    missed: int = 0
    cost_micros: Micros = 0
    by_forgery: tuple[tuple[str, int, int], ...] = ()
    """How they were wrong, how many of them there were, how many passed."""

    @property
    def rate(self) -> float:
        """The share it let pass."""
        return self.missed / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one lies with a confidence of 95 %, by Wilson's score."""
        if not self.asked:
            return 0.0, 1.0
        middle = self.rate + _Z**2 / (2 * self.asked)
        half = _Z * math.sqrt(self.rate * (1 - self.rate) / self.asked + _Z**2 / (4 * self.asked**2))
        over = 1 + _Z**2 / self.asked
        return max(0.0, (middle - half) / over), min(1.0, (middle + half) / over)


def forgeries_for(judge: Judge, hearing: Hearing, key: str) -> tuple[tuple[Id, Forgery], ...]:
    """How a canary beside the picture of a request may be wrong, first choice first; none beside most pictures.

    Chance decides by the key alone: equal runs slip in the same canaries.
    """
    if int(key[:8], 16) >= judge.canaries * 2**32:
        return ()
    asked = [question.id for question in hearing.questions]
    every = [(id, forgery) for id in asked for forgery in judge.book.questions[id].canaries]
    first = int(key[16:24], 16) % max(1, len(every))
    return (*every[first:], *every[:first])


def canary_folder(run: RunRef) -> str:
    """Where a run keeps what it slipped in: outside of every region."""
    return f"{run.path}/canaries"


def note_canary(store: Store, run: RunRef, slipped: Slipped, inquiry: Inquiry) -> None:
    """Write down how a canary was answered."""
    path = f"{canary_folder(run)}/{inquiry.key}.json"
    store.write(path, json.dumps(slipped._asdict(), indent=1).encode())


def slipped(judge: Judge, found: tuple[Id, Forgery], inquiry: Inquiry, answer: Answer) -> Slipped:
    """How a canary was answered."""
    question, forgery = found
    ruling = rulings_in(answer, inquiry).get(question)
    was_missed = ruling is not None and ruling.said == judge.book.questions[question].right
    return Slipped(question, forgery, was_missed, answer.cost_micros)


def missed_in(store: Store, run: RunRef) -> Missed:
    """How the judge of a run did on every canary it ever saw."""
    every = list(_read(store, run))
    forgeries = sorted({one.forgery for one in every})
    counted = ((name, [one for one in every if one.forgery == name]) for name in forgeries)
    return Missed(
        len(every),
        sum(one.was_missed for one in every),
        sum(one.cost_micros for one in every),
        tuple((name, len(some), sum(one.was_missed for one in some)) for name, some in counted),
    )


def _read(store: Store, run: RunRef) -> Iterator[Slipped]:
    for path in store.paths(canary_folder(run)):
        if path.endswith(".json"):
            yield Slipped(**json.loads(store.read(path)))
