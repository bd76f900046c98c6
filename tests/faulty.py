"""A disk and a bucket that fail on purpose, in a process that may be lost: at the n-th write, in a way of one's choice.

Ways: `short` (the disk takes half of it, then is full), `full` (ENOSPC), `broken` (EIO when the bytes are flushed),
`torn` (killed with half of it written), `before` and `after` (killed before and after the rename; for a bucket before
and after the object appears).
"""

from __future__ import annotations

import errno
import io
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

DISK_WAYS = ("short", "full", "broken", "torn", "before", "after")
BUCKET_WAYS = ("full", "broken", "before", "after")


class Faults:
    """Counts writes, and fails at one of them."""

    def __init__(self, way: str = "", at: int = -1) -> None:
        self.way, self.at, self.writes = way, at, 0
        self._lock = threading.Lock()

    def next(self) -> str:
        """What happens to the next write; empty: nothing."""
        with self._lock:
            self.writes += 1
            return self.way if self.writes - 1 == self.at else ""


class _Raw(io.FileIO):
    """A file whose disk takes half of what it is given."""

    def __init__(self, number: int, mode: str, way: str) -> None:
        super().__init__(number, mode)
        self._way = way

    def write(self, content: Any) -> int:
        if self._way not in ("short", "torn", "full"):
            return super().write(content)
        if self._way != "full":
            super().write(bytes(content)[: len(content) // 2])
        if self._way == "torn":
            die()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def die() -> None:
    """End this process as `kill -9` does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def spoil_disk(faults: Faults) -> None:
    """Let this process's disk fail; what the operating system does is replaced, and nothing else."""
    fate = threading.local()
    write, replace = os.write, os.replace

    def opened(number: int, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if mode != "w+b":
            return open(number, mode, *rest, **named)
        fate.way = faults.next()
        return io.BufferedRandom(_Raw(number, "w+", fate.way))

    def written(number: int, content: bytes) -> int:
        way = faults.next()
        if way in ("short", "torn"):
            count = write(number, content[: len(content) // 2])
            return count if way == "short" else die() or 0
        if way in ("full", "broken"):
            raise OSError(errno.ENOSPC if way == "full" else errno.EIO, "on purpose")
        return _around(way, lambda: write(number, content))

    def flushed(_: int) -> None:
        if getattr(fate, "way", "") == "broken":
            fate.way = ""
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        # What is written outlives a process without it; only a power cut asks for more, and takes its time.

    def renamed(source: Any, target: Any, **named: Any) -> None:
        way, fate.way = getattr(fate, "way", ""), ""
        _around(way, lambda: replace(source, target, **named))

    os.fdopen, os.write, os.fsync, os.replace = opened, written, flushed, renamed


def _around(way: str, act: Callable[[], Any]) -> Any:
    if way == "before":
        die()
    result = act()
    if way == "after":
        die()
    return result


class FaultyBucket(LocalFileSystem):
    """A bucket on the local disk: an object appears whole or not at all, and a write may fail."""

    protocol = "faulty"
    faults = Faults()

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return super()._strip_protocol(str(path).removeprefix("faulty://"))

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: Any) -> None:
        self._put(path, value, mode)

    def put_file(self, lpath: str, rpath: str, *_: Any, mode: str = "overwrite", **__: Any) -> None:
        self._put(rpath, Path(lpath).read_bytes(), mode)

    def _put(self, path: str, value: bytes, mode: str) -> None:
        way = self.faults.next()
        if way in ("full", "broken"):
            raise OSError(errno.EIO, "on purpose")
        final = Path(self._strip_protocol(path))
        final.parent.mkdir(parents=True, exist_ok=True)

        def appear() -> None:
            staging = final.parent.parent / f"staging-{os.getpid()}-{threading.get_ident()}"
            staging.write_bytes(value)
            if mode == "create":
                try:
                    os.link(staging, final)
                finally:
                    staging.unlink()
            else:
                staging.replace(final)

        _around(way, appear)


fsspec.register_implementation("faulty", FaultyBucket, clobber=True)
