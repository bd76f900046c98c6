"""Requests for words to answers: the kept one if there ever was one, else a new one, inside a cap."""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple

from adlocalizer.domain import Micros, ProviderConfig, TextAnswer, TextModel, TextRequest
from adlocalizer.errors import (
    AdlocalizerError,
    BudgetExceeded,
    ConfigError,
    NotAllowed,
    ProviderError,
    Throttled,
    Unavailable,
    Waiting,
)
from adlocalizer.making.purse import Purse, Reservation
from adlocalizer.making.turns import Turns
from adlocalizer.making.wishes import wait_seconds
from adlocalizer.providers import TextProvider
from adlocalizer.store import TextLedger

log = logging.getLogger(__name__)


class Bench(NamedTuple):
    """What a writer works with."""

    provider: TextProvider
    ledger: TextLedger
    purse: Purse
    config: ProviderConfig
    model: TextModel


class CapReached(BudgetExceeded):
    """The command's own cap leaves no room for one more request; no campaign's budget counts here."""

    def __str__(self) -> str:
        planned, cap = self.planned_micros / 1e6, self.cap_micros / 1e6
        return (
            f"the cap of ${cap:,.4f} is reached: one more request could bring it to ${planned:,.4f}; raise --max-cost "
            "and run again, what was answered is kept (a campaign's `budget:` does not hold here)"
        )


class Writer:
    """Asks a text model, a few requests at a time; what was answered is kept before anything else happens."""

    def __init__(self, bench: Bench, concurrency: int) -> None:
        """Take what it works with; belongs to one event loop."""
        self._bench, self._seats, self._turns = bench, asyncio.Semaphore(concurrency), Turns(bench.ledger)
        self._open: set[asyncio.Task[TextAnswer]] = set()
        self.calls = 0
        self.spent_micros: Micros = 0
        self.stopped: BudgetExceeded | NotAllowed | ConfigError | None = None
        """Why nothing more is asked: money, or a key, an account or a model that is refused."""
        self._closing = False

    async def answer(self, request: TextRequest) -> TextAnswer:
        """The answer on file, else a new one; raises ProviderError when none came after the last try."""
        if (kept := await self._on_file(request)) is not None:
            return kept
        # Shielded: who waits may be cancelled, but what was sent will be billed and is kept all the same.
        asked = asyncio.ensure_future(self._in_turn(request))
        self._open.add(asked)
        asked.add_done_callback(self._open.discard)
        return await asyncio.shield(asked)

    async def close(self) -> None:
        """Send nothing more, keep what is still being answered, and let go of the provider."""
        self._closing = True
        await asyncio.gather(*self._open, return_exceptions=True)
        await asyncio.to_thread(self._turns.rest)
        await self._bench.provider.close()

    async def _on_file(self, request: TextRequest) -> TextAnswer | None:
        return await asyncio.to_thread(self._bench.ledger.answer, request.key)

    async def _in_turn(self, request: TextRequest) -> TextAnswer:
        """A new answer; while somebody else asks for it, in this process or another, wait for theirs."""
        while True:
            async with self._seats, self._turns.taken(request.key) as is_ours:
                if (kept := await self._on_file(request)) is not None:
                    return kept
                if is_ours:
                    return await self._new(request)
            await asyncio.sleep(self._turns.pause_seconds)

    async def _new(self, request: TextRequest) -> TextAnswer:
        """A new answer, kept before anything else happens."""
        self._refuse()
        try:
            answer = await self._asked(request)
        except BudgetExceeded as error:
            self.stopped = CapReached(*error.args)
            raise self.stopped from None
        except (NotAllowed, ConfigError) as error:
            self.stopped = error
            raise
        return await asyncio.to_thread(self._bench.ledger.keep, request, answer)

    def _refuse(self) -> None:
        """Raise where nothing more may be sent."""
        if self._closing:
            raise Waiting("not asked: the command is stopping")
        if self.stopped is not None:
            raise self.stopped.with_traceback(None)

    async def _asked(self, request: TextRequest) -> TextAnswer:
        config, tried = self._bench.config, 0
        while True:
            try:
                return await self._sent(request)
            except (Unavailable, Throttled) as error:
                tried += 1
                asked_for = error.retry_after_seconds if isinstance(error, Throttled) else None
                pause_seconds = max(asked_for or 0.0, wait_seconds(config, tried))
                if tried >= config.tries or pause_seconds > config.longest_wait_seconds:
                    raise
                log.info("%s: %s; asking again in %.1f s", request.locale, error, pause_seconds)
            await asyncio.sleep(pause_seconds)
            self._refuse()

    async def _sent(self, request: TextRequest) -> TextAnswer:
        most = self._bench.model.most_cost_micros(request.prompt)
        with await self._bench.purse.reserved(request.key, most) as reservation:
            self.calls += 1
            try:
                answer = await self._bench.provider.write(request)
            except AdlocalizerError as error:
                self._book(reservation, error)
                raise
            self._settle(reservation, answer.cost_micros)
            return answer

    def _book(self, reservation: Reservation, error: AdlocalizerError) -> None:
        """What an error costs: what was billed all the same; the worst where nobody knows; else nothing."""
        if isinstance(error, ProviderError) and error.cost_micros is not None:
            self._settle(reservation, error.cost_micros)
        elif isinstance(error, Unavailable) and error.may_be_billed:
            reservation.doubt()
        else:
            reservation.release()

    def _settle(self, reservation: Reservation, cost_micros: Micros) -> None:
        reservation.settle(cost_micros)
        self.spent_micros += cost_micros
