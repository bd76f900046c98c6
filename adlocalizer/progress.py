"""How far a run is, for whoever watches: a terminal's bar, a log, a progress artifact."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from adlocalizer.domain import Micros, Status

WAITS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
"""Seconds; an answer counts for the first it does not exceed."""


@dataclass
class Tally:
    """What a run has done so far. Changed in one event loop only."""

    planned: int = 0
    """Renditions."""
    masters: int = 0
    """Pictures planned."""
    calls: int = 0
    """Requests sent to the provider, retries included."""
    kept: int = 0
    """Answers that were on file."""
    spent_micros: Micros = 0
    doubted_micros: Micros = 0
    """What may have been billed for requests whose answer never came."""
    waiting: int = 0
    """Pictures that a batch will bring."""
    waits: Counter[float] = field(default_factory=Counter)
    """Answers by the most seconds they took, one of `WAITS`."""
    ended: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    """Renditions by outcome."""
    stage: str = "planning"

    def recount(self) -> None:
        """Begin counting outcomes anew: the shards are gone through once more."""
        self.ended, self.kept = dict.fromkeys(Status, 0), 0

    def waited(self, seconds: float) -> None:
        """Count an answer by how long it took."""
        self.waits[next((bound for bound in WAITS if seconds <= bound), math.inf)] += 1

    def enter(self, stage: str) -> None:
        """Begin another stage, and tell the watcher."""
        self.stage = stage
        show(self)

    @property
    def done(self) -> int:
        """Renditions with an outcome."""
        return sum(self.ended.values())


Watcher = Callable[[Tally], None]

WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)
"""Called after every change, from the run's own event loop; keep it short."""


def show(tally: Tally) -> None:
    """Tell the watcher, if there is one."""
    if (watcher := WATCHER.get()) is not None:
        watcher(tally)
