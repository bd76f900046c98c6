"""A quota that all processes of a store share: who may send leases places in time, one after the other."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator

from adlocalizer.errors import StoreError
from adlocalizer.store.claims import claims_of
from adlocalizer.store.locks import HAS_LOCKS, lock
from adlocalizer.store.store import Store

_FOLDER = "quotas"
_LONGEST_SECONDS = 120.0
"""A schedule further ahead than this was written by a clock that was wrong: it begins anew."""
_CLAIM_SECONDS = 0.05


class Schedule:
    """The next free moment of one quota, in seconds since 1970, in `quotas/<name>` of a store.

    In a local folder the file is locked while it is read and written. In an object store a claim does that, at about
    five requests a lease, and the clocks of the machines must agree to within a second.
    """

    def __init__(self, store: Store, name: str) -> None:
        """Share with whoever uses the same name."""
        self._store, self._name = store, re.sub(r"[^A-Za-z0-9._-]", "-", name)
        self.is_quick = store.is_local
        """Whether a lease costs next to nothing."""

    def lease(self, places: int, apart_seconds: float, now: float) -> float:
        """The moment of the first of so many places, each so long after the one before; they are nobody else's."""
        with self._alone() as number:
            start = max(now, self._next(number, now))
            self._write(number, start + places * apart_seconds)
            return start

    def _next(self, number: int | None, now: float) -> float:
        try:
            said = os.pread(number, 64, 0) if number is not None else self._store.read(self._path)
            moment = float(json.loads(said))
        except (ValueError, TypeError, StoreError):
            return now  # nobody has leased yet
        return moment if moment < now + _LONGEST_SECONDS else now

    def _write(self, number: int | None, moment: float) -> None:
        said = f"{moment:.6f}\n".encode()
        if number is None:
            self._store.write(self._path, said)
        else:
            os.pwrite(number, said, 0)  # always as long as before: no half of it can be read
            os.ftruncate(number, len(said))

    @property
    def _path(self) -> str:
        return f"{_FOLDER}/{self._name}"

    @contextlib.contextmanager
    def _alone(self) -> Iterator[int | None]:
        """Hold the quota; the value is its open file, None in an object store."""
        if self._store.root is None:
            claims = claims_of(self._store)
            while not claims.take(self._path):
                time.sleep(_CLAIM_SECONDS)
            try:
                yield None
            finally:
                claims.release(self._path)
            return
        path = self._store.root / _FOLDER / self._name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise StoreError(
                f"store {self._store.root}: {self._path}: cannot share a quota: {error.strerror}"
            ) from error
        try:
            lock(number if HAS_LOCKS else None)
            yield number
        finally:
            os.close(number)
