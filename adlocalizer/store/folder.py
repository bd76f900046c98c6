"""A store in a local folder: unfinished files have temporary names, finished ones are on the disk for good."""

from __future__ import annotations

import errno
import os
import platform
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from adlocalizer.errors import StoreError
from adlocalizer.store.locks import HAS_LOCKS, claim, is_free, lock
from adlocalizer.store.paths import TEMPORARY, explained

_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
"""Locks of another machine's processes may be unknown here: its unfinished files are left alone until they are old."""


TAKEN = "another process is making this run; wait for it to end, or stop it"


class Taken(StoreError):
    """Another process holds what was to be held."""


class Folder:
    """The files under a local folder, by relative path."""

    def __init__(self, url: str, root: Path) -> None:
        """Hold the folder; it is made by the first write."""
        self.url, self.root = url, root

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        with explained(self.url, "read", path):
            return (self.root / path).read_bytes()

    def open_read(self, path: str) -> BinaryIO:
        """A binary stream over a file."""
        with explained(self.url, "read", path):
            return (self.root / path).open("rb")

    @contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        """A stream whose bytes become the file when the block ends well, and vanish when it does not."""
        final = self.root / path
        with explained(self.url, "write", path), _unfinished(final) as (stream, unfinished):
            yield stream
            _finish(stream)
            unfinished.replace(final)

    def create(self, path: str, content: bytes) -> bool:
        """Put a file there whole unless one stands there; whether it was put."""
        final = self.root / path
        with explained(self.url, "write", path), _unfinished(final) as (stream, unfinished):
            stream.write(content)
            _finish(stream)
            try:
                os.link(unfinished, final)
            except FileExistsError:
                return False
        return True

    def append(self, path: str, line: bytes) -> None:
        """Put a line at the end of a file in one write."""
        with explained(self.url, "append to", path):
            _make_folder((self.root / path).parent)
            number = os.open(
                self.root / path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666
            )
            try:
                # No fsync: what is written is the system's, and stays when its writer is killed.
                written = os.write(number, line)
                if written < len(line):  # a full disk takes what fits; half a line would spoil the next
                    os.ftruncate(number, os.fstat(number).st_size - written)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(number)

    def exists(self, path: str) -> bool:
        """Whether a finished file stands there."""
        with explained(self.url, "look for", path):
            return (self.root / path).is_file()

    def size(self, path: str) -> int:
        """The file's size in bytes."""
        with explained(self.url, "measure", path):
            return (self.root / path).stat().st_size

    def modified(self, path: str) -> datetime | None:
        """When the file was written last; None where there is none."""
        with explained(self.url, "look for", path), suppress(FileNotFoundError, NotADirectoryError):
            return datetime.fromtimestamp((self.root / path).stat().st_mtime, UTC)
        return None

    def remove(self, path: str) -> None:
        """Take a file away; none there is fine."""
        with explained(self.url, "remove", path), suppress(FileNotFoundError):
            (self.root / path).unlink()
            _sync_folder((self.root / path).parent)

    def paths(self, prefix: str) -> tuple[str, ...]:
        """Every finished file under a folder, or the file itself, sorted."""
        with explained(self.url, "list", prefix):
            if prefix and (self.root / prefix).is_file():
                return (prefix,)
            found = _files(self.root / prefix)
            return tuple(sorted(p.relative_to(self.root).as_posix() for p in found if not _is_temporary(p)))

    def entries(self, prefix: str) -> Iterator[tuple[str, int, datetime]]:
        """Every finished file under a folder with its size and when it was written last."""
        for path in self.paths(prefix):
            with explained(self.url, "measure", path), suppress(FileNotFoundError):  # another process may remove it
                found = (self.root / path).stat()
                yield path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)

    def remove_leftovers(self, older_than_seconds: float) -> int:
        """Take away unfinished files whose writer has died, or that nobody has touched for so long; how many."""
        limit, removed = time.time() - older_than_seconds, 0
        with explained(self.url, "tidy up"):
            for path in _files(self.root):
                with suppress(FileNotFoundError):
                    if _is_temporary(path) and path.stat().st_mtime <= limit:
                        path.unlink()
                        removed += 1
                    elif path.name.startswith(f"{TEMPORARY}{_HOST}-"):
                        removed += _remove_orphan(path)
        return removed

    @contextmanager
    def locked(self, path: str) -> Iterator[None]:
        """Hold a folder against every other process and thread of this machine."""
        with self._opened(path) as number:
            lock(number)
            yield

    @contextmanager
    def claimed(self, path: str) -> Iterator[None]:
        """Hold a folder as the only one; a process that dies lets go of it."""
        with self._opened(path) as number:
            if not claim(number):
                raise Taken(f"store {self.url}: {path}: {TAKEN}")
            yield

    @contextmanager
    def _opened(self, path: str) -> Iterator[int | None]:
        with explained(self.url, "lock", path):
            _make_folder(self.root / path)
        if not HAS_LOCKS:  # there a folder cannot be opened either
            yield None
            return
        with explained(self.url, "lock", path):
            number = os.open(self.root / path, os.O_RDONLY)
        try:
            yield number
        finally:
            os.close(number)


def _begun(final: Path) -> tuple[Path, int]:
    """A new unfinished file beside its final name, held so that nobody takes it for a dead writer's."""
    while True:
        path = final.with_name(f"{TEMPORARY}{_HOST}-{secrets.token_hex(8)}")
        # Not tempfile: its files are readable by one user only, and a store is shared.
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        if claim(number if HAS_LOCKS else None) and os.fstat(number).st_nlink:
            return path, number
        os.close(number)  # somebody who tidies up came in between


def _remove_orphan(path: Path) -> bool:
    """Take away an unfinished file that no process holds; whether it was."""
    number = os.open(path, os.O_RDWR)
    try:
        if not is_free(number):
            return False
        path.unlink()
    except OSError:
        return False
    finally:
        os.close(number)
    return True


@contextmanager
def _unfinished(final: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file under a temporary name beside the final one, and its path; whatever still has that name goes."""
    _make_folder(final.parent)
    unfinished, number = _begun(final)
    try:
        with cast("BinaryIO", os.fdopen(number, "w+b")) as stream:
            yield stream, unfinished
        _sync_folder(final.parent)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _finish(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _is_temporary(path: Path) -> bool:
    return path.name.startswith(TEMPORARY)


def _files(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise error

    for parent, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(parent) / name for name in names)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
