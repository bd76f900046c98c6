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
)
from adlocalizer.making.purse import Purse, Reservation
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
        self._bench, self._seats = bench, asyncio.Semaphore(concurrency)
        self.calls = 0
        self.spent_micros: Micros = 0
        self.stopped: BudgetExceeded | NotAllowed | ConfigError | None = None
        """Why nothing more is asked: money, or a key, an account or a model that is refused."""

    async def answer(self, request: TextRequest) -> TextAnswer:
        """The answer on file, else a new one; raises ProviderError when none came after the last try."""
        kept = await asyncio.to_thread(self._bench.ledger.answer, request.key)
        if kept is not None:
            return kept
        async with self._seats:
            if self.stopped is not None:
                raise self.stopped.with_traceback(None)
            try:
                answer = await self._asked(request)
            except BudgetExceeded as error:
                self.stopped = CapReached(*error.args)
                raise self.stopped from None
            except (NotAllowed, ConfigError) as error:
                self.stopped = error
                raise
        return await asyncio.to_thread(self._bench.ledger.keep, request, answer)

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
