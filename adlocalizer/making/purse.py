"""The money of a run: shared by its shards and processes, remembered across restarts, never above a cap."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import NamedTuple, Self

from adlocalizer.domain import Micros
from adlocalizer.errors import BudgetExceeded, StoreError
from adlocalizer.making.journal import Bookings, Journal, Line, spending_folder, spent_so_far

__all__ = ["Caps", "Journal", "Purse", "Reservation", "spending_folder", "spent_so_far"]

_log = logging.getLogger(__name__)


_POT: ContextVar[list[Purse] | None] = ContextVar("pot", default=None)


@contextmanager
def one_cap() -> Iterator[None]:
    """Inside this block a command's cap is for all runs it makes together, one after the other or side by side."""
    token = _POT.set([])
    try:
        yield
    finally:
        _POT.reset(token)


def spent_together() -> Micros:
    """What the runs of this command have spent and doubt so far, without what is in flight; 0 outside `one_cap`."""
    return sum(purse.booked_micros - purse.open_micros for purse in _POT.get() or ())


class Caps(NamedTuple):
    """The most that may be spent, in micros; None: no cap."""

    command_micros: Micros | None = None
    """By this command, whose process books it: for all its runs together inside `one_cap`."""
    run_micros: Micros | None = None
    """By the run, a campaign and its day, ever: earlier commands included."""


class Purse:
    """What may still be spent. Money is set aside before a request is sent and settled when its cost is known.

    What was reserved counts at its worst price until it is settled or released, whichever process reserved it: a
    process that died may have been billed. Where something cost more than its worst price, whatever is reserved from
    then on is taken to cost as many times more: only what was in flight by then can pass a cap. Belongs to one event
    loop.
    """

    def __init__(self, journal: Journal | None, caps: Caps) -> None:
        """Without a journal nothing is shared or remembered."""
        self._journal, self._caps = journal, caps
        self._file = journal.file if journal else ""
        self._is_remote = journal is not None and not journal.is_local
        self._book = Bookings()
        self._queue, self._freed = asyncio.Lock(), asyncio.Event()
        pot = _POT.get()
        self._pot = [] if pot is None else pot
        self._pot.append(self)

    @property
    def booked_micros(self) -> Micros:
        """What this command's requests have cost, and at worst may."""
        return self._book.booked[self._file]

    @property
    def doubted_micros(self) -> Micros:
        """What this command's requests cost at worst that may have been billed without an answer."""
        return self._book.doubted[self._file]

    def reserve(self, name: str, most_micros: Micros) -> Reservation:
        """Set money aside under a request's key or a batch's name; BudgetExceeded when it does not fit now."""
        reservation = self._tried(name, most_micros)
        if reservation is None:
            raise self._excess(self._worst(most_micros)) or AssertionError("what does not fit is above a cap")
        if self._is_remote:
            self._flush(reservation)
        return reservation

    async def reserved(self, name: str, most_micros: Micros) -> Reservation:
        """The same, but wait as long as requests in flight in this process may still leave enough."""
        async with self._queue:
            while True:
                if self._journal and self._is_remote:
                    self._learn(await asyncio.to_thread(self._journal.gained))
                reservation = self._tried(name, most_micros)
                if reservation is not None:
                    break
                self._freed.clear()
                await self._freed.wait()
        if self._is_remote:
            # Outside the queue: whoever writes first writes for all who wait.
            try:
                await asyncio.to_thread(self._flush, None)
            except BaseException:
                reservation.release()
                raise
        return reservation

    def settle_elsewhere(self, name: str, cost_micros: Micros) -> None:
        """Book what became of a reservation another process made under this name, of a batch; twice is as good as once.

        Nothing is reserved any more when the cost is 0: that is how one is released.
        """
        with self._shared():
            if self._book.is_open(name) or name not in self._book.names:
                self._note({"settle": name, "micros": cost_micros})
                self._freed.set()
                self._flush(None)

    async def close(self) -> None:
        """Write what is still to be written; nothing waits in a local store."""
        await asyncio.to_thread(self._flush, None)

    def _tried(self, name: str, most_micros: Micros) -> Reservation | None:
        """A reservation; None while requests in flight may leave enough; BudgetExceeded when they cannot."""
        with self._shared():
            worst_micros = self._worst(most_micros)
            if error := self._excess(worst_micros):
                if self._excess(worst_micros, (sum(one.open_micros for one in self._pot), self.open_micros)):
                    raise error
                return None
            self._note({"reserve": name, "micros": worst_micros})
            reservation = Reservation(name, (most_micros, worst_micros), self._end)
            if not self._is_remote:
                self._flush(reservation)
            return reservation

    @property
    def open_micros(self) -> Micros:
        """What this command has reserved and not yet heard of."""
        return self._book.open_micros(self._file)

    def _worst(self, most_micros: Micros) -> Micros:
        return math.ceil(most_micros * self._book.overrun)

    def _excess(self, most_micros: Micros, freed: tuple[Micros, Micros] = (0, 0)) -> BudgetExceeded | None:
        """The cap, of command or run, that leaves no room for a price when so much is freed; what is free fits."""
        booked = (sum(one.booked_micros for one in self._pot), self._book.booked.total())
        for spent, cap, freed_micros in zip(booked, self._caps, freed, strict=True):
            if most_micros and cap is not None and spent - freed_micros + most_micros > cap:
                return BudgetExceeded(spent + most_micros, cap, is_running=True)
        return None

    def _end(self, line: Line) -> None:
        overrun = self._book.overrun
        self._note(line)
        for one in self._pot:
            one._freed.set()
        if self._book.overrun > overrun:
            times = float(self._book.overrun)
            _log.warning("A request cost %.2f times what is planned at most; as much is now set aside for each.", times)
        if not self._is_remote:
            # A line that cannot be written waits for the next: until then the worst price stands on disk.
            with suppress(StoreError):
                self._flush(None)

    @contextmanager
    def _shared(self) -> Iterator[None]:
        """Know what others have booked and, in a local store, keep them from booking more."""
        with self._journal.locked() if self._journal else nullcontext():
            if self._journal:
                self._learn(self._journal.gained())
            yield

    def _learn(self, gained: Iterable[tuple[str, Line]]) -> None:
        for file, line in gained:
            self._book.note(file, line)

    def _note(self, line: Line) -> None:
        self._book.note(self._file, line)
        if self._journal:
            self._journal.add(line)

    def _flush(self, reservation: Reservation | None) -> None:
        try:
            if self._journal:
                self._journal.flush()
        except StoreError:
            if reservation:
                reservation.release()
            raise


class Reservation:
    """Money set aside for one request or batch. Its first ending counts; a block that ends without one doubts."""

    def __init__(self, name: str, most_micros: tuple[Micros, Micros], end: Callable[[Line], None]) -> None:
        """Take the price that was asked for, what was set aside for it, and who books the ending."""
        self._name, (self._asked, self._most), self._end, self._is_open = name, most_micros, end, True

    def settle(self, cost_micros: Micros) -> None:
        """Book the real cost, which may be more than was set aside: nobody can tell how long a model will think."""
        over = {"asked": self._asked} if self._asked and cost_micros > self._most else {}
        self._ended({"settle": self._name, "micros": cost_micros, **over})

    def doubt(self) -> None:
        """Leave the worst price booked: no answer came, but one may have been billed."""
        self._ended({"doubt": self._name})

    def release(self) -> None:
        """Give the money back: certainly nothing was billed."""
        self._ended({"release": self._name})

    def _ended(self, line: Line) -> None:
        if self._is_open:
            self._is_open = False
            self._end({**line, "of": self._most})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.doubt()
