"""What stands between an answer and the disk: threads of its own, another chance, and pictures that are read once."""

from __future__ import annotations

import asyncio
import threading

import pytest

from adlocalizer.domain import Answer
from adlocalizer.errors import StoreError
from adlocalizer.gemini.reading import Asked, read_answer
from adlocalizer.making.keeping import Keeper
from adlocalizer.making.wishes import Shots, Wish
from adlocalizer.store import Ledger, Store

from .gemini_requests import MODEL, SHOT, answer, part, request


def keep(ledger: Ledger, **over) -> Answer:
    async def kept() -> Answer:
        keeper, asked = Keeper(ledger), request(**over)
        try:
            return await keeper.keep(asked, read_answer(answer(part()), Asked(asked, MODEL)))
        finally:
            keeper.close()

    return asyncio.run(kept())


def test_an_answer_is_kept_though_all_other_threads_wait(tmp_path):
    async def busy() -> Answer:
        ended, keeper, asked = threading.Event(), Keeper(Ledger(Store(str(tmp_path)))), request()
        waiting = [asyncio.ensure_future(asyncio.to_thread(ended.wait)) for _ in range(40)]
        try:
            async with asyncio.timeout(20):
                return await keeper.keep(asked, read_answer(answer(part()), Asked(asked, MODEL)))
        finally:
            ended.set()
            await asyncio.gather(*waiting)

    assert asyncio.run(busy()).kind == "picture"


def test_a_store_that_stumbles_is_given_another_chance(tmp_path):
    class Stumbling(Ledger):
        stumbles = 2

        def keep(self, *said):
            self.stumbles -= 1
            if self.stumbles >= 0:
                raise StoreError("the disk is full")
            return super().keep(*said)

    assert keep(Stumbling(Store(str(tmp_path)))).kind == "picture"


def test_a_store_that_goes_on_stumbling_is_told(tmp_path):
    (tmp_path / "answers").write_bytes(b"")
    with pytest.raises(StoreError, match="answers"):
        keep(Ledger(Store(str(tmp_path))))


def test_what_many_requests_carry_is_read_once():
    reads = []

    def read(asked):
        reads.append(asked)
        return (SHOT,)

    async def several() -> list[tuple[bytes, ...]]:
        shots = Shots()
        return [await shots.of(Wish(None, request(seed=seed), read, 0)) for seed in range(3)]

    assert asyncio.run(several()) == [(SHOT,)] * 3
    assert len(reads) == 1
