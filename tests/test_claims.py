"""Claims on keys: one process holds a name, a dead one holds nothing, and what was held is free again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adlocalizer.store import Store, claims, claims_of, living

from . import faulty

ROOT = Path(__file__).parents[1]
assert faulty.FaultyBucket.protocol == "faulty"  # a bucket on the local disk, for URLs of this kind
_HOLD = """
import sys, time
from tests import faulty
from adlocalizer.store import Store, claims, claims_of, living
claims.BEAT_SECONDS = 0.1
held = claims_of(Store(sys.argv[1]))
print(held.take("a key"), flush=True)
sys.stdin.readline()
held.release("a key")
print("released", flush=True)
sys.stdin.readline()
"""
Holder = subprocess.Popen


@pytest.fixture(params=["", "faulty://"], ids=["folder", "bucket"])
def store(request, tmp_path, monkeypatch) -> Store:
    monkeypatch.setattr(claims, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(claims, "DEAD_SECONDS", 0.6)
    return Store(f"{request.param}{tmp_path / 'store'}")


@pytest.fixture
def holding(store) -> Iterator[Callable[[], Holder[str]]]:
    """Starts a process that holds the name `a key`; a line to it lets the name go."""
    started = []

    def start() -> Holder[str]:
        command = [sys.executable, "-c", _HOLD, store.url]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, cwd=ROOT, **pipes)
        assert process.stdout.readline() == "True\n"
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def taken_within(store: Store, seconds: float) -> bool:
    """Whether this process gets the name in that time."""
    deadline = time.monotonic() + seconds
    while not (is_taken := claims_of(store).take("a key")) and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_taken


def test_a_name_that_another_process_holds_is_not_had_as_long_as_it_lives(store, holding):
    process = holding()
    assert not taken_within(store, 1.5)
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "released\n"
    assert taken_within(store, 0)
    claims_of(store).release("a key")


def test_what_a_killed_process_held_is_free(store, holding):
    process = holding()
    assert not claims_of(store).take("a key")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert taken_within(store, 10)
    claims_of(store).release("a key", is_settled=True)
    assert not [path for path in store.paths("claims") if "beats" not in path and path != "claims/keys"]


def test_what_a_killed_process_of_this_machine_held_is_free_at_once(store, holding, monkeypatch):
    monkeypatch.setattr(claims, "DEAD_SECONDS", 3600.0)
    process = holding()
    os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while living._started(process.pid) != "dead" and time.monotonic() < deadline:
        time.sleep(0.01)  # nobody has waited for it yet: it has a number still
    assert claims_of(store).take("a key")
    claims_of(store).release("a key", is_settled=True)


def test_nobody_knows_whether_a_process_elsewhere_lives():
    own = living.own_mark().split(".")
    for mark in (
        ".".join(own),
        ".".join([*own[:1], "elsewhere", *own[2:]]),
        ".".join([*own[:1], "", *own[2:]]),
        own[0],
        "",
    ):
        assert not living.is_known_dead(mark)


def test_a_number_that_another_process_has_now_is_not_the_one_that_died():
    random, place, number, started = living.own_mark().split(".")
    assert living.is_known_dead(f"{random}.{place}.{number}.{int(started) - 1}")


def test_a_claim_whose_making_was_heard_of_by_nobody_is_its_makers(tmp_path):
    store = Store(f"faulty://{tmp_path / 'store'}")
    held = claims._Beaten(store)
    store.write(f"claims/{claims._digest('k')}", held._owner.encode())
    assert held.take("k")
    held.release("k")
    assert claims._Beaten(store).take("k")


def test_a_name_is_held_once_in_a_process_too(store):
    held = claims_of(store)
    assert (held.take("k"), held.take("k"), held.take("another")) == (True, False, True)
    held.release("k")
    assert held.take("k")
    for name in ("k", "another"):
        held.release(name)


def test_of_two_that_follow_a_dead_owner_one_holds_the_name(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "DEAD_SECONDS", 0.0)
    store = Store(f"faulty://{tmp_path / 'store'}")
    store.write(f"claims/{claims._digest('k')}", b"dead")
    takers = [claims._Beaten(store) for _ in range(3)]
    assert [taker.take("k") for taker in takers] == [False] * 3  # a first look only notes the beat
    assert sum(taker.take("k") for taker in takers[:2]) == 1


def test_what_the_dead_left_in_a_bucket_is_swept_when_it_is_old_and_the_living_keep_theirs(tmp_path):
    store = Store(f"faulty://{tmp_path / 'store'}")
    for path, owner in (("claims/a", b"dead"), ("claims/beats/dead", b"1"), ("claims/b", b"alive")):
        store.write(path, owner)
        os.utime(tmp_path / "store" / path, (0, 0))
    store.write("claims/beats/alive", b"2")
    assert store.remove_leftovers() == 2
    assert store.paths("claims") == ("claims/b", "claims/beats/alive")


def test_a_run_that_is_over_leaves_nothing_in_a_bucket(tmp_path):
    store = Store(f"faulty://{tmp_path / 'store'}")
    with store.claimed("runs/small/2026-12-01"):
        assert store.paths("claims")
    assert store.paths("claims") == ()


def test_a_run_in_a_bucket_is_made_by_one_process(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "BEAT_SECONDS", 0.05)
    store = Store(f"faulty://{tmp_path / 'store'}")
    other = claims._Beaten(store)
    assert other.take("runs/small/2026-12-01")
    with pytest.raises(claims.Taken, match="another process is making this run"):
        store.claimed("runs/small/2026-12-01").__enter__()
    other.release("runs/small/2026-12-01")
    with store.claimed("runs/small/2026-12-01"):
        assert not other.take("runs/small/2026-12-01")
