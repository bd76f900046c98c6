"""A served run that is stopped keeps the answers in flight before Prefect ends it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

import pytest
from anyio import CancelScope
from prefect.exceptions import TerminationSignal

from adlocalizer.making import studio
from tasks import landing

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


class Desk:
    """What is in flight lands after a moment."""

    landed = False

    async def close(self) -> None:
        await asyncio.sleep(0.05)
        self.landed = True


@pytest.fixture(autouse=True)
def of_a_deployment(monkeypatch):
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "one")
    monkeypatch.setattr(landing, "_ENDING", [])
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def stopped_by(stop: Callable[[], None]) -> Desk:
    """What became of a desk whose run is stopped; the run itself would go on for a minute."""
    desk = Desk()

    async def run() -> None:
        studio.close_with_all(desk)
        with CancelScope() as scope:
            asyncio.get_running_loop().call_later(0.05, stop or scope.cancel)
            async with landing.landing():
                await asyncio.sleep(60)

    try:
        asyncio.run(run())
    finally:
        assert desk.landed
    return desk


def test_a_run_that_is_stopped_by_a_signal_lands_what_is_in_flight_and_ends_as_prefect_expects():
    with pytest.raises(TerminationSignal):
        stopped_by(lambda: os.kill(os.getpid(), signal.SIGTERM))


def test_a_run_that_is_stopped_by_ctrl_c_lands_what_is_in_flight():
    with pytest.raises(KeyboardInterrupt):
        stopped_by(lambda: os.kill(os.getpid(), signal.SIGINT))


def test_a_run_that_prefect_cancels_lands_what_is_in_flight():
    stopped_by(None)


def test_after_a_run_the_signal_is_whoever_elses_it_was_before():
    before = signal.getsignal(signal.SIGTERM)

    async def run() -> None:
        async with landing.landing():
            assert signal.getsignal(signal.SIGTERM) != before

    asyncio.run(run())
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_command_line_listens_for_itself(monkeypatch):
    monkeypatch.delenv("PREFECT__RUNTIME__DEPLOYMENT__ID")
    before = signal.getsignal(signal.SIGTERM)

    async def run() -> None:
        async with landing.landing():
            assert signal.getsignal(signal.SIGTERM) == before

    asyncio.run(run())
