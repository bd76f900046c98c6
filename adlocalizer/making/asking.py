"""Requests to answers: the kept one if there ever was one, else a new one, retried as long as none comes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from adlocalizer.domain import Answer, Digest, Inquiry, Mode, Reply, Request
from adlocalizer.errors import (
    AdlocalizerError,
    BadAnswer,
    BudgetExceeded,
    ConfigError,
    NotAllowed,
    ProviderError,
    Refused,
    Retired,
    StoreError,
    Throttled,
    Unavailable,
    Waiting,
)
from adlocalizer.making.keeping import Keeper
from adlocalizer.making.limits import Slot
from adlocalizer.making.purse import Reservation
from adlocalizer.making.turns import Turns
from adlocalizer.making.wishes import JudgeWish, Means, Shots, Wish, wait_seconds, without_picture
from adlocalizer.progress import show

_THROTTLED_TRIES = 4
"""Times more that a throttled request is sent than one that failed: the provider is there, only busy."""
log = logging.getLogger(__name__)


class Desk:
    """Asks a provider within limits. One per process and run: the limits hold for the process."""

    def __init__(self, means: Means, mode: Mode) -> None:
        """Take the means; `close` closes the provider."""
        self.means, self._mode, self._shots = means, mode, Shots()
        self._turns, self._keeper = Turns(means.ledger), Keeper(means.ledger)
        self._open: set[asyncio.Task[Answer]] = set()
        self._closing, self._ended = False, asyncio.Event()
        self._retired: dict[str, Retired] = {}
        self.stopped: AdlocalizerError | None = None
        """Why nothing more is asked: money, key, quota of the day, a retired model, answers that cannot be kept."""
        self.wanted: dict[Digest, Wish] = {}
        """In batch mode: what has no answer yet, in the order it was asked for."""
        self.held: set[Digest] = set()
        """Keys that were asked for and are in a batch."""
        self._elsewhere: Mapping[Digest, str] = {}
        self._hopeless: Mapping[Digest, str] = {}

    def begin_round(self, elsewhere: Mapping[Digest, str], hopeless: Mapping[Digest, str]) -> None:
        """Take note of the keys that are in batches, and of those that batches never answered, each with the reason."""
        self._elsewhere, self._hopeless = dict(elsewhere), dict(hopeless)
        self.wanted.clear()
        self.held.clear()

    def retire(self, error: Retired, has_other: bool) -> None:
        """Ask a model nothing more; where no other stands in for it, ask nothing at all."""
        self._retired[error.model] = error
        if not has_other:
            self.stop(error)

    def stop(self, error: AdlocalizerError) -> None:
        """Ask nothing more; what is in flight lands all the same."""
        self.stopped = self.stopped or error
        self._send_nothing_more(str(error))

    async def answer(self, wish: Wish | JudgeWish) -> Answer:
        """The answer on file, else a new one, kept before anything else happens.

        A refusal and a picture-less reply are answers. Raises ProviderError when none came after the last retry,
        Waiting when a batch must bring it, and what stopped the desk once something did.
        """
        if (kept := await self._on_file(wish.request.key)) is not None:
            return self._noted(kept)
        self._refuse(wish)
        # Shielded: who waits may be cancelled, but what was sent will be billed and is kept all the same.
        asked = asyncio.ensure_future(self._in_turn(wish))
        self._open.add(asked)
        asked.add_done_callback(self._open.discard)
        return await asyncio.shield(asked)

    async def kept_first(self, requests: Iterable[Request]) -> Request | None:
        """The first of some requests that has a picture on file."""
        for request in requests:
            answer = await self._on_file(request.key)
            if answer is not None and answer.kind == "picture":
                return request
        return None

    async def _on_file(self, key: Digest) -> Answer | None:
        if self.means.ledger.store.is_local and not self.means.ledger.has(key):
            return None  # one look at the disk costs less than a thread's turn
        return await asyncio.to_thread(self.means.ledger.answer, key)

    async def close(self) -> None:
        """Send nothing more, keep what is still being answered, and let go of the provider."""
        self._closing = True
        self._send_nothing_more("the run is stopping")
        await asyncio.gather(*self._open, return_exceptions=True)
        self._keeper.close()
        await self.means.purse.close()
        await self.means.provider.close()
        if self.means.judge is not None:
            await self.means.judge.close()

    def _send_nothing_more(self, reason: str) -> None:
        """Wake whoever waits for a place, a rate or another try: none of them will be sent."""
        self._ended.set()
        for limits in self.means.limits.values():
            limits.close(Unavailable(f"not asked: {reason}"))

    def _refuse(self, wish: Wish | JudgeWish) -> None:
        """Raise where a request may not be sent."""
        request = wish.request
        if self._closing:
            raise Waiting("not asked: the run is stopping")
        if reason := self._elsewhere.get(request.key):
            self.held.add(request.key)
            raise Waiting(reason)
        if reason := self._hopeless.get(request.key):
            raise Unavailable(reason)
        if self.stopped is not None:
            raise self.stopped.with_traceback(None)  # raised for every request: it would grow
        if (retired := self._retired.get(request.model)) is not None:
            raise retired.with_traceback(None)
        if self._mode == "batch" and isinstance(wish, Wish):
            self.wanted.setdefault(request.key, wish)
            raise Waiting("waits for the next batch")

    async def _in_turn(self, wish: Wish | JudgeWish) -> Answer:
        """A new answer; while somebody else asks for it, in this process or another, wait for theirs."""
        while True:
            async with self._turns.taken(wish.request.key) as is_ours:
                if (kept := await self._on_file(wish.request.key)) is not None:
                    return self._noted(kept)
                if is_ours:
                    return await self._new(wish)
            self._refuse(wish)
            await self._pause(self._turns.pause_seconds)

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until nothing more is sent."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)

    def _noted(self, kept: Answer) -> Answer:
        self.means.tally.kept += 1
        show(self.means.tally)
        return kept

    async def _new(self, wish: Wish | JudgeWish) -> Answer:
        means = self.means
        try:
            reply = await self._asked(wish)
        except Retired as error:
            self.retire(error, wish.has_other)
            raise
        except (BudgetExceeded, NotAllowed, ConfigError) as error:
            self.stop(error)
            raise
        means.tally.spent_micros += reply.answer.cost_micros
        answer = await self._kept(wish.request, reply)
        show(means.tally)
        return answer

    async def _kept(self, request: Request | Inquiry, reply: Reply) -> Answer:
        try:
            return await self._keeper.keep(request, reply)
        except StoreError as error:
            if reply.answer.cost_micros:
                self.stop(StoreError(f"not asked, since the answer before could not be kept: {error}"))
            raise

    async def _asked(self, wish: Wish | JudgeWish) -> Reply:
        config, failures, throttles = self.means.config, 0, 0
        # Where another model stands ready, a second failure is enough to turn to it.
        tries = min(2, config.tries) if wish.has_other else config.tries
        while True:
            try:
                return await self._sent(wish)
            except Unavailable as error:
                failures += 1
                is_given_up = self.means.limits[wish.request.model].is_given_up
                pause_seconds, is_last = wait_seconds(config, failures), is_given_up or failures >= tries
                lost: ProviderError = error
            except Throttled as error:
                throttles += 1
                pause_seconds = max(error.retry_after_seconds or 0.0, wait_seconds(config, throttles))
                is_last = throttles >= _THROTTLED_TRIES * tries or pause_seconds > config.longest_wait_seconds
                lost = error
            self._refuse(wish)
            if is_last:
                raise lost
            log.info("request %s: %s; asking again in %.1f s", wish.request.key[:12], lost, pause_seconds)
            await self._pause(pause_seconds)

    async def _sent(self, wish: Wish | JudgeWish) -> Reply:
        """One try: money set aside, a place in flight, and what came of it told to both."""
        request, means, is_sent = wish.request, self.means, False
        pictures = await self._shots.of(wish)  # a place in flight waits for no disk
        with await means.purse.reserved(request.key, wish.most_micros) as reservation:
            try:
                async with means.limits[request.model].slot(wish.price_micros, not wish.has_other) as slot:
                    self._refuse(wish)  # it may have waited long, and much may have happened meanwhile
                    is_sent, began = True, time.monotonic()
                    reply = await self._told(wish, pictures, reservation, slot)
                    means.tally.waited(time.monotonic() - began)
            finally:
                if not is_sent:
                    reservation.release()
            reservation.settle(reply.answer.cost_micros)
        return reply

    async def _told(
        self, wish: Wish | JudgeWish, pictures: tuple[bytes, ...], reservation: Reservation, slot: Slot
    ) -> Reply:
        self.means.tally.calls += 1
        try:
            reply = await self._answered(wish, pictures)
        except (Refused, BadAnswer) as error:
            reply = without_picture(wish.request.key, error, wish.price_micros)
        except Unavailable as error:
            slot.unavailable(error.may_be_billed)
            reservation.doubt() if error.may_be_billed else reservation.release()
            raise
        except AdlocalizerError as error:
            if isinstance(error, Throttled):
                slot.throttled(error.retry_after_seconds)
            reservation.release()
            raise
        slot.succeeded(reply.answer.cost_micros)
        return reply

    async def _answered(self, wish: Wish | JudgeWish, pictures: tuple[bytes, ...]) -> Reply:
        if isinstance(wish, JudgeWish):
            if self.means.judge is None:
                raise ConfigError("judge", "the run has none", "write `judge:` in the campaign's file")
            return await self.means.judge.judge(wish.request, pictures, wish.most_micros)
        request = wish.request
        if request.edit is None:
            return await self.means.provider.generate(request, pictures)
        previous = await asyncio.to_thread(self.means.ledger.parent, request)
        return await self.means.provider.edit(previous, request, pictures)
