"""What shards made elsewhere add to the counts of their run, and to the money of their command."""

from __future__ import annotations

from adlocalizer.domain import Shard, Status
from adlocalizer.making.errands import Counted, Returned
from adlocalizer.making.purse import Caps, Purse
from adlocalizer.progress import Tally, show


class Sum:
    """Adds up what comes back. A process says each time all it has counted, so that nothing is added twice."""

    def __init__(self, tally: Tally) -> None:
        """Add to a tally; what is spent counts against the cap of a command that makes several runs."""
        self._tally, self._purse = tally, Purse(None, Caps())
        self._known: dict[str, Counted] = {}

    def add(self, shard: Shard, returned: Returned) -> None:
        """Count a shard, and what its process did since its last one."""
        tally, new = self._tally, returned.counted
        old = self._known.get(new.process, Counted(new.process, 0, 0, 0, 0, 0, {}))
        if new.turn > old.turn:
            self._known[new.process] = new
            self._grow(f"{shard.region}.{shard.number}", old, new)
        for name, count in returned.counts.model_dump().items():
            if name in set(Status):
                tally.ended[Status(name)] += count
        show(tally)

    def _grow(self, name: str, old: Counted, new: Counted) -> None:
        tally, spent = self._tally, new.spent_micros - old.spent_micros
        doubted = new.doubted_micros - old.doubted_micros
        tally.calls += new.calls - old.calls
        tally.kept += new.kept - old.kept
        tally.spent_micros += spent
        tally.doubted_micros += doubted
        tally.waits.update({bound: count - old.waits.get(bound, 0) for bound, count in new.waits.items()})
        self._purse.reserve(name, spent).settle(spent)
        if doubted > 0:
            self._purse.reserve(name, doubted).doubt()
