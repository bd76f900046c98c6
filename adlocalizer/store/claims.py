"""Who is asking for what just now: of all processes that share a store, one holds a name, and the others see that.

In a local folder a claim is a lock on one byte of an empty file: the system lets go of it when its process dies, at
once. In an object store it is an object created on condition that there is none, with its owner's name in it; an owner
shows that it lives by a beat, an object it rewrites. Dead is an owner that ran on the same machine and does not any
more, and one whose beat has not changed for a minute of somebody's own watching, by whatever clock; its claim is
followed by another's. Where an object store cannot create
on condition (fsspec looks first, then writes), two that come within the same moment may both hold a name; then an
answer may be asked for twice, and the first one kept stays.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from adlocalizer.errors import StoreError
from adlocalizer.store.folder import TAKEN, Taken
from adlocalizer.store.living import is_known_dead, own_mark
from adlocalizer.store.locks import HAS_LOCKS, hold_byte, let_byte_go
from adlocalizer.store.paths import shown
from adlocalizer.store.store import Store

BEAT_SECONDS = 15.0
"""How often an owner shows that it lives."""
DEAD_SECONDS = 60.0
"""Four beats missed."""
_FOLDER, _BEATS = "claims", "claims/beats"


class Claims(Protocol):
    """Names a process holds against all others of its store, and its own other takers."""

    pause_seconds: float
    """How long to wait before trying again."""
    is_quick: bool
    """Whether a try costs next to nothing."""

    def take(self, name: str) -> bool:
        """Hold a name; False when somebody else holds it."""

    def release(self, name: str, is_settled: bool = False) -> None:
        """Let go of a name that is held; settled: nobody has reason to take it again."""

    def rest(self) -> None:
        """Leave nothing behind, if nothing is held: a run is over."""


_open: dict[tuple[int, str], Claims] = {}
_opening = threading.Lock()


def claims_of(store: Store) -> Claims:
    """The claims of this process in a store: one set, whoever asks, and never one of a process it was forked from."""
    with _opening:
        key = (os.getpid(), store.url)
        if key not in _open:
            _open[key] = _Beaten(store) if store.root is None else _Bytes(store.root / _FOLDER / "keys")
        return _open[key]


@contextmanager
def claimed_object(store: Store, path: str) -> Iterator[None]:
    """Hold a folder of an object store as the only one; Taken when another process does."""
    claims = claims_of(store)
    if not claims.take(path):
        raise Taken(f"store {shown(store.url)}: {path}: {TAKEN}")
    try:
        yield
    finally:
        claims.release(path, is_settled=True)
        claims.rest()


def sweep_claims(store: Store, older_than_seconds: float) -> int:
    """Take away what the dead left in an object store so long ago: their beats, and claims without one; how many."""
    limit = datetime.now(UTC) - timedelta(seconds=older_than_seconds)
    every = store.paths(_FOLDER)
    old = [path for path in every if (written := store.modified(path)) is not None and written < limit]
    living = {path.rpartition("/")[2] for path in every if path.startswith(_BEATS)}
    living -= {path.rpartition("/")[2] for path in old if path.startswith(_BEATS)}
    dead = [path for path in old if path.startswith(_BEATS) or _owner_of(store, path) not in living]
    for path in dead:
        store.remove(path)
    return len(dead)


def _owner_of(store: Store, path: str) -> str:
    try:
        return store.read(path).decode()
    except StoreError:
        return ""  # released meanwhile


class _Bytes:
    """Bytes of a file in a local folder, locked: nothing is written, and nothing is left of a process that dies."""

    pause_seconds, is_quick = 0.1, True

    def __init__(self, path: Path) -> None:
        self._path, self._held, self._lock = path, set[int](), threading.Lock()
        self._number: int | None = None

    def take(self, name: str) -> bool:
        byte = _byte(name)
        with self._lock:
            if byte in self._held:
                return False  # the system asks only other processes
            if self._number is None and HAS_LOCKS:
                self._number = self._opened()
            if self._number is not None and not hold_byte(self._number, byte):
                return False
            self._held.add(byte)
            return True

    def release(self, name: str, is_settled: bool = False) -> None:
        byte = _byte(name)
        with self._lock:
            self._held.discard(byte)
            if self._number is not None:
                let_byte_go(self._number, byte)

    def rest(self) -> None:
        """An empty file stays: it is what others lock as well."""

    def _opened(self) -> int:
        # Never closed: closing a file lets go of all its locks.
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            cause = error.strerror or type(error).__name__
            raise StoreError(f"store {self._path.parents[1]}: cannot claim: {cause}; check the folder") from error


class _Beaten:
    """Objects created on condition, and a beat beside them."""

    pause_seconds, is_quick = 2.0, False

    def __init__(self, store: Store) -> None:
        self._store, self._owner = store, own_mark()
        self._held: dict[str, list[str]] = {}
        self._seen: dict[str, tuple[bytes | None, float]] = {}
        self._lock = threading.Lock()
        self._beating: threading.Thread | None = None

    def take(self, name: str) -> bool:
        """Follow the claims of the dead to the first name nobody has: each has one successor, so no two hold one."""
        first = f"{_FOLDER}/{_digest(name)}"
        with self._lock:
            if name in self._held:
                return False
            self._held[name] = []  # kept from our own other takers while we look
        path, is_held = first, False
        try:
            while True:
                self._beat_on()
                if is_held := self._store.create(path, self._owner.encode()):
                    break
                if (owner := self._read(path)) is None:
                    continue  # released in between
                if is_held := owner.decode() == self._owner:
                    break  # created after all: the answer that said so was lost
                if not self._is_dead(owner.decode()):
                    return False
                self._held[name].append(path)
                path = f"{first}-after-{owner.decode()}"
            self._held[name].append(path)
            return True
        finally:
            if not is_held:
                del self._held[name]

    def release(self, name: str, is_settled: bool = False) -> None:
        with self._lock:
            paths = self._held.pop(name)
        # What the dead left stays as long as somebody may follow it: without it two would hold the name.
        for path in reversed(paths) if is_settled else paths[-1:]:
            self._store.remove(path)

    def rest(self) -> None:
        with self._lock:
            if not self._held:
                self._quietly_remove(self._beat_path(self._owner))

    def _beat_on(self) -> None:
        with self._lock:
            if self._beating is None:
                self._beat()
                self._beating = threading.Thread(target=self._keep_beating, daemon=True)
                self._beating.start()

    def _keep_beating(self) -> None:
        while True:
            time.sleep(BEAT_SECONDS)
            with self._lock:
                if not self._held:
                    self._beating = None
                    self._quietly_remove(self._beat_path(self._owner))
                    return
            self._beat()

    def _beat(self) -> None:
        try:
            self._store.write(self._beat_path(self._owner), secrets.token_bytes(8))
        except StoreError:
            return  # what matters is heard where it matters: by whoever writes an answer

    def _quietly_remove(self, path: str) -> None:
        with suppress(StoreError):
            self._store.remove(path)

    def _is_dead(self, owner: str) -> bool:
        if is_known_dead(owner):
            return True
        beat, now = self._read(self._beat_path(owner)), time.monotonic()
        seen = self._seen.get(owner)
        if seen is None or seen[0] != beat:
            self._seen[owner] = (beat, now)
            return False
        return now - seen[1] >= DEAD_SECONDS

    def _read(self, path: str) -> bytes | None:
        try:
            return self._store.read(path)
        except StoreError:
            if self._store.exists(path):
                raise
            return None

    @staticmethod
    def _beat_path(owner: str) -> str:
        return f"{_BEATS}/{owner}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:40]


def _byte(name: str) -> int:
    return int(_digest(name)[:15], 16)  # a file has 2^63 bytes at most, written or not
