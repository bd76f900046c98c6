"""What a desk works with, what it is asked for, and how long it waits before it asks again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from adlocalizer.domain import Answer, Digest, Inquiry, Master, Micros, ProviderConfig, Reply, Request
from adlocalizer.errors import BadAnswer, Refused
from adlocalizer.making.limits import Limits
from adlocalizer.making.purse import Purse
from adlocalizer.progress import Tally
from adlocalizer.providers import ImageProvider, JudgeProvider
from adlocalizer.store import Ledger

_MOST_SHOTS = 16
"""Sets of pictures that are kept at hand: a run has as many as products."""


class Means(NamedTuple):
    """What a desk works with."""

    provider: ImageProvider
    ledger: Ledger
    limits: Mapping[str, Limits]
    """By model id."""
    purse: Purse
    config: ProviderConfig
    tally: Tally
    judge: JudgeProvider | None = None
    """Who is asked about pictures; None where nobody is."""


class Wish(NamedTuple):
    """A request of a master, with the pictures it carries, read when they are sent."""

    master: Master
    request: Request
    references: Callable[[Request], tuple[bytes, ...]]
    price_micros: Micros
    """What the table says this request costs: a fallback's price may differ from its master's."""
    has_other: bool = False
    """Whether another model can be asked instead: then nobody waits for one that is down."""

    @property
    def most_micros(self) -> Micros:
        """What it may cost at worst."""
        return self.master.most_micros

    def pictures(self) -> tuple[bytes, ...]:
        """The bytes of the pictures it carries."""
        return self.references(self.request)


class JudgeWish(NamedTuple):
    """An inquiry about a picture, with what it shows, read when it is sent. It is never part of a batch."""

    request: Inquiry
    shown: Callable[[Inquiry], tuple[bytes, ...]]
    price_micros: Micros
    most_micros: Micros
    has_other: bool = False

    def pictures(self) -> tuple[bytes, ...]:
        """The bytes of its views."""
        return self.shown(self.request)


class Shots:
    """The pictures that wishes carry, read in a thread; what many requests carry is at hand after the first."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._known: dict[tuple[Digest, ...], tuple[bytes, ...]] = {}

    async def of(self, wish: Wish | JudgeWish) -> tuple[bytes, ...]:
        """The bytes of the pictures a wish carries."""
        if isinstance(wish, JudgeWish):
            return await asyncio.to_thread(wish.pictures)
        names = tuple(one.sha256 for one in wish.request.references)
        found = self._known.get(names)
        if found is None:
            found = await asyncio.to_thread(wish.pictures)
            if len(self._known) < _MOST_SHOTS:
                self._known[names] = found
        return found


def without_picture(key: Digest, error: Refused | BadAnswer, price_micros: Micros = 0) -> Reply:
    """The answer a provider gave by an error; what it billed if it says so, else a picture's price for a bad answer."""
    is_refusal = isinstance(error, Refused)
    unsaid: Micros = 0 if is_refusal else price_micros
    cost = unsaid if error.cost_micros is None else error.cost_micros
    kind: Literal["refusal", "bad"] = "refusal" if is_refusal else "bad"
    return Reply(answer=Answer(key=key, kind=kind, reason=error.message, cost_micros=cost))


def wait_seconds(config: ProviderConfig, tried: int) -> float:
    """Exponential, with jitter: callers that failed together do not come back together."""
    wait = min(config.longest_wait_seconds, config.first_wait_seconds * 2.0 ** (tried - 1))
    return random.uniform(0.5, 1.0) * wait  # noqa: S311 - spread, not secrecy
