"""Killed at any instant, and at every write of the store: nothing is lost, paid twice, torn or left behind.

`ADLOCALIZER_SOAK=1 pytest tests/test_killed.py` takes 1,000 seeds, and every way a write can fail at every write.
"""

from __future__ import annotations

import os
import random
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from adlocalizer.store import Ledger, Store

from . import gemini_runs, killing, projects
from .emulator import running
from .faulty import BUCKET_WAYS, DISK_WAYS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600), pytest.mark.xdist_group("killed")]
SOAK = bool(os.environ.get("ADLOCALIZER_SOAK"))
SEEDS = 1_000 if SOAK else 100
RUN = f"runs/small/{projects.DAY.isoformat()}"
TABLES = ("manifest.csv", "manifest.json", "manifest.parquet")
CITIES = ("jp-tokyo", "fr-paris")


class Bench(NamedTuple):
    """A warm process, the provider's door, and what an undisturbed run leaves."""

    warm: killing.Warm
    door: killing.Counter
    folder: Path
    made: dict[str, bytes]
    seconds: float
    writes: int

    def keys(self) -> set[str]:
        """The keys of every answer of the undisturbed run."""
        return {path.stem for path in (self.folder / "plain").glob("answers/*/*.json")}


def left(store: Path, day: date = projects.DAY) -> dict[str, bytes]:
    """A day's manifests and bundles by their path."""
    files = [*store.glob(f"runs/small/{day}/*/manifest.*"), *store.glob(f"bundles/small/{day}/*.zip")]
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("killed")
    project = gemini_runs.make_gemini_project(folder / "project", cities=list(CITIES), shard_size=1)
    with running() as emulator:
        door = killing.Counter(emulator.url, seconds=0.02)
        with killing.warm(project, door.url) as warm:
            said = warm.run(str(folder / "plain"))
            assert said["status"] == 0
            yield Bench(warm, door, folder, left(folder / "plain"), said["seconds"], said["writes"])
        door.close()


def disturbed(bench: Bench, store: Path, url: str, **how: Any) -> dict[str, Any]:
    """One run that is killed or fails at a write, then one that is not; every promise is held against both."""
    said = bench.warm.run(url, **how)
    assert said["status"] in (0, 3, 4, -9), said
    _hold_that_nothing_looks_finished_that_is_not(store)
    kept = Ledger(Store(str(store))).kept(bench.keys())
    again = bench.warm.run(url)
    assert again["status"] == 0
    assert bench.door.calls.count(again["key"]) == len(CITIES) - len(kept)
    assert left(store) == bench.made
    assert [path for path in store.rglob("*") if ".tmp-" in path.name or "staging" in path.name] == []
    return said


def _hold_that_nothing_looks_finished_that_is_not(store: Path) -> None:
    """Every zip is whole, and a region with its marker has the bundle and the tables the marker speaks of."""
    inside = {}
    for path in store.glob("bundles/**/*.zip"):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            inside[path.stem.rpartition("_")[2]] = {name: archive.read(name) for name in archive.namelist()}
    for marker in store.glob(f"{RUN}/*/manifest.json"):
        tables = {path.name: path.read_bytes() for path in marker.parent.glob("manifest.*")}
        assert tables == {name: inside[marker.parent.name][name] for name in TABLES}


@pytest.fixture(scope="module")
def killed(bench) -> list[dict[str, Any]]:
    """Every seed's run, killed at its instant and finished by the next."""
    ended, seconds = [], bench.seconds
    for seed in range(SEEDS):
        if seed % 10 == 0:  # the machine may have become faster, or slower
            seconds = bench.warm.run(str(bench.folder / f"pace-{seed}"))["seconds"]
        store, instant = bench.folder / f"seed-{seed}", random.Random(seed)  # noqa: S311
        ended.append(disturbed(bench, store, str(store), after=instant.uniform(0.02, 1.0) * seconds))
    return ended


def test_a_run_that_is_killed_at_any_instant_is_finished_by_the_next_byte_for_byte_without_asking_twice(killed):
    assert sum(one["status"] == -9 for one in killed) > SEEDS // 2


def test_instants_are_spread_over_the_whole_run(bench):
    instants = [random.Random(seed).uniform(0.02, 1.0) for seed in range(SEEDS)]  # noqa: S311
    assert all(any(tenth <= 10 * one < tenth + 1 for one in instants) for tenth in range(10))


def test_runs_at_the_same_time_ask_for_what_they_share_once_and_make_what_each_would_alone(bench):
    store, days = bench.folder / "beside", [projects.DAY + timedelta(days=more) for more in range(3)]
    ended = bench.warm.run_beside(str(store), days)
    calls = sum(bench.door.calls.count(one["key"]) for one in ended)
    assert ([one["status"] for one in ended], calls) == ([0, 0, 0], len(CITIES))
    made = [left(store, day) for day in days]
    assert (made[0], [len(one) for one in made]) == (bench.made, [len(bench.made)] * 3)


def test_a_claim_of_a_killed_process_holds_nobody_up(bench):
    store = bench.folder / "stale"
    bench.warm.run(str(store), after=0.4 * bench.seconds)
    assert bench.warm.run(str(store))["seconds"] < 5 * bench.seconds


def chosen(ways: tuple[str, ...], writes: int) -> list[tuple[str, int]]:
    """Every way at every write; in CI two ways at each, in turn."""
    every = [(way, at) for at in range(writes) for way in ways]
    return every if SOAK else [one for number, one in enumerate(every) if (number + number // len(ways)) % 3 == 0]


def test_a_disk_that_fails_or_a_crash_at_any_write_loses_nothing_and_is_paid_once(bench):
    for way, at in chosen(DISK_WAYS, bench.writes):
        store = bench.folder / f"disk-{way}-{at}"
        disturbed(bench, store, str(store), fault=(way, at))


def test_a_bucket_that_fails_or_a_crash_at_any_write_loses_nothing_and_is_paid_once(bench):
    for way, at in chosen(BUCKET_WAYS, bench.writes):
        store = bench.folder / f"bucket-{way}-{at}"
        disturbed(bench, store, f"faulty://{store}", fault=(way, at))
