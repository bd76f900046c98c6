"""Ctrl-C and SIGTERM before a run has begun, and the command that goes on. Runs that are stopped are in test_run."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import date

import pytest

from adlocalizer.cli import stopping

from .commands import call

LONG = ["backfill", "demo", "--from", "2026-12-01", "--to", "2027-02-28", "--dry-run"]


@pytest.fixture
def taken():
    """Signals as `main` takes them, for the time of a test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    hook = sys.unraisablehook
    yield stopping.begin
    stopping.begin([])
    sys.unraisablehook = hook
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_planning_ends_with_four_and_the_command_that_goes_on(taken, tmp_path, capsys, number):
    taken(LONG)
    timer = threading.Timer(1.0, os.kill, (os.getpid(), number))
    timer.start()
    said = call(LONG, {"ADLOCALIZER_STORE": str(tmp_path / "store")}, capsys)
    timer.join()
    assert said.status == 4
    assert said.errors.splitlines()[-1].endswith(f"go on with: adlocalizer {' '.join(LONG)}")
    assert not (tmp_path / "store").exists()


class Dropped:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def drop_and_wait() -> None:
    Dropped()
    time.sleep(20)


def test_a_signal_that_falls_into_a_destructor_is_not_lost(taken):
    taken([])
    with pytest.raises(KeyboardInterrupt):
        drop_and_wait()


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["run", "demo"], "adlocalizer run demo --date 2026-12-01"),
        (["run", "demo", "--date", "2026-12-02"], "adlocalizer run demo --date 2026-12-02"),
        (["run", "demo", "--date=2026-12-02"], "adlocalizer run demo --date=2026-12-02"),
        (["run", "demo", "--select", "*.jp-*"], "adlocalizer run demo --select '*.jp-*' --date 2026-12-01"),
    ],
)
def test_the_command_that_goes_on_names_the_day_that_was_made(taken, words, command):
    taken(words)
    assert stopping.going_on(date(2026, 12, 1)) == f"interrupted; answers are kept, go on with: {command}"
